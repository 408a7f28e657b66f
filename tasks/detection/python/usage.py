"""Whether a program has to be told at each call what to do: arguments that it cannot do without, or subcommands."""

from __future__ import annotations

import ast
from typing import Final

from tasks.detection.python.syntax import syntax_of

_MANY: Final = 2
_OPTIONAL: Final = frozenset({"?", "*", -1})
_COMMANDS: Final = frozenset({"command", "callback"})


def asks(text: str) -> int | None:
    """The line of what asks; None when the program does something by itself, or cannot be parsed."""
    tree = parsed(text)
    if tree is None:
        return None
    lines = [line for node in ast.walk(tree) if (line := _asked(node))]
    return min([*lines, *typer_commands(tree)], default=None)


def _asked(node: ast.AST) -> int | None:
    """The line of a call of argparse or click that demands something, or makes subcommands."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        groups = [each for each in node.decorator_list if called_name(each) == "group"]
        return groups[0].lineno if groups else None
    if not isinstance(node, ast.Call):
        return None
    name, given, first = called_name(node), given_to(node), first_given(node)
    if name == "add_subparsers":
        return node.lineno
    if name not in {"add_argument", "argument", "option"} or not isinstance(first, str):
        return None
    positional = name == "argument" or (name == "add_argument" and not first.startswith("-"))
    freed = "default" in given or constant(given.get("nargs")) in _OPTIONAL or constant(given.get("required")) is False
    return node.lineno if constant(given.get("required")) is True or (positional and not freed) else None


def typer_commands(tree: ast.Module) -> list[int]:
    """Of Typer several commands, or what the only one cannot do without."""
    if not any(called_name(node) == "Typer" for node in ast.walk(tree) if isinstance(node, ast.Call)):
        return []
    commands = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(called_name(each) in _COMMANDS for each in node.decorator_list)
    ]
    needing = [node for node in commands if len(node.args.args) > len(node.args.defaults)]
    return [node.lineno for node in (commands if len(commands) >= _MANY else needing)]


def parsed(text: str) -> ast.Module | None:
    """The syntax tree, silently; None for what cannot be parsed."""
    syntax = syntax_of(text)
    return syntax.tree if syntax else None


def first_given(node: ast.AST) -> object:
    """The first argument of a call, when it is a constant."""
    return constant(node.args[0]) if isinstance(node, ast.Call) and node.args else None


def given_to(node: ast.AST) -> dict[str | None, ast.expr]:
    """What a call is given by name."""
    return {each.arg: each.value for each in node.keywords} if isinstance(node, ast.Call) else {}


def called_name(node: ast.AST) -> str | None:
    """The last name of what is called, or stands as a decorator."""
    called = node.func if isinstance(node, ast.Call) else node
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else None


def constant(node: ast.AST | None) -> object:
    """The value of a constant; None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        return -node.operand.value if isinstance(node.operand.value, int) else None
    return node.value if isinstance(node, ast.Constant) else None
