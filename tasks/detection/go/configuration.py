"""Configuration files of a Go program that none of its strings names as they lie: put together, or under an option."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.files import FileTree, is_within, join
from tasks.detection.folders import folders
from tasks.detection.go.syntax import GoFile
from tasks.detection.go.values import flag_of, flags_of

_NAME: Final = re.compile(r"\.SetConfigName\(\s*\"(\d+)\"\s*\)")
_PLACE: Final = re.compile(r"\.AddConfigPath\(\s*\"(\d+)\"\s*\)")
_ASKED: Final = re.compile(r"CONFIG(?:_?(?:PATH|FILE))|[A-Z]+_CONFIG(?:_(?:PATH|FILE))?")
_KINGPIN: Final = re.compile(
    r"\b(?:kingpin|app)\.Flag\(\s*\"(\d+)\"[^()]{0,80}\)(?:\s*\.\s*\w+\([^()]{0,80}\)){0,4}?\s*\.\s*Default\(\s*\"(\d+)\"\s*\)"
)
_OPTION: Final = re.compile(r"-{1,2}(?:(?:[\w.-]*[-.])?(?:config|conf|cfg)(?:[-.]?(?:file|path))?|c|f)")
_ENDINGS: Final = ("yaml", "yml", "toml", "json", "ini", "env")
_HOLDING: Final = frozenset(
    ["config", "configs", "conf", "configuration", "etc", "deploy", "deployment", "deployments", "resources", "cmd"]
)
_USUAL: Final = ("./config", "./configs")


def read_by_viper(files: list[GoFile]) -> frozenset[str]:
    """Files that viper looks for, whether they are there or not; folders where a variable says which one it is."""
    names = {file.text.strings[int(each)] for file in files for each in _NAME.findall(file.code)}
    places = {file.text.strings[int(each)] for file in files for each in _PLACE.findall(file.code)} or {"."}
    found = {f"./{join(place, name)}.{ending}" for name in names for place in places for ending in _ENDINGS}
    asked = any(_ASKED.fullmatch(text) for file in files for text in file.text.strings)
    return frozenset({*found, *(_USUAL if asked else ())})


def option_for_file(tree: FileTree, folder: str, files: list[GoFile]) -> tuple[str, str] | None:
    """The option for a configuration file that does not lie where its default says, and where the only such lies."""
    for option, default in (each for file in files for each in _options(file)):
        known = _OPTION.fullmatch(option) and default.endswith(tuple(f".{each}" for each in _ENDINGS[:-1]))
        if not known or join(folder, default) in tree.paths:
            continue
        name = posixpath.basename(default)
        there = [path for path in tree.ordered if posixpath.basename(path) == name and is_within(path, folder)]
        there = [path for path in there if _is_usual(posixpath.dirname(path))]
        if len(there) == 1:
            return option, posixpath.relpath(there[0], folder)
    return None


def _is_usual(folder: str) -> bool:
    """Whether configuration lies in such a folder, and not a page's or an example's."""
    return not folders().is_aside(folder) and not _HOLDING.isdisjoint(folder.split("/"))


def _options(file: GoFile) -> Iterator[tuple[str, str]]:
    """Each option as it is typed, and its default."""
    for written in flags_of(file).values():
        flag = flag_of(file, written) if isinstance(written, str) else None
        default = file.text.string(flag[1]) if flag else None
        if flag and default:
            yield flag[0], default
    for match in _KINGPIN.finditer(file.code):
        yield f"--{file.text.strings[int(match[1])]}", file.text.strings[int(match[2])]
