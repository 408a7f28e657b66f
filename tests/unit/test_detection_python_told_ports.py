"""Ports that a Python program is told by files beside it, and scripts that a pipeline starts at their hour."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

GUARD = "if __name__ == '__main__':\n    "
AIOHTTP = "from aiohttp import web\napp = web.Application()\n"
SERVER = "from http.server import HTTPServer\n"
PORTS = {
    "YAML in a section": (
        {"settings.yml": "database:\n  port: 5432\nserver:\n  port: 8183\n"},
        f"{AIOHTTP}told = yaml.safe_load(open('settings.yml'))\n{GUARD}web.run_app(app, port=told['server']['port'])\n",
        8183,
    ),
    "JSON": (
        {"config.json": '{"port": 8184}'},
        f"{AIOHTTP}told = json.load(open('config.json'))\n{GUARD}web.run_app(app, port=told['port'])\n",
        8184,
    ),
    "an example of what is not committed": (
        {"config.example.toml": "[web]\nport = 8185\n"},
        f"{AIOHTTP}told = tomllib.load(open('config.toml'))\n{GUARD}web.run_app(app, port=told['web']['port'])\n",
        8185,
    ),
    "a table of the code": (
        {},
        f"{AIOHTTP}TOLD = {{'web': {{'port': 8190}}}}\n{GUARD}web.run_app(app, port=TOLD['web']['port'])\n",
        8190,
    ),
    "a table of another module": (
        {"told.py": "TOLD = {'port': 8191}\n"},
        f"from told import TOLD\n{AIOHTTP}{GUARD}web.run_app(app, port=TOLD['port'])\n",
        8191,
    ),
    "an entry that is set": (
        {},
        f"{AIOHTTP}app['port'] = 8192\n{GUARD}web.run_app(app, port=app['port'])\n",
        8192,
    ),
    "an example of the environment": (
        {".env.example": "PORT=8186\n"},
        f"import os\n{AIOHTTP}{GUARD}web.run_app(app, port=int(os.environ['PORT']))\n",
        8186,
    ),
    "the code's own default before that": (
        {".env.example": "PORT=8186\n"},
        f"import os\n{AIOHTTP}{GUARD}web.run_app(app, port=int(os.environ.get('PORT', 8187)))\n",
        8187,
    ),
    "a server's class that is a parameter": (
        {},
        f"{SERVER}def go(made=HTTPServer, port=8188):\n    made(('', port), 0).serve_forever()\n{GUARD}go()\n",
        8188,
    ),
}


@pytest.mark.parametrize("case", PORTS)
def test_the_port_is_what_the_program_is_told(case: str, tmp_path: Path) -> None:
    files, code, port = PORTS[case]
    component = component_of(tmp_path, {"requirements.txt": "aiohttp\n", **files, "main.py": code})

    assert (component.kind, component.port) == ("web", port)


WORKFLOW = ".github/workflows/daily.yml"
DAILY = (
    "on:\n  schedule:\n    - cron: '0 6 * * *'\njobs:\n  all:\n    steps:\n      - run: python ./take_prices.py --all\n"
)
SCRIPTS = {f"{name}.py": f"print('{name}')\n" for name in ("take_prices", "draw", "tidy", "old_prices", "compare")}


def test_the_script_that_a_pipeline_starts_at_its_hour_is_the_job(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"requirements.txt": "requests\n", **SCRIPTS, WORKFLOW: DAILY})

    assert (component.kind, component.start_command) == ("job", "python take_prices.py")


@pytest.mark.parametrize(
    "text", [DAILY + "      - run: git commit -am prices && git push\n", DAILY.replace("cron", "on")]
)
def test_one_that_writes_into_the_repository_or_has_no_hour_is_none(text: str, tmp_path: Path) -> None:
    assert profile_of(tmp_path, {"requirements.txt": "requests\n", **SCRIPTS, WORKFLOW: text}).verdict == "unsupported"
