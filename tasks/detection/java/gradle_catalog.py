"""Version catalogs: what libs.spring.web and alias(libs.plugins.ktor) stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.detection import shape
from tasks.detection.files import FileTree, join, parent


@dataclass(frozen=True, slots=True)
class Catalog:
    """The aliases as scripts write them, dots between their parts."""

    libraries: dict[str, str]
    plugins: dict[str, str]
    bundles: dict[str, tuple[str, ...]]
    versions: dict[str, str]

    def library(self, accessor: str) -> tuple[str, ...]:
        """The libraries behind "libs.some.alias" or "libs.bundles.web", as "group:artifact"."""
        alias = re.sub(r"\.(?:get|asProvider)$", "", accessor.removeprefix("libs."))
        if alias.startswith("bundles."):
            return self.bundles.get(alias.removeprefix("bundles."), ())
        return (self.libraries[alias],) if alias in self.libraries else ()

    def plugin(self, accessor: str) -> str | None:
        """The plugin's id behind "libs.plugins.some.alias"."""
        return self.plugins.get(re.sub(r"\.(?:get|asProvider)$", "", accessor.removeprefix("libs.plugins.")))


def read_catalog(tree: FileTree, folder: str) -> Catalog:
    """The nearest gradle/libs.versions.toml, here or above; an empty one when there is none."""
    here = folder
    while (path := join(here, "gradle/libs.versions.toml")) not in tree.paths:
        if here == ".":
            return Catalog({}, {}, {}, {})
        here = parent(here)
    document = shape.parse_toml(tree.manifest(path), path)
    written = {name: _module(each) for name, each in shape.table(document.get("libraries")).items()}
    libraries = {name: module for name, module in written.items() if module}
    bundles = {
        _dotted(name): tuple(libraries[each] for each in shape.texts(members) if each in libraries)
        for name, members in shape.table(document.get("bundles")).items()
    }
    plugins = {
        _dotted(name): identity
        for name, each in shape.table(document.get("plugins")).items()
        if (identity := _identity(each))
    }
    versions = {
        _dotted(name): version
        for name, each in shape.table(document.get("versions")).items()
        if (version := shape.text(each) or shape.text(shape.table(each).get("strictly")))
    }
    return Catalog({_dotted(name): each for name, each in libraries.items()}, plugins, bundles, versions)


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
