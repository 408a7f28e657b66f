"""Changes which release is live, so that a process killed at any moment leaves what the next run can continue from.

A deploy acts in this order; in brackets what the next run finds when this was the last thing done, and does:

 1. The lock.                                    [It is taken over when its holder has been silent for its time.]
 2. Everything is tried dry.                     [The same.]
 3. The release is recorded as a candidate.      [One of the same workload is gone on with; of another, what it
                                                  made goes, then the record of it.]
 4. Its Secret, then its objects are applied.    [The same: applying twice changes nothing. The former pods answer.]
 5. Wait until it is ready.                      [The same.]
    Or it is not: the former release's objects
    are applied again, it is recorded as failed. [As in 3.]
 6. It is recorded as live.                      [The next deploy or restore removes what is left over.]
 7. What former releases had besides is removed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from adapters.kubernetes.api import Api
from adapters.kubernetes.apply import Applier, encoded
from adapters.kubernetes.deadline import Deadline, Pace
from adapters.kubernetes.news import News
from adapters.kubernetes.nodes import text
from adapters.kubernetes.objects import (
    Placed,
    container_of,
    environment_name,
    placed,
    stopped,
    workload_of,
)
from adapters.kubernetes.pods import PodReader, log_or_reason
from adapters.kubernetes.readiness import NotReady, Readiness, Watched
from adapters.kubernetes.record import Entry, Ledger, load, save, shortened, timestamp
from tasks.errors import StepError
from tasks.models import Application, DeployRequest, Failure, Manifests, Release, Variable
from tasks.ports import RecoveryAdvisor

_CHANGE_S = 60.0
_PUT_BACK_S = 60.0
_LIVE_AGAIN_S = 15.0


class Wanted(NamedTuple):
    """What is to be live."""

    request: DeployRequest
    manifests: Manifests
    variables: tuple[Variable, ...]


class Rollout:
    """One change of one application; the caller holds its lock."""

    def __init__(
        self,
        *,
        api: Api,
        applier: Applier,
        pods: PodReader,
        pace: Pace,
        news: News,
        require: Callable[[], None],
        advisor: RecoveryAdvisor | None = None,
    ) -> None:
        self._api = api
        self._applier = applier
        self._pods = pods
        self._readiness = Readiness(api, pods, pace=pace, advisor=advisor)
        self._news = news
        self._require = require

    def deploy(self, wanted: Wanted, application: Application) -> Release:
        """The release, live; `reused` when nothing had to be done."""
        deadline = Deadline(wanted.request.timeout_s)
        ledger = self._load(application)
        live = ledger.live
        if live and self._is_same(wanted, live):
            tried = self._applier.try_dry(live.placed, deadline)
            watched = Watched(live.number, live.placed)
            ledger = self._without_candidate(ledger, live)
            if not tried.lines and self._readiness.look(watched, deadline).missing is None:
                return ledger.describe(live).changed(reused=True)
            self._news.say(f"release {live.number} is live and not as it was released: it is applied again")
            return self._bring(ledger, live, deadline, wanted.variables)
        entry = self._entry(wanted, ledger)
        tried = self._applier.try_dry(entry.placed, deadline)
        ledger = self._save(self._without_candidate(ledger, entry).with_entry(entry))
        self._news.say(f"release {entry.number} is applied")
        release = self._bring(ledger, entry, deadline, wanted.variables)
        return release.changed(warnings=tuple(dict.fromkeys((*tried.warnings, *release.warnings))))

    def restore(self, ledger: Ledger, entry: Entry, deadline: Deadline) -> Release:
        """The former release, live again."""
        self._news.say(f"release {entry.number} is applied again")
        return self._bring(self._without_candidate(ledger, entry), entry, deadline, None)

    def suspend(self, ledger: Ledger, live: Entry) -> Release:
        """The release, stopped, and what it printed kept."""
        log = self._log(Watched(live.number, live.placed))
        self._stop(live)
        entry = live.changed(state="failed", log_tail=shortened(log))
        return self._save(ledger.with_entry(entry)).describe(entry)

    def _is_same(self, wanted: Wanted, entry: Entry) -> bool:
        """Whether that release has the same objects and the same values."""
        objects = tuple(each.manifest() for each in placed(wanted.manifests, entry.number, entry.environment))
        if objects != entry.objects or bool(wanted.variables) != bool(entry.environment):
            return False
        return self._applier.environment(entry.environment, Deadline(_CHANGE_S)) == encoded(wanted.variables)

    def _entry(self, wanted: Wanted, ledger: Ledger) -> Entry:
        """The candidate: one that another run left is gone on with when it is the same."""
        left = ledger.candidate
        if left and self._is_same(wanted, left):
            self._news.say(f"release {left.number} was left by another run and is gone on with")
            return left
        number, application = ledger.next_number, ledger.application
        environment = environment_name(application, number) if wanted.variables else None
        objects = placed(wanted.manifests, number, environment)
        return Entry(
            number=number,
            state="candidate",
            image=text(container_of(workload_of(objects)).get("image")),
            source=wanted.request.source,
            commit=wanted.request.commit,
            version=wanted.request.version,
            created=timestamp(self._api.now()),
            environment=environment,
            objects=tuple(each.manifest() for each in objects),
        )

    def _bring(
        self, ledger: Ledger, entry: Entry, deadline: Deadline, variables: tuple[Variable, ...] | None
    ) -> Release:
        """The entry, applied, ready and recorded as live."""
        watched = Watched(entry.number, entry.placed)
        with self._putting_back(ledger, entry):
            if variables and entry.environment:
                self._applier.write_environment(entry.environment, variables, Deadline(_CHANGE_S))
            warnings = self._applier.apply(entry.placed, Deadline(_CHANGE_S))
            try:
                self._readiness.wait(watched, deadline, self._news, self._require)
            except NotReady as found:
                raise self._failed(ledger, entry, watched, found) from found
            after = self._save(ledger.with_entry(entry.changed(state="live", log_tail="")))
        self._clear(ledger, after)
        live = after.live or entry
        return after.describe(live).changed(warnings=warnings)

    def _failed(self, ledger: Ledger, entry: Entry, watched: Watched, found: NotReady) -> StepError:
        """The error with its evidence; the release is put away and recorded as failed."""
        cause = found.cause
        name = ledger.application.name
        message = f"release {entry.number} of {name} {cause.message}"
        failure = self._readiness.evidence(watched, cause).changed(message=message)
        self._record_failure(ledger, entry, failure)
        return cause.error(message, hint=cause.hint, failure=failure)

    def _record_failure(self, ledger: Ledger, entry: Entry, failure: Failure) -> None:
        self._put_back(ledger, entry)
        if entry.state == "candidate":
            self._save(ledger.with_entry(entry.changed(state="failed", log_tail=shortened(failure.log_tail))))
        if ledger.live and ledger.live.number != entry.number:
            # its pods are there; what is waited for is that the cluster says so
            with contextlib.suppress(NotReady, StepError):
                watched = Watched(ledger.live.number, ledger.live.placed)
                self._readiness.wait(watched, Deadline(_LIVE_AGAIN_S), self._news, self._require)

    def _put_back(self, ledger: Ledger, entry: Entry) -> None:
        """The live release's objects again, and none besides; without one the release is stopped and kept."""
        live = ledger.live
        if live is None or live.number == entry.number:
            if live is None:
                self._news.say(f"release {entry.number} is stopped and kept")
                self._stop(entry)
            return
        self._news.say(f"release {live.number} is applied again")
        self._applier.apply(live.placed, Deadline(_PUT_BACK_S))
        self._applier.remove(_besides(entry.placed, live.placed), Deadline(_PUT_BACK_S))

    @contextlib.contextmanager
    def _putting_back(self, ledger: Ledger, entry: Entry) -> Iterator[None]:
        """Put the live release back when this one is given up, whatever the reason: also when a person interrupts."""
        settled = False
        try:
            yield
            settled = True
        except StepError as error:
            settled = error.failure is not None
            raise
        finally:
            if not settled:
                # when the cluster cannot be reached, the next run finds what is left
                with contextlib.suppress(StepError):
                    self._put_back(ledger, entry)

    def _stop(self, entry: Entry) -> None:
        """No pods of it any more; the objects stay."""
        self._applier.apply((stopped(workload_of(entry.placed)),), Deadline(_CHANGE_S))

    def _log(self, watched: Watched) -> str:
        deadline = Deadline(15)
        pod = next(iter(self._pods.of_release(watched.number, deadline)), None)
        return log_or_reason(lambda: self._pods.last_words(pod, watched.container, 200, deadline)) if pod else ""

    def _without_candidate(self, ledger: Ledger, wanted: Entry) -> Ledger:
        """Without what another run left half done: its own things go first, then the record of it."""
        left = ledger.candidate
        if left is None or left.number == wanted.number:
            return ledger
        self._news.say(f"release {left.number} was left half done by another run and is given up")
        without = ledger.without(left.number)
        kept = (*wanted.placed, *(without.live.placed if without.live else ()))
        self._applier.remove(_besides(left.placed, kept), Deadline(_CHANGE_S))
        self._remove_environments(ledger, without)
        return self._save(without)

    def _clear(self, before: Ledger, after: Ledger) -> None:
        """Remove what only former releases had, and the values that no remembered release needs."""
        kept = after.live.placed if after.live else ()
        others = tuple(each for entry in before.entries if entry.number != _number(after.live) for each in entry.placed)
        self._applier.remove(_besides(others, kept), Deadline(_CHANGE_S))
        self._remove_environments(before, after)

    def _remove_environments(self, before: Ledger, after: Ledger) -> None:
        needed = {entry.environment for entry in after.entries}
        for name in {entry.environment for entry in before.entries} - needed:
            if name:
                self._applier.remove_secret(name, Deadline(_CHANGE_S))

    def _load(self, application: Application) -> Ledger:
        return load(self._api, application, Deadline(_CHANGE_S))

    def _save(self, ledger: Ledger) -> Ledger:
        self._require()
        return save(self._api, ledger, Deadline(_CHANGE_S))


def _besides(objects: tuple[Placed, ...], kept: tuple[Placed, ...]) -> tuple[Placed, ...]:
    """Those that are not among the kept ones, what needs others first, each once."""
    paths = {each.path for each in kept}
    return tuple({each.path: each for each in reversed(objects) if each.path not in paths}.values())


def _number(entry: Entry | None) -> int:
    return entry.number if entry else 0
