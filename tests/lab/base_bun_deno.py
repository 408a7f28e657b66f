"""oven/bun and denoland/deno, made of the npm packages that ship their binaries."""

import platform
from pathlib import Path

import npm
from base_image import SYSTEM_PATH, Base, debian
from layers import Layer
from packages import Package

_BUN = "1.4.5"
# newest first: it has the short tags too
_DENOS = ("2.9.6", "2.5.6")
_BUN_ENV = (
    f"PATH={SYSTEM_PATH}:/usr/local/bun-node-fallback-bin",
    "BUN_RUNTIME_TRANSPILER_CACHE_PATH=0",
    "BUN_INSTALL_BIN=/usr/local/bin",
)


def buns() -> list[Base]:
    """The release of today."""
    package = Package("npm", f"@oven/bun-linux-{_bun_build()}", _BUN)
    layer = Layer("bun", "bun", (("BUN", package.word),), debian("trixie"), (package,))
    return [
        Base(
            "oven/bun",
            ("1-slim", "slim", f"{_BUN}-slim", "1", "latest"),
            layer,
            ("/usr/local/bin/bun",),
            _BUN_ENV,
            ("/usr/local/bin/docker-entrypoint.sh",),
            workdir="/home/bun/app",
        )
    ]


def denos() -> list[Base]:
    """The release of today, and one that Dockerfiles name."""
    return [_deno(release) for release in _DENOS]


def _deno(release: str) -> Base:
    package = Package("npm", f"@deno/linux-{npm.architecture()}-glibc", release)
    newest = ("2", "debian", "latest") if release == _DENOS[0] else ()
    return Base(
        "denoland/deno",
        (f"debian-{release}", release, *newest),
        Layer(f"deno-{release}", "deno", (("DENO", package.word),), debian("bookworm"), (package,)),
        ("eval", "console.log('Welcome to Deno!')"),
        ("DENO_DIR=/deno-dir/", "DENO_INSTALL_ROOT=/usr/local", f"DENO_VERSION={release}"),
        ("/tini", "--", "docker-entrypoint.sh"),
    )


def _bun_build() -> str:
    """The build for this processor: Bun wants AVX2 but for its baseline."""
    if npm.architecture() != "x64":
        return "aarch64" if platform.machine() == "aarch64" else platform.machine()
    return "x64" if " avx2 " in Path("/proc/cpuinfo").read_text() else "x64-baseline"
