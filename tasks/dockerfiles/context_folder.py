"""Which folder an existing Dockerfile was written for: the repository's, or the one of its own component.

Nothing in a Dockerfile says it. Its COPY lines do: their files exist below one of the two.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path

from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.parse import Parsed, exec_form, parse
from tasks.models import ImagePlan

_PATTERN = frozenset("*?[")


def context_folder(plan: ImagePlan) -> Path:
    """The folder to build in. A component's own, where its Dockerfile lies in it and finds what it copies there.

    Raises Invalid for a Dockerfile that cannot be parsed.
    """
    component, root = plan.component, Folder(plan.context)
    dockerfile = component.dockerfile
    if dockerfile is None or plan.choice == "generated" or not dockerfile.startswith(f"{component.path}/"):
        return plan.context
    text = root.text(dockerfile)
    sources = tuple(_sources(parse(text))) if text else ()
    own = root.below(component.path)
    if all(map(root.has, sources)) and not all(map(own.has, sources)):
        return plan.context
    return plan.context / component.path


def _sources(parsed: Parsed) -> Iterator[str]:
    """What COPY and ADD take from the context: names as written, of a pattern the folder before it."""
    for instruction in parsed.instructions:
        if instruction.kind not in {"COPY", "ADD"} or any(flag.startswith("--from=") for flag in instruction.flags):
            continue
        words = exec_form(instruction.arguments) or tuple(instruction.arguments.split())
        for word in words[:-1]:
            name = posixpath.normpath(_before_pattern(word)).lstrip("/")
            if "$" not in word and "://" not in word and not word.startswith("<<") and name not in {"", "."}:
                yield name


def _before_pattern(word: str) -> str:
    parts = word.split("/")
    pattern = next((index for index, part in enumerate(parts) if _PATTERN.intersection(part)), len(parts))
    return "/".join(parts[:pattern]) or "."
