"""rust:X.Y-slim on Debian: the compilers that Debian packages, where rustup would have put its own."""

import machine_clients
from base_image import SYSTEM_PATH, Base, debian
from layers import Layer

# the suite that has each release, and the packages it comes in
_RELEASES = {"1.96": ("bookworm", "rustc-web cargo-web"), "1.85": ("trixie", "rustc cargo")}


def rusts() -> list[Base]:
    """The newest release, and the one that a Debian stable ships."""
    bases = []
    for release, (suite, debs) in _RELEASES.items():
        given = (("RUST", release), ("DEBS", debs), ("SETTINGS", machine_clients.cargo()))
        newest = (f"1-slim-{suite}", "1-slim", f"slim-{suite}", "slim") if release == next(iter(_RELEASES)) else ()
        bases.append(
            Base(
                "library/rust",
                (f"{release}-slim-{suite}", f"{release}-slim", *newest),
                Layer(f"rust-{release}", "rust", given, debian(suite)),
                ("bash",),
                (
                    f"PATH=/usr/local/cargo/bin:{SYSTEM_PATH}",
                    "RUSTUP_HOME=/usr/local/rustup",
                    "CARGO_HOME=/usr/local/cargo",
                ),
            )
        )
    return bases
