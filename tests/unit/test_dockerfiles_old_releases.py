"""Releases that get no security fixes any more: their images are still built, with what their tools understand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.models import ImagePlan
from tests.unit.detection_kit import component_of
from tests.unit.dockerfile_kit import NODE, package

PYTHON = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}


@pytest.mark.parametrize(
    ("release", "image", "install"),
    [("14", "node:14-slim", "npm ci --only=production"), ("16", "node:16-slim", "npm ci --omit=dev")],
)
def test_an_older_npm_is_told_in_its_own_words_what_to_leave_out(
    release: str, image: str, install: str, tmp_path: Path
) -> None:
    package(tmp_path, scripts={"prepublish": "x"})
    dockerfile = render(ImagePlan(component=NODE.changed(language_version=release), context=tmp_path))

    assert f"FROM {image}" in dockerfile.text
    assert install in dockerfile.text
    assert f"node {release} gets no security fixes any more" in dockerfile.warnings


LOCKS = {"3": ("npm@8.19.4", "npm ci --omit=dev"), "2": (None, "npm ci --only=production")}


@pytest.mark.parametrize("version", LOCKS)
def test_a_lock_file_that_an_older_npm_cannot_read_brings_a_newer_one(version: str, tmp_path: Path) -> None:
    tool, install = LOCKS[version]
    package(tmp_path, scripts={})
    (tmp_path / "package-lock.json").write_text(f'{{\n  "name": "x",\n  "lockfileVersion": {version}\n}}')

    def text(release: str) -> str:
        return render(ImagePlan(component=NODE.changed(language_version=release), context=tmp_path)).text

    assert install in text("14")
    assert (f"--prefix /opt/tool {tool}" in text("14")) is (tool is not None)
    assert "/opt/tool" not in text("18")


def test_an_older_npm_is_asked_for_no_command_that_it_lacks(tmp_path: Path) -> None:
    package(tmp_path, scripts={"prepare": "husky install"})

    def text(release: str) -> str:
        return render(ImagePlan(component=NODE.changed(language_version=release), context=tmp_path)).text

    assert "npm pkg delete" not in text("14")
    assert "npm pkg delete" in text("18")


@pytest.mark.parametrize(
    ("release", "environment", "install"),
    [
        ("3.6", "python -m venv /opt/venv", "\n    /opt/venv/bin/pip install --requirement"),
        (
            "3.7",
            "python -m venv --without-pip /opt/venv",
            "\n    pip --python /opt/venv/bin/python install --requirement",
        ),
    ],
)
def test_an_older_pip_installs_from_inside_the_environment(
    release: str, environment: str, install: str, tmp_path: Path
) -> None:
    component = component_of(tmp_path, {**PYTHON, "runtime.txt": f"python-{release}.9\n"})
    dockerfile = render(ImagePlan(component=component, context=tmp_path))

    assert f"FROM python:{release}-slim" in dockerfile.text
    assert environment in dockerfile.text
    assert install in dockerfile.text


def test_an_older_php_has_an_image_on_the_debian_of_its_time(tmp_path: Path) -> None:
    files = {"composer.json": '{"require": {"php": "^7.4"}}', "index.php": "<?php echo 'x';\n"}
    dockerfile = render(ImagePlan(component=component_of(tmp_path, files), context=tmp_path))

    assert "FROM php:7.4-apache-bullseye" in dockerfile.text
