"""Components of two languages, and what a Dockerfile of one says."""

import json
from pathlib import Path

from tasks.dockerfiles import render
from tasks.dockerfiles.parse import Parsed
from tasks.models import Component, ImagePlan

PYTHON = Component(
    name="shop",
    kind="web",
    language="python",
    language_version="3.13",
    framework="flask",
    package_manager="pip",
    port=8000,
    start_command="gunicorn app:app --bind 0.0.0.0:8000",
    dependency_files=("requirements.txt",),
)
NODE = Component(
    name="shop",
    kind="web",
    language="node",
    language_version="22",
    framework="express",
    package_manager="npm",
    port=3000,
    start_command="node server.js",
    lock_file="package-lock.json",
    dependency_files=("package.json", "package-lock.json"),
)


def text_of(component: Component, context: Path) -> str:
    return render(ImagePlan(component=component, context=context)).text


def package(context: Path, **fields: object) -> None:
    (context / "package.json").write_text(json.dumps(fields))


def arguments(parsed: Parsed, kind: str) -> list[str]:
    return [each.arguments for each in parsed.instructions if each.kind == kind]


def position(text: str, part: str) -> int:
    assert part in text, f"{part!r} is not in:\n{text}"
    return text.index(part)
