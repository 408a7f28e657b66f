"""What a repository's own Dockerfile copies and the repository does not hold: a build from a checkout stops there."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.detection.copy_lines import WILD, copy_lines
from tasks.detection.files import FileTree, join
from tasks.models import Component


def missing_copies(tree: FileTree, components: tuple[Component, ...]) -> Iterator[str]:
    """A warning for each file or folder that a Dockerfile in use copies and that is not there."""
    used = {(each.dockerfile, each.dockerfile_context or ".") for each in components if each.dockerfile}
    for path, context in sorted(used):
        needed = {each.source: each.line for each in reversed(copy_lines(tree, path)) if each.is_needed}
        for source, line in sorted(needed.items(), key=lambda each: each[1]):
            if not WILD & {*source} and not tree.holds(join(context, source)):
                yield (
                    f"{path}:{line} copies {source}, which the repository does not hold: "
                    "make it before the build, or choose --dockerfile generated"
                )
