"""The releases of a target in memory: what is kept, what is wrong with one, what it answers."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tasks.errors import Unavailable
from tasks.models import (
    Application,
    Check,
    ContainerSpec,
    Failure,
    HttpAnswer,
    Release,
    Variable,
)
from tests.world.process import SERVING, Behaviour, Reply

HISTORY_LIMIT = 10
_FAILED_KEPT = 3
_MOST_CHARACTERS = 2_000

Behave = Callable[[ContainerSpec, Mapping[str, str]], Behaviour]
"""What a release does, from its spec and its environment."""


@dataclass(frozen=True)
class Entry:
    """One release."""

    release: Release
    spec: ContainerSpec
    variables: tuple[Variable, ...]
    behaviour: Behaviour
    live_since: int = 0

    @property
    def same_as(self) -> tuple[object, ...]:
        """Equal for workloads that need no new release."""
        spec = self.spec.changed(published_port=None, labels=())
        return spec, tuple((each.name, each.value.get_secret_value()) for each in self.variables)

    @property
    def log(self) -> str:
        """What it has printed."""
        return "".join(f"{line}\n" for line in self.behaviour.lines)


@dataclass
class MemoryReleases:
    """What a target holds; several runs may look at the same one."""

    behave: Behave = lambda _spec, _environment: SERVING
    entries: dict[Application, list[Entry]] = field(default_factory=dict)
    checks: tuple[Check, ...] = (Check(name="memory", passed=True, detail="there is always room"),)
    """What a preflight sees."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    ticks: itertools.count[int] = field(default_factory=lambda: itertools.count(1))


def pruned(entries: list[Entry]) -> list[Entry]:
    """The live one, the last failures, and as many former ones as there is room for."""
    failed = [each for each in entries if each.release.state == "failed"][-_FAILED_KEPT:]
    former = sorted((each for each in entries if each.release.state == "former"), key=lambda each: each.live_since)
    room = HISTORY_LIMIT - 1 - len(failed)
    kept = {each.release.number for each in (*failed, *former[-room:])}
    return [each for each in entries if each.release.state == "live" or each.release.number in kept]


def trouble_of(entry: Entry) -> str | None:
    spec, behaviour, name = entry.spec, entry.behaviour, f"release {entry.release.number}"
    if behaviour.cannot_start:
        return f"{name} cannot start: {behaviour.cannot_start}"
    if behaviour.exit_code is not None and not (spec.kind == "job" and behaviour.exit_code == 0):
        return f"{name} ended with exit code {behaviour.exit_code}"
    if spec.port is None:
        return None
    path = spec.health_path or "/"
    reply = behaviour.answer(path) if behaviour.answer else None
    if reply is None:
        return f"{name} runs, but nothing answers on port {spec.port}"
    if spec.health_path and reply.status >= 400:
        return f"{name} answers {reply.status} at {path}"
    return None


def failure(entry: Entry, message: str) -> Failure:
    behaviour = entry.behaviour
    return Failure(
        step="deploy",
        message=message,
        exit_code=behaviour.exit_code,
        oom_killed=behaviour.oom_killed,
        container_state="running" if behaviour.exit_code is None else "exited",
        log_tail=entry.log,
        port=entry.spec.port,
    )


def ask(entry: Entry, path: str) -> HttpAnswer:
    reply: Reply | None = entry.behaviour.answer(path) if entry.behaviour.answer else None
    if reply is None:
        raise Unavailable(f"release {entry.release.number} does not answer")
    text = reply.body.decode(errors="replace")
    return HttpAnswer(
        url=f"http://127.0.0.1:{entry.spec.published_port}{path}",
        way="memory",
        status=reply.status,
        content_type=reply.content_type,
        body="".join(each if each.isprintable() or each in "\n\t" else "�" for each in text)[:_MOST_CHARACTERS],
        duration_ms=0.01,
    )
