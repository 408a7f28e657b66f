"""What programs have in common that are compiled to one file: where it lies in the image, and what it is run on."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, Literal

from tasks.detection.commands import EVERY_ADDRESS, LOOPBACK
from tasks.dockerfiles.bases import base_image, builder_image
from tasks.dockerfiles.command import exec_words, needs_shell
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.recipe import Copy, Layout
from tasks.errors import Invalid
from tasks.models import Component, ImageRef, Setting

_ON_PATH: Final = "/usr/local/bin"
_LISTENING: Final = re.compile(r"(?:[A-Z]+_)*(?:HOST|ADDR|ADDRESS|BIND|LISTEN)(?:_ADDR(?:ESS)?)?")
_LACKING: Final = ("ca-certificates", "tzdata")
_VARIABLES: Final = re.compile(r"\.env(?:\.[\w-]+)?$")
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


@dataclass(frozen=True, slots=True)
class Program:
    """The compiled file, and how it is started."""

    name: str
    target: str
    """Its whole path in the image."""
    command: tuple[str, ...]
    settings: tuple[Setting, ...]
    """Variables that the start command sets."""


def program_of(start: str, folder: str) -> Program:
    """The one program of the start command. Raises Invalid for a command that needs a shell: the image has none."""
    bare = re.sub(r"^(?:exec|env)\s+", "", start.strip())
    words = [] if needs_shell(bare) else list(exec_words(bare))
    words = words[1:] if words[:1] == ["env"] else words
    given = [word.partition("=") for word in takewhile(_ASSIGNMENT.match, words)]
    words = words[len(given) :]
    if not words or words[0].startswith("-"):
        raise Invalid(
            f"{start!r} is more than one program with arguments, and the image has no shell",
            hint="name one program with --start ./PROGRAM",
        )
    target = posixpath.normpath(posixpath.join(folder if "/" in words[0] else _ON_PATH, words[0]))
    settings = tuple(Setting(name=name, value=value) for name, _, value in given)
    return Program(posixpath.basename(target), target, tuple(words), settings)


def run_on(component: Component, release: str, *, small: Literal["base", "cc"]) -> ImageRef:
    """The image that the program is run on: Debian where it needs packages, else the language's small one."""
    if component.runtime_packages:
        return builder_image(component.language, "debian", release)
    return (
        base_image(component.language, release)
        if small == "base"
        else builder_image(component.language, small, release)
    )


def debian_packages(component: Component) -> tuple[str, ...]:
    """The component's packages, and what Debian's image lacks of what the small ones hold."""
    return tuple(sorted({*component.runtime_packages, *_LACKING})) if component.runtime_packages else ()


def beside(component: Component, layout: Layout) -> tuple[Copy, ...]:
    """What the program reads when it runs: from the build stage to the same place."""
    return tuple(
        Copy((posixpath.join(layout.folder, name),), posixpath.join(layout.folder, name))
        for name in component.runtime_files
    )


def left_empty(component: Component, place: Folder, layout: Layout) -> tuple[str, ...]:
    """Files of variables among them that no image gets, or that nobody committed: the program only asks for them."""
    names = [each for each in component.runtime_files if _VARIABLES.search(each)]
    absent = [each for each in names if posixpath.basename(each).startswith(".env") or not place.has(each)]
    return tuple(posixpath.join(layout.folder, each) for each in absent)


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
