"""What programs have in common that are compiled to one file: where it lies in the image, and what it is run on."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass
from typing import Final, Literal

from tasks.detection.commands import EVERY_ADDRESS, LOOPBACK
from tasks.dockerfiles.bases import base_image, builder_image
from tasks.dockerfiles.command import exec_words
from tasks.dockerfiles.recipe import Copy, Layout
from tasks.models import Component, ImageRef, Setting

_ON_PATH: Final = "/usr/local/bin"
_LISTENING: Final = re.compile(r"(?:[A-Z]+_)*(?:HOST|ADDR|ADDRESS|BIND|LISTEN)(?:_ADDR(?:ESS)?)?")
_SHELL_NEEDS: Final = ("ca-certificates", "tzdata")


@dataclass(frozen=True, slots=True)
class Program:
    """The compiled file."""

    name: str
    target: str
    """Its whole path in the image."""


def program_of(start: str, folder: str) -> Program | None:
    """The file that the start command names; None where it names none."""
    words = exec_words(start)
    if words[0] in {"sh", "env"}:
        inner = [word for word in shlex.split(words[-1] if words[0] == "sh" else start) if "=" not in word]
        words = tuple(word for word in inner if word not in {"exec", "env"})
    if not words or words[0].startswith("-"):
        return None
    whole = posixpath.join(folder if "/" in words[0] else _ON_PATH, words[0])
    target = posixpath.normpath(whole)
    return Program(posixpath.basename(target), target)


def needs_debian(component: Component, start: str) -> bool:
    """Whether the program runs on Debian: it needs a shell or packages, which the small images lack."""
    return bool(component.runtime_packages) or exec_words(start)[0] in {"sh", "env"}


def run_on(component: Component, start: str, release: str, *, small: Literal["base", "cc"]) -> ImageRef:
    """The image that the program is run on: Debian where it must be, else the language's small one."""
    if needs_debian(component, start):
        return builder_image(component.language, "debian", release)
    return (
        base_image(component.language, release)
        if small == "base"
        else builder_image(component.language, small, release)
    )


def debian_packages(component: Component, start: str) -> tuple[str, ...]:
    """What Debian's image lacks of what the small ones hold, and the component's own packages."""
    if not needs_debian(component, start):
        return ()
    return tuple(sorted({*component.runtime_packages, *_SHELL_NEEDS}))


def beside(component: Component, layout: Layout) -> tuple[Copy, ...]:
    """What the program reads when it runs: from the build stage to the same place."""
    return tuple(
        Copy((posixpath.join(layout.folder, name),), posixpath.join(layout.folder, name))
        for name in component.runtime_files
    )


def address_settings(component: Component) -> tuple[Setting, ...]:
    """Variables that put the program on every address, where their defaults keep it on its own machine."""
    found = []
    for each in component.env if component.bind_address else ():
        host, colon, port = (each.default or "").rpartition(":")
        if not _LISTENING.fullmatch(each.name):
            continue
        if colon and host.strip("[]") in LOOPBACK and port == str(component.port):
            found.append(Setting(name=each.name, value=f"{EVERY_ADDRESS}:{port}"))
        elif each.default in LOOPBACK:
            found.append(Setting(name=each.name, value=EVERY_ADDRESS))
    return tuple(found)


def merged(*settings: tuple[Setting, ...]) -> tuple[Setting, ...]:
    """All of them by name, the later ones stronger."""
    by_name = {each.name: each for group in settings for each in group}
    return tuple(by_name[name] for name in sorted(by_name))
