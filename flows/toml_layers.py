"""TOML files in layers: each read for itself, so that a message can name file and line, and laid over each other."""

from __future__ import annotations

import json
import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from tasks.errors import Invalid

_MAX_BYTES = 256 * 1024
_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def read(file: Path, *, inside: Path | None = None) -> dict[str, Any]:
    """What the file holds; nothing when there is none. Raises Invalid for what is no TOML or cannot be read.

    With `inside`, a link that leads out of that folder is refused.
    """
    try:
        if not file.exists():
            return {}
        if not file.is_file() or (inside and not file.resolve().is_relative_to(inside.resolve())):
            raise Invalid(f"{file} is no plain file of this folder", hint=f"put a file in place of {file}")
        if file.stat().st_size > _MAX_BYTES:
            raise Invalid(f"{file} is larger than {_MAX_BYTES // 1024} KiB", hint=f"shorten {file}")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}", hint=f"look at the rights of {file}") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{file}:1: {file} is no TOML: it is not UTF-8", hint=f"save {file} as UTF-8") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _AT_LINE.search(str(error))
        line = place[1] if place and place[1] else text.count("\n") + 1
        message = f"{file}:{line}: {file} is no TOML: {_AT_LINE.sub('', str(error))} in line {line}"
        raise Invalid(message, hint=f"correct {file}") from error
    except RecursionError as error:
        raise Invalid(f"{file} is nested too deeply", hint=f"correct {file}") from error


def validate(file: Path, content: dict[str, Any], sections: type[BaseModel]) -> dict[str, Any]:
    """The same content. Raises Invalid with file and line for an unknown key, and for a value of another type."""
    try:
        sections.model_validate_json(json.dumps(content, default=str), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        location = [str(part) for part in first["loc"]]
        meant = _meant(location, sections) if first["type"] == "extra_forbidden" else ""
        message = f"{file}:{line_of(file, location)}: {'.'.join(location)}: {meant or first['msg']}"
        raise Invalid(message, hint=f"correct {file}") from error
    return content


def line_of(file: Path, location: list[str]) -> int:
    """The line on which the deepest part of the location that the file names stands; 1 when none does."""
    section, found = "", 1
    wanted = ".".join(location[:-1])
    for number, text in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", text):
            section = header.group(1).replace('"', "").replace("'", "").replace(" ", "")
            if section == ".".join(location):
                return number
            if section == wanted or f"{wanted}.".startswith(f"{section}."):
                found = number
        elif (key := re.match(r"\s*[\"']?([\w.-]+)[\"']?\s*=", text)) and section == wanted and key[1] == location[-1]:
            return number
        elif key and ".".join(location).startswith(f"{section}.{key[1]}."):
            found = number
    return found


def merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Both, section by section; what lies above wins."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        merged[key] = merge(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged


def _meant(location: list[str], sections: type[BaseModel]) -> str:
    """What an unknown key may have meant, and what there is."""
    known = sorted(_keys(sections, location[:-1]))
    close = get_close_matches(location[-1], known, 1)
    return f"there is no such key{f'; did you mean {close[0]}?' if close else ''} (known: {', '.join(known)})"


def _keys(sections: type[BaseModel], location: list[str]) -> list[str]:
    """The keys of the table at `location`; names of tables and numbers in a list have none of their own."""
    table = sections
    for part in location:
        if part in table.model_fields:
            annotation = table.model_fields[part].annotation
            models = (each for each in (annotation, *get_args(annotation)) if isinstance(each, type))
            table = next((each for each in models if issubclass(each, BaseModel)), table)
    return list(table.model_fields)
