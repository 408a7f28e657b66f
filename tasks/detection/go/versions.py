"""Which release of Go a module asks for."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.detection.evidence import CONFIGURATION, MANIFEST, TOOL_FILE, say
from tasks.detection.files import FileTree
from tasks.detection.go.modules import GoModule
from tasks.detection.tool_files import asked_by_tool_files
from tasks.detection.versions import resolve, unknown_release
from tasks.models import Evidence


def version_evidence(tree: FileTree, module: GoModule) -> Iterator[Evidence]:
    """Every statement about the release; what cannot be resolved says nothing."""
    for file, line, rule, wanted, confidence in _asked(tree, module):
        release = resolve("go", wanted)
        if release:
            yield say("language_version", release, file, rule, confidence, line)


def version_warnings(tree: FileTree, module: GoModule) -> Iterator[str]:
    """A sentence for each version that no known release satisfies."""
    for file, line, _, wanted, _ in _asked(tree, module):
        if resolve("go", wanted) is None:
            yield unknown_release("go", wanted, file, line)


def _asked(tree: FileTree, module: GoModule) -> Iterator[tuple[str, int, str, str, float]]:
    for file, line, tool, wanted in asked_by_tool_files(tree, module.folder, ".go-version", "go"):
        yield file, line, f"go.{tool}", wanted.removeprefix("go"), TOOL_FILE
    if module.go:
        yield module.file, module.go[1], "go.module", module.go[0], MANIFEST
    if module.toolchain and module.toolchain[0] not in {"default", "local"}:
        yield module.file, module.toolchain[1], "go.toolchain", module.toolchain[0].removeprefix("go"), CONFIGURATION
