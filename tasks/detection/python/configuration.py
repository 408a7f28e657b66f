"""Ports in the configuration files that Python's servers read by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import CONFIGURATION, line_of, say
from tasks.detection.files import FileTree, join
from tasks.models import Evidence

_FILES: Final = (
    ("gunicorn.conf.py", re.compile(r"^bind[ \t]*=[ \t]*[\"'][^\"'\n]{0,80}:(\d{2,5})[\"']", re.MULTILINE)),
    (".flaskenv", re.compile(r"^(?:export )?FLASK_RUN_PORT=[\"']?(\d{2,5})\b", re.MULTILINE)),
    (".streamlit/config.toml", re.compile(r"^port[ \t]*=[ \t]*(\d{2,5})\b", re.MULTILINE)),
)
_MAX_PORT: Final = 65535


def configured_ports(tree: FileTree, folder: str) -> Iterator[Evidence]:
    """A port for each file that names one."""
    for name, pattern in _FILES:
        path = join(folder, name)
        text = tree.text(path) or ""
        match = pattern.search(text)
        if match and 0 < int(match[1]) <= _MAX_PORT:
            yield say("port", int(match[1]), path, "python.configuration", CONFIGURATION, line_of(text, match[0]))
