"""Programs of a Node.js project that wait for work beside its server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.detection_kit import profile_of

SERVER = "require('express')().listen(3000);\n"
QUEUE = "const Queue = require('bull');\nnew Queue('mail').process(async () => {});\n"
TYPED = "import { Worker } from 'bullmq';\nnew Worker('mail', async () => {});\n"
CONSUMER = "require('amqplib').connect('x').then((c) => c.createChannel()).then((ch) => ch.consume('mail', send));\n"


def project(dependencies: str = "express bull", **scripts: str) -> dict[str, str]:
    names = {name.replace("_", ":"): written for name, written in scripts.items()}
    package = {"name": "shop", "scripts": names, "dependencies": dict.fromkeys(dependencies.split(), "1")}
    return {"package.json": json.dumps(package), "server.js": SERVER}


BESIDE: dict[str, tuple[dict[str, str], list[tuple[str, str]]]] = {
    "a script's": (
        {**project(start="node server.js", start_worker="node jobs/mail.js"), "jobs/mail.js": QUEUE},
        [("shop-worker", "node jobs/mail.js")],
    ),
    "a script's that restarts it": (
        {**project(start="node server.js", worker="nodemon worker.js"), "worker.js": QUEUE},
        [("shop-worker", "node worker.js")],
    ),
    "by its name": ({**project(start="node server.js"), "worker.js": QUEUE}, [("shop-worker", "node worker.js")]),
    "of a broker": (
        {**project("express amqplib", start="node server.js", consumer="node read.js"), "read.js": CONSUMER},
        [("shop-consumer", "node read.js")],
    ),
    "beside pages that a framework starts": (
        {
            **project("next react bullmq tsx", build="next build", start="next start", worker="tsx mail/index.ts"),
            "app/page.tsx": "export default () => null;\n",
            "mail/index.ts": TYPED,
        },
        [("shop-worker", "tsx mail/index.ts")],
    ),
    "one that the server imports": (
        {
            **project(start="node server.js", worker="node worker.js"),
            "server.js": f"require('./worker');\n{SERVER}",
            "worker.js": QUEUE,
        },
        [],
    ),
    "one that ends": (
        {**project(start="node server.js", jobs="node tidy.js"), "tidy.js": "console.log('tidy');\n"},
        [],
    ),
    "one for developers": (
        {**project("express", start="node server.js", worker_dev="node mail.js"), "mail.js": "setInterval(send, 9);\n"},
        [],
    ),
    "one that a compose file leaves out": (
        {
            **project(start="node server.js", worker="node worker.js"),
            "worker.js": QUEUE,
            "compose.yaml": "services:\n  shop: {build: ., ports: ['3000:3000']}\n",
        },
        [],
    ),
}


@pytest.mark.parametrize("case", BESIDE)
def test_a_program_that_waits_beside_a_server_is_a_component(case: str, tmp_path: Path) -> None:
    files, beside = BESIDE[case]
    components = profile_of(tmp_path, files).components

    assert [(each.name, each.start_command) for each in components[1:]] == beside
    assert {each.kind for each in components[1:]} <= {"worker"}
