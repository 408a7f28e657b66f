"""Step 5: the names under which this image can be found again."""

from __future__ import annotations

from tasks.models import Component, ImageRef, TaggedImage, TagRequest
from tasks.naming import image_tags
from tasks.ports import ContainerRuntime
from tasks.step import step

NO_REGISTRY = "the engine runs the image by its id; --image REGISTRY/NAME pushes it"


@step(5, retries=2, delay_s=1, timeout_s=60, side_effects="names on the engine")
def tag(request: TagRequest, *, runtime: ContainerRuntime) -> TaggedImage:
    """Name the image after its commit, its version and its branch."""
    if request.repository is None:
        return TaggedImage(image=request.image, not_needed=NO_REGISTRY)
    component = _component(request)
    references = tuple(
        request.repository.tagged(tag) for tag in image_tags(request.profile.checkout, component, request.image.id)
    )
    present = {ImageRef.parse(name) for name in request.image.names}
    missing = tuple(reference for reference in references if reference not in present)
    for reference in missing:
        runtime.tag(image_id=request.image.id, reference=reference)
    return TaggedImage(image=request.image, references=references, reused=not missing)


def _component(request: TagRequest) -> Component:
    return next(found for found in request.profile.components if found.name == request.component)
