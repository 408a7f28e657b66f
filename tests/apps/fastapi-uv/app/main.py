from fastapi import FastAPI

from app.routers import health

app = FastAPI(title="fastapi-uv")
app.include_router(health.router, prefix="/api")


@app.get("/")
async def index() -> dict[str, str]:
    return {"message": "fastapi-uv answers from app/main.py"}
