"""How a Deno program is started: its tasks first, then files that exist by convention."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import CONVENTION, MANIFEST
from tasks.detection.files import join
from tasks.detection.node.sources import Sources

_TASKS: Final = ("start", "start:prod", "prod", "preview", "serve", "run", "server", "dev")
_FILES: Final = (
    "main.ts", "server.ts", "mod.ts", "index.ts", "app.ts", "src/main.ts", "src/server.ts", "src/index.ts", "main.js",
    "server.js", "main.tsx", "server.tsx", "src/app.ts",
)  # fmt: skip
ENTRIES: Final = frozenset(name for name in _FILES if "/" not in name)
"""Files that programs begin with, in the project's own folder."""
_WATCHING: Final = re.compile(r"^--(?:watch|hmr|watch-hmr|inspect(?:-brk|-wait)?|unstable-hmr)(?:=.*)?$")


@dataclass(frozen=True, slots=True)
class Run:
    """One way to start it."""

    command: str
    rule: str
    confidence: float
    entry: str | None
    task: str | None = None
    serves: bool = False
    """`deno serve` listens for it."""


def runs(tasks: Mapping[str, object], sources: Sources) -> tuple[Run, ...]:
    """The strongest first."""
    return tuple(sorted([*_by_task(tasks, sources), *_by_file(sources)], key=lambda each: -each.confidence))


def _by_task(tasks: Mapping[str, object], sources: Sources) -> Iterator[Run]:
    for rank, name in enumerate(_TASKS):
        value = tasks.get(name)
        written = shape.text(value) or shape.text(shape.table(value).get("command"))
        command = _production(tasks, written, 0) if written and len(written) <= 400 else None  # noqa: PLR2004
        if command is None:
            continue
        words = shlex.split(command)
        entry = next((path for word in words[2:] if not word.startswith("-") and (path := sources.resolve(word))), None)
        if entry is None and "build" not in tasks and any(_is_gone(word, sources) for word in words[2:]):
            continue
        yield Run(command, "deno.task", MANIFEST - rank / 1000, entry, name, serves=words[1:2] == ["serve"])


def _is_gone(word: str, sources: Sources) -> bool:
    """Whether a file of the project is meant that is not there."""
    path = join(sources.folder, word)
    plain = re.fullmatch(r"(?:\./)?[\w@-][\w@./-]{0,200}\.[cm]?[jt]sx?", word)
    return plain is not None and not word.startswith(("./_", "_")) and path not in sources.tree.paths


def _by_file(sources: Sources) -> Iterator[Run]:
    for rank, name in enumerate(_FILES):
        path = join(sources.folder, name)
        if path in sources.tree.paths:
            yield Run(f"deno run -A {name}", "deno.entry_file", CONVENTION - rank / 1000, path)


def _production(tasks: Mapping[str, object], written: str, depth: int) -> str | None:
    """The command without watching; None when it is none of Deno's, or only a developer's."""
    last = written.rpartition("&&")[2].strip()
    try:
        words = shlex.split(last)
    except ValueError:
        return None
    while words and re.match(r"[A-Za-z_]\w*=", words[0]):
        words = words[1:]
    if words[:2] == ["deno", "task"] and len(words) > 2 and depth < 3:  # noqa: PLR2004 - tasks that call tasks
        value = tasks.get(words[2])
        inner = shape.text(value) or shape.text(shape.table(value).get("command"))
        return _production(tasks, inner, depth + 1) if inner else None
    if words[:1] != ["deno"] or words[1:2] not in (["run"], ["serve"]):
        return None
    if any(re.fullmatch(r"(?:\./)?dev\.tsx?", word) for word in words):
        return None
    kept = [word for word in words if not _WATCHING.match(word)]
    return shlex.join(kept)
