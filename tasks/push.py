"""Step 6: the image in a registry, pinned by the digest that the registry answers."""

from __future__ import annotations

from tasks.errors import Rejected
from tasks.models import Failure, ImageRef, PushedImage, PushRequest
from tasks.ports import ContainerRuntime, ProgressSink, Registry
from tasks.step import step

TIMEOUT_S = 900.0


def _validate(repository: ImageRef, *, registry: Registry) -> None:
    registry.check_access(repository=repository)


@step(
    6,
    retries=3,
    delay_s=2,
    timeout_s=TIMEOUT_S,
    side_effects="manifests and layers in the registry",
    validate=_validate,
)
def push(request: PushRequest, *, runtime: ContainerRuntime, registry: Registry, progress: ProgressSink) -> PushedImage:
    """Upload the image under its names, unless the registry holds the same content there."""
    tagged = request.tagged
    if not tagged.references:
        return PushedImage(image=tagged.image, not_needed=tagged.not_needed or "there is no registry to push to")
    stored = {reference: registry.digest(reference=reference) for reference in tagged.references}
    known = {held.digest for held in tagged.image.digests if held.name == tagged.references[0].name}
    missing = [reference for reference, digest in stored.items() if digest is None or digest not in known]
    for reference in missing:
        runtime.push(reference=reference, progress=progress, timeout_s=TIMEOUT_S / len(missing))
    first = tagged.references[0]
    digest = registry.digest(reference=first)
    if digest is None:
        message = f"{first.registry} took {first} and does not know it"
        raise Rejected(
            message, hint="push again; look at the registry's log", failure=Failure(step="push", message=message)
        )
    return PushedImage(
        image=tagged.image,
        reference=(request.pull_name or first).pinned(digest),
        references=tagged.references,
        reused=not missing,
    )
