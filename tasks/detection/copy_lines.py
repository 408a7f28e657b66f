"""What a Dockerfile copies out of its build context, line by line: read once, for all that is told by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from tasks.detection.files import FileTree
from tasks.errors import Invalid

if TYPE_CHECKING:
    from tasks.dockerfiles.parse import Instruction, Parsed

WILD: Final = frozenset("*?[")
_ELSEWHERE: Final = re.compile(r"://|^git@|<<|\\")
"""Addresses, and texts that are written in place."""
_MAX_LINES: Final = 100


class CopyLine(NamedTuple):
    """One source of a COPY or ADD."""

    line: int
    source: str
    """As written, with known variables expanded, without quotes and what only says "from here"."""
    is_needed: bool
    """The last stage is made of the stage that it stands in."""


def copy_lines(tree: FileTree, dockerfile: str) -> tuple[CopyLine, ...]:
    """In the order of the file; sources that a variable decides are left out, and all of a broken file."""
    return tree.survey(f"copies.{dockerfile}", partial(_read, dockerfile=dockerfile))


def _read(tree: FileTree, dockerfile: str) -> tuple[CopyLine, ...]:
    from tasks.dockerfiles.parse import parse  # noqa: PLC0415 - loaded when a Dockerfile is there

    try:
        parsed = parse(tree.text(dockerfile) or "")
    except Invalid:
        return ()
    return tuple(_lines(parsed))[:_MAX_LINES]


def _lines(parsed: Parsed) -> Iterator[CopyLine]:
    from tasks.dockerfiles.parse import exec_form  # noqa: PLC0415
    from tasks.dockerfiles.variables import assignments, expand  # noqa: PLC0415

    needed = _needed(parsed)
    values: dict[str, str | None] = {}
    for each in parsed.instructions:
        if each.kind == "FROM":
            values = dict(parsed.arguments)
        elif each.kind in {"ARG", "ENV"}:
            values = assignments(each.kind, (each.arguments,), values)
        elif each.kind in {"COPY", "ADD"} and _origin(each) is None:
            for word in (exec_form(each.arguments) or each.arguments.split())[:-1]:
                source = expand(word.strip("\"'"), values)
                if source and not _ELSEWHERE.search(source):
                    yield CopyLine(each.first + 1, source.removeprefix("./").lstrip("/") or ".", each.stage in needed)


def _needed(parsed: Parsed) -> frozenset[int]:
    """The numbers of the stages that the last one is made of."""
    waiting, found = [parsed.stages[-1]], set[int]()
    while waiting:
        stage = waiting.pop()
        if stage.number in found:
            continue
        found.add(stage.number)
        parent = parsed.parent(stage)
        names = {name for each in stage.instructions if (name := _origin(each))}
        waiting += [each for each in parsed.stages if each is parent or names & {str(each.number), each.name}]
    return frozenset(found)


def _origin(instruction: Instruction) -> str | None:
    """The stage or image that an instruction copies from, or mounts."""
    match = re.search(r"(?:^--from=|\bfrom=)([^\s,]+)", " ".join(instruction.flags))
    return match[1].lower() if match else None
