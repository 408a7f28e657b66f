import os

import uvicorn
from fastapi import FastAPI

app = FastAPI()
PORT = int(os.environ.get("PORT", "9000"))


@app.get("/")
def index():
    return {"message": "fastapi-poetry listens where PORT says"}


@app.get("/health")
def health():
    return {"status": "ok"}


if __name__ == "__main__":
    uvicorn.run("main:app", host="0.0.0.0", port=PORT)
