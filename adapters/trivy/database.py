"""The vulnerability databases: whether they are there, how old they are, and one attempt at fetching what is due."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from pydantic import AwareDatetime, ValidationError
from pydantic.alias_generators import to_pascal

from adapters.trivy.program import Program
from adapters.trivy.settings import TrivySettings
from tasks.errors import StepError, Unavailable
from tasks.models import Model

Kind = Literal["db", "java-db"]
"""Named as the folders below Trivy's cache."""

_CONTENT: dict[Kind, str] = {"db": "trivy.db", "java-db": "trivy-java.db"}
_DOWNLOAD: dict[Kind, str] = {"db": "--download-db-only", "java-db": "--download-java-db-only"}
_LOCK_TICK_S = 0.1


class _Metadata(Model, extra="ignore", alias_generator=to_pascal):
    next_update: AwareDatetime
    updated_at: AwareDatetime


class _Attempt(Model):
    """The last download that failed."""

    at: AwareDatetime
    reason: str


@dataclass(frozen=True)
class DatabaseState:
    """What is known about one database: `updated` is None when there is none; `reason` says why it is not newer."""

    updated: dt.datetime | None
    reason: str = ""

    @property
    def date(self) -> str | None:
        """RFC 3339."""
        return self.updated.isoformat(timespec="seconds") if self.updated else None

    def age_days(self, now: dt.datetime) -> float:
        """How long ago its content was put together."""
        return (now - self.updated).total_seconds() / 86400 if self.updated else float("inf")


class Database:
    """One database below the cache folder."""

    def __init__(self, kind: Kind, settings: TrivySettings, program: Callable[[], Program]) -> None:
        self._kind = kind
        self._settings = settings
        self._program = program
        self._folder = settings.cache_folder / kind
        self._attempt_file = settings.cache_folder / f"{kind}-attempt.json"

    def present(self) -> DatabaseState:
        """What lies there now; nothing is fetched."""
        found = self._metadata()
        attempt = self._attempt()
        return DatabaseState(found.updated_at if found else None, attempt.reason if attempt else "")

    def ready(self, *, timeout_s: float) -> DatabaseState:
        """What lies there after at most one download, which is tried when one is due and the settings allow it."""
        if self._settings.database == "present" or not self._is_due():
            return self.present()
        limit_s = min(timeout_s, self._settings.fetch_timeout_s)
        try:
            with self._lock(limit_s):
                if self._is_due():  # another run may have fetched it while this one waited
                    self._fetch(limit_s)
        except StepError as error:
            self._remember(error)
        return self.present()

    def _is_due(self) -> bool:
        now = dt.datetime.now(dt.UTC)
        attempt = self._attempt()
        if attempt and (now - attempt.at).total_seconds() < self._settings.fetch_again_s:
            return False
        found = self._metadata()
        return found is None or found.next_update < now

    def _fetch(self, timeout_s: float) -> None:
        """Download beside the old one and put it in its place, so that a scan that reads the old one goes on."""
        staging = self._settings.cache_folder / f"{self._kind}-new"
        staging.mkdir(exist_ok=True)
        arguments = (_DOWNLOAD[self._kind], "--cache-dir", str(staging))
        self._program().run("image", *arguments, timeout_s=timeout_s, folder=staging)
        self._folder.mkdir(exist_ok=True)
        for name in (_CONTENT[self._kind], "metadata.json"):
            (staging / self._kind / name).replace(self._folder / name)
        self._attempt_file.unlink(missing_ok=True)

    def _remember(self, error: StepError) -> None:
        attempt = _Attempt(at=dt.datetime.now(dt.UTC), reason=error.message)
        self._attempt_file.write_text(attempt.model_dump_json(), encoding="utf-8")

    def _attempt(self) -> _Attempt | None:
        try:
            return _Attempt.model_validate_json(self._attempt_file.read_bytes())
        except (OSError, ValidationError):
            return None

    def _metadata(self) -> _Metadata | None:
        if not (self._folder / _CONTENT[self._kind]).is_file():
            return None
        try:
            return _Metadata.model_validate(json.loads((self._folder / "metadata.json").read_bytes()))
        except (OSError, ValueError):
            return None

    @contextmanager
    def _lock(self, timeout_s: float) -> Iterator[None]:
        self._settings.cache_folder.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + timeout_s
        file = os.open(self._settings.cache_folder / f"{self._kind}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not _locked(file):
                if time.monotonic() > deadline:
                    raise Unavailable("another run is still downloading the database")
                time.sleep(_LOCK_TICK_S)
            yield
        finally:
            os.close(file)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
