"""Command-line programs: which library reads their arguments, and the word that makes one of them serve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.go.syntax import GoFile

_LIBRARIES: Final = (
    "github.com/spf13/cobra", "github.com/urfave/cli", "github.com/alecthomas/kong", "github.com/alecthomas/kingpin",
    "gopkg.in/alecthomas/kingpin.v2", "github.com/mitchellh/cli", "github.com/hashicorp/cli",
    "github.com/peterbourgon/ff",
)  # fmt: skip
_SERVING: Final = ("serve", "server", "web", "start", "run", "api", "http", "daemon", "up", "listen")
_COMMAND: Final = re.compile(r"(?:cobra|cli)\.(Command|App)\{")
_USE: Final = re.compile(r"\b(?:Use|Name):\s*\"(\d+)\"")
_BRACE: Final = re.compile(r"([{}])")
_ACTION: Final = re.compile(r"\b(?:RunE?|Action):")
_FIELD: Final = re.compile(r"^[ \t]*([A-Z]\w*)[ \t]+[\w.*]+[ \t]*\"(\d+)\"", re.MULTILINE)
_TAG: Final = re.compile(r'([\w-]+):"((?:\\.|[^"\\])*)"')
_ROOT: Final = re.compile(r"(?:^|/)(?:root|main|cmd|cli|app)\.go$")


def uses_command_line(files: list[GoFile]) -> bool:
    """Whether a library for command lines is imported."""
    return any(_is(path) for file in files for path in file.imports)


def subcommand(files: list[GoFile]) -> str | None:
    """The subcommand that serves; None where the program serves without one."""
    names: list[str] = []
    for file in files:
        if not any(_is(path) for path in file.imports):
            continue
        tagged = dict(_tagged(file))
        if any(tagged.values()):
            return None
        names += [name for name in tagged if name in _SERVING]
        for match in _COMMAND.finditer(file.code):
            literal = file.code[match.end() : _end(file, match.end())]
            name = _name(file, match)
            if name in _SERVING:
                names.append(name)
            elif (
                _ACTION.search(literal)
                and _ROOT.search(file.path)
                and (match[1] == "App" or not _is_added(file, match))
            ):
                return None
        if re.search(r"\b\w+\.Action\s*=", file.code):
            return None
    return min(names, key=_SERVING.index, default=None)


def _tagged(file: GoFile) -> Iterator[tuple[str, bool]]:
    """Commands that kong reads from the tags of a struct, and whether each is the one that needs no word."""
    for match in _FIELD.finditer(file.code):
        tag = dict(_TAG.findall(file.text.strings[int(match[2])]))
        if "cmd" in tag:
            yield tag.get("name", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", match[1]).lower()), "default" in tag


def other_commands(files: list[GoFile], started: str | None) -> frozenset[str]:
    """The files of subcommands alone that the program is not started with."""
    found = set()
    for file in files:
        names = {name for match in _COMMAND.finditer(file.code) if (name := _name(file, match))}
        is_root = _ROOT.search(file.path) is not None or file.code.find("func main(") >= 0
        if names and not is_root and started not in names:
            found.add(file.path)
    return frozenset(found)


def _name(file: GoFile, match: re.Match[str]) -> str:
    """The command's own name, none of what stands in brackets inside of it."""
    literal = file.code[match.end() : _end(file, match.end())]
    inner, depth = [], 0
    for piece in _BRACE.split(literal):
        depth += (piece == "{") - (piece == "}")
        inner.append(piece if depth == 0 else "")
    use = _USE.search("".join(inner))
    return file.text.strings[int(use[1])].split(" ")[0] if use else ""


def _end(file: GoFile, start: int) -> int:
    return file.text.closing(start)


def _is_added(file: GoFile, match: re.Match[str]) -> bool:
    """Whether the command is one below another: it is named otherwise than the root."""
    line = file.code[file.code.rfind("\n", 0, match.start()) + 1 : match.start()]
    return re.search(r"(?i)root|rootcmd|app\b|cmd\s*:?=", line) is None


def _is(path: str) -> bool:
    return path.startswith(_LIBRARIES)


def has_only_subcommands(files: list[GoFile]) -> bool:
    """Whether the program does nothing until it is told which of its commands is meant, and none of them serves."""
    own = [file for file in files if any(_is(path) for path in file.imports)]
    commands = [(file, match) for file in own for match in _COMMAND.finditer(file.code)]
    acts = any(_acts_alone(file, match) for file, match in commands)
    acts = acts or any(re.search(r"\b\w+\.Action\s*=", file.code) for file in own)
    return len(commands) > 1 and not acts and subcommand(files) is None


def _acts_alone(file: GoFile, match: re.Match[str]) -> bool:
    """Whether it is the root's command, and does something itself."""
    is_root = _ROOT.search(file.path) and (match[1] == "App" or not _is_added(file, match))
    return bool(is_root and _ACTION.search(file.code[match.end() : _end(file, match.end())]))
