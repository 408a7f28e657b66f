"""hadolint and trivy find nothing in any Dockerfile of ours, whatever it is made for."""

import itertools
import json
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.models import Component, ImagePlan

SCRIPTS = Path(sysconfig.get_path("scripts"))
PYPROJECT = """
[build-system]
requires = ["hatchling"]
[project]
name = "shop"
dependencies = ["flask"]
[tool.poetry]
name = "shop"
"""


def components() -> Iterator[Component]:
    web = Component(name="shop", kind="web", language="python", port=8000, start_command="gunicorn app:app")
    worker: dict[str, object] = {"kind": "worker", "port": None, "start_command": "python a.py && python b.py"}
    packages: dict[str, object] = {"build_packages": ("gcc", "libpq-dev"), "runtime_packages": ("libpq5",)}
    forms: list[dict[str, object]] = [
        {},
        {"build_command": "make all"},
        {"build_command": "cd a && b | c"},
        worker,
        packages,
    ]
    forms += [{"bind_address": "0.0.0.0", "health_path": "/up"}]  # noqa: S104 - the amendment under test
    for manager, form in itertools.product(["pip", "uv", "poetry", "pipenv", "pdm"], forms):
        file = {"pip": "requirements.txt", "pipenv": "Pipfile"}.get(manager, "pyproject.toml")
        for files in {(file,), ("pyproject.toml",)} if manager == "pip" else {(file,)}:
            yield web.changed(package_manager=manager, dependency_files=files, **form)
    yield web.changed(
        path="services/a", dependency_files=("requirements.txt", "../shared.txt"), build_command="make all"
    )
    node = web.changed(language="node", start_command="node a.js", dependency_files=("package.json",))
    for manager, framework, form in itertools.product(["npm", "yarn", "pnpm", "bun"], ["express", "nextjs"], forms):
        yield node.changed(package_manager=manager, framework=framework, **form)
    yield node.changed(package_manager="yarn", package_manager_version="3.8.6", build_command="yarn build")
    site: dict[str, object] = {"kind": "static", "start_command": None, "health_path": "/"}
    yield web.changed(language="static", static_folder="public", **site)
    yield web.changed(framework="hugo", build_command="hugo", static_folder="public", **{**site, "language": "static"})
    yield node.changed(build_command="npm run build", static_folder="dist", **site)
    yield web.changed(framework="mkdocs", build_command="mkdocs build", static_folder="site", **site)
    yield node.changed(
        path="apps/a", lock_file="../../pnpm-lock.yaml", package_manager="pnpm", build_command="npm run build"
    )
    yield from compiled(web, forms)


def compiled(web: Component, forms: list[dict[str, object]]) -> Iterator[Component]:
    beside: dict[str, object] = {"runtime_files": ("templates", "config.yaml")}
    libraries: dict[str, object] = {"build_packages": ("gcc", "libc6-dev")}
    for form in [*forms, beside, libraries]:
        given = {**form, "start_command": "./shop"}
        go = {"dependency_files": ("go.mod", "go.sum"), "lock_file": "go.sum", "package_manager": "go"}
        yield web.changed(language="go", **{**go, **given})
        rust = {"dependency_files": ("Cargo.toml", "Cargo.lock"), "lock_file": "Cargo.lock", "package_manager": "cargo"}
        yield web.changed(language="rust", **{**rust, **given})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    context = tmp_path_factory.mktemp("context")
    (context / "pyproject.toml").write_text(PYPROJECT)
    (context / "shop").mkdir()
    written = tmp_path_factory.mktemp("dockerfiles")
    for number, component in enumerate(components()):
        (context / "next.config.js").write_text("output: 'standalone'" if number % 2 else "")
        text = render(ImagePlan(component=component, context=context)).text
        place = written / f"{number:03}-{component.language}-{component.package_manager}"
        place.mkdir()
        (place / "Dockerfile").write_text(text)
    return written


def test_hadolint_has_no_finding(folder: Path) -> None:
    files = sorted(map(str, folder.glob("*/Dockerfile")))
    assert len(files) > 60
    done = subprocess.run([SCRIPTS / "hadolint", *files], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_hadolint_has_no_finding_in_any_golden_dockerfile_of_ours() -> None:
    golden = Path(__file__).parents[1] / "golden"
    files = [str(file) for file in golden.glob("*/Dockerfile*") if file.parent.name != "existing-dockerfile"]
    assert len(files) > 100
    done = subprocess.run([SCRIPTS / "hadolint", *files], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_trivy_has_no_finding(folder: Path) -> None:
    done = subprocess.run(
        [
            SCRIPTS / "trivy",
            "config",
            "--skip-check-update",
            "--skip-version-check",
            "--quiet",
            "--format",
            "json",
            folder,
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    results = json.loads(done.stdout)["Results"]
    looked_at = [each for each in results if each["MisconfSummary"]["Successes"] > 0]
    assert len(looked_at) == len(list(folder.glob("*/Dockerfile")))
    assert [each["Misconfigurations"] for each in results if each.get("Misconfigurations")] == []
