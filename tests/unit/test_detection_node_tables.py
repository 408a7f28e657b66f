"""Rows of the tables about JavaScript: each one is recognised by its own example."""

from __future__ import annotations

import pytest

from tasks.detection.node.listens import Listener, listeners
from tasks.detection.node.scripts import production, table
from tasks.detection.node.source import read_source
from tasks.detection.node.waits import Wait, waiting_packages, waits


@pytest.mark.parametrize("row", listeners(), ids=lambda row: row.example.rpartition("\n")[2])
def test_a_call_that_listens_is_recognised_by_its_example(row: Listener) -> None:
    found = read_source("x.js", row.example).listens

    assert found
    assert row.default is None or row.default in {each.port for each in found}


@pytest.mark.parametrize("row", waits(), ids=lambda row: row.example.rpartition("\n")[2])
def test_a_call_that_waits_is_recognised_by_its_example(row: Wait) -> None:
    assert read_source("x.js", row.example).waits_line == row.example.count("\n") + 1


def test_a_call_that_waits_for_a_package_means_nothing_without_it() -> None:
    assert read_source("x.js", "new Worker('./thread.js');\nclient.login(name);").waits_line is None
    assert "bullmq" in waiting_packages()


@pytest.mark.parametrize("command", table().development)
def test_what_serves_development_is_never_started(command: str) -> None:
    assert production({}, command) is None


SCRIPTS = {
    "NODE_ENV=production node server.js": "node server.js",
    "cross-env NODE_ENV=production PORT=80 node server.js": "node server.js",
    "dotenv -e .env.production -- node server.js": "node server.js",
    "env-cmd -f .env node server.js": "node server.js",
    "npx tsx src/index.ts": "tsx src/index.ts",
    "npm run build && node dist/index.js": "node dist/index.js",
    "node server.js | pino-pretty": "node server.js",
    "nodemon --watch src --exec ts-node src/index.ts": "ts-node src/index.ts",
    "nodemon server.js": "node server.js",
    "pm2-runtime start dist/main.js": "node dist/main.js",
    "bun run --hot src/index.ts": "bun src/index.ts",
    "node --watch server.js": "node server.js",
    "node -r dotenv/config server.js": "node -r dotenv/config server.js",
    "npm run server & npm run client": None,
    'concurrently "npm run a" "npm run b"': None,
    "cd server && node index.js": None,
    "npm start --prefix server": None,
    "yarn workspace api start": None,
    "egg-scripts start --daemon --title=shop": "egg-scripts start --title=shop",
    "node ./node_modules/next/dist/bin/next start": "next start",
    "nodemon --exec babel-node src/server": "babel-node src/server",
    "nodemon -r dotenv/config server.js": "node -r dotenv/config server.js",
    "next": None,
    "next start": "next start",
    "json-server --watch db.json": "json-server --watch db.json",
}


@pytest.mark.parametrize("written", SCRIPTS)
def test_what_a_script_runs_in_production_is_told(written: str) -> None:
    assert production({}, written) == SCRIPTS[written]


def test_a_script_that_calls_scripts_is_followed_and_a_ring_of_them_ends() -> None:
    scripts = {
        "start": "yarn serve",
        "serve": "npm run run-it",
        "run-it": "node a.js",
        "x": "npm run y",
        "y": "npm run x",
    }

    assert production(scripts, scripts["start"]) == "node a.js"
    assert production(scripts, scripts["x"]) in {None, "npm run x", "npm run y", "x", "y"}
