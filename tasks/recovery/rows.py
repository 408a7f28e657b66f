"""The rows of knowledge/failures.toml: what a failure looks like, and what is known about it."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import Field

from tasks import knowledge
from tasks.models import AdviceVerdict, Model, StepName
from tasks.recovery.facts import Facts
from tasks.recovery.text import Anchor, LogText

LINES_KEPT = 5


class Conditions(Model):
    """What must hold besides the text. What is left out may be anything."""

    exit_code: tuple[int, ...] = ()
    oom_killed: bool | None = None
    container_state: tuple[str, ...] = ()
    user: Literal["root", "other"] | None = None
    listens_elsewhere: bool | None = None
    """The log names ports, and the expected one is not among them."""
    listens_on_loopback: bool | None = None


class Template(Model):
    """The amendment of a row: constants here, the rest from the named groups of its pattern."""

    type: Literal[
        "add_system_packages",
        "set_port",
        "set_bind_address",
        "set_runtime_version",
        "add_writable_mount",
        "set_resources",
        "set_start_command",
    ]
    stage: Literal["build", "runtime"] = "build"
    packages: tuple[str, ...] = ()
    lookup: Literal["header", "library", "pkg_config", "shared_object", "command"] | None = None
    """Table of knowledge/debian_packages.toml in which the group `name` is looked up."""
    version: str | None = None
    """A fixed version; without it the groups `wanted` and `current` decide."""
    program: str | None = None
    """The start command must begin with this program, and …"""
    append: str | None = None
    """… gets this at its end. A log never brings words of its own into a command."""
    precision: int = Field(default=2, ge=1, le=3)
    """How many parts of the version count."""


class FailureRow(Model):
    """One known failure."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]+$")
    error_class: str = Field(alias="class")
    cause: str = Field(pattern=r"^[a-z][a-z0-9_]+$")
    verdict: AdviceVerdict
    confidence: float = Field(default=0.9, gt=0, le=1)
    steps: tuple[StepName, ...] = ()
    """Empty: any."""
    needs_step: bool = False
    """Too general for a log of which nobody knows what wrote it."""
    anchors: tuple[str, ...] = ()
    """Lower case. The pattern is tried on lines that hold one of them; empty: the row speaks from evidence alone."""
    pattern: str = ""
    also: str | None = None
    """A second pattern that some line must match."""
    unless: str | None = None
    """A pattern that no line may match."""
    when: Conditions = Conditions()
    ends_waiting: bool = False
    """What says this while it starts will never be ready: whoever waits for it may give up."""
    hint: str
    otherwise: str | None = None
    """The hint when no amendment can be made of it; the verdict is needs_human then."""
    amendment: Template | None = None
    examples: tuple[str, ...] = Field(min_length=1)
    evidence: dict[str, object] = Field(default_factory=dict, repr=False)
    """Fields of the Failure that goes with the examples."""


class FailureKnowledge(Model):
    """The file knowledge/failures.toml."""

    error_classes: tuple[str, ...]
    failure: tuple[FailureRow, ...]


@dataclass(frozen=True)
class Match:
    """A row that speaks: the words of its groups, and the lines that made it speak."""

    row: FailureRow
    groups: dict[str, str]
    lines: tuple[str, ...]


class CompiledRow:
    """A row whose patterns are compiled when they are first needed."""

    def __init__(self, row: FailureRow) -> None:
        self.row = row
        self._anchors = tuple(map(Anchor, row.anchors))

    def match(self, text: LogText, facts: Facts, step: StepName | None) -> Match | None:
        """The match of this row, or None."""
        row = self.row
        if (row.steps and step is not None and step not in row.steps) or (row.needs_step and step is None):
            return None
        if not _hold(row.when, facts):
            return None
        found = self._search(text)
        if row.anchors and not found:
            return None
        if self._also and not any(map(self._also.search, text.lines)):
            return None
        if self._unless and any(map(self._unless.search, text.lines)):
            return None
        words = next(filter(None, map(_words, found)), {})
        return Match(row, words, tuple(match.string for match in found) or facts.lines or text.lines[:1])

    def _search(self, text: LogText) -> list[re.Match[str]]:
        found: list[re.Match[str]] = []
        for number in text.lines_with(self._anchors):
            if match := self._pattern.search(text.lines[number]):
                found.append(match)
                if len(found) == LINES_KEPT:
                    break
        return found

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.row.pattern)

    @cached_property
    def _also(self) -> re.Pattern[str] | None:
        return re.compile(self.row.also) if self.row.also else None

    @cached_property
    def _unless(self) -> re.Pattern[str] | None:
        return re.compile(self.row.unless) if self.row.unless else None


@functools.cache
def failure_knowledge() -> FailureKnowledge:
    """What is known about failures, read once."""
    return FailureKnowledge.model_validate(knowledge.load("failures"))


@functools.cache
def compiled_rows() -> tuple[CompiledRow, ...]:
    """All rows in their order: the first that matches speaks."""
    return tuple(CompiledRow(row) for row in failure_knowledge().failure)


def _words(match: re.Match[str]) -> dict[str, str]:
    """The groups that took part; `name2` is another place for `name`, because a pattern may use a name only once."""
    words: dict[str, str] = {}
    for group, value in match.groupdict().items():
        if value:
            words.setdefault(group.rstrip("0123456789"), value.strip())
    return words


def _hold(wanted: Conditions, facts: Facts) -> bool:
    return (
        (not wanted.exit_code or facts.exit_code in wanted.exit_code)
        and wanted.oom_killed in {None, facts.oom_killed}
        and (not wanted.container_state or facts.container_state in wanted.container_state)
        and wanted.user in {None, facts.user}
        and wanted.listens_elsewhere in {None, facts.listens_elsewhere}
        and wanted.listens_on_loopback in {None, facts.listens_on_loopback}
    )
