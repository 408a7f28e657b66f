"""Repositories that want to break or to command what analyses them."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.detection import render_json, render_markdown
from tasks.errors import Invalid
from tests.unit.detection_kit import component_of, profile_of

DEEP = 100_000
FLASK = "from flask import Flask\napp = Flask(__name__)\n"

BROKEN = {
    "json without an end": ({"package.json": '{\n "name": "x",\n'}, "package.json, line 3"),
    "json that is a list": ({"package.json": "[]"}, "package.json, line 1"),
    "json that is nested without end": ({"package.json": "[" * DEEP}, "package.json, line 1"),
    "toml that is none": ({"pyproject.toml": "[project]\nname = \n"}, "pyproject.toml, line 2"),
    "toml with a key twice": ({"pyproject.toml": "[project]\nname='a'\nname='b'\n"}, "pyproject.toml, line 3"),
    "toml that is nested without end": ({"pyproject.toml": "a = " + "[" * DEEP}, "pyproject.toml, line 1"),
    "a Pipfile that is none": ({"Pipfile": "[packages\n"}, "Pipfile, line 1"),
    "yaml that holds itself": ({"package.json": "{}", "pnpm-workspace.yaml": "a: 1\npackages: &a [*a]\n"}, "line 2"),
    "yaml with a long chain of aliases": (
        {
            "package.json": "{}",
            "pnpm-workspace.yaml": "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 5000)),
        },
        "pnpm-workspace.yaml, line",
    ),
    "yaml that is nested without end": ({"environment.yml": "[" * DEEP}, "environment.yml, line 1"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_project_file_is_named_with_its_line(case: str, tmp_path: Path) -> None:
    files, place = BROKEN[case]

    with pytest.raises(Invalid, match=re.escape(place)) as raised:
        profile_of(tmp_path, files)

    assert raised.value.reason == "unreadable"
    assert raised.value.hint


def test_a_yaml_bomb_is_refused_at_once(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    started = time.process_time()
    profile = profile_of(tmp_path, {"app.py": FLASK, "requirements.txt": "flask\n", "compose.yaml": "\n".join(lines)})

    assert time.process_time() - started < 1
    assert any("alias" in warning for warning in profile.warnings)


SOURCES = {
    "python that is nested without end": ("main.py", "app = " + "(" * DEEP),
    "python with a null byte": ("main.py", "import os\x00"),
    "python of another version": ("main.py", "print 'hello'\n"),
    "python with an endless sum": ("main.py", "x = " + "+".join(["1"] * DEEP)),
    "javascript of slashes": ("index.js", "process.env" + "/" * DEEP),
    "javascript of open brackets": ("index.js", "app.listen(" * (DEEP // 10)),
    "javascript of quotes": ("index.js", "listen(" + "'\\" * DEEP),
    "javascript of dollars": ("index.js", "x.listen" + "$a" * DEEP),
    "javascript of a long word": ("index.js", "x.listen " + "a" * (10 * DEEP)),
    "javascript of open comments": ("index.js", "x.listen " + "/*" * DEEP),
    "javascript of backquotes": ("index.js", "x.listen " + "`\\" * DEEP),
    "javascript of spaces": ("index.js", "const" + " " * DEEP + "x.listen" + " " * DEEP + "if" + " " * DEEP),
    "javascript of empty lines": ("index.js", "x.listen" + "\n" * DEEP),
    "javascript of constants": ("index.js", "const a = " * DEEP + "x.listen"),
    "javascript of calls": ("index.js", "a.use('/x', " * (DEEP // 5) + "health"),
    "javascript of listens": ("index.js", "a.listen(" * (DEEP // 20)),
    "javascript of imports": ("index.js", "import {" * (DEEP // 5) + "health"),
    "javascript of conditions": ("index.js", "if (!a) {" * (DEEP // 10) + "listen("),
    "python of empty lines": ("main.py", "\n" * DEEP + "import os"),
    "a tsconfig of quotes": ("tsconfig.json", '"\\' * DEEP),
    "requirements of one line": ("requirements.txt", "a" * DEEP + "[" * DEEP),
    "a setup.py of quotes": ("setup.py", "console_scripts install_requires = [" + "' " * DEEP),
    "javascript of words": ("index.js", "app.get " * DEEP + "process.env.A || " * 1000),
    "javascript of braces": ("index.js", "const {" * (DEEP // 10) + "} = process.env"),
}


@pytest.mark.parametrize("case", SOURCES)
def test_hostile_source_costs_little_and_breaks_nothing(case: str, tmp_path: Path) -> None:
    name, text = SOURCES[case]
    started = time.process_time()
    profile = profile_of(tmp_path, {name: text, "package.json": '{"scripts": {"start": "node index.js"}}'})

    assert profile.verdict in {"deployable", "unsupported", "nothing_found"}
    assert time.process_time() - started < 5


def test_a_name_becomes_a_label_whatever_it_was(tmp_path: Path) -> None:
    package = {"name": "x\n    hostNetwork: true", "scripts": {"start": "node a.js"}, "main": "a.js"}
    component = component_of(tmp_path, {"package.json": json.dumps(package), "a.js": "x.listen(80)"})

    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?", component.name)


def test_a_version_that_holds_an_instruction_is_dropped(tmp_path: Path) -> None:
    package = {"version": '1.0"\nRUN curl x', "engines": {"node": '20"\nRUN id'}, "packageManager": "npm@9\nRUN id"}
    component = component_of(tmp_path, {"package.json": json.dumps(package), "server.js": "x.listen(80)"})

    assert component.version is None
    assert component.language_version is None
    assert component.package_manager_version is None


def test_a_command_that_spans_lines_is_not_taken(tmp_path: Path) -> None:
    package = {"scripts": {"start": "node a.js\nRUN id"}}
    dockerfile = 'FROM python:3.12\nEXPOSE 80\nCMD ["python", "x\\nRUN id"]\n'
    component = component_of(
        tmp_path, {"package.json": json.dumps(package), "server.js": "x.listen(80)", "Dockerfile": dockerfile}
    )

    assert component.start_command == "node server.js"


def test_what_is_shown_to_a_person_cannot_leave_its_cell(tmp_path: Path) -> None:
    code = "import os\nos.environ.get('X', '| <script>alert(1)</script> [a](javascript:b) `')\n"
    shown = render_markdown(profile_of(tmp_path, {"main.py": code}))

    assert "<script>" not in shown
    assert "\\| &lt;script" in shown


def test_a_file_name_with_quotes_stays_one_word(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"a'; id #.py": "import time\nwhile True:\n    time.sleep(1)\n"})

    assert component.start_command == "python 'a'\"'\"'; id #.py'"


VALUES = st.text(max_size=40) | st.sampled_from(
    ['"', "\\", "\n", "$(id)", "`id`", "'; id #", "\x1b[2J", "\u202e", "%s"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=VALUES, version=VALUES, start=VALUES, node=VALUES, dependency=VALUES, default=VALUES)
def test_any_value_survives_as_data(
    tmp_path: Path, name: str, version: str, start: str, node: str, dependency: str, default: str
) -> None:
    package = {
        "name": name,
        "version": version,
        "scripts": {"start": f"node {start}"},
        "engines": {"node": node},
        "dependencies": {dependency: "1"},
    }
    profile = profile_of(
        tmp_path,
        {
            "package.json": json.dumps(package),
            "index.js": f"const x = process.env.X || {json.dumps(default)};x.listen(80)",
        },
    )
    rendered = render_json(profile)

    assert json.loads(rendered)["verdict"] in {"deployable", "unsupported"}
    for component in profile.components:
        for each in (component.start_command or "", component.version or "", *(e.value for e in component.evidence)):
            assert each.isprintable()


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    files = {f"part{n}/package.json": '{"scripts": {"start": "node a.js"}}' for n in range(20)}

    assert render_json(profile_of(tmp_path, files)) == render_json(profile_of(tmp_path, files))
