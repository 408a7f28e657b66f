"""Where Node.js and Deno programs listen when the call itself does not say it plainly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, package, profile_of

APP = "const app = require('express')();\n"
LISTENS = f"{APP}app.listen(process.env.PORT);"
CONFIG = f"{APP}const config = require('config');\napp.listen(config.get('port'));"
NEST = "import {{ Transport }} from '@nestjs/microservices';\nNestFactory.createMicroservice(M, {{ {0} }});"

PORTS = {
    "a single bar where two were meant": (
        {"a.js": f"{APP}const PORT = process.env.SERVER_PORT | 4201;\napp.listen(PORT);"}, 4201,
    ),
    "a default that is filled in": (
        {"a.js": f"{APP}let port = process.env.PORT;\nif (port == null) {{ port = 4202; }}\napp.listen(port);"}, 4202,
    ),
    "an option of yargs": (
        {"a.js": f"{APP}const argv = yargs.option('port', {{ default: 4203 }}).argv;\napp.listen(argv.port);"}, 4203,
    ),
    "an option of commander": (
        {"a.js": f"{APP}program.option('-p, --port <number>', 'where', '4204');\napp.listen(program.port);"}, 4204,
    ),
    "a copy of the file of variables": ({"a.js": LISTENS, ".env copy": "PORT=4205\n"}, 4205),
    "a sample of it": ({"a.js": LISTENS, "env_sample": "PORT=4206\n"}, 4206),
    "a file of nobody's environment": ({"a.js": LISTENS, "environment.md": "PORT=4207\n"}, 3000),
    "the one address of the README": ({"a.js": LISTENS, "README.md": "See http://localhost:4208/docs"}, 4208),
    "two addresses in the README": (
        {"a.js": LISTENS, "README.md": "See http://localhost:4209 and http://localhost:4210"}, 3000,
    ),
    "settings in YAML": ({"a.js": CONFIG, "config/default.yml": "port: 4211\n"}, 4211),
    "settings that are no YAML": (
        {"a.js": CONFIG, "config/default.yml": "a: [", "config.json": '{"port": 4212}'}, 4212,
    ),
    "settings of production": (
        {"a.js": CONFIG, "config/default.json": '{"port": 1}', "config/production.json": '{"port": 4213}'}, 4213,
    ),
    "a block for production": (
        {"a.js": f"{APP}const c = require('./c')[env];\napp.listen(c.port);",
         "c.js": "module.exports = { development: { port: 1234 }, production: { port: 4214 } };"}, 4214,
    ),
    "a file for production": (
        {"a.js": f"{APP}const c = require('./config');\napp.listen(c.port);",
         "config/index.js": "module.exports = pick();",
         "config/development.js": "module.exports = { port: 1234 };",
         "config/production.js": "module.exports = { port: 4215 };"}, 4215,
    ),
    "nest over TCP": (
        {"a.js": NEST.format("transport: Transport.TCP, options: { port: Number(process.env.P) || 4216 }")}, 4216,
    ),
    "nest over gRPC": (
        {"a.js": NEST.format("transport: Transport.GRPC, options: { url: '0.0.0.0:4217', package: 'x' }")}, 4217,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PORTS)
def test_the_port_is_found_where_the_project_says_it(case: str, tmp_path: Path) -> None:
    files, port = PORTS[case]
    component = component_of(tmp_path, {"package.json": package("node a.js", dependencies="express config"), **files})

    assert (component.kind, component.port) == ("web", port)


def test_a_database_of_production_is_no_port_of_the_server(tmp_path: Path) -> None:
    files = {
        "package.json": package("node a.js", dependencies="express"),
        "a.js": f"{APP}const c = require('./c');\napp.listen(c.port);",
        "c.js": "exports.port = 4218;\n"
        "exports.db = { development: { port: 5432 }, production: { dialect: 'postgres', port: 5432 } };",
    }

    assert component_of(tmp_path, files).port == 4218


def test_nest_that_waits_for_a_queue_listens_nowhere(tmp_path: Path) -> None:
    files = {
        "package.json": package("node a.js", dependencies="@nestjs/core"),
        "a.js": NEST.format("transport: Transport.RMQ, options: { urls: ['amqp://queue:5672'] }"),
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.port) == ("worker", None)


def test_bun_serves_what_a_program_exports_by_default(tmp_path: Path) -> None:
    files = {
        "package.json": json.dumps({"scripts": {"dev": "bun run --hot src/index.ts"}, "dependencies": {"hono": "4"}}),
        "bun.lockb": "",
        "src/index.ts": "import { Hono } from 'hono';\nconst app = new Hono();\nexport default app;",
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.start_command, component.port) == ("web", "bun src/index.ts", 3000)


DENO = {
    "a program that imports by URL": (
        {"main.ts": "import { serve } from 'https://deno.land/std@0.140.0/http/server.ts';\n"
                    "serve(() => new Response('x'), { port: 4301 });"},
        "deno run -A main.ts", 4301,
    ),
    "a program beside its page": (
        {"server.ts": "Deno.serve({ port: 4302 }, () => new Response('x'));",
         "index.html": "<html><body>x</body></html>"},
        "deno run -A server.ts", 4302,
    ),
    "a program that its image starts": (
        {"mod.ts": "Deno.serve({ port: 4303 }, () => new Response('x'));",
         "Dockerfile": 'FROM denoland/deno:2.1.4\nCOPY . .\nCMD ["run", "--allow-net", "mod.ts"]\n'},
        "deno run --allow-net mod.ts", 4303,
    ),
    "a task that names a file that is gone": (
        {"deno.json": json.dumps({"tasks": {"start": "deno run -A main.ts",
                                            "dev": "deno run -A --watch src/app.tsx"}}),
         "src/app.tsx": "const port = Number(Deno.env.get('P')) || 4304;\nDeno.serve({ port }, answer);"},
        "deno run -A src/app.tsx", 4304,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DENO)
def test_a_program_for_deno_is_known_without_a_manifest_that_tells(case: str, tmp_path: Path) -> None:
    files, command, port = DENO[case]
    component = component_of(tmp_path, files)

    assert (component.language, component.start_command, component.port) == ("deno", command, port)


def test_a_bot_for_deno_waits(tmp_path: Path) -> None:
    files = {
        "deno.json": json.dumps({"tasks": {"start": "deno run -A bot.ts"}}),
        "bot.ts": "import { Bot } from 'https://deno.land/x/grammy@v1.2.0/mod.ts';\n"
        "const bot = new Bot(token);\nbot.start();",
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.port) == ("worker", None)


def test_a_library_for_deno_is_no_job(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"mod.ts": "import { x } from 'npm:left-pad';\nexport const pad = x;"})

    assert profile.verdict == "unsupported"


SERVES = "export const serve = (host: string, port: number) => { express().listen(port, host); };"
HANDED = {
    "to a class": (
        "import { App } from './app';\nnew App([routes], 4401).listen();",
        "class App {\n constructor(all: Router[], private port: number) {}\n listen() { e().listen(this.port); }\n}",
        4401,
    ),
    "to a method": (
        "import { Server } from './app';\nnew Server().start(Number(process.env.PORT) || 4402);",
        "export class Server {\n  async start(port: number): Promise<void> { express().listen(port); }\n}",
        4402,
    ),
    "to a function": (
        "import { serve, connect } from './app';\nconnect('db', 5432);\nserve('0.0.0.0', 4403);",
        "export const connect = (host: string, port: number) => { open(port, host); };\n" + SERVES,
        4403,
    ),
}


@pytest.mark.parametrize("case", HANDED)
def test_a_port_is_followed_to_where_it_is_handed(case: str, tmp_path: Path) -> None:
    index, app, port = HANDED[case]
    files = {
        "package.json": package("ts-node src/index.ts", dependencies="express ts-node typescript"),
        "src/index.ts": index,
        "src/app.ts": f"import express from 'express';\n{app}",
    }

    assert component_of(tmp_path, files).port == port


def test_the_only_file_that_listens_is_started_whatever_it_is_called(tmp_path: Path) -> None:
    files = {
        "package.json": package(dependencies="express", private=True),
        "shop.js": f"{APP}app.listen(4404);",
        "prices.js": "module.exports = {};",
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.start_command, component.port) == ("web", "node shop.js", 4404)


def test_nuxt_2_listens_where_its_configuration_says(tmp_path: Path) -> None:
    files = {
        "package.json": json.dumps({"scripts": {"start": "nuxt start"}, "dependencies": {"nuxt": "^2.15.0"}}),
        "nuxt.config.js": "export default { server: { host: '0.0.0.0', port: process.env.PORT || 4405 } };",
        "pages/index.vue": "<template><p/></template>",
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.port) == ("web", 4405)


def test_nuxt_2_that_generates_its_pages_is_a_site(tmp_path: Path) -> None:
    scripts = {"build": "nuxt build", "start": "nuxt start", "generate": "nuxt generate"}
    files = {
        "package.json": json.dumps({"scripts": scripts, "dependencies": {"nuxt": "^2.15.0"}}),
        "nuxt.config.js": "export default { target: 'static' };",
        "pages/index.vue": "<template><p/></template>",
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.build_command, component.static_folder) == ("static", "npm run generate", "dist")
