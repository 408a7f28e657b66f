"""What a repository's own Dockerfile copies and the repository does not hold: a build from a checkout stops there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.files import FileTree, join
from tasks.dockerfiles.parse import Instruction, Parsed, Stage, exec_form
from tasks.dockerfiles.syntax import checked
from tasks.models import Component

_UNTOLD: Final = re.compile(r"[$*?\[\]\\]|://|^git@|<<")
"""Variables, patterns, addresses and texts in place: what they stand for is not told."""


def absent_sources(tree: FileTree, components: tuple[Component, ...]) -> Iterator[str]:
    """A warning for each file or folder that a Dockerfile in use copies and that is not there."""
    used = {(each.dockerfile, each.dockerfile_context or ".") for each in components if each.dockerfile}
    for path, context in sorted(used):
        seen: set[str] = set()
        for instruction in _copies(checked(tree.manifest(path))):
            for source in _sources(instruction):
                if source not in seen and not tree.holds(join(context, source.lstrip("/"))):
                    seen.add(source)
                    yield (
                        f"{path}:{instruction.first + 1} copies {source}, which the repository does not hold: "
                        "make it before the build, or choose --dockerfile generated"
                    )


def _copies(parsed: Parsed) -> Iterator[Instruction]:
    """The instructions that copy from the context, in the stages that the last one needs."""
    waiting, needed = [parsed.stages[-1]], dict[int, Stage]()
    while waiting:
        stage = waiting.pop()
        if stage.number in needed:
            continue
        needed[stage.number] = stage
        parent = parsed.parent(stage)
        names = {name for each in stage.instructions if (name := _from(each))}
        waiting += [each for each in parsed.stages if each is parent or names & {str(each.number), each.name}]
    for _, stage in sorted(needed.items()):
        yield from (each for each in stage.instructions if each.kind in {"COPY", "ADD"} and _from(each) is None)


def _from(instruction: Instruction) -> str | None:
    """The stage or image that an instruction copies from, or mounts."""
    match = re.search(r"(?:^--from=|\bfrom=)([^\s,]+)", " ".join(instruction.flags))
    return match[1].lower() if match else None


def _sources(instruction: Instruction) -> tuple[str, ...]:
    words = exec_form(instruction.arguments) or tuple(instruction.arguments.split())
    return tuple(word for word in words[:-1] if not _UNTOLD.search(word))
