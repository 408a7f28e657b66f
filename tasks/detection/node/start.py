"""How a Node.js component is built and started: its scripts first, then main, then files that exist by convention."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection import shape
from tasks.detection.commands import is_simple, listening, port_in
from tasks.detection.evidence import CONFIGURATION, CONVENTION, MANIFEST, SOURCE, say
from tasks.detection.files import join
from tasks.detection.node.frameworks import NodeFramework
from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.sources import Sources
from tasks.models import Evidence

_SCRIPTS: Final = ("start:prod", "start:production", "start", "serve:prod", "production", "prod", "serve")
_BUILDS: Final = ("build", "build:prod", "build:production", "compile")
_FILES: Final = (
    "server.js", "index.js", "app.js", "main.js", "server.mjs", "index.mjs", "app.mjs", "main.mjs",
    "src/server.js", "src/index.js", "src/app.js", "src/main.js", "src/index.mjs", "src/server.mjs", "bin/www",
    "server/index.js", "server/server.js", "api/index.js", "worker.js", "src/worker.js", "bot.js",
)  # fmt: skip
_TYPED: Final = (
    "src/server.ts", "src/index.ts", "src/main.ts", "src/app.ts", "server.ts", "index.ts", "main.ts", "app.ts",
    "src/worker.ts", "worker.ts",
)  # fmt: skip
_DEVELOPMENT: Final = re.compile(
    r"^(?:npx )?(?:nodemon|(?:yarn )?babel-node|ts-node-dev|tsnd|supervisor|node-dev|vite(?! preview)|"
    r"react-scripts start|webpack|"
    r"vue-cli-service serve|ng serve|next dev|nuxt dev|astro dev|gatsby develop|parcel|tsc)\b"
    r"|--watch\b"
)
_DELEGATED: Final = re.compile(
    r"^(?:npx |pnpm exec |yarn )?(?:turbo|nx|lerna|wsrun|moon|concurrently)\b|^yarn workspaces?\b|"
    r"^(?:npm|yarn|pnpm)\b.*\s(?:--workspaces?|--filter|-w|-F|--recursive|-r)\b"
)
"""It starts other packages of a workspace."""
_SOURCE_FOLDERS: Final = frozenset({"src", "source", "sources"})
_BUILDING: Final = re.compile(r"\b(?:build|compile|tsc|webpack|rollup|esbuild|babel|clean|lint)\b")
_SPAWNED: Final = re.compile(r"^(?:npm(?: run)?|yarn(?: run)?|pnpm(?: run)?|npm-run-all|run-s) ([\w:.-]+)$")


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
    found = [*_scripts(project, sources), *_programs(project, sources), *_main(project, sources), *conventional]
    if framework and framework.start and not any(each.rule == "node.start_script" for each in found):
        found.insert(0, Start(framework.start, f"node.{framework.name}", SOURCE, 1, project.path, None))
    return sorted(found, key=lambda each: -each.confidence)


def build_evidence(
    project: NodeProject, sources: Sources, framework: NodeFramework | None, start: Start | None
) -> Iterator[Evidence]:
    """The build script, or the build that the framework or TypeScript cannot do without."""
    for name in (*_BUILDS, "prestart"):
        written = project.scripts.get(name)
        if written and start and start.entry and _is_built(written, sources):
            continue
        if written and (name != "prestart" or _BUILDING.search(written)):
            yield say(
                "build_command", f"npm run {name}", project.path, "node.build_script", MANIFEST, project.line(name)
            )
            return
    compiled = start and start.entry and start.entry.endswith("ts") and start.command.startswith("node ")
    if framework and framework.build:
        yield say("build_command", f"npx {framework.build}", project.path, f"node.{framework.name}", CONVENTION, 1)
    elif compiled and project.declares("typescript"):
        yield say("build_command", "npx tsc", project.path, "node.typescript", CONVENTION, 1)


def _is_built(script: str, sources: Sources) -> bool:
    """What the script would read is not there: this is what came out of it, as packages are published."""
    named = {word.removeprefix("./").partition("/")[0].strip("\"'") for word in script.split()} & _SOURCE_FOLDERS
    prefix = "" if sources.folder == "." else f"{sources.folder}/"
    there = any(path.startswith(f"{prefix}{name}/") for name in named for path in sources.tree.paths)
    return bool(named) and not there


def aliases(project: NodeProject) -> tuple[tuple[str, str], ...]:
    """What the package managers' ways of running each script mean, where that is one plain command."""
    found = []
    for name in project.scripts:
        command = _plain(project, name)
        if command:
            calls = ["npm run", "yarn", "yarn run", "pnpm", "pnpm run", *(["npm"] if name == "start" else [])]
            found += [(f"{call} {name}", command) for call in calls]
    return tuple(found)


def _plain(project: NodeProject, name: str) -> str | None:
    """The one command behind a script; None when a shell, a hook or npm itself is needed, or for development."""
    production = _production(project, project.scripts[name])
    hooks = [project.scripts[hook] for hook in (f"pre{name}", f"post{name}") if hook in project.scripts]
    hooked = any(not _BUILDING.search(hook) for hook in hooks)
    return None if production is None or hooked or not is_simple(production) else listening(production, None)


def _scripts(project: NodeProject, sources: Sources) -> Iterator[Start]:
    for name in _SCRIPTS:
        production = _production(project, project.scripts[name]) if name in project.scripts else None
        if production is None:
            continue
        command = _plain(project, name) or ("npm start" if name == "start" else f"npm run {name}")
        confidence = MANIFEST - _SCRIPTS.index(name) / 1000
        entry = _entry(production, project, sources)
        said = port_in(production)
        yield Start(command, "node.start_script", confidence, project.line(name), project.path, entry, said)


def _production(project: NodeProject, written: str, depth: int = 0) -> str | None:
    """What the script runs in production; None when it only serves development."""
    command = re.sub(r"^cross-env(?:-shell)?\s+", "", written.strip())
    *_, last = (part.strip() for part in command.split("&&"))
    spawned = _SPAWNED.match(last)
    if spawned and spawned[1] in project.scripts and depth < 3:  # noqa: PLR2004 - scripts that call scripts
        return _production(project, project.scripts[spawned[1]], depth + 1)
    restarted = re.fullmatch(
        r"(?:npx )?(?:nodemon|node-dev|supervisor)\s+(?:--?[\w-]+(?:[= ]\S+)? )*([\w./-]+\.[cm]?js)", last
    )
    if restarted:
        return f"node {restarted[1]}"
    bare = re.sub(r"^(?:[A-Za-z_]\w*=\S*\s+)+", "", last)
    if _DEVELOPMENT.search(bare) or _DELEGATED.search(bare):
        return None
    return bare if bare != last and is_simple(bare) else last


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


def _main(project: NodeProject, sources: Sources) -> Iterator[Start]:
    main = shape.text(project.package.get("main"))
    if not main or not re.fullmatch(r"[\w./@-]{1,200}", main):
        return
    line = project.line("main")
    entry = sources.resolve(main)
    if entry and entry.endswith((".js", ".mjs", ".cjs")):
        command = shlex.join(["node", sources.relative(entry)])
        yield Start(command, "node.main", CONFIGURATION, line, project.path, entry)
        return
    source = compiled_from(main, sources)
    if source and project.declares("typescript"):
        command = shlex.join(["node", main.removeprefix("./")])
        yield Start(command, "node.compiled_main", CONFIGURATION, line, project.path, source)


def _conventional(project: NodeProject, sources: Sources) -> Iterator[Start]:
    own = frozenset(sources.paths)
    for rank, name in enumerate(_FILES):
        path = join(project.folder, name)
        if path in own or (name == "bin/www" and path in sources.tree.paths):
            command = shlex.join(["node", name])
            yield Start(command, "node.entry_file", CONVENTION - rank / 1000, 1, path, path)
    if not project.declares("typescript"):
        return
    for rank, name in enumerate(_TYPED):
        path = join(project.folder, name)
        if path in own:
            output = _output(name, sources)
            confidence = CONVENTION - (rank + 1) / 1000
            yield Start(shlex.join(["node", output]), "node.compiled_main", confidence, 1, path, path)


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


def _output(name: str, sources: Sources) -> str:
    """Where tsc writes what it makes of the file."""
    out, root = _compiler(sources)
    below = name.removeprefix(f"{root}/") if root not in {"", "."} else name
    script = re.sub(r"\.([cm]?)ts$", r".\1js", below)
    return join(out, script) if out else re.sub(r"\.([cm]?)ts$", r".\1js", name)


def _compiler(sources: Sources) -> tuple[str, str]:
    """OutDir and rootDir of tsconfig.json, or of the one for builds; empty where nothing is said."""
    options: dict[str, str] = {}
    for name in ("tsconfig.build.json", "tsconfig.json"):
        document = shape.loose_json(sources.tree.text(join(sources.folder, name)) or "")
        for key, value in shape.table(document.get("compilerOptions")).items():
            written = shape.text(value)
            if written and re.fullmatch(r"[\w./-]{1,80}", written):
                options.setdefault(key, join(".", written))
    only_src = all(path.startswith(join(sources.folder, "src") + "/") for path in sources.paths if path.endswith("ts"))
    return options.get("outDir", ""), options.get("rootDir", "src" if only_src else ".")


def compiled_from(output: str, sources: Sources) -> str | None:
    """The source file that a compiled one is made of."""
    normal = join(".", output)
    out, root = _compiler(sources)
    for base in dict.fromkeys((out or "dist", "dist", "build", "lib", "out")):
        if normal == base or normal.startswith(f"{base}/"):
            below = normal[len(base) :].lstrip("/") or "index"
            below = re.sub(r"\.[cm]?js$", "", below)
            for place in dict.fromkeys((root, "src", ".")):
                source = sources.resolve(join(place, below))
                if source:
                    return source
    return None


def _entry(command: str, project: NodeProject, sources: Sources) -> str | None:
    """The source file behind `node dist/index.js`, `node .` or `tsx src/index.ts`."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    words = [word for word in words if not re.match(r"[A-Za-z_]\w*=", word)]
    if not words or words[0].rpartition("/")[2] not in {
        "node",
        "tsx",
        "ts-node",
        "npx",
        "nodemon",
        "pm2-runtime",
        "bun",
    }:
        return None
    for word in reversed(words[1:]):
        if word.startswith("-"):
            continue
        name = (shape.text(project.package.get("main")) or "index.js") if word == "." else word
        source = sources.resolve(name) or compiled_from(name, sources)
        if source:
            return source
    return None
