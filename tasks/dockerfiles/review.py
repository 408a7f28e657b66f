"""A repository's own Dockerfile, looked at line by line: what is fine, what the improved one changes, what it adds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from tasks.dockerfiles.command import needs_shell
from tasks.dockerfiles.confinement import user_reason
from tasks.dockerfiles.improve import final_user, improve
from tasks.dockerfiles.parse import Instruction, Parsed, exec_form
from tasks.dockerfiles.syntax import checked
from tasks.models import Model

Verdict = Literal["keep", "improve", "add", "consider"]
"""improve and add are in the improved Dockerfile; consider is for its owner, who knows more than we do."""

_LONGEST: Final = 100
_SECRET: Final = re.compile(r"(?i)(password|passwd|secret|token|api_?key|private_?key)\w*[= ]")
_MANIFESTS: Final = re.compile(
    r"(package[\w.*-]*\.json|lock|requirements|pyproject|Pipfile|go\.(mod|sum)|pom\.xml|gradle|Cargo\.|Gemfile|composer\.|"
    r"\.csproj|\.sln|mix\.)"
)


class Remark(Model):
    """One remark on one line; line None is about the whole file."""

    verdict: Verdict
    line: int | None = None
    text: str = ""
    """The instruction, shortened."""
    why: str


def review(text: str) -> tuple[Remark, ...]:
    """Every remark, in the order of the lines, additions last. Raises Invalid for a text that is no Dockerfile."""
    parsed = checked(text)
    remarks = [remark for each in parsed.instructions for remark in _about(parsed, each)]
    return (*remarks, *_user(text, parsed), *_missing(parsed))


def _about(parsed: Parsed, instruction: Instruction) -> Iterator[Remark]:
    match instruction.kind:
        case "FROM":
            yield _from(parsed, instruction)
        case "CMD" | "ENTRYPOINT" if instruction.stage == len(parsed.stages) - 1:
            yield _start(instruction)
        case "COPY":
            yield from _copy(instruction)
        case "ADD":
            yield _remark("consider", instruction, "COPY says what it does; ADD also unpacks and downloads")
        case "RUN":
            yield from _run(instruction)
        case "ENV" | "ARG" if _SECRET.search(f"{instruction.arguments} "):
            yield _remark("consider", instruction, "a secret stays readable in the image: give it when it is run")
        case "HEALTHCHECK":
            yield _remark("keep", instruction, "the engine can see whether it is well")
        case "USER" if instruction.stage == len(parsed.stages) - 1 and user_reason(instruction.arguments) is None:
            yield _remark("keep", instruction, "a numeric user that is not root")
        case _:
            return


def _from(parsed: Parsed, instruction: Instruction) -> Remark:
    stage = parsed.stages[instruction.stage]
    base = stage.base or ""
    if parsed.parent(stage) is not None or base.lower() == "scratch":
        return _remark("keep", instruction, "built on a stage of this file" if base.lower() != "scratch" else "nothing")
    if "@sha256:" in base:
        return _remark("keep", instruction, "the base is pinned by its digest")
    tag = base.rpartition(":")[2] if ":" in base.rpartition("/")[2] else ""
    if tag in {"", "latest"}:
        return _remark("consider", instruction, "without a version the next build may stand on another base")
    return _remark("keep", instruction, "the base has a version")


def _start(instruction: Instruction) -> Remark:
    if exec_form(instruction.arguments) is not None:
        return _remark("keep", instruction, "exec form: the application gets signals itself")
    why = "the shell form keeps signals from the application"
    if not needs_shell(instruction.arguments):
        why = f"{why}; as a list of words it needs no shell"
    return _remark("consider", instruction, why)


def _copy(instruction: Instruction) -> Iterator[Remark]:
    if _MANIFESTS.search(instruction.arguments) and not any(each.startswith("--from") for each in instruction.flags):
        yield _remark("keep", instruction, "manifests before the source: dependencies stay cached")


def _run(instruction: Instruction) -> Iterator[Remark]:
    words = instruction.arguments
    if any(each.startswith("--mount=type=cache") for each in instruction.flags):
        yield _remark("keep", instruction, "a cache mount keeps downloads out of the image")
        return
    if "apt-get install" in words and "/var/lib/apt/lists" not in words:
        yield _remark("consider", instruction, "the package lists stay in the image: rm -rf /var/lib/apt/lists/*")
    if re.search(r"\bpip3? install\b", words) and "--no-cache-dir" not in words:
        yield _remark("consider", instruction, "pip's cache stays in the image: --no-cache-dir, or a cache mount")
    if re.search(r"\bnpm install\b", words) and "-g" not in words.split():
        yield _remark("consider", instruction, "npm ci installs exactly what the lock file says")
    if re.search(r"(curl|wget)[^|]*\|\s*(ba)?sh\b", words):
        yield _remark("consider", instruction, "a script from the network is run unseen: pin it by its hash")


def _user(text: str, parsed: Parsed) -> Iterator[Remark]:
    """What the improved Dockerfile does about the user."""
    reason = user_reason(final_user(text))
    if reason is None:
        return
    before = text.split("\n")
    added = [line for line in improve(text).split("\n") if line not in before]
    last = [each for each in parsed.stages[-1].instructions if each.kind == "USER"]
    for line in added:
        if last and line.startswith("USER"):
            yield _remark("improve", last[-1], f"{reason}; {line} follows it")
        else:
            why = reason if line.startswith("USER") else "what it writes to belongs to that user"
            yield Remark(verdict="add", text=line[:_LONGEST], why=why)


def _missing(parsed: Parsed) -> Iterator[Remark]:
    kinds = {each.kind for each in parsed.stages[-1].instructions}
    if "HEALTHCHECK" not in kinds:
        yield Remark(verdict="consider", why="no HEALTHCHECK: an engine cannot see whether it is well")
    if len(parsed.stages) == 1 and {"RUN"} & kinds:
        yield Remark(verdict="consider", why="one stage: what only the build needs stays in the image")


def _remark(verdict: Verdict, instruction: Instruction, why: str) -> Remark:
    words = " ".join((instruction.kind, *instruction.flags, instruction.arguments))
    short = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    return Remark(verdict=verdict, line=instruction.first + 1, text=short, why=why)
