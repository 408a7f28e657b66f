"""Which Python a project asks for, in the documented order: tool files, then constraints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import CONFIGURATION, DEPENDENCY, MANIFEST, TOOL_FILE, WEAK, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.python.inline import inline_metadata, scripts_with_metadata
from tasks.detection.python.manager import conda_file
from tasks.detection.python.manifests import PythonProject
from tasks.detection.python.tried import tried_evidence
from tasks.detection.tool_files import asked_by_tool_files
from tasks.detection.versions import is_supported, resolve, unknown_release
from tasks.models import Evidence


def version_evidence(tree: FileTree, project: PythonProject) -> Iterator[Evidence]:
    """Every statement about the release of Python; what cannot be resolved says nothing."""
    for file, line, rule, wanted, confidence in _asked(tree, project):
        release = resolve("python", wanted)
        if release:
            yield say("language_version", release, file, rule, confidence, line)
    yield from tried_evidence(tree, project.folder)


def version_warnings(tree: FileTree, project: PythonProject) -> Iterator[str]:
    """A sentence for each version that is asked for and that no known release satisfies."""
    for file, line, _, wanted, _ in _asked(tree, project):
        if resolve("python", wanted) is None:
            yield unknown_release("python", wanted, file, line)


def _asked(tree: FileTree, project: PythonProject) -> Iterator[tuple[str, int | None, str, str, float]]:
    for file, line, tool, wanted in asked_by_tool_files(tree, project.folder, ".python-version", "python"):
        yield file, line, f"python.{tool}", wanted, TOOL_FILE
    path = join(project.folder, "runtime.txt")
    if said := re.search(r"^[ \t]*(python-\d[\w.]{0,20})", tree.text(path) or "", re.MULTILINE | re.IGNORECASE):
        yield path, line_of(tree.text(path) or "", said[1]), "python.runtime_txt", said[1].lower(), TOOL_FILE - 0.01
    path, text = join(project.folder, "pyproject.toml"), project.pyproject_text
    requires = shape.text(project.project.get("requires-python"))
    if requires:
        yield path, line_of(text, "requires-python"), "python.requires_python", requires, _worth(requires)
    dependencies = shape.table(project.poetry.get("dependencies"))
    constraint = shape.text(dependencies.get("python"))
    if constraint:
        line = (line_of(text, "\npython") or 0) + 1
        yield path, line, "python.poetry_constraint", constraint, _worth(constraint) - 0.01
    yield from _pipfile(tree, project)
    conda = conda_file(tree, project.folder)
    pinned = re.search(
        r"^[ \t]*-[ \t]*python[ \t]*=*[ \t]*([<>=~\d.,*]{1,40})",
        (tree.text(conda) if conda else "") or "",
        re.MULTILINE,
    )
    if conda and pinned:
        is_installed = project.manager is not None and project.manager.value == "conda"
        worth = (_worth(pinned[1]) if is_installed else DEPENDENCY) - 0.01
        yield conda, line_of(tree.text(conda) or "", pinned[0].strip()), "python.conda_environment", pinned[1], worth
    yield from _setup(tree, project)
    yield from _scripts(tree, project)
    yield from _hosting(tree, project)
    yield from _compiled(tree, project)
    yield from _classifiers(tree, project)


_PLATFORMS: Final = (
    ("app.yaml", re.compile(r"^runtime:\s*python(\d)(\d{1,2})\b", re.MULTILINE)),
    ("render.yaml", re.compile(r"key:\s*PYTHON_VERSION\s+value:\s*[\"']?(3)\.(\d{1,2})\b")),
    ("netlify.toml", re.compile(r"PYTHON_VERSION\s*=\s*[\"']?(3)\.(\d{1,2})\b")),
    ("nixpacks.toml", re.compile(r"(?:NIXPACKS_PYTHON_VERSION\s*=\s*[\"']?|\bpython)(3)\.?(\d{1,2})\b")),
    (".replit", re.compile(r"\bpython-(3)\.(\d{1,2})\b")),
    ("Pipfile.lock", re.compile(r"\"python_version\":\s*\"(3)\.(\d{1,2})\"")),
)
_COMPILED: Final = re.compile(
    r"^#.*\bpip-compile with [Pp]ython (3\.\d{1,2})\b|^#.*\buv pip compile\b.*--python-version[= ](3\.\d{1,2})\b",
    re.MULTILINE,
)
"""What tools write in front of a list of requirements that they worked out."""


def _worth(wanted: str) -> float:
    """A range that admits many releases is worth less than a file that names one, such as a Dockerfile."""
    return DEPENDENCY if re.search(r"[>^]|^\*$", wanted) else MANIFEST


_Asked = tuple[str, int | None, str, str, float]


def _setup(tree: FileTree, project: PythonProject) -> Iterator[_Asked]:
    """python_requires: of setup.cfg, and of setup.py the literal, which may have a name."""
    for name, quote in (("setup.cfg", "[\"']?"), ("setup.py", "[\"']")):
        path = join(project.folder, name)
        text = tree.text(path) or ""
        match = re.search(rf"python_requires\s*=\s*{quote}([^\"'\n]{{1,60}})", text)
        if match is None and (named := re.search(r"python_requires\s*=\s*([A-Za-z_]\w*)", text)):
            match = re.search(rf"^{named[1]}\s*=\s*[\"']([^\"'\n]{{1,60}})", text, re.MULTILINE)
        if match:
            line, rule = line_of(text, "python_requires"), f"python.{name.replace('.', '_')}"
            yield path, line, rule, match[1], _worth(match[1]) - 0.02


def _scripts(tree: FileTree, project: PythonProject) -> Iterator[_Asked]:
    for path in scripts_with_metadata(tree, project.folder):
        text = tree.text(path) or ""
        wanted = shape.text(inline_metadata(text).get("requires-python"))
        if wanted:
            yield path, line_of(text, "requires-python"), "python.inline_metadata", wanted, _worth(wanted) - 0.03


def _hosting(tree: FileTree, project: PythonProject) -> Iterator[_Asked]:
    """What platforms are told: a README Hugging Face, app.yaml App Engine, render.yaml Render, and others alike."""
    path = join(project.folder, "README.md")
    text = tree.text(path) or ""
    front = re.match(r"---\n.{0,3000}?\n---", text, re.DOTALL) if text.startswith("---") else None
    match = re.search(r"^python_version:\s*[\"']?([\d.]{1,10})", front[0], re.MULTILINE) if front else None
    if match:
        yield path, line_of(text, match[0]), "python.space", match[1], CONFIGURATION
    for name, pattern in _PLATFORMS:
        for path in dict.fromkeys((join(project.folder, name), name)):
            text = tree.text(path) or ""
            if match := pattern.search(text):
                yield path, line_of(text, match[0]), "python.platform", f"{match[1]}.{match[2]}", CONFIGURATION


def _compiled(tree: FileTree, project: PythonProject) -> Iterator[_Asked]:
    """The release under which the list of requirements was worked out."""
    for name in project.requirements:
        path = join(project.folder, name)
        match = _COMPILED.search((tree.text(path) or "")[:2000])
        if match:
            line = line_of(tree.text(path) or "", match[0])
            yield path, line, "python.compiled", match[1] or match[2], CONFIGURATION - 0.02


def _classifiers(tree: FileTree, project: PythonProject) -> Iterator[_Asked]:
    """The newest release that the metadata says it was tried with."""
    for name in ("pyproject.toml", "setup.cfg", "setup.py"):
        path = join(project.folder, name)
        text = tree.text(path) or ""
        found = re.findall(r"Programming Language :: Python :: (3)\.(\d{1,2})\b", text)
        if found:
            newest = f"3.{max(int(minor) for _, minor in found)}"
            if is_supported("python", newest):
                yield path, line_of(text, f":: {newest}"), "python.classifier", newest, WEAK
            return


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
