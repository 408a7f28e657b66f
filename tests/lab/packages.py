"""Packages from registries, each through its ordinary client, kept in one folder that the recipes unpack from."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import go_toolchain
import maven_artifact
import npm
from lab import CACHE

FOLDER = CACHE / "packages"
_CLIENTS: dict[str, Callable[[str, str, Path], None]] = {
    "npm": npm.fetch,
    "go": go_toolchain.fetch,
    "maven": maven_artifact.fetch,
}


@dataclass(frozen=True)
class Package:
    """One package by its registry, name and version."""

    registry: Literal["npm", "go", "maven"]
    name: str
    version: str

    @property
    def word(self) -> str:
        """What recipes call it: the name of its file, without an ending."""
        return f"{self.name.removeprefix('@').replace('/', '-').rpartition(':')[2]}-{self.version}"

    @property
    def path(self) -> Path:
        """Where it is once it is fetched: an archive, or a link to a folder of the client's own."""
        return FOLDER / (self.word if self.registry == "go" else f"{self.word}.tgz")


def fetch(package: Package) -> None:
    """Have the package in the folder."""
    if not package.path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        _CLIENTS[package.registry](package.name, package.version, package.path)
