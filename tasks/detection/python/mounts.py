"""The whole path of a route: what stands in front of it, through routers, blueprints and included URL patterns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tasks.detection.files import join, parent
from tasks.detection.python.routes import DJANGO, Route
from tasks.detection.python.source import SourceFile
from tasks.detection.python.sources import Sources

_MAX_NESTING: Final = 5


def whole_routes(sources: Sources, files: list[SourceFile]) -> Iterator[tuple[str, Route]]:
    """Each route whose whole path is certain, with its file."""
    for source in files:
        for route in source.routes:
            prefix = _prefix(sources, files, source, route.router, 0)
            if prefix is not None:
                yield source.path, replace(route, path=f"{prefix.rstrip('/')}{route.path}")


def _prefix(sources: Sources, files: list[SourceFile], source: SourceFile, name: str, depth: int) -> str | None:
    """What stands in front of the paths that hang on `name`; None when that cannot be told."""
    if not name or depth > _MAX_NESTING:
        return "" if not name else None
    own = source.routers.get(name, "")
    for other in files:
        for include in other.includes:
            if not _is_meant(sources, other, include.target, source, name):
                continue
            above = _prefix(sources, files, other, include.receiver, depth + 1)
            if above is None or include.prefix is None:
                return None
            inner = "" if include.replaces else own
            return f"{above.rstrip('/')}{include.prefix.rstrip('/')}{inner.rstrip('/')}"
    if name == DJANGO:
        return "" if _is_root_urls(sources, source.path) else None
    return None if name in source.routers else ""


def _is_meant(sources: Sources, other: SourceFile, target: str, source: SourceFile, name: str) -> bool:
    if other.path == source.path:
        return target == name
    last = target.rpartition(".")[2]
    return last == name and sources.module_file(target, other.path) == source.path


def _is_root_urls(sources: Sources, path: str) -> bool:
    """urls.py beside settings and gateway is the one that Django starts from."""
    names = ("settings.py", "settings/__init__.py", "wsgi.py", "asgi.py")
    return any(join(parent(path), name) in sources.tree.paths for name in names)
