"""Programs that a file of pm2 or nodemon names, where a script only names the tool."""

from __future__ import annotations

import re
from typing import Final

from tasks.detection import shape
from tasks.detection.files import join
from tasks.detection.node.sources import Sources

_PM2: Final = re.compile(r"\bpm2(?:-runtime|-docker)?\b")
_PM2_FILES: Final = (
    "ecosystem.config.js", "ecosystem.config.cjs", "ecosystem.json",
    "ecosystem.config.json", "pm2.config.js", "pm2.json", "process.json",
    "processes.json",
)  # fmt: skip
_SCRIPT: Final = re.compile(r"[\"']?script[\"']?\s*:\s*[\"'`]\.?/?([\w@./-]{1,200})[\"'`]")


def named_by_pm2(written: str, sources: Sources) -> str | None:
    """The program that the configuration of pm2, or of nodemon, starts; None when the script runs neither."""
    if _PM2.search(written):
        text = next((text for name in _PM2_FILES if (text := sources.tree.text(join(sources.folder, name)))), "")
        found = _SCRIPT.findall(text)
        names = [name for name in found if re.search(r"\.[cm]?[jt]s$", name)]
        return f"node {names[0]}" if len(names) == 1 else None
    if re.search(r"\bnodemon\b", written):
        document = shape.loose_json(sources.tree.text(join(sources.folder, "nodemon.json")) or "")
        executed = shape.text(document.get("exec"))
        if executed and re.fullmatch(r"[\w@./ =-]{1,200}", executed):
            named = re.search(r"[\w@./-]+\.(?:[cm]?js|ts)\b", executed)
            return None if named is None else f"{'tsx' if named[0].endswith('ts') else 'node'} {named[0]}"
        return "node ." if re.fullmatch(r".*\bnodemon\s*", written) else None
    return None
