"""Go: from a module's files to statements about the program that is deployed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from tasks.detection.container_files import find_dockerfile
from tasks.detection.environment import port_of_variable, variables
from tasks.detection.evidence import CONVENTION, DEPENDENCY, MANIFEST, SOURCE, WEAK, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.frameworks import declared
from tasks.detection.go.commands import has_only_subcommands
from tasks.detection.go.configuration import option_for_file, read_by_viper
from tasks.detection.go.listeners import read_by_frameworks
from tasks.detection.go.modules import GoModule
from tasks.detection.go.needed import files_needed
from tasks.detection.go.programs import GoProgram, GoSurvey, survey
from tasks.detection.go.routes import health_evidence
from tasks.detection.go.variables import reads_of
from tasks.detection.go.versions import version_evidence, version_warnings
from tasks.detection.listening import confined, listen_evidence, told_evidence, told_port
from tasks.detection.packages import clients_of, needing
from tasks.detection.reading import Dependency, Ecosystem, Process, Reading
from tasks.detection.runtime_files import front_ends, runtime_files
from tasks.detection.screens import drawing
from tasks.models import Evidence

_PUBLIC_HOSTS = frozenset(  # they serve modules to everybody
    [
        "github.com",
        "gitlab.com",
        "bitbucket.org",
        "golang.org",
        "google.golang.org",
        "gopkg.in",
        "gorm.io",
        "k8s.io",
        "sigs.k8s.io",
        "go.uber.org",
        "cloud.google.com",
        "codeberg.org",
        "git.sr.ht",
        "modernc.org",
    ]
)


def folders(tree: FileTree) -> tuple[str, ...]:
    """The folders of programs that are deployed, and of modules that have none."""
    found = tree.survey("go", survey)
    return (*found.programs, *found.libraries)


def read(tree: FileTree, folder: str, others: frozenset[str]) -> Reading:  # noqa: ARG001 - imports say what belongs to a program
    """Everything that the folder says as a Go program, or as a library."""
    found = tree.survey("go", survey)
    program = found.programs.get(folder)
    return _library(tree, found.libraries[folder]) if program is None else _program(tree, folder, program, found)


def _library(tree: FileTree, module: GoModule) -> Reading:
    said = say("kind", "library", module.file, "go.no_program", WEAK, 1)
    return Reading(
        language="go",
        folder=module.folder,
        name=module.name,
        evidence=(said, *_manifest(tree, module)),
        dependencies=module.requires,
        warnings=tuple(version_warnings(tree, module)),
    )


def _program(tree: FileTree, folder: str, program: GoProgram, found: GoSurvey) -> Reading:
    module = program.module
    reads = list(reads_of(program.scope))
    env, env_evidence = variables(reads, "go.reads_environment")
    asked = option_for_file(tree, module.folder, program.files)
    beside = _beside(tree, program, asked)
    name = program.name if program.name not in {each.partition("/")[0] for each in beside} else f"{program.name}-app"
    evidence = [
        *port_of_variable(reads, "go.port_default"),
        *_manifest(tree, module),
        *_framework(program),
        *_process(program, name, asked, is_contained=find_dockerfile(tree, folder) is not None),
        *health_evidence(program.scope),
        *env_evidence,
    ]
    lock = join(module.folder, "go.sum")
    return Reading(
        language="go",
        folder=folder,
        name=_named(folder, program),
        dependencies=_dependencies(program),
        evidence=tuple(evidence),
        env=env,
        lock_file=posixpath.relpath(lock, folder) if lock in tree.paths else None,
        dependency_files=_dependency_files(tree, folder, module, found),
        aliases=_aliases(program, name),
        parts=_parts(tree, program),
        runtime_files=beside,
        warnings=(*version_warnings(tree, module), *_warnings(tree, program, found)),
        processes=tuple(_workers(program, name)),
    )


def _named(folder: str, program: GoProgram) -> str:
    if folder == program.module.folder:
        return program.module.name
    return program.name if folder == program.folder else posixpath.basename(folder)


def _manifest(tree: FileTree, module: GoModule) -> Iterator[Evidence]:
    if module.file:
        yield say("language", "go", module.file, "go.module", MANIFEST, 1)
        yield say("package_manager", "go", module.file, "go.module", MANIFEST, 1)
        yield from version_evidence(tree, module)
        return
    source = next(path for path in tree.ordered if path.endswith(".go"))
    yield say("language", "go", source, "go.source", CONVENTION, 1)


def _framework(program: GoProgram) -> Iterator[Evidence]:
    """The framework that the program imports."""
    if not program.is_web:
        return
    row = declared("go", _used(program))
    if row:
        yield say("framework", row[0].name, row[1].file, "go.dependency", DEPENDENCY, row[1].line)


def _process(program: GoProgram, name: str, asked: tuple[str, str] | None, *, is_contained: bool) -> Iterator[Evidence]:
    start = next((each for each in program.files if each.is_main), None)
    file = start.path if start else program.module.file
    line = start.text.line(start.code.find("func main(")) if start else None
    drawn = None if program.is_web else drawing("go", _used(program))
    if drawn:
        yield say("kind", "library", file, "go.desktop", SOURCE, line)
    elif program.is_web:
        yield from listen_evidence(program.listens, "go")
        yield from () if is_contained else told_evidence(program.listens, "go")
    elif program.waits:
        yield say("kind", "worker", program.waits[0], "go.waits", SOURCE - 0.1, program.waits[1])
    elif has_only_subcommands(program.files) and not is_contained:
        yield say("kind", "library", file, "go.arguments", WEAK, line)
    else:
        yield say("kind", "job", file, "go.program_ends", WEAK, line)
    words = [f"./{name}"]
    if program.command and (program.is_web or program.is_worker):
        words.append(program.command)
    option = _every_address(program) or (told_port(program.listens) if program.is_web else [])
    yield say("start_command", " ".join([*words, *option, *(asked or ())]), file, "go.main", CONVENTION, line)
    yield say("build_command", f"go build -o {name} {program.package}", file, "go.main", CONVENTION, line)


def _workers(program: GoProgram, name: str) -> Iterator[Process]:
    """What is started beside a program that serves: its subcommands that work."""
    for word, (path, line) in program.workers.items() if program.is_web else ():
        said = (
            say("kind", "worker", path, "go.subcommand", SOURCE - 0.1, line),
            say("start_command", f"./{name} {word}", path, "go.subcommand", CONVENTION, line),
        )
        yield Process(word, said)


def _aliases(program: GoProgram, name: str) -> tuple[tuple[str, str], ...]:
    """Commands of development that run the same program."""
    package = program.package.removeprefix("./")
    written = {".", "main.go", package, f"./{package}", f"{package}/main.go", f"./{package}/main.go", "*.go"}
    return tuple((command, f"./{name}") for command in ("air", *sorted(f"go run {each}" for each in written)))


def _every_address(program: GoProgram) -> list[str]:
    """The option that makes a program listen on every address, where it listens on its own machine only."""
    each = confined(program.listens) if program.is_web else None
    if each is None or each.worth.variables:
        return []
    if each.worth.host_option:
        return [each.worth.host_option, "0.0.0.0"]  # noqa: S104 - inside a container
    return [each.worth.option, f"0.0.0.0:{each.worth.port}"] if each.worth.option else []


def _dependencies(program: GoProgram) -> tuple[Dependency, ...]:
    """Modules that are used or need a compiler of C, packages that talk to a service, "C" for code of its own."""
    own = next((file.path for file in program.files if "C" in file.imports), None)
    used = _used(program)
    indirect = tuple(each for each in program.module.indirect if each.name in needing("go") and each not in used)
    known = {each.name for each in used}
    clients = sorted(path for path in program.imported if path in clients_of("go") and path not in known)
    inside = (Dependency(path, program.module.file or program.folder) for path in clients)
    return (*used, *indirect, *inside, *((Dependency("C", own),) if own else ()))


def _used(program: GoProgram) -> list[Dependency]:
    """Required modules that the program's files import, whatever a comment in go.mod says of them."""
    required = (*program.module.requires, *program.module.indirect)
    names = {each.name for each in required}
    used: set[str] = set()
    for path in program.imported:
        parts = path.split("/")
        used.update(name for size in range(1, len(parts) + 1) if (name := "/".join(parts[:size])) in names)
    return [each for each in required if each.name in used]


def _dependency_files(tree: FileTree, folder: str, module: GoModule, found: GoSurvey) -> tuple[str, ...]:
    places = [module.folder, *(each for each in module.replaced if each)]
    if module.workspace:
        places += [parent(module.workspace)]
        places += [each.folder for each in found.sources.modules if each.workspace == module.workspace]
    names = ("go.mod", "go.sum", "go.work", "go.work.sum")
    paths = [join(place, name) for place in places for name in names]
    return tuple(dict.fromkeys(posixpath.relpath(path, folder) for path in paths if path in tree.paths))


def _beside(tree: FileTree, program: GoProgram, asked: tuple[str, str] | None) -> tuple[str, ...]:
    """Relative to the module's folder, where the program is started."""
    strings = [text for file in program.files for text in file.text.strings]
    strings += sorted({*read_by_frameworks(program.imported), *read_by_viper(program.files)})
    strings += [f"./{asked[1]}"] if asked else []
    found = runtime_files(tree, program.module.folder, strings, frozenset(_embedded(program)))
    return tuple(dict.fromkeys((*found, *sorted(files_needed(program.files)))))


def _embedded(program: GoProgram) -> Iterator[str]:
    for file in program.files:
        for pattern in file.embedded:
            yield posixpath.relpath(join(parent(file.path), pattern.partition("*")[0] or "."), program.module.folder)


def _parts(tree: FileTree, program: GoProgram) -> tuple[str, ...]:
    """Folders of front ends whose output the program embeds or serves."""
    strings = [text for file in program.files for text in file.text.strings]
    return front_ends(tree, program.module.folder, strings, _embedded(program))


def _warnings(tree: FileTree, program: GoProgram, found: GoSurvey) -> Iterator[str]:
    module = program.module
    own = {each.path for each in found.sources.modules}
    fetched = [each for each in (*module.requires, *module.indirect) if each.name not in own]
    front = _parts(tree, program)
    if front:
        yield f"{module.folder}: the program embeds what {', '.join(front)} builds; build it before the image is made"
    host = module.path.partition("/")[0]
    private = next((each for each in fetched if each.name.startswith(f"{host}/")), None)
    if private and "." in host and host not in _PUBLIC_HOSTS:
        place = f"{private.file}, line {private.line}"
        yield f"{place}: {private.name} may be private; the build then needs a proxy for Go modules"
    each = confined(program.listens) if program.is_web else None
    if each and not each.worth.variables and not _every_address(program):
        yield f"{each.path}, line {each.line}: it listens on {each.worth.host} only, which no other container can reach"
    if fetched and join(module.folder, "go.sum") not in tree.paths:
        yield f"{module.file}: there is no go.sum beside it, so that no build is the same as another"


def _is(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name}/")


ECOSYSTEM = Ecosystem("go", folders, read)
