"""Programs that a file of pm2 or nodemon names, where a script only names the tool, and what nodemon puts in front."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tasks.detection import shape
from tasks.detection.files import join
from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.scripts import production
from tasks.detection.node.sources import Sources

_PM2: Final = re.compile(r"\bpm2(?:-runtime|-docker)?\b")
_PM2_FILES: Final = (
    "ecosystem.config.js", "ecosystem.config.cjs", "ecosystem.json",
    "ecosystem.config.json", "pm2.config.js", "pm2.json", "process.json",
    "processes.json",
)  # fmt: skip
_NODEMON: Final = re.compile(r"\bnodemon\b")
_PLAIN: Final = re.compile(r"[\w@./ =-]{1,200}")
_SCRIPT: Final = re.compile(r"[\"']?script[\"']?\s*:\s*[\"'`]\.?/?([\w@./-]{1,200})[\"'`]")


def named_by_file(written: str, project: NodeProject, sources: Sources) -> str | None:
    """The program that the configuration of pm2, or of nodemon, starts; None when the script runs neither."""
    if _PM2.search(written):
        text = next((text for name in _PM2_FILES if (text := sources.tree.text(join(sources.folder, name)))), "")
        found = _SCRIPT.findall(text)
        names = [name for name in found if re.search(r"\.[cm]?[jt]s$", name)]
        return f"node {names[0]}" if len(names) == 1 else None
    if _NODEMON.search(written):
        executed = shape.text(_settings(project, sources).get("exec"))
        if executed and _PLAIN.fullmatch(executed):
            return production({}, executed) if re.search(r"[\w@./-]+\.(?:[cm]?js|ts)\b", executed) else None
        return "node ." if re.fullmatch(r".*\bnodemon\s*", written) else None
    return None


def mapped_by_nodemon(command: str, written: str, project: NodeProject, sources: Sources) -> str:
    """The command with what nodemon is told to run files of that ending with: `node -r sucrase/register` for js."""
    program, _, rest = command.partition(" ")
    named = re.search(r"\.(\w{1,3})(?:\s|$)", rest)
    if program not in {"node", "tsx"} or named is None or "--exec" in written or not _NODEMON.search(written):
        return command
    told = shape.text(shape.table(_settings(project, sources).get("execMap")).get(named[1]))
    return f"{told} {rest}" if told and _PLAIN.fullmatch(told) else command


def _settings(project: NodeProject, sources: Sources) -> Mapping[str, object]:
    """What nodemon.json says, or package.json in its place."""
    text = sources.tree.text(join(sources.folder, "nodemon.json"))
    return shape.loose_json(text) if text else shape.table(project.package.get("nodemonConfig"))
