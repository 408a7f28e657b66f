import numpy as np
from fastapi import FastAPI

app = FastAPI()


@app.get("/healthz")
def healthz() -> dict[str, float]:
    return {"mean": float(np.mean([1.0, 2.0]))}
