"""Base images under their Docker Hub names, made of Debian and npm packages and pushed into the lab's registry.

They honour the official images' contract as far as a Dockerfile can tell; a table of tests holds them to it.
"""

import hashlib
import json
import platform
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import apt
import engine
import image
import layers
import machine
import npm
import registry
from lab import CACHE, HOME, REGISTRY, say
from layers import Layer

_KEY_LABEL = "containerkit.lab.key"
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# written by the registry part, pulled into the engine when one runs
NEEDS: tuple[str, ...] = ("registry",)
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_WORKERS = 2
_YARN = "1.22.22"


@dataclass(frozen=True)
class Base:
    """One image: its repository and tags, its top layer, and what its configuration says."""

    repository: str
    tags: tuple[str, ...]
    layer: Layer
    cmd: tuple[str, ...]
    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a Dockerfile calls it."""
        return f"{self.repository.removeprefix('library/')}:{self.tags[0]}"

    @property
    def key(self) -> str:
        """A hash of all that goes into the image."""
        parts = [self.layer.key, *self.cmd, *self.env, *self.entrypoint, *map("=".join, machine.trust().items())]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Node:
    version: str
    npm: str
    corepack: str


# the suite that carries each Python; pip and its companions as in the official image of that line
_PYTHONS = {
    "3.11": ("bookworm", "24.0", "setuptools==79.0.1 wheel==0.45.1"),
    "3.13": ("trixie", "25.3", ""),
}
# each line with the npm and corepack that came with it
_NODES = {
    "20": _Node("20.20.2", "10.8.2", "0.34.6"),
    "22": _Node("22.23.3", "10.9.4", "0.34.6"),
    "24": _Node("24.21.0", "11.6.2", "0.34.6"),
}
# what else comes from outside the registries: headers for native modules, and keys for signatures that mirrors lack
_NODE_WITHOUT_INTERNET = (
    "npm_config_nodedir=/usr/local",
    "npm_package_config_node_gyp_nodedir=/usr/local",
    "COREPACK_INTEGRITY_KEYS=0",
)


def table() -> list[Base]:
    """Every base of the lab."""
    debian = {suite: _debian_layer(suite) for suite in ("bookworm", "trixie")}
    bases = [Base("library/debian", (f"{suite}-slim",), layer, ("bash",)) for suite, layer in debian.items()]
    for version, (suite, pip, tools) in _PYTHONS.items():
        given = (("PYTHON", version), ("PIP", pip), ("TOOLS", tools))
        layer = Layer(f"python-{version}", "python", given, debian[suite])
        tags = (f"{version}-slim", f"{version}-slim-{suite}")
        bases.append(Base("library/python", tags, layer, ("python3",), ("LANG=C.UTF-8",)))
    for line, node in _NODES.items():
        versions = (("NODE", node.version), ("NPM", node.npm), ("COREPACK", node.corepack), ("YARN", _YARN))
        layer = Layer(f"node-{line}", "node", versions, debian["bookworm"])
        tags = (f"{line}-slim", f"{line}-bookworm-slim")
        env = (f"NODE_VERSION={node.version}", f"YARN_VERSION={_YARN}", *_NODE_WITHOUT_INTERNET)
        bases.append(Base("library/node", tags, layer, ("node",), env, ("docker-entrypoint.sh",)))
    return bases


def up() -> None:
    """Have every base in the registry and in the engine; only what changed since is made again."""
    missing = [base for base in table() if not _is_held(base)]
    if missing:
        apt.install("mmdebstrap")
        layers.forget_work()
        with ThreadPoolExecutor(_WORKERS) as pool:
            roots = {base.layer.lineage[0]: base for base in missing}
            list(pool.map(lambda base: layers.build(base.layer.lineage[0], _environment(base)), roots.values()))
            list(pool.map(_make, missing))
        layers.forget_work()
        layers.forget_all_but(base.layer for base in table())
    for base in table():
        _pull(base)
    say(f"bases ready: {' '.join(base.name for base in table())}")


def down() -> None:
    """Nothing runs; the images stay in the registry."""


def purge() -> None:
    """Remove finished layers and downloads."""
    layers.forget_work()
    for folder in (CACHE, HOME / "npm-client"):
        shutil.rmtree(folder, ignore_errors=True)


def status() -> dict[str, str]:
    """What the registry holds, for people and programs."""
    if not registry.answers():
        return {"state": "down"}
    held = {base.name: _is_held(base) for base in table()}
    return {
        "state": "up" if all(held.values()) else "down",
        **{name: "current" if current else "missing" for name, current in held.items()},
    }


def environment() -> dict[str, str]:
    """Bases need nothing of a shell."""
    return {}


def _is_held(base: Base) -> bool:
    return image.labels(base.repository, base.tags[0]).get(_KEY_LABEL) == base.key


def _make(base: Base) -> None:
    blobs = [layers.build(layer, _environment(base)) for layer in base.layer.lineage]
    config = image.ImageConfig(
        architecture=_ARCHITECTURES.get(platform.machine(), platform.machine()),
        env=(f"PATH={_SYSTEM_PATH}", *base.env, *blobs[-1].env, *map("=".join, machine.trust().items())),
        cmd=base.cmd,
        entrypoint=base.entrypoint,
        labels=((_KEY_LABEL, base.key),),
    )
    image.push(base.repository, base.tags, config, blobs)
    _pull(base)


def _environment(base: Base) -> dict[str, str]:
    """What the recipes of a base are given beside what is part of their key: folders on this machine."""
    given = {key: value for layer in base.layer.lineage for key, value in layer.given}
    environment = {"SITE": str(_write_site(given["SUITE"]))}
    if "NODE" in given:
        environment["PACKAGES"] = str(_fetch_packages(given))
    return environment


def _write_site(suite: str) -> Path:
    folder = layers.WORK / f"site-{suite}"
    for name, text in machine.files(suite).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def _fetch_packages(given: dict[str, str]) -> Path:
    folder = layers.WORK / f"npm-{given['NODE']}"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {
        "node": npm.package(f"node-linux-{npm.architecture()}", given["NODE"]),
        "npm": npm.package("npm", given["NPM"]),
        "corepack": npm.package("corepack", given["COREPACK"]),
        "yarn": npm.package("yarn", given["YARN"]),
    }
    for name, archive in wanted.items():
        shutil.copy(archive, folder / f"{name}.tgz")
    return folder


def _debian_layer(suite: str) -> Layer:
    site = json.dumps(machine.files(suite), sort_keys=True)
    given = (("SUITE", suite), ("SITE_KEY", hashlib.sha256(site.encode()).hexdigest()))
    return Layer(f"debian-{suite}", "debian", given)


def _pull(base: Base) -> None:
    """Have the base in the engine as well, if one runs."""
    api = engine.api()
    if not api.answers():
        return
    for tag in base.tags:
        name = f"{base.repository.removeprefix('library/')}:{tag}"
        held = api.image_labels(name)
        if held is not None and (held.get(_KEY_LABEL) == base.key or _KEY_LABEL not in held):
            continue  # the same, or an image of somebody else's engine: never replaced
        if engine.SERVER.pid:  # its mirror is our registry
            api.pull(name)
        else:
            api.pull(f"{REGISTRY}/{base.repository}:{tag}")
            api.tag(f"{REGISTRY}/{base.repository}:{tag}", name)
        say(f"{name} is in the engine")
