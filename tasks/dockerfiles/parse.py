"""Dockerfiles as BuildKit reads them: instructions, the lines they stand on, and stages.

Understands parser directives, continuation lines with comments between them, heredocs and variables in FROM. Keeps
every line as it is, so that text can be inserted without a change to the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from tasks.dockerfiles.variables import assignments, expand
from tasks.errors import Invalid

_DIRECTIVE = re.compile(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$")
_HEREDOC = re.compile(r"^\d*<<(-?)([^<]+)$")
_WORD = re.compile(r"""(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*'|["'\\])+""", re.DOTALL)
_FLAG = re.compile(r"--[a-z][a-z-]*(?:=\S*)?\s*")
_MAX_LENGTH = 256 * 1024


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction; `first` and `last` are the indexes of its lines, heredocs included."""

    kind: str
    """In capitals."""
    flags: tuple[str, ...]
    arguments: str
    """What follows the flags, on one line."""
    first: int
    last: int
    stage: int
    """Index of the stage; -1 before the first FROM."""


@dataclass(frozen=True, slots=True)
class Stage:
    """From one FROM line to the next."""

    number: int
    base: str | None
    """As written, its variables filled in; None when one of them has no value."""
    name: str | None
    instructions: tuple[Instruction, ...]
    """Without the FROM."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole Dockerfile."""

    lines: tuple[str, ...]
    instructions: tuple[Instruction, ...]
    stages: tuple[Stage, ...]
    arguments: Mapping[str, str | None]
    """ARG lines before the first FROM."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The skeleton: what kind of instruction comes after which."""
        return tuple(instruction.kind for instruction in self.instructions)

    def parent(self, stage: Stage) -> Stage | None:
        """The stage of this file that `stage` is built on, if it is one."""
        if stage.base is None:
            return None
        name = stage.base.lower()
        return next((each for each in reversed(self.stages[: stage.number]) if each.name == name), None)

    @property
    def chain(self) -> tuple[Stage, ...]:
        """The last stage and the stages of this file that it is built on, the first one first."""
        chain = [self.stages[-1]]
        while (parent := self.parent(chain[0])) is not None and len(chain) <= len(self.stages):
            chain.insert(0, parent)
        return tuple(chain)


def parse(text: str) -> Parsed:
    """Every instruction and stage. Raises Invalid for a heredoc without an end, and where no stage begins."""
    if len(text) > _MAX_LENGTH:
        raise Invalid(f"the Dockerfile is longer than {_MAX_LENGTH} characters", reason="unreadable")
    lines = text.split("\n")
    instructions = tuple(_instructions(lines))
    arguments = assignments("ARG", (each.arguments for each in instructions if each.stage < 0 and each.kind == "ARG"))
    stages = tuple(_stages(instructions, arguments))
    if not stages:
        raise Invalid("the Dockerfile has no FROM line", hint="add one, or delete the file", reason="unreadable")
    return Parsed(tuple(lines), instructions, stages, arguments)


def until(text: str, target: str) -> str:
    """The file as far as the stage of that name goes; all of it where there is no such stage. Raises as `parse`."""
    parsed = parse(text)
    stage = next((each for each in parsed.stages if each.name == target.lower()), parsed.stages[-1])
    after = [each for each in parsed.instructions if each.kind == "FROM"][stage.number + 1 :]
    return "\n".join((*parsed.lines[: after[0].first], "")) if after else text


def exec_form(arguments: str) -> tuple[str, ...] | None:
    """The words when the arguments are a JSON array of texts, as in CMD ["a", "b"], else None."""
    if not arguments.startswith("["):
        return None
    try:
        words = json.loads(arguments)
    except (json.JSONDecodeError, RecursionError):
        return None
    return tuple(words) if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def _instructions(lines: list[str]) -> Iterator[Instruction]:
    escape = _escape_character(lines)
    continues = re.compile(rf"(?:^|[^{re.escape(escape)}]){re.escape(escape)}[ \t]*$")
    index, stage = 0, -1
    while index < len(lines):
        first = index
        if _is_blank(lines[index]):
            index += 1
            continue
        text, index = _logical_line(lines, index, continues)
        kind, _, rest = text.strip().replace("\t", " ", 1).partition(" ")
        kind = kind.upper()
        flags, arguments = _split_flags(rest.strip())
        for stripped, end in _heredocs(kind, arguments):
            index = _after_heredoc(lines, index, stripped, end)
        stage += kind == "FROM"
        yield Instruction(kind, flags, arguments, first, index - 1, stage)


def _escape_character(lines: list[str]) -> str:
    for line in lines:
        directive = _DIRECTIVE.match(line.strip())
        if directive is None:
            return "\\"
        if directive[1].lower() == "escape":
            return "`" if directive[2] == "`" else "\\"
    return "\\"


def _is_blank(line: str) -> bool:
    stripped = line.strip()
    return not stripped or stripped.startswith("#")


def _logical_line(lines: list[str], index: int, continues: re.Pattern[str]) -> tuple[str, int]:
    """The instruction that begins at `index` on one line, and the index after it."""
    parts: list[str] = []
    more = True
    while more and index < len(lines):
        line = lines[index].rstrip("\r")
        index += 1
        if parts and _is_blank(line):
            continue
        more = bool(continues.search(line))
        parts.append(line.rstrip(" \t")[:-1] if more else line)
    return "".join(parts), index


def _split_flags(rest: str) -> tuple[tuple[str, ...], str]:
    flags: list[str] = []
    while match := _FLAG.match(rest):
        flags.append(match[0].strip())
        rest = rest[match.end() :]
    return tuple(flags), rest


def _heredocs(kind: str, arguments: str) -> Iterator[tuple[bool, str]]:
    """For each heredoc that the line opens: whether leading tabs are dropped, and the line that ends it."""
    if kind == "ONBUILD":
        inner, _, rest = arguments.partition(" ")
        yield from _heredocs(inner.upper(), _split_flags(rest.strip())[1])
    if kind not in {"RUN", "COPY", "ADD"} or "<<" not in arguments or exec_form(arguments) is not None:
        return
    for word in _WORD.findall(arguments):
        opened = _HEREDOC.match(word)
        if opened:
            yield bool(opened[1]), re.sub(r"[\"'\\]", "", opened[2])


def _after_heredoc(lines: list[str], index: int, tabs_dropped: bool, end: str) -> int:  # noqa: FBT001 - two of its kind
    for position in range(index, len(lines)):
        line = lines[position].rstrip("\r")
        if (line.lstrip("\t") if tabs_dropped else line) == end:
            return position + 1
    raise Invalid(
        f"Dockerfile, line {index}: the heredoc has no end",
        hint=f"add a line that holds only {end!r}",
        reason="unreadable",
    )


def _stages(instructions: tuple[Instruction, ...], arguments: Mapping[str, str | None]) -> Iterator[Stage]:
    for number, group in groupby(instructions, key=lambda instruction: instruction.stage):
        if number < 0:
            continue
        opening, *own = group
        words = opening.arguments.split()
        named = len(words) > 2 and words[1].upper() == "AS"  # noqa: PLR2004 - FROM base AS name
        yield Stage(
            number=number,
            base=expand(words[0], arguments) if words else None,
            name=words[2].lower() if named else None,
            instructions=tuple(own),
        )
