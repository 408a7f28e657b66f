"""The networks that our containers share: made when absent, gone with the last container."""

from __future__ import annotations

from docker import APIClient
from docker.errors import APIError, NotFound

from adapters.docker.containers import our_labels
from adapters.docker.wire import NetworkInspect
from tasks.models import ContainerSpec, labels


def ensure_network(client: APIClient, spec: ContainerSpec) -> None:
    """Have the spec's network; one that is there already is taken as it is."""
    name = spec.network
    if name is None or _exists(client, name):
        return
    try:
        client.create_network(name, driver="bridge", labels=our_labels(spec), check_duplicate=True)
    except APIError:
        if not _exists(client, name):  # else another run was faster
            raise


def remove_network(client: APIClient, name: str | None) -> None:
    """Remove it when it carries our label and no container is in it or would start in it."""
    try:
        found = NetworkInspect.model_validate(client.inspect_network(name)) if name else None
    except NotFound:
        return
    if found is None or labels.APPLICATION not in found.labels or found.containers:
        return
    if not client.containers(all=True, filters={"network": found.name}):
        try:
            client.remove_network(found.id)
        except APIError:
            if client.containers(all=True, filters={"network": found.name}):
                return  # another run has just begun to use it
            raise


def _exists(client: APIClient, name: str) -> bool:
    return any(each.get("Name") == name for each in client.networks(names=[name]))
