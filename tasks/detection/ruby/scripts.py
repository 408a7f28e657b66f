"""Scripts that are a Ruby project's program though nothing says so: they act, and no other file loads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.files import FileTree, join, parent
from tasks.detection.ruby import sources
from tasks.detection.ruby.manifests import RubyProject

_PLACES: Final = frozenset({".", "src", "app", "lib", "bot", "bin"})
_ACTS: Final = re.compile(
    r"^(?!(?:require|require_relative|load|autoload|include|extend|class|module|def|end|else|elsif|when|rescue|ensure|"
    r"begin|private|public|protected|alias|using|attr_\w+|unless|describe|gem|source)\b)"
    r"(?:[a-z_]\w*(?:[ (.=]|$)|[A-Z]\w*(?:::\w+)*\.[a-z])",
    re.MULTILINE,
)
_LOADS: Final = re.compile(
    r"""\b(?:require|require_relative|load|autoload\s*\(?\s*:\w+\s*,)\s*\(?\s*["'](?:[\w./-]*/)?([\w-]+)(?:\.rb)?["']"""
)
_ASIDE: Final = re.compile(
    r"(?:^|_)(?:test|spec|helper|config|version|setup|seeds?|schema)(?:_|$)|^(?:extconf|karafka)$"
)
_TOOLS: Final = frozenset(
    {"rspec", "rake", "minitest", "test-unit", "pry", "byebug", "rubocop", "guard", "dotenv", "cucumber"}
)
_DEFAULT: Final = re.compile(r"""^\s*task\s*\(?\s*:?["']?default["']?(?:\s*=>|:)\s*\[?\s*[:"']([\w:]+)""", re.MULTILINE)
_CHECKS: Final = re.compile(
    r"(?:^|[:_])(?:specs?|tests?|ci|lint|rubocop|cucumber|features?|build|install|release|standard|default)(?:$|[:_])"
)


def only_script(tree: FileTree, project: RubyProject, texts: list[tuple[str, str]]) -> str | None:
    """The script that waits for something; else the only one there is, in a project that needs gems to run.

    In a folder below, where tools lie as well, only one that answers somebody is a program.
    """
    if project.gemspec:
        return None
    scripts, is_root = list(_scripts(tree, project, texts)), project.folder == "."
    waiting = [
        path for path, text in scripts if sources.answers([(path, text)]) or (is_root and sources.waits([(path, text)]))
    ]
    if waiting or not is_root:
        return waiting[0] if len(waiting) == 1 else None
    found = [path for path, _ in scripts if parent(_inside(project, path)) == "."]
    return found[0] if len(found) == 1 and _needs_gems(project) else None


def default_task(tree: FileTree, project: RubyProject) -> tuple[str, int] | None:
    """The Rakefile and the line of a default task that does the project's work, and is no check of it."""
    path = join(project.folder, "Rakefile")
    text = (tree.text(path) or "") if path in tree.paths and not project.gemspec else ""
    match = _DEFAULT.search(text)
    if match is None or _CHECKS.search(match[1]) or not _needs_gems(project):
        return None
    return path, text.count("\n", 0, match.start(1)) + 1


def _needs_gems(project: RubyProject) -> bool:
    return any(each.name not in _TOOLS for each in project.dependencies)


def _scripts(tree: FileTree, project: RubyProject, texts: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Files where programs lie that act by themselves, and that no other file loads."""
    loading = [*texts, *((each, tree.text(join(project.folder, each)) or "") for each in ("Rakefile", "config.ru"))]
    for path, text in texts:
        name = path.rpartition("/")[2].removesuffix(".rb")
        if not path.endswith(".rb") or parent(_inside(project, path)) not in _PLACES or _ASIDE.search(name):
            continue
        is_loaded = any(name in _LOADS.findall(other) for each, other in loading if each != path)
        if not is_loaded and _ACTS.search(text):
            yield path, text


def _inside(project: RubyProject, path: str) -> str:
    return path if project.folder == "." else path.removeprefix(f"{project.folder}/")
