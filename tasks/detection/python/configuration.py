"""Ports in the configuration files that Python's servers read by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.evidence import CONFIGURATION, line_of, say
from tasks.detection.files import FileTree, join
from tasks.detection.python.reader import read_source
from tasks.models import Evidence

_GUNICORN: Final = (
    "gunicorn.conf.py",
    "gunicorn_conf.py",
    "gunicorn_config.py",
    "gunicorn.py",
    "conf/gunicorn.conf.py",
)
_FILES: Final = (
    (".flaskenv", re.compile(r"^(?:export )?FLASK_RUN_PORT=[\"']?(\d{2,5})\b", re.MULTILINE)),
    (".streamlit/config.toml", re.compile(r"^port[ \t]*=[ \t]*(\d{2,5})\b", re.MULTILINE)),
)
_MAX_PORT: Final = 65535


def configured_ports(tree: FileTree, folder: str) -> Iterator[Evidence]:
    """A port for each file that names one."""
    for name in _GUNICORN:
        yield from _bind(tree, join(folder, name))
    for name, pattern in _FILES:
        path = join(folder, name)
        text = tree.text(path) or ""
        match = pattern.search(text)
        if match and 0 < int(match[1]) <= _MAX_PORT:
            yield say("port", int(match[1]), path, "python.configuration", CONFIGURATION, line_of(text, match[0]))


def _bind(tree: FileTree, path: str) -> Iterator[Evidence]:
    text = tree.text(path)
    source = read_source(path, text) if text else None
    known = source.values.get("bind") if source else None
    digits = str(known.literal or "").rpartition(":")[2] if known else ""
    if digits.isascii() and digits.isdigit() and 0 < int(digits[:6]) <= _MAX_PORT:
        yield say("port", int(digits), path, "python.configuration", CONFIGURATION, line_of(text or "", "bind"))
