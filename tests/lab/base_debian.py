"""debian:SUITE-slim, and Python as the official images of each line have it."""

from base_image import Base, debian
from layers import Layer

# the suite that carries each Python; pip and its companions as in the official image of that line
_PYTHONS = {
    "3.11": ("bookworm", "24.0", "setuptools==79.0.1 wheel==0.45.1"),
    "3.13": ("trixie", "25.3", ""),
}


def debians() -> list[Base]:
    """The suites that images are made on."""
    return [Base("library/debian", (f"{suite}-slim",), debian(suite), ("bash",)) for suite in ("bookworm", "trixie")]


def pythons() -> list[Base]:
    """python:X.Y-slim."""
    bases = []
    for version, (suite, pip, tools) in _PYTHONS.items():
        given = (("PYTHON", version), ("PIP", pip), ("TOOLS", tools))
        layer = Layer(f"python-{version}", "python", given, debian(suite))
        tags = (f"{version}-slim", f"{version}-slim-{suite}")
        bases.append(Base("library/python", tags, layer, ("python3",), ("LANG=C.UTF-8",)))
    return bases
