"""How a failure is told: one page for a person, one object for a program."""

from __future__ import annotations

import json

from tasks.models import Advice, AppliedAmendment, Failure
from tasks.recovery.gates import Decision

_LINES_SHOWN = 30
_FENCE = "````"


def render_json(advice: Advice) -> str:
    """What `containerkit diagnose --json` prints."""
    shown = {
        "class": advice.error_class,
        "cause": advice.cause,
        "verdict": advice.verdict,
        "hint": advice.hint,
        "amendment": advice.amendment.model_dump(mode="json") if advice.amendment else None,
        "confidence": advice.confidence,
        "evidence_lines": list(advice.evidence_lines),
    }
    return json.dumps(shown, indent=2, ensure_ascii=False)


def render_report(
    failure: Failure,
    advice: Advice,
    *,
    tried: tuple[AppliedAmendment, ...] = (),
    decision: Decision | None = None,
    hint: str = "",
) -> str:
    """Markdown: what failed, what was tried, what to type next. `hint` is the error's own, when it has one."""
    lines = [f"# {failure.step} failed", "", _inline(failure.message), ""]
    lines += _facts(failure)
    lines += ["## What it means", "", _meaning(advice), ""]
    lines += _fenced(advice.evidence_lines)
    lines += ["## What was tried", ""]
    lines += [f"- {applied.step}: {describe(applied)} (because of {applied.cause})" for applied in tried] or [
        "Nothing: no repair is known that may be made without a person."
    ]
    if decision is not None and not decision.allowed:
        lines += ["", f"Not done: {decision.reason} ({decision.risk})."]
    lines += ["", "## What to do next", "", *[f"- {text}" for text in dict.fromkeys((advice.hint, hint)) if text], ""]
    if failure.log_tail:
        lines += ["## The end of the log", "", *_fenced(tuple(failure.log_tail.splitlines()[-_LINES_SHOWN:]))]
    return "\n".join(lines).rstrip() + "\n"


def describe(applied: AppliedAmendment) -> str:
    """The amendment in one line."""
    values = applied.amendment.model_dump(exclude={"type"})
    shown = ", ".join(
        f"{name.replace('_', ' ')} {' '.join(value) if isinstance(value, tuple) else value}"
        for name, value in values.items()
    )
    return f"{applied.amendment.type.replace('_', ' ')}: {shown}"


def _facts(failure: Failure) -> list[str]:
    known = {
        "Command": failure.command,
        "Exit code": failure.exit_code,
        "State": failure.container_state,
        "Port": failure.port,
        "User": failure.user,
        "Architecture": failure.architecture,
        "Out of memory": "yes" if failure.oom_killed else None,
    }
    rows = [f"- {name}: {_inline(str(value))}" for name, value in known.items() if value is not None]
    rows += [f"- Attempt {number}: {_inline(text)}" for number, text in enumerate(failure.earlier, start=1)]
    return [*rows, ""] if rows else []


def _meaning(advice: Advice) -> str:
    if advice.error_class == "unknown":
        return "Nobody knows this failure yet."
    return f"`{advice.cause}` ({advice.error_class}), {round(advice.confidence * 100)} % sure, {advice.verdict}."


def _fenced(lines: tuple[str, ...]) -> list[str]:
    """Text of others, which must not end its fence."""
    return [_FENCE, *(line.replace(_FENCE, "'" * len(_FENCE)) for line in lines), _FENCE, ""] if lines else []


def _inline(text: str) -> str:
    """Text of others on one line, which must not become markup."""
    return " ".join(text.split()).replace("<", "&lt;").replace("`", "'").replace("![", "! [")[:500]
