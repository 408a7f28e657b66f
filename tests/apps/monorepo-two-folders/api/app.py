from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return "monorepo-two-folders: the API\n"
