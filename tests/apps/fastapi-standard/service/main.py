from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def index():
    return {"message": "fastapi-standard is started by fastapi run"}


@app.get("/ping")
def ping():
    return "pong"
