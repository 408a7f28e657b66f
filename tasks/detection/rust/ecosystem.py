"""Rust: from a package's files to statements about the program that is deployed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tasks.detection.commands import ANYTHING, LOOPBACK
from tasks.detection.container_files import find_dockerfile
from tasks.detection.environment import port_of_variable, variables
from tasks.detection.evidence import CONVENTION, DEPENDENCY, MANIFEST, SOURCE, WEAK, say
from tasks.detection.files import FileTree, join
from tasks.detection.frameworks import declared
from tasks.detection.listening import Listen, confined, listen_evidence, told_evidence, told_port
from tasks.detection.packages import needing
from tasks.detection.reading import Dependency, Ecosystem, Process, Reading
from tasks.detection.runtime_files import front_ends, runtime_files
from tasks.detection.rust.listeners import read_by_frameworks
from tasks.detection.rust.manifests import RustPackage, locked_crates
from tasks.detection.rust.needed import files_needed, settings_named
from tasks.detection.rust.programs import RustProgram, survey
from tasks.detection.rust.routes import health_evidence
from tasks.detection.rust.variables import reads_of
from tasks.detection.rust.versions import version_evidence, version_warnings
from tasks.detection.screens import drawing
from tasks.detection.worth import Worth
from tasks.models import Evidence

_CHECKED: Final = re.compile(r"\bquery(?:_as|_scalar|_file|_file_as|_file_scalar)?!\s*\(")
_INLINED = frozenset({"leptos", "yew", "dioxus", "sycamore"})


def folders(tree: FileTree) -> tuple[str, ...]:
    """The folders of packages: of programs that are deployed, of pages for browsers, of libraries."""
    found = tree.survey("rust", survey)
    return (*found.programs, *found.pages, *found.libraries)


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:  # noqa: ARG001 - modules say what belongs to a program
    """Everything that the folder says as a Rust package."""
    found = tree.survey("rust", survey)
    program = found.programs.get(folder)
    if program is not None:
        return _program(tree, program)
    return _page(tree, found.pages[folder]) if folder in found.pages else _library(tree, found.libraries[folder])


def _library(tree: FileTree, package: RustPackage) -> Reading:
    said = say("kind", "library", package.file, "rust.no_program", WEAK, 1)
    return _reading(tree, package, (said,))


def _page(tree: FileTree, package: RustPackage) -> Reading:
    said = [
        say("kind", "static", package.file, "rust.web_assembly", DEPENDENCY, 1),
        say("build_command", "trunk build --release", package.file, "rust.web_assembly", CONVENTION, 1),
        say("static_folder", "dist", package.file, "rust.web_assembly", CONVENTION, 1),
    ]
    row = declared("rust", [each for each in package.dependencies if each.name in _INLINED])
    if row:
        said.append(say("framework", row[0].name, row[1].file, "rust.dependency", DEPENDENCY, row[1].line))
    return _reading(tree, package, tuple(said))


def _program(tree: FileTree, program: RustProgram) -> Reading:
    package = program.package
    reads = list(reads_of(program.scope))
    env, env_evidence = variables(reads, "rust.reads_environment")
    strings = [text for file in program.scope.files for text in file.text.strings]
    strings += [*sorted(read_by_frameworks(program.crates)), *settings_named(program.scope.files)]
    found = runtime_files(tree, package.workspace or package.folder, strings, frozenset(_built_in(program)))
    beside = tuple(dict.fromkeys((*found, *sorted(files_needed(program.scope.files)))))
    places = dict.fromkeys((package.folder, package.workspace or package.folder))
    front = tuple(sorted({each for place in places for each in front_ends(tree, place, strings)} - {package.folder}))
    evidence = [
        *port_of_variable(reads, "rust.port_default"),
        *_process(program, is_contained=find_dockerfile(tree, package.folder) is not None),
        *_framework(program),
        *health_evidence(program.scope),
        *env_evidence,
    ]
    reading = _reading(tree, package, tuple(evidence))
    return replace(
        reading,
        env=env,
        dependencies=(*reading.dependencies, *program.shared, *_system(tree, program)),
        aliases=_aliases(program),
        runtime_files=beside,
        parts=front,
        processes=tuple(_beside(program)),
        warnings=(
            *reading.warnings,
            *_warnings(program, reading),
            *_unchecked(tree, program),
            *_unbuilt(front, package),
        ),
    )


def _reading(tree: FileTree, package: RustPackage, evidence: tuple[Evidence, ...]) -> Reading:
    lock, _ = locked_crates(tree, package)
    manifests = [package.file, *(join(each, "Cargo.toml") for each in (package.workspace,) if each)]
    manifests += [join(each, "Cargo.toml") for each in package.local]
    names = dict.fromkeys(path for path in (*manifests, lock) if path and path in tree.paths)
    return Reading(
        language="rust",
        folder=package.folder,
        name=package.name,
        version=package.said("version"),
        dependencies=package.dependencies,
        evidence=(
            say("language", "rust", package.file, "rust.manifest", MANIFEST, 1),
            say("package_manager", "cargo", package.file, "rust.manifest", MANIFEST, 1),
            *version_evidence(tree, package),
            *evidence,
        ),
        lock_file=posixpath.relpath(lock, package.folder) if lock else None,
        dependency_files=tuple(posixpath.relpath(path, package.folder) for path in names),
        warnings=tuple(version_warnings(tree, package)),
    )


def _framework(program: RustProgram) -> Iterator[Evidence]:
    if program.is_web:
        own = [each for each in program.package.dependencies if "/" not in each.name]
        row = declared("rust", own) or declared(
            "rust", [Dependency(name, program.package.file) for name in sorted(program.crates)]
        )
        if row:
            yield say("framework", row[0].name, row[1].file, "rust.dependency", DEPENDENCY, row[1].line)


def _process(program: RustProgram, *, is_contained: bool) -> Iterator[Evidence]:
    package, file = program.package, program.binary.path
    first = next((each for each in program.scope.files if each.path == file), None)
    line = first.text.line(max(first.code.find("fn main"), 0)) if first else None
    used = {name for each in program.scope.files for name in each.crates}
    named = (each for each in package.dependencies if each.name.replace("-", "_") in used)
    if not program.is_web and drawing("rust", named):
        yield say("kind", "library", file, "rust.desktop", SOURCE, line)
    elif program.is_web:
        yield from listen_evidence(_configured(program), "rust")
        yield from () if is_contained else told_evidence(_configured(program), "rust")
    elif program.waits:
        yield say("kind", "worker", program.waits[0], "rust.waits", SOURCE - 0.1, program.waits[1])
    elif program.needs_subcommand and program.command in {None, *ANYTHING} and not is_contained:
        yield say("kind", "library", file, "rust.arguments", WEAK, line)
    elif package.is_tool and not is_contained:
        yield say("kind", "library", package.file, "rust.category.arguments", WEAK, package.line("categories"))
    else:
        yield say("kind", "job", file, "rust.program_ends", WEAK, line)
    yield from _commands(program, line)


def _configured(program: RustProgram) -> list[Listen]:
    """The listeners; where a framework's own configuration says the port, with that."""
    said = program.scope.settings.get("rocket.port")
    loco = program.scope.settings.get("server.port") if "loco-rs" in program.crates else None
    port = said if "rocket" in program.crates else loco
    return [replace(each, worth=Worth(port)) if port and each.worth.port is None else each for each in program.listens]


def _every_address(program: RustProgram) -> list[str]:
    """The option that makes a program listen on every address, where it listens on its own machine only."""
    each = confined(program.listens) if program.is_web else None
    if each is None or each.worth.variables:
        return []
    if each.worth.host_option:
        return [each.worth.host_option, "0.0.0.0"]  # noqa: S104 - inside a container
    if each.worth.option and each.worth.is_address:
        return [each.worth.option, f"0.0.0.0:{each.worth.port}"]
    if not each.worth.option and not each.worth.port_option:
        return []
    host = next(
        (
            found.option
            for file in program.scope.files
            for name in ("host", "bind", "address", "addr", "listen", "interface", "ip")
            if (found := program.scope.worth(name, file)).text in LOOPBACK and found.option
        ),
        None,
    )
    return [host, "0.0.0.0"] if host else []  # noqa: S104 - inside a container


def _beside(program: RustProgram) -> Iterator[Process]:
    """What is started beside a program that serves: its subcommands that work, and other binaries of its package."""
    for word, (path, line) in program.workers.items() if program.is_web else ():
        said = (
            say("kind", "worker", path, "rust.subcommand", SOURCE - 0.1, line),
            say("start_command", f"./{program.binary.name} {word}", path, "rust.subcommand", CONVENTION, line),
        )
        yield Process(word, said)
    for each in program.beside:
        worker = say("kind", "worker", each.binary.path, "rust.binary", SOURCE - 0.1, 1)
        served = () if each.is_named_worker else tuple(listen_evidence(_configured(each), "rust"))
        yield Process(each.binary.name, (*(served or (worker,)), *_commands(each, None)))


def _commands(program: RustProgram, line: int | None) -> Iterator[Evidence]:
    """How the program is started and built."""
    package, name, file = program.package, program.binary.name, program.binary.path
    is_server = program.is_web and not program.is_named_worker
    option = (_every_address(program) or told_port(_configured(program))) if is_server else []
    serving = [program.command] if program.command and (program.is_web or program.is_worker) else []
    yield say("start_command", " ".join([f"./{name}", *serving, *option]), file, "rust.main", CONVENTION, line)
    several = package.workspace not in {None, package.folder}
    words = ["cargo build --release", *([f"--package {package.name}"] if several else []), f"--bin {name}"]
    yield say("build_command", " ".join(words), file, "rust.main", CONVENTION, line)


def _aliases(program: RustProgram) -> tuple[tuple[str, str], ...]:
    name = program.binary.name
    run = (
        "cargo run",
        "cargo run --release",
        f"cargo run --bin {name}",
        f"cargo run --release --bin {name}",
        "cargo watch -x run",
    )
    return tuple((command, f"./{name}") for command in (*run, f"./target/release/{name}", f"target/release/{name}"))


def _system(tree: FileTree, program: RustProgram) -> tuple[Dependency, ...]:
    """Crates of the lock file that need packages of the system; SQLite counts as built in where a feature says so."""
    file, names = locked_crates(tree, program.package)
    said = {each.name for each in program.package.dependencies}
    bundled = bool({"rusqlite/bundled", "sqlx", "libsqlite3-sys/bundled", "sea-orm"} & said)
    features = {"libsqlite3-sys": ("bundled",) if bundled else ()}
    if "openssl-src" in names:
        features["openssl-sys"] = ("vendored",)
    return tuple(
        Dependency(name, file or program.package.file, extras=features.get(name, ()))
        for name in sorted(names & needing("rust"))
        if name not in said
    )


def _built_in(program: RustProgram) -> Iterator[str]:
    """Strings that macros read when the program is built."""
    for file in program.scope.files:
        for macro in ("include_str!(", "include_bytes!(", "include_dir!(", "migrate!("):
            position = file.code.find(macro)
            while position >= 0:
                said = file.text.arguments(position + len(macro))
                text = file.text.string(said[0]) if said else None
                yield (text or "").removeprefix("$CARGO_MANIFEST_DIR/").removeprefix("./").strip("/")
                position = file.code.find(macro, position + 1)


def _warnings(program: RustProgram, reading: Reading) -> Iterator[str]:
    each = confined(program.listens) if program.is_web else None
    if each and not each.worth.variables and not _every_address(program):
        yield f"{each.path}, line {each.line}: it listens on {each.worth.host} only, which no other container can reach"
    if reading.lock_file is None and program.package.dependencies:
        yield f"{program.package.file}: there is no Cargo.lock beside it, so that no build is the same as another"


def _unchecked(tree: FileTree, program: RustProgram) -> Iterator[str]:
    """Queries that are checked against a database when the program is built, where nobody committed what it says."""
    places = {program.package.folder, program.package.workspace or program.package.folder}
    known = any(tree.holds(join(each, name)) for each in places for name in (".sqlx", "sqlx-data.json"))
    for file in program.scope.files if "sqlx" in program.crates and not known else ():
        match = _CHECKED.search(file.code) if "sqlx" in file.crates else None
        if match:
            place = f"{file.path}, line {file.text.line(match.start())}"
            yield f"{place}: its queries ask a database while it is built; commit what `cargo sqlx prepare` writes"
            return


def _unbuilt(front: tuple[str, ...], package: RustPackage) -> Iterator[str]:
    if front:
        yield f"{package.folder}: the program serves what {', '.join(front)} builds; build it before the image is made"


ECOSYSTEM = Ecosystem("rust", folders, read)
