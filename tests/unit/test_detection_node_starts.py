"""How programs start that only developers' scripts, files of nodemon, or builds speak of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, package

SERVER = "const app = require('express')();\napp.listen(4100);"
MODULE = "import express from 'express';\nexpress().listen(4100);"
TYPED = {"typescript": "5"}
COMPILER = '{ "compilerOptions": { "outDir": "dist", "rootDir": "src" } }'


def manifest(scripts: dict[str, str], dependencies: str = "express", **more: object) -> str:
    return json.dumps({"scripts": scripts, "dependencies": dict.fromkeys(dependencies.split(), "1"), **more})


STARTS = {
    "a script that names a file that is gone": (
        {"package.json": manifest({"start": "node index.js"}), "server.js": SERVER}, "node server.js",
    ),
    "a script that names what a script writes": (
        {"package.json": manifest({"start": "node bundle.js", "build": "pack src"}), "server.js": SERVER},
        "node bundle.js",
    ),
    "a main file that developers compile as it runs": (
        {"package.json": manifest({"dev": "nodemon --exec ./node_modules/.bin/babel-node ./src/index"},
                                  main="src/index.js"), "src/index.js": MODULE},
        "babel-node ./src/index",
    ),
    "a main file that needs a module loaded first": (
        {"package.json": manifest({"dev": "nodemon -r esm index.js"}, "express esm", main="index.js"),
         "index.js": MODULE},
        "node -r esm index.js",
    ),
    "a main file that developers only restart": (
        {"package.json": manifest({"dev": "nodemon --inspect index.js"}, main="index.js"), "index.js": SERVER},
        "node index.js",
    ),
    "what nodemon.json puts in front": (
        {"package.json": manifest({"dev": "nodemon src/server.js"}, devDependencies={"sucrase": "3"}),
         "nodemon.json": '{ "execMap": { "js": "node -r sucrase/register" } }', "src/server.js": MODULE},
        "node -r sucrase/register src/server.js",
    ),
    "what nodemon.json executes": (
        {"package.json": manifest({"start": "nodemon"}, devDependencies={"ts-node": "10", **TYPED}),
         "nodemon.json": '{ "exec": "ts-node --files src/api.ts" }', "src/api.ts": MODULE},
        "ts-node --files src/api.ts",
    ),
    "nodemon's own options behind the file": (
        {"package.json": manifest({"start": "nodemon ./lib/server --ignore public/"}), "lib/server.js": SERVER},
        "node ./lib/server",
    ),
    "a loader that is not installed": (
        {"package.json": manifest({"start": "ts-node src/index.ts"}, devDependencies=TYPED),
         "tsconfig.json": COMPILER, "src/index.ts": MODULE},
        "node dist/index.js",
    ),
    "what the build makes, not what developers load": (
        {"package.json": manifest({"dev": "tsx watch src/index.ts", "build": "tsc"},
                                  devDependencies={"tsx": "4", **TYPED}),
         "tsconfig.json": COMPILER, "src/index.ts": MODULE},
        "node dist/index.js",
    ),
    "what tsc makes cannot run with paths that only the loader knows": (
        {"package.json": manifest({"dev": "tsx watch src/index.ts", "build": "tsc"},
                                  devDependencies={"tsx": "4", **TYPED}),
         "tsconfig.json": '{ "compilerOptions": { "outDir": "dist", "paths": { "@/*": ["./src/*"] } } }',
         "src/index.ts": MODULE},
        "tsx src/index.ts",
    ),
    "a program that the compiler writes elsewhere": (
        {"package.json": manifest({"start": "node server.js", "build": "node ace build"}, devDependencies=TYPED),
         "tsconfig.json": '{ "compilerOptions": { "outDir": "build" } }', "server.ts": MODULE},
        "node build/server.js",
    ),
    "a tool of the developers that lies among the packages": (
        {"package.json": manifest({"start": "node node_modules/grunt-cli/bin/grunt"}), "server.js": SERVER},
        "node server.js",
    ),
    "esbuild": (
        {"package.json": manifest({"dev": "tsx src/main.ts", "build": "esbuild src/main.ts --outfile=out/x.js"},
                                  devDependencies={"tsx": "4", **TYPED}), "src/main.ts": MODULE},
        "node out/x.js",
    ),
    "ncc": (
        {"package.json": manifest({"dev": "tsx src/main.ts", "build": "ncc build src/main.ts -o build"},
                                  devDependencies={"tsx": "4", **TYPED}), "src/main.ts": MODULE},
        "node build/index.js",
    ),
    "tsup over a folder": (
        {"package.json": manifest({"dev": "tsx watch src/http/server.ts", "build": "tsup src --out-dir build"},
                                  devDependencies={"tsx": "4", "tsup": "8", **TYPED}), "src/http/server.ts": MODULE},
        "node build/http/server.js",
    ),
    "nest beside sources outside of src": (
        {"package.json": manifest({"start:prod": "node dist/main", "build": "nest build"}, "@nestjs/core",
                                  devDependencies=TYPED),
         "tsconfig.json": '{ "compilerOptions": { "outDir": "./dist" } }', "prisma/seed.ts": "console.log(1);",
         "src/main.ts": "const app = await NestFactory.create(M);\nawait app.listen(4100);"},
        "node dist/src/main",
    ),
    "nest that compiles src alone": (
        {"package.json": manifest({"start": "nest start"}, "@nestjs/core", devDependencies=TYPED),
         "tsconfig.json": '{ "compilerOptions": { "outDir": "./dist" } }', "test/app.e2e.ts": "it();",
         "nest-cli.json": '{ "sourceRoot": "src" }',
         "src/main.ts": "const app = await NestFactory.create(M);\nawait app.listen(4100);"},
        "node dist/main",
    ),
    "nest built with swc": (
        {"package.json": manifest({"start": "nest start"}, "@nestjs/core", devDependencies=TYPED),
         "tsconfig.json": '{ "compilerOptions": { "outDir": "./dist" } }', "prisma/seed.ts": "console.log(1);",
         "nest-cli.json": '{ "compilerOptions": { "builder": "swc" } }',
         "src/main.ts": "const app = await NestFactory.create(M);\nawait app.listen(4100);"},
        "node dist/main",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STARTS)
def test_a_program_is_started_as_it_can_run_in_production(case: str, tmp_path: Path) -> None:
    files, command = STARTS[case]
    component = component_of(tmp_path, files)

    assert (component.kind, component.start_command, component.port) == ("web", command, 4100)


BUILDS = {
    "tsc -w": "npx tsc",
    "tsc --watch -p .": "npx tsc -p .",
    "webpack --watch": "npx webpack",
    "npm run watch": "npx tsc",
    "tsc && npm test -w": "npm run build",
    "tsc -p tsconfig.json": "npm run build",
    'concurrently "tsc -w" "nodemon dist/index.js"': "npx tsc",
}


@pytest.mark.parametrize("written", BUILDS)
def test_a_build_ends(written: str, tmp_path: Path) -> None:
    scripts = {"start": "node dist/index.js", "build": written, "watch": "tsc -w"}
    files = {
        "package.json": manifest(scripts, devDependencies=TYPED),
        "tsconfig.json": COMPILER,
        "src/index.ts": MODULE,
    }

    assert component_of(tmp_path, files).build_command == BUILDS[written]


def test_a_compiler_that_is_not_declared_is_fetched_for_the_build(tmp_path: Path) -> None:
    files = {
        "package.json": manifest({"build": "tsc -w", "dev": "nodemon dist/index.js"}),
        "tsconfig.json": COMPILER,
        "src/index.ts": MODULE,
    }
    component = component_of(tmp_path, files)

    assert component.build_command == "npx --yes --package typescript tsc"
    assert component.start_command == "node dist/index.js"


def test_a_worker_is_not_made_with_a_server_that_it_never_loads(tmp_path: Path) -> None:
    files = {
        "package.json": package("node index.js", dependencies="express telegraf"),
        "index.js": "require('./bot');\n// require('./web');",
        "bot.js": "const { Telegraf } = require('telegraf');\nnew Telegraf(process.env.TOKEN).launch();",
        "web.js": SERVER,
    }
    component = component_of(tmp_path, files)

    assert (component.kind, component.framework, component.port) == ("worker", None, None)
