"""Whether the server is recent enough, and whether its clock and ours agree."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from adapters.kubernetes.preflight.asking import Absent, Questions, Refused
from adapters.kubernetes.preflight.documents import Version
from tasks.models import Check

_LEAST_MINOR = 30
"""Pods that are ended sleep a moment before they are (preStop sleep): known to every server since 1.30."""
_KNOWN_MINOR = 37
"""What the client library was made for."""
_SKEW_SAID_S, _SKEW_REFUSED_S = 10, 300
_HEADER_S = 2
"""The header has whole seconds."""


class Verdict(NamedTuple):
    """A check, and what is worth a warning although it passed."""

    check: Check
    warnings: tuple[str, ...] = ()


def clock(questions: Questions) -> Verdict:
    """Ours against the Date header of the server's first answer."""
    try:
        theirs = parsedate_to_datetime(questions.server_date).astimezone(UTC)
    except ValueError:
        return Verdict(Check(name="clock", passed=True, detail="unknown: the server does not tell its time"))
    skew_s = (questions.first_seen - theirs).total_seconds()
    apart_s = abs(skew_s)
    if apart_s <= _HEADER_S:
        return Verdict(Check(name="clock", passed=True, detail="the same time as the server's"))
    detail = f"this machine's clock is {_span(apart_s)} {'ahead of' if skew_s > 0 else 'behind'} the server's"
    check = Check(
        name="clock",
        passed=apart_s < _SKEW_REFUSED_S,
        detail=detail,
        hint="set the clock (`timedatectl set-ntp true`): certificates, tokens and locks are judged by it",
    )
    return Verdict(check, (detail,) if check.passed and apart_s >= _SKEW_SAID_S else ())


def version(seen: Version | Refused | Absent) -> Verdict:
    """Old ones refuse what our manifests say; newer ones than the client knows may have removed it."""
    minor = None if isinstance(seen, (Refused, Absent)) else _minor(seen)
    if minor is None:
        return Verdict(Check(name="version", passed=True, detail="unknown: the server does not tell its version"))
    if minor < _LEAST_MINOR:
        return Verdict(
            Check(
                name="version",
                passed=False,
                detail=f"the server is {described(seen)}; our manifests need 1.{_LEAST_MINOR} or newer",
                hint="use a newer cluster: pods of older ones cannot sleep before they end",
            )
        )
    newer = f"the server is {described(seen)}; containerkit was made for 1.{_LEAST_MINOR} to 1.{_KNOWN_MINOR}"
    warnings = (newer,) if minor > _KNOWN_MINOR else ()
    return Verdict(Check(name="version", passed=True, detail=warnings[0] if warnings else described(seen)), warnings)


def described(seen: Version | Refused | Absent) -> str:
    """As the server writes it."""
    return "unknown" if isinstance(seen, (Refused, Absent)) or not seen.git_version else seen.git_version


def _minor(seen: Version) -> int | None:
    """Providers write 33+ for theirs."""
    found = re.match(r"\d+", seen.minor)
    return int(found.group()) if found and seen.major == "1" else None


def _span(seconds: float) -> str:
    if seconds < 2 * 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 2 * 3600 else f"{seconds / 3600:.0f} hours"
