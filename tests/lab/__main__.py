"""A real engine, registry and base images on a bare Debian 12: `python3 tests/lab up|down|status|env`.

Standard library only, for it runs before any virtual environment exists. State lives outside the checkout, in LAB_HOME
(default ~/.cache/containerkit-lab); what runs already on the machine is used as it is and never stopped.
"""

import argparse
import fcntl
import json
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

import base_table
import cluster
import engine
import podman
import registry
from bases import EVERY, Bases
from lab import HOME, LabError, require_root, say


class Part(Protocol):
    """One thing of the lab, a module: another row in PARTS is another part."""

    NEEDS: tuple[str, ...]

    def up(self) -> None:
        """Have it running; nothing to do when it is."""

    def down(self) -> None:
        """Stop what the lab started of it; its state stays."""

    def purge(self) -> None:
        """Remove its state, once it is down."""

    def status(self) -> dict[str, str]:
        """What it is now; `state` is up or down."""

    def environment(self) -> dict[str, str]:
        """What a shell needs to use it."""


# in the order in which they come up
PARTS: dict[str, Part] = {
    "registry": registry,
    "engine": engine,
    "bases": Bases(),
    "podman": podman,
    "cluster": cluster,
}
BY_DEFAULT = ("registry", "engine", "bases")
_CHOICE = f"bases:FAMILY,FAMILY for some base images ({', '.join(base_table.FAMILIES)}), bases:{EVERY} for all"


def main(argv: Sequence[str]) -> int:
    """The exit code of one command."""
    arguments = _parser().parse_args(argv)
    try:
        match arguments.command:
            case "up":
                _up(arguments.parts or BY_DEFAULT)
            case "down":
                _down(arguments.parts or tuple(PARTS), purge=arguments.purge)
            case "status":
                return _status(arguments.parts or tuple(PARTS), as_json=arguments.json)
            case "env":
                _env(arguments.parts or tuple(PARTS))
    except LabError as error:
        print(f"lab: {error}\n  hint: {error.hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("lab: interrupted; the same command goes on where it was", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 tests/lab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in {
        "up": f"bring parts up (default: {' '.join(BY_DEFAULT)})",
        "down": "stop what the lab started (default: every part)",
        "status": "what runs; exit 1 when a part is down",
        "env": "print export lines for a shell",
    }.items():
        command = commands.add_parser(name, help=text)
        command.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; {_CHOICE}")
        if name == "down":
            command.add_argument("--purge", action="store_true", help="also remove images, caches and state")
        if name == "status":
            command.add_argument("--json", action="store_true", help="for programs")
    return parser


def _up(words: Sequence[str]) -> None:
    require_root()
    parts = _parts(words)
    needed = {need for part in parts.values() for need in part.NEEDS} - set(parts)
    with _only_one():
        for part in _in_order({**parts, **{need: PARTS[need] for need in needed}}):
            part.up()


def _down(words: Sequence[str], *, purge: bool) -> None:
    require_root()
    parts = list(reversed(_in_order(_parts(words))))
    with _only_one():
        for part in parts:
            part.down()
        for part in parts if purge else ():
            part.purge()
    if purge and len(parts) == len(PARTS):
        shutil.rmtree(HOME)
    say("down")


def _status(words: Sequence[str], *, as_json: bool) -> int:
    found = {name: part.status() for name, part in _parts(words).items()}
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        for name, facts in found.items():
            print(f"{name:9} {'  '.join(f'{key}={value}' for key, value in facts.items())}")
    return 0 if all(facts["state"] == "up" for facts in found.values()) else 1


def _env(words: Sequence[str]) -> None:
    for part in _parts(words).values():
        for key, value in part.environment().items():
            print(f"export {key}={shlex.quote(value)}")


def _parts(words: Sequence[str]) -> dict[str, Part]:
    """The parts that the words of the command line name; `bases:go,java` is the bases with these families only."""
    families: list[str] = []
    parts: dict[str, Part] = {}
    for word in words:
        name, _, choice = word.partition(":")
        if name not in PARTS or (choice and name != "bases"):
            raise LabError(f"the lab has no part {word!r}", hint=f"it has {', '.join(PARTS)}; {_CHOICE}")
        parts[name] = PARTS[name]
        if name == "bases":
            families += choice.split(",") if choice else base_table.BY_DEFAULT
            parts[name] = Bases(families)
    return parts


def _in_order(parts: Mapping[str, Part]) -> list[Part]:
    return [parts[name] for name in PARTS if name in parts]


@contextmanager
def _only_one() -> Iterator[None]:
    """Hold the lab's lock: a second command waits for the first."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another lab command is running: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
