"""What the in-memory engine does with images."""

from __future__ import annotations

import builtins
from dataclasses import replace
from typing import Literal

from tasks.errors import Missing, Rejected
from tasks.models import (
    BuildRequest,
    Image,
    ImageRef,
    Progress,
    label_value,
    labels,
)
from tasks.ports import ProgressSink
from tests.world.dockerfile import Build
from tests.world.image_store import MemoryRegistries, StoredImage


class MemoryImages:
    """Builds, names and transfers images. A part of the ContainerRuntime port."""

    def __init__(
        self, *, registries: MemoryRegistries | None = None, builder: Literal["buildkit", "classic"] = "buildkit"
    ) -> None:
        self.registries = registries or MemoryRegistries()
        self.images: dict[str, StoredImage] = {}
        self.names: dict[str, str] = {}
        """From a full reference to an image's id."""
        self.builds: builtins.list[BuildRequest] = []
        self.programs: set[str] = set()
        """What a RUN may call and is believed to have done its work."""
        self.absent: Missing | None = None
        """Set: there is no engine."""
        self._builder = builder

    def build(self, *, request: BuildRequest, progress: ProgressSink, timeout_s: float) -> Image:
        del timeout_s
        self._check()
        self.builds.append(request)

        def tell(message: str, done: int, total: int) -> None:
            progress.report(
                progress=Progress(step="build", phase="running", message=message, done=done, total=total, unit="steps")
            )

        stored = Build(request, self._base, tell, self.programs).result()
        self.images[stored.image.id] = stored
        self.names[str(request.name)] = stored.image.id
        return self._image(stored.image.id).changed(builder=self._builder, log_file=request.log_file)

    def find(self, *, build_key: str, timeout_s: float = 10) -> Image | None:
        del timeout_s
        self._check()
        found = [
            key for key, each in self.images.items() if label_value(each.image.labels, labels.BUILD_KEY) == build_key
        ]
        return self._image(found[-1]) if found else None

    def inspect(self, *, reference: str, timeout_s: float = 10) -> Image | None:
        del timeout_s
        self._check()
        image_id = self._resolved(reference)
        return self._image(image_id) if image_id else None

    def tag(self, *, image_id: str, reference: ImageRef, timeout_s: float = 10) -> None:
        del timeout_s
        self._check()
        found = self._resolved(image_id)
        if found is None:
            raise Missing(f"cannot tag {image_id}: no such image", hint="look at the image's name and tag")
        self.names[str(reference if reference.tag else reference.tagged("latest"))] = found

    def push(self, *, reference: ImageRef, progress: ProgressSink, timeout_s: float) -> None:
        del timeout_s
        self._check()
        image_id = self._resolved(str(reference))
        if image_id is None:
            raise Missing(f"cannot push {reference}: no such image", hint="tag it first")
        digest = self.registries.put(reference, self.images[image_id])
        stored = self.images[image_id]
        digests = tuple(sorted({*stored.image.digests, reference.pinned(digest)}, key=str))
        self.images[image_id] = replace(stored, image=stored.image.changed(digests=digests))
        size = stored.image.size_bytes
        progress.report(progress=Progress(step="push", phase="running", done=size, total=size, unit="bytes"))

    def pull(self, *, reference: ImageRef, platform: str | None, progress: ProgressSink, timeout_s: float) -> Image:
        del timeout_s
        self._check()
        stored = self.registries.get(reference)
        if platform not in {None, f"{stored.image.os}/{stored.image.architecture}"}:
            raise Rejected(f"cannot pull {reference}: no matching manifest for {platform}")
        size = stored.image.size_bytes
        progress.report(progress=Progress(step="build", phase="running", done=size, total=size, unit="bytes"))
        self.images[stored.image.id] = stored
        if not reference.digest:
            self.names[str(reference if reference.tag else reference.tagged("latest"))] = stored.image.id
        return self._image(stored.image.id)

    def _check(self) -> None:
        if self.absent:
            raise self.absent

    def _base(self, reference: ImageRef) -> StoredImage:
        image_id = self._resolved(str(reference))
        if image_id is None:
            stored = self.registries.get(reference)
            self.images[stored.image.id] = stored
            image_id = stored.image.id
        return self.images[image_id]

    def _image(self, image_id: str) -> Image:
        names = tuple(sorted(name for name, found in self.names.items() if found == image_id))
        return self.images[image_id].image.changed(names=names)

    def _resolved(self, reference: str) -> str | None:
        if reference in self.images:
            return reference
        if reference.startswith("sha256:"):
            return None
        parsed = ImageRef.parse(reference)
        if parsed.digest:
            return next((key for key, each in self.images.items() if parsed in each.image.digests), None)
        return self.names.get(str(parsed if parsed.tag else parsed.tagged("latest")))
