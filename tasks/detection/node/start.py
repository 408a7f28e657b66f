"""How a Node.js component is started: its scripts first, then main, then files that exist by convention."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection import shape
from tasks.detection.commands import is_simple, listening, port_in
from tasks.detection.evidence import CONFIGURATION, CONVENTION, MANIFEST, SOURCE
from tasks.detection.files import join
from tasks.detection.node.builds import BUILDING, BUILDS
from tasks.detection.node.entries import (
    compiled_from,
    entry_of,
    is_absent,
    nests_sources,
    output_of,
    transpiled,
)
from tasks.detection.node.frameworks import NodeFramework
from tasks.detection.node.made import made_of
from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.process_files import mapped_by_nodemon, named_by_file
from tasks.detection.node.scripts import port_said, production
from tasks.detection.node.sources import Sources
from tasks.detection.node.workspaces import workspace_root

_SCRIPTS: Final = (
    "start:prod", "start:production", "start", "serve:prod", "production", "prod", "serve", "start:server", "server",
    "run", "launch",
)  # fmt: skip
_DEVELOPERS: Final = ("dev", "develop", "start:dev", "dev:server", "server:dev", "watch")
_FILES: Final = (
    "server.js", "index.js", "app.js", "main.js", "server.mjs", "index.mjs", "app.mjs", "main.mjs",
    "server.cjs", "index.cjs", "app.cjs",
    "src/server.js", "src/index.js", "src/app.js", "src/main.js", "src/index.mjs", "src/server.mjs", "bin/www",
    "server/index.js", "server/server.js", "server/app.js", "api/index.js", "worker.js", "src/worker.js", "bot.js",
    "src/bot.js",
)  # fmt: skip
_TYPED: Final = (
    "src/server.ts", "src/index.ts", "src/main.ts", "src/app.ts", "server.ts", "index.ts", "main.ts", "app.ts",
    "src/worker.ts", "worker.ts", "src/bot.ts", "bot.ts", "server/index.ts", "bin/server.ts",
)  # fmt: skip
_OF_BUN: Final = frozenset(
    {"add", "build", "create", "exec", "init", "install", "link", "patch", "pm", "publish", "remove", "run", "test",
     "update", "upgrade", "x"}
)  # fmt: skip
"""Commands of its own, which `bun NAME` runs before a script of that name."""
_LOADERS: Final = ("tsx", "ts-node", "esno", "jiti", "@swc-node/register")
_LOADED: Final = re.compile(
    r"(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader)[ =](@[\w.-]+/[\w.-]+|[\w.-]+)"
)


@dataclass(frozen=True, slots=True)
class Start:
    """One way to start the component."""

    command: str
    rule: str
    confidence: float
    line: int | None
    file: str
    entry: str | None
    """The source file that runs, relative to the analysed root, when it can be told."""
    port: int | None = None
    """The port that the script itself says."""


def starts(project: NodeProject, sources: Sources, framework: NodeFramework | None) -> list[Start]:
    """The ways that were found, the strongest first."""
    conventional = _listening_first(list(_conventional(project, sources)), sources)
    developers = list(_developers(project, sources))
    found = [*_scripts(project, sources), *_programs(project, sources)]
    found += [*_main(project, sources, developers), *developers, *conventional]
    found = [way for way in found if not _is_stale(way, project, sources)] or found or list(_lone(project, sources))
    if framework and framework.start and not any(each.rule == "node.start_script" for each in found):
        found.insert(0, Start(framework.start, f"node.{framework.name}", SOURCE, 1, project.path, None))
    return sorted(found, key=lambda each: -each.confidence)


def aliases(project: NodeProject, sources: Sources) -> tuple[tuple[str, str], ...]:
    """What the package managers' ways of running each script mean, where that is one plain command."""
    found = []
    for name in project.scripts:
        command = _plain(project, sources, name)
        if command:
            calls = ["npm run", "yarn", "yarn run", "pnpm", "pnpm run", "bun run"]
            calls += ["npm"] if name == "start" else []
            calls += ["bun"] if name not in _OF_BUN else []
            found += [(f"{call} {name}", command) for call in calls]
    return tuple(found)


def _plain(project: NodeProject, sources: Sources, name: str) -> str | None:
    """The one command behind a script; None when a shell, a hook or npm itself is needed, or for development."""
    command = _command(project, sources, project.scripts[name])
    hooks = [project.scripts[hook] for hook in (f"pre{name}", f"post{name}") if hook in project.scripts]
    hooked = any(not BUILDING.search(hook) for hook in hooks)
    return None if command is None or hooked or not is_simple(command) else listening(command, None)


def _command(project: NodeProject, sources: Sources, written: str) -> str | None:
    """What the script runs in production, a compiler's or a restarter's detours replaced."""
    command = production(project.scripts, written) or named_by_file(written, project, sources)
    if command is None:
        return None
    command = mapped_by_nodemon(command, written, project, sources)
    words = command.split()
    if words[:2] == ["nest", "start"]:
        return _nest(words, sources)
    if words[1:] in (["dist/main"], ["dist/main.js"]) and project.declares("@nestjs/core"):
        return "node dist/src/main" if nests_sources(sources) else command
    if words[0] == "babel-node":
        return _compiled(command, project, sources)
    if words[0] in {"tsx", "ts-node"} and not _is_installed(words[0], project, sources):
        loader = next((name for name in _LOADERS if project.declares(name)), None)
        entry = entry_of(command, project, sources)
        typed = project.declares("typescript") or join(project.folder, "tsconfig.json") in sources.tree.paths
        if entry and (typed or loader):
            name = sources.relative(entry)
            compiles = "tsc" in " ".join(project.scripts.get(each, "") for each in ("build", "compile", "build:ts"))
            is_run = loader in {"ts-node", "esno", "jiti"} and not compiles
            return shlex.join([str(loader), name] if is_run else ["node", output_of(name, sources)])
    return _as_written(command, sources)


def _is_installed(name: str, project: NodeProject, sources: Sources) -> bool:
    """Whether the package is declared here, or for the whole workspace at its root."""
    root = workspace_root(sources.tree, project.folder)
    text = sources.tree.text(join(root, "package.json")) if root else None
    return project.declares(name) or f'"{name}"' in (text or "")


def _as_written(command: str, sources: Sources) -> str:
    """The command with the file where the compiler writes it, when it is named as if it lay beside its source."""
    words = command.split()
    path = join(sources.folder, words[1]) if words[0] == "node" and words[1:] == [words[-1]] else ""
    path = path if path.endswith(".js") else ""
    source = re.sub(r"js$", "ts", path)
    is_there = not path or path in sources.tree.paths or source not in sources.tree.paths
    return command if is_there else shlex.join(["node", output_of(sources.relative(source), sources)])


def _compiled(command: str, project: NodeProject, sources: Sources) -> str:
    """What a build script makes of the file that babel-node, which is made for development, compiles as it runs."""
    entry = entry_of(command, project, sources)
    for name in BUILDS if entry else ():
        output = transpiled(project.scripts.get(name, ""), sources.relative(entry or ""))
        if output:
            return shlex.join(["node", output])
    return command


def _nest(words: list[str], sources: Sources) -> str:
    named = [word for word in words[2:] if not word.startswith("-")]
    folder = f"dist/apps/{named[0]}" if named else "dist"
    lies_outside = sources.resolve("src/main") is None and sources.resolve("main") is not None
    deep = lies_outside or (folder == "dist" and nests_sources(sources))
    return f"node {'dist/src/main' if deep else f'{folder}/main'}"


def _scripts(project: NodeProject, sources: Sources) -> Iterator[Start]:
    for name in _SCRIPTS:
        written = project.scripts.get(name)
        command = _command(project, sources, written) if written else None
        if command is None or written is None:
            continue
        shown = _plain(project, sources, name) or ("npm start" if name == "start" else f"npm run {name}")
        confidence = MANIFEST - _SCRIPTS.index(name) / 1000
        entry = entry_of(command, project, sources)
        if name in {"server", "run", "launch", "start:server"} and not entry:
            continue
        said = port_in(command) or port_said(written)
        yield Start(shown, "node.start_script", confidence, project.line(name), project.path, entry, said)


def _is_stale(way: Start, project: NodeProject, sources: Sources) -> bool:
    """Whether a script names a file that is not there and that nothing makes."""
    if way.rule != "node.start_script" or way.entry is not None:
        return False
    written = " ".join(project.scripts.get(name, "") for name in (*BUILDS, "postinstall", "prepare", "prestart"))
    return not written.strip() and is_absent(way.command, project, sources)


def _developers(project: NodeProject, sources: Sources) -> Iterator[Start]:
    """The program that a developer's script runs, for a project that says nothing of production."""
    for rank, name in enumerate(_DEVELOPERS):
        written = project.scripts.get(name)
        command = _command(project, sources, written) if written else None
        entry = entry_of(command, project, sources) if command else None
        if command and written and entry and is_simple(command):
            made = None if command.startswith("node ") else made_of(sources.relative(entry), project, sources)
            command = shlex.join(["node", made]) if made else command
            confidence = CONVENTION + 0.02 - rank / 1000
            said = port_in(command) or port_said(written)
            yield Start(
                listening(command, None), "node.dev_script", confidence, project.line(name), project.path, entry, said
            )
            return


def _programs(project: NodeProject, sources: Sources) -> Iterator[Start]:
    """The programs that an install of the package offers."""
    named = project.package.get("bin")
    files = [shape.text(each) for each in (shape.table(named).values() or [named])]
    for name in files[:3]:
        entry = sources.resolve(name) if name and re.fullmatch(r"[\w./@-]{1,200}", name) else None
        if entry:
            command = shlex.join(["node", sources.relative(entry)])
            yield Start(command, "node.bin", CONFIGURATION + 0.01, project.line("bin"), project.path, entry)
            return


def _main(project: NodeProject, sources: Sources, developers: list[Start]) -> Iterator[Start]:
    """The main file; as the developers run it, when they need more for it than Node.js."""
    main = shape.text(project.package.get("main"))
    if not main or not re.fullmatch(r"[\w./@-]{1,200}", main):
        return
    line = project.line("main")
    entry = sources.resolve(main)
    if entry and entry.endswith((".js", ".mjs", ".cjs")):
        same = next((way for way in developers if way.entry == entry), None)
        loaded = _LOADED.search(same.command) if same else None
        if same and (not same.command.startswith("node ") or (loaded and project.declares(loaded[1]))):
            yield replace(same, confidence=CONFIGURATION)
            return
        command = shlex.join(["node", sources.relative(entry)])
        yield Start(command, "node.main", CONFIGURATION, line, project.path, entry)
        return
    source = entry or compiled_from(main, sources)
    if source and project.declares("typescript"):
        output = main.removeprefix("./") if main.endswith("js") else output_of(sources.relative(source), sources)
        command = shlex.join(["node", output])
        yield Start(command, "node.compiled_main", CONFIGURATION, line, project.path, source)


def _conventional(project: NodeProject, sources: Sources) -> Iterator[Start]:
    own = frozenset(sources.paths)
    for rank, name in enumerate(_FILES):
        path = join(project.folder, name)
        if path in own or (name == "bin/www" and path in sources.tree.paths):
            command = shlex.join(["node", name])
            yield Start(command, "node.entry_file", CONVENTION - rank / 1000, 1, path, path)
    loader = next((name for name in _LOADERS[:4] if project.declares(name)), None)
    runs_bun = project.manager == "bun"
    if not project.declares("typescript") and not loader and not runs_bun:
        return
    for rank, name in enumerate(_TYPED):
        path = join(project.folder, name)
        if path not in own:
            continue
        if runs_bun and not project.declares("typescript"):
            words = ["bun", "run", name]
        elif loader and not project.declares("typescript"):
            words = [loader, name]
        else:
            words = ["node", output_of(name, sources)]
        yield Start(shlex.join(words), "node.compiled_main", CONVENTION - (rank + 1) / 1000, 1, path, path)


def _lone(project: NodeProject, sources: Sources) -> Iterator[Start]:
    """The only file that listens, of a project that names none and has none of the usual names."""
    serving = [source.path for source in sources.interesting() if source.listens]
    if len(serving) == 1:
        name = sources.relative(serving[0])
        is_typed = name.endswith("ts")
        if not is_typed or project.declares("typescript"):
            command = shlex.join(["node", output_of(name, sources) if is_typed else name])
            yield Start(command, "node.entry_file", CONVENTION - 0.1, 1, serving[0], serving[0])


def _listening_first(found: list[Start], sources: Sources) -> list[Start]:
    """Files that listen before those that do not, and equal among themselves unless one imports the other.

    server.js stays the first of them: it is what npm starts when nothing is said.
    """
    serving = [each for each in found if each.entry and (source := sources.get(each.entry)) and source.listens]
    imported = {
        source.path for each in serving for source in sources.reachable(each.entry or "") if source.path != each.entry
    }
    leading = [each for each in serving if each.entry not in imported]
    if any(each.command == "node server.js" for each in leading):
        return found
    return [replace(each, confidence=CONVENTION + 0.01) if each in leading else each for each in found]
