"""golang:X.Y on Debian: the tools that cgo and private modules want, and a Go release below /usr/local/go."""

import machine_clients
from base_image import SYSTEM_PATH, Base, debian, with_debs
from layers import Layer
from packages import Package

_DEBS = "g++ gcc libc6-dev make pkg-config git curl wget openssh-client procps"
# newest first: it has the short tags too
_RELEASES = {"1.27": "1.27.3", "1.26": "1.26.8"}


def gos() -> list[Base]:
    """The releases that the Go team supports."""
    tools = with_debs("go-tools", debian("bookworm"), _DEBS)
    bases = []
    for minor, version in _RELEASES.items():
        release = Package("go", "go", version)
        given = (("GO", release.word), ("SETTINGS", machine_clients.go()))
        newest = ("1-bookworm", "1", "bookworm", "latest") if minor == next(iter(_RELEASES)) else ()
        env = (
            f"PATH=/go/bin:/usr/local/go/bin:{SYSTEM_PATH}",
            f"GOLANG_VERSION={version}",
            "GOTOOLCHAIN=local",
            "GOPATH=/go",
        )
        bases.append(
            Base(
                "library/golang",
                (f"{minor}-bookworm", minor, *newest),
                Layer(f"go-{minor}", "go", given, tools, (release,)),
                ("bash",),
                env,
                workdir="/go",
            )
        )
    return bases
