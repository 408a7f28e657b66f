"""Builds Dockerfiles in memory: instructions are followed, RUN is a tiny shell, files really come from the context."""

from __future__ import annotations

import hashlib
import json
import posixpath
import shlex
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from tasks.context import content, entries
from tasks.errors import Missing, Rejected, StepError
from tasks.models import BuildRequest, Failure, Image, ImageRef, Label, labels
from tests.world.image_store import StoredImage
from tests.world.process import behaviour_of


@dataclass
class _Stage:
    image: Image
    files: dict[str, bytes] = field(default_factory=dict)
    folder: str = "/"
    variables: dict[str, str] = field(default_factory=dict)
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()


_CONFIGURING = frozenset(
    "WORKDIR ENV USER EXPOSE LABEL CMD ENTRYPOINT HEALTHCHECK STOPSIGNAL SHELL VOLUME".split()  # noqa: SIM905 - reads best
)
Tell = Callable[[str, int, int], None]
"""An instruction, its number, and how many there are."""


class Build:
    """One build. `get` finds a base image or raises."""

    def __init__(
        self,
        request: BuildRequest,
        get: Callable[[ImageRef], StoredImage],
        tell: Tell,
        programs: Collection[str] = (),
    ) -> None:
        self._request = request
        self._get = get
        self._tell = tell
        self._programs = programs
        self._log: list[str] = []
        self._stages: dict[str, _Stage] = {}
        self._arguments = {argument.name: argument.value for argument in request.arguments}

    def result(self) -> StoredImage:
        """The image. Raises Rejected with a Failure as a real engine would."""
        steps = list(_instructions(self._request.dockerfile.text))
        stage: _Stage | None = None
        try:
            for number, (word, rest) in enumerate(steps, 1):
                self._tell(f"{word} {rest}", number - 1, len(steps))
                self._log.append(f"#{number} {word} {rest}")
                stage = self._followed(word, rest, stage)
        finally:
            self._request.log_file.parent.mkdir(parents=True, exist_ok=True)
            self._request.log_file.write_text("\n".join(self._log) + "\n")
        if stage is None:
            raise self._failed("", "dockerfile parse error: file with no instructions")
        return self._stored(stage)

    def _followed(self, word: str, rest: str, stage: _Stage | None) -> _Stage | None:
        if word == "ARG":
            name, _, value = rest.partition("=")
            self._arguments.setdefault(name, value)
            return stage
        if word == "FROM":
            return self._from(rest)
        if stage is None:
            raise self._failed(f"{word} {rest}", "dockerfile parse error: no build stage in current context")
        if word == "RUN":
            self._run(rest)
        elif word in {"COPY", "ADD"}:
            self._copy(rest, stage)
        elif not _configured(stage, word, rest):
            raise self._failed(f"{word} {rest}", f"dockerfile parse error: unknown instruction: {word}")
        return stage

    def _from(self, rest: str) -> _Stage:
        words = [word for word in rest.split() if not word.startswith("--")]
        for name, value in self._arguments.items():
            words[0] = words[0].replace(f"${{{name}}}", value).replace(f"${name}", value)
        known = self._stages.get(words[0].lower())
        stage = known and _Stage(
            known.image, dict(known.files), known.folder, dict(known.variables), known.entrypoint, known.command
        )
        if stage is None:
            stage = self._base(words[0])
        self._stages[str(len(self._stages))] = stage
        if len(words) == 3 and words[1].upper() == "AS":
            self._stages[words[2].lower()] = stage
        return stage

    def _base(self, name: str) -> _Stage:
        if name == "scratch":
            return _Stage(Image(id="scratch", os="linux", architecture="amd64", size_bytes=0))
        try:
            found = self._get(ImageRef.parse(name))
        except Missing as error:
            raise self._failed(f"FROM {name}", f"{name}: not found") from error
        return _Stage(found.image, dict(found.files), found.folder, dict(found.variables), command=found.image.command)

    def _run(self, rest: str) -> None:
        text = " ".join(word for word in rest.split() if not word.startswith("--mount="))
        if text.lstrip('["').partition(" ")[0].strip('",') in self._programs:
            return
        found = behaviour_of(_command(text))
        self._log += found.lines
        if found.exit_code or found.cannot_start:
            code = found.exit_code or 127
            raise self._failed(f"RUN {rest}", f'process "/bin/sh -c {text}" did not complete: exit code: {code}', code)

    def _copy(self, rest: str, stage: _Stage) -> None:
        words = json.loads(rest) if rest.startswith("[") else rest.split()
        flags = dict(word.partition("=")[::2] for word in words if word.startswith("--"))
        *sources, target = (word for word in words if not word.startswith("--"))
        origin = self._stages.get(flags["--from"].lower()) if "--from" in flags else None
        held = origin.files if origin else dict(self._context())
        for source in sources:
            base = posixpath.normpath(source.lstrip("/" if not origin else ""))
            found = {path: raw for path, raw in held.items() if base in {".", path} or path.startswith(f"{base}/")}
            if origin and not found and self._programs:
                continue  # made by a program that was only believed
            if not found and base != "." and not any(mark in base for mark in "*?["):
                raise self._failed(f"COPY {rest}", f'failed to compute cache key: "/{base}" not found: not found')
            for path, raw in found.items():
                below = posixpath.basename(path) if path == base else posixpath.relpath(path, base)
                into = posixpath.join(stage.folder, target)
                single = path == base and not target.endswith(("/", "."))
                stage.files[posixpath.normpath(into if single else posixpath.join(into, below))] = raw

    def _context(self) -> Iterator[tuple[str, bytes]]:
        for entry in entries(self._request.context, self._request.dockerfile.dockerignore):
            if entry.kind == "file":
                yield entry.path, b"".join(content(self._request.context, entry))

    def _stored(self, stage: _Stage) -> StoredImage:
        given = (*stage.image.labels, *self._request.labels, Label(key=labels.BUILD_KEY, value=self._request.key))
        merged = {label.key: label.value for label in given}
        image = stage.image.changed(
            id=f"sha256:{hashlib.sha256(f'image {self._request.key}'.encode()).hexdigest()}",
            names=(),
            digests=(),
            command=(*stage.entrypoint, *stage.command),
            size_bytes=stage.image.size_bytes + sum(map(len, stage.files.values())),
            labels=tuple(Label(key=key, value=value) for key, value in sorted(merged.items())),
        )
        return StoredImage(image, stage.files, stage.folder, stage.variables)

    def _failed(self, command: str, message: str, exit_code: int | None = None) -> StepError:
        self._log.append(f"ERROR: {message}")
        failure = Failure(
            step="build",
            message=message,
            command=command,
            exit_code=exit_code,
            first_error=message,
            log_tail="\n".join(self._log[-80:]),
            dockerfile=self._request.dockerfile.text,
        )
        return Rejected(f"cannot build {self._request.name}: {message}", failure=failure)


def _configured(stage: _Stage, word: str, rest: str) -> bool:
    """Set what the instruction sets in the image's configuration; False when it is none."""
    image = stage.image
    if word == "WORKDIR":
        stage.folder = posixpath.join(stage.folder, rest)
    elif word == "ENV":
        stage.variables.update(dict(pair.partition("=")[::2] for pair in shlex.split(rest)))
    elif word == "USER":
        stage.image = image.changed(user=rest)
    elif word == "EXPOSE":
        ports = {*image.ports, *(int(port.partition("/")[0]) for port in rest.split())}
        stage.image = image.changed(ports=tuple(sorted(ports)))
    elif word == "LABEL":
        found = (Label(key=key, value=value) for key, _, value in (pair.partition("=") for pair in shlex.split(rest)))
        stage.image = image.changed(labels=(*image.labels, *found))
    elif word == "CMD":
        stage.command = _command(rest)
    elif word == "ENTRYPOINT":
        stage.entrypoint, stage.command = _command(rest), ()
    return word in _CONFIGURING


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    held = ""
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("#") or (not line and not held):
            continue
        held = f"{held} {line}".strip()
        if held.endswith("\\"):
            held = held.removesuffix("\\").strip()
            continue
        word, _, rest = held.partition(" ")
        held = ""
        yield word.upper(), rest.strip()


def _command(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text.startswith("[") else ("/bin/sh", "-c", text)
