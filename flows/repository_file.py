"""What a repository's own containerkit.toml may say.

Whoever can write a repository knows best what the application is. They must not choose what we import, whom we trust,
where we push, or what we let pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from flows.sections import ScanSettings, Sections
from flows.toml_layers import line_of
from tasks.errors import Invalid
from tasks.models import SEVERITIES

FILE_NAME = "containerkit.toml"
ORGANISATION_FILE = Path("/etc/containerkit/config.toml")
FOLDER_SECTIONS = ("app", "components", "steps", "scan", "recovery")
"""Of a folder on this machine."""
CLONE_SECTIONS = ("app", "components")
"""Of what was fetched from a URL, ..."""
_NOT_IN_A_CLONE = ("image", "pull_image", "published_port")
"""... without where it goes."""
_GATE = ("fail_on", "fail_on_secrets", "unknown")


def allowed(
    file: Path, content: dict[str, Any], below: Mapping[str, Any], origin: Literal["folder", "clone"]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What counts of the file, and a warning for each part that does not. Raises Invalid for what is never allowed."""
    _refuse_foreign_sections(file, content)
    _refuse_implementations(file, content)
    _refuse_a_weaker_gate(file, content, below)
    return (content, ()) if origin == "folder" else _of_a_clone(file, content)


def _refuse_foreign_sections(file: Path, content: Mapping[str, Any]) -> None:
    for section in content:
        if section in Sections.model_fields and section not in FOLDER_SECTIONS:
            raise Invalid(
                f"{file}:{line_of(file, [section])}: {section}: a repository may not set this",
                hint=f"set it in {ORGANISATION_FILE} or by a variable that begins with CONTAINERKIT_",
            )


def _refuse_implementations(file: Path, content: Mapping[str, Any]) -> None:
    for name, section in (content.get("steps") or {}).items():
        if "implementation" in section:
            raise Invalid(
                f"{file}:{line_of(file, ['steps', name, 'implementation'])}: steps.{name}.implementation: "
                "a repository may not choose what is imported",
                hint=f"set it in {ORGANISATION_FILE} or in CONTAINERKIT_STEPS__{name.upper()}__IMPLEMENTATION",
            )


def _refuse_a_weaker_gate(file: Path, content: Mapping[str, Any], below: Mapping[str, Any]) -> None:
    """Severities are ordered, the lowest first: a gate that stops at a lower one is the stricter one."""
    asked, usual = content.get("scan") or {}, ScanSettings.model_validate(below.get("scan") or {})
    order = [*SEVERITIES, "never"]
    weaker = {
        "fail_on": "fail_on" in asked and order.index(asked["fail_on"]) > order.index(usual.fail_on),
        "fail_on_secrets": usual.fail_on_secrets and asked.get("fail_on_secrets") is False,
        "unknown": usual.unknown == "block" and asked.get("unknown") == "warn",
    }
    for key in asked:
        if key not in _GATE or weaker[key]:
            raise Invalid(
                f"{file}:{line_of(file, ['scan', key])}: scan.{key}: a repository may only make the gate stricter",
                hint=f"set it in {ORGANISATION_FILE}, in CONTAINERKIT_SCAN__{key.upper()}, or by --fail-on",
            )


def _of_a_clone(file: Path, content: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    kept = {name: content[name] for name in content if name in CLONE_SECTIONS}
    ignored = [[name] for name in content if name not in CLONE_SECTIONS]
    app = kept.get("app") or {}
    ignored += [["app", key] for key in app if key in _NOT_IN_A_CLONE]
    if app:
        kept["app"] = {key: value for key, value in app.items() if key not in _NOT_IN_A_CLONE}
    warnings = tuple(
        f"{FILE_NAME}:{line_of(file, keys)}: {'.'.join(keys)} does not count in what is fetched from a URL"
        for keys in ignored
    )
    return kept, warnings
