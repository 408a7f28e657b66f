"""Metadata that stands in a script itself, as PEP 723 has it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Final

from tasks.detection.files import FileTree, join

_BLOCK: Final = re.compile(r"^# /// script[ \t]*\n(?P<content>(?:^#(?:| .*)\n)+?)^# ///[ \t]*$", re.MULTILINE)
_MAX_SCRIPTS: Final = 20


def inline_metadata(content: str) -> Mapping[str, object]:
    """The table of the script; empty when it has none, or one that is no TOML."""
    match = _BLOCK.search(content)
    if match is None:
        return {}
    try:
        return tomllib.loads("\n".join(line[2:] for line in match["content"].splitlines()))
    except tomllib.TOMLDecodeError:
        return {}


def scripts_with_metadata(tree: FileTree, folder: str) -> tuple[str, ...]:
    """The folder's own scripts that have such a table."""
    prefix = "" if folder == "." else f"{folder}/"
    own = [path for path in tree.ordered if path.endswith(".py") and path.startswith(prefix)]
    direct = [path for path in own if "/" not in path[len(prefix) :]][:_MAX_SCRIPTS]
    return tuple(path for path in direct if inline_metadata(tree.text(join(".", path)) or ""))
