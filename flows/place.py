"""Which target a request means: the engine, or a cluster that was named or runs on this machine.

A context that nobody named and that leads elsewhere is never written to.
"""

from __future__ import annotations

import ipaddress
import re
import shlex
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from flows.settings import KubernetesSettings
from tasks.errors import Invalid
from tasks.models import RunRequest, TargetKind

_LOCAL_TOOLS = re.compile(r"kind-.+|k3d-.+|minikube")
"""Names that tools give to the contexts of clusters that they start; those of minikube are not on loopback."""


_COMMAND = re.compile(r"\bcontainerkit (?:doctor\b|(?:status|logs|history|rollback|delete) [a-z0-9][a-z0-9-]*)")
_PRIVATE = tuple(ipaddress.ip_network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


class Current(NamedTuple):
    """The kubeconfig's current context."""

    name: str
    server: str


class Place(NamedTuple):
    """The target, and why it is this one."""

    kind: TargetKind
    why: str
    context: str | None = None
    """None on a cluster: the address of the settings, or the cluster that we run in."""


def choose(request: RunRequest, settings: KubernetesSettings, current: Callable[[], Current | None]) -> Place:
    """The place. Raises Invalid when a cluster is wanted and nobody said which one."""
    if request.target == "engine":
        return Place("engine", "--target engine")
    return _named(request, settings) or _unnamed(request, current())


def completed(text: str, request: RunRequest) -> str:
    """The text, whose commands about releases also say where: what was asked with options is typed with them again."""
    options = "".join(f" {option} {shlex.quote(value)}" for option, value in _options(request))
    return _COMMAND.sub(lambda found: found.group() + options, text) if options else text


def _options(request: RunRequest) -> Iterator[tuple[str, str]]:
    if request.runtime != "auto":
        yield "--runtime", request.runtime
    if request.endpoint:
        yield "--engine-endpoint", request.endpoint
    if request.target != "auto":
        yield "--target", request.target
    if request.context:
        yield "--context", request.context
    if request.kubeconfig:
        yield "--kubeconfig", request.kubeconfig
    if request.namespace not in {None, "default"}:
        yield "--namespace", str(request.namespace)


def _named(request: RunRequest, settings: KubernetesSettings) -> Place | None:
    if request.context:
        return Place("kubernetes", "--context names it", request.context)
    if settings.context:
        return Place("kubernetes", "the settings name it", settings.context)
    return Place("kubernetes", "the settings name its address") if settings.server else None


def _unnamed(request: RunRequest, found: Current | None) -> Place:
    if found is not None and _is_local(found):
        return Place("kubernetes", "the kubeconfig's current context, on this machine", found.name)
    if request.target == "auto" and request.kubeconfig is None:
        return Place("engine", f"nobody named the context {found.name}" if found else "no cluster is configured")
    if found is not None:
        raise Invalid(
            f"the kubeconfig's current context {found.name} leads to {found.server}, and nobody named it",
            hint=f"--context {found.name}",
        )
    why = "--kubeconfig names it" if request.kubeconfig else "the cluster that containerkit itself runs in"
    return Place("kubernetes", why)


def _is_local(current: Current) -> bool:
    """On loopback; a cluster of a local tool may also have an address that is not routed beyond this machine."""
    host = urlsplit(current.server).hostname or ""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    # k3d writes 0.0.0.0, which means this machine
    is_here = address.is_loopback or address.is_unspecified
    return is_here or (any(address in each for each in _PRIVATE) and _LOCAL_TOOLS.fullmatch(current.name) is not None)
