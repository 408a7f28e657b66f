from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return "flask-pip answers with Flask's own server\n"


@app.route("/healthz")
def healthz():
    return {"status": "ok"}
