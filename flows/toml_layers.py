"""TOML files in layers: each read for itself, so that a message can name file and line, and laid over each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from tasks.errors import Invalid


def read(file: Path) -> dict[str, Any]:
    """What the file holds; nothing when there is none. Raises Invalid for what is no TOML or cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} is no TOML: {error}", hint=f"correct {file}") from error
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}", hint=f"look at the rights of {file}") from error


def line_of(file: Path, location: list[str]) -> int:
    """The line on which the deepest part of the location that the file names stands; 1 when none does."""
    section, found = "", 1
    wanted = ".".join(location[:-1])
    for number, text in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if header := re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", text):
            section = header.group(1).replace('"', "").replace(" ", "")
            if section in {wanted, ".".join(location)}:
                found = number
        elif (key := re.match(r"\s*[\"']?([\w.-]+)[\"']?\s*=", text)) and section == wanted and key[1] == location[-1]:
            return number
    return found


def merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Both, section by section; what lies above wins."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        merged[key] = merge(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged
