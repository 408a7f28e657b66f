"""Files of variables that lie beside a program: people copy them when they deploy, so their values are suggestions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tasks.detection.evidence import CONVENTION, say
from tasks.detection.files import FileTree, join, parent
from tasks.models import Evidence

SUGGESTED: Final = CONVENTION + 0.05
"""What such a file says is worth more than a framework's default, and less than the program's own word."""
_FILES: Final = (
    ".env.production", ".env", ".env.defaults", ".env.example", ".env.sample", ".env.template", ".env.dist",
    "env.example", ".env.local.example", ".env.development", "example.env", "sample.env", "config.env",
    "config/config.env", ".example.env",
)  # fmt: skip
_COPY: Final = r"(?:example|sample|template|tpl|dist|defaults?|copy|demo|ejemplo|exemplo|exemple|beispiel)"
_COPIED: Final = re.compile(
    rf"\.?env\w{{0,20}}[ ._-]+(?:\w{{1,20}}[ ._-])?{_COPY}(?:\.txt)?|\.?{_COPY}[ ._-]?\.?env", re.IGNORECASE
)
"""Other names of a file that is there to be copied: `.env copy`, `env.sample`, `.env_example`."""
_GIVEN: Final = re.compile(r"^\s*(?:export\s+)?([A-Za-z_]\w{0,80})\s*=", re.MULTILINE)


def given_variables(tree: FileTree, folder: str) -> frozenset[str]:
    """The names that any of the files gives a value to."""
    texts = (tree.text(path) or "" for path in _files(tree, folder))
    return frozenset(name for text in texts for name in _GIVEN.findall(text))


def suggested_port(tree: FileTree, folder: str, variables: Iterable[str], rule: str) -> Iterator[Evidence]:
    """What the most telling file gives to one of the variables that the code reads for its port."""
    wanted = "|".join(re.escape(name) for name in variables if re.fullmatch(r"\w{1,60}", name))
    line = re.compile(rf"^\s*(?:export\s+)?(?:{wanted})\s*=\s*[\"']?([1-9]\d{{1,4}})[\"']?\s*(?:#.*)?$", re.MULTILINE)
    for rank, path in enumerate(_files(tree, folder) if wanted else ()):
        text = tree.text(path)
        match = line.search(text) if text else None
        if text and match:
            number = text.count("\n", 0, match.start(1)) + 1
            yield say("port", match[1], path, rule, SUGGESTED - rank / 1000, number)
            return


def _files(tree: FileTree, folder: str) -> tuple[str, ...]:
    """Where such files lie, the most telling first."""
    return (*(join(folder, name) for name in _FILES), *tree.survey("variable_files", _copied).get(folder, ())[:5])


def _copied(tree: FileTree) -> dict[str, list[str]]:
    """By folder, the files whose names only resemble the usual ones."""
    found: dict[str, list[str]] = {}
    for path in tree.ordered:
        name = path.rpartition("/")[2]
        if "env" in name.lower() and name not in _FILES and _COPIED.fullmatch(name):
            found.setdefault(parent(path), []).append(path)
    return found
