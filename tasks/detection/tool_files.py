"""Version files that tools for switching releases read: one for a language, and those for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.detection import shape
from tasks.detection.evidence import line_of
from tasks.detection.files import FileTree, join


def asked_by_tool_files(tree: FileTree, folder: str, own: str, language: str) -> Iterator[tuple[str, int, str, str]]:
    """File, line, tool and version of each statement, the folder's own files before the root's."""
    for place in dict.fromkeys((folder, ".")):
        path = join(place, own)
        for number, line in enumerate((tree.text(path) or "").splitlines(), start=1):
            wanted = line.partition("#")[0].strip()
            if wanted:
                yield path, number, own.lstrip(".").replace("-", "_"), wanted
                break
        path = join(place, ".tool-versions")
        for number, line in enumerate((tree.text(path) or "").splitlines(), start=1):
            match = re.match(rf"(?:{language}|{language}js|{language}lang)\s+(\S+)", line)
            if match:
                yield path, number, "tool_versions", match[1]
        for name in ("mise.toml", ".mise.toml"):
            yield from _mise(tree, join(place, name), language)


def _mise(tree: FileTree, path: str, language: str) -> Iterator[tuple[str, int, str, str]]:
    text = tree.text(path)
    if text is None:
        return
    wanted = shape.table(shape.parse_toml(text, path).get("tools")).get(language)
    if isinstance(wanted, dict):
        wanted = wanted.get("version")
    if isinstance(wanted, list) and wanted:
        wanted = wanted[0]
    version = shape.text(wanted)
    if version:
        yield path, line_of(text, language) or 1, "mise", version
