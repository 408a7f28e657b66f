"""A version or a range, as projects write them, to a release that an image exists for. Reads a table, never a clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from tasks.detection.evidence import harmless
from tasks.knowledge import load
from tasks.models import Model

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_MAX_RANGE: Final = 200
_PLAIN: Final = re.compile(r"v?(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,6}))?(?:[-+.]?[0-9A-Za-z.]{0,20})?")
_COMPARATOR: Final = re.compile(r"(>=|<=|>|<|=|\^|~>|~)?\s*v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?[-+.\w]*")


class LanguageRelease(Model):
    """One release line of a language."""

    version: str
    end_of_life: date
    supported: bool
    preferred: bool = False
    codename: str | None = None


class Language(Model):
    """A row of languages.toml."""

    title: str
    markers: tuple[str, ...]
    extensions: tuple[str, ...]
    images: tuple[str, ...] = ()
    """Official images, by the end of their name."""
    tool_images: tuple[str, ...] = ()
    """Those of them whose tags begin with the release of a tool, not of the language."""
    runs_on: str | None = None
    """The language whose images run what is compiled of this one."""
    programs: tuple[str, ...] = ()
    """Commands that start programs of this language and of no other."""
    versions: Literal["pep440", "semver", "pessimistic"] | None = None
    """How ranges are written. pessimistic: ~ and ~> let the last number that is written grow, as Ruby has it."""
    example: str
    releases: tuple[LanguageRelease, ...] = ()


class _Languages(Model):
    reviewed: date
    language: dict[str, Language]


@cache
def languages() -> dict[str, Language]:
    """All rows of languages.toml, by name."""
    return _Languages.model_validate(load("languages")).language


def resolve(language: str, wanted: str) -> str | None:
    """The release that satisfies what a project asks for: preferred before supported before any, newest first.

    None when it asks for nothing that can be read, or for something that does not exist.
    """
    row = languages()[language]
    asked = wanted.strip()[:_MAX_RANGE]
    if not asked:
        return None
    accepts = _pep440(asked) if row.versions == "pep440" else _semver(asked, row)
    if accepts is None:
        return None
    fitting = [release for release in row.releases if accepts(release.version)]
    ranked = sorted(fitting, key=lambda each: (not each.preferred, not each.supported))
    return ranked[0].version if ranked else None


def is_supported(language: str, version: str) -> bool:
    """Whether the release still gets security fixes; True for one that the table does not hold."""
    return next((each.supported for each in languages()[language].releases if each.version == version), True)


def unknown_release(language: str, wanted: str, file: str, line: int | None) -> str:
    """The sentence about a version that was asked for in vain."""
    place = file if line is None else f"{file}, line {line}"
    return f"{place}: no known release of {languages()[language].title} is {harmless(wanted)[:40]!r}"


def _pep440(asked: str) -> Callable[[str], bool] | None:
    cleaned = re.sub(r"^(python|cpython)[-=@ ]?", "", asked)
    plain = _PLAIN.fullmatch(cleaned)
    if plain:
        wanted = plain[1] if plain[2] is None else f"{plain[1]}.{plain[2]}"
        return lambda version: version == wanted or version.startswith(f"{wanted}.")
    alternatives = [_specifiers(part) for part in re.split(r"\|\|?", cleaned)]
    if None in alternatives:
        return None
    return lambda version: any(_admits(each, version) for each in alternatives if each is not None)


def _specifiers(part: str) -> SpecifierSet | None:
    """PEP 440 specifiers; Poetry's ^ and ~ and a bare 3.11.* are written out first."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - only ranges need it

    written = []
    for piece in re.split(r"\s*,\s*|\s+(?=[<>=!~^])", part.strip()):
        caret = re.fullmatch(r"\^\s*(\d+)((?:\.\d+)*)", piece)
        tilde = re.fullmatch(r"~\s*(\d+)(?:\.(\d+))?((?:\.\d+)*)", piece)
        if caret:
            written.append(f">={caret[1]}{caret[2]},<{int(caret[1]) + 1}")
        elif tilde:
            upper = f"{tilde[1]}.{int(tilde[2]) + 1}" if tilde[2] else f"{int(tilde[1]) + 1}"
            written.append(f">={piece[1:].strip()},<{upper}")
        elif re.fullmatch(r"\d+(\.(\d+|\*))*", piece):
            written.append(f"=={piece}")
        elif piece not in {"", "*"}:
            written.append(piece)
    try:
        return SpecifierSet(",".join(written))
    except InvalidSpecifier:
        return None


def _admits(specifiers: SpecifierSet, version: str) -> bool:
    """Whether some patch release of the line satisfies: 3.11 does for >=3.11.4."""
    return any(specifiers.contains(f"{version}{patch}", prereleases=True) for patch in ("", ".0", ".5", ".10", ".99"))


def _semver(asked: str, row: Language) -> Callable[[str], bool] | None:
    if asked in {"node", "latest", "stable", "current", "*", "x"}:
        return lambda _: True
    if asked.lower() in {"lts", "lts/*", "lts/-1", "lts/latest"}:
        return lambda version: any(each.version == version and each.preferred for each in row.releases)
    codename = asked.lower().removeprefix("lts/").removeprefix("lts-")
    named = next((release.version for release in row.releases if release.codename == codename), None)
    if named:
        return lambda version: version == named
    alternatives = [_bounds(part.strip(), row) for part in re.split(r"\|\|?", asked)]
    if None in alternatives:
        return None
    return lambda version: any(_overlaps(each, version) for each in alternatives if each is not None)


_Bound = tuple[tuple[int, int, int], tuple[int, int, int]]
_HIGHEST: Final = (10**6, 0, 0)


def _bounds(part: str, row: Language) -> _Bound | None:
    """The lowest version and the first one above that the alternative admits."""
    hyphen = re.fullmatch(r"(\S+)\s+-\s+(\S+)", part)
    pieces = [f">={hyphen[1]}", f"<={hyphen[2]}"] if hyphen else list(_comparators(part))
    low, high = (0, 0, 0), _HIGHEST
    for piece in pieces:
        match = _COMPARATOR.fullmatch(piece)
        if match is None:
            return None
        lower, upper = _range(match[1] or "", [match[2], match[3], match[4]], row)
        low, high = max(low, lower), min(high, upper)
    return low, high


def _comparators(part: str) -> Iterator[str]:
    yield from (re.sub(r"([<>=^~]+)\s+", r"\1", part)).replace(",", " ").split() or ["*"]


def _range(operator: str, written: list[str | None], row: Language) -> _Bound:
    numbers = [int(each) for each in written if each is not None and each.isdigit()]
    if not numbers:
        return (0, 0, 0), _HIGHEST
    exact = (*numbers, 0, 0)[:3]
    low = (exact[0], exact[1], exact[2])
    next_patch = (low[0], low[1], low[2] + 1)
    next_minor = (low[0], low[1] + 1, 0)
    next_major = (low[0] + 1, 0, 0)
    grows_major = len(numbers) == 1 or (row.versions == "pessimistic" and len(numbers) == 2)  # noqa: PLR2004 - x.y
    after = (next_major, next_minor, next_patch)[len(numbers) - 1]
    bounds: dict[str, _Bound] = {
        ">=": (low, _HIGHEST),
        ">": (after, _HIGHEST),
        "<": ((0, 0, 0), low),
        "<=": ((0, 0, 0), after),
        "^": (low, next_major),
        "~": (low, next_major if grows_major else next_minor),
    }
    return bounds.get(operator.removesuffix(">") if operator == "~>" else operator, (low, after))


def _overlaps(bound: _Bound, version: str) -> bool:
    """Whether some patch release of the line, "20" or "3.4", lies within."""
    low, high = bound
    major, dot, minor = version.partition(".")
    first = (int(major), int(minor or 0), 0)
    after = (first[0], first[1] + 1, 0) if dot else (first[0] + 1, 0, 0)
    return low < after and first < high and low < high
