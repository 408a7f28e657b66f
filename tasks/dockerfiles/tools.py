"""Package managers: which version the build stage installs, and how each one installs. Rows of build_tools.toml."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from pydantic import Field

from tasks.errors import Invalid
from tasks.knowledge import load
from tasks.models import Model, Setting

_VERSION = re.compile(r"^[0-9]+(?:\.[0-9]+){0,2}$")


class Tool(Model):
    """A package manager that no base image brings along."""

    manager: str
    package: str
    version: str
    since: str | None = None
    until: str | None = None
    lock: str | None = None
    plugin: str | None = None
    example: str


class Needed(NamedTuple):
    """What the build stage installs before it can install anything else."""

    package: str
    version: str
    plugin: str | None = None


class NodeInstall(Model):
    """How a Node package manager installs."""

    manager: str
    since: int = 0
    locked: str
    unlocked: str
    production: str | None = None
    production_install: str | None = None
    prune: str | None = None
    cache: str
    settings: dict[str, str] = Field(default_factory=dict)
    example: str

    def environment(self) -> tuple[Setting, ...]:
        """Variables of the build stage."""
        return tuple(Setting(name=name, value=value) for name, value in sorted(self.settings.items()))

    def install(self, *, locked: bool) -> str:
        """Everything, with what only development needs."""
        return self.locked if locked else self.unlocked

    def install_production(self, *, locked: bool) -> str | None:
        """Only what the running application needs; None when the manager cannot."""
        if self.production_install:
            return self.production_install
        return f"{self.install(locked=locked)} {self.production}" if self.production else None


class Tables(Model):
    """The whole of build_tools.toml."""

    tool: tuple[Tool, ...]
    node: tuple[NodeInstall, ...]


@cache
def tables() -> Tables:
    """All rows."""
    return Tables.model_validate(load("build_tools"))


def tool(manager: str, *, release: str, version: str | None = None, lock: str | None = None) -> Needed | None:
    """What to install in the build stage, or None for a manager that the image has.

    `release` is the language's, `version` what the project asks for, `lock` the version that its lock file names.
    """
    rows = [row for row in tables().tool if row.manager == manager and not _is_brought(row, release)]
    exact = version if version is not None and _VERSION.match(version) else None
    if lock is not None:
        decided = next((row for row in rows if row.lock and lock.startswith(row.lock)), None)
        if decided is not None:
            return Needed(decided.package, exact or decided.version, decided.plugin)
    rows = [row for row in rows if row.lock is None]
    if not rows:
        return None
    for row in rows:
        if _reached(release, row.since):
            return Needed(row.package, exact or row.version, row.plugin)
    raise Invalid(f"no release of {manager} that we know runs on {release}", hint="ask for a newer release")


def node_install(manager: str, version: str) -> NodeInstall:
    """The row for this manager at this version."""
    major = int(version.partition(".")[0])
    row = next((row for row in tables().node if row.manager == manager and major >= row.since), None)
    if row is None:
        known = ", ".join(dict.fromkeys(each.manager for each in tables().node))
        raise Invalid(
            f"there is no template for the package manager {manager}", hint=f"use one of {known}", reason="unsupported"
        )
    return row


def _is_brought(row: Tool, release: str) -> bool:
    """Whether the release itself brings the manager along, and a new enough one."""
    return row.until is not None and _reached(release, row.until)


def _reached(release: str, since: str | None) -> bool:
    return since is None or _numbers(release) >= _numbers(since)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
