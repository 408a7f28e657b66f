"""debian:SUITE-slim, and Python as the official images of each line have it."""

from base_image import Base, debian
from layers import Layer

# the suite that carries each Python; pip and its companions as in the official image of that line
_PYTHONS = {
    "3.11": ("bookworm", "24.0", "setuptools==79.0.1 wheel==0.45.1"),
    "3.13": ("trixie", "25.3", ""),
}
_NEXT_PYTHONS = {"3.14": ("forky", "25.3", "")}


def debians() -> list[Base]:
    """The suites that images are made on."""
    return [Base("library/debian", (f"{suite}-slim",), debian(suite), ("bash",)) for suite in ("bookworm", "trixie")]


def pythons() -> list[Base]:
    """python:X.Y-slim of the releases that a stable Debian has."""
    return [_python(version, *given) for version, given in _PYTHONS.items()]


def next_pythons() -> list[Base]:
    """The release that only Debian's testing has: the system around it is newer than that of the official image."""
    return [_python(version, *given) for version, given in _NEXT_PYTHONS.items()]


def _python(version: str, suite: str, pip: str, tools: str) -> Base:
    given = (("PYTHON", version), ("PIP", pip), ("TOOLS", tools))
    layer = Layer(f"python-{version}", "python", given, debian(suite))
    # no official image is on Debian's testing
    on_suite = (f"{version}-slim-{suite}",) if version in _PYTHONS else ()
    return Base("library/python", (f"{version}-slim", *on_suite), layer, ("python3",), ("LANG=C.UTF-8",))
