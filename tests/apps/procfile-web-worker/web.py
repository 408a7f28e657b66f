from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return "procfile-web-worker has a worker beside it\n"


@app.get("/up")
def up():
    return "ok\n"
