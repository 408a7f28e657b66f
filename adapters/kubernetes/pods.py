"""The pods of a release: how many there are, what they print, and what the cluster says of them."""

from __future__ import annotations

from collections.abc import Callable

from adapters.kubernetes.api import Api
from adapters.kubernetes.deadline import Deadline
from adapters.kubernetes.documents import Endpoints, Event, Events, Pod, Pods, Slices
from adapters.kubernetes.errors import Subject
from adapters.kubernetes.objects import collection
from tasks.errors import Denied, Missing, Rejected, StepError
from tasks.models import Application
from tasks.models.labels import RELEASE

_SELECTOR = "app.kubernetes.io/instance={name},app.kubernetes.io/name={name},{release}={number}"
_MOST_LOG_BYTES = 1024 * 1024
_EVENTS = 200


class PodReader:
    """Questions about one application's pods."""

    def __init__(self, api: Api, application: Application, *, redact: Callable[[str], str]) -> None:
        self._api = api
        self._application = application
        self._redact = redact

    def of_release(self, number: int, deadline: Deadline) -> tuple[Pod, ...]:
        """Its pods, the newest first; those that are being ended are among them."""
        selector = _SELECTOR.format(name=self._application.name, release=RELEASE, number=number)
        found = self._api.listed(
            self._path("pods"), Pods, self._subject("the pods"), timeout_s=deadline.left_s(), labelSelector=selector
        )
        return tuple(sorted(found.items, key=lambda each: each.metadata.creation_timestamp, reverse=True))

    def log(self, pod: Pod, container: str, tail_lines: int, deadline: Deadline) -> str:
        """What it printed last; what its container printed before it was started again, where it prints nothing now."""
        now = self._log(pod, container, tail_lines, "false", deadline)
        if now or not any(each.restart_count for each in pod.status.container_statuses):
            return now
        return self._log(pod, container, tail_lines, "true", deadline)

    def last_words(self, pod: Pod, container: str, tail_lines: int, deadline: Deadline) -> str:
        """What it printed before it ended, however often it was started again."""
        if any(each.restart_count for each in pod.status.container_statuses):
            before = self._log(pod, container, tail_lines, "true", deadline)
            if before:
                return before
        return self._log(pod, container, tail_lines, "false", deadline)

    def events(self, name: str, deadline: Deadline) -> tuple[Event, ...]:
        """What was said about the object of this name, the newest last. Empty when we may not see it."""
        try:
            found = self._api.listed(
                self._path("events"),
                Events,
                self._subject("the events"),
                timeout_s=deadline.left_s(),
                fieldSelector=f"involvedObject.name={name}",
                limit=str(_EVENTS),
            )
        except Denied:
            return ()
        return tuple(sorted(found.items, key=lambda each: each.when))

    def addressed(self, deadline: Deadline) -> frozenset[str] | None:
        """The pods that the application's Service sends to, by both lists of them; None when we may see neither."""
        name = self._application.name
        found, seen = set[str](), 0
        try:
            endpoints = self._api.find(
                self._path("endpoints") + f"/{name}",
                Endpoints,
                self._subject("the endpoints"),
                timeout_s=deadline.left_s(),
            )
            seen += 1
            for subset in endpoints.subsets if endpoints else ():
                found |= {each.target_ref.name for each in subset.addresses if each.target_ref}
        except Denied:
            pass
        try:
            slices = self._api.listed(
                collection("discovery.k8s.io/v1", "endpointslices", self._application.namespace),
                Slices,
                self._subject("the endpoints"),
                timeout_s=deadline.left_s(),
                labelSelector=f"kubernetes.io/service-name={name}",
            )
            seen += 1
            for part in slices.items:
                ready = (each for each in part.endpoints if each.conditions.ready is not False)
                found |= {each.target_ref.name for each in ready if each.target_ref}
        except Denied:
            pass
        return frozenset(found) if seen else None

    def _log(self, pod: Pod, container: str, tail_lines: int, previous: str, deadline: Deadline) -> str:
        path = self._path("pods") + f"/{pod.metadata.name}/log"
        try:
            reply = self._api.call(
                "GET",
                path,
                self._subject(f"the log of {pod.metadata.name}"),
                timeout_s=deadline.left_s(),
                query={
                    "container": container,
                    "tailLines": str(tail_lines),
                    "previous": previous,
                    "limitBytes": str(_MOST_LOG_BYTES),
                },
            )
        except (Rejected, Missing):
            # its container has not begun, or what it printed before is gone
            return ""
        return self._redact(_printable(reply.content.decode(errors="replace")))

    def _path(self, plural: str) -> str:
        return collection("v1", plural, self._application.namespace)

    def _subject(self, thing: str) -> Subject:
        return Subject("read", f"{thing} of {self._application.name}", self._application.namespace)


def log_or_reason(read: Callable[[], str]) -> str:
    """The log; why there is none, where it cannot be had: a log is never worth an error of its own."""
    try:
        return read()
    except StepError as error:
        return f"(no log: {error.message})"


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() or each in "\n\t" else "�" for each in text.replace("\r\n", "\n"))
