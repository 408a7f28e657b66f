"""What single statements of a Python file do."""

from __future__ import annotations

import ast
import re
from typing import Final

from tasks.detection.python.constants import Scope

_FLAG: Final = re.compile(r"running|is_alive|keep_|stop|shut|exit|terminat|kill", re.IGNORECASE)


def is_main_guard(test: ast.expr) -> bool:
    """Whether it asks if the file is started itself."""
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1:
        return False
    sides = [test.left, test.comparators[0]]
    names = {side.id for side in sides if isinstance(side, ast.Name)}
    values = {side.value for side in sides if isinstance(side, ast.Constant)}
    return names == {"__name__"} and values == {"__main__"}


def executes(node: ast.stmt) -> bool:
    """Whether the statement, at the top of a file, does something when the file is started."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call | ast.Await)
    if isinstance(node, ast.Try):
        return any(executes(each) for each in node.body)
    return isinstance(node, ast.While | ast.For | ast.With) or (isinstance(node, ast.If) and is_main_guard(node.test))


def is_endless(test: ast.expr) -> bool:
    """Whether a loop goes on until it is told to stop: `while True`, `while self.running`, `while not stopped`."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    return bool(_FLAG.search(ast.unparse(test))) if isinstance(test, ast.Name | ast.Attribute | ast.UnaryOp) else False


def _exits(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) in {"sys.exit", "exit", "quit"}
    )


def stops(body: list[ast.stmt]) -> bool:
    """Whether one of the statements ends the program or raises."""
    return any(isinstance(each, ast.Raise) or _exits(each) for each in body)


def asked_for(node: ast.If, scope: Scope) -> frozenset[str]:
    """The variable of which the statement asks whether it is set, and goes on without it."""
    read = scope.variable_read(node.test) if isinstance(node.test, ast.Call) else None
    return frozenset({read[0]} if read and read[1] is None and not stops(node.orelse) else ())
