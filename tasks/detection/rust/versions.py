"""Which release of Rust a package asks for, and which one pins it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.detection import shape
from tasks.detection.evidence import MANIFEST, TOOL_FILE, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.rust.manifests import RustPackage, toml_or_nothing
from tasks.detection.tool_files import asked_by_tool_files
from tasks.detection.versions import resolve, unknown_release
from tasks.models import Evidence

_CHANNELS = ("stable", "beta", "nightly")


def version_evidence(tree: FileTree, package: RustPackage) -> Iterator[Evidence]:
    """Every statement about the release; channels and what cannot be resolved say nothing."""
    for file, line, rule, wanted, confidence in _asked(tree, package):
        release = resolve("rust", wanted)
        if release:
            yield say("language_version", release, file, rule, confidence, line)


def version_warnings(tree: FileTree, package: RustPackage) -> Iterator[str]:
    """A sentence for each version that no known release satisfies, and for a channel that no image has."""
    for file, line, _, wanted, _ in _asked(tree, package):
        if resolve("rust", wanted) is None:
            yield unknown_release("rust", wanted, file, line)
    for file, line, channel in toolchains(tree, package.folder, package.workspace or "."):
        if channel.startswith("nightly"):
            yield f"{file}, line {line}: it asks for a nightly Rust; the image builds with a stable one"


def toolchains(tree: FileTree, *places: str) -> Iterator[tuple[str, int, str]]:
    """File, line and channel of rust-toolchain.toml and its older form."""
    for folder in dict.fromkeys(places):
        path = join(folder, "rust-toolchain.toml")
        channel = shape.text(shape.table(toml_or_nothing(tree, path).get("toolchain")).get("channel"))
        if channel:
            yield path, line_of(tree.text(path) or "", "channel") or 1, channel
        path = join(folder, "rust-toolchain")
        text = (tree.text(path) or "").strip()
        found = re.search(r'channel\s*=\s*"([^"]{1,60})"', text)
        if text and (found or "\n" not in text):
            yield path, 1, found[1] if found else text[:60]


def _asked(tree: FileTree, package: RustPackage) -> Iterator[tuple[str, int | None, str, str, float]]:
    for file, line, channel in toolchains(tree, package.folder, package.workspace or "."):
        if not channel.startswith(_CHANNELS):
            yield file, line, "rust.toolchain", re.sub(r"-(?:x86_64|aarch64).*$", "", channel), TOOL_FILE + 0.01
    for file, line, tool, wanted in asked_by_tool_files(tree, package.folder, ".rust-version", "rust"):
        if not wanted.startswith((*_CHANNELS, "latest")):
            yield file, line, f"rust.{tool}", wanted, TOOL_FILE
    minimum = package.said("rust-version")
    if minimum:
        yield package.file, package.line("rust-version"), "rust.minimum", minimum, MANIFEST
