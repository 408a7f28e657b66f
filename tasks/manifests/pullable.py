"""Whether nodes can find the registry under the name that an image has."""

from __future__ import annotations

import ipaddress

from tasks.models import Check, ClusterInfo, ImageRef


def pullable(info: ClusterInfo, image: str) -> Check | None:
    """Why the nodes cannot download it, as far as that is certain; None also where nobody can tell before they try."""
    if image.startswith("sha256:"):
        return Check(
            name="registry",
            passed=False,
            detail=f"the image was not pushed: {info.name} cannot have it",
            hint="--image REGISTRY/NAME, with a registry that the nodes reach",
        )
    registry = ImageRef.parse(image).registry
    away = [node for node in info.nodes if not node.is_local]
    if not away or registry in info.pull_registries or not _is_loopback(registry):
        return None
    node = away[0]
    return Check(
        name="registry",
        passed=False,
        detail=f"{registry} is this machine to itself only: node {node.name}"
        f" ({', '.join(node.addresses) or 'elsewhere'}) would look for it on itself",
        hint="--pull-image REGISTRY/NAME, the name that the nodes know it by",
    )


def _is_loopback(registry: str) -> bool:
    host = registry.rpartition(":")[0] if registry.rpartition(":")[2].isdigit() else registry
    host = host.strip("[]")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
