"""Python modules that a command names, held against the repository: their letters' case, and whether they are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.files import FileTree

_SERVED: Final = re.compile(r"\b(?:gunicorn|uvicorn|hypercorn|daphne|granian|waitress-serve)\b(?P<rest>[^&;|]*)")
_MODULE: Final = re.compile(
    r"(?<![\w./=-])(?P<module>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?=:[A-Za-z_]|(?<=[.](?:wsgi|asgi))\b)"
)
_SCRIPT: Final = re.compile(r"\bpython[\d.]*[ ]+(?:-u[ ]+)?(?:\./)?(?P<script>[\w./-]+\.py)\b")


def as_it_lies(tree: FileTree, command: str) -> str:
    """The command; a module or script whose letters' case is another one in the repository is named as it is there."""
    for written, suffix in _named(command):
        lying = _lying(tree, written, suffix)
        if lying and lying != written:
            command = re.sub(rf"(?<![\w./-]){re.escape(written)}(?![\w/-])", lying, command, count=1)
    return command


def names_nothing(tree: FileTree, command: str) -> bool:
    """Whether it names a module or script of which nothing lies anywhere in a repository of Python."""
    named = [_lying(tree, written, suffix) is not None for written, suffix in _named(command)]
    return bool(named) and not any(named) and any(path.endswith(".py") for path in tree.ordered)


def _named(command: str) -> Iterator[tuple[str, str]]:
    served = _SERVED.search(command)
    module = _MODULE.search(served["rest"]) if served else None
    if module:
        yield module["module"], "."
    elif not served and (script := _SCRIPT.search(command)):
        yield script["script"], "/"


def _lying(tree: FileTree, written: str, separator: str) -> str | None:
    """The module or script as the repository has it: exactly, else the only one that differs in case."""
    parts = written.removesuffix(".py").split("/" if separator == "/" else ".")
    base = "/".join(parts)
    endings = (f"{base}.py",) if separator == "/" else (f"{base}.py", f"{base}/__init__.py")
    if any(path == each or path.endswith(f"/{each}") for path in tree.ordered for each in endings):
        return written
    found = {
        "/".join(path.split("/")[-each.count("/") - 1 :]).removesuffix("/__init__.py").removesuffix(".py")
        for path in tree.ordered
        for each in endings
        if path.lower() == each.lower() or path.lower().endswith(f"/{each.lower()}")
    }
    if len(found) != 1:
        return None
    lying = found.pop()
    return f"{lying}.py" if separator == "/" else lying.replace("/", ".")
