"""The programs of a repository's packages, what each one does, and which of them are deployed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from tasks.detection import shape
from tasks.detection.commands import WORKING
from tasks.detection.config_files import environment_of, settings_of
from tasks.detection.container_files import find_dockerfile
from tasks.detection.files import FileTree, join, parent
from tasks.detection.folders import folders
from tasks.detection.listening import Listen, configured, ranked
from tasks.detection.reading import Dependency
from tasks.detection.rust.commands import needs_subcommand, serving, workers
from tasks.detection.rust.listeners import listens, waits
from tasks.detection.rust.manifests import Binary, RustPackage, packages_of, toml_or_nothing
from tasks.detection.rust.scope import RustScope
from tasks.detection.rust.syntax import RustFile

_BESIDE: Final = re.compile(
    r"xtask|(?:.*[-_])?(?:cli|client|migrat\w*|seed\w*|gen|generate|codegen|tool|tools|bench\w*|example\w*|test\w*|fuzz|macros?|setup)"
)
_TESTING: Final = re.compile(
    r"(?:.*[-_])?(?:tests?|e2e|bench\w*|load[-_]?test\w*|mock|mocks)|(?:mock|fake|test|tests)[-_].*"
)
"""Names of programs that stand in for others, or try them out: they are deployed by nobody, though they listen."""
_WEB_ASSEMBLY: Final = frozenset({"yew", "leptos", "dioxus", "sycamore", "seed", "gloo"})
_MAX_FILES: Final = 400
_MAX_SOURCE: Final = 400_000


@dataclass
class RustProgram:
    """One binary of a package, and the files it is made of."""

    package: RustPackage
    binary: Binary
    scope: RustScope
    crates: frozenset[str]
    shared: tuple[Dependency, ...] = ()
    """What the packages of the repository need that it is made of."""
    beside: tuple[RustProgram, ...] = ()
    """Other binaries of the package that are deployed with it."""

    @cached_property
    def listens(self) -> list[Listen]:
        """Where it listens, the main place first."""
        return ranked(configured(self.scope.settings, listens(self.scope, self.crates)))

    @cached_property
    def waits(self) -> tuple[str, int] | None:
        """Where it waits for work."""
        return self.workers.get(self.command or "") or waits(self.scope, self.crates)

    @cached_property
    def command(self) -> str | None:
        """The subcommand that serves, or else works, of a program that has some; Loco gives every one the same."""
        if "loco-rs" in self.crates:
            return "start"
        working = next(iter(self.workers), None) if self.needs_subcommand else None
        return serving(self.scope.files) or working

    @cached_property
    def workers(self) -> dict[str, tuple[str, int]]:
        """Subcommands that work beside what the program does otherwise, and where they stand."""
        return workers(self.scope.files)

    @property
    def needs_subcommand(self) -> bool:
        """Whether it does nothing until a word of its command line says what."""
        return needs_subcommand(self.scope.files)

    @property
    def is_named_worker(self) -> bool:
        """Whether its name says that it works off what others leave for it."""
        return WORKING.fullmatch(self.binary.name.replace("_", "-")) is not None

    @property
    def is_web(self) -> bool:
        """Whether it listens, and not only beside its work."""
        return bool(self.listens) and not (all(each.minor for each in self.listens) and self.waits)

    @property
    def is_worker(self) -> bool:
        """Whether it waits for work without listening."""
        return not self.is_web and self.waits is not None


@dataclass
class RustSurvey:
    """The programs that are deployed by the folder of their component; packages without one; pages for browsers."""

    programs: dict[str, RustProgram]
    libraries: dict[str, RustPackage]
    pages: dict[str, RustPackage]


def survey(tree: FileTree) -> RustSurvey:
    """All packages looked through once."""
    packages = packages_of(tree)
    known = {each.folder: each for each in packages}
    files: dict[str, RustFile | None] = {}
    pages = {each.folder: each for each in packages if _is_page(tree, each)}
    found: dict[str, RustProgram] = {}
    for package in packages:
        if package.folder not in pages and package.binaries and not _is_aside(package):
            found[package.folder] = _chosen(tree, package, known, files)
    served = [folder for folder, program in found.items() if program.is_web or program.is_worker]
    spaces = {known[folder].workspace for folder in (*served, *pages)} - {None}
    kept = {
        folder: program
        for folder, program in found.items()
        if folder in served or program.package.workspace not in spaces
    }
    kept = _without_tools(kept)
    rest = {each.folder: each for each in packages if each.folder not in kept and each.folder not in pages}
    return RustSurvey(kept, rest, pages)


def _without_tools(found: dict[str, RustProgram]) -> dict[str, RustProgram]:
    """Those beside the main ones go, when there are main ones."""
    main = {folder: each for folder, each in found.items() if not _BESIDE.fullmatch(each.package.name) or each.is_web}
    own = {folder: each for folder, each in main.items() if not _TESTING.fullmatch(each.package.name)}
    return own or main or found


def _is_aside(package: RustPackage) -> bool:
    return package.folder != "." and folders().is_aside(package.folder)


def _is_page(tree: FileTree, package: RustPackage) -> bool:
    """Whether it is compiled for browsers: Trunk builds it, or a framework for pages runs on no server."""
    names = {each.name for each in package.dependencies}
    if join(package.folder, "Trunk.toml") in tree.paths:
        return True
    page = tree.text(join(package.folder, "index.html")) or ""
    return bool(names & _WEB_ASSEMBLY) and ("data-trunk" in page or join(package.folder, "Dioxus.toml") in tree.paths)


def _chosen(
    tree: FileTree, package: RustPackage, known: Mapping[str, RustPackage], files: dict[str, RustFile | None]
) -> RustProgram:
    """The program that the Dockerfile names, else `default-run`, else the likeliest by what it does and its name.

    Where no Dockerfile says which one is deployed, those that work or serve beside it stand with it.
    """
    programs = [_program(tree, package, each, known, files) for each in package.binaries]
    dockerfile = find_dockerfile(tree, package.folder)
    text = (tree.text(dockerfile) or "") if dockerfile else ""
    default = shape.text(package.package.get("default-run"))

    def rank(program: RustProgram) -> tuple[bool, bool, bool, bool, bool]:
        name = program.binary.name
        is_built = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None
        beside = _BESIDE.fullmatch(name) is not None
        return (
            name != default,
            not program.is_web,
            not is_built,
            beside or program.is_named_worker,
            name != package.name,
        )

    first = min(programs, key=rank)
    others = () if dockerfile else tuple(each for each in programs if each is not first and _is_deployed(each, first))
    return replace(first, beside=others) if first.is_web else first


def _is_deployed(program: RustProgram, first: RustProgram) -> bool:
    """Whether it works by its name, or listens in its own file, and elsewhere than the first program does.

    What its library can do, others may start.
    """
    name = program.binary.name
    if _BESIDE.fullmatch(name) or _TESTING.fullmatch(name):
        return False
    own = [each for each in program.listens if each.path == program.binary.path and not each.minor]
    ports = {each.worth.port or each.default for each in own} - {None}
    return program.is_named_worker or bool(ports - {each.worth.port or each.default for each in first.listens})


def _program(
    tree: FileTree,
    package: RustPackage,
    binary: Binary,
    known: Mapping[str, RustPackage],
    files: dict[str, RustFile | None],
) -> RustProgram:
    reached = _reached(tree, package, binary, known, files)
    inside = {folder for each in package.local if each in known for folder in (each, *known[each].local)}
    own = {each.name for each in package.dependencies}
    places = (known[folder] for folder in sorted(inside) if folder in known)
    shared = tuple(each for place in places for each in place.dependencies if each.name not in own)
    crates = frozenset(own | {each.name for each in shared})
    place = package.folder
    strings = [text for file in reached for text in file.text.strings]
    above = settings_of(tree, package.workspace or place, strings)
    settings = above | settings_of(tree, place, strings) | _of_frameworks(tree, package)
    environment = environment_of(tree, package.workspace or place) | environment_of(tree, place)
    return RustProgram(package, binary, RustScope(reached, settings, environment), crates, shared)


def _reached(
    tree: FileTree,
    package: RustPackage,
    binary: Binary,
    known: Mapping[str, RustPackage],
    files: dict[str, RustFile | None],
) -> list[RustFile]:
    """The program's first file, its modules, and the libraries of the repository that it uses."""
    libraries: dict[str, str] = {package.name.replace("-", "_"): package.library} if package.library else {}
    named = shape.text(shape.table(package.table.get("lib")).get("name"))
    if named and package.library:
        libraries[named] = package.library
    beside = [known[folder] for folder in package.local if folder in known]
    libraries |= {each.name.replace("-", "_"): each.library for each in beside if each.library}
    waiting, seen = [binary.path], {binary.path}
    found: list[RustFile] = []
    while waiting and len(found) < _MAX_FILES:
        path = waiting.pop(0)
        file = _file(tree, path, files)
        if file is None:
            continue
        found.append(file)
        after = [_module_path(tree, path, name, said) for name, said in file.modules]
        after += [first for name, first in libraries.items() if name in file.crates]
        for each in after:
            if each and each not in seen:
                seen.add(each)
                waiting.append(each)
    return found


def _file(tree: FileTree, path: str, files: dict[str, RustFile | None]) -> RustFile | None:
    if path not in files:
        text = tree.text(path)
        files[path] = RustFile(path, text) if text is not None and len(text) <= _MAX_SOURCE else None
    return files[path]


def _module_path(tree: FileTree, path: str, name: str, said: str | None) -> str | None:
    if said:
        return join(parent(path), said)
    stem = path.rpartition("/")[2].removesuffix(".rs")
    is_root = stem in {"main", "lib", "mod"} or "/src/bin/" in f"/{path}"
    folder = parent(path) if is_root else join(parent(path), stem)
    options = [join(folder, f"{name}.rs"), join(folder, f"{name}/mod.rs")]
    if "/src/bin/" in f"/{path}" and not is_root:
        options.append(join(parent(path), f"{name}.rs"))
    return next((each for each in options if each in tree.paths), None)


def _of_frameworks(tree: FileTree, package: RustPackage) -> dict[str, str]:
    """What Rocket.toml and the manifest's table for Leptos say of addresses."""
    rocket = toml_or_nothing(tree, join(package.folder, "Rocket.toml"))
    found: dict[str, str] = {}
    for name in ("release", "default", "production", "global", "debug", "development"):
        for key, value in shape.table(rocket.get(name)).items():
            if key in {"port", "address"}:
                found.setdefault(f"rocket.{key}", str(value))
    metadata = shape.table(shape.table(package.package.get("metadata")).get("leptos"))
    address = shape.text(metadata.get("site-addr"))
    if address:
        found["site_addr"] = address
    return found
