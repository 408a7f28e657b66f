"""A containerkit.toml made from what was found: every line a comment with its evidence, to be uncommented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import harmless
from tasks.detection.explain import explain
from tasks.detection.pins import FIELDS
from tasks.models import AppProfile, Component

_HEAD: Final = """\
# What you know better than detection. Take the # away from a line to pin it; `containerkit explain` says why a field
# has its value. Every key is in the README under "The override file".
"""
_SAID: Final = (
    *("name", "kind", "language_version", "framework", "package_manager", "port", "start", "build", "health"),
    *("static_folder", "backing_services"),
)
_INVITED: Final = """\

# What else can be said:
# build_packages = ["libpq-dev"]
# runtime_packages = ["libpq5"]
# required_variables = ["DATABASE_URL"]

# [{table}.environment]
{environment}
# [{table}.resources]
# cpu = "1"
# memory = "512Mi"
"""


def override_file(profile: AppProfile) -> str:
    """The file's text. It pins nothing as it is, and what was found once the first lines of a table are uncommented."""
    if len(profile.components) == 1:
        return f"{_HEAD}\n[app]\n{_table(profile.components[0], 'app')}"
    names = ", ".join(each.name for each in profile.components)
    tables = [f"\n[components.{each.name}]\n{_table(each, f'components.{each.name}')}" for each in profile.components]
    return f'{_HEAD}\n[app]\n# component = ""  # which one a run takes: {names}\n{"".join(tables)}'


def _table(component: Component, table: str) -> str:
    lines = "".join(f"# {line}\n" for line in _lines(component))
    defaults = [each for each in component.env if each.default is not None and each.name != "PORT"]
    environment = "".join(f"# {each.name} = {_quoted(each.default or '')}\n" for each in defaults)
    return lines + _INVITED.format(table=table, environment=environment)


def _lines(component: Component) -> Iterator[str]:
    for key in _SAID:
        field = FIELDS[key]
        value = getattr(component, field)
        if value in {None, ()}:
            continue
        reasons = explain(component, field).reasons
        said = next((each.evidence for each in reasons if each.role == "chosen"), None)
        place = f"{said.file}{f':{said.line}' if said.line else ''}, {said.rule}" if said else ""
        yield f"{key} = {_quoted(value)}{f'  # {harmless(place)}' if place else ''}"


def _quoted(value: object) -> str:
    """As TOML writes it: JSON's texts, numbers and lists are TOML's, too."""
    text = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
    return text.replace("\x7f", "\\u007f")
