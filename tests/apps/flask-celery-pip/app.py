from flask import Flask

from tasks import add

app = Flask(__name__)


@app.get("/health")
def health() -> str:
    return "ok"


@app.post("/sums")
def sums() -> str:
    return str(add.delay(1, 2).id)
