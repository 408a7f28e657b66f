"""In which of the components' folders the program lies that a command of the root starts."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from typing import Final

from tasks.detection.files import FileTree

_MODULE: Final = re.compile(r"(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?P<object>:\w[\w.]*(?:\(\))?)?")


def started_in(command: str, tree: FileTree, folders: Iterable[str]) -> str | None:
    """The one folder, the deepest where one lies in another; None when it is the root's program, or nobody's."""
    below = sorted((folder for folder in folders if folder != "."), key=lambda folder: -folder.count("/"))
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    for word in words:
        files = tuple(_files(word, tree))
        homes = {next((each for each in below if file.startswith(f"{each}/")), ".") for file in files}
        if homes:
            return homes.pop() if len(homes) == 1 and "." not in homes else None
    return None


def _files(word: str, tree: FileTree) -> Iterator[str]:
    """The files that the word names: by its path, or by a module that lies at the root, else anywhere."""
    path = word.removeprefix("./")
    if path in tree.paths:
        yield path
    match = _MODULE.fullmatch(word)
    if match is None or not (match["object"] or "." in match["module"]):
        return
    dotted = match["module"].replace(".", "/")
    endings = (f"{dotted}.py", f"{dotted}/__init__.py")
    at_root = [each for each in endings if each in tree.paths]
    yield from at_root or (each for each in tree.ordered if each.endswith(tuple(f"/{ending}" for ending in endings)))
