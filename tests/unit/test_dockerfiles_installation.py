"""What runs while dependencies are installed, and which files an installation reads."""

import json
from pathlib import Path

from tasks.dockerfiles import render
from tasks.models import Component, ImagePlan

NODE = Component(
    name="shop",
    kind="web",
    language="node",
    language_version="22",
    package_manager="npm",
    port=3000,
    start_command="node server.js",
    lock_file="package-lock.json",
    dependency_files=("package.json", "package-lock.json"),
)


def text_of(component: Component, context: Path) -> str:
    return render(ImagePlan(component=component, context=context)).text


def package(context: Path, **scripts: str) -> None:
    (context / "package.json").write_text(json.dumps({"scripts": scripts}))


def test_a_prepare_script_that_builds_finds_its_source(tmp_path: Path) -> None:
    package(tmp_path, prepare="tsc", build="tsc")
    text = text_of(NODE.changed(build_command="npm run build"), tmp_path)
    assert text.index("COPY . ./") < text.index("npm ci")


def test_a_prepare_script_for_git_hooks_does_not_move_the_source(tmp_path: Path) -> None:
    package(tmp_path, prepare="husky install", build="tsc")
    text = text_of(NODE.changed(build_command="npm run build"), tmp_path)
    assert text.index("npm ci") < text.index("COPY . ./")


def test_a_prepublish_script_never_runs_because_of_an_installation(tmp_path: Path) -> None:
    package(tmp_path, prepublish="npm test", prepare="husky")
    assert "npm pkg delete scripts.prepare scripts.prepublish" in text_of(NODE, tmp_path)
    built = text_of(NODE.changed(build_command="npm run build"), tmp_path)
    assert "npm pkg delete scripts.prepublish \\\n" in built


def test_a_licence_is_no_list_of_requirements(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires=["hatchling"]\n[project]\nname="shop"\ndependencies=["flask"]\n'
        'readme="README.txt"\nlicense={file="LICENSE.txt"}\n'
    )
    component = Component(
        name="shop",
        kind="web",
        language="python",
        language_version="3.13",
        package_manager="pip",
        port=8000,
        start_command="flask --app shop run",
        dependency_files=("pyproject.toml", "README.txt", "LICENSE.txt"),
    )
    text = text_of(component, tmp_path)
    assert "--requirement LICENSE.txt" not in text
    assert "--requirement README.txt" not in text
