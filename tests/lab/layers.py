"""Image layers made by a recipe in a root file system, cached under a hash of all that goes into them."""

import contextlib
import hashlib
import json
import os
import shutil
import stat
import subprocess
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lab import CACHE, HOME, LabError, run, say
from leftovers import end_building_in, unmount_below
from packages import Package

_RECIPES = Path(__file__).parent / "recipes"
WORK = HOME / "work"
_DEVICES = {"null": 3, "zero": 5, "random": 8, "urandom": 9}
_UNPACKING = threading.Lock()
_HINT = "read the lines above; a machine without network or Debian mirror cannot build bases"


@dataclass(frozen=True)
class Blob:
    """A finished layer: its compressed file, that file's digest, and the digest of what is inside."""

    path: Path
    digest: str
    diff_id: str
    size_bytes: int
    env: tuple[str, ...]
    """Environment that the recipe found out, a version mostly: NAME=VALUE."""


@dataclass(frozen=True)
class Layer:
    """What one recipe adds to its parent, or a whole root file system when it has none."""

    name: str
    recipe: str
    given: tuple[tuple[str, str], ...]
    parent: "Layer | None" = None
    packages: tuple[Package, ...] = ()
    """What the recipe unpacks; `given` names them."""

    @property
    def key(self) -> str:
        """A hash of all inputs: the same key, the same layer."""
        inputs = [
            (_RECIPES / f"{self.recipe}.sh").read_text(),
            json.dumps(self.given),
            self.parent.key if self.parent else "",
        ]
        return hashlib.sha256("\0".join(inputs).encode()).hexdigest()[:16]

    @property
    def lineage(self) -> tuple["Layer", ...]:
        """This layer and what lies below it, lowest first."""
        return (*self.parent.lineage, self) if self.parent else (self,)


def cached(layer: Layer) -> Blob | None:
    """The layer from the cache, if an earlier run finished it."""
    note = _cache_path(layer, "json")
    if not note.exists() or not _cache_path(layer, "tar.gz").exists():
        return None
    facts = json.loads(note.read_text())
    facts["env"] = tuple(facts["env"])
    return Blob(path=_cache_path(layer, "tar.gz"), **facts)


def build(layer: Layer, environment: Mapping[str, str]) -> Blob:
    """The layer, from the cache or by its recipe, which finds the layers below it built and its packages fetched."""
    if blob := cached(layer):
        return blob
    began = time.monotonic()
    added = WORK / f"{layer.name}-{layer.key}"
    shutil.rmtree(added, ignore_errors=True)
    with _root(layer, added) as root:
        recipe: list[str | Path] = ["/bin/sh", _RECIPES / f"{layer.recipe}.sh"]
        noted = added.with_name(f"{added.name}.env")
        noted.write_text("")
        run(recipe, env={**environment, **dict(layer.given), "ROOT": str(root), "NOTED": str(noted)}, hint=_HINT)
    blob = _pack(layer, added, tuple(noted.read_text().split()))
    say(f"built {layer.name}: {blob.size_bytes / 1e6:.0f} MB in {time.monotonic() - began:.0f} s")
    return blob


def forget_all_but(wanted: Iterable[Layer]) -> None:
    """Remove finished layers of former recipes."""
    kept = {f"{layer.name}-{layer.key}" for top in wanted for layer in top.lineage}
    for path in CACHE.glob("*-*.*"):
        if path.name.removesuffix(".gz").rpartition(".")[0] not in kept:
            path.unlink()


def forget_work() -> None:
    """Remove unpacked roots; the finished layers stay."""
    end_building_in(WORK)
    unmount_below(WORK)
    shutil.rmtree(WORK, ignore_errors=True)


@contextlib.contextmanager
def _root(layer: Layer, added: Path) -> Iterator[Path]:
    """Where the recipe works; what it adds to the layers below appears in the folder `added` only."""
    added.mkdir(parents=True)
    if layer.parent is None:
        yield added
        return
    lower = [str(_unpacked(below)) for below in layer.lineage[:-1]]
    root, scratch = (added.with_name(f"{added.name}.{what}") for what in ("root", "scratch"))
    for folder in (root, scratch):
        folder.mkdir(exist_ok=True)
    options = f"lowerdir={':'.join(reversed(lower))},upperdir={added},workdir={scratch}"
    run(["mount", "-t", "overlay", "overlay", "-o", options, root], hint="the kernel must offer overlayfs")
    try:
        for name, minor in _DEVICES.items():
            os.mknod(root / "dev" / name, stat.S_IFCHR, os.makedev(1, minor))
            (root / "dev" / name).chmod(0o666)
        yield root
        for name in _DEVICES:
            (root / "dev" / name).unlink()
    finally:
        unmount_below(root)


def _unpacked(layer: Layer) -> Path:
    """The folder that its recipe filled in this run, or what an earlier run packed."""
    place = WORK / f"{layer.name}-{layer.key}"
    with _UNPACKING:
        if not place.exists():
            blob = cached(layer)
            if blob is None:
                raise LabError(f"{layer.name} is not built, and something lies on it", hint="run the command again")
            unfinished = place.with_name(f"{place.name}.unpacking")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            run(["tar", "-xzf", blob.path, "-C", unfinished, "--numeric-owner", "--xattrs"], hint=_HINT)
            unfinished.rename(place)
    return place


def _pack(layer: Layer, folder: Path, env: tuple[str, ...]) -> Blob:
    """The folder as a compressed tar in the cache; level 1, for it is read from loopback only."""
    CACHE.mkdir(parents=True, exist_ok=True)
    for removed in folder.rglob("*"):
        if removed.is_char_device():
            raise LabError(f"the recipe of {layer.name} removed {removed} of its parent", hint="recipes only add")
    unfinished = _cache_path(layer, "new")
    inside, outside, squeeze = hashlib.sha256(), hashlib.sha256(), zlib.compressobj(1, wbits=31)
    tar: list[str | Path] = [
        "tar",
        "-C",
        folder,
        "--sort=name",
        "--numeric-owner",
        "--xattrs",
        "--xattrs-include=security.capability",
        "-cf",
        "-",
        ".",
    ]
    with subprocess.Popen(tar, stdout=subprocess.PIPE) as packing, unfinished.open("wb") as file:
        assert packing.stdout is not None
        while chunk := packing.stdout.read(1 << 20):
            inside.update(chunk)
            file.write(squeezed := squeeze.compress(chunk))
            outside.update(squeezed)
        file.write(squeezed := squeeze.flush())
        outside.update(squeezed)
    if packing.returncode != 0:
        raise LabError(f"tar of {folder} ended with {packing.returncode}", hint="is the disk full?")
    facts = {
        "digest": f"sha256:{outside.hexdigest()}",
        "diff_id": f"sha256:{inside.hexdigest()}",
        "size_bytes": unfinished.stat().st_size,
        "env": env,
    }
    unfinished.rename(_cache_path(layer, "tar.gz"))
    note = _cache_path(layer, "json")
    note.with_suffix(".part").write_text(json.dumps(facts))
    note.with_suffix(".part").rename(note)
    blob = cached(layer)
    assert blob is not None
    return blob


def _cache_path(layer: Layer, ending: str) -> Path:
    return CACHE / f"{layer.name}-{layer.key}.{ending}"
