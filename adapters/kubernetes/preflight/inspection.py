"""What a cluster is and whether it is fit, looked at without creating or deleting anything."""

from __future__ import annotations

from datetime import UTC, datetime

from kubernetes.client import ApiClient

from adapters.kubernetes.preflight import documents, surroundings
from adapters.kubernetes.preflight.access import may_i
from adapters.kubernetes.preflight.asking import Questions
from adapters.kubernetes.preflight.identity import own_checks, server_check
from adapters.kubernetes.preflight.references import references
from adapters.kubernetes.preflight.server import clock, described, version
from tasks.models import Check, ClusterInfo, ClusterRequest


def cluster_info(api: ApiClient, request: ClusterRequest, *, context: str, timeout_s: float) -> ClusterInfo:
    """Everything that can be known of the cluster before a release. Changes nothing.

    Raises what the client raises when the server does not answer or refuses the login.
    """
    questions = Questions(api, timeout_s=timeout_s)
    now = datetime.now(UTC)
    identity = [*own_checks(api.configuration, now=now)]
    if server := server_check(api.configuration, now=now, timeout_s=questions.left_s()):
        identity.append(server)
    info = ClusterInfo(target="kubernetes", name=context, version="unknown", checks=tuple(identity))
    # with these nothing else would be answered
    return info if info.failed else _asked(questions, info, request)


def _asked(questions: Questions, info: ClusterInfo, request: ClusterRequest) -> ClusterInfo:
    release = questions.get("/version", documents.Version)
    skew, age = clock(questions), version(release)
    application, place = request.application, request.application.namespace
    around, nodes = surroundings.namespace(questions, place, request.missing_namespace), surroundings.nodes(questions)
    quota, quotas = surroundings.quotas(questions, place)
    limit, limits = surroundings.limits(questions, place)
    named = references(questions, request)
    access = may_i(questions, place)
    return info.changed(
        version=described(release),
        architectures=tuple(sorted({each.architecture for each in nodes.ready if each.architecture})),
        checks=(
            _reachable(questions),
            *info.checks,
            skew.check,
            age.check,
            nodes.check,
            *around.checks,
            *named.checks,
            quota,
            limit,
            access.check,
        ),
        nodes=nodes.ready,
        pull_registries=surroundings.pull_registries(questions),
        security_level=around.level,
        quotas=quotas,
        limits=limits,
        refused=access.refused,
        variables=named.variables,
        live_image=surroundings.live_image(questions, place, application.name),
        warnings=(*skew.warnings, *age.warnings),
    )


def _reachable(questions: Questions) -> Check:
    took_ms = questions.asked_s * 1000
    return Check(name="reachable", passed=True, detail=f"{questions.server} answers in {took_ms:.0f} ms")
