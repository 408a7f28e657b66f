"""A start command as an image wants it: in exec form, the application itself as process 1."""

from __future__ import annotations

import re
import shlex
from functools import lru_cache

from tasks.errors import Invalid

_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_RESERVED = frozenset(
    ["if", "then", "fi", "for", "while", "until", "do", "done", "case", "esac", "{", "}", "!", "[", "[[", "function"]
)
_BUILTINS = frozenset(
    ["cd", "export", "source", ".", "exec", "set", "ulimit", "umask", "trap", "eval", "unset", "wait"]
)
_ANYWHERE = frozenset("|&;<>()$`*?[\n")
_AT_WORD_START = frozenset("~#")


@lru_cache(maxsize=256)
def exec_words(command: str) -> tuple[str, ...]:
    """The words of the command; through `sh -c` only when it needs a shell. Raises Invalid for an open quote."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise Invalid(f"the start command {command!r} cannot be read: {error}", hint="close the quote") from error
    if not words or not words[0].strip():
        raise Invalid("the start command is empty", hint="name one with --start COMMAND")
    if needs_shell(command):
        return ("sh", "-c", _with_exec(command.strip()))
    if words[0] == "cross-env" and len(words) > 1:
        words = words[1:]
    return ("env", *words) if _ASSIGNMENT.match(words[0]) else tuple(words)


@lru_cache(maxsize=256)
def program(command: str) -> str:
    """The name of the program that the command starts, behind assignments and `exec`; empty when a shell decides."""
    try:
        words = shlex.split(command)
    except ValueError:
        return ""
    while words and (_ASSIGNMENT.match(words[0]) or words[0] in {"exec", "env", "cross-env"}):
        words = words[1:]
    return words[0].rpartition("/")[2] if words else ""


def needs_shell(command: str) -> bool:
    """Whether a word outside of quotes means something to a shell."""
    first = next(iter(command.split(maxsplit=1)), "")
    return first in _RESERVED | _BUILTINS or any(special for _, special in _scan(command))


def _scan(command: str) -> list[tuple[int, str]]:
    """Characters that a shell would act upon, with their positions."""
    found: list[tuple[int, str]] = []
    quote = before = ""
    escaped = False
    for index, char in enumerate(command):
        if escaped:
            escaped = False
        elif char == "\\" and quote != "'":
            escaped = True
        elif quote:
            if char == quote:
                quote = ""
            elif quote == '"' and char in "$`":
                found.append((index, char))
        elif char in "'\"":
            quote = char
        elif char in _ANYWHERE or (char in _AT_WORD_START and (not before or before.isspace())):
            found.append((index, char))
        before = char
    return found


def _with_exec(command: str) -> str:
    """The last program of the list replaces the shell, so that it gets the signals; unchanged where none is last."""
    specials = _scan(command)
    text = "".join(char for _, char in specials)
    lists = text.replace("&&", "").replace(">&", "")
    if not _RESERVED.isdisjoint(command.split()) or any(char in lists for char in "|&(`\n#"):
        return command
    ends = [index + 1 for index, char in specials if char in "&;" and not _redirects(command, index)]
    start = max(ends, default=0)
    head, last = command[:start], command[start:].strip()
    name = last.split(maxsplit=1)[0] if last else ""
    if not name or name in _RESERVED | _BUILTINS:
        return command
    executed = f"exec env {last}" if _ASSIGNMENT.match(name) else f"exec {last}"
    return f"{head} {executed}" if head else executed


def _redirects(command: str, index: int) -> bool:
    """Whether the & belongs to a redirection such as 2>&1."""
    return command[index] == "&" and (command[index - 1 : index] == ">" or command[index + 1 : index + 2] == ">")
