"""An existing Dockerfile made fit to run confined: a numeric user and what it must own, nothing else is touched."""

from __future__ import annotations

import difflib
import json
import posixpath
import re
from collections.abc import Mapping

from tasks.dockerfiles.bases import base_images
from tasks.dockerfiles.confinement import user_reason
from tasks.dockerfiles.parse import Instruction, Parsed, Stage, parse
from tasks.dockerfiles.variables import assignments, expand

_NEEDS_ROOT = frozenset({"RUN", "COPY", "ADD", "WORKDIR", "USER", "VOLUME", "ONBUILD"})
_START = frozenset({"CMD", "ENTRYPOINT"})
_NEVER_OWNED = re.compile(r"^/(bin|boot|dev|etc|home|lib|lib64|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)?$")
_WITHOUT_SHELL = ("distroless", "cgr.dev/chainguard", "gcr.io/buildpacks")


def improve(text: str) -> str:
    """The text with a numeric user before the start of its last stage; unchanged where it has one already.

    Raises Invalid for a text that is no Dockerfile.
    """
    parsed = parse(text)
    stage = parsed.stages[-1]
    state = _state(parsed, stage)
    if user_reason(state.user) is None:
        return text
    index = _place(parsed, stage)
    ending = "\r" if parsed.lines[0].endswith("\r") else ""
    added = [f"{line}{ending}" for line in _added(state)]
    if index >= len(parsed.lines) or not any(line.strip() for line in parsed.lines[index:]):
        body = list(parsed.lines)
        while body and not body[-1].strip():
            body.pop()
        return "\n".join([*body, *added, ""])
    return "\n".join([*parsed.lines[:index], *added, *parsed.lines[index:]])


def final_user(text: str) -> str:
    """Whom the image runs as, as far as its Dockerfile says: empty where the base decides."""
    parsed = parse(text)
    return _state(parsed, parsed.stages[-1]).user


def diff(old: str, new: str) -> str:
    """The change as a unified diff; empty when there is none."""
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), "Dockerfile", "Dockerfile (improved)"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


class _State:
    """What holds at the end of a stage."""

    def __init__(self, base: str) -> None:
        self.user = ""
        self.folder = "/"
        self.has_shell = base != "scratch" and not any(each in base for each in _WITHOUT_SHELL)
        self.variables: dict[str, str | None] = {}

    def apply(self, instruction: Instruction, defaults: Mapping[str, str | None]) -> None:
        match instruction.kind:
            case "ARG":
                name = instruction.arguments.partition("=")[0].strip()
                self.variables.setdefault(name, defaults.get(name))
                self.variables = assignments("ARG", (instruction.arguments,), self.variables)
            case "ENV":
                self.variables = assignments("ENV", (instruction.arguments,), self.variables)
            case "USER":
                self.user = expand(instruction.arguments, self.variables) or instruction.arguments
            case "WORKDIR":
                named = expand(instruction.arguments, self.variables)
                self.folder = posixpath.normpath(posixpath.join(self.folder, named)) if named else "/"
            case _:
                pass


def _state(parsed: Parsed, stage: Stage) -> _State:
    chain = [stage]
    while parent := parsed.parent(chain[-1]):
        chain.append(parent)
    state = _State((chain[-1].base or "").lower())
    for each in reversed(chain):
        for instruction in each.instructions:
            state.apply(instruction, parsed.arguments)
    return state


def _place(parsed: Parsed, stage: Stage) -> int:
    """The line before which the user is set: before the start, after everything that still needs root."""
    needing = [each.last for each in stage.instructions if each.kind in _NEEDS_ROOT]
    lowest = max(needing, default=-1) + 1
    starts = [each.first for each in stage.instructions if each.kind in _START and each.first >= lowest]
    if not starts:
        last = max((each.last for each in stage.instructions), default=len(parsed.lines) - 1)
        return max(lowest, last + 1)
    index = starts[0]
    while index > lowest and parsed.lines[index - 1].lstrip().startswith("#"):
        index -= 1
    return index


def _added(state: _State) -> list[str]:
    user = f"{base_images().user}:{base_images().group}"
    lines = []
    if state.has_shell and not _NEVER_OWNED.match(state.folder):
        if state.user.partition(":")[0] not in {"", "root", "0"}:
            lines.append("USER 0:0")
        lines.append(f"RUN {json.dumps(['chown', '-R', user, state.folder])}")
    return [*lines, f"USER {user}"]
