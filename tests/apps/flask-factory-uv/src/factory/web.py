from flask import Flask


def create_app(test_config=None):
    app = Flask(__name__)
    app.config.update(test_config or {})

    @app.get("/")
    def index():
        return "flask-factory-uv was made by a factory\n"

    @app.get("/ready")
    def ready():
        return "ready\n"

    return app
