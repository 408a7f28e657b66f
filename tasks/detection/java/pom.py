"""pom.xml with what it inherits from poms of the same repository, and its properties filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.detection.files import FileTree, join, parent
from tasks.detection.xml_text import Element, parse_xml

_PROPERTY: Final = re.compile(r"\$\{([^${}]{1,120})\}")
_MAX_PARENTS: Final = 8
_MAX_ROUNDS: Final = 8
_MAX_VALUE: Final = 500


@dataclass(frozen=True, slots=True)
class Pom:
    """One pom.xml."""

    path: str
    root: Element
    parent: Pom | None
    """Of the same repository."""

    @property
    def folder(self) -> str:
        """Where it lies."""
        return parent(self.path)

    @property
    def artifact(self) -> str:
        """The artifact's id."""
        return self.filled(self.root.value("artifactId")) or "app"

    @property
    def group(self) -> str:
        """The group's id, inherited when it has none."""
        return self.filled(self.root.value("groupId") or self.root.value("parent/groupId")) or ""

    @property
    def version(self) -> str | None:
        """The version, when it is known without running the build."""
        return self.filled(self.root.value("version") or self.root.value("parent/version"))

    def lineage(self) -> Iterator[Pom]:
        """This pom, its parent, and so on."""
        pom: Pom | None = self
        while pom is not None:
            yield pom
            pom = pom.parent

    def parents(self) -> Iterator[tuple[str, str, str, Pom, int]]:
        """Group, artifact and version of every parent that is named, the nearest first."""
        for pom in self.lineage():
            named = pom.root.find("parent")
            if named:
                yield (
                    named.value("groupId") or "",
                    named.value("artifactId") or "",
                    named.value("version") or "",
                    pom,
                    named.line,
                )

    def active_profiles(self) -> Iterator[Element]:
        """Its profiles that are active unless told otherwise."""
        for profile in self.root.every("profiles/profile"):
            if profile.value("activation/activeByDefault") == "true":
                yield profile

    def property(self, name: str) -> tuple[str, str, int] | None:
        """The property's value, filled in, with file and line; of the nearest pom that sets it."""
        for pom in self.lineage():
            element = pom.root.find(f"properties/{name}") or _in_profiles(pom, name)
            if element and element.text:
                value = self.filled(element.text)
                return (value, pom.path, element.line) if value else None
        return None

    def filled(self, text: str | None) -> str | None:
        """The text with properties in the place of ${name}; None where one is not known."""
        for _ in range(_MAX_ROUNDS):
            if text is None or len(text) > _MAX_VALUE:
                return None
            match = _PROPERTY.search(text)
            if match is None:
                return text.strip() or None
            value = self._raw(match[1])
            if value is None:
                return None
            text = text.replace(match[0], value)
        return None

    def _raw(self, name: str) -> str | None:
        own = re.sub(r"^(?:project|pom)\.", "", name)
        if own != name:
            known: dict[str, str | None] = {
                "artifactId": self.root.value("artifactId"),
                "groupId": self.root.value("groupId") or self.root.value("parent/groupId"),
                "version": self.root.value("version") or self.root.value("parent/version"),
                "parent.version": self.root.value("parent/version"),
                "parent.groupId": self.root.value("parent/groupId"),
                "build.directory": "target",
                "name": self.root.value("name"),
            }
            return known.get(own)
        for pom in self.lineage():
            element = pom.root.find(f"properties/{name}") or _in_profiles(pom, name)
            if element:
                return element.text
        return None


def read_pom(tree: FileTree, path: str, depth: int = 0) -> Pom:
    """The pom with its parents. Raises Invalid when one is no XML."""
    root = parse_xml(tree.manifest(path), path)
    named = root.find("parent")
    above: Pom | None = None
    if named and depth < _MAX_PARENTS:
        written = named.find("relativePath")
        place = join(parent(path), written.text if written and written.text else "../pom.xml")
        place = place if place.endswith(".xml") else join(place, "pom.xml")
        if place in tree.paths and place != path and not (written is not None and not written.text):
            candidate = read_pom(tree, place, depth + 1)
            above = candidate if candidate.root.value("artifactId") == named.value("artifactId") else None
    return Pom(path, root, above)


def _in_profiles(pom: Pom, name: str) -> Element | None:
    return next((found for each in pom.active_profiles() if (found := each.find(f"properties/{name}"))), None)
