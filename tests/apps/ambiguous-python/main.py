from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def index():
    return {"message": "ambiguous-python from main.py"}
