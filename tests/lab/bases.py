"""Base images under their Docker Hub names, made of Debian and npm packages and pushed into the lab's registry.

They honour the official images' contract as far as a Dockerfile can tell; a table of tests holds them to it.
"""

import platform
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apt
import engine
import image
import layers
import machine
import npm
import registry
from base_table import SUITES, Base, npm_packages, table
from lab import CACHE, HOME, REGISTRY, LabError, end_commands, say

# written by the registry part, pulled into the engine when one runs
NEEDS: tuple[str, ...] = ("registry",)
_KEY_LABEL = "containerkit.lab.key"
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_WORKERS = 2


def up() -> None:
    """Have every base in the registry and in the engine; only what changed since is made again."""
    if missing := [base for base in table() if not _is_held(base)]:
        apt.install("mmdebstrap")
        layers.forget_work()
        _build(missing)
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


def _build(bases: list[Base]) -> None:
    """Roots first, while packages are fetched, then what lies on them; as many at a time as two cores can do."""
    sites = _write_sites()
    environment = {"SITES": str(sites), "PACKAGES": str(npm.FOLDER)}
    fetching, building = ThreadPoolExecutor(1), ThreadPoolExecutor(_WORKERS)
    try:
        fetched = [fetching.submit(npm.package, name, version) for name, version in npm_packages()]
        roots = dict.fromkeys(base.layer.lineage[0] for base in bases)
        list(building.map(lambda root: layers.build(root, environment), roots))
        for package in fetched:
            package.result()
        list(building.map(lambda base: _make(base, environment), bases))
    except (LabError, KeyboardInterrupt):
        end_commands()
        raise
    finally:
        for pool in (fetching, building):
            pool.shutdown(cancel_futures=True)


def _make(base: Base, environment: dict[str, str]) -> None:
    blobs = [layers.build(layer, environment) for layer in base.layer.lineage]
    config = image.ImageConfig(
        architecture=_ARCHITECTURES.get(platform.machine(), platform.machine()),
        env=(f"PATH={_SYSTEM_PATH}", *base.env, *blobs[-1].env, *map("=".join, machine.trust().items())),
        cmd=base.cmd,
        entrypoint=base.entrypoint,
        labels=((_KEY_LABEL, base.key),),
    )
    image.push(base.repository, base.tags, config, blobs)
    _pull(base)


def _write_sites() -> Path:
    """What a root of each suite takes over from this machine."""
    folder = layers.WORK / "sites"
    for suite in SUITES:
        for name, text in machine.files(suite).items():
            path = folder / suite / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return folder


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
