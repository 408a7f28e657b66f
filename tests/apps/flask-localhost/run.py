from flask import Flask


def build(name):
    app = Flask(name)

    @app.get("/")
    def index():
        return "flask-localhost listens on loopback unless it is told otherwise\n"

    @app.get("/health")
    def health():
        return "ok\n"

    return app


if __name__ == "__main__":
    build("flask-localhost").run(host="127.0.0.1", port=7000)
