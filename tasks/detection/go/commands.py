"""Command-line programs: which library reads their arguments, and the word that makes one of them serve."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.detection.commands import ANYTHING, WORKING
from tasks.detection.go.syntax import GoFile

_LIBRARIES: Final = (
    "github.com/spf13/cobra", "github.com/urfave/cli", "github.com/alecthomas/kong", "github.com/alecthomas/kingpin",
    "gopkg.in/alecthomas/kingpin.v2", "github.com/mitchellh/cli", "github.com/hashicorp/cli",
    "github.com/peterbourgon/ff",
)  # fmt: skip
_SERVING: Final = ("serve", "server", "web", "start", "run", "api", "http", "daemon", "up", "listen")
_COMMAND: Final = re.compile(r"(\[\][*]?)?(?:cobra|cli)\.(Command|App)\{")
_USE: Final = re.compile(r"\b(?:Use|Name):\s*\"(\d+)\"")
_BRACE: Final = re.compile(r"([{}])")
_ACTION: Final = re.compile(r"\b(?:RunE?|Action):")
_FIELD: Final = re.compile(r"^[ \t]*([A-Z]\w*)[ \t]+[\w.*]+[ \t]*\"(\d+)\"", re.MULTILINE)
_TAG: Final = re.compile(r'([\w-]+):"((?:\\.|[^"\\])*)"')
_ROOT: Final = re.compile(r"(?:^|/)(?:root|main|cmd|cli|app)\.go$")
_ACTS_LATER: Final = re.compile(r"\b\w+\.Action\s*=")


@dataclass(frozen=True, slots=True)
class _Command:
    """One command that a file puts together."""

    file: GoFile
    start: int
    literal: str
    """What stands between its braces."""
    is_listed: bool
    """It stands in the list of another one's commands."""
    is_app: bool

    @property
    def name(self) -> str:
        """What it is called by."""
        use = _USE.search(self._outside)
        return self.file.text.strings[int(use[1])].split(" ")[0] if use else ""

    @property
    def acts(self) -> bool:
        """Whether it does something itself, not only the ones below it."""
        return _ACTION.search(self._outside) is not None

    @property
    def acts_alone(self) -> bool:
        """Whether it is the root's command, and does something itself."""
        is_root = _ROOT.search(self.file.path) and not self.is_listed and (self.is_app or not self._is_added())
        return bool(is_root and self.acts)

    @property
    def _outside(self) -> str:
        """The literal without what stands in braces inside of it."""
        kept, depth = [], 0
        for piece in _BRACE.split(self.literal):
            depth += (piece == "{") - (piece == "}")
            kept.append(piece if depth == 0 else "")
        return "".join(kept)

    def _is_added(self) -> bool:
        """Whether the command is one below another: it is named otherwise than the root."""
        line = self.file.code[self.file.code.rfind("\n", 0, self.start) + 1 : self.start]
        return re.search(r"(?i)root|rootcmd|app\b|cmd\s*:?=", line) is None


def uses_command_line(files: list[GoFile]) -> bool:
    """Whether a library for command lines is imported."""
    return any(_is(path) for file in files for path in file.imports)


def subcommand(files: list[GoFile]) -> str | None:
    """The subcommand that serves; None where the program serves without one."""
    names: list[str] = []
    for file in _own(files):
        tagged = dict(_tagged(file))
        if any(tagged.values()):
            return None
        names += [name for name in tagged if name in _SERVING]
        for command in _commands(file):
            if command.name in _SERVING:
                names.append(command.name)
            elif command.acts_alone:
                return None
        if _ACTS_LATER.search(file.code):
            return None
    return min(names, key=_SERVING.index, default=None)


def workers(files: list[GoFile]) -> dict[str, tuple[str, int]]:
    """The subcommands that work off what others leave for them, and where each stands."""
    return {
        command.name: (file.path, file.text.line(command.start))
        for file in _own(files)
        for command in _commands(file)
        if WORKING.fullmatch(command.name) and command.acts
    }


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
        names = {command.name for command in _commands(file) if command.name}
        is_root = _ROOT.search(file.path) is not None or file.code.find("func main(") >= 0
        if names and not is_root and started not in names:
            found.add(file.path)
    return frozenset(found)


def has_only_subcommands(files: list[GoFile]) -> bool:
    """Whether the program does nothing until it is told which of its commands is meant, and none serves by its name."""
    own = _own(files)
    commands = [command for file in own for command in _commands(file)]
    acts = any(command.acts_alone for command in commands)
    acts = acts or any(_ACTS_LATER.search(file.code) for file in own)
    return len(commands) > 1 and not acts and subcommand(files) in {None, *ANYTHING}


def _own(files: list[GoFile]) -> list[GoFile]:
    return [file for file in files if any(_is(path) for path in file.imports)]


def _commands(file: GoFile) -> Iterator[_Command]:
    """Every command of the file, those as well whose type only the list that they stand in says."""
    for match in _COMMAND.finditer(file.code):
        literal = file.code[match.end() : file.text.closing(match.end())]
        if match[1] is None:
            yield _Command(file, match.start(), literal, is_listed=False, is_app=match[2] == "App")
            continue
        for element in _elements(literal):
            start = match.end() + element.end()
            inside = file.code[start : file.text.closing(start)]
            yield _Command(file, start, inside, is_listed=True, is_app=False)


def _elements(literal: str) -> Iterator[re.Match[str]]:
    """The braces right in the list."""
    depth = 0
    for match in _BRACE.finditer(literal):
        if match[0] == "{":
            before = literal[: match.start()].rstrip()
            if depth == 0 and (not before or before[-1] in ",&"):
                yield match
            depth += 1
        else:
            depth -= 1


def _is(path: str) -> bool:
    return path.startswith(_LIBRARIES)
