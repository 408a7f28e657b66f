import os

from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/")
def index() -> str:
    return f"{os.environ.get('GREETING', 'Hello')} from hello-python\n"


@app.get("/health")
def health():
    return jsonify(status="ok")


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("PORT", "8000")))
