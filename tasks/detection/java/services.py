"""Services that configuration files name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.detection.evidence import CONFIGURATION, say
from tasks.detection.java.configuration import Configuration
from tasks.detection.java.entries import Entry
from tasks.detection.java.knowledge import jvm
from tasks.detection.java.project import matches
from tasks.models import Evidence


def configured_services(configuration: Configuration) -> Iterator[Evidence]:
    """One statement for each service; those of profiles for development count for nothing."""
    entries = [each for each in configuration.entries if each.confidence >= CONFIGURATION - 0.2]
    for name, row in jvm().service.items():
        found = next((each for each in entries if _names(each, row.addresses, row.kinds, row.keys)), None)
        if found:
            yield say("backing_services", name, found.file, "jvm.configuration", CONFIGURATION - 0.1, found.line)


def _names(entry: Entry, addresses: tuple[str, ...], kinds: tuple[str, ...], keys: tuple[str, ...]) -> bool:
    value = entry.resolved
    if addresses and re.match("|".join(map(re.escape, addresses)), value):
        return True
    if kinds and value in kinds and re.search(r"db-kind$|^jooq|connector$|\.platform$", entry.key):
        return True
    return bool(entry.value) and any(matches(entry.key, key) for key in keys)
