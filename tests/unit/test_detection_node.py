"""Node.js repositories, each with the one thing that it is about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, package, profile_of

EXPRESS = 'const app = require("express")();\n'
TYPED = {"typescript": "5"}

STARTS = {
    "a start script": (
        {"package.json": package("node index.js"), "index.js": EXPRESS + "app.listen(process.env.PORT || 3000);"},
        "node index.js", 3000,
    ),
    "a script's assignments and wrappers are left out": (
        {"package.json": package("cross-env NODE_ENV=production node index.js"), "index.js": "app.listen(81)"},
        "node index.js", 81,
    ),
    "options of node are kept": (
        {"package.json": package("node -r dotenv/config src/index.js"), "src/index.js": EXPRESS + "app.listen(82)"},
        "node -r dotenv/config src/index.js", 82,
    ),
    "a hook before the start needs npm": (
        {"package.json": json.dumps({"scripts": {"prestart": "node migrate.js", "start": "node a.js"}}),
         "a.js": EXPRESS + "app.listen(83)"},
        "npm start", 83,
    ),
    "a restarter for development is left out": (
        {"package.json": package("nodemon index.js"), "index.js": EXPRESS + "app.listen(84)"}, "node index.js", 84,
    ),
    "main, when the file is there": (
        {"package.json": package(main="lib/web.js"), "lib/web.js": EXPRESS + "app.listen(85)", "index.js": ""},
        "node lib/web.js", 85,
    ),
    "server.js, when main is not there": (
        {"package.json": package(main="gone.js"), "server.js": EXPRESS + "app.listen(86)"}, "node server.js", 86,
    ),
    "a port on several lines": (
        {"package.json": package("node a.js"), "a.js": EXPRESS + "app.listen(\n  process.env.PORT ||\n    8088,\n)"},
        "node a.js", 8088,
    ),
    "a port in another module": (
        {"package.json": package("node a.js"), "a.js": "const c = require('./config');\napp.listen(c.http.port);",
         "config.js": "module.exports = { http: { port: process.env.PORT || 5050 } };"},
        "node a.js", 5050,
    ),
    "a port in an object's property": (
        {"package.json": package("node a.js"), "a.js": "const S = require('./s'); new S().start();",
         "s.js": "class S { constructor() { this.port = Number(process.env.PORT ?? 3001); }\n"
                 "start() { this.app.listen(this.port); } }"},
        "node a.js", 3001,
    ),
    "a port in a destructured environment": (
        {"package.json": package("node a.js"), "a.js": "const { PORT = 6060 } = process.env;\napp.listen(PORT);"},
        "node a.js", 6060,
    ),
    "not a port in a comment or a string": (
        {"package.json": package("node a.js"),
         "a.js": "// app.listen(1111)\n/* app.listen(2222) */\nconst url = 'http://x'; app.listen(3333);"},
        "node a.js", 3333,
    ),
    "PORT without a default is ours to choose": (
        {"package.json": package("node a.js"), "a.js": "app.listen(process.env.PORT)"}, "node a.js", 3000,
    ),
    "typescript compiled by a script": (
        {"package.json": package("node dist/main.js", devDependencies=TYPED),
         "src/main.ts": "import e from 'express';\ne().listen(7070);"},
        "node dist/main.js", 7070,
    ),
    "typescript with nothing but a tsconfig that holds comments": (
        {"package.json": package(dependencies="koa", devDependencies=TYPED),
         "tsconfig.json": '{ // where to\n "compilerOptions": { "outDir": "./build", }, }',
         "src/index.ts": "import Koa from 'koa';\nnew Koa().listen(3334);"},
        "node build/index.js", 3334,
    ),
    "typescript run as it is": (
        {"package.json": package("tsx src/index.ts", dependencies="tsx"), "src/index.ts": "app.listen(3335);"},
        "tsx src/index.ts", 3335,
    ),
    "hono": (
        {"package.json": package("node a.js", dependencies="hono @hono/node-server"),
         "a.js": "import { serve } from '@hono/node-server';\nserve({ fetch: app.fetch, port: 8787 });"},
        "node a.js", 8787,
    ),
    "next": (
        {"package.json": package(dependencies="next react react-dom")},
        "next start --hostname 0.0.0.0 --port 3000", 3000,
    ),
    "next at another port": (
        {"package.json": package("next start -p 8080", dependencies="next")},
        "next start --hostname 0.0.0.0 --port 8080", 8080,
    ),
    "next behind a server of its own": (
        {"package.json": package("node server.js", dependencies="next"), "server.js": "createServer(h).listen(3336)"},
        "node server.js", 3336,
    ),
    "nest in production": (
        {"package.json": json.dumps({"scripts": {"start": "nest start", "start:prod": "node dist/main"},
                                     "dependencies": {"@nestjs/core": "11"}, "devDependencies": TYPED}),
         "src/main.ts": "const app = await NestFactory.create(M);\nawait app.listen(process.env.PORT ?? 3337);"},
        "node dist/main", 3337,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STARTS)
def test_it_is_known_how_a_server_starts_and_where_it_listens(case: str, tmp_path: Path) -> None:
    files, command, port = STARTS[case]
    component = component_of(tmp_path, files)

    assert (component.kind, component.start_command, component.port) == ("web", command, port)


SILENT = {
    "bullmq": (
        {"package.json": package("node w.js", dependencies="bullmq"), "w.js": 'new Worker("mail", async (job) => {});'},
        "worker", "node w.js",
    ),
    "a timer": ({"package.json": package("node w.js"), "w.js": "setInterval(() => {}, 1000)"}, "worker", "node w.js"),
    "a bot": (
        {"package.json": package("node .", main="b.js"), "b.js": "client.login(process.env.TOKEN)"}, "worker", "node .",
    ),
    "a script that ends": ({"package.json": package("node job.js"), "job.js": "console.log(1)"}, "job", "node job.js"),
    "a library": (
        {"package.json": package(name="x", main="index.js", files=["index.js"]), "index.js": "module.exports = 1"},
        "library", None,
    ),
    "a single-page application": (
        {"package.json": package("react-scripts start", dependencies="react react-dom react-scripts")}, "static", None,
    ),
    "vite's development server": ({"package.json": package("vite", dependencies="vue", devDependencies={"vite": "7"})},
                                  "static", None),
}  # fmt: skip


@pytest.mark.parametrize("case", SILENT)
def test_no_port_is_invented_for_what_does_not_listen(case: str, tmp_path: Path) -> None:
    files, kind, command = SILENT[case]
    component = component_of(tmp_path, files)

    assert (component.kind, component.port) == (kind, None)
    assert command is None or component.start_command == command


def test_two_servers_without_a_word_on_which_one_starts_are_ambiguous(tmp_path: Path) -> None:
    profile = profile_of(
        tmp_path,
        {"package.json": package(), "app.js": EXPRESS + "app.listen(1024)", "index.js": "app.listen(1025)"},
    )

    assert profile.verdict == "ambiguous"
    assert "--start" in profile.message


def test_a_server_that_imports_the_other_file_is_not_ambiguous(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "package.json": package(),
            "index.js": "require('./app').listen(1024)",
            "app.js": EXPRESS + "app.listen(1025)",
        },
    )

    assert component.start_command == "node index.js"


def test_a_variable_is_required_only_when_the_code_stops_without_it(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "package.json": package("node a.js"),
            "a.js": "require('./env');\nif (!process.env.A) throw new Error('A');\n"
            "const b = process.env.B;\nif (!b) {\n  process.exit(1); }\n"
            "const c = process.env.C ?? 'c';\nconst d = process.env['D'];\nconst { E, F = 'f' } = process.env;\n"
            "app.listen(process.env.PORT);\n",
            "env.js": "z.object({\n  G: z.string(),\n  H: z.string().default('h'),\n  I: z.string().optional(),\n"
            "}).parse(process.env);\n",
        },
    )

    assert {each.name: (each.default, each.required) for each in component.env} == {
        "A": (None, True),
        "B": (None, True),
        "C": ("c", False),
        "D": (None, False),
        "E": (None, False),
        "F": ("f", False),
        "G": (None, True),
        "H": ("h", False),
        "I": (None, False),
        "PORT": (None, False),
    }


HEALTH = {
    "on the application": ({"a.js": EXPRESS + "app.get('/healthz', h); app.listen(1)"}, "/healthz"),
    "compared with the url": ({"a.js": "createServer((q) => { if (q.url === '/health') {} }).listen(80)"}, "/health"),
    "on a router that is mounted": (
        {"a.js": EXPRESS + "app.use('/api', require('./r')); app.listen(80)",
         "r.js": "const r = express.Router();\nr.get('/health', h);\nmodule.exports = r;"},
        "/api/health",
    ),
    "on a router that is imported and mounted at the root": (
        {"a.mjs": "import r from './r.mjs';\nconst app = express();\napp.use(r);\napp.listen(80)",
         "r.mjs": "const r = Router();\nr.get('/ready', h);\nexport default r;"},
        "/ready",
    ),
    "not on a router that nothing mounts": (
        {"a.js": EXPRESS + "app.listen(80)", "r.js": "const r = Router();\nr.get('/health', h);"}, None,
    ),
    "not what a client asks for": ({"a.js": EXPRESS + "axios.get('/health'); app.listen(80)"}, None),
    "not what answers POST": ({"a.js": EXPRESS + "app.post('/health', h); app.listen(80)"}, None),
    "in a plugin with a prefix": (
        {"a.js": "const f = fastify();\nf.register(require('./p'), { prefix: '/api' });\nf.listen({ port: 80 });",
         "p.js": "module.exports = async (f) => { f.get('/health', h); };"},
        "/api/health",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HEALTH)
def test_a_health_path_is_whole_or_not_there(case: str, tmp_path: Path) -> None:
    files, path = HEALTH[case]
    start = "node a.mjs" if "a.mjs" in files else "node a.js"

    assert component_of(tmp_path, {"package.json": package(start), **files}).health_path == path


def test_a_controller_behind_a_global_prefix_is_found(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "package.json": json.dumps(
                {"scripts": {"start": "node dist/main"}, "dependencies": {"@nestjs/core": "11"}}
            ),
            "src/main.ts": "app.setGlobalPrefix('api'); app.listen(3000);",
            "src/health.controller.ts": "@Controller('health')\nexport class H {\n  @Get()\n  check() {}\n}\n",
        },
    )

    assert component.health_path == "/api/health"
