"""Which subcommand of a Python program serves: started without a word, such a program prints its help and ends."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Final

from tasks.detection.python.usage import called_name, constant, first_given, given_to, parsed, typer_commands

_SERVING: Final = ("serve", "server", "runserver", "run-server", "web", "api", "start", "run", "daemon", "up")
"""Names of subcommands that serve, the likeliest first."""
_SUFFIX: Final = re.compile(r"_(?:command|cmd|group|grp)$")
"""What click takes off a function's name."""
_MANY: Final = 2


def serving_subcommand(texts: Iterable[str]) -> str | None:
    """The subcommand that serves, of a program made of these files; None where it needs none, or has no such one."""
    trees = [tree for text in texts if (tree := parsed(text))]
    if not any(_demands_one(tree) for tree in trees):
        return None
    nested = {name for tree in trees for name in _nested(tree)}
    added = {name for tree in trees for name in _added(tree)}
    names = {name for tree in trees for node in ast.walk(tree) for name in _made(node, nested, added)}
    return min(names & set(_SERVING), key=_SERVING.index, default=None)


def _demands_one(tree: ast.Module) -> bool:
    """Whether the file makes a set of commands that does nothing by itself."""
    if len(typer_commands(tree)) >= _MANY:
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called_name(node) == "add_subparsers":
            return True
        groups = [each for each in _decorators(node) if called_name(each) == "group"]
        if any(constant(given_to(each).get("invoke_without_command")) is not True for each in groups):
            return True
    return False


def _nested(tree: ast.Module) -> Iterator[str]:
    """The groups that stand below another one: their commands are not the program's own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if any(called_name(each) == "group" and _owner(each) not in {None, "click"} for each in _decorators(node)):
                yield node.name
        elif isinstance(node, ast.Call) and called_name(node) == "add_typer":
            yield from (each.id for each in node.args[:1] if isinstance(each, ast.Name))


def _added(tree: ast.Module) -> Iterator[str]:
    """Functions that are put into a group by a call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called_name(node) == "add_command":
            yield from (each.id for each in node.args[:1] if isinstance(each, ast.Name))


def _made(node: ast.AST, nested: set[str], added: set[str]) -> Iterator[str]:
    """The names of the commands that the node makes, as click, Typer and argparse spell them."""
    if isinstance(node, ast.Call) and called_name(node) == "add_parser" and isinstance(said := first_given(node), str):
        yield said
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for each in _decorators(node):
            alone = _owner(each) in {None, "click"} and node.name not in added
            if called_name(each) == "command" and not alone and _owner(each) not in nested:
                named = first_given(each) or constant(given_to(each).get("name"))
                yield named if isinstance(named, str) else _SUFFIX.sub("", node.name).replace("_", "-")


def _decorators(node: ast.AST) -> list[ast.expr]:
    return node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []


def _owner(decorator: ast.expr) -> str | None:
    """The name before the dot."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    owner = called.value if isinstance(called, ast.Attribute) else None
    return owner.id if isinstance(owner, ast.Name) else None
