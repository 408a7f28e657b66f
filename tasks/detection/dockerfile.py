"""What a repository's own Dockerfile says: it is what will be built, so it is the strongest evidence."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from tasks.detection.commands import port_in, program_words
from tasks.detection.container_files import container_files, port_of, told_port
from tasks.detection.entry_scripts import entry_script, only_hands_over
from tasks.detection.evidence import CONFIGURATION, CONVENTION, DOCKERFILE, is_plain, say
from tasks.detection.files import FileTree
from tasks.detection.health import path_in_probe
from tasks.detection.image_start import base_name, base_tag, is_fastcgi, is_idle, listens
from tasks.detection.ports import speaks_http
from tasks.detection.versions import languages, resolve
from tasks.dockerfiles.parse import Instruction, Parsed, Stage, exec_form, until
from tasks.dockerfiles.syntax import checked
from tasks.dockerfiles.variables import assignments, expand
from tasks.errors import Invalid
from tasks.models import Evidence

_SHOWS_USAGE: Final = re.compile(r"[ ](?:--help|-h|--version)$")
"""How an image ends its command that is told by every call what to do."""

_JAVA: Final = re.compile(r"(?:jdk|jre|openjdk|temurin|corretto|semeru|sapmachine|zulu)-?(?:[a-z]+-)?(\d{1,2})\b")
"""The release of Java behind the name of who makes it, in a tag that does not begin with it."""


def dockerfile_evidence(
    tree: FileTree, path: str, *, target: str | None = None, idle_left_aside: bool
) -> Iterator[Evidence]:
    """Everything that the file says, up to a stage. Raises Invalid with its name when it cannot be parsed.

    With `idle_left_aside` a file whose image would start nothing, or nothing that speaks HTTP by itself, is no
    Dockerfile to build: it only tells facts.
    """
    try:
        text = tree.manifest(path)
        parsed = checked(until(text, target) if target else text)
    except Invalid as error:
        message = error.message if path in error.message else f"{path}: {error.message}"
        raise Invalid(message, hint=error.hint or f"correct {path}", reason="unreadable") from error
    chain = parsed.chain
    instructions = [each for stage in chain for each in stage.instructions]
    if idle_left_aside and is_fastcgi(chain):
        yield from _base(parsed, path)
        return
    idle = idle_left_aside and (is_idle(chain) or _only_hands_over(tree, path, instructions))
    if not idle:
        yield say("dockerfile", path, path, "dockerfile.present", DOCKERFILE, 1)
    settings = assignments("ENV", (each.arguments for each in instructions if each.kind == "ENV"), parsed.arguments)
    yield from _base(parsed, path)
    yield from _ports(instructions, settings, chain, path)
    if not idle:
        yield from _command(instructions, settings, chain, path)
    yield from _health(instructions, path)


def language_of_base(base: str) -> tuple[str, str] | None:
    """The language and the tag's version of an official image, or of one made from it."""
    name, _, tag = base.partition("@")[0].rpartition(":") if ":" in base.rpartition("/")[2] else (base, "", "")
    for language, row in languages().items():
        if any(name == image or name.endswith(f"/{image}") for image in row.images):
            is_tool = name.rpartition("/")[2] in row.tool_images
            begins = None if is_tool else re.match(r"(?:[a-z]{2,20}-)?v?(\d+(?:\.\d+){0,2})", tag)
            named = re.search(rf"\b{language}-?(\d+(?:\.\d+){{0,2}})", tag)
            behind = _JAVA.search(tag) if "java" in {language, row.runs_on} else None
            version = begins or behind or named
            return language, version[1] if version else ""
    return None


def _base(parsed: Parsed, path: str) -> Iterator[Evidence]:
    """Language and release: of the image that runs, else of one that builds."""
    for distance, stage in enumerate(reversed(parsed.stages)):
        known = language_of_base(stage.base or "")
        if known is None:
            continue
        language, version = known
        line = _from_line(parsed, stage)
        yield say("language", language, path, "dockerfile.from", CONFIGURATION - distance / 100, line)
        release = resolve(language, version) if version and languages()[language].versions else version or None
        if release:
            yield say("language_version", release, path, "dockerfile.from", CONFIGURATION - 0.1 - distance / 100, line)
        return


def _from_line(parsed: Parsed, stage: Stage) -> int:
    openings = [each for each in parsed.instructions if each.kind == "FROM"]
    return openings[stage.number].first + 1


def _ports(
    instructions: list[Instruction], settings: dict[str, str | None], chain: Sequence[Stage], path: str
) -> Iterator[Evidence]:
    named = {_port(value or "") for name, value in settings.items() if name.endswith("PORT")}
    said = False
    for exposed, line in sorted(_exposed(instructions, settings), key=lambda each: each[0] not in named):
        yield say("port", exposed, path, "dockerfile.expose", DOCKERFILE - 0.1 * said, line)
        if not said:
            yield say("kind", "web", path, "dockerfile.expose", DOCKERFILE, line)
        said = True
    number = port_of(settings)
    if number:
        yield say("port", number, path, "dockerfile.env_port", DOCKERFILE - 0.01, None)
    told = told_port(base_name(chain), base_tag(chain))
    if told and not said and not number:
        yield say("port", told, path, "dockerfile.base_image", CONVENTION, 1)
    inherited = listens(chain)
    if inherited and not said:
        yield say("port", inherited, path, "dockerfile.base_image", CONVENTION, 1)
        yield say("kind", "web", path, "dockerfile.base_image", CONFIGURATION, 1)


def _exposed(instructions: list[Instruction], settings: dict[str, str | None]) -> Iterator[tuple[int, int]]:
    """The ports and their lines; of one line those first that speak HTTP."""
    for each in instructions:
        words = each.arguments.split() if each.kind == "EXPOSE" else []
        for word in sorted(words, key=lambda word: not speaks_http(word.partition("/")[0])):
            number = _port((expand(word, settings) or "").partition("/")[0])
            if number and not word.endswith("/udp"):
                yield number, each.first + 1


def _interpreted(text: str, chain: Sequence[Stage]) -> str:
    """The command as the image's own entry point runs it."""
    row = container_files().interprets.get(base_name(chain))
    first = text.partition(" ")[0]
    if row and (first.startswith("-") or first in row.words or re.fullmatch(r"[\w./-]+\.[cm]?[jt]s", first)):
        return f"{row.program} {text}"
    return text


def _started(instructions: list[Instruction]) -> tuple[Instruction | None, Instruction | None]:
    """The last ENTRYPOINT, and the CMD that holds beside it."""
    entry = next((each for each in reversed(instructions) if each.kind == "ENTRYPOINT"), None)
    command = next((each for each in reversed(instructions) if each.kind == "CMD"), None)
    if entry is not None and command is not None and command.first < entry.first and command.stage != entry.stage:
        command = None
    return entry, command


def _only_hands_over(tree: FileTree, path: str, instructions: list[Instruction]) -> bool:
    """Whether all that is said is a script that runs what a compose file tells it."""
    entry, command = _started(instructions)
    return entry is not None and command is None and only_hands_over(entry_script(tree, path, _written(entry)))


def _command(
    instructions: list[Instruction], settings: dict[str, str | None], chain: Sequence[Stage], path: str
) -> Iterator[Evidence]:
    entry, command = _started(instructions)
    written = [_written(each) for each in (entry, command) if each is not None]
    if entry is not None and exec_form(entry.arguments) is None:
        written = written[:1]
    text = " ".join(each for each in written if each)
    last = entry or command
    if not text or last is None or not is_plain(text):
        return
    if _SHOWS_USAGE.search(text):
        yield say("kind", "library", path, "dockerfile.usage", DOCKERFILE - 0.01, last.first + 1)
    if any(_program(part) in container_files().waiting for part in re.split(r"&&|[;|]", text)):
        yield say("kind", "worker", path, "dockerfile.daemon", CONVENTION, last.first + 1)
    if entry is None and exec_form(last.arguments) is not None:
        text = _interpreted(text, chain)
    yield say("start_command", text, path, "dockerfile.command", DOCKERFILE, last.first + 1)
    port = port_in(expand(text, settings) or text)
    if port:
        yield say("port", port, path, "dockerfile.command", DOCKERFILE - 0.02, last.first + 1)
        yield say("kind", "web", path, "dockerfile.command", CONVENTION, last.first + 1)


def _program(command: str) -> str:
    """The name of what the command starts."""
    return next(iter(program_words(command)[1]), "").rpartition("/")[2]


def _written(instruction: Instruction) -> str:
    words = exec_form(instruction.arguments)
    if words is None:
        return " ".join(instruction.arguments.split())
    if list(words[:2]) in (["sh", "-c"], ["/bin/sh", "-c"], ["bash", "-c"], ["/bin/bash", "-c"]) and len(words) == 3:  # noqa: PLR2004
        return " ".join(words[2].split())
    return shlex.join(words)


def _health(instructions: list[Instruction], path: str) -> Iterator[Evidence]:
    for each in instructions:
        route = path_in_probe(each.arguments) if each.kind == "HEALTHCHECK" else None
        if route:
            yield say("health_path", route, path, "dockerfile.healthcheck", DOCKERFILE, each.first + 1)


def _port(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[1-9]\d{0,4}", text) and int(text) <= 65535 else None  # noqa: PLR2004 - ports end there
