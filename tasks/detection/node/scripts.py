"""What a script runs in production, wrappers, restarters and detours left out: the table node_scripts.toml."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from tasks.detection.commands import server_of
from tasks.detection.files import join
from tasks.knowledge import load
from tasks.models import Model

_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*=")
_SCRIPT_FILE: Final = re.compile(r"[\w@./-]{1,200}\.[cm]?[jt]sx?")
_PLAIN: Final = re.compile(r"[\w@%+=:,./${}-]+")
_PORT: Final = re.compile(r"(?:^|\s)(?:set\s+)?(?:SERVER_|HTTP_|APP_)?PORT=[\"']?(\d{2,5})\b")
_PROGRAM_FILE: Final = re.compile(r"\.{0,2}/?[\w@-][\w@./-]{0,200}")
_VALUED: Final = frozenset(
    {"-w", "--watch", "-e", "--ext", "-i", "--ignore", "-d", "--delay", "-x", "--exec", "-s", "--signal", "--config"}
)
"""Options of nodemon that take a value."""
_LOADING: Final = frozenset({"-r", "--require", "--import", "--loader", "--experimental-loader"})
"""Options of Node.js that take a module without which the program may not run."""
_DETACHED: Final = "--daemon"
"""A container lives as long as the process that it starts."""
_MANAGERS: Final = frozenset({"npm", "yarn", "pnpm", "bun"})
_MAX_DEPTH: Final = 4


class Scripts(Model):
    """The table."""

    development: tuple[str, ...]
    alone: frozenset[str]
    delegated: tuple[str, ...]
    elsewhere: frozenset[str]
    wrappers: dict[str, tuple[str, ...]]
    runners: tuple[str, ...]
    restarters: tuple[str, ...]
    example: str


@cache
def table() -> Scripts:
    """The validated table."""
    return Scripts.model_validate(load("node_scripts"))


def production(scripts: Mapping[str, str], written: str, depth: int = 0) -> str | None:
    """What the script runs in production; None when it serves development, or starts what stands on its own."""
    folder, last = _last(written)
    words = unwrapped(_words(last))
    if not words or _starts(words, table().delegated) or (words[0] in _MANAGERS and _elsewhere(words)):
        return None
    if _starts(words, table().development):
        return None
    called = called_script(words)
    if called in scripts and depth < _MAX_DEPTH:
        return None if folder else production(scripts, scripts[called], depth + 1)
    words = unwrapped(without_runner(words))
    restarted = _restarted(words)
    if restarted is not None:
        return restarted or None
    if folder or not words or _serves_development(words):
        return None
    return _joined([word for word in words if word != _DETACHED])


def port_said(written: str) -> int | None:
    """The port that a script gives to the program in front of it: `PORT=8080 node server.js`."""
    match = _PORT.search(written)
    return int(match[1]) if match else None


def called_script(words: Sequence[str]) -> str:
    """The script that a package manager is asked to run; empty when it is asked for something else."""
    if words[0] in {"npm-run-all", "run-s", "npm-run-all2"}:
        return words[-1]
    if words[0] not in _MANAGERS or len(words) < 2:  # noqa: PLR2004 - a manager and a script
        return ""
    rest = [word for word in words[1:] if not word.startswith("-")]
    if rest[:1] in (["run"], ["run-script"]):
        rest = rest[1:]
    return rest[0] if rest else ""


def unwrapped(words: list[str]) -> list[str]:
    """The words without assignments and wrappers in front."""
    while words:
        name = words[0]
        if _ASSIGNMENT.match(name) or (name == "set" and len(words) > 1 and "=" in words[1]):
            words = words[1:] if name != "set" else words[2:]
        elif name in table().wrappers and len(words) > 1:
            words = _behind(words[1:], table().wrappers[name])
        else:
            return words
    return words


def without_runner(words: list[str]) -> list[str]:
    """The words without what finds an installed program, as npx does, or where it lies."""
    if words[0] == "node" and len(words) > 1 and re.match(r"(?:\./)?node_modules/", words[1]):
        words = [re.sub(r"\.[cm]?js$", "", words[1].rpartition("/")[2]), *words[2:]]
    words = [re.sub(r"^(?:\./)?node_modules/\.bin/", "", words[0]), *words[1:]]
    for runner in table().runners:
        size = runner.count(" ") + 1
        if words[:size] == runner.split() and len(words) > size:
            rest = words[size:]
            while len(rest) > 1 and rest[0].startswith("-"):
                rest = rest[1:]
            return rest
    return words


def _behind(words: list[str], taking: tuple[str, ...]) -> list[str]:
    """The program behind a wrapper's options and subcommand."""
    while words and (words[0].startswith("-") or words[0] in {"run", "start"} or words[0].endswith((".env", ".sh"))):
        words = words[2:] if words[0] in taking else words[1:]
    return words


def _last(written: str) -> tuple[str, str]:
    """The folder that the script goes to, and the last command of its list; what it is piped into is left out."""
    folder = ""
    parts = [part.strip() for part in re.split(r"&&|;|\|\|", written) if part.strip()]
    for part in parts[:-1]:
        went = re.fullmatch(r"cd\s+([\w./-]{1,80})", part)
        folder = join(folder or ".", went[1]) if went else folder
    last = parts[-1] if parts else ""
    parallel = re.split(r"(?<![>&])&(?![&>\d])", last)
    if len([part for part in parallel if part.strip()]) > 1:
        return folder, "concurrently"
    return ("" if folder == "." else folder), re.split(r"\s\|\s", last)[0].strip()


def _elsewhere(words: list[str]) -> bool:
    """Whether a package manager is asked to work in another folder."""
    return any(word.partition("=")[0] in table().elsewhere for word in words[1:])


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _starts(words: Sequence[str], entries: tuple[str, ...]) -> bool:
    return any(list(words[: entry.count(" ") + 1]) == entry.split() for entry in entries)


def _serves_development(words: list[str]) -> bool:
    if words[0] in table().alone and all(re.match(r"-|[./]|\d", word) for word in words[1:]):
        return True
    return _starts(words, table().development) or ("--watch" in words and server_of(_joined(words)) is None)


def _restarted(words: list[str]) -> str | None:
    """The program behind a restarter; empty when only the restarter's own configuration says it; None without one."""
    found = [entry for entry in table().restarters if words[: entry.count(" ") + 1] == entry.split()]
    if not found:
        return None
    longest = max(found, key=len)
    rest = words[longest.count(" ") + 1 :]
    for option in ("--exec", "-x"):
        if option in rest[:-1] or (longest.endswith(option) and rest):
            return _executed(rest, option if option in rest else None)
    position, named = _program_file(rest)
    if not named or re.search(r"(?:ecosystem|pm2|process)[\w.]*\.config\.[cm]?js$", named):
        return ""
    program = "bun" if longest.startswith("bun") else "tsx" if named.endswith(("ts", "tsx")) else "node"
    arguments = rest[position + 1 :] if longest.startswith(("nodemon", "node", "tsx", "ts-node")) else []
    arguments = _without_own(arguments) if longest == "nodemon" else arguments
    loading = _loading(rest[:position]) if program == "node" else []
    return _joined([program, *loading, named, *(word for word in arguments if word != "--")])


def _program_file(words: list[str]) -> tuple[int, str]:
    """Where the file that is run again and again stands, and its name, with or without an ending; (0, "") for none."""
    named = next(((at, word) for at, word in enumerate(words) if _SCRIPT_FILE.fullmatch(word)), None)
    bare = (
        (at, word)
        for at, word in enumerate(words)
        if "/" in word and _PROGRAM_FILE.fullmatch(word) and (at == 0 or words[at - 1] not in _VALUED | _LOADING)
    )
    return named or next(bare, (0, ""))


def _without_own(words: list[str]) -> list[str]:
    """The arguments without nodemon's own, which may stand behind the file."""
    kept = [word for at, word in enumerate(words) if word not in _VALUED and (at == 0 or words[at - 1] not in _VALUED)]
    return words if "--" in words else [word for word in kept if word not in {"--inspect", "--verbose", "-L"}]


def _loading(words: list[str]) -> list[str]:
    """The modules that Node.js is told to load first."""
    return [word for option, module in pairwise(words) if option in _LOADING for word in (option, module)]


def _executed(rest: list[str], option: str | None) -> str:
    """What --exec names, with the file that stands elsewhere among nodemon's words."""
    at = rest.index(option) + 1 if option else 0
    executed = _words(rest[at])
    others = [word for index, word in enumerate(rest) if index != at and _SCRIPT_FILE.fullmatch(word)]
    others = others or [named for _, named in [_program_file(rest[at + 1 :])] if named]
    whole = executed if any(_SCRIPT_FILE.fullmatch(word) for word in executed) else [*executed, *others[-1:]]
    inner = production({}, _joined(whole), 1)
    return inner or ""


def _joined(words: Sequence[str]) -> str:
    return " ".join(word if _PLAIN.fullmatch(word) else shlex.quote(word) for word in words)
