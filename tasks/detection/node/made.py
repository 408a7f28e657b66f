"""What a build script makes of a source file: where babel, swc, esbuild, ncc, tsup and tsc write it."""

from __future__ import annotations

import re
import shlex
from typing import Final

from tasks.detection.files import join
from tasks.detection.node.builds import BUILDS
from tasks.detection.node.entries import compiler, output_of, transpiled
from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.scripts import unwrapped, without_runner
from tasks.detection.node.sources import Sources

_PATHS: Final = re.compile(r"\b(?:tsc-alias|tscpaths|tsconfig-replace-paths|ttsc|tspc)\b")
"""Tools that write out the paths of tsconfig, which tsc leaves as they are."""
_ALIASES: Final = re.compile(r"\"paths\"\s*:\s*\{\s*\"")


def made_of(name: str, project: NodeProject, sources: Sources) -> str | None:
    """The program that a build script makes of this source file; None when it makes none that Node.js can run."""
    for script in BUILDS:
        written = project.scripts.get(script)
        if written:
            return next(
                (made for part in _parts(written) if (made := _by(part, written, name, project, sources))), None
            )
    return None


def _parts(written: str) -> list[list[str]]:
    found = []
    for part in re.split(r"&&|;", written):
        try:
            words = shlex.split(part)
        except ValueError:
            continue
        found.append(without_runner(unwrapped(words)) if words else [])
    return [words for words in found if words]


def _by(words: list[str], whole: str, name: str, project: NodeProject, sources: Sources) -> str | None:
    if words[0] == "babel":
        return transpiled(shlex.join(words), name)
    if words[0] == "tsc":
        readable = _PATHS.search(whole) or not _has_aliases(sources)
        return output_of(name, sources) if readable and compiler(sources)[0] and name.endswith("ts") else None
    return _by_bundler(words, name, project)


def _by_bundler(words: list[str], name: str, project: NodeProject) -> str | None:
    """Of a tool that is told which files to begin with."""
    program = words[0]
    named = {join(".", word) for word in words[1:] if not word.startswith("-")}
    folder = next((each for each in named if program == "tsup" and name.startswith(f"{each}/")), None)
    if name not in named and folder is None:
        return None
    base = re.sub(r"\.[cm]?tsx?$", "", name.removeprefix(f"{folder}/") if folder else name.rpartition("/")[2])
    if program == "esbuild":
        out = _option(words, "--outdir")
        return _option(words, "--outfile") or (join(out, f"{base}.js") if out else None)
    if program == "ncc":
        return join(_option(words, "-o") or _option(words, "--out") or "dist", "index.js")
    return _by_tsup(words, base, project) if program == "tsup" else None


def _by_tsup(words: list[str], base: str, project: NodeProject) -> str | None:
    """It writes .js for the kind of module that the package is of; the other kind gets another ending."""
    own = "esm" if project.package.get("type") == "module" else "cjs"
    out = _option(words, "--out-dir") or _option(words, "-d") or "dist"
    return join(out, f"{base}.js") if (_option(words, "--format") or own) == own else None


def _option(words: list[str], name: str) -> str | None:
    for at, word in enumerate(words):
        if word.startswith(f"{name}="):
            return join(".", word.partition("=")[2])
        if word == name and at + 1 < len(words):
            return join(".", words[at + 1])
    return None


def _has_aliases(sources: Sources) -> bool:
    return _ALIASES.search(sources.tree.text(join(sources.folder, "tsconfig.json")) or "") is not None
