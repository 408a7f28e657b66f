# /// script
# requires-python = ">=3.12"
# dependencies = ["flask>=3.1"]
# ///
import os

from flask import Flask

app = Flask(__name__)


@app.get("/ping")
def ping() -> str:
    return "pong"


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("PORT", 5050)))
