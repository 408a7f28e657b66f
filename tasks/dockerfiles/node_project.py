"""What the files of a Node project say about how it can be installed and started."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.detection.shape import parse_json, table, text
from tasks.dockerfiles.command import needs_shell, program
from tasks.dockerfiles.folder import Folder
from tasks.models import Component

_EARLY_SCRIPTS = ("preinstall", "install", "postinstall")
_GIT_HOOKS = re.compile(r"\b(?:husky|lefthook|simple-git-hooks)\b")
_RUN_SCRIPT = re.compile(r"^(?:npm|pnpm|yarn|bun)\s+(?:(?:run|run-script)\s+)?(?P<script>[A-Za-z0-9:_.-]+)$")
_STANDALONE = re.compile(r"""\boutput\s*:\s*["']standalone["']""")
_NEXT_CONFIGS = ("next.config.js", "next.config.mjs", "next.config.ts", "next.config.cjs")
_PACKAGE_OF_PROGRAM = {
    "nest": "@nestjs/cli", "tsc": "typescript", "ng": "@angular/cli", "remix": "@remix-run/dev",
    "babel-node": "@babel/node", "sucrase-node": "sucrase",
}  # fmt: skip
_LOADED = re.compile(r"(?:^|\s)(?:-r|--require|--import|--loader)[ =](?P<package>@[\w.-]+/[\w.-]+|[\w.-]+)")
_OWN_PROGRAMS = frozenset({"node", "npm", "npx", "sh", "bash", "pnpm", "yarn", "bun"})


@dataclass(frozen=True, slots=True)
class NodeProject:
    """The facts that decide stages and start command."""

    scripts_need_source: bool
    """Its own scripts run during the installation."""
    prepare_needs_source: bool
    """So does its prepare script, which runs only where development dependencies are installed."""
    publishing: tuple[str, ...]
    """Scripts that an installation runs although they belong to development: prepare, prepublish."""
    start: str | None
    """The start command, with package scripts replaced by what they run."""
    needs_development: str | None
    """The development dependency that the start command runs, or has loaded first."""
    standalone: bool
    """Next.js writes a folder that holds all that it needs."""
    has_public: bool
    """There is a folder named public."""
    lock_version: str | None
    """What the lock file says about its own format."""


def read_project(component: Component, folder: Folder) -> NodeProject:
    """The facts of this component. Raises Invalid for a package.json that is no JSON."""
    content = folder.text("package.json")
    package = parse_json(content, "package.json") if content else {}
    scripts = {name: command for name, value in table(package.get("scripts")).items() if (command := text(value))}
    start = _resolved(component.start_command, scripts)
    return NodeProject(
        scripts_need_source=any(name in scripts for name in _EARLY_SCRIPTS),
        prepare_needs_source="prepare" in scripts and not _GIT_HOOKS.search(scripts["prepare"]),
        publishing=tuple(name for name in ("prepare", "prepublish") if name in scripts),
        start=start,
        needs_development=_development_program(start, package),
        standalone=component.framework == "nextjs" and bool(_STANDALONE.search(folder.first(*_NEXT_CONFIGS) or "")),
        has_public=folder.has("public"),
        lock_version=_lock_version(component, folder),
    )


def _resolved(start: str | None, scripts: dict[str, str]) -> str | None:
    """The command behind `npm start`, so that signals reach it; npm itself where more than one command would run."""
    if start is None:
        return None
    called = _RUN_SCRIPT.match(start.strip())
    if called is None:
        return start
    name = called["script"]
    script = scripts.get(name)
    if script is None:
        return start
    alone = f"pre{name}" not in scripts and f"post{name}" not in scripts and "npm_" not in script
    if alone and not needs_shell(script) and not _RUN_SCRIPT.match(script):
        return script
    return "npm start" if name == "start" else f"npm run {name}"


def _development_program(start: str | None, package: object) -> str | None:
    name = program(start or "")
    loaded = [match["package"] for match in _LOADED.finditer(start or "")]
    wanted = loaded if name in _OWN_PROGRAMS else [_PACKAGE_OF_PROGRAM.get(name, name), *loaded]
    fields = table(package)
    development, dependencies = table(fields.get("devDependencies")), table(fields.get("dependencies"))
    return next((each for each in wanted if each in development and each not in dependencies), None)


def _lock_version(component: Component, folder: Folder) -> str | None:
    if component.lock_file is None or component.package_manager not in {"npm", "pnpm", "yarn"}:
        return None
    head = folder.head(component.lock_file)
    if head is None:
        return None
    if component.package_manager == "yarn":
        return "1" if "# yarn lockfile v1" in head else "berry"
    found = re.search(r"^\s*\"?lockfileVersion\"?:\s*['\"]?([0-9.]+)", head, re.MULTILINE)
    return found[1] if found else None
