"""Programs of Ruby that no web server starts: one file, or a script in bin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection import frameworks
from tasks.detection.evidence import CONVENTION, SOURCE, WEAK, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.ruby import sources
from tasks.detection.ruby.manifests import RubyProject
from tasks.detection.ruby.queues import consumers
from tasks.detection.ruby.scripts import default_task, only_script
from tasks.models import Evidence

ENTRIES: Final = (
    "app.rb",
    "server.rb",
    "main.rb",
    "web.rb",
    "index.rb",
    "application.rb",
    "bot.rb",
    "worker.rb",
    "run.rb",
)
_SCRIPT: Final = re.compile(r"\A#!.*\bruby\b")
_LOADED_FROM_GEMS: Final = re.compile(r"\bGem\.(?:activate_)?bin_path\b|\bload Gem\.")


def program_evidence(
    tree: FileTree, project: RubyProject, texts: list[tuple[str, str]], row: frameworks.Framework | None
) -> Iterator[Evidence]:
    """A program of one file; a folder of nothing but a library is none."""
    entry = next((path for name in ENTRIES if (path := join(project.folder, name)) in tree.paths), None)
    entry = entry or next((path for path, text in texts if row and _requires(text, row.name)), None)
    consumer = next(iter(consumers(tree, project)), None)
    if consumer and (entry is None or row is None):
        yield from consumer.evidence
        return
    entry = entry or only_script(tree, project, texts)
    if entry is None:
        yield from _script(tree, project, texts)
        return
    text = tree.text(entry) or ""
    serves = row is not None and row.kind == "web" and _requires(text, row.name)
    # it reads PORT by itself
    options = " -o 0.0.0.0" if row and serves and row.name == "sinatra" else ""
    yield _start(project, entry, options)
    listens = list(sources.ports([(entry, text)]))
    waiting = sources.waits([(entry, text)]) or sources.answers(texts)
    if serves or listens:
        yield say("kind", "web", entry, "ruby.serves", SOURCE, 1)
        if row and row.port:
            yield say("port", row.port, entry, f"ruby.{row.name}_default", WEAK, 1)
    elif waiting:
        yield say("kind", "worker", waiting[0], "ruby.waits", SOURCE - 0.1, waiting[1])
    else:
        yield say("kind", "job", entry, "ruby.program_ends", WEAK, 1)


def _script(tree: FileTree, project: RubyProject, texts: list[tuple[str, str]]) -> Iterator[Evidence]:
    """The one script in bin that starts what waits; scripts of gems, and those that end, are tools."""
    folder = join(project.folder, "bin")
    beside = ((path, tree.text(path) or "") for path in tree.below(folder) if parent(path) == folder)
    scripts = [(path, text) for path, text in beside if _SCRIPT.match(text) and not _LOADED_FROM_GEMS.search(text)]
    waiting = sources.waits(scripts) or sources.answers(texts)
    own = [path for path, _ in scripts if waiting and waiting[0] == path] or [path for path, _ in scripts]
    task = default_task(tree, project) if waiting is None else None
    if task:
        yield say("start_command", "bundle exec rake", task[0], "ruby.rake", CONVENTION, task[1])
        yield say("kind", "job", task[0], "ruby.rake", WEAK, task[1])
        return
    if project.gemspec or waiting is None or len(own) != 1:
        yield say("kind", "library", project.gemspec or project.path or ".", "ruby.no_program", WEAK, 1)
        return
    yield _start(project, own[0])
    yield say("kind", "worker", waiting[0], "ruby.waits", SOURCE - 0.1, waiting[1])


def _start(project: RubyProject, path: str, options: str = "") -> Evidence:
    name = path if project.folder == "." else path.removeprefix(f"{project.folder}/")
    prefix = "bundle exec " if project.path else ""
    return say("start_command", f"{prefix}ruby {name}{options}", path, "ruby.entry", CONVENTION, 1)


def _requires(text: str, name: str) -> bool:
    return re.search(rf"""^\s*require\s*\(?["']{re.escape(name)}(?:/[\w/]+)?["']""", text, re.MULTILINE) is not None
