"""A development container: the release that developers use, and the ports that they open. Not what is deployed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import CONVENTION, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.platforms.statement import Read, statement
from tasks.detection.platforms.table import platforms
from tasks.detection.versions import languages, resolve
from tasks.models import Evidence

_PLACES: Final = (".devcontainer/devcontainer.json", ".devcontainer.json")
_TAG: Final = re.compile(r"^(?:\d+-)?(\d+(?:\.\d+)*)")


def devcontainers(tree: FileTree, folder: str, language: str) -> Iterator[tuple[None, Evidence]]:
    """Release and first port of the folder's development container."""
    for path in (join(folder, name) for name in _PLACES):
        text = tree.text(path)
        document = shape.loose_json(text) if text else {}
        if text is None:
            continue
        image, features = shape.text(document.get("image")), shape.table(document.get("features"))
        written = [(image.rpartition(":")[0], image.rpartition(":")[2], image)] if image else []
        written += [(key, str(shape.table(value).get("version", "")), key) for key, value in features.items()]
        for name, version, needle in written:
            release = _release(language, name, version)
            if release:
                line = line_of(text, needle)
                yield None, say("language_version", release, path, "devcontainer.image", CONVENTION, line)
        ports, read = document.get("forwardPorts"), Read(path, text, "devcontainer.forward_ports")
        for port in [each for each in ports if isinstance(each, int)][:1] if isinstance(ports, list) else []:
            found = statement("port", port, read, "forwardPorts", CONVENTION)
            yield from ((None, each) for each in found)


def _release(language: str, name: str, version: str) -> str | None:
    """The release when the image or feature is one of this language."""
    last = name.partition("@")[0].rpartition("/")[2].partition(":")[0]
    tag = _TAG.match(version)
    row = languages().get(language)
    if last not in platforms().devcontainer.get(language, ()) or tag is None or row is None or not row.versions:
        return None
    return resolve(language, tag[1])
