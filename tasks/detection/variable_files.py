"""Files of variables that lie beside a program: people copy them when they deploy, so their values are suggestions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tasks.detection.evidence import CONVENTION, say
from tasks.detection.files import FileTree, join
from tasks.models import Evidence

SUGGESTED: Final = CONVENTION + 0.05
"""What such a file says is worth more than a framework's default, and less than the program's own word."""
_FILES: Final = (
    ".env.production", ".env", ".env.defaults", ".env.example", ".env.sample", ".env.template", ".env.dist",
    "env.example", ".env.local.example", ".env.development", "example.env", "sample.env", "config.env",
    "config/config.env", ".example.env",
)  # fmt: skip
_GIVEN: Final = re.compile(r"^\s*(?:export\s+)?([A-Za-z_]\w{0,80})\s*=", re.MULTILINE)


def given_variables(tree: FileTree, folder: str) -> frozenset[str]:
    """The names that any of the files gives a value to."""
    texts = (tree.text(join(folder, name)) or "" for name in _FILES)
    return frozenset(name for text in texts for name in _GIVEN.findall(text))


def suggested_port(tree: FileTree, folder: str, variables: Iterable[str], rule: str) -> Iterator[Evidence]:
    """What the most telling file gives to one of the variables that the code reads for its port."""
    wanted = "|".join(re.escape(name) for name in variables if re.fullmatch(r"\w{1,60}", name))
    line = re.compile(rf"^\s*(?:export\s+)?(?:{wanted})\s*=\s*[\"']?([1-9]\d{{1,4}})[\"']?\s*(?:#.*)?$", re.MULTILINE)
    for rank, name in enumerate(_FILES if wanted else ()):
        path = join(folder, name)
        text = tree.text(path)
        match = line.search(text) if text else None
        if text and match:
            number = text.count("\n", 0, match.start(1)) + 1
            yield say("port", match[1], path, rule, SUGGESTED - rank / 1000, number)
            return
