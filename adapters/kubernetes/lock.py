"""Puts the runs of one application in a row, whatever machine they are on.

The lock is a Lease beside the application: who made it holds it, and says so again every few seconds. A holder that was
killed says nothing any more, and is taken over when its time is up. All times are the server's.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from adapters.kubernetes.api import MANAGER, Api, Node
from adapters.kubernetes.deadline import Deadline
from adapters.kubernetes.documents import Lease
from adapters.kubernetes.errors import Subject
from adapters.kubernetes.objects import collection
from tasks.errors import StepError, Unavailable
from tasks.models import Application
from tasks.models.labels import APPLICATION

_GROUP = "coordination.k8s.io/v1"
_POLL_S = 0.3
_CALL_S = 5.0


class Held:
    """A lock that is held, as long as nobody else has taken it."""

    def __init__(self, lease: Lease) -> None:
        self.lease = lease
        self.lost = threading.Event()

    def require(self) -> None:
        """Raises Unavailable when another run has taken it over: this one was silent for too long."""
        if self.lost.is_set():
            raise Unavailable("another run has taken over, because this one was silent for too long", hint="run again")


class Locks:
    """The locks of one cluster's applications."""

    def __init__(self, api: Api, *, lease_s: int) -> None:
        self._api = api
        self._lease_s = lease_s

    @contextmanager
    def held(self, application: Application, deadline: Deadline, waiting: Callable[[str], None]) -> Iterator[Held]:
        """Hold the application's lock; `waiting` is told who has it. Raises Unavailable at the deadline."""
        holder = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        held = Held(self._acquired(application, holder, deadline, waiting))
        ended = threading.Event()
        renewal = threading.Thread(
            target=self._renew, args=(application, holder, held, ended), name="lease", daemon=True
        )
        renewal.start()
        try:
            yield held
        finally:
            ended.set()
            renewal.join(_CALL_S)
            # when the server cannot be reached, it ends by itself
            with suppress(StepError):
                self._remove(application, held.lease)

    def _acquired(
        self, application: Application, holder: str, deadline: Deadline, waiting: Callable[[str], None]
    ) -> Lease:
        while True:
            found = self._found(application)
            if found is None:
                made = self._made(application, holder)
                if made:
                    return made
                continue
            if self._is_over(found):
                waiting(f"the run {found.spec.holder_identity} has ended without a word and is taken over")
                with suppress(Unavailable):
                    self._remove(application, found)
                continue
            if deadline.passed:
                raise Unavailable(
                    f"another run has been releasing {application.name} for {deadline.timeout_s:.0f} s"
                    f" ({found.spec.holder_identity})",
                    hint=f"wait for it: `kubectl get lease {_name(application)} --namespace {application.namespace}`",
                )
            waiting(f"waits for another run that is releasing {application.name} ({found.spec.holder_identity})")
            time.sleep(_POLL_S)

    def _is_over(self, lease: Lease) -> bool:
        try:
            renewed = datetime.fromisoformat(lease.spec.renew_time or "").timestamp()
        except ValueError:
            return True
        return self._api.now() - renewed > (lease.spec.lease_duration_seconds or self._lease_s)

    def _found(self, application: Application) -> Lease | None:
        return self._api.find(_path(application), Lease, _subject(application), timeout_s=_CALL_S)

    def _made(self, application: Application, holder: str) -> Lease | None:
        """The lease, or None when another run was faster."""
        path = collection(_GROUP, "leases", application.namespace)
        document = self._document(application, holder, {})
        try:
            return self._api.create(path, document, _subject(application), timeout_s=_CALL_S).read(Lease, path)
        except Unavailable:
            if self._found(application) is None:
                raise
            return None

    def _renew(self, application: Application, holder: str, held: Held, ended: threading.Event) -> None:
        while not ended.wait(self._lease_s / 3):
            version: Node = {
                "resourceVersion": held.lease.metadata.resource_version,
                "uid": held.lease.metadata.uid,
            }
            try:
                reply = self._api.replace(
                    _path(application),
                    self._document(application, holder, version),
                    _subject(application),
                    timeout_s=_CALL_S,
                )
                held.lease = reply.read(Lease, _path(application))
            except StepError:
                # a server that is away for a moment takes nobody else's lock either
                if self._is_lost(application, held.lease):
                    held.lost.set()
                    return

    def _is_lost(self, application: Application, lease: Lease) -> bool:
        try:
            found = self._found(application)
        except StepError:
            return False
        return found is None or found.metadata.uid != lease.metadata.uid

    def _remove(self, application: Application, lease: Lease) -> None:
        """Exactly this one, as it was seen."""
        exactly = {"uid": lease.metadata.uid, "resourceVersion": lease.metadata.resource_version}
        self._api.delete(_path(application), {"preconditions": exactly}, _subject(application), timeout_s=_CALL_S)

    def _document(self, application: Application, holder: str, version: Node) -> Node:
        now = datetime.fromtimestamp(self._api.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return {
            "apiVersion": _GROUP,
            "kind": "Lease",
            "metadata": {
                **version,
                "name": _name(application),
                "namespace": application.namespace,
                "labels": {"app.kubernetes.io/managed-by": MANAGER, APPLICATION: application.name},
            },
            "spec": {
                "holderIdentity": holder,
                "leaseDurationSeconds": self._lease_s,
                "acquireTime": now,
                "renewTime": now,
            },
        }


def _name(application: Application) -> str:
    return f"{application.name}-release"


def _path(application: Application) -> str:
    return collection(_GROUP, "leases", application.namespace) + f"/{_name(application)}"


def _subject(application: Application) -> Subject:
    return Subject("change", f"the lock of {application.name}", application.namespace)
