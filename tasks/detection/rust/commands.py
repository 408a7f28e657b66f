"""Subcommands of Rust programs, as clap and its like declare them: the one that serves, and those that work."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tasks.detection.commands import WORKING
from tasks.detection.rust.syntax import RustFile

_SERVING: Final = ("serve", "server", "start", "run", "web", "daemon", "listen")
_CHOICE: Final = (
    r"#\[derive\([^)]{0,200}\b(?:Parser|Clap|StructOpt)\b[^)]{0,200}\)\]\s*"
    r"(?:#\[[^\]]{0,300}\]\s*)*(?:pub(?:\([^)]*\))?\s+)?enum\b"
)
_SUBCOMMANDS: Final = re.compile(rf"\bSubcommand\b|\.subcommand\(|\bStructOpt\b|{_CHOICE}")
_NEEDED: Final = re.compile(
    r"#\[(?:command|clap)\(subcommand\)\]\s*(?:pub(?:\([^)]*\))?\s+)?\w+\s*:\s*(?!Option\b)\w"
    r"|\b(?:subcommand_required|arg_required_else_help)\(true\)"
)
_CHOSEN: Final = re.compile(
    r"#\[derive\([^)]{0,200}\bSubcommand\b[^)]{0,200}\)\]\s*(?:#\[[^\]]{0,300}\]\s*)*"
    r"(?:pub(?:\([^)]*\))?\s+)?enum\s+\w+\s*\{"
)
_NAMED: Final = re.compile(r"^\s*([A-Z]\w*)\s*(?:[({,]|$)", re.MULTILINE)
_VARIANT: Final = re.compile(r"^\s*([A-Z][a-z]+)\s*(?:[({,]|$)", re.MULTILINE)
_BUILT: Final = re.compile(r"\bCommand::new\(\s*\"(\d+)\"")


def serving(files: Sequence[RustFile]) -> str | None:
    """The subcommand that serves, of a program that has subcommands."""
    found = {name for file in files for name in _subcommands(file)}
    has_subcommands = any(_SUBCOMMANDS.search(file.code) for file in files)
    return min(found & set(_SERVING), key=_SERVING.index, default=None) if has_subcommands else None


def workers(files: Sequence[RustFile]) -> dict[str, tuple[str, int]]:
    """The subcommands that work off what others leave for them, and where each stands."""
    named = [(name, (file.path, line)) for file in files for name, line in _chosen(file)]
    return {name: place for name, place in named if WORKING.fullmatch(name)}


def needs_subcommand(files: Sequence[RustFile]) -> bool:
    """Whether the program does nothing until a word of its command line says what."""
    return any(_NEEDED.search(file.code) for file in files)


def _subcommands(file: RustFile) -> set[str]:
    """Names of clap's subcommands: variants of an enum, or commands that are put together."""
    has_variants = "Subcommand" in file.code or re.search(_CHOICE, file.code)
    variants = {each.lower() for each in _VARIANT.findall(file.code)} if has_variants else set()
    return variants | {file.text.strings[int(each)] for each in _BUILT.findall(file.code)}


def _chosen(file: RustFile) -> Iterator[tuple[str, int]]:
    """Every subcommand of clap as it is typed, and its line."""
    for match in _CHOSEN.finditer(file.code):
        for variant in _NAMED.finditer(file.code, match.end(), file.text.closing(match.end())):
            yield re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", variant[1]).lower(), file.text.line(variant.start(1))
    for built in _BUILT.finditer(file.code):
        yield file.text.strings[int(built[1])], file.text.line(built.start())
