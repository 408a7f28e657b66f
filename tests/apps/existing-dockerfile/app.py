from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return "existing-dockerfile is built as its authors meant it\n"


@app.get("/health")
def health():
    return "ok\n"


if __name__ == "__main__":
    app.run(port=5001)
