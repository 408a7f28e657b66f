"""Version catalogs: what libs.spring.web and alias(libs.plugins.ktor) stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from tasks.detection import shape
from tasks.detection.files import FileTree, join, parent
from tasks.detection.java.gradle_scripts import settings_of

_GET: Final = re.compile(r"\.(?:get|asProvider)$")
_NAMED: Final = re.compile(r'create\(\s*["\'](\w+)["\']\s*\)\s*\{\s*from\(\s*files\(\s*["\']([^"\'\n]{1,200})["\']')
_NAMED_GROOVY: Final = re.compile(r'\b(\w+)\s*\{\s*from\(\s*files\(\s*["\']([^"\'\n]{1,200})["\']')


@dataclass(frozen=True, slots=True)
class Catalog:
    """The aliases as scripts write them, the catalog's name in front and dots between their parts."""

    libraries: dict[str, str] = field(default_factory=dict)
    plugins: dict[str, str] = field(default_factory=dict)
    bundles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def library(self, accessor: str) -> tuple[str, ...]:
        """The libraries behind "libs.some.alias" or "libs.bundles.web", as "group:artifact"."""
        alias = _GET.sub("", accessor)
        return (self.libraries[alias],) if alias in self.libraries else self.bundles.get(alias, ())

    def plugin(self, accessor: str) -> str | None:
        """The plugin's id behind "libs.plugins.some.alias"."""
        return self.plugins.get(_GET.sub("", accessor))

    def version(self, accessor: str) -> str | None:
        """The version behind "libs.versions.some.alias"."""
        return self.versions.get(accessor)


def read_catalog(tree: FileTree, folder: str, root: str) -> Catalog:
    """The nearest gradle/libs.versions.toml, here or above, and the files that the settings make catalogs of."""
    found = Catalog()
    for name, path in _files(tree, folder, root).items():
        one = _read(tree, name, path)
        found = Catalog(
            found.libraries | one.libraries,
            found.plugins | one.plugins,
            found.bundles | one.bundles,
            found.versions | one.versions,
        )
    return found


def _files(tree: FileTree, folder: str, root: str) -> dict[str, str]:
    """Files of catalogs by the catalogs' names."""
    found: dict[str, str] = {}
    here = folder
    while (path := join(here, "gradle/libs.versions.toml")) not in tree.paths and here != ".":
        here = parent(here)
    if path in tree.paths:
        found["libs"] = path
    settings = settings_of(tree, root)
    text = (tree.text(settings) or "") if settings else ""
    if "versionCatalogs" in text:
        for name, written in (*_NAMED_GROOVY.findall(text), *_NAMED.findall(text)):
            path = join(root, re.sub(r"^\$\{?(?:rootDir|settingsDir)\}?/", "", written))
            if path in tree.paths:
                found[name] = path
    return found


def _read(tree: FileTree, catalog: str, path: str) -> Catalog:
    document = shape.parse_toml(tree.manifest(path), path)
    written = {name: _module(each) for name, each in shape.table(document.get("libraries")).items()}
    libraries = {name: module for name, module in written.items() if module}
    return Catalog(
        libraries={f"{catalog}.{_dotted(name)}": each for name, each in libraries.items()},
        bundles={
            f"{catalog}.bundles.{_dotted(name)}": tuple(
                libraries[each] for each in shape.texts(members) if each in libraries
            )
            for name, members in shape.table(document.get("bundles")).items()
        },
        plugins={
            f"{catalog}.plugins.{_dotted(name)}": identity
            for name, each in shape.table(document.get("plugins")).items()
            if (identity := _identity(each))
        },
        versions={
            f"{catalog}.versions.{_dotted(name)}": version
            for name, each in shape.table(document.get("versions")).items()
            if (version := shape.text(each) or shape.text(shape.table(each).get("strictly")))
        },
    )


def _dotted(name: str) -> str:
    return re.sub(r"[-_]", ".", name)


def _module(written: object) -> str | None:
    text = shape.text(written)
    if text:
        return ":".join(text.split(":")[:2])
    fields = shape.table(written)
    group, name = shape.text(fields.get("group")), shape.text(fields.get("name"))
    return shape.text(fields.get("module")) or (f"{group}:{name}" if group and name else None)


def _identity(written: object) -> str | None:
    text = shape.text(written)
    return text.split(":")[0] if text else shape.text(shape.table(written).get("id"))
