"""What is remembered of releases: in one Secret beside them, so that every machine knows the same history."""

from __future__ import annotations

import base64
import binascii
import gzip
from datetime import UTC, datetime
from typing import Literal

from pydantic import ValidationError

from adapters.kubernetes.api import MANAGER, Api, Node
from adapters.kubernetes.deadline import Deadline
from adapters.kubernetes.documents import Secret
from adapters.kubernetes.errors import Subject
from adapters.kubernetes.objects import Placed, collection, object_path, read, service_of
from tasks.errors import Invalid, Missing
from tasks.models import Application, ManifestObject, Model, Release
from tasks.models.labels import APPLICATION

State = Literal["candidate", "live", "former", "failed"]
_LIMIT = 10
_FAILED_KEPT = 3
_LOG_CHARACTERS = 16_000


class Entry(Model):
    """One release."""

    number: int
    state: State
    image: str
    source: str
    commit: str | None = None
    version: str | None = None
    created: str
    live_since: int = 0
    """Grows with each time that some release became live."""
    environment: str | None = None
    """The Secret with the values of its variables."""
    objects: tuple[ManifestObject, ...]
    log_tail: str = ""
    """What it printed last, where its pods are gone."""

    @property
    def placed(self) -> tuple[Placed, ...]:
        """Its objects."""
        return tuple(read(each) for each in self.objects)


class Ledger(Model):
    """All that is remembered of one application."""

    application: Application
    entries: tuple[Entry, ...] = ()
    """By number."""
    resource_version: str | None = None
    """None: nothing is remembered yet."""

    @property
    def live(self) -> Entry | None:
        """The live release."""
        return next((each for each in self.entries if each.state == "live"), None)

    @property
    def candidate(self) -> Entry | None:
        """The release that another run left half done."""
        return next((each for each in self.entries if each.state == "candidate"), None)

    @property
    def newest(self) -> Entry | None:
        """The last one, whatever became of it."""
        return self.entries[-1] if self.entries else None

    @property
    def shown(self) -> Entry | None:
        """The release that people mean: the live one, else the newest."""
        return self.live or self.newest

    @property
    def formers(self) -> tuple[Entry, ...]:
        """Those that were live, the last one first."""
        found = (each for each in self.entries if each.state == "former")
        return tuple(sorted(found, key=lambda each: each.live_since, reverse=True))

    @property
    def next_number(self) -> int:
        """The number of the next release."""
        return max((each.number for each in self.entries), default=0) + 1

    def require(self) -> Ledger:
        """Itself. Raises Missing when there is nothing."""
        if not self.entries:
            name, place = self.application.name, self.application.namespace
            raise Missing(
                f"nothing was released as {name} in {place}",
                hint="containerkit run . --target kubernetes releases the application in this folder",
                reason="nothing_found",
            )
        return self

    def describe(self, entry: Entry) -> Release:
        """The entry as others know it."""
        name, place = self.application.name, self.application.namespace
        answers = entry.state == "live" and service_of(entry.placed) is not None
        return Release(
            application=self.application,
            number=entry.number,
            state=entry.state,
            image=entry.image,
            source=entry.source,
            commit=entry.commit,
            version=entry.version,
            created=entry.created,
            url=f"http://{name}.{place}.svc" if answers else None,
        )

    def with_entry(self, entry: Entry) -> Ledger:
        """With this entry put in; a new live one makes the other a former one."""
        others = tuple(each for each in self.entries if each.number != entry.number)
        if entry.state == "live":
            since = max((each.live_since for each in self.entries), default=0) + 1
            entry = entry.changed(live_since=since)
            others = tuple(each.changed(state="former") if each.state == "live" else each for each in others)
        entries = tuple(sorted((*others, entry), key=lambda each: each.number))
        return self.changed(entries=_pruned(entries))

    def without(self, number: int) -> Ledger:
        """Without that entry."""
        return self.changed(entries=tuple(each for each in self.entries if each.number != number))


def ledger_name(application: Application) -> str:
    """The Secret in which it is."""
    return f"{application.name}-releases"


def load(api: Api, application: Application, deadline: Deadline) -> Ledger:
    """What is remembered; an empty ledger when nothing is."""
    name = ledger_name(application)
    path = object_path("v1", "Secret", application.namespace, name)
    secret = api.find(path, Secret, _subject(application, "read"), timeout_s=deadline.left_s())
    if secret is None:
        return Ledger(application=application)
    entries = tuple(_entry(text, name) for text in (secret.data or {}).values())
    return Ledger(
        application=application,
        entries=tuple(sorted(entries, key=lambda each: each.number)),
        resource_version=secret.metadata.resource_version,
    )


def save(api: Api, ledger: Ledger, deadline: Deadline) -> Ledger:
    """The ledger as it is written now. Raises Unavailable when another run wrote it meanwhile."""
    application = ledger.application
    name, subject = ledger_name(application), _subject(application, "change")
    metadata: dict[str, object] = {
        "name": name,
        "namespace": application.namespace,
        "labels": {"app.kubernetes.io/managed-by": MANAGER, APPLICATION: application.name},
    }
    data = {f"release-{entry.number}": _encoded(entry) for entry in ledger.entries}
    secret: Node = {"apiVersion": "v1", "kind": "Secret", "type": "io.containerkit/releases", "data": data}
    if ledger.resource_version is None:
        path = collection("v1", "secrets", application.namespace)
        reply = api.create(path, {**secret, "metadata": metadata}, subject, timeout_s=deadline.left_s())
    else:
        path = object_path("v1", "Secret", application.namespace, name)
        metadata["resourceVersion"] = ledger.resource_version
        reply = api.replace(path, {**secret, "metadata": metadata}, subject, timeout_s=deadline.left_s())
    return ledger.changed(resource_version=reply.read(Secret, path).metadata.resource_version)


def shortened(log: str) -> str:
    """So much of a log as is remembered."""
    return log[-_LOG_CHARACTERS:]


def timestamp(seconds: float) -> str:
    """RFC 3339."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pruned(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The live one, the last failures, and as many former ones as there is room for."""
    standing = {each.number for each in entries if each.state in {"live", "candidate"}}
    # a candidate has the place of a failure that it may become: else a former one would go for nothing
    failures = _FAILED_KEPT - any(each.state == "candidate" for each in entries)
    failed = [each.number for each in entries if each.state == "failed"][-failures:]
    former = sorted((each for each in entries if each.state == "former"), key=lambda each: each.live_since)
    room = _LIMIT - max(len(standing), 1) - len(failed)
    kept = {*standing, *failed, *(each.number for each in former[-room:])}
    return tuple(each for each in entries if each.number in kept)


def _encoded(entry: Entry) -> str:
    # without a time in it: the same entry is the same bytes
    return base64.b64encode(gzip.compress(entry.model_dump_json().encode(), mtime=0)).decode()


def _entry(text: str, name: str) -> Entry:
    try:
        return Entry.model_validate_json(gzip.decompress(base64.b64decode(text)))
    except (binascii.Error, OSError, EOFError, ValidationError) as error:
        raise Invalid(
            f"the Secret {name} does not hold what we record of releases",
            hint=f"look at it with `kubectl get secret {name} -o yaml`, and remove it if it is not needed",
        ) from error


def _subject(application: Application, action: Literal["read", "change"]) -> Subject:
    return Subject(action, f"the release history of {application.name}", application.namespace)
