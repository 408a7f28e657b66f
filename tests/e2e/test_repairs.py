"""Failures that are repaired without a person, and the ones that end in the former release."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.kit import Ended, Kit, get
from tests.e2e.traffic import Traffic

pytestmark = pytest.mark.docker


def repaired(ended: Ended) -> list[str]:
    """The amendments of a finished run, by their type."""
    record = next(line["record"] for line in ended.lines if line["event"] == "result")
    assert isinstance(record, dict)
    return [applied["amendment"]["type"] for applied in record["amendments"]]


def test_a_missing_compiler_is_added_and_the_application_answers(
    kit: Kit, app: Callable[[str], Path], free_port: int
) -> None:
    folder = app("hello-python")
    native = folder / "native"
    native.mkdir()
    (native / "setup.py").write_text(
        "from setuptools import Extension, setup\n"
        "setup(name='native', version='1.0', ext_modules=[Extension('native', ['native.c'])])\n"
    )
    (native / "native.c").write_text(
        '#include <Python.h>\nstatic struct PyModuleDef m = {PyModuleDef_HEAD_INIT, "native", 0, -1, 0};\n'
        "PyMODINIT_FUNC PyInit_native(void) { return PyModule_Create(&m); }\n"
    )
    requirements = folder / "requirements.txt"
    # a folder of the repository: pip keeps no wheel of it, which would need no compiler the next time
    requirements.write_text(requirements.read_text() + "./native\n")
    source = folder / "app.py"
    source.write_text("import native\n" + source.read_text())
    ended = kit.run(folder, "e2e-compiler", "--publish", str(free_port))
    assert ended.code == 0, ended.out + ended.err
    assert "add_system_packages" in repaired(ended)
    assert get(free_port)[0] == 200


@pytest.mark.parametrize(
    ("name", "file", "before", "after"),
    [
        ("hello-node", "server.js", 'app.listen(port, "0.0.0.0"', 'app.listen(port, "127.0.0.1"'),
    ],
)
def test_an_application_that_binds_to_localhost_is_told_to_listen_everywhere(
    kit: Kit, app: Callable[[str], Path], free_port: int, name: str, file: str, before: str, after: str
) -> None:
    folder = app(name)
    source = (folder / file).read_text()
    assert before in source
    (folder / file).write_text(source.replace(before, after))
    ended = kit.run(folder, "e2e-localhost", "--publish", str(free_port))
    assert ended.code == 0, ended.out + ended.err
    assert "set_bind_address" in repaired(ended)
    assert get(free_port)[0] == 200


def test_an_application_on_another_port_than_it_said_is_found_where_it_listens(
    kit: Kit, app: Callable[[str], Path], free_port: int
) -> None:
    folder = app("hello-node")
    ended = kit.run(
        folder, "e2e-port", "--port", "4567", "--start", "env PORT=3456 node server.js", "--publish", str(free_port)
    )
    assert ended.code == 0, ended.out + ended.err
    assert "set_port" in repaired(ended)
    assert get(free_port)[0] == 200


def test_a_release_that_crashes_leaves_the_former_one_answering(
    kit: Kit, app: Callable[[str], Path], free_port: int
) -> None:
    folder = app("hello-python")
    run = ("e2e-crash", "--publish", str(free_port))
    assert kit.run(folder, *run).code == 0
    (folder / "app.py").write_text("raise SystemExit('the configuration is broken')\n")
    with Traffic(free_port) as traffic:
        ended = kit.run(folder, *run, "--start", "gunicorn app:app --bind 0.0.0.0:8000", "--port", "8000")
    assert ended.code == 23, ended.out + ended.err
    assert "the configuration is broken" in ended.out + ended.err
    assert traffic.failures == []
    assert traffic.answered > 20
    assert get(free_port) == (200, "Hello from hello-python\n")


def test_a_first_release_that_crashes_is_kept_for_diagnosis(
    kit: Kit, app: Callable[[str], Path], free_port: int
) -> None:
    folder = app("hello-python")
    (folder / "app.py").write_text("raise SystemExit('the configuration is broken')\n")
    start = ("--start", "gunicorn app:app --bind 0.0.0.0:8000", "--port", "8000")
    ended = kit.run(folder, "e2e-first", "--publish", str(free_port), *start)
    assert ended.code == 23, ended.out + ended.err
    assert "the configuration is broken" in kit("logs", "e2e-first").out
    assert "failed" in kit("history", "e2e-first").out


def test_an_asgi_application_under_wsgi_workers_gets_the_right_ones(
    kit: Kit, app: Callable[[str], Path], free_port: int
) -> None:
    folder = app("hello-python")
    (folder / "requirements.txt").write_text("fastapi==0.116.1\nuvicorn==0.35.0\ngunicorn==23.0.0\n")
    (folder / "app.py").write_text(
        "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
        "@app.get('/health')\ndef health():\n    return {'status': 'ok'}\n"
    )
    start = ("--start", "gunicorn app:app --bind 0.0.0.0:8000", "--port", "8000")
    ended = kit.run(folder, "e2e-asgi", "--publish", str(free_port), *start)
    assert ended.code == 0, ended.out + ended.err
    assert repaired(ended) == ["set_start_command"]
    assert get(free_port, "/health") == (200, '{"status":"ok"}')
