"""Static sites: from a folder's files to statements about it. Where a server is at home, its pages are no site."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.detection.evidence import CONFIGURATION, CONVENTION, MANIFEST, SOURCE, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.reading import Ecosystem, Reading
from tasks.detection.static.claims import has_program, is_claimed
from tasks.detection.static.generators import Found, configured, configured_folders, every_folder
from tasks.detection.static.pages import page_of, standing_apart
from tasks.models import Evidence


def folders(tree: FileTree) -> tuple[str, ...]:
    """Folders that a generator is configured in; else the root with its pages, or folders of pages beside a server."""
    every = every_folder(tree.paths)
    generated = [
        folder
        for folder in configured_folders(tree.ordered)
        if (found := configured(tree, folder, every)) and not is_claimed(tree, folder, found.generator)
    ]
    if generated:
        other = tuple(join(folder, "config/") for folder in generated)
        return tuple(folder for folder in generated if not folder.startswith(other))
    page = page_of(tree, ".")
    if page and not is_claimed(tree, ".", None) and ("/" not in page or not has_program(tree)):
        return (".",)
    return standing_apart(tree)


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:
    """Everything that the folder says as a static site."""
    del others
    found = configured(tree, folder, every_folder(tree.paths))
    if found is not None:
        return _made(tree, folder, found)
    page = page_of(tree, folder) or join(folder, "index.html")
    served = parent(page)[len(folder) + 1 :] if folder != "." else parent(page)
    return Reading(
        language="static",
        folder=folder,
        evidence=(
            say("language", "static", page, "static.page", CONVENTION, 1),
            say("kind", "static", page, "static.page", CONVENTION, 1),
            say("static_folder", served or ".", page, "static.page", CONVENTION, 1),
        ),
    )


def _made(tree: FileTree, folder: str, found: Found) -> Reading:
    row = found.generator
    lists = tuple(_requirements(tree, folder)) if row.language == "python" else ()
    return Reading(
        language=row.language,
        folder=folder,
        evidence=tuple(_statements(found, lists)),
        dependency_files=tuple(path.removeprefix("" if folder == "." else f"{folder}/") for path in lists),
    )


def _statements(found: Found, lists: tuple[str, ...]) -> Iterator[Evidence]:
    row, file, line = found.generator, found.file, found.line
    rule = f"static.{row.name}"
    yield say("language", row.language, file, rule, MANIFEST, line)
    yield say("kind", "static", file, rule, SOURCE, line)
    yield say("framework", row.name, file, rule, MANIFEST, line)
    yield say("build_command", row.build, file, rule, CONFIGURATION, line)
    yield say("static_folder", row.output, file, rule, CONFIGURATION, line)
    if lists:
        yield say("package_manager", "pip", lists[0], "static.requirements", MANIFEST, 1)


def _requirements(tree: FileTree, folder: str) -> Iterator[str]:
    """Lists of what the generator needs."""
    for name in ("requirements.txt", "docs/requirements.txt", "requirements-docs.txt", "requirements/docs.txt"):
        path = join(folder, name)
        if path in tree.paths:
            yield path


ECOSYSTEM = Ecosystem("static", folders, read)
