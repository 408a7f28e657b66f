"""A conda environment as far as pip can make it: what it asks for, in pip's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from tasks.detection import shape
from tasks.detection.yaml_text import parse_yaml
from tasks.knowledge import load
from tasks.models import Model

_PACKAGE: Final = re.compile(
    r"(?:[\w./-]+::)?(?P<name>[A-Za-z0-9_][A-Za-z0-9._-]*)(?P<extras>\[[\w., -]+\])?\s*(?P<range>[<>=!~].*)?"
)
_EXACT: Final = re.compile(r"=\s*(?P<version>\d[\w.]*)(?P<build>=\S*)?(?P<any>\.?\*)?")


class _Conda(Model):
    provided: frozenset[str]
    absent: tuple[str, ...]
    renamed: dict[str, str]
    example: str


@dataclass(frozen=True, slots=True)
class CondaEnvironment:
    """What an environment file asks for."""

    requirements: tuple[str, ...]
    """As pip reads them."""
    absent: tuple[str, ...]
    """What pip does not have."""


def read_environment(content: str, file: str) -> CondaEnvironment:
    """The environment in the file. Raises Invalid when it is no YAML."""
    listed = shape.table(parse_yaml(content, file)).get("dependencies")
    found: list[str] = []
    absent: list[str] = []
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict):
            found += (one.strip() for one in shape.texts(each.get("pip")) if not one.startswith("-"))
            continue
        match = _PACKAGE.fullmatch((shape.text(each) or "").strip())
        if match is None or match["name"].lower() in _table().provided:
            continue
        if _is_absent(match["name"].lower()):
            absent.append(match["name"])
        else:
            name = _table().renamed.get(match["name"].lower(), match["name"])
            found.append(f"{name}{match['extras'] or ''}{_range(match['range'] or '')}")
    return CondaEnvironment(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(absent)))


def _range(written: str) -> str:
    """A version as pip writes it: `=1.26` is any 1.26, `=1.26.4=py312_0` that one."""
    match = _EXACT.fullmatch(written.strip())
    if match is None:
        return written.partition(" ")[0].strip() if written[:1] != "=" or written[:2] == "==" else ""
    return f"=={match['version']}" if match["build"] else f"=={match['version']}.*"


def _is_absent(name: str) -> bool:
    return any(name.startswith(each[:-1]) if each.endswith("*") else name == each for each in _table().absent)


@cache
def _table() -> _Conda:
    return _Conda.model_validate(load("conda"))
