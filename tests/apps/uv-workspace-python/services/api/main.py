from fastapi import FastAPI

from prices import price

app = FastAPI()


@app.get("/healthz")
def healthz() -> int:
    return price(2)
