"""Makes base images that are missing: each layer when what it lies on is there, as many at a time as two cores can."""

import platform
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path

import image
import layers
import machine
import packages
from base_image import SYSTEM_PATH, Base
from lab import LabError, end_commands
from layers import Blob, Layer

KEY_LABEL = "containerkit.lab.key"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_FETCHED_AT_A_TIME = 2
_BUILT_AT_A_TIME = 2
_PUSHED_AT_A_TIME = 1


def build(bases: Sequence[Base], made: Callable[[Base], None]) -> None:
    """Have the bases in the registry; `made` is called with each one that is there, from several threads."""
    lineages = [layer for base in bases for layer in base.layer.lineage]
    every = sorted({layer.key: layer for layer in lineages}.values(), key=lambda layer: len(layer.lineage))
    fetching, building = ThreadPoolExecutor(_FETCHED_AT_A_TIME), ThreadPoolExecutor(len(every) + len(bases))
    workshop = _Workshop(_write_sites(every), made)
    try:
        wanted = [package for layer in every if layers.cached(layer) is None for package in layer.packages]
        fetched = {package: fetching.submit(packages.fetch, package) for package in dict.fromkeys(wanted)}
        built: dict[str, Future[Blob]] = {}
        for layer in every:
            needed = [fetched[package] for package in layer.packages if package in fetched]
            below = [built[layer.parent.key]] if layer.parent else []
            built[layer.key] = building.submit(workshop.layer, layer, [*below, *needed])
        pushed = [
            building.submit(workshop.base, base, [built[layer.key] for layer in base.layer.lineage]) for base in bases
        ]
        for each in wait(pushed, return_when=FIRST_EXCEPTION).done:
            each.result()
    except (LabError, KeyboardInterrupt):
        workshop.closed.set()
        end_commands()
        raise
    finally:
        for pool in (fetching, building):
            pool.shutdown(cancel_futures=True)


class _Workshop:
    """Where the threads work: each waits for what its part needs, then for a bench or for the way out."""

    def __init__(self, sites: Path, made: Callable[[Base], None]) -> None:
        self.closed = threading.Event()
        self._benches = threading.Semaphore(_BUILT_AT_A_TIME)
        self._way_out = threading.Semaphore(_PUSHED_AT_A_TIME)
        self._environment = {"SITES": str(sites), "PACKAGES": str(packages.FOLDER)}
        self._made = made

    def layer(self, layer: Layer, needed: Sequence["Future[Blob] | Future[None]"]) -> Blob:
        """The layer, built."""
        for each in needed:
            each.result()
        with self._benches:
            self._check()
            return layers.build(layer, self._environment)

    def base(self, base: Base, lineage: Sequence["Future[Blob]"]) -> None:
        """The image, pushed."""
        blobs = [each.result() for each in lineage]
        with self._way_out:
            self._check()
            image.push(base.repository, base.tags, _config(base, blobs), blobs)
            self._made(base)

    def _check(self) -> None:
        if self.closed.is_set():
            raise LabError("not built, for something else failed before", hint="run the command again")


def _config(base: Base, blobs: Sequence[Blob]) -> image.ImageConfig:
    """What the recipes found out stands beside what the table says, each variable once."""
    found = [line for blob in blobs for line in blob.env]
    pairs = [f"PATH={SYSTEM_PATH}", *base.env, *found, *map("=".join, machine.trust().items())]
    env = dict(pair.split("=", 1) for pair in pairs)
    return image.ImageConfig(
        architecture=_ARCHITECTURES.get(platform.machine(), platform.machine()),
        env=tuple(map("=".join, env.items())),
        cmd=base.cmd,
        entrypoint=base.entrypoint,
        user=base.user,
        workdir=base.workdir,
        ports=base.ports,
        stop_signal=base.stop_signal,
        labels=((KEY_LABEL, base.key),),
    )


def _write_sites(every: Sequence[Layer]) -> Path:
    """What a root of each suite takes over from this machine."""
    folder = layers.WORK / "sites"
    for suite in {dict(layer.given).get("SUITE") for layer in every} - {None}:
        for name, text in machine.files(str(suite)).items():
            path = folder / str(suite) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return folder
