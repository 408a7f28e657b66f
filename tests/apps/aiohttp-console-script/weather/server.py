import os

from aiohttp import web


async def status(request: web.Request) -> web.Response:
    return web.Response(text="well")


def build() -> web.Application:
    app = web.Application()
    app.router.add_get("/status", status)
    return app


def main() -> None:
    web.run_app(build(), port=int(os.environ.get("PORT", "8070")))
