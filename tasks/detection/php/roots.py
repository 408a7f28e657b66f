"""Which folders hold an application of PHP where no manifest says so: those whose files answer a browser."""

from __future__ import annotations

import re
from typing import Final

from tasks.detection import shape
from tasks.detection.files import FileTree, join, parent
from tasks.detection.folders import folders
from tasks.detection.php.pages import page_of
from tasks.detection.php.programs import named_program
from tasks.detection.php.sources import without_comments

_ANSWERS: Final = re.compile(
    r"\$_(?:POST|GET|REQUEST|SESSION|COOKIE|FILES)\b|php://input|\bsession_start\s*\(|(?<![\w>:])header\s*\(|"
    r"\A\s*<(?!\?)|\?>\s*<[a-zA-Z!]"
)
_CLASS: Final = re.compile(
    r"\s*<\?php\s+(?:(?:declare|namespace|use|require|require_once|include|include_once)\b[^;]*;\s*)*"
    r"(?:(?:final|abstract|readonly)\s+)*(?:class|interface|trait|enum)\b(?!.*\?>\s*<)",
    re.DOTALL,
)
"""How a file begins that others load."""
_BACKENDS: Final = frozenset({"api", "backend", "server", "php", "www", "web", "htdocs", "public_html"})
"""What folders are called that hold the pages of a repository of another language."""
_MANIFESTS: Final = frozenset(
    {"package.json", "requirements.txt", "pyproject.toml", "go.mod", "pom.xml", "Cargo.toml", "Gemfile", "mix.exs",
     "build.gradle", "build.gradle.kts", "pubspec.yaml"}
)  # fmt: skip
_BUILT_BY: Final = frozenset({"build", "start"})
"""Scripts of a package.json that is of more than tools."""
_INSIDE: Final = frozenset({"public", "web", "webroot", "public_html", "htdocs", "www"})
_PLUGIN: Final = re.compile(r"^[ \t/*#@]*Plugin Name[ \t]*:", re.MULTILINE)
_HEADER: Final = 8192
"""WordPress reads no further for a header."""
_DEEPEST: Final = 2
_MOST: Final = 3
"""Further folders with a page each are a collection, not parts of one application."""


def page_folders(tree: FileTree) -> tuple[str, ...]:
    """The root when a page or a program lies there, or one that its own pages call; else the folders of pages below."""
    if page_of(tree, ".") or named_program(tree, ".") or (answering(tree, ".") and not _is_of_another(tree)):
        return (".",)
    mixed = any(path.rpartition("/")[2] in _MANIFESTS for path in tree.paths)
    if any("/" not in path and path.endswith(".php") for path in tree.paths):
        return ()
    near = [path for path in tree.ordered if path.endswith(".php") and _is_near(path)]
    if "index.html" in tree.paths and not mixed and any(_is_called(tree, path) for path in near):
        return (".",)
    found = _roots(tree, {parent(path) for path in near if path.endswith("/index.php")})
    if mixed:
        return tuple(each for each in found if each.rpartition("/")[2] in _BACKENDS)
    # parts of one application call one another by their places below the root
    return tuple(found) if len(found) == 1 else (".",) if 1 < len(found) <= _MOST else ()


def _is_of_another(tree: FileTree) -> bool:
    """Whether the root is another language's project, which builds or serves the pages that lie there."""
    found = _MANIFESTS & tree.paths
    package = shape.loose_json(tree.text("package.json") or "")
    return bool(found - {"package.json"}) or not shape.table(package.get("scripts")).keys().isdisjoint(_BUILT_BY)


def called_page(tree: FileTree, folder: str) -> str | None:
    """What shows that the folder is for a web server where it has no first page: what answers, or a page below."""
    beside = join(folder, "index.html")
    below = (path for path in tree.below(folder) if path.endswith("/index.php") and _is_near(path))
    return answering(tree, folder) or (beside if beside in tree.paths else next(below, None))


def answering(tree: FileTree, folder: str) -> str | None:
    """A file of the folder that answers a browser though none is its first page."""
    prefix = "" if folder == "." else f"{folder}/"
    here = [path for path in tree.below(folder) if path.endswith(".php") and "/" not in path.removeprefix(prefix)]
    return next((path for path in here if not path.startswith(f"{prefix}.") and _answers(tree, path)), None)


def plugin_header(tree: FileTree, folder: str) -> str | None:
    """The file by which the folder is a plug-in that a WordPress loads."""
    prefix = "" if folder == "." else f"{folder}/"
    here = (path for path in tree.below(folder) if path.endswith(".php") and "/" not in path.removeprefix(prefix))
    return next((path for path in here if _PLUGIN.search((tree.text(path) or "")[:_HEADER])), None)


def _is_near(path: str) -> bool:
    folder = parent(path)
    return folder.count("/") <= _DEEPEST and not folders().is_aside(folder)


def _is_called(tree: FileTree, path: str) -> bool:
    return _answers(tree, path) or (path.endswith("/index.php") and _does_something(tree, path))


def _answers(tree: FileTree, path: str) -> bool:
    code = without_comments(tree.text(path) or "")
    return _ANSWERS.search(code) is not None and not _CLASS.match(code)


def _roots(tree: FileTree, pages: set[str]) -> list[str]:
    """The folders that are served, the shallow ones of those in one another; a page without code keeps folders shut."""
    places = (
        parent(each) if each.rpartition("/")[2] in _INSIDE and "/" in each else each
        for each in pages
        if _does_something(tree, join(each, "index.php"))
    )
    found: list[str] = []
    for place in sorted(places, key=lambda each: (each.count("/"), each)):
        if not any(place == each or place.startswith(f"{each}/") for each in found):
            found.append(place)
    return found


def _does_something(tree: FileTree, path: str) -> bool:
    code = without_comments(re.sub(r"^\s*#[^\n]*", "", tree.text(path) or "", flags=re.MULTILINE))
    return re.sub(r"<\?(?:php)?|\?>|\s|;|exit|die", "", code) != ""
