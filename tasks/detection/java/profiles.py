"""Profiles of Spring that are active without being asked for: their files hold as if they were the base's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from tasks.detection.evidence import CONFIGURATION
from tasks.detection.files import FileTree, join
from tasks.detection.java.entries import Entry
from tasks.detection.java.pom import read_pom
from tasks.errors import Invalid

_KEYS: Final = ("spring.profiles.active", "spring.profiles.include")
_FILLED: Final = re.compile(r"@([\w.-]{1,100})@")
_STEP: Final = 0.001
_MAX_ACTIVE: Final = 5


def activated(tree: FileTree, folder: str, entries: Iterable[Entry]) -> list[Entry]:
    """The entries, those of active profiles above the base's; of several profiles the last one holds."""
    known = list(entries)
    named = [each.resolved for each in known if each.key in _KEYS and each.profile is None]
    active = [name.strip() for text in named for name in _filled(tree, folder, text).split(",") if name.strip()]
    weights = {name: CONFIGURATION + _STEP * rank for rank, name in enumerate(active[:_MAX_ACTIVE], start=1)}
    return [
        replace(each, profile=None, confidence=weights[each.profile]) if each.profile in weights else each
        for each in known
    ]


def _filled(tree: FileTree, folder: str, text: str) -> str:
    """The text with what Maven's build puts in the place of @name@, as the pom has it by default."""
    match = _FILLED.fullmatch(text)
    path = join(folder, "pom.xml")
    if match is None or path not in tree.paths:
        return text
    try:
        found = read_pom(tree, path).property(match[1])
    except Invalid:
        return text
    return found[0] if found else text
