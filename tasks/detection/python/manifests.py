"""What a Python project declares: dependencies, metadata, package manager, and the files that an install needs."""

from __future__ import annotations

import configparser
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import line_of
from tasks.detection.files import FileTree, join
from tasks.detection.python.conda import read_environment
from tasks.detection.python.inline import inline_metadata, scripts_with_metadata
from tasks.detection.python.manager import conda_file, lock_file, package_manager
from tasks.detection.python.setup_text import made_scripts
from tasks.detection.python.workspaces import members, workspace_root
from tasks.detection.reading import FROM_GIT, Dependency
from tasks.models import Evidence

REQUIREMENTS: Final = (
    "requirements.txt", "requirements/production.txt", "requirements/prod.txt", "requirements/deploy.txt",
    "requirements/base.txt", "requirements/requirements.txt", "requirements/main.txt", "requirements/common.txt",
    "requirements/default.txt", "requirements/app.txt", "requirements/web.txt", "requirements-prod.txt",
    "requirements_prod.txt", "requirements.prod.txt", "requirements-production.txt", "requirement.txt", "reqs.txt",
    "requirements.in", "requirments.txt", "req.txt", "requirements_app.txt", "requirements-app.txt",
    "requirements/local.txt", "requirements/development.txt", "requirements/dev.txt",
)  # fmt: skip
_MAX_REQUIREMENT: Final = 500
_MAX_INCLUDES: Final = 20


@dataclass(frozen=True, slots=True)
class PythonProject:
    """The manifests of one folder."""

    folder: str
    pyproject: Mapping[str, object]
    pyproject_text: str
    requirements: tuple[str, ...]
    """Relative to the folder; the first one is what is installed, the others it includes."""
    dependencies: tuple[Dependency, ...]
    scripts: tuple[tuple[str, str, int | None], ...]
    """Console scripts: name, "module:function", line of pyproject.toml."""
    manager: Evidence | None
    lock_file: str | None
    is_installable: bool
    """An install of the project makes its console scripts."""
    setup_name: str | None = None
    """The name that setup.cfg or setup.py says."""
    workspace: str | None = None
    """The folder of the workspace that this one is a member of."""

    @property
    def project(self) -> Mapping[str, object]:
        """[project]."""
        return shape.table(self.pyproject.get("project"))

    @property
    def poetry(self) -> Mapping[str, object]:
        """[tool.poetry]."""
        return shape.table(shape.table(self.pyproject.get("tool")).get("poetry"))

    @property
    def name(self) -> str | None:
        """The project's own name."""
        return shape.text(self.project.get("name")) or shape.text(self.poetry.get("name")) or self.setup_name

    @property
    def version(self) -> str | None:
        """The project's own version, when it is written down and looks like one."""
        version = shape.text(self.project.get("version")) or shape.text(self.poetry.get("version"))
        return version if version and re.fullmatch(r"[0-9A-Za-z.+!_-]{1,60}", version) else None


def read_project(tree: FileTree, folder: str) -> PythonProject:
    """All manifests of the folder. Raises Invalid for a pyproject.toml that is not TOML."""
    path = join(folder, "pyproject.toml")
    text = tree.manifest(path)
    pyproject = shape.parse_toml(text, path) if text else {}
    requirements = _requirement_files(tree, folder)
    dependencies = [
        *_from_requirements(tree, folder, requirements),
        *_from_pyproject(pyproject, path, text),
        *_from_pipfile(tree, folder),
        *_from_setup(tree, folder),
        *_from_conda(tree, folder),
        *_from_scripts(tree, folder),
    ]
    root = workspace_root(tree, folder)
    return PythonProject(
        folder=folder,
        pyproject=pyproject,
        pyproject_text=text,
        requirements=requirements,
        dependencies=tuple({each.name: each for each in reversed(dependencies)}.values())[::-1],
        scripts=_scripts(tree, folder, pyproject, text),
        manager=package_manager(tree, folder, pyproject, requirements, root),
        lock_file=lock_file(tree, folder, root),
        is_installable="build-system" in pyproject or join(folder, "setup.py") in tree.paths,
        setup_name=_setup_name(tree, folder),
        workspace=root,
    )


def dependency_files(tree: FileTree, project: PythonProject) -> tuple[str, ...]:
    """What an install of the dependencies reads, relative to the component."""
    manager = project.manager.value if project.manager else "pip"
    wanted: list[str] = []
    if manager == "pip" and project.requirements:
        wanted += project.requirements
    elif manager == "pipenv":
        wanted += ["Pipfile", "Pipfile.lock"]
    elif manager == "conda":
        wanted += ["environment.yml", "environment.yaml"]
        wanted += project.requirements if "-r " in (tree.text(conda_file(tree, project.folder) or "") or "") else ()
    else:
        wanted += ["pyproject.toml", project.lock_file or "", "setup.py", "setup.cfg"]
        wanted += [*named_by_metadata(project.project, project.poetry), "poetry.toml", "uv.toml"]
        wanted += _of_workspace(tree, project)
    return tuple(name for name in dict.fromkeys(wanted) if name and join(project.folder, name) in tree.paths)


def _of_workspace(tree: FileTree, project: PythonProject) -> Iterator[str]:
    """The manifests of the workspace and of all its members, as seen from the project."""
    if project.workspace is None:
        return
    for folder in (project.workspace, *members(tree, project.workspace)):
        for name in ("pyproject.toml", "uv.toml"):
            yield posixpath.relpath(join(folder, name), project.folder)


def named_by_metadata(*tables: Mapping[str, object]) -> Iterator[str]:
    """README and licence files that a build back end insists on, as [project] and [tool.poetry] name them."""
    for table in tables:
        readme = table.get("readme")
        yield from shape.texts([readme, shape.table(readme).get("file"), shape.table(table.get("license")).get("file")])
        yield from shape.texts(readme)


def _requirement_files(tree: FileTree, folder: str) -> tuple[str, ...]:
    first = next((name for name in REQUIREMENTS if join(folder, name) in tree.paths), None)
    found: list[str] = []
    waiting = [first] if first else []
    while waiting and len(found) < _MAX_INCLUDES:
        name = waiting.pop(0)
        if name in found:
            continue
        found.append(name)
        below = name.rpartition("/")[0]
        for line in (tree.text(join(folder, name)) or "").splitlines():
            match = re.match(r"(?:-r|--requirement|-c|--constraint)[ =]\s*([^\s#]+)", line.strip())
            included = join(below or ".", match[1]) if match else ""
            if included and join(folder, included) in tree.paths:
                waiting.append(included)
    return tuple(found)


def _from_requirements(tree: FileTree, folder: str, files: tuple[str, ...]) -> Iterator[Dependency]:
    for name in files:
        path = join(folder, name)
        for number, line in enumerate((tree.text(path) or "").splitlines(), start=1):
            dependency = _dependency(line.partition(" #")[0].partition(" --")[0].strip().rstrip("\\"), path, number)
            if dependency:
                yield dependency


def _dependency(written: str, file: str, line: int | None) -> Dependency | None:
    """Name and extras of one requirement; the range does not matter here."""
    written = re.sub(r"^(?:-e|--editable)[ =]\s*(?=git\+)", "", written)
    if not written or len(written) > _MAX_REQUIREMENT or written[0] in "#-./":
        return None
    egg = re.search(r"#egg=([A-Za-z0-9._-]+)", written)
    address = re.match(r"git\+\S+?/([A-Za-z0-9._-]+?)(?:\.git)?(?:[@#]\S*)?$", written)
    name = egg[1] if egg else address[1] if address else written
    match = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[([^\]]*)\])?", name)
    if match is None or "://" in match[0]:
        return None
    extras = {each.strip() for each in (match[2] or "").split(",") if each.strip()}
    extras |= {FROM_GIT} if "git+" in written else set()
    return Dependency(_canonical(match[1]), file, line, tuple(sorted(extras)))


def _canonical(name: str) -> str:
    """As PEP 503 compares names."""
    return re.sub(r"[-_.]+", "-", name).lower().strip("-")


def _from_pyproject(pyproject: Mapping[str, object], path: str, text: str) -> Iterator[Dependency]:
    project = shape.table(pyproject.get("project"))
    for written in shape.texts(project.get("dependencies")):
        dependency = _dependency(written, path, line_of(text, written))
        if dependency:
            yield dependency
    poetry = shape.table(shape.table(pyproject.get("tool")).get("poetry"))
    for name, constraint in shape.table(poetry.get("dependencies")).items():
        if name != "python":
            yield Dependency(_canonical(name), path, line_of(text, f"\n{name}"), _extras(constraint))


def _from_pipfile(tree: FileTree, folder: str) -> Iterator[Dependency]:
    path = join(folder, "Pipfile")
    text = tree.text(path)
    if text is None:
        return
    for name, constraint in shape.table(shape.parse_toml(text, path).get("packages")).items():
        yield Dependency(_canonical(name), path, line_of(text, name), _extras(constraint))


def _extras(constraint: object) -> tuple[str, ...]:
    given = shape.table(constraint)
    return (*shape.texts(given.get("extras")), *((FROM_GIT,) if "git" in given else ()))


def _from_setup(tree: FileTree, folder: str) -> Iterator[Dependency]:
    """install_requires of setup.cfg; of setup.py the literal ones."""
    path = join(folder, "setup.cfg")
    config = _setup_cfg(tree.text(path) or "")
    for written in config.get("options", "install_requires", fallback="").splitlines():
        dependency = _dependency(written.strip(), path, None)
        if dependency:
            yield dependency
    path = join(folder, "setup.py")
    text = tree.text(path) or ""
    block = re.search(r"install_requires\s*=\s*\[([^\]]{0,20000})\]", text)
    for written in re.findall(r"[\"']([^\"'\n]{1,200})[\"']", block[1]) if block else []:
        dependency = _dependency(written, path, line_of(text, written))
        if dependency:
            yield dependency


def _setup_name(tree: FileTree, folder: str) -> str | None:
    """The name in setup.cfg; of setup.py the literal one."""
    said = _setup_cfg(tree.text(join(folder, "setup.cfg")) or "").get("metadata", "name", fallback="").strip()
    call = re.search(r"\bsetup\(.*", tree.text(join(folder, "setup.py")) or "", re.DOTALL)
    literal = re.search(r"(?:[(,]|^)\s*name\s*=\s*[\"']([\w.-]{1,80})[\"']", call[0], re.MULTILINE) if call else None
    name = said or (literal[1] if literal else "")
    return name if re.fullmatch(r"[\w.-]{1,80}", name) else None


def _from_conda(tree: FileTree, folder: str) -> Iterator[Dependency]:
    path = conda_file(tree, folder)
    text = tree.text(path) if path else None
    for written in read_environment(text, path).requirements if path and text else ():
        dependency = _dependency(written, path or "", None)
        if dependency:
            yield replace(dependency, line=line_of(text or "", re.split(r"[=<>!~ \[]", written)[0]))


def _from_scripts(tree: FileTree, folder: str) -> Iterator[Dependency]:
    """Dependencies that scripts name themselves."""
    for path in scripts_with_metadata(tree, folder):
        text = tree.text(path) or ""
        for written in shape.texts(inline_metadata(text).get("dependencies")):
            dependency = _dependency(written, path, line_of(text, written))
            if dependency:
                yield dependency


def _setup_cfg(text: str) -> configparser.ConfigParser:
    config = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        config.read_string(text)
    except configparser.Error:
        return configparser.ConfigParser()
    return config


def _scripts(
    tree: FileTree, folder: str, pyproject: Mapping[str, object], text: str
) -> tuple[tuple[str, str, int | None], ...]:
    project = shape.table(shape.table(pyproject.get("project")).get("scripts"))
    poetry = shape.table(shape.table(shape.table(pyproject.get("tool")).get("poetry")).get("scripts"))
    found = {**poetry, **project}
    config = _setup_cfg(tree.text(join(folder, "setup.cfg")) or "")
    for line in config.get("options.entry_points", "console_scripts", fallback="").splitlines():
        name, _, target = line.partition("=")
        found.setdefault(name.strip(), target.strip())
    setup = tree.text(join(folder, "setup.py")) or ""
    if "console_scripts" in setup:
        for name, target in re.findall(r"[\"']\s*([\w.-]{1,80})\s*=\s*([\w.]{1,120}:[\w.]{1,80})\s*[\"']", setup):
            found.setdefault(name, target)
        for name, target in re.findall(
            r"^[ \t]*([\w.-]{1,80})[ \t]*=[ \t]*([\w.]{1,120}:[\w.]{1,80})[ \t]*$", setup, re.MULTILINE
        ):
            found.setdefault(name, target)
        for name, target in made_scripts(setup):
            found.setdefault(name, target)
    return tuple(
        (name, target, line_of(text, f"\n{name}") and (line_of(text, f"\n{name}") or 0) + 1)
        for name, target in found.items()
        if isinstance(target, str)
        and re.fullmatch(r"[A-Za-z0-9._-]{1,80}", name)
        and re.fullmatch(r"[\w.]{1,120}:[\w.]{1,120}", target)
    )
