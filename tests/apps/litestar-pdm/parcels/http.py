import os

from litestar import Litestar, get
from motor.motor_asyncio import AsyncIOMotorClient

client = AsyncIOMotorClient(os.environ.get("MONGODB_URL", "mongodb://localhost:27017"))


@get("/health")
async def health() -> str:
    return "well"


application = Litestar(route_handlers=[health])
