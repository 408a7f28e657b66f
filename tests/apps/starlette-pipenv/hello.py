from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def ready(request):
    return PlainTextResponse("ready")


service = Starlette(routes=[Route("/ready", ready)])
