"""Which Python a project is tried with: what pipelines, READMEs and tools say where no file asks for a release."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import WEAK, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.pipelines import pipelines
from tasks.detection.versions import is_supported, resolve
from tasks.models import Evidence

_RELEASE: Final = re.compile(r"(?<![\d.])3\.\d{1,2}(?![\d])")
_PIPELINE: Final = re.compile(
    r"^[ \t-]*(?:python-version|python_version|PYTHON_VERSION|python)[ \t]*:[ \t]*(?P<said>[^\n#]*)"
    r"(?P<rows>(?:\n[ \t]*-[ \t]*[\"']?\d[^\n]*)*)|"
    r"^[ \t-]*image[ \t]*:[ \t]*[\"']?python:(?P<tag>\d[^\n#\"']*)",
    re.MULTILINE,
)
"""setup-python of GitHub, the list of Travis, an image of GitLab."""
_COMMAND: Final = re.compile(
    r"(?:\bconda (?:create|install)\b[^\n]{0,200}?\bpython[ ]?=+[ ]?|\bpy -|\buv python (?:install|pin) |"
    r"\buv (?:venv|init|sync)\b[^\n]{0,80}?(?:--python|-p)[ =]|\bpyenv (?:install|local|global|virtualenv)(?: -\w+)* |"
    r"\bpoetry env use (?:python)?|\bpipenv --python |"
    r"\bvirtualenv\b[^\n]{0,80}?(?:--python|-p)[ =]?(?:/usr/bin/)?python|"
    r"\bpython(?=3\.\d{1,2} -m (?:venv|virtualenv|pip)\b))(?P<release>3\.\d{1,2})\b"
)
"""A command that makes an environment."""
_PROSE: Final = re.compile(
    r"(?:\bPython[ \t]*(?:version)?[ \t]*(?P<least>>=|≥)?[ \t]*v?|badge/python-v?)"
    r"(?P<release>3\.\d{1,2})(?:\.(?:\d+|x))?(?P<more>[ \t]*(?:\+|%2B|or (?:higher|newer|later|above|greater|more)|"
    r"and (?:above|up|higher|newer|later)))?",
    re.IGNORECASE,
)
_READMES: Final = ("README.md", "README.rst", "README.txt", "README", "readme.md", "Readme.md")
_TOOL: Final = re.compile(
    r"^[ \t]*(?:python_version|pythonVersion|target-version)[ \t]*=[ \t]*[\"'\[ ]*(?:py(\d)(\d{1,2})|(3)\.(\d{1,2}))\b",
    re.MULTILINE,
)
_TOOL_FILES: Final = ("pyproject.toml", "ruff.toml", "mypy.ini", "setup.cfg", ".mypy.ini")


def tried_evidence(tree: FileTree, folder: str) -> Iterator[Evidence]:
    """The release that each of them names; the newest where a pipeline tries several."""
    for path in pipelines(tree, folder):
        yield from _of_pipeline(tree.text(path) or "", path)
    for place in dict.fromkeys((folder, ".")):
        for name in (*_READMES, "Makefile"):
            path = join(place, name)
            yield from _of_readme(tree.text(path) or "", path)
    for name in _TOOL_FILES:
        path = join(folder, name)
        text = tree.text(path) or ""
        if said := _TOOL.search(text):
            release = resolve("python", f"{said[1] or said[3]}.{said[2] or said[4]}")
            if release:
                yield say("language_version", release, path, "python.tool_target", WEAK + 0.02, line_of(text, said[0]))


def _of_pipeline(text: str, path: str) -> Iterator[Evidence]:
    found = {
        release: said.start()
        for said in _PIPELINE.finditer(text)
        if "${" not in (said["said"] or "")
        for release in _RELEASE.findall(f"{said['said'] or ''}{said['rows'] or ''}{said['tag'] or ''}")
    }
    known = sorted((each for each in found if resolve("python", each)), key=lambda each: int(each.partition(".")[2]))
    kept = [each for each in known if is_supported("python", each)] or known
    if kept:
        line = text.count("\n", 0, found[kept[-1]]) + 1
        worth = WEAK + (0.1 if len(known) == 1 else 0.04)
        yield say("language_version", kept[-1], path, "python.pipeline", worth, line)


def _of_readme(text: str, path: str) -> Iterator[Evidence]:
    """What the reader is told to make, else to have."""
    made = _COMMAND.search(text)
    told = made or (None if path.endswith("Makefile") else _PROSE.search(text))
    if told is None:
        return
    least = made is None and bool(told["least"] or told["more"])
    release = resolve("python", f">={told['release']}" if least else told["release"])
    if release:
        line = line_of(text, told[0])
        yield say("language_version", release, path, "python.readme", WEAK + (0.08 if made else 0.06), line)
