from flask import Blueprint

pages = Blueprint("pages", __name__)


@pages.get("/up")
def up() -> str:
    return "up"
