"""From Trivy's answer to a state for each category: what could not be looked up is unknown, never clean."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from adapters.trivy.database import DatabaseState
from adapters.trivy.document import Document
from tasks.models import CategoryResult, CategoryState

_ECOSYSTEMS_NAMED = 8
_NO_DISTRIBUTION = "none"
_UNLISTED_RELEASE = "This OS version is not on the EOL list"


@dataclass(frozen=True)
class ImageAnswer:
    """What a scan of the image gave."""

    document: Document
    log: str
    database: DatabaseState
    java_left_out: str = ""
    """Why Java archives were not looked at."""


def vulnerabilities(answer: ImageAnswer, *, oldest_days: float, now: dt.datetime) -> CategoryResult:
    """The state of vulnerabilities; the reason names the ecosystems without data and the age of the database."""
    found = any(result.vulnerabilities for result in answer.document.results)
    if answer.database.updated is None:
        ecosystems = _named(answer.document.ecosystems()) or "nothing that the scanner recognised"
        why = answer.database.reason or "it was never downloaded"
        return _state("unknown", f"no vulnerability database ({why}); no data for {ecosystems}")
    age = answer.database.age_days(now)
    gaps = _gaps(answer)
    if age > oldest_days:
        gaps.append(f"the database is {age:.0f} days old" + _because(answer.database.reason))
    dated = f"database of {answer.database.date}"
    if found:
        return _state("findings", "; ".join([dated, *gaps]))
    return _state("unknown" if gaps else "clean", "; ".join([*gaps, dated]))


def secrets(image: Document) -> CategoryResult:
    """The state of secrets in the image's files and configuration."""
    found = any(result.secrets for result in image.results)
    return CategoryResult(category="secrets", state="findings" if found else "clean")


def misconfiguration(dockerfile: Document) -> CategoryResult:
    """The state of the Dockerfile; unknown when it could not be read as one."""
    results = [result for result in dockerfile.results if result.type == "dockerfile"]
    if not results:
        return CategoryResult(
            category="misconfiguration", state="unknown", reason="the Dockerfile could not be read by the scanner"
        )
    failed = any(item.status == "FAIL" for result in results for item in result.misconfigurations)
    return CategoryResult(category="misconfiguration", state="findings" if failed else "clean")


def _gaps(answer: ImageAnswer) -> list[str]:
    system = answer.document.metadata.system
    gaps = []
    if system.family in {"", _NO_DISTRIBUTION}:
        gaps.append("no Linux distribution was recognised, so system packages were not looked up")
    elif system.ended:
        gaps.append(f"{system} gets no security updates any more, so there is no data for its packages")
    elif _UNLISTED_RELEASE in answer.log:
        gaps.append(f"there is no data for {system}")
    if answer.java_left_out:
        gaps.append(f"there is no data for java: {answer.java_left_out}")
    return gaps


def _state(state: CategoryState, reason: str) -> CategoryResult:
    return CategoryResult(category="vulnerabilities", state=state, reason=reason)


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""


def _named(ecosystems: tuple[str, ...]) -> str:
    more = len(ecosystems) - _ECOSYSTEMS_NAMED
    return ", ".join([*ecosystems[:_ECOSYSTEMS_NAMED], *([f"{more} more"] if more > 0 else [])])
