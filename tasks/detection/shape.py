"""Foreign data comes in as anything; these narrow it, and give what is empty when it has another shape."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping

from tasks.errors import Invalid

_JSON_COMMENT = re.compile(r'("(?:\\.|[^"\\])*"?)|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_TRAILING_COMMA = re.compile(r'("(?:\\.|[^"\\])*"?)|,(\s*[}\]])')
_TOML_LINE = re.compile(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")


def table(value: object) -> Mapping[str, object]:
    """`value` when it is a table, else an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str | None:
    """`value` when it is a text of one printable line, else None."""
    return value if isinstance(value, str) and value.strip() and value.isprintable() else None


def texts(value: object) -> tuple[str, ...]:
    """The printable texts of a list."""
    return tuple(each for each in value if text(each)) if isinstance(value, list) else ()


def parse_json(content: str, file: str) -> Mapping[str, object]:
    """The object in a JSON file. Raises Invalid with the file and line when it is not JSON or not an object."""
    try:
        parsed = json.loads(content)
    except json.JSONDecodeError as error:
        raise unreadable(file, error.lineno, f"{error.msg} (column {error.colno})") from error
    except RecursionError as error:
        raise unreadable(file, 1, "it is nested too deeply") from error
    if not isinstance(parsed, dict):
        raise unreadable(file, 1, "it must hold one JSON object")
    return parsed


def loose_json(content: str) -> Mapping[str, object]:
    """The object in a JSON file that may hold comments and trailing commas; empty when it is none."""
    bare = _JSON_COMMENT.sub(lambda match: match[1] or "", content)
    try:
        parsed = json.loads(_TRAILING_COMMA.sub(lambda match: match[1] or match[2], bare))
    except (json.JSONDecodeError, RecursionError):
        return {}
    return table(parsed)


def parse_toml(content: str, file: str) -> Mapping[str, object]:
    """The table in a TOML file. Raises Invalid with the file and line when it is not TOML."""
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_LINE.search(str(error))
        line = int(place[1]) if place and place[1] else content.count("\n") + 1
        raise unreadable(file, line, _TOML_LINE.sub("", str(error)).strip()) from error
    except RecursionError as error:
        raise unreadable(file, 1, "it is nested too deeply") from error


def unreadable_file(error: Invalid) -> str | None:
    """The project file that an error of `unreadable` is about."""
    said = re.match(r"(.+?), line \d+: ", error.message) if error.reason == "unreadable" else None
    return said[1] if said else None


def unreadable(file: str, line: int, what: str) -> Invalid:
    """The error for a project file that nobody could use."""
    return Invalid(
        f"{file}, line {line}: {what}", hint=f"correct {file} and run the same command again", reason="unreadable"
    )
