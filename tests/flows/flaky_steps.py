"""The two steps without ports, each failing once as if the world had: they take their slots as anybody's would."""

from __future__ import annotations

from tasks import dockerfile as ours_dockerfile
from tasks import manifest as ours_manifest
from tasks.errors import Unavailable
from tasks.models import Dockerfile, ImagePlan, ReleasePlan, Workload
from tasks.step import step

_failed: set[str] = set()


def _once(name: str) -> None:
    if name not in _failed:
        _failed.add(name)
        raise Unavailable("the disk was busy")


@step(2, retries=1, delay_s=0.01)
def dockerfile(request: ImagePlan) -> Dockerfile:
    """Fail once, then do as ours does."""
    _once("dockerfile")
    return ours_dockerfile.dockerfile.fn(request)


@step(7, retries=1, delay_s=0.01)
def manifest(request: ReleasePlan) -> Workload:
    """Fail once, then do as ours does."""
    _once("manifest")
    return ours_manifest.manifest.fn(request)
