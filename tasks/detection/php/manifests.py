"""composer.json and its lock: packages, extensions, and the PHP that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tasks.detection import shape
from tasks.detection.evidence import line_of
from tasks.detection.files import FileTree, join
from tasks.detection.reading import Dependency


@dataclass(frozen=True, slots=True)
class PhpProject:
    """The manifests of one folder."""

    folder: str
    path: str | None
    """composer.json, relative to the analysed root."""
    text: str
    composer: Mapping[str, object]
    has_lock: bool
    dependencies: tuple[Dependency, ...]

    @property
    def name(self) -> str | None:
        """The package's name without its vendor."""
        written = shape.text(self.composer.get("name"))
        return written.rpartition("/")[2] if written else None

    @property
    def asked(self) -> str | None:
        """The range of PHP that the project runs on."""
        return shape.text(shape.table(self.composer.get("require")).get("php"))

    @property
    def platform(self) -> str | None:
        """The PHP that dependencies are resolved for."""
        platform = shape.table(shape.table(self.composer.get("config")).get("platform"))
        return shape.text(platform.get("php"))

    @property
    def extensions(self) -> tuple[str, ...]:
        """Extensions of PHP that the project names, sorted: pdo_mysql."""
        names = (name for name in shape.table(self.composer.get("require")) if str(name).startswith("ext-"))
        return tuple(
            sorted(name.removeprefix("ext-").lower() for name in names if re.fullmatch(r"ext-[\w-]{1,40}", name))
        )

    @property
    def is_library(self) -> bool:
        """Whether it is made for other packages."""
        kind = shape.text(self.composer.get("type"))
        return kind is not None and kind not in {"project", "application"}

    def script(self, name: str) -> str | None:
        """The command of a script, when it is one line."""
        written = shape.table(self.composer.get("scripts")).get(name)
        lines = shape.texts(written) if isinstance(written, list) else (shape.text(written),)
        return next((line for line in lines if line and not line.startswith("Composer\\")), None)

    def line(self, key: str) -> int | None:
        """The line of composer.json that the key stands on."""
        return line_of(self.text, f'"{key}"')


def read_project(tree: FileTree, folder: str) -> PhpProject:
    """What the folder declares. Raises Invalid when composer.json is not JSON."""
    path = join(folder, "composer.json")
    text = tree.manifest(path)
    composer = shape.parse_json(text, path) if text else {}
    return PhpProject(
        folder=folder,
        path=path if text else None,
        text=text,
        composer=composer,
        has_lock=join(folder, "composer.lock") in tree.paths,
        dependencies=tuple(_packages(composer, path, text)),
    )


def _packages(composer: Mapping[str, object], path: str, text: str) -> Iterator[Dependency]:
    for name in shape.table(composer.get("require")):
        if re.fullmatch(r"[\w.-]{1,80}/[\w.-]{1,80}|ext-[\w-]{1,40}", name):
            yield Dependency(name.lower(), path, line_of(text, f'"{name}"'))
