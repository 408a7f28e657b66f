"""The command that builds a Node.js component: its script, or what its framework or TypeScript cannot do without."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import CONVENTION, MANIFEST, say
from tasks.detection.files import join
from tasks.detection.node.endings import ending
from tasks.detection.node.frameworks import NodeFramework
from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.sources import Sources
from tasks.detection.node.workspaces import workspace_root
from tasks.models import Evidence

BUILDING: Final = re.compile(r"\b(?:build|compile|tsc|webpack|rollup|esbuild|babel|clean|lint)\b")
BUILDS: Final = (
    "build", "build:prod", "build:production", "compile", "build:ts", "build-ts", "build:server",
    "build:all", "heroku-postbuild",
)  # fmt: skip
_PREPARING: Final = ("prestart:prod", "prestart")
_BRINGING: Final = ("typescript", "tsup", "@nestjs/cli", "tsdx", "@adonisjs/assembler", "ts-jest", "@angular/cli")
_SOURCE_FOLDERS: Final = frozenset({"src", "source", "sources"})
_LENT_COMPILER: Final = "npx --yes --package typescript tsc"
"""For projects that compile with what their developers have installed everywhere."""
_NOTHING: Final = re.compile(r"^\s*(?:echo\b|exit\b|true$|:$)")


def build_evidence(
    project: NodeProject,
    sources: Sources,
    framework: NodeFramework | None,
    *,
    entry: str | None,
    command: str | None,
    wanted: str | None = None,
) -> Iterator[Evidence]:
    """Of the build.

    entry: the source file that runs, command: what runs it, wanted: the script that makes what is served.
    """
    names = [name for name in (wanted, *BUILDS, *_PREPARING) if name]
    for name in dict.fromkeys(names):
        written = project.scripts.get(name)
        if not written or _NOTHING.search(written) or (entry and _is_built(written, sources)):
            continue
        kept = ending(written, project)
        if kept is None or (name in _PREPARING and not BUILDING.search(written)):
            continue
        whole = f"{_runner(project)} {name}" if kept == written else kept
        lent = _lent(kept, project, sources)
        command = lent or (_of_the_workspace(kept, sources) if project.is_shared else whole)
        yield say("build_command", command, project.path, "node.build_script", MANIFEST, project.line(name))
        return
    runs_source = re.search(r"\.tsx?(?:\s|$)", command or "")
    compiled = entry and entry.endswith(("ts", "tsx")) and command and command.startswith("node ") and not runs_source
    if framework and framework.build:
        program = "bunx" if project.manager == "bun" else "npx"
        yield say(
            "build_command", f"{program} {framework.build}", project.path, f"node.{framework.name}", CONVENTION, 1
        )
    elif compiled and (project.declares("typescript") or join(project.folder, "tsconfig.json") in sources.tree.paths):
        command = _lent("tsc", project, sources) or "npx tsc"
        yield say("build_command", command, project.path, "node.typescript", CONVENTION, 1)


def _lent(script: str, project: NodeProject, sources: Sources) -> str | None:
    """The script with a compiler that the project does not declare; None when it needs no such help."""
    words = script.removeprefix("npx ").split()
    if words[:1] != ["tsc"] or project.manager == "bun" or re.search(r"[&|;<>]", script):
        return None
    brought = any(project.declares(name) for name in _BRINGING) or workspace_root(sources.tree, project.folder)
    return None if brought else " ".join([_LENT_COMPILER, *words[1:]])


def _of_the_workspace(written: str, sources: Sources) -> str:
    """Some of Nx's executors look for their files from where it was called: the root, as its users do."""
    return f"cd {posixpath.relpath('.', sources.folder)} && npx {written}"


def _runner(project: NodeProject) -> str:
    return "bun run" if project.manager == "bun" else "npm run"


def _is_built(script: str, sources: Sources) -> bool:
    """What the script would read is not there: this is what came out of it, as packages are published."""
    named = {word.removeprefix("./").partition("/")[0].strip("\"'") for word in script.split()} & _SOURCE_FOLDERS
    prefix = "" if sources.folder == "." else f"{sources.folder}/"
    there = any(path.startswith(f"{prefix}{name}/") for name in named for path in sources.tree.paths)
    return bool(named) and not there
