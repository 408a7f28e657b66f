"""Secrets and ConfigMaps of the user's own, from which an application takes variables: there, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from adapters.kubernetes.preflight.asking import Absent, Questions, Refused
from adapters.kubernetes.preflight.documents import Keys
from tasks.models import Check, ClusterRequest


class References(NamedTuple):
    """A check for each, and the names of the variables that they bring."""

    checks: tuple[Check, ...]
    variables: tuple[str, ...]


def references(questions: Questions, request: ClusterRequest) -> References:
    """Each that the request names. Values are not kept."""
    place = request.application.namespace
    found = [
        _look(questions, f"/api/v1/namespaces/{place}/{plural}/{name}", f"{kind} {name}", place)
        for kind, plural, name in _named(request)
    ]
    return References(
        tuple(each.checks[0] for each in found), tuple(sorted({name for each in found for name in each.variables}))
    )


def _named(request: ClusterRequest) -> Iterator[tuple[str, str, str]]:
    yield from (("ConfigMap", "configmaps", name) for name in request.config_maps)
    yield from (("Secret", "secrets", name) for name in request.secrets)


def _look(questions: Questions, path: str, named: str, namespace: str) -> References:
    seen = questions.get(path, Keys)
    if isinstance(seen, Refused):
        return References((Check(name=named, passed=True, detail="unknown: these credentials may not look at it"),), ())
    if isinstance(seen, Absent):
        absent = Check(
            name=named,
            passed=False,
            detail=f"there is no {named} in {namespace}",
            hint=f"`kubectl create {named.split(maxsplit=1)[0].lower()}` makes one; or name another",
        )
        return References((absent,), ())
    names = tuple(sorted(seen.data or {}))
    return References((Check(name=named, passed=True, detail=f"it holds {', '.join(names) or 'nothing'}"),), names)
