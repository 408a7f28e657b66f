"""Shell scripts of the repository that its images start with: what they run, and whether they only hand over."""

from __future__ import annotations

import re
import shlex
from typing import Final

from tasks.detection.files import FileTree, join, parent

_HANDED: Final = re.compile(r"(?:exec\s+)?(?:[\w./-]+\s+){0,4}\"?\$[@*]\"?")
"""A line that runs the words which the script is called with, maybe as another user."""
_OWN_WORDS: Final = re.compile(r"^\s*set\s+--|\$#|\$\{?1\b|\$\{[@*]", re.MULTILINE)
"""What a script says that knows what to do where it is called with no words."""
_MAX_SCRIPT: Final = 20_000


def entry_script(tree: FileTree, dockerfile: str, command: str) -> tuple[str, ...]:
    """The lines of the script that the image's command runs, without comments; none where it runs a program."""
    for word in _words(command):
        name = word.rpartition("/")[2]
        if name.endswith(".sh") or "entrypoint" in name:
            text = next((text for path in _places(tree, dockerfile, word) if (text := tree.text(path))), "")
            lines = (line.strip() for line in text[:_MAX_SCRIPT].replace("\\\n", " ").splitlines())
            return tuple(line for line in lines if line and not line.startswith("#"))
    return ()


def last_command(tree: FileTree, dockerfile: str, command: str) -> str:
    """What is started in the end: the command itself, or the last line of the script that it runs."""
    lines = entry_script(tree, dockerfile, command)
    return lines[-1].removeprefix("exec ") if lines else command


def only_hands_over(lines: tuple[str, ...]) -> bool:
    """Whether the script ends in running the words that it is called with, and nothing where there are none."""
    return bool(lines) and _HANDED.fullmatch(lines[-1]) is not None and not _OWN_WORDS.search("\n".join(lines))


def _places(tree: FileTree, dockerfile: str, word: str) -> list[str]:
    """Where the script may lie: by its path below the Dockerfile's folder, else by its name, the nearest first."""
    home = parent(dockerfile)
    name = word.rpartition("/")[2]
    named = [join(home, word.removeprefix("./")), join(home, name)]
    found = [path for path in tree.below(home) if path.rpartition("/")[2] == name]
    return [*(path for path in named if path in tree.paths), *sorted(found, key=lambda path: path.count("/"))]


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return []
