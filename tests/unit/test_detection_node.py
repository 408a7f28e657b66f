"""Node.js repositories, each with the one thing that it is about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of


def package(start: str | None = None, dependencies: str = "", **more: object) -> str:
    """A package.json in which `start` is a script and `dependencies` are names."""
    scripts = {} if start is None else {"scripts": {"start": start}}
    return json.dumps({**scripts, "dependencies": dict.fromkeys(dependencies.split(), "1"), **more})


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
        tmp_path, {"package.json": package(), "app.js": EXPRESS + "app.listen(1024)", "index.js": "app.listen(1025)"}
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
            "a.js": "if (!process.env.A) throw new Error('A');\nconst b = process.env.B;\nif (!b) {\n  "
            "process.exit(1); }\n"
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


MANAGERS: dict[str, tuple[dict[str, str], dict[str, object], tuple[str, str | None]]] = {
    "npm by its lock": ({"package-lock.json": "{}"}, {}, ("npm", None)),
    "npm where nothing is said": ({}, {}, ("npm", None)),
    "yarn 1": ({"yarn.lock": "# yarn lockfile v1\n"}, {}, ("yarn", "1")),
    "yarn 4": ({"yarn.lock": "__metadata:\n  version: 8\n"}, {}, ("yarn", "4")),
    "pnpm 8": ({"pnpm-lock.yaml": "lockfileVersion: '6.0'\n"}, {}, ("pnpm", "8")),
    "pnpm 9": ({"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}, {}, ("pnpm", "9")),
    "the field before the lock": ({"yarn.lock": ""}, {"packageManager": "pnpm@9.1.0+sha512.abc"}, ("pnpm", "9.1.0")),
    "not a field that is an attack": ({}, {"packageManager": "pnpm@9; id"}, ("npm", None)),
}


@pytest.mark.parametrize("case", MANAGERS)
def test_the_package_manager_and_its_version_are_told_by_files(case: str, tmp_path: Path) -> None:
    files, fields, expected = MANAGERS[case]
    component = component_of(
        tmp_path, {"package.json": package("node a.js", "", **fields), "a.js": "x.listen(1)", **files}
    )

    assert (component.package_manager, component.package_manager_version) == expected


VERSIONS: dict[str, tuple[dict[str, str], dict[str, object], str | None]] = {
    ".nvmrc before engines": ({".nvmrc": "v22.11.0\n"}, {"engines": {"node": ">=18"}}, "22"),
    "a codename": ({".nvmrc": "lts/iron\n"}, {}, "20"),
    ".node-version": ({".node-version": "24\n"}, {}, "24"),
    ".tool-versions": ({".tool-versions": "nodejs 22.1.0\n"}, {}, "22"),
    "volta": ({}, {"volta": {"node": "22.3.0"}}, "22"),
    "devEngines": ({}, {"devEngines": {"runtime": {"name": "node", "version": "^22"}}}, "22"),
    "a range": ({}, {"engines": {"node": ">=18 <23"}}, "22"),
    "a range that only an old release satisfies": ({}, {"engines": {"node": "^16"}}, "16"),
    "nothing": ({}, {}, None),
    "no version": ({".nvmrc": "$(id)\n"}, {}, None),
}


@pytest.mark.parametrize("case", VERSIONS)
def test_the_release_is_read_in_the_documented_order(case: str, tmp_path: Path) -> None:
    files, fields, version = VERSIONS[case]
    component = component_of(
        tmp_path, {"package.json": package("node a.js", "", **fields), "a.js": "x.listen(1)", **files}
    )

    assert component.language_version == version


def test_a_member_of_a_workspace_is_installed_with_all_manifests_of_it(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "package.json": json.dumps({"private": True, "workspaces": ["apps/*", "packages/*"]}),
            "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
            "apps/web/package.json": package("node a.js", name="web"),
            "apps/web/a.js": "x.listen(80)",
            "packages/ui/package.json": package(name="ui"),
            "elsewhere/package.json": package(name="elsewhere"),
        },
    )

    assert (component.path, component.package_manager) == ("apps/web", "pnpm")
    assert component.lock_file == "../../pnpm-lock.yaml"
    assert component.dependency_files == (
        "package.json",
        "../../package.json",
        "../../packages/ui/package.json",
        "../../pnpm-lock.yaml",
    )


def test_a_folder_that_is_no_member_does_not_use_the_roots_lock(tmp_path: Path) -> None:
    component = component_of(
        tmp_path, {"package-lock.json": "{}", "api/package.json": package("node a.js"), "api/a.js": "x.listen(80)"}
    )

    assert component.lock_file is None


def test_a_client_that_the_server_builds_is_a_part_of_it(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "package.json": json.dumps({"scripts": {"start": "node a.js", "build": "npm run build --prefix client"}}),
            "a.js": "x.listen(80)",
            "client/package.json": package("vite", dependencies="react-dom"),
        },
    )

    assert (component.path, component.build_command) == (".", "npm run build")


def test_assets_beside_a_python_server_are_a_part_of_it(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "requirements.txt": "flask\ngunicorn\n",
            "app.py": "from flask import Flask\napp = Flask(__name__)\n",
            "package.json": json.dumps({"scripts": {"start": "webpack --watch"}, "devDependencies": {"webpack": "5"}}),
        },
    )

    assert component.language == "python"
