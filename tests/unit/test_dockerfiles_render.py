"""What every Dockerfile of ours promises, for each language, package manager and kind of project."""

from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.dockerfiles.parse import exec_form, parse
from tasks.errors import Invalid
from tasks.models import Component, ImagePlan, Kind
from tests.unit.dockerfile_kit import NODE, PYTHON, arguments, position, text_of


@pytest.mark.parametrize("component", [PYTHON, NODE], ids=["python", "node"])
def test_every_bar_of_a_web_application_is_met(component: Component, tmp_path: Path) -> None:
    parsed = parse(text_of(component, tmp_path))
    last = parsed.stages[-1]
    kinds = [each.kind for each in last.instructions]
    assert len(parsed.stages) >= 2
    assert all(stage.base == f"{component.language}:{component.language_version}-slim" for stage in parsed.stages)
    assert arguments(parsed, "USER") == ["10001:10001"]
    assert kinds.index("USER") > max(i for i, kind in enumerate(kinds) if kind in {"RUN", "COPY"})
    assert arguments(parsed, "EXPOSE") == [str(component.port)]
    assert exec_form(arguments(parsed, "CMD")[0]) == tuple((component.start_command or "").split())
    assert any("--mount=type=cache," in flag for each in parsed.instructions for flag in each.flags)
    assert "HEALTHCHECK" in kinds
    assert "curl" not in "".join(parsed.lines)
    assert f'PORT="{component.port}"' in "\n".join(arguments(parsed, "ENV"))
    assert 'org.opencontainers.image.title="shop"' in arguments(parsed, "LABEL")[0]
    assert "revision" not in arguments(parsed, "LABEL")[0]
    assert "ARG" not in parsed.kinds
    assert not parsed.lines[0].startswith("# syntax")


@pytest.mark.parametrize("component", [PYTHON, NODE], ids=["python", "node"])
def test_dependencies_come_before_the_source(component: Component, tmp_path: Path) -> None:
    text = text_of(component, tmp_path)
    manifest = position(text, f"COPY {' '.join(sorted(component.dependency_files))} ./")
    install = position(text, "install --requirement" if component is PYTHON else "npm ci")
    assert manifest < install < position(text, "COPY . ./")


def test_the_same_plan_gives_the_same_bytes_whatever_the_order_of_its_packages(tmp_path: Path) -> None:
    one = PYTHON.changed(build_packages=("gcc", "libpq-dev"), runtime_packages=("libpq5", "libjpeg62-turbo"))
    other = PYTHON.changed(build_packages=("libpq-dev", "gcc"), runtime_packages=("libjpeg62-turbo", "libpq5"))
    assert text_of(one, tmp_path) == text_of(other, tmp_path)


def test_packages_to_compile_stay_out_of_the_last_stage(tmp_path: Path) -> None:
    text = text_of(PYTHON.changed(build_packages=("gcc",), runtime_packages=("libpq5",)), tmp_path)
    build, last = text.split("\nFROM ")
    assert "--no-install-recommends gcc " in build
    assert "libpq5" not in build
    assert "--no-install-recommends libpq5 " in last
    assert "gcc" not in last


@pytest.mark.parametrize("kind", ["worker", "job"])
def test_what_does_not_listen_has_no_port_and_no_health_check(kind: Kind, tmp_path: Path) -> None:
    text = text_of(PYTHON.changed(kind=kind, port=None, start_command="python worker.py"), tmp_path)
    assert "EXPOSE" not in text
    assert "PORT=" not in text
    assert "HEALTHCHECK NONE\n" in text


@pytest.mark.parametrize("component", [PYTHON, NODE], ids=["python", "node"])
def test_a_known_health_path_is_asked_and_an_unknown_one_is_not_guessed(component: Component, tmp_path: Path) -> None:
    known = parse(text_of(component.changed(health_path="/up"), tmp_path))
    unknown = parse(text_of(component, tmp_path))
    words = exec_form(arguments(known, "HEALTHCHECK")[0].removeprefix("CMD "))
    assert words is not None
    assert words[0] == component.language
    assert words[-1] == "/up"
    assert "create_connection" in str(unknown.lines) or "net" in str(arguments(unknown, "HEALTHCHECK"))


def test_no_more_than_the_component_itself_is_copied(tmp_path: Path) -> None:
    text = text_of(PYTHON.changed(path="services/api"), tmp_path)
    assert "COPY services/api/requirements.txt ./\n" in text
    assert "COPY services/api/ ./\n" in text
    assert "COPY . " not in text


@pytest.mark.parametrize("version", ["3.11", "3.11.4"])
def test_a_patch_release_means_its_line(version: str, tmp_path: Path) -> None:
    assert text_of(PYTHON.changed(language_version=version), tmp_path).startswith("FROM python:3.11-slim AS build\n")


def test_a_release_without_fixes_is_a_warning(tmp_path: Path) -> None:
    dockerfile = render(ImagePlan(component=NODE.changed(language_version="18"), context=tmp_path))
    assert dockerfile.warnings == ("node 18 gets no security fixes any more",)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"language": "cobol"}, "no Dockerfile template for cobol"),
        ({"language_version": "2.7"}, "no base image for python 2.7"),
        ({"kind": "library"}, "a library"),
        ({"start_command": None}, "how shop is started"),
        ({"package_manager": "conda"}, "package manager conda"),
        ({"path": "../elsewhere"}, "outside"),
        ({"dependency_files": ("../../x.txt",)}, "outside"),
    ],
)
def test_what_cannot_be_built_is_refused_with_a_hint(changes: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=said) as refused:
        text_of(PYTHON.changed(**changes), tmp_path)
    assert refused.value.hint


def test_a_project_with_static_metadata_gets_its_dependencies_before_its_source(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires=["hatchling"]\n[project]\nname="shop"\ndependencies=["flask"]\n'
    )
    text = text_of(PYTHON.changed(dependency_files=("pyproject.toml",)), tmp_path)
    assert position(text, "import tomllib") < position(text, "COPY . ./") < position(text, "install --no-deps .")


def test_dependencies_that_only_a_build_can_tell_come_after_the_source(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[build-system]\n[project]\nname="shop"\ndynamic=["dependencies"]\n')
    text = text_of(PYTHON.changed(dependency_files=("pyproject.toml",)), tmp_path)
    assert position(text, "COPY . ./") < position(text, "install .\n")


def test_requirements_that_name_the_project_itself_come_after_the_source(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("flask\n-e .\n")
    text = text_of(PYTHON, tmp_path)
    assert position(text, "COPY . ./") < position(text, "install --requirement")


def test_uv_keeps_to_its_lock_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname="shop"\ndependencies=[]\n')
    uv = PYTHON.changed(package_manager="uv", dependency_files=("pyproject.toml", "uv.lock"), lock_file="uv.lock")
    text = text_of(uv, tmp_path)
    assert position(text, "uv sync --frozen --no-dev --no-install-workspace") < position(text, "COPY . ./")
    assert 'UV_PYTHON_DOWNLOADS="never"' in text
    assert "uv sync --no-dev --no-install-workspace" in text_of(uv.changed(lock_file=None), tmp_path)


@pytest.mark.parametrize(("folder", "installed"), [("shop", True), ("src/shop", True), ("other", False)])
def test_poetry_installs_a_project_only_where_its_package_is(folder: str, installed: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a column of the table
    (tmp_path / "pyproject.toml").write_text('[tool.poetry]\nname="shop"\n[build-system]\nrequires=["poetry-core"]\n')
    (tmp_path / folder).mkdir(parents=True)
    text = text_of(PYTHON.changed(package_manager="poetry", dependency_files=("pyproject.toml",)), tmp_path)
    assert "poetry export --only main --output /tmp/requirements.txt" in text
    assert ("poetry install --only-root --compile" in text) == installed


def test_a_version_taken_from_git_is_given_where_there_is_no_git(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[build-system]\nrequires=["setuptools-scm"]\n[project]\nname="shop"\n')
    text = text_of(PYTHON.changed(dependency_files=("pyproject.toml",), version="1.2"), tmp_path)
    assert 'SETUPTOOLS_SCM_PRETEND_VERSION="1.2"' in text


def test_an_own_dockerfile_is_returned_byte_for_byte(tmp_path: Path) -> None:
    own = "FROM --platform=linux/amd64 Example.invalid:5000/base:1 AS b\r\nFROM b\nFROM scratch\nCMD x"
    own = own.replace("Example", "example")
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/Dockerfile").write_bytes(own.encode())
    (tmp_path / ".dockerignore").write_text("docs\n")
    dockerfile = render(ImagePlan(component=PYTHON.changed(dockerfile="deploy/Dockerfile"), context=tmp_path))
    assert (dockerfile.text, dockerfile.dockerignore, dockerfile.origin) == (own, "docs\n", "existing")
    assert [str(base) for base in dockerfile.bases] == ["example.invalid:5000/base:1"]


def test_an_own_dockerfile_can_be_improved_or_passed_over(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a\nCMD x\n")
    component = PYTHON.changed(dockerfile="Dockerfile")
    improved = render(ImagePlan(component=component, context=tmp_path, choice="improved"))
    generated = render(ImagePlan(component=component, context=tmp_path, choice="generated"))
    assert (improved.origin, generated.origin) == ("improved", "generated")
    assert improved.text == "FROM a\nUSER 10001:10001\nCMD x\n"
    with pytest.raises(Invalid, match="no Dockerfile that could be improved"):
        render(ImagePlan(component=PYTHON, context=tmp_path, choice="improved"))


def test_a_base_that_an_argument_decides_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("ARG BASE\nFROM $BASE\nCMD x\n")
    dockerfile = render(ImagePlan(component=PYTHON.changed(dockerfile="Dockerfile"), context=tmp_path))
    assert dockerfile.bases == ()
    assert "argument" in dockerfile.warnings[0]


def test_a_build_command_that_begins_in_another_folder_is_run_there(tmp_path: Path) -> None:
    text = text_of(PYTHON.changed(build_command="cd front/end && npm run build"), tmp_path)
    assert "WORKDIR /app/front/end\nRUN npm run build\nWORKDIR /app\n" in text


def test_a_manager_that_cannot_prune_is_a_warning(tmp_path: Path) -> None:
    yarn3 = NODE.changed(package_manager="yarn", package_manager_version="3.8.6", build_command="yarn build")
    (warning,) = render(ImagePlan(component=yarn3, context=tmp_path)).warnings
    assert "this version of yarn" in warning


def test_a_lock_file_of_any_size_says_its_version(tmp_path: Path) -> None:
    (tmp_path / "yarn.lock").write_text("__metadata:\n" + "# filler\n" * 200_000)
    text = text_of(NODE.changed(package_manager="yarn", lock_file="yarn.lock"), tmp_path)
    assert "@yarnpkg/cli-dist@4" in text
