"""Python files that only define things: whoever starts one sees it end at once."""

from __future__ import annotations

import ast
import re
from typing import Final

from tasks.detection.python.usage import called_name, parsed

_GOES_ON: Final = re.compile(
    r"run|serve|start|main|launch|listen|poll|forever|loop|exec|cli|wait|work|consume|app$|bot"
)
"""In the name of a call that may be what the program does."""
_DEFINING: Final = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign,
)  # fmt: skip


def only_defines(text: str) -> bool:
    """Whether nothing at the top of the file goes on: it makes an application, and leaves it to a server."""
    tree = parsed(text)
    made = tree is not None and any(isinstance(node, ast.Assign | ast.AnnAssign) for node in tree.body)
    return tree is not None and made and all(_is_quiet(node) for node in tree.body)


def _is_quiet(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
        return not re.search(r"^(?:run|serve|start|main|launch)", called_name(node.value) or "")
    if isinstance(node, ast.Expr):
        called = called_name(node.value) if isinstance(node.value, ast.Call) else ""
        return isinstance(node.value, ast.Constant) or bool(called and not _GOES_ON.search(called.lower()))
    return isinstance(node, _DEFINING)
