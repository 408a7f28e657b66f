"""The programs of a module, what each one does, and which of them are deployed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from tasks.detection.config_files import environment_of, settings_of
from tasks.detection.container_files import find_dockerfile
from tasks.detection.decide import name_from
from tasks.detection.files import FileTree, join
from tasks.detection.folders import folders
from tasks.detection.go.commands import has_only_subcommands, other_commands, subcommand, uses_command_line, workers
from tasks.detection.go.listeners import has_client, listens, waits
from tasks.detection.go.modules import GoModule
from tasks.detection.go.scope import GoScope
from tasks.detection.go.sources import GoSources, sources_of
from tasks.detection.go.syntax import GoFile
from tasks.detection.listening import Listen, configured, ranked
from tasks.detection.worth import Worth

_BESIDE: Final = re.compile(
    r"(?:.*[-_])?(?:cli|client|migrat\w*|seed\w*|gen|generate|generator|codegen|tool|tools|bench\w*|loadtest|mock\w*|example\w*|"
    r"demo|admin|debug|test\w*|e2e|fake\w*|dev|release|build|(?:static)?lint(?:er)?|\w*docs?|docgen|import|export|stress)|\w+ctl|\w*gen|"
    r"(?:mock|fake|test)[-_].*"
)
_FIRST: Final = ("server", "api", "web", "app", "http", "main", "service", "backend", "serve", "daemon")
_NAMELESS: Final = frozenset({"cmd", "src", "main", "app", "."})


@dataclass
class GoProgram:
    """One package main."""

    module: GoModule
    folder: str
    files: list[GoFile]
    imported: frozenset[str]
    """Every import path of the program's files, those of files that say nothing as well."""
    scope: GoScope

    @property
    def name(self) -> str:
        """What the program is called: its folder's name, that of one above which tells more, or its module's."""
        last = self.folder.rpartition("/")[2]
        if self.folder != self.module.folder and last == "app":
            return name_from(last)
        parts = [] if self.folder == self.module.folder else self._inside.split("/")
        return name_from(next((each for each in reversed(parts) if each not in _NAMELESS), self.module.name))

    @property
    def home(self) -> str:
        """The folder of the service that the program is: the one that holds its `cmd`, below the module's own."""
        above = re.sub(r"/(?:cmd(?:/[^/]+)?|src|main)$", "", self._inside)
        return join(self.module.folder, above) if above not in {self._inside, ""} else self.folder

    @property
    def package(self) -> str:
        """As the go command is told it in the module's folder."""
        inside = self._inside
        return f"./{inside}" if inside and inside != "." else "."

    @property
    def _inside(self) -> str:
        """Its folder as seen from the module's."""
        return self.folder if self.module.folder == "." else self.folder.removeprefix(self.module.folder).strip("/")

    @cached_property
    def listens(self) -> list[Listen]:
        """Where it listens, the main place first."""
        found = listens(self.scope)
        aside = other_commands(self.files, self.command)
        own = [each for each in found if each.path not in aside]
        if own:
            found = [*own, *(replace(each, minor=True) for each in found if each.path in aside)]
        elif self.command:
            found = [replace(each, worth=Worth()) for each in found]
        return ranked(configured(self.scope.settings, found))

    @cached_property
    def waits(self) -> tuple[str, int] | None:
        """Where it waits for work."""
        near = [each for each in self.files if each.path.rpartition("/")[0] == self.folder.removeprefix(".")]
        return self.workers.get(self.command or "") or waits(near if uses_command_line(near) else self.files)

    @cached_property
    def command(self) -> str | None:
        """The word that makes a command-line program serve, or work where it serves nothing."""
        working = next(iter(self.workers), None) if has_only_subcommands(self.files) else None
        return subcommand(self.files) or working

    @cached_property
    def workers(self) -> dict[str, tuple[str, int]]:
        """Subcommands that work beside what the program does otherwise, and where they stand."""
        return workers(self.files)

    @property
    def is_web(self) -> bool:
        """Whether it listens, and not only beside its work."""
        if not self.listens:
            return False
        alone = all(each.minor for each in self.listens)
        if uses_command_line(self.files) and self.command is None and alone:
            return False
        return not (alone and self.waits) or (self._ends_with_listener and not has_client(self.files))

    @property
    def _ends_with_listener(self) -> bool:
        """Whether the last thing that its main function does is to listen: what loops, loops beside that."""
        first = next((each for each in self.files if each.is_main), None)
        lines = first.code.splitlines() if first else []
        own = (lines[each.line - 1] for each in self.listens if first and each.path == first.path)
        return any(re.match(r"\t(?!go\b|defer\b)\S", line) for line in own)

    @property
    def is_worker(self) -> bool:
        """Whether it waits for work without listening."""
        return not self.is_web and self.waits is not None


@dataclass
class GoSurvey:
    """The programs that are deployed by the folder of their component, and the modules that have none."""

    sources: GoSources
    programs: dict[str, GoProgram]
    libraries: dict[str, GoModule]


def survey(tree: FileTree) -> GoSurvey:
    """All modules looked through once."""
    sources = sources_of(tree)
    programs: dict[str, GoProgram] = {}
    libraries: dict[str, GoModule] = {}
    for module in sources.modules:
        chosen = _chosen(sources, module)
        programs |= chosen
        if not chosen and module.file:
            libraries[module.folder] = module
    return GoSurvey(sources, programs, libraries)


def _chosen(sources: GoSources, module: GoModule) -> dict[str, GoProgram]:
    found = [_program(sources, module, folder) for folder in sources.main_folders(module)]
    found = [each for each in found if not folders().is_aside(each.package.removeprefix("./"))]
    if not found:
        return {}
    own = [each for each in found if not _BESIDE.fullmatch(each.name) or each.folder == module.folder] or found
    deployed = [each for each in own if each.is_web] + [each for each in own if each.is_worker]
    first = _first(sources.tree, module, deployed or own)
    if not deployed:
        is_tool = sources.has_library(module) and first.folder != module.folder
        return {} if is_tool and not find_dockerfile(sources.tree, module.folder) else {module.folder: first}
    declared = any(name in sources.tree.paths for name in _declaring(sources.tree, module))
    if len(deployed) == 1 or (declared and len(deployed) > 1):
        named = {module.folder: first}
        if not declared:
            return named
        places = _places(deployed)
        own_files = {place: each for place, each in places.items() if find_dockerfile(sources.tree, place)}
        return named | {place: each for place, each in own_files.items() if each is not first}
    return _places(deployed)


def _places(programs: list[GoProgram]) -> dict[str, GoProgram]:
    """The programs by their services' folders; by their own where a service has several."""
    homes = [each.home for each in programs]
    return {each.home if homes.count(each.home) == 1 else each.folder: each for each in programs}


def _declaring(tree: FileTree, module: GoModule) -> list[str]:
    """Files that say for the module as a whole what is run."""
    return [join(module.folder, "Procfile"), find_dockerfile(tree, module.folder) or ""]


def _program(sources: GoSources, module: GoModule, folder: str) -> GoProgram:
    files, imported = sources.reached(folder)
    strings = (text for file in files for text in file.text.strings)
    settings = settings_of(sources.tree, module.folder, strings)
    scope = GoScope(files, settings, environment_of(sources.tree, module.folder))
    return GoProgram(module, folder, files, imported, scope)


def _first(tree: FileTree, module: GoModule, programs: list[GoProgram]) -> GoProgram:
    """The one that the module's Dockerfile builds; else the likeliest by its name, the module's own, the shallowest."""
    dockerfile = find_dockerfile(tree, module.folder)
    text = (tree.text(dockerfile) or "") if dockerfile else ""
    built = [
        each for each in programs if each.package != "." and re.search(rf"{re.escape(each.package[2:])}(?![\w-])", text)
    ]
    if built:
        return min(built, key=lambda each: (not each.is_web, text.find(each.package[2:])))

    def rank(program: GoProgram) -> tuple[bool, int, bool, int]:
        name = program.folder.rpartition("/")[2]
        place = _FIRST.index(name) if name in _FIRST else len(_FIRST)
        is_named = name == module.name or program.folder == module.folder
        return not program.is_web, place if not is_named else min(place, 3), not is_named, program.folder.count("/")

    return min(programs, key=rank)
