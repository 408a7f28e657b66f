"""What the files of a Python project say about how it can be installed in layers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.detection.python.conda import read_environment
from tasks.detection.python.inline import inline_metadata
from tasks.detection.python.manifests import named_by_metadata
from tasks.detection.shape import parse_toml, table, text, texts
from tasks.dockerfiles.folder import Folder
from tasks.models import Component

_LOCAL_REQUIREMENT = re.compile(
    r"^\s*(?:-e\s+|--editable[ =])?(?:\.{1,2}(?:/\S*)?|file:\S+)(?:\[[^\]]*\])?\s*(?:#|;|$)", re.MULTILINE
)
_VERSION_FROM_GIT = re.compile(r"setuptools[-_]scm|hatch[-_]vcs|versioningit|poetry-dynamic-versioning")
_PREFERRED = ("requirements.txt", "requirements/production.txt", "requirements/prod.txt", "requirements/base.txt")


@dataclass(frozen=True, slots=True)
class PythonProject:
    """The facts that decide the order of installation and source."""

    requirements: str | None
    """The requirements file to install."""
    requirements_are_local: bool
    """It names folders of the repository, so the source must be there."""
    has_metadata: bool
    """pyproject.toml with a [project] table, setup.py, or setup.cfg with a build system."""
    dependencies_are_static: bool
    """pyproject.toml lists them."""
    is_package: bool
    """It can be installed itself."""
    must_be_installed: bool
    """Its start command or its layout needs that."""
    version_from_git: bool
    listed: tuple[str, ...]
    """Requirements of a conda environment or a script, where these are what is installed."""
    absent: tuple[str, ...]
    """What the environment asks for and pip does not have."""


def read_project(component: Component, folder: Folder) -> PythonProject:
    """The facts of this component. Raises Invalid for a pyproject.toml that is no TOML."""
    content = folder.text("pyproject.toml")
    pyproject = parse_toml(content, "pyproject.toml") if content else {}
    project, poetry = table(pyproject.get("project")), table(table(pyproject.get("tool")).get("poetry"))
    has_setup = folder.has("setup.py") or (folder.has("setup.cfg") and "build-system" in pyproject)
    requirements = _requirements_file(component, frozenset(named_by_metadata(project, poetry)))
    buildable = "build-system" in pyproject or has_setup
    dynamic = texts(project.get("dynamic"))
    listed, absent = _listed(component, folder)
    return PythonProject(
        requirements=requirements,
        requirements_are_local=bool(requirements and _LOCAL_REQUIREMENT.search(folder.text(requirements) or "")),
        has_metadata=bool(project) or has_setup,
        dependencies_are_static=bool(project) and "dependencies" not in dynamic,
        is_package=_is_package(pyproject, folder, buildable=buildable),
        must_be_installed=buildable and (_starts_own_script(component, project, poetry) or folder.has("src")),
        version_from_git=bool(_VERSION_FROM_GIT.search(content or "")),
        listed=listed,
        absent=absent,
    )


def _requirements_file(component: Component, others: frozenset[str]) -> str | None:
    """The file of requirements among those that an install reads; `others` are read for something else."""
    files = [
        file
        for file in (*((component.lock_file,) if component.lock_file else ()), *component.dependency_files)
        if file.endswith(".txt") and "constraint" not in file and file not in others
    ]
    return next((each for each in _PREFERRED if each in files), files[0] if files else None)


def _listed(component: Component, folder: Folder) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a conda environment asks for, or the script that is started; and what pip does not have of it."""
    file = next((each for each in component.dependency_files if each.startswith("environment.")), None)
    if component.package_manager == "conda" and file is not None:
        environment = read_environment(folder.text(file) or "", file)
        return environment.requirements, environment.absent
    if component.package_manager != "uv":
        return (), ()
    scripts = [word for word in (component.start_command or "").split() if word.endswith(".py")]
    found = (inline_metadata(folder.text(script) or "").get("dependencies") for script in scripts)
    return tuple(one for each in found for one in texts(each)), ()


def _starts_own_script(component: Component, project: object, poetry: object) -> bool:
    words = (component.start_command or "").split()
    if "pserve" in words:
        return True
    scripts = {*table(table(project).get("scripts")), *table(table(poetry).get("scripts"))}
    said = (each.value.split() for each in component.evidence if each.rule == "python.project_scripts")
    scripts |= {each[0] for each in said if each and not each[0].startswith("python")}
    return any(word in scripts for word in words)


def _is_package(pyproject: object, folder: Folder, *, buildable: bool) -> bool:
    """Whether something can be installed of the project itself."""
    tools = table(table(pyproject).get("tool"))
    poetry = table(tools.get("poetry"))
    if not buildable or table(tools.get("pdm")).get("distribution") is False:
        return False
    return not poetry or _has_poetry_package(poetry, table(pyproject).get("project"), folder)


def _has_poetry_package(poetry: object, project: object, folder: Folder) -> bool:
    settings = table(poetry)
    if settings.get("package-mode") is False:
        return False
    if settings.get("packages"):
        return True
    name = text(settings.get("name")) or text(table(project).get("name")) or ""
    module = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return bool(module) and any(folder.has(f"{parent}{module}{end}") for parent in ("", "src/") for end in ("", ".py"))
