"""Google's distroless images: what Debian packages hold, with no shell and no package manager, root or not."""

from base_image import GOOGLE, SYSTEM_PATH, Base, debian
from layers import Layer

_SUITE = "bookworm"
_STATIC = "base-files netbase tzdata ca-certificates media-types"
_BASE = "libc6 libssl3"
_CC = "libgcc-s1 libstdc++6 libgomp1 gcc-12-base"
_ENV = (f"PATH={SYSTEM_PATH}", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt")


def distrolesses() -> list[Base]:
    """For programs that bring everything, for those that want libc, for those that want C++'s library too."""
    static = _layer("static", _STATIC, None)
    base = _layer("base", _BASE, static)
    layers = {"static": static, "base": base, "cc": _layer("cc", _CC, base)}
    return [image for name, layer in layers.items() for image in _images(name, layer)]


def _images(name: str, layer: Layer) -> list[Base]:
    repository = f"distroless/{name}-debian12"
    return [
        Base(repository, ("nonroot",), layer, (), _ENV, user="65532", workdir="/home/nonroot", registry=GOOGLE),
        Base(repository, ("latest",), layer, (), _ENV, user="0", workdir="/", registry=GOOGLE),
    ]


def _layer(name: str, debs: str, parent: Layer | None) -> Layer:
    return Layer(f"distroless-{name}", "distroless", (("DEBS", debs), *debian(_SUITE).given), parent)
