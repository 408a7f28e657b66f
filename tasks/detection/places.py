"""Which folders of a repository may hold a component."""

from __future__ import annotations

from tasks.detection.container_files import find_dockerfile
from tasks.detection.files import FileTree
from tasks.detection.folders import folders
from tasks.detection.reading import Ecosystem
from tasks.detection.unmade_images import unmade_image


def places(tree: FileTree, ecosystems: tuple[Ecosystem, ...]) -> list[tuple[Ecosystem, str]]:
    """Folder by folder, the root first; tests, documentation and examples only when there is nothing else."""
    found = [(ecosystem, folder) for ecosystem in ecosystems for folder in ecosystem.folders(tree)]
    kept = [(ecosystem, folder) for ecosystem, folder in found if not folders().is_aside(folder)]
    return sorted(kept or found, key=lambda place: (place[1] != ".", place[1].count("/"), place[1]))


def container_places(tree: FileTree, taken: frozenset[str]) -> list[str]:
    """The root, and folders below it, that have a Dockerfile and are nobody's yet.

    Beside projects one that copies what they build holds nothing of its own.
    """
    candidates = [".", *sorted({path.partition("/")[0] for path in tree.paths if "/" in path})]
    used = {find_dockerfile(tree, folder) for folder in taken}
    found: list[str] = []
    for folder in candidates:
        file = find_dockerfile(tree, folder)
        if file is None or file in used or folder in taken or folders().is_aside(folder):
            continue
        if not (taken and unmade_image(tree, folder)):
            found.append(folder)
            used.add(file)
    return found


def below(folder: str, every: frozenset[str]) -> frozenset[str]:
    """Those of the other folders that lie in this one."""
    return frozenset(each for each in every if each != folder and (folder == "." or each.startswith(f"{folder}/")))
