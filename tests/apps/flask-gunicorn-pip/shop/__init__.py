import os

from flask import Flask

from .health import bp as health


def create_app():
    app = Flask(__name__)
    app.config["CURRENCY"] = os.getenv("CURRENCY", "EUR")
    app.register_blueprint(health, url_prefix="/api")

    @app.get("/")
    def index():
        return f"flask-gunicorn-pip sells in {app.config['CURRENCY']}\n"

    return app
