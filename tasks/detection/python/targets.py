"""The application object that a server is given, and the module path under which it can be imported."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from tasks.detection.files import join
from tasks.detection.python.frameworks import by_name
from tasks.detection.python.source import AppObject, SourceFile
from tasks.detection.python.sources import Sources

_FILES: Final = {
    name: rank
    for rank, names in enumerate(
        (
            ("wsgi", "asgi"),
            ("main", "app", "server", "application", "__init__", "__main__"),
            ("run", "api", "web", "index", "factory", "webapp", "service"),
        )
    )
    for name in names
}
_NAMES: Final = ("app", "application", "create_app", "api", "server", "make_app", "build_app", "get_app")
_OTHER: Final = 9
_LAYOUT: Final = re.compile(r"^\s*\w+\.layout\s*=", re.MULTILINE)
ABOVE: Final = ".."
"""Where a component is imported from whose own folder is the package."""


@dataclass(frozen=True, slots=True)
class Target:
    """An application object where it can be imported from."""

    file: str
    """Relative to the component."""
    path: str
    """Relative to the analysed root."""
    app: AppObject
    framework: str
    module: str
    folder: str
    """Where it must be imported from, relative to the component; "." is the component itself."""

    @property
    def reference(self) -> str:
        """module:object."""
        return f"{self.module}:{self.app.name}"


def targets(sources: Sources, files: list[SourceFile], framework: str | None) -> tuple[Target, ...]:
    """The application objects of the best rank: one, several that contradict one another, or none."""
    ranked: list[tuple[tuple[int, ...], Target]] = []
    started = {listen.reference for source in files for listen in source.listens if listen.reference}
    for source in files:
        for app in source.apps:
            name = app.framework if app.framework != "unknown" else framework
            row = by_name(name)
            importable = PurePosixPath(source.path).stem.isidentifier()
            if row is None or name is None or not app.callable or not importable or name == "django":
                continue
            target = _target(sources, source, app, name)
            named = any(each == target.reference or each.endswith(f".{target.reference}") for each in started)
            ranked.append(((int(not named), *_rank(sources, source, app)), target))
    if not ranked:
        return ()
    ranked.sort(key=lambda each: each[0])
    best = [target for rank, target in ranked if rank[:4] == ranked[0][0][:4]]
    one_a_file = list({target.path: target for target in reversed(best)}.values())[::-1]
    chosen = tuple(_laid_out(sources, files, each) for each in _without_imported(sources, one_a_file))
    return _called(sources, chosen[0], [target for _, target in ranked]) if len(chosen) == 1 else chosen


def _laid_out(sources: Sources, files: list[SourceFile], target: Target) -> Target:
    """Dash's application where another file gives it its pages: what that file imports of it, else its own start."""
    if target.framework != "dash" or _LAYOUT.search(sources.tree.text(target.path) or ""):
        return target
    for source in files:
        whole = target.path in {each.path for each in sources.reachable(source.path)[1:]}
        if whole and _LAYOUT.search(sources.tree.text(source.path) or ""):
            is_handed = any(each == target.reference.replace(":", ".") for each in source.imports)
            app = replace(target.app, wsgi=target.app.wsgi and is_handed)
            return _target(sources, source, app, "dash")
    return target


def _called(sources: Sources, chosen: Target, every: list[Target]) -> tuple[Target, ...]:
    """The instance beside the packages that a chosen factory makes: it is what is meant to be started."""
    if not chosen.app.factory:
        return (chosen,)
    for target in every:
        imports_it = any(each.path == chosen.path for each in sources.reachable(target.path))
        if not target.app.factory and "/" not in target.file and imports_it:
            return (target,)
    return (chosen,)


def _target(sources: Sources, source: SourceFile, app: AppObject, framework: str) -> Target:
    module, folder = module_path(sources, source)
    return Target(sources.relative(source.path), source.path, app, framework, module, folder)


def _rank(sources: Sources, source: SourceFile, app: AppObject) -> tuple[int, ...]:
    path = PurePosixPath(sources.relative(source.path))
    depth = len([part for part in path.parts[:-1] if part != "src"])
    name = _NAMES.index(app.name) if app.name in _NAMES else _OTHER
    file = _FILES.get(path.stem, _OTHER)
    return (
        file // _OTHER,
        depth if file else 0,
        file,
        int(not app.whole),
        int(app.factory),
        int(not app.wsgi),
        name,
        app.line,
    )


def _without_imported(sources: Sources, found: list[Target]) -> tuple[Target, ...]:
    """An application that another candidate imports is a part of that one."""
    if len(found) == 1:
        return tuple(found)
    imported = set()
    for target in found:
        source = sources.get(target.path)
        for name in source.imports if source else []:
            file = sources.module_file(name, target.path)
            if file and file != target.path:
                imported.add(file)
    kept = tuple(target for target in found if target.path not in imported)
    return kept or tuple(found[:1])


def module_path(sources: Sources, source: SourceFile) -> tuple[str, str]:
    """The dotted module of a file and the folder that must be on the path, relative to the component."""
    path = PurePosixPath(sources.relative(source.path))
    if _is_of_package_above(sources, source):
        package = PurePosixPath(PurePosixPath(sources.folder).name, path).with_suffix("")
        parts = package.parts[:-1] if package.name == "__init__" else package.parts
        return ".".join(parts), ABOVE
    roots = [PurePosixPath("."), *reversed([each for each in path.parents if each != PurePosixPath(".")])]
    best = max(
        roots, key=lambda root: (_resolved(sources, source, root), _source_root(sources, root), -len(root.parts))
    )
    module = path.relative_to(best).with_suffix("")
    parts = module.parts[:-1] if module.name == "__init__" and len(module.parts) > 1 else module.parts
    return ".".join(parts), str(best)


def _is_of_package_above(sources: Sources, source: SourceFile) -> bool:
    """Whether the component's own folder is the package that the file's imports name, or begin from with a dot."""
    name = PurePosixPath(sources.folder).name
    if not name.isidentifier() or sources.folder == "." or _resolves(sources, sources.folder, name, source):
        return False
    own = str(PurePosixPath(source.path).parent)
    dotted = [each.removeprefix(f"{name}.") for each in source.imports if each.startswith(f"{name}.")]
    return any(_resolves(sources, sources.folder, each.partition(".")[0], source) for each in dotted) or (
        own == sources.folder and any(re.match(r"\.\w*$|\.\w+\.", each) for each in source.imports)
    )


def _resolves(sources: Sources, folder: str, name: str, source: SourceFile) -> bool:
    """Whether a module or package of this name lies in the folder, other than the file itself."""
    places = (join(folder, f"{name}.py"), join(folder, f"{name}/__init__.py"))
    found = any(place in sources.tree.paths and place != source.path for place in places)
    return found or join(folder, name) in sources.folders


def imported_from_above(sources: Sources, source: SourceFile) -> bool:
    """Whether the file is a package's, or imports what only lies in the component's own folder."""
    above = PurePosixPath(".")
    in_package = f"{PurePosixPath(source.path).parent}/__init__.py" in sources.tree.paths
    return in_package or _resolved(sources, source, above) > 0


def _source_root(sources: Sources, root: PurePosixPath) -> int:
    """src/ without __init__.py is a root by convention."""
    init = f"{sources.folder}/{root}/__init__.py".removeprefix("./")
    return int(root.name == "src" and init not in sources.tree.paths)


def _resolved(sources: Sources, source: SourceFile, root: PurePosixPath) -> int:
    """How many of the file's imports can be found from there; relative ones forbid the file's own folder.

    A file imports no module that is called like itself from where it lies: that is a package of another one.
    """
    base = PurePosixPath(sources.folder) / root
    own = PurePosixPath(source.path).parent
    count = 0
    for name in source.imports:
        if name.startswith("."):
            count -= 100 * int(base == own)
            continue
        first = name.partition(".")[0]
        places = (f"{base}/{first}.py".removeprefix("./"), f"{base}/{first}/__init__.py".removeprefix("./"))
        is_folder = f"{base}/{first}".removeprefix("./") in sources.folders
        found = any(place in sources.tree.paths and place != source.path for place in places)
        count += int(found or is_folder)
    return count
