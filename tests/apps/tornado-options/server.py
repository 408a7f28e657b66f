import asyncio

import tornado.web
from tornado.options import define, options, parse_command_line

define("port", default=8899, type=int)


class Health(tornado.web.RequestHandler):
    def get(self) -> None:
        self.write("well")


class Application(tornado.web.Application):
    def __init__(self) -> None:
        super().__init__([(r"/health", Health)])


async def main() -> None:
    parse_command_line()
    app = Application()
    app.listen(options.port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
