"""Build scripts that watch, as `tsc -w` does: a build has to end, so they are run without that, or not at all."""

from __future__ import annotations

import re
import shlex
from typing import Final

from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.scripts import called_script, unwrapped, without_runner

_COMPILERS: Final = frozenset(
    {
        "tsc", "babel", "swc", "rollup", "webpack", "esbuild", "vite", "ng", "tsup", "tsdown", "microbundle", "parcel",
        "tailwindcss", "@tailwindcss/cli", "sass", "node-sass", "postcss", "lessc", "stylus", "coffee", "rspack",
        "ncc", "unbuild", "nuxt", "nest",
    }
)  # fmt: skip
_WATCH: Final = re.compile(r"-w|-cw|--watch(?:=\S*)?|--watchAll")
_ENDLESS: Final = frozenset({"nodemon", "tsc-watch", "ts-node-dev", "tsnd", "node-dev", "npm-watch", "onchange"})
_MAX_DEPTH: Final = 4


def ending(written: str, project: NodeProject, depth: int = 0) -> str | None:
    """The script itself when it ends, the same without watching, or None when only watching is left of it."""
    parts = [part.strip() for part in re.split(r"&&|;", written) if part.strip()]
    kept = [_ending_part(part, project, depth) for part in parts]
    if None in kept:
        return None
    return written if kept == parts else " && ".join(part for part in kept if part)


def _ending_part(part: str, project: NodeProject, depth: int) -> str | None:
    words = unwrapped(_words(part))
    if not words:
        return part
    called = called_script(words)
    if called in project.scripts and depth < _MAX_DEPTH:
        inner = ending(project.scripts[called], project, depth + 1)
        return part if inner == project.scripts[called] else inner
    words = without_runner(words)
    if words[0] in _ENDLESS or (words[0] == "concurrently" and re.search(r"\bnodemon\b|\s(?:-w|--watch)\b", part)):
        return None
    if words[0] not in _COMPILERS or not any(_WATCH.fullmatch(word) for word in words[1:]):
        return part
    kept = [re.sub("w$", "", word) if word == "-cw" else word for word in words if word == "-cw" or not _watches(word)]
    return shlex.join(["npx", *kept])


def _watches(word: str) -> bool:
    return _WATCH.fullmatch(word) is not None


def _words(part: str) -> list[str]:
    try:
        return shlex.split(part)
    except ValueError:
        return part.split()
