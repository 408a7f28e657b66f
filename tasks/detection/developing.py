"""Commands that start a program as those do who write it: restarted as it changes, pages built when asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tasks.detection import shape
from tasks.detection.ecosystems import COMPLETE
from tasks.detection.entry_scripts import last_command
from tasks.detection.evidence import best
from tasks.detection.files import FileTree, join
from tasks.detection.node.scripts import production
from tasks.detection.reading import Reading
from tasks.models import Evidence

_DEVELOPMENT: Final = re.compile(
    r"--reload\b|--debug\b|--watch\b|\brunserver(?:_plus)?\b|\bnodemon\b|\bfastapi dev\b|\bflask\b[^&;|]*\brun\b|"
    r"\b(?:npm|yarn|pnpm)(?: run)? (?:\w+:)?dev\b|\bdotnet watch\b|\biex -S\b|"
    r"\btail -f\b|\bsleep infinity\b|^(?:ba)?sh$|\b(?:npm|pip|yarn|pnpm) (?:install|ci)\b"
)


def is_for_development(command: str) -> bool:
    """Whether the command starts a program as those do who write it."""
    return bool(_DEVELOPMENT.search(command))


def is_served(tree: FileTree, reading: Reading, own_file: Sequence[Evidence]) -> bool:
    """Whether what a Dockerfile says of a site is an image that serves it, and not only to those who write it."""
    file, start = best(own_file, "dockerfile"), best(own_file, "start_command")
    if file is None or start is None or start.file != file.value or reading.language not in COMPLETE:
        return file is not None
    last = last_command(tree, file.value, start.value)
    return not (is_for_development(last) or _serves_developers(tree, reading.folder, last))


def _serves_developers(tree: FileTree, folder: str, command: str) -> bool:
    """Whether the command, or the script of the folder's package.json that it names, starts a bundler's server."""
    package = shape.loose_json(tree.text(join(folder, "package.json")) or "")
    scripts = {name: str(written) for name, written in shape.table(package.get("scripts")).items()}
    return production(scripts, command) is None
