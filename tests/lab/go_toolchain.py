"""Go releases, which the go command has from its module proxy as it has any module."""

from pathlib import Path

from lab import run

_HINT = "put Go 1.21 or later on PATH; it must reach its module proxy: try `GOTOOLCHAIN=go{version} go version`"


def fetch(_name: str, version: str, path: Path) -> None:
    """Link the path to the release: the machine's own Go when it is this one, else one in Go's module cache."""
    root = run(["go", "env", "GOROOT"], env={"GOTOOLCHAIN": f"go{version}"}, hint=_HINT.format(version=version))
    path.unlink(missing_ok=True)  # its folder may have gone with Go's module cache
    path.symlink_to(root.strip())
