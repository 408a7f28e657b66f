"""A deployment target in memory: releases are entries of a list, and behave as they are told to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from tasks.errors import Invalid, Missing, Rejected, Unavailable
from tasks.models import (
    Application,
    ClusterInfo,
    ClusterRequest,
    ContainerSpec,
    DeploymentStatus,
    DeployRequest,
    HttpAnswer,
    Progress,
    Release,
    Variable,
    Workload,
)
from tasks.ports import ProgressSink
from tests.world.releases import HISTORY_LIMIT, Entry, MemoryReleases, ask, failure, pruned, trouble_of

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


class MemoryTarget:
    """The DeploymentTarget port without a target."""

    def __init__(self, releases: MemoryReleases, *, variables: tuple[Variable, ...] = ()) -> None:
        self.releases = releases
        self._variables = {each.name: each for each in variables}

    def preflight(self, *, request: ClusterRequest, timeout_s: float = 15) -> ClusterInfo:
        del request, timeout_s
        return ClusterInfo(
            target="engine", name="memory", version="1", architectures=("amd64",), checks=self.releases.checks
        )

    def dry_run(self, *, workload: Workload, timeout_s: float = 15) -> tuple[str, ...]:
        del timeout_s
        spec = _container(workload)
        live = self._live(spec.application)
        if live is None:
            return ("nothing is live",)
        before, after = live.spec.model_dump(), spec.model_dump()
        lines = tuple(f"{name}: {before[name]} → {after[name]}" for name in before if before[name] != after[name])
        values = self._values(spec)
        return lines or (
            () if replace(live, variables=values).same_as == live.same_as else ("variables: other values",)
        )

    def deploy(self, *, request: DeployRequest, progress: ProgressSink) -> Release:
        spec = _container(request.workload)
        variables = self._values(spec)
        with self.releases.lock:
            entry = self._new(request, spec, variables)
            live = self._live(spec.application)
            if live and live.same_as == entry.same_as:
                return live.release.changed(reused=True)
            message = f"release {entry.release.number} is started"
            progress.report(progress=Progress(step="deploy", phase="running", message=message))
            trouble = trouble_of(entry)
            if trouble:
                self._put(entry, "failed")
                raise Rejected(trouble, hint="look at what it printed", failure=failure(entry, trouble))
            return self._make_live(entry)

    def status(self, *, application: Application, timeout_s: float = 15) -> DeploymentStatus:
        del timeout_s
        entries = self._entries(application)
        live = self._live(application)
        if live is None:
            newest = entries[-1]
            return DeploymentStatus(
                application=application,
                release=newest.release,
                ready=False,
                message=f"no release is live: release {newest.release.number} is {newest.release.state}",
                log_tail=newest.log,
            )
        runs = live.behaviour.exit_code is None
        return DeploymentStatus(
            application=application,
            release=live.release,
            ready=True,
            running=int(runs),
            wanted=int(runs),
            message=f"release {live.release.number} {'runs' if runs else 'has completed'}",
            answer=ask(live, live.spec.health_path or "/") if live.spec.port else None,
        )

    def request(self, *, application: Application, path: str, timeout_s: float = 10) -> HttpAnswer:
        del timeout_s
        self._entries(application)
        if not path.startswith("/") or not path.isprintable() or " " in path:
            raise Invalid(f"{path!r} is not the path of a URL", hint="write it like /healthz")
        live = self._live(application)
        if live is None:
            raise Unavailable(f"no release of {application.name} can be reached")
        if live.spec.port is None:
            raise Invalid(f"{application.name} listens on no port, so there is nothing to ask")
        return ask(live, path)

    def logs(self, *, application: Application, tail_lines: int = 200, timeout_s: float = 15) -> str:
        del timeout_s
        entries = self._entries(application)
        log = (self._live(application) or entries[-1]).log
        return "".join(log.splitlines(keepends=True)[-tail_lines:])

    def history(self, *, application: Application, timeout_s: float = 15) -> tuple[Release, ...]:
        del timeout_s
        entries = self.releases.entries.get(application, [])
        return tuple(each.release for each in reversed(entries))[:HISTORY_LIMIT]

    def released(self, *, namespace: str | None, timeout_s: float = 15) -> tuple[Release, ...]:
        del timeout_s
        there = sorted(self.releases.entries, key=lambda each: (each.name, each.namespace))
        histories = (self.history(application=each) for each in there if namespace in {None, each.namespace})
        return tuple(next((each for each in known if each.state == "live"), known[0]) for known in histories if known)

    def restore(self, *, application: Application, number: int | None, timeout_s: float = 120) -> Release:
        del timeout_s
        with self.releases.lock:
            entries, live = self._entries(application), self._live(application)
            if live and number == live.release.number:
                return live.release.changed(reused=True)
            formers = sorted((each for each in entries if each.release.state == "former"), key=lambda e: e.live_since)
            fitting = [each for each in formers if number in {None, each.release.number}]
            if not fitting:
                raise Missing(f"{application.name} has no former release {number or ''}", reason="nothing_found")
            return self._make_live(fitting[-1])

    def suspend(self, *, application: Application, timeout_s: float = 60) -> Release:
        del timeout_s
        with self.releases.lock:
            self._entries(application)
            live = self._live(application)
            if live is None:
                raise Missing(f"no release of {application.name} is live", reason="nothing_found")
            return self._put(live, "failed")

    def delete(self, *, application: Application, timeout_s: float = 60) -> tuple[str, ...]:
        del timeout_s
        with self.releases.lock:
            entries = self.releases.entries.pop(application, [])
            return tuple(f"{application.name}-r{each.release.number}" for each in entries)

    def close(self) -> None:
        """Nothing is held."""

    def _entries(self, application: Application) -> list[Entry]:
        entries = self.releases.entries.get(application)
        if not entries:
            raise Missing(
                f"nothing was released as {application.name}", hint="containerkit run .", reason="nothing_found"
            )
        return entries

    def _live(self, application: Application) -> Entry | None:
        entries = self.releases.entries.get(application, [])
        return next((each for each in entries if each.release.state == "live"), None)

    def _values(self, spec: ContainerSpec) -> tuple[Variable, ...]:
        missing = [name for name in spec.variables if name not in self._variables]
        if missing:
            raise Invalid(f"{spec.application.name} needs values for {', '.join(missing)}", hint="--env NAME=VALUE")
        return tuple(self._variables[name] for name in spec.variables)

    def _new(self, request: DeployRequest, spec: ContainerSpec, variables: tuple[Variable, ...]) -> Entry:
        entries = self.releases.entries.get(spec.application, [])
        environment = {each.name: each.value for each in spec.settings}
        environment |= {each.name: each.value.get_secret_value() for each in variables}
        created = _BEGINNING + timedelta(seconds=next(self.releases.ticks))
        release = Release(
            application=spec.application,
            number=max((each.release.number for each in entries), default=0) + 1,
            state="candidate",
            image=spec.image,
            source=request.source,
            commit=request.commit,
            version=request.version,
            created=created.isoformat().replace("+00:00", "Z"),
        )
        return Entry(release, spec, variables, self.releases.behave(spec, environment))

    def _make_live(self, entry: Entry) -> Release:
        former = self._live(entry.spec.application)
        entry = replace(entry, live_since=next(self.releases.ticks))
        return self._put(entry, "live", former)

    def _put(self, entry: Entry, state: Literal["live", "failed"], former: Entry | None = None) -> Release:
        url = f"http://127.0.0.1:{entry.spec.published_port}" if state == "live" and entry.spec.port else None
        release = entry.release.changed(state=state, url=url)
        changed = [replace(entry, release=release)]
        if former:
            changed.append(replace(former, release=former.release.changed(state="former", url=None)))
        numbers = {each.release.number for each in changed}
        kept = [e for e in self.releases.entries.get(release.application, []) if e.release.number not in numbers]
        entries = sorted([*kept, *changed], key=lambda each: each.release.number)
        # at once: others look while releases change
        self.releases.entries[release.application] = pruned(entries)
        return release


def _container(workload: Workload) -> ContainerSpec:
    if isinstance(workload, ContainerSpec):
        return workload
    raise Invalid("the in-memory target takes containers")
