"""Settings that a compiled program reads from files: YAML, TOML, JSON, INI and examples of the environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tasks.detection import shape
from tasks.detection.files import FileTree, join
from tasks.detection.yaml_text import parse_yaml
from tasks.errors import Invalid

_PLACES: Final = ("", "config/", "configs/", "configuration/", "conf/", "etc/")
_NAMES: Final = (
    "config", "default", "base", "application", "app", "settings", "production", "prod", "configuration",
    "config.example", "server", "local", "development", "dev",
)  # fmt: skip
_ENDINGS: Final = ("yaml", "yml", "toml", "json", "conf", "ini")
_EXAMPLES: Final = (
    ".env.example",
    ".env.sample",
    ".env",
    "app.env",
    ".env.production",
    ".env.dist",
    ".env.template",
    "example.env",
)
_PAIR: Final = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*?)\s*$")
_MAX_DEPTH: Final = 4


def settings_of(tree: FileTree, folder: str, named: Iterable[str] = ()) -> dict[str, str]:
    """Values by dotted key in lower case; of several files the first one, those named before the usual ones."""
    said = sorted({join(folder, name) for name in named if name.endswith(tuple(f".{each}" for each in _ENDINGS))})
    found: dict[str, str] = {}
    for path in (*(each for each in said if each in tree.paths), *_files(tree, folder)):
        for key, value in _flat(_parsed(tree, path)):
            found.setdefault(key, value)
    return found


def environment_of(tree: FileTree, folder: str) -> dict[str, str]:
    """What files such as .env.example give to variables."""
    found: dict[str, str] = {}
    for name in _EXAMPLES:
        for line in (tree.text(join(folder, name)) or "").splitlines():
            match = _PAIR.match(line)
            if match and match[2] and not match[2].startswith(("#", "$", "<")):
                found.setdefault(match[1], re.sub(r"\s+#.*$", "", match[2]).strip("\"'"))
    return found


def _files(tree: FileTree, folder: str) -> Iterator[str]:
    for name in _NAMES:
        for place in _PLACES:
            for ending in _ENDINGS:
                path = join(folder, f"{place}{name}.{ending}")
                if path in tree.paths:
                    yield path


def _parsed(tree: FileTree, path: str) -> Mapping[str, object]:
    """The file's table; empty for one that cannot be read: it may be a template."""
    text = tree.text(path) or ""
    try:
        if path.endswith((".yaml", ".yml")):
            return shape.table(parse_yaml(text, path))
        if path.endswith(".toml"):
            return shape.parse_toml(text, path)
        if path.endswith(".json"):
            return shape.loose_json(text)
    except Invalid:
        return {}
    return {match[1]: match[2].strip("\"'") for line in text.splitlines() if (match := _PAIR.match(line))}


def _flat(table: Mapping[str, object], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        name = f"{prefix}{key}".lower()
        if isinstance(value, dict) and depth < _MAX_DEPTH:
            yield from _flat(value, f"{name}.", depth + 1)
        elif isinstance(value, str | int) and not isinstance(value, bool) and shape.text(str(value)):
            yield name, _default(str(value))


def _default(value: str) -> str:
    """What `${PORT:-8080}` or `${PORT:8080}` is without the variable."""
    match = re.fullmatch(r"\$\{\w+:-?([^}]*)\}", value)
    return match[1] if match else value
