"""Images as the engine describes them, in our words."""

from __future__ import annotations

from adapters.docker.wire import ImageInspect
from tasks.errors import Invalid
from tasks.models import Image, ImageRef, Label

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armhf": "arm", "armv7l": "arm"}


def image_of(found: ImageInspect) -> Image:
    """What the engine holds."""
    return Image(
        id=with_algorithm(found.id),
        names=tuple(map(str, _references(found.tags))),
        digests=_references(found.digests),
        os=found.os,
        architecture=architecture_of(found.architecture),
        user=found.config.user,
        ports=tuple(sorted(_tcp_ports(tuple(found.config.exposed)))),
        command=(*found.config.entrypoint, *found.config.command),
        size_bytes=found.size,
        labels=labels_of(found.config.labels),
    )


def runs_on(image: Image, platform: str) -> bool:
    """Whether the image is for os/architecture; a variant after that is not looked at."""
    os, _, rest = platform.partition("/")
    return (image.os, image.architecture) == (os, architecture_of(rest.partition("/")[0]))


def labels_of(found: dict[str, str]) -> tuple[Label, ...]:
    """Sorted by key."""
    return tuple(Label(key=key, value=value) for key, value in sorted(found.items()))


def architecture_of(text: str) -> str:
    """The name that images use for it."""
    return _ARCHITECTURES.get(text, text)


def with_algorithm(image_id: str) -> str:
    """sha256:…, which Podman leaves away in places."""
    return image_id if ":" in image_id else f"sha256:{image_id}"


def _references(texts: tuple[str, ...]) -> tuple[ImageRef, ...]:
    out = []
    for text in texts:
        try:
            out.append(ImageRef.parse(text))
        except Invalid:  # <none>@sha256:… stands for a name that was taken away
            continue
    return tuple(sorted(out, key=str))


def _tcp_ports(exposed: tuple[str, ...]) -> list[int]:
    found = (text.partition("/") for text in exposed)
    return [int(port) for port, _, protocol in found if protocol in {"", "tcp"} and port.isdigit()]
