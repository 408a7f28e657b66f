"""What analysis found, for programs (JSON, a published shape) and for people (Markdown)."""

from __future__ import annotations

import json

from tasks.models import AppProfile, Component, Evidence

_FIELDS = [
    "path",
    "name",
    "kind",
    "language",
    "language_version",
    "framework",
    "package_manager",
    "port",
    "start_command",
    "build_command",
    "health_path",
]


def render_json(profile: AppProfile) -> str:
    """The published JSON object: the same profile gives the same text."""
    document = {
        "verdict": profile.verdict,
        "message": profile.message,
        "components": [_component(each) for each in profile.components],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _component(component: Component) -> dict[str, object]:
    return {
        **{field: getattr(component, field) for field in _FIELDS},
        "backing_services": list(component.backing_services),
        "env": [{"name": each.name, "default": each.default, "required": each.required} for each in component.env],
        "evidence": _grouped(component.evidence),
    }


def _grouped(evidence: tuple[Evidence, ...]) -> dict[str, list[dict[str, object]]]:
    grouped: dict[str, list[dict[str, object]]] = {}
    for each in evidence:
        grouped.setdefault(each.field, []).append(
            {
                "value": each.value,
                "file": each.file,
                "line": each.line,
                "rule": each.rule,
                "confidence": each.confidence,
            }
        )
    return grouped


def render_markdown(profile: AppProfile) -> str:
    """The same for a person: each field, its value, and what speaks for it."""
    lines = [f"**{profile.verdict}**: {_cell(profile.message)}"]
    for component in profile.components:
        lines += ["", f"## {component.name} (`{component.path}`)", "", "| field | value | evidence |", "|---|---|---|"]
        for field in (*_FIELDS[2:], "backing_services"):
            value = getattr(component, field)
            shown = ", ".join(value) if isinstance(value, tuple) else "–" if value is None else str(value)
            spoken = [each for each in component.evidence if each.field == field][:3]
            lines.append(
                f"| {field} | {_cell(shown) or '–'} | {'<br>'.join(_reason(each) for each in spoken) or '–'} |"
            )
        if component.env:
            lines += ["", "| variable | default | required |", "|---|---|---|"]
            lines += [
                f"| {each.name} | {_cell(each.default or '–')} | {'yes' if each.required else 'no'} |"
                for each in component.env
            ]
    return "\n".join(lines) + "\n"


def _reason(evidence: Evidence) -> str:
    place = evidence.file if evidence.line is None else f"{evidence.file}:{evidence.line}"
    return f"{_cell(evidence.value)} ← {_cell(place)}, {evidence.rule}, {evidence.confidence:.2f}"


def _cell(text: str) -> str:
    """Text that cannot leave its cell of a Markdown table, nor become a link or HTML."""
    for character in "\\|`<>[]*_":
        text = text.replace(character, f"\\{character}" if character != "<" else "&lt;")
    return text
