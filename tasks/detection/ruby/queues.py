"""Workers beside a Rails application: what its code queues is done by a process of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.detection.evidence import CONVENTION, SOURCE, say
from tasks.detection.files import FileTree, join
from tasks.detection.reading import Process
from tasks.detection.ruby.manifests import RubyProject


@dataclass(frozen=True, slots=True)
class _Queue:
    """A gem that keeps a queue: what code that uses it says, and what works the queue off."""

    gem: str
    code: re.Pattern[str]
    command: str
    inside: re.Pattern[str] | None = None
    """What the code says when the web server's processes do the work themselves."""


def _adapter(name: str) -> re.Pattern[str]:
    return re.compile(rf"\bqueue_adapter\s*=\s*:{name}\b")


_QUEUES: Final = (
    _Queue(
        "sidekiq",
        re.compile(rf"\binclude\s+Sidekiq::(?:Worker|Job)\b|{_adapter('sidekiq').pattern}"),
        "bundle exec sidekiq",
    ),
    _Queue(
        "good_job", _adapter("good_job"), "bundle exec good_job start", re.compile(r"\bexecution_mode\s*=\s*:async\b")
    ),
    _Queue("delayed_job_active_record", _adapter("delayed_job"), "bundle exec rake jobs:work"),
    _Queue(
        "solid_queue",
        _adapter("solid_queue"),
        "bundle exec bin/jobs",
        re.compile(r"^\s*plugin :solid_queue", re.MULTILINE),
    ),
)


def queue_workers(tree: FileTree, project: RubyProject, texts: list[tuple[str, str]]) -> Iterator[Process]:
    """The process that works the queue off, where the application queues anything."""
    if not project.has("rails") or join(project.folder, "config/application.rb") not in tree.paths:
        return
    for queue in _QUEUES:
        sight = _sight(texts, queue.code) if project.has(queue.gem) else None
        if sight and not (queue.inside and _sight(texts, queue.inside)):
            rule = f"ruby.{queue.gem}"
            said = (
                say("kind", "worker", sight[0], rule, SOURCE, sight[1]),
                say("start_command", queue.command, sight[0], rule, CONVENTION, sight[1]),
            )
            yield Process("worker", said)


def _sight(texts: list[tuple[str, str]], pattern: re.Pattern[str]) -> tuple[str, int] | None:
    for path, text in texts:
        match = pattern.search(text)
        if match:
            return path, text.count("\n", 0, match.start()) + 1
    return None
