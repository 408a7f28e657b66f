"""Gemfile, its lock and gemspecs: which gems are needed to run, and which Ruby. They are programs; none is executed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.detection.evidence import line_of
from tasks.detection.files import FileTree, join
from tasks.detection.reading import Dependency

_GEM: Final = re.compile(r"""^\s*gem[\s(]+["']([\w.-]{1,80})["'](.*)$""")
_GROUP: Final = re.compile(r"^\s*group[\s(]+([^)\n]*?)\)?\s+do\b")
_BLOCK: Final = re.compile(r"\bdo\b(?:\s*\|[^|]*\|)?\s*(?:#.*)?$|^\s*(?:if|unless|case)\b")
_END: Final = re.compile(r"^\s*end\b")
_NAMES: Final = re.compile(r""":?["']?(\w+)["']?""")
_RUBY: Final = re.compile(r"""^\s*ruby[\s(]+["']([^"']{1,40})["'](?:\s*,\s*["']([^"']{1,40})["'])?""", re.MULTILINE)
_LOCKED_RUBY: Final = re.compile(r"^RUBY VERSION\n\s+ruby (\d[\w.]*)", re.MULTILINE)
_LOCKED_GEM: Final = re.compile(r"^    ([\w.-]{1,80}) \(", re.MULTILINE)
_BUNDLER: Final = re.compile(r"^BUNDLED WITH\n\s+(\d[\w.]*)", re.MULTILINE)
_REQUIRED: Final = re.compile(r"""required_ruby_version\s*=\s*(?:Gem::Requirement\.new\()?\[?["']([^"']{1,40})["']""")
_ASIDE: Final = frozenset({"development", "test", "dev", "ci", "lint", "tools"})


@dataclass(frozen=True, slots=True)
class RubyProject:
    """The manifests of one folder."""

    folder: str
    path: str | None
    """The Gemfile, relative to the analysed root."""
    text: str
    lock: str | None
    lock_text: str
    gemspec: str | None
    gemspec_text: str
    dependencies: tuple[Dependency, ...]
    locked: frozenset[str]

    def has(self, *names: str) -> bool:
        """Whether the application asks for one of these gems."""
        return any(each.name in names for each in self.dependencies)

    def line(self, needle: str) -> int | None:
        """The first line of the Gemfile that holds `needle`."""
        return line_of(self.text, needle)

    @property
    def bundler(self) -> str | None:
        """The version of Bundler that wrote the lock."""
        match = _BUNDLER.search(self.lock_text)
        return match[1] if match else None

    def asked(self) -> Iterator[tuple[str, str, str, int | None]]:
        """Rule, file, wanted Ruby and line, the strongest first."""
        written = _RUBY.search(self.text)
        if written and self.path and "#{" not in written[0]:
            wanted = ", ".join(part for part in (written[1], written[2]) if part)
            yield "ruby.gemfile", self.path, wanted, line_of(self.text, written[0].strip())
        locked = _LOCKED_RUBY.search(self.lock_text)
        if locked and self.lock:
            yield "ruby.lock_file", self.lock, locked[1].partition("p")[0], line_of(self.lock_text, "RUBY VERSION")
        required = _REQUIRED.search(self.gemspec_text)
        if required and self.gemspec:
            yield "ruby.gemspec", self.gemspec, required[1], line_of(self.gemspec_text, "required_ruby_version")


def read_project(tree: FileTree, folder: str) -> RubyProject:
    """What the folder's manifests declare; what they compute stays unknown."""
    path = next((join(folder, name) for name in ("Gemfile", "gems.rb") if join(folder, name) in tree.paths), None)
    lock = next(
        (join(folder, name) for name in ("Gemfile.lock", "gems.locked") if join(folder, name) in tree.paths), None
    )
    prefix = "" if folder == "." else f"{folder}/"
    gemspec = next(
        (each for each in tree.ordered if each.endswith(".gemspec") and each == prefix + each.rpartition("/")[2]), None
    )
    text = tree.manifest(path) if path else ""
    lock_text = (tree.text(lock) or "") if lock else ""
    return RubyProject(
        folder=folder,
        path=path,
        text=text,
        lock=lock,
        lock_text=lock_text,
        gemspec=gemspec,
        gemspec_text=tree.manifest(gemspec) if gemspec else "",
        dependencies=tuple(_gems(text, path)) if path else (),
        locked=frozenset(_LOCKED_GEM.findall(lock_text)),
    )


def _gems(text: str, path: str) -> Iterator[Dependency]:
    """Gems that production needs; groups of development and tests are left out, and what excludes one another."""
    blocks: list[str] = []
    chosen: dict[str, list[Dependency]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        code = line.partition("#")[0].rstrip()
        if _END.match(code):
            blocks = blocks[:-1]
        else:
            blocks += _opened(code)
        gem = _GEM.match(code)
        if gem is None or "aside" in blocks or _is_aside(gem[2]):
            continue
        dependency = Dependency(gem[1].lower(), path, number)
        if "case" in blocks:
            chosen.setdefault(dependency.name, []).append(dependency)
        else:
            yield dependency
    # a gem of one branch is there for those who choose it; of several, in whichever version they choose
    yield from (found[0] for found in chosen.values() if len(found) > 1)


def _opened(code: str) -> list[str]:
    """What the line begins that an end closes."""
    group = _GROUP.match(code)
    if group:
        return ["aside" if set(_NAMES.findall(group[1])) <= _ASIDE else "group"]
    block = _BLOCK.search(code)
    return [block[0].strip() if block[0].strip() == "case" else "block"] if block else []


def _is_aside(options: str) -> bool:
    written = re.search(r"(?:\bgroups?:|:groups?\s*=>)\s*(\[[^\]]*\]|:\w+|[\"']\w+[\"'])", options)
    return written is not None and set(_NAMES.findall(written[1])) <= _ASIDE
