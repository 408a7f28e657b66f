"""The way to an API server: a kubeconfig and a context, a server with a token, or the account of the pod we run in."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from kubernetes import config
from kubernetes.client import ApiClient, Configuration
from pydantic import Field

from adapters.kubernetes.errors import Subject, translated
from tasks.errors import Invalid, Missing
from tasks.models import Model

_NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


class KubernetesLocation(Model):
    """Where the cluster is: `server`, else `kubeconfig`, else the cluster that we run in."""

    kubeconfig: str | None = None
    """One path, or several with colons between, as in KUBECONFIG."""
    context: str | None = None
    """None: the current one."""
    server: str | None = Field(default=None, pattern=r"^https?://")
    ca_file: Path | None = None
    token_file: Path | None = None
    """Read anew for each request: such tokens are short-lived."""


class Connection(NamedTuple):
    """A client, and what people call the place that it leads to."""

    client: ApiClient
    context: str
    server: str
    namespace: str
    """The one that the context or the account names."""


class Context(NamedTuple):
    """One way that a kubeconfig offers."""

    name: str
    server: str
    namespace: str
    is_current: bool


def connect(location: KubernetesLocation) -> Connection:
    """The connection; nothing is asked yet. Raises Missing or Invalid where the place is not said well enough."""
    found = Configuration()
    # what answers with a redirect is not ours to follow with our credentials; who calls again is decided by us
    found.retries = False
    with translated(Subject("reach", "the cluster")):
        if location.server:
            context, namespace = _by_address(location, found)
        elif location.kubeconfig is not None:
            context, namespace = _by_kubeconfig(location, found)
        else:
            context, namespace = _from_within(found)
    return Connection(ApiClient(found), context, str(found.host), namespace)


def contexts(kubeconfig: str) -> tuple[Context, ...]:
    """What the kubeconfig offers; empty when there is no such file."""
    if not any(Path(each).expanduser().exists() for each in kubeconfig.split(":") if each):
        return ()
    with translated(Subject("read", kubeconfig)):
        known, current = config.list_kube_config_contexts(kubeconfig)  # type: ignore[no-untyped-call]  # the library's own
        servers = {each["name"]: _server(kubeconfig, each["name"]) for each in known}
    return tuple(
        Context(each["name"], servers[each["name"]], each["context"].get("namespace") or "default", each == current)
        for each in known
    )


def located(location: KubernetesLocation) -> Context:
    """What the location leads to, without a login. Raises Missing or Invalid where it is not said well enough."""
    if location.server is None and location.kubeconfig is not None:
        return _chosen(location.kubeconfig, location.context)
    found = connect(location)
    return Context(found.context, found.server, found.namespace, is_current=True)


def _server(kubeconfig: str, context: str) -> str:
    """The address alone: a login program is not run to read it."""
    merged = config.kube_config.KubeConfigMerger(kubeconfig).config  # type: ignore[no-untyped-call]  # the library's own
    cluster = merged["contexts"].get_with_name(context)["context"]["cluster"]
    found = merged["clusters"].get_with_name(cluster, safe=True)
    return str(found["cluster"].safe_get("server") or "") if found else ""


def _by_kubeconfig(location: KubernetesLocation, found: Configuration) -> tuple[str, str]:
    path = location.kubeconfig or ""
    chosen = _chosen(path, location.context)
    config.load_kube_config(config_file=path, context=chosen.name, client_configuration=found, persist_config=False)  # type: ignore[no-untyped-call]  # the library's own
    return chosen.name, chosen.namespace


def _chosen(path: str, name: str | None) -> Context:
    known = contexts(path)
    if not known:
        raise Missing(f"there is no kubeconfig at {path}", hint="--kubeconfig PATH, or --target engine")
    chosen = next((each for each in known if (each.name == name if name else each.is_current)), None)
    if chosen is None:
        names = ", ".join(each.name for each in known)
        which = f"no context {name}" if name else "no current context"
        raise Invalid(f"{path} has {which}; there is {names}", hint=f"--context {known[0].name}")
    return chosen


def _by_address(location: KubernetesLocation, found: Configuration) -> tuple[str, str]:
    token_file = location.token_file
    for path in (location.ca_file, token_file):
        if path and not path.is_file():
            raise Invalid(f"there is no file {path}", hint="look at its path")
    found.host = (location.server or "").rstrip("/")
    found.ssl_ca_cert = str(location.ca_file) if location.ca_file else None
    if token_file:

        def renew(configuration: Configuration) -> None:
            configuration.api_key["BearerToken"] = f"Bearer {token_file.read_text().strip()}"

        renew(found)
        found.refresh_api_key_hook = renew  # type: ignore[assignment]  # the library declares it as None only
    return found.host, "default"


def _from_within(found: Configuration) -> tuple[str, str]:
    config.load_incluster_config(client_configuration=found)  # type: ignore[no-untyped-call]  # the library's own
    namespace = _NAMESPACE_FILE.read_text().strip() if _NAMESPACE_FILE.exists() else ""
    return "in-cluster", namespace or "default"
