"""Python: a virtual environment made in the build stage, with the package manager that the project uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.probe import probe
from tasks.dockerfiles.python_project import PythonProject, read_project
from tasks.dockerfiles.recipe import Recipe
from tasks.dockerfiles.shared import share
from tasks.dockerfiles.tools import tool
from tasks.errors import Invalid
from tasks.models import Component, Setting

Install = Literal["nothing", "requirements", "pyproject", "project", "uv", "poetry", "pipenv", "pdm", "listed"]
_MANAGED: Mapping[str, Install] = {"poetry": "poetry", "pipenv": "pipenv", "pdm": "pdm"}
_SERVERS = ("uvicorn", "gunicorn")
_TOMLLIB_SINCE = (3, 11)
_PIP_OUTSIDE_SINCE = (3, 7)
"""Since then the images' own pip can do that."""


@dataclass(frozen=True, slots=True)
class AddedServer:
    """A server that the start command names and the project does not declare."""

    check: str
    """The statement that fails where it is not installed."""
    requirement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonRecipe(Recipe):
    """How a Python application is installed."""

    template: ClassVar[str] = "python"
    install: Install
    source_first: bool
    """The dependencies cannot be installed without the source."""
    locked: bool
    requirements: str | None
    listed: str
    """Requirements that stand in no file that pip reads, a line each."""
    server: AddedServer | None
    tool: str | None
    """The package manager as pip is told it."""
    plugin: str | None
    """What it needs beside it, likewise."""
    pip_outside: bool
    """The image's pip installs into the application's environment, which then needs none."""
    install_project: bool
    build_settings: tuple[Setting, ...]


def recipe(component: Component, root: Folder, folder: Folder) -> PythonRecipe:
    """The recipe for this component, whose files lie in `folder` below the context."""
    shared = share(component, root, component.start_command)
    project = read_project(component, folder)
    install = _install(component, project)
    needed = tool(install, release=shared.release)
    return PythonRecipe(
        **shared.fields(),
        probe=probe(component, "python"),
        preload=shared.preload("python"),
        install=install,
        source_first=_needs_source(install, project, shared.release),
        locked=component.lock_file is not None,
        requirements=project.requirements,
        listed="\n".join(project.listed or component.requirements),
        server=_added_server(component, folder, project, shared.release),
        tool=f"{needed.package}=={needed.version}" if needed else None,
        plugin=needed.plugin if needed else None,
        pip_outside=_since(shared.release, _PIP_OUTSIDE_SINCE),
        install_project=_installs_project(install, project) or (install == "uv" and _in_workspace(component)),
        build_settings=_build_settings(component, install, project),
    )


def _install(component: Component, project: PythonProject) -> Install:
    manager = component.package_manager or "pip"
    if manager in _MANAGED:
        return _MANAGED[manager]
    if manager == "uv" and project.has_metadata:
        return "uv"
    if manager in {"conda", "uv"} and project.listed and not project.absent:
        return "listed"
    if manager not in {"pip", "uv"}:
        missing = f", and pip does not have {', '.join(project.absent)}" if project.absent else ""
        raise Invalid(
            f"there is no template for the package manager {manager}{missing}",
            hint="add a Dockerfile, or a requirements.txt",
            reason="unsupported",
        )
    if project.requirements:
        return "requirements"
    if project.has_metadata:
        return "pyproject" if project.dependencies_are_static else "project"
    return "listed" if component.requirements else "nothing"


def _added_server(component: Component, folder: Folder, project: PythonProject, release: str) -> AddedServer | None:
    program = (component.start_command or "").split(" ")[0]
    files = {*component.dependency_files, component.lock_file or ""} - {""}
    said = "\n".join([*project.listed, *component.requirements, *(folder.text(file) or "" for file in files)])
    if program not in _SERVERS or program in said:
        return None
    needed = tool(program, release=release)
    return AddedServer(f"import {program}", f"{needed.package}=={needed.version}") if needed else None


def _needs_source(install: Install, project: PythonProject, release: str) -> bool:
    if install == "requirements":
        return project.requirements_are_local
    if install == "pyproject":
        return not _since(release, _TOMLLIB_SINCE)
    return install == "project"


def _since(release: str, first: tuple[int, int]) -> bool:
    return tuple(int(part) for part in release.split(".")) >= first


def _installs_project(install: Install, project: PythonProject) -> bool:
    match install:
        case "uv" | "poetry" | "pyproject" | "pdm":
            return project.is_package
        case "requirements":
            return project.must_be_installed and not project.requirements_are_local
        case _:
            return False


def _in_workspace(component: Component) -> bool:
    """Other members that it needs are installed with it."""
    return any(file.startswith("../") for file in component.dependency_files)


def _build_settings(component: Component, install: Install, project: PythonProject) -> tuple[Setting, ...]:
    settings = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    match install:
        case "uv":
            settings |= {
                "UV_COMPILE_BYTECODE": "1",
                "UV_LINK_MODE": "copy",
                "UV_PROJECT_ENVIRONMENT": "/opt/venv",
                "UV_PYTHON": "/usr/local/bin/python",
                "UV_PYTHON_DOWNLOADS": "never",
            }
        case "poetry":
            settings |= {"POETRY_NO_INTERACTION": "1", "POETRY_VIRTUALENVS_CREATE": "false", "VIRTUAL_ENV": "/opt/venv"}
        case "pipenv":
            settings |= {"PIPENV_VERBOSITY": "-1"}
        case "pdm":
            settings |= {"PDM_CHECK_UPDATE": "0", "PDM_PYTHON": "/usr/local/bin/python", "PDM_USE_VENV": "0"}
        case _:
            pass
    if project.version_from_git:
        settings["SETUPTOOLS_SCM_PRETEND_VERSION"] = component.version or "0.0.0"
    return tuple(Setting(name=name, value=value) for name, value in sorted(settings.items()))
