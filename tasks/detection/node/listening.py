"""Where a program listens: what its calls say, what constants elsewhere hold, what files of variables suggest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection import shape
from tasks.detection.commands import EVERY_ADDRESS, LOOPBACK
from tasks.detection.evidence import SOURCE, WEAK, say
from tasks.detection.files import join
from tasks.detection.node.listens import JsListen
from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.passed import passed_port
from tasks.detection.node.ports import port_of
from tasks.detection.node.source import JsFile
from tasks.detection.node.sources import Sources
from tasks.detection.variable_files import suggested_port
from tasks.detection.yaml_text import parse_yaml
from tasks.errors import Invalid
from tasks.models import Evidence

_FREE_PORT: Final = 3000
"""For a program that asks PORT where to listen and has no default of its own."""
_SETTINGS: Final = (
    "config/production.json", "config/production.yml", "config/production.yaml", "config/default.json",
    "config/default.yml", "config/default.yaml", "config.json", "config/config.json", "config/index.json",
)  # fmt: skip
_ADDRESSED: Final = re.compile(r"\bhttps?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0):([1-9]\d{1,4})\b")
_ELSEWHERE: Final = re.compile(
    r"(?:^|/)(?:\w+[.-])?(?:dev|development|test|testing|staging|local)(?:[.-]\w+)?\.[cm]?[jt]s$"
)
_PRODUCTION: Final = re.compile(r"(?:^|/)(?:\w+[.-])?(?:prod|production)(?:[.-]\w+)?\.[cm]?[jt]s$")
"""Files of settings for one environment: containers run in production."""


def listening_in(files: list[JsFile]) -> list[tuple[str, JsListen]]:
    """The calls that listen, with their files."""
    return [(source.path, listen) for source in files for listen in source.listens]


def port_evidence(project: NodeProject, sources: Sources, places: list[tuple[str, JsListen]]) -> Iterator[Evidence]:
    """Ports, the addresses that variables give, and what files of variables suggest."""
    variables = dict.fromkeys(listen.variable for _, listen in places if listen.variable)
    for path, listen in places:
        port = listen.port or _of_variable(sources, listen.variable) or _elsewhere(sources, path, listen)
        if port:
            yield say("port", port, path, "node.listens", SOURCE, listen.line)
        elif listen.variable:
            yield say("port", _FREE_PORT, path, "node.port_variable", WEAK, listen.line)
            yield from _of_readme(sources)
        if listen.host_variable and listen.host in LOOPBACK:
            yield say("bind_address", EVERY_ADDRESS, path, "node.host_variable", SOURCE, listen.line)
    yield from suggested_port(sources.tree, project.folder, tuple(variables) or ("PORT",), "node.variable_file")


def _of_readme(sources: Sources) -> Iterator[Evidence]:
    """Where the README says that it is found, when that is one place; a variable gives it any port."""
    for name in ("README.md", "readme.md", "Readme.md"):
        path = join(sources.folder, name)
        text = sources.tree.text(path) or ""
        said = {match[1]: match.start() for match in _ADDRESSED.finditer(text)}
        if len(said) == 1:
            port, position = said.popitem()
            yield say("port", port, path, "node.readme", WEAK + 0.05, text.count("\n", 0, position) + 1)


def _of_variable(sources: Sources, variable: str | None) -> int | None:
    """The default that any file of the component gives to the variable."""
    for source in sources.interesting() if variable else []:
        for read in source.reads:
            if read.name == variable and re.fullmatch(r"[1-9]\d{1,4}", read.default or ""):
                return int(read.default or 0)
    return None


def _elsewhere(sources: Sources, path: str, listen: JsListen) -> int | None:
    """A port that another file's constant holds, or a file of settings."""
    if not listen.name:
        return None
    for source in sorted([*sources.reachable(path), *sources.interesting()], key=_rank):
        written = source.values.get(listen.name)
        port = port_of(written, source.values)[0] if written else None
        if port:
            return port
    passed = passed_port(listen.name, listen.line, sources.tree.text(path) or "", _with_texts(sources, path))
    if passed:
        return passed
    for name in _SETTINGS:
        port = _setting(_settings(sources, name), listen.name, 0)
        if port:
            return port
    return None


def _with_texts(sources: Sources, but: str) -> Iterator[tuple[str, JsFile]]:
    for source in sources.interesting():
        text = sources.tree.text(source.path) if source.path != but else None
        if text:
            yield text, source


def _rank(source: JsFile) -> int:
    return 0 if _PRODUCTION.search(source.path) else 2 if _ELSEWHERE.search(source.path) else 1


def _settings(sources: Sources, name: str) -> object:
    text = sources.tree.text(join(sources.folder, name)) or ""
    if name.endswith(".json"):
        return shape.loose_json(text)
    try:
        return parse_yaml(text, name) if text else {}
    except Invalid:
        return {}


def _setting(table: object, name: str, depth: int) -> int | None:
    """The number under that key, also below other keys."""
    rows = shape.table(table)
    value = rows.get(name)
    digits = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if re.fullmatch(r"[1-9]\d{1,4}", digits):
        return int(digits)
    if depth > 2:  # noqa: PLR2004 - nobody nests a port deeper
        return None
    return next((port for inner in rows.values() if (port := _setting(inner, name, depth + 1))), None)
