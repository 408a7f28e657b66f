"""What the two builders tell about a build, in one form: log lines by step, how far it is, what came of it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Protocol

from docker.errors import StreamParseError

from adapters.docker.build_log import BuildLog
from adapters.docker.errors import unwrapped
from adapters.docker.trace import Trace, Vertex, read_trace
from adapters.docker.wire import Event

Report = Callable[[str, int, int], None]
"""Called with a step's name, the steps done and the steps known."""

_STEP = re.compile(r"^(?:\[\d+/\d+\] )?step (\d+)/(\d+) ?: (.*)", re.IGNORECASE)
_BUILT = re.compile(r"^Successfully built (?:sha256:)?([0-9a-f]{12,64})\s*$")
_STAGE = re.compile(r"^\[(?:\S+ )?\d+/\d+\] ")


class Narrator(Protocol):
    """What is known of a build after each event."""

    image_id: str | None
    problem: str
    """Why the build failed, in the engine's words; empty while it did not."""
    source: str
    """The step that failed, as the log names it, or the last one."""
    instruction: str | None
    """The Dockerfile's line of that step."""

    def take(self, event: Event) -> None:
        """Read one event. Raises StreamParseError for what is none."""


class BuildKitNarrator:
    """Reads the progress that BuildKit packs into `aux`."""

    def __init__(self, log: BuildLog, report: Report) -> None:
        self.image_id: str | None = None
        self.problem = ""
        self.source = ""
        self.instruction: str | None = None
        self._log = log
        self._report = report
        self._vertexes: dict[str, Vertex] = {}

    def take(self, event: Event) -> None:
        """Read one event."""
        if event.error or event.detail:
            self.problem = unwrapped((event.detail.message if event.detail else "") or event.error)
            if not self.source:
                self._log.add("", self.problem.encode() + b"\n")
        elif event.id == "moby.image.id" and isinstance(event.aux, dict):
            self.image_id = str(event.aux.get("ID", "")) or None
        elif event.id == "moby.buildkit.trace" and isinstance(event.aux, str):
            self._trace(_decoded(event.aux))

    def _trace(self, trace: Trace) -> None:
        for vertex in trace.vertexes:
            self._vertex(vertex)
        for log in trace.logs:
            self._log.add(self._source(log.vertex), log.raw)
        for warning in trace.warnings:
            self._log.line("", f"WARNING: {warning}")

    def _vertex(self, vertex: Vertex) -> None:
        known = self._vertexes.get(vertex.digest, Vertex())
        if known == vertex:
            return
        self._vertexes[vertex.digest] = vertex
        source = self._source(vertex.digest)
        begins, ends = vertex.started and not known.started, vertex.completed and not known.completed
        if begins:
            self._log.line(source, vertex.name)
        if ends:
            if vertex.error:
                self._log.add(source, f"ERROR: {vertex.error}\n".encode())
            else:
                self._log.line(source, "CACHED" if vertex.cached else "DONE")
        if begins or ends:
            done = sum(each.completed for each in self._vertexes.values())
            self._report(vertex.name, done, len(self._vertexes))
        if vertex.error and not vertex.error.endswith("context canceled"):
            stage = _STAGE.match(vertex.name)
            self.source, self.instruction = source, vertex.name[stage.end() :] if stage else None

    def _source(self, digest: str) -> str:
        position = next((number for number, known in enumerate(self._vertexes, 1) if known == digest), 0)
        return f"#{position}"


class ClassicNarrator:
    """Reads the lines of Docker's former builder and of Podman's."""

    source = ""

    def __init__(self, log: BuildLog, report: Report) -> None:
        self.image_id: str | None = None
        self.problem = ""
        self.instruction: str | None = None
        self._log = log
        self._report = report

    def take(self, event: Event) -> None:
        """Read one event."""
        if event.error or event.detail:
            self.problem = unwrapped((event.detail.message if event.detail else "") or event.error)
            self._log.add("", self.problem.encode() + b"\n")
        elif event.stream:
            self._log.add(self.source, event.stream.encode())
            for line in event.stream.splitlines():
                self._line(line)
        elif event.status:
            self._log.line(self.source, event.status)
        if isinstance(event.aux, dict) and "ID" in event.aux:
            self.image_id = str(event.aux["ID"])

    def _line(self, line: str) -> None:
        step, built = _STEP.match(line), _BUILT.match(line)
        if step:
            self.instruction = step[3]
            self._report(step[3], int(step[1]) - 1, int(step[2]))
        elif built and self.image_id is None:
            self.image_id = built[1]


def _decoded(aux: str) -> Trace:
    try:
        return read_trace(base64.b64decode(aux, validate=True))
    except (ValueError, binascii.Error) as error:
        raise StreamParseError(f"the progress of the build cannot be read: {error}") from error
