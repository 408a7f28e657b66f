"""The deployment target on a Kubernetes cluster: releases are generations of a Deployment, or Jobs."""

from __future__ import annotations

from collections.abc import Callable

from adapters.kubernetes.api import Api
from adapters.kubernetes.apply import Applier, Others, encoded
from adapters.kubernetes.connection import KubernetesLocation, connect
from adapters.kubernetes.deadline import Deadline, Pace
from adapters.kubernetes.differences import differences
from adapters.kubernetes.errors import Subject, translated
from adapters.kubernetes.forward import ask_pod
from adapters.kubernetes.listing import applications
from adapters.kubernetes.lock import Locks
from adapters.kubernetes.namespaces import make_namespace, missing_namespace
from adapters.kubernetes.news import News
from adapters.kubernetes.objects import Placed, placed, read, service_of, variable_names, workload_of
from adapters.kubernetes.pods import PodReader
from adapters.kubernetes.preflight.inspection import cluster_info
from adapters.kubernetes.questions import Forbidden, answer_of, ask, require_path
from adapters.kubernetes.readiness import Watched
from adapters.kubernetes.record import Entry, Ledger, ledger_name, load
from adapters.kubernetes.rollout import Rollout, Wanted
from adapters.kubernetes.standing import standing
from tasks.errors import Invalid, Missing, Unavailable
from tasks.models import (
    Application,
    ClusterInfo,
    ClusterRequest,
    DeploymentStatus,
    DeployRequest,
    HttpAnswer,
    Manifests,
    Release,
    Variable,
    Workload,
)
from tasks.ports import ProgressSink, RecoveryAdvisor


def _unchanged(text: str) -> str:
    return text


class KubernetesTarget:
    """Releases in one cluster. It is given what it needs and reads no environment; nothing is asked before it must.

    With an advisor, a release whose log says that it listens elsewhere is given up in seconds.
    """

    def __init__(
        self,
        *,
        location: KubernetesLocation,
        variables: tuple[Variable, ...] = (),
        others: Others = "refuse",
        redact: Callable[[str], str] = _unchanged,
        advisor: RecoveryAdvisor | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._location = location
        self._variables = variables
        self._others = others
        self._redact = redact
        self._advisor = advisor
        self._pace = pace or Pace()
        self._opened: Api | None = None

    @property
    def _api(self) -> Api:
        if self._opened is None:
            self._opened = Api(connect(self._location))
        return self._opened

    def preflight(self, *, request: ClusterRequest, timeout_s: float = 15) -> ClusterInfo:
        """What the cluster is, and whether it is fit."""
        connection = self._api.connection
        with translated(Subject("reach", f"the cluster {connection.context} at {connection.server}")):
            return cluster_info(connection.client, request, context=connection.context, timeout_s=timeout_s)

    def dry_run(self, *, workload: Workload, timeout_s: float = 15) -> tuple[str, ...]:
        """The differences to what is live, by the server's own dry run."""
        manifests, deadline = _manifests(workload), Deadline(timeout_s)
        application = manifests.application
        variables = self._values(manifests)
        ledger = load(self._api, application, deadline)
        live = ledger.live
        number = live.number if live else ledger.next_number
        objects = placed(manifests, number, live.environment if live else None)
        if (namespace := missing_namespace(self._api, manifests, deadline)) is not None:
            return tuple(f"{each}: does not exist yet" for each in (namespace, *objects))
        applier = Applier(self._api, application, others=self._others)
        if live is None:
            lines = applier.try_dry(objects, deadline).lines
            return (f"release {number} is made: nothing is live", *lines)
        lines = (
            *applier.try_dry(tuple(each for each in objects if each.kind != "Job"), deadline).lines,
            *_differences_of_jobs(live, objects),
            *(f"{each}: is removed" for each in live.placed if each.path not in {one.path for one in objects}),
        )
        if applier.environment(live.environment, deadline) != encoded(variables):
            lines = (*lines, "variables: their values are others")
        return lines

    def deploy(self, *, request: DeployRequest, progress: ProgressSink) -> Release:
        """The live release."""
        manifests, news = _manifests(request.workload), News(progress)
        application = manifests.application
        workload_of(tuple(read(each) for each in manifests.objects))
        wanted = Wanted(request, manifests, self._values(manifests))
        make_namespace(self._api, manifests, Deadline(request.timeout_s), news)
        with self._locks().held(application, Deadline(request.timeout_s), news.say) as held:
            return self._rollout(application, news, held.require).deploy(wanted, application)

    def status(self, *, application: Application, timeout_s: float = 15) -> DeploymentStatus:
        """How the live release is doing."""
        deadline = Deadline(timeout_s)
        ledger = load(self._api, application, deadline).require()
        return standing(self._api, self._pods(application), ledger, deadline)

    def request(self, *, application: Application, path: str, timeout_s: float = 10) -> HttpAnswer:
        """What comes back through the API server."""
        deadline = Deadline(timeout_s)
        require_path(path)
        ledger = load(self._api, application, deadline).require()
        if ledger.live is None:
            raise Unavailable(
                f"no release of {application.name} can be reached", hint=f"containerkit status {application.name}"
            )
        if service_of(ledger.live.placed) is None:
            raise Invalid(
                f"{application.name} listens on no port, so there is nothing to ask",
                hint=f"containerkit logs {application.name}",
            )
        try:
            return ask(self._api, application, path, deadline)
        except Forbidden as forbidden:
            return self._ask_a_pod(application, ledger.live, path, deadline, forbidden)

    def logs(self, *, application: Application, tail_lines: int = 200, timeout_s: float = 15) -> str:
        """The last lines of the live release, or of the newest."""
        deadline = Deadline(timeout_s)
        ledger = load(self._api, application, deadline).require()
        entry = ledger.shown
        if entry is None:
            return ""
        watched, pods = Watched(entry.number, entry.placed), self._pods(application)
        for pod in pods.of_release(entry.number, deadline):
            log = pods.log(pod, watched.container, tail_lines, deadline)
            if log:
                return log
        return "".join(entry.log_tail.splitlines(keepends=True)[-tail_lines:])

    def history(self, *, application: Application, timeout_s: float = 15) -> tuple[Release, ...]:
        """Newest first."""
        ledger = load(self._api, application, Deadline(timeout_s))
        return tuple(ledger.describe(each) for each in reversed(ledger.entries))

    def released(self, *, namespace: str | None, timeout_s: float = 15) -> tuple[Release, ...]:
        """What is live, application by application."""
        deadline = Deadline(timeout_s)
        found = applications(self._api, namespace or self._api.connection.namespace, deadline)
        ledgers = (load(self._api, each, deadline) for each in found)
        return tuple(each.describe(each.shown) for each in ledgers if each.shown)

    def restore(self, *, application: Application, number: int | None, timeout_s: float = 120) -> Release:
        """A former release, live again."""
        deadline, news = Deadline(timeout_s), News(None)
        load(self._api, application, deadline).require()
        with self._locks().held(application, deadline, news.say) as held:
            ledger = load(self._api, application, deadline).require()
            live = ledger.live
            if live and live.number == number:
                return ledger.describe(live).changed(reused=True)
            entry = _former(ledger, number)
            return self._rollout(application, news, held.require).restore(ledger, entry, deadline)

    def suspend(self, *, application: Application, timeout_s: float = 60) -> Release:
        """The live release, scaled to nothing and marked as failed."""
        deadline, news = Deadline(timeout_s), News(None)
        load(self._api, application, deadline).require()
        with self._locks().held(application, deadline, news.say) as held:
            ledger = load(self._api, application, deadline).require()
            if ledger.live is None:
                raise Missing(
                    f"no release of {application.name} is live",
                    hint=f"containerkit history {application.name}",
                    reason="nothing_found",
                )
            return self._rollout(application, news, held.require).suspend(ledger, ledger.live)

    def delete(self, *, application: Application, timeout_s: float = 60) -> tuple[str, ...]:
        """What was removed; never the namespace."""
        deadline = Deadline(timeout_s)
        if not load(self._api, application, deadline).entries:
            return ()
        with self._locks().held(application, deadline, News(None).say):
            ledger = load(self._api, application, deadline)
            applier = Applier(self._api, application, others="refuse")
            objects = {each.path: each for entry in ledger.entries for each in reversed(entry.placed)}
            removed = list(applier.remove(tuple(objects.values()), deadline))
            for name in sorted({entry.environment for entry in ledger.entries if entry.environment}):
                removed += applier.remove_secret(name, deadline)
            # the record goes last: what a killed run leaves can be deleted again
            return (*removed, *applier.remove_secret(ledger_name(application), deadline))

    def close(self) -> None:
        """Give sockets back; locks are held by calls only."""
        if self._opened:
            self._opened.connection.client.close()  # type: ignore[no-untyped-call]  # the library's own

    def _ask_a_pod(
        self, application: Application, live: Entry, path: str, deadline: Deadline, forbidden: Forbidden
    ) -> HttpAnswer:
        port = Watched(live.number, live.placed).port
        pods = self._pods(application).of_release(live.number, deadline)
        ready = next((each.metadata.name for each in pods if each.ready), None)
        if ready is None or port is None:
            raise Unavailable(
                f"no pod of {application.name} is ready", hint=f"containerkit status {application.name}"
            ) from forbidden
        seen = ask_pod(self._api, application, ready, port=port, path=path, deadline=deadline)
        url = f"http://{ready}.{application.namespace}:{port}{path}"
        return answer_of(seen, url=url, way=f"port-forward to {ready}")

    def _locks(self) -> Locks:
        return Locks(self._api, lease_s=self._pace.lease_s)

    def _pods(self, application: Application) -> PodReader:
        return PodReader(self._api, application, redact=self._redact)

    def _rollout(self, application: Application, news: News, require: Callable[[], None]) -> Rollout:
        return Rollout(
            api=self._api,
            applier=Applier(self._api, application, others=self._others),
            pods=self._pods(application),
            pace=self._pace,
            news=news,
            require=require,
            advisor=self._advisor,
        )

    def _values(self, manifests: Manifests) -> tuple[Variable, ...]:
        """The variables that the manifests name. Raises Invalid for one without a value."""
        names, given = variable_names(manifests), {each.name: each for each in self._variables}
        missing = [name for name in names if name not in given]
        if missing:
            raise Invalid(
                f"{manifests.application.name} needs values for {', '.join(missing)}",
                hint=" ".join(f"--env {name}=VALUE" for name in missing),
            )
        return tuple(given[name] for name in names)


def _manifests(workload: Workload) -> Manifests:
    if isinstance(workload, Manifests):
        return workload
    raise Invalid("a cluster takes Kubernetes objects, not containers", hint="--target engine")


def _differences_of_jobs(live: Entry, objects: tuple[Placed, ...]) -> tuple[str, ...]:
    """A Job's template cannot be changed, not even dry: another one is another Job."""
    known = {each.path: each for each in live.placed}
    jobs = [each for each in objects if each.kind == "Job"]
    return tuple(
        f"{each}: {line}"
        for each in jobs
        for line in (differences(known[each.path].node, each.node) if each.path in known else ("does not exist yet",))
    )


def _former(ledger: Ledger, number: int | None) -> Entry:
    """The release to go back to: the one asked for, else the one that was live last."""
    name, formers = ledger.application.name, ledger.formers
    if number is None and formers:
        return formers[0]
    chosen = next((each for each in formers if each.number == number), None)
    if chosen:
        return chosen
    there = ", ".join(str(each.number) for each in formers) or "none"
    which = f"no former release {number}" if number else "no former release"
    raise Missing(f"{name} has {which}: there is {there}", hint=f"containerkit history {name}", reason="nothing_found")
