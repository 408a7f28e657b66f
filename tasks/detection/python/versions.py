"""Which Python a project asks for, in the documented order: tool files, then constraints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.detection import shape
from tasks.detection.evidence import CONFIGURATION, MANIFEST, TOOL_FILE, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.python.manager import conda_file
from tasks.detection.python.manifests import PythonProject
from tasks.detection.tool_files import asked_by_tool_files
from tasks.detection.versions import resolve, unknown_release
from tasks.models import Evidence


def version_evidence(tree: FileTree, project: PythonProject) -> Iterator[Evidence]:
    """Every statement about the release of Python; what cannot be resolved says nothing."""
    for file, line, rule, wanted, confidence in _asked(tree, project):
        release = resolve("python", wanted)
        if release:
            yield say("language_version", release, file, rule, confidence, line)


def version_warnings(tree: FileTree, project: PythonProject) -> Iterator[str]:
    """A sentence for each version that is asked for and that no known release satisfies."""
    for file, line, _, wanted, _ in _asked(tree, project):
        if resolve("python", wanted) is None:
            yield unknown_release("python", wanted, file, line)


def _asked(tree: FileTree, project: PythonProject) -> Iterator[tuple[str, int | None, str, str, float]]:
    for file, line, tool, wanted in asked_by_tool_files(tree, project.folder, ".python-version", "python"):
        yield file, line, f"python.{tool}", wanted, TOOL_FILE
    path = join(project.folder, "runtime.txt")
    wanted = (tree.text(path) or "").strip()
    if wanted.startswith("python-"):
        yield path, 1, "python.runtime_txt", wanted, TOOL_FILE - 0.01
    path, text = join(project.folder, "pyproject.toml"), project.pyproject_text
    requires = shape.text(project.project.get("requires-python"))
    if requires:
        yield path, line_of(text, "requires-python"), "python.requires_python", requires, MANIFEST
    dependencies = shape.table(project.poetry.get("dependencies"))
    constraint = shape.text(dependencies.get("python"))
    if constraint:
        line = (line_of(text, "\npython") or 0) + 1
        yield path, line, "python.poetry_constraint", constraint, MANIFEST - 0.01
    yield from _pipfile(tree, project)
    conda = conda_file(tree, project.folder)
    pinned = re.search(
        r"^[ \t]*-[ \t]*python[ \t]*=*[ \t]*([<>=~\d.,*]{1,40})",
        (tree.text(conda) if conda else "") or "",
        re.MULTILINE,
    )
    if conda and pinned:
        yield (
            conda,
            line_of(tree.text(conda) or "", pinned[0].strip()),
            "python.conda_environment",
            pinned[1],
            MANIFEST - 0.01,
        )
    for name in ("setup.cfg", "setup.py"):
        path = join(project.folder, name)
        text = tree.text(path) or ""
        match = re.search(r"python_requires\s*=\s*[\"']?([^\"'\n]{1,60})", text)
        if match:
            yield path, line_of(text, "python_requires"), f"python.{name.replace('.', '_')}", match[1], MANIFEST - 0.02


def _pipfile(tree: FileTree, project: PythonProject) -> Iterator[tuple[str, int | None, str, str, float]]:
    path = join(project.folder, "Pipfile")
    text = tree.text(path)
    if text is None:
        return
    requires = shape.table(shape.parse_toml(text, path).get("requires"))
    for key in ("python_full_version", "python_version"):
        wanted = shape.text(requires.get(key))
        if wanted:
            yield path, line_of(text, key), "python.pipfile_requires", wanted, CONFIGURATION
            return
