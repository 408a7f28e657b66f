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
    return re.compile(rf"\bqueue_adapter\s*=[^#\n]*:{name}\b")


_QUEUES: Final = (
    _Queue(
        "sidekiq",
        re.compile(rf"\binclude\s+Sidekiq::(?:Worker|Job)\b|{_adapter('sidekiq').pattern}"),
        "bundle exec sidekiq",
    ),
    _Queue(
        "good_job", _adapter("good_job"), "bundle exec good_job start", re.compile(r"\bexecution_mode\s*=\s*:async\b")
    ),
    *(
        _Queue(
            gem,
            re.compile(
                rf"{_adapter('delayed_job').pattern}|^\s*handle_asynchronously\b|\bDelayed::Job\.enqueue\b|\.delay(?:\([^)]*\))?\.\w",
                re.MULTILINE,
            ),
            "bundle exec rake jobs:work",
        )
        for gem in ("delayed_job_active_record", "delayed_job_mongoid", "delayed_job")
    ),
    _Queue(
        "resque",
        re.compile(rf"{_adapter('resque').pattern}|\bResque\.enqueue(?:_to|_in|_at)?\b"),
        # Rake takes what is assigned behind its tasks as variables of the environment
        "bundle exec rake resque:work QUEUE=*",
    ),
    _Queue("que", re.compile(rf"{_adapter('que').pattern}|<\s*Que::Job\b"), "bundle exec que"),
    _Queue(
        "shoryuken",
        re.compile(rf"{_adapter('shoryuken').pattern}|\binclude\s+Shoryuken::Worker\b"),
        "bundle exec shoryuken --rails",
    ),
    _Queue("sneakers", re.compile(r"\binclude\s+Sneakers::Worker\b"), "bundle exec rake sneakers:run"),
    _Queue(
        "solid_queue",
        _adapter("solid_queue"),
        "bundle exec bin/jobs",
        re.compile(r"^\s*plugin :solid_queue", re.MULTILINE),
    ),
)


_CONSUMERS: Final = (
    ("karafka", "karafka.rb", "karafka server"),
    ("clockwork", "clock.rb", "clockwork clock.rb"),
    ("clockwork", "config/clock.rb", "clockwork config/clock.rb"),
    ("clockwork", "lib/clock.rb", "clockwork lib/clock.rb"),
)
"""Gems that run a file of the application by a command of their own."""


def consumers(tree: FileTree, project: RubyProject) -> Iterator[Process]:
    """What consumes or keeps the time by a command of a gem, where the file for it lies."""
    for gem, name, command in _CONSUMERS:
        file = join(project.folder, name)
        if project.has(gem) and file in tree.paths:
            rule = f"ruby.{gem}"
            said = (
                say("kind", "worker", file, rule, SOURCE, 1),
                say("start_command", f"bundle exec {command}", file, rule, CONVENTION, 1),
            )
            yield Process(gem, said)


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
    yield from consumers(tree, project)


def _sight(texts: list[tuple[str, str]], pattern: re.Pattern[str]) -> tuple[str, int] | None:
    for path, text in texts:
        match = pattern.search(text)
        if match:
            return path, text.count("\n", 0, match.start()) + 1
    return None
