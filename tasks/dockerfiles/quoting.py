"""Foreign text made fit for a Dockerfile. A value gets into a template only through one of these.

Each refuses what it cannot make harmless: control characters, line ends, paths that leave the folder.
"""

from __future__ import annotations

import json
import re
import shlex
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from pydantic import TypeAdapter, ValidationError

from tasks.errors import Invalid
from tasks.models import DebianPackage, ImageRef, Label, Setting

MAX_LENGTH = 2000
_PLAIN_PATH = re.compile(r"^[A-Za-z0-9@._+/-]+$")
_PLAIN_COMMAND = re.compile(r"^[A-Za-z0-9_./:=@+,-]+(?: [A-Za-z0-9_./:=@+,-]+)*$")
_KEY = re.compile(r"^[A-Za-z_][A-Za-z0-9_.-]*$")
_PATTERN_CHARACTERS = frozenset("*?[]\\$<")
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_PACKAGE: TypeAdapter[str] = TypeAdapter(DebianPackage)


class Quoted(str):
    """Text that may stand in a Dockerfile as it is."""

    __slots__ = ()


def checked(value: str) -> str:
    """`value` itself. Raises Invalid when it could not stand on one visible line."""
    bad = next((char for char in value if unicodedata.category(char) in _FORBIDDEN_CATEGORIES), None)
    if bad is not None:
        raise Invalid(f"{value[:80]!r} holds the character {bad!r}, which no Dockerfile of ours may hold")
    if len(value) > MAX_LENGTH:
        raise Invalid(f"{value[:40]!r}… is longer than {MAX_LENGTH} characters")
    return value


def quoted(value: str) -> Quoted:
    """A value for ENV and LABEL: in double quotes, nothing in it expanded."""
    return Quoted('"' + re.sub(r'(["\\$])', r"\\\1", checked(value)) + '"')


def pairs(values: Iterable[Setting | Label]) -> Quoted:
    """What follows ENV or LABEL, one pair on a line."""
    named = [(each.key if isinstance(each, Label) else each.name, each.value) for each in values]
    bad = next((name for name, _ in named if not _KEY.match(name)), None)
    if bad is not None:
        raise Invalid(f"{bad!r} is no name for a variable or a label")
    return Quoted(" \\\n    ".join(f"{name}={quoted(value)}" for name, value in named))


def json_array(words: Sequence[str]) -> Quoted:
    """Exec form: a JSON array, which no shell sees."""
    if not words:
        raise Invalid("a command has no words")
    return Quoted(json.dumps([checked(word) for word in words], ensure_ascii=False))


def run_command(command: str) -> Quoted:
    """A command for RUN: as it is when nothing in it is special, else given to the shell as one JSON text."""
    plain = _PLAIN_COMMAND.match(checked(command)) and not command.startswith("-")
    return Quoted(command) if plain else json_array(("sh", "-c", command))


def argument(value: str) -> Quoted:
    """One word of a shell command."""
    return Quoted(shlex.quote(checked(value)))


def path(value: str) -> Quoted:
    """A path inside the build context or the image."""
    parts = PurePosixPath(checked(value)).parts
    if not _PLAIN_PATH.match(value) or ".." in parts or value.startswith("-"):
        raise Invalid(f"the path {value!r} cannot stand in a Dockerfile", hint="rename the folder")
    return Quoted(value)


def sources(paths: Sequence[str], target: str) -> Quoted:
    """What follows COPY: in JSON form where a name has blanks or quotes."""
    if all(_PLAIN_PATH.match(each) for each in paths):
        return Quoted(" ".join([*map(path, paths), path(target)]))
    for each in paths:
        strange = _PATTERN_CHARACTERS.intersection(checked(each))
        if strange or ".." in PurePosixPath(each).parts or each.startswith(("-", "/")):
            raise Invalid(f"the file name {each!r} cannot be copied by a Dockerfile", hint="rename the file")
    return json_array([*paths, path(target)])


def keyword(value: str) -> Quoted:
    """A word in capitals, such as the name of a signal."""
    if not re.fullmatch(r"[A-Z][A-Z0-9+]{1,20}", value):
        raise Invalid(f"{value!r} is no signal")
    return Quoted(value)


def packages(names: Iterable[str]) -> Quoted:
    """Debian package names, sorted, on one line."""
    try:
        return Quoted(" ".join(sorted({_PACKAGE.validate_python(name) for name in names})))
    except ValidationError as error:
        raise Invalid("a system package has a name that Debian does not allow") from error


def reference(image: ImageRef) -> Quoted:
    """A base image, in the short form that people write when it is an official one."""
    name = image.name.removeprefix("docker.io/library/").removeprefix("docker.io/")
    tag = f":{image.tag}" if image.tag else ""
    return Quoted(f"{name}{tag}" + (f"@{image.digest}" if image.digest else ""))


def lines(text: str) -> Quoted:
    """The lines of one of our own files as arguments of printf, one to a line."""
    return Quoted(" \\\n        ".join(shlex.quote(checked(line)) for line in text.splitlines()))
