"""Base images under the names that Dockerfiles use, made of packages and pushed into the lab's registry.

They honour the official images' contract as far as a Dockerfile can tell; a table of tests holds them to it.
"""

import shutil
from collections.abc import Sequence

import apt
import base_build
import engine
import image
import layers
import registry
from base_image import DOCKER_HUB, Base
from base_table import ALL, BY_DEFAULT, FAMILIES, table
from lab import CACHE, HOME, REGISTRY, LabError, say

EVERY = "all"


class Bases:
    """The base images of some families, as one part of the lab."""

    # written by the registry part, pulled into the engine when one runs
    NEEDS: tuple[str, ...] = ("registry",)

    def __init__(self, families: Sequence[str] = BY_DEFAULT) -> None:
        if unknown := [family for family in families if family not in (*FAMILIES, EVERY)]:
            hint = f"there are {', '.join(FAMILIES)}, and {EVERY}"
            raise LabError(f"the lab has no bases {unknown[0]!r}", hint=hint)
        named = (family for word in families for family in (ALL if word == EVERY else (word,)))
        self.families = tuple(dict.fromkeys(named))

    def up(self) -> None:
        """Have them in the registry and in the engine; only what changed since is made again."""
        bases = table(self.families)
        if missing := [base for base in bases if not _is_held(base)]:
            apt.install("mmdebstrap")
            layers.forget_work()
            base_build.build(missing, _pull)
            layers.forget_work()
            layers.forget_all_but(base.layer for base in table())
        for base in bases:
            _pull(base)
        say(f"bases ready: {' '.join(base.name for base in bases)}")

    def down(self) -> None:
        """Nothing runs; the images stay in the registry."""

    def purge(self) -> None:
        """Remove finished layers and downloads."""
        layers.forget_work()
        for folder in (CACHE, HOME / "npm-client"):
            shutil.rmtree(folder, ignore_errors=True)

    def status(self) -> dict[str, str]:
        """What the registry holds, for people and programs; up when that is all that was asked for."""
        if not registry.answers():
            return {"state": "down"}
        held = {base.name: _is_held(base) for base in table()}
        wanted = [base.name for base in table(self.families)]
        return {
            "state": "up" if all(held[name] for name in wanted) else "down",
            **{name: "current" if held[name] else "missing" for name in held if held[name] or name in wanted},
        }

    def environment(self) -> dict[str, str]:
        """Bases need nothing of a shell."""
        return {}


def _is_held(base: Base) -> bool:
    return image.labels(base.repository, base.tags[0]).get(base_build.KEY_LABEL) == base.key


def _pull(base: Base) -> None:
    """Have the base in the engine as well, if one runs."""
    api = engine.api()
    if not api.answers():
        return
    mirrored = base.registry == DOCKER_HUB and engine.SERVER.pid is not None  # our registry is our engine's mirror
    for tag, name in zip(base.tags, base.names, strict=True):
        held = api.image_labels(name)
        if held is not None and held.get(base_build.KEY_LABEL) in {base.key, None}:
            continue  # the same, or an image of somebody else's engine: never replaced
        if mirrored:
            api.pull(name)
        else:
            api.pull(f"{REGISTRY}/{base.repository}:{tag}")
            api.tag(f"{REGISTRY}/{base.repository}:{tag}", name)
        say(f"{name} is in the engine")
