"""What a name or an expression is worth before the program runs: literals, defaults, and what is read from outside."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import Final

_READERS: Final = frozenset({"os.environ.get", "os.getenv"})
STRICT_READERS: Final = frozenset({"decouple.config"})
STRICT_OBJECTS: Final = frozenset(
    {"environ.Env", "environ.FileAwareEnv", "environs.Env", "starlette.config.Config", "decouple.AutoConfig"}
)
"""They raise when the variable is absent and no default was given."""
_CAST_IS_SECOND: Final = frozenset({"environ.Env", "environ.FileAwareEnv", "starlette.config.Config"})
_CASTS: Final = frozenset({"int", "str", "float", "bool"})
_OPTIONS: Final = frozenset({"typer.Option", "typer.Argument", "pydantic.Field", "Field"})


@dataclass(frozen=True, slots=True)
class Known:
    """A value: the literal, and the variable of the environment that can replace it."""

    literal: str | int | float | bool | None = None
    variable: str | None = None

    @property
    def number(self) -> int | None:
        """The literal as a port, when it could be one."""
        try:
            port = int(self.literal) if isinstance(self.literal, str | int) else 0
        except ValueError:
            return None
        return port if 0 < port <= 65535 and not isinstance(self.literal, bool) else None  # noqa: PLR2004 - ports end there


_MAX_TABLES: Final = 3
"""Tables in one another."""


@dataclass(slots=True)
class Scope:
    """The names of one module: where they were imported from and what they are worth."""

    aliases: dict[str, str] = field(default_factory=dict)
    values: dict[str, Known] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    """Names of instances, by the dotted name of what made them."""
    pairs: dict[str, ast.Tuple] = field(default_factory=dict)
    keywords: dict[str, dict[str, ast.expr]] = field(default_factory=dict)
    """Names of dictionaries that a call may be given with two stars."""
    factories: dict[str, str] = field(default_factory=dict)
    """Functions of the file that make an application, by its framework."""
    settings: dict[str, Known] = field(default_factory=dict)
    """Attributes of settings classes and of parsed arguments."""

    def dotted(self, node: ast.expr | None) -> str | None:
        """The full name of what the expression refers to, imports resolved."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return ".".join([self.aliases.get(node.id, node.id), *reversed(parts)])

    def value(self, node: ast.expr | None, depth: int = 0) -> Known | None:  # noqa: PLR0911 - one a kind of node
        """What the expression is worth, or None when that is known only when it runs."""
        if node is None or depth > 8:  # noqa: PLR2004 - nobody nests a port deeper
            return None
        match node:
            case ast.Constant(value=str() | int() | float() | bool() | None as literal):
                return Known(literal)
            case ast.Name():
                return self.values.get(node.id)
            case ast.Attribute():
                return self.values.get(ast.unparse(node)) or self.settings.get(node.attr)
            case ast.BoolOp(op=ast.Or()):
                return self._first(node.values, depth)
            case ast.IfExp():
                return self._first([node.body, node.orelse], depth)
            case ast.Subscript():
                return self._subscript(node)
            case ast.Call():
                return self._call(node, depth)
            case ast.JoinedStr() | ast.BinOp(op=ast.Add()) | ast.FormattedValue():
                return self._joined(node, depth)
        return None

    def _joined(self, node: ast.JoinedStr | ast.BinOp | ast.FormattedValue, depth: int) -> Known | None:
        """Text put together of parts that are all known."""
        match node:
            case ast.JoinedStr():
                parts = node.values
            case ast.BinOp():
                parts = [node.left, node.right]
            case _:
                parts = [node.value]
        return self._together([self.value(part, depth + 1) for part in parts])

    @staticmethod
    def _together(known: list[Known | None]) -> Known | None:
        if len(known) == 1:
            return known[0]
        parts = [each for each in known if each is not None and isinstance(each.literal, str | int)]
        if len(parts) < len(known) or not any(isinstance(each.literal, str) for each in parts):
            return None
        variable = next((each.variable for each in parts if each.variable), None)
        return Known("".join(str(each.literal) for each in parts), variable)

    def _first(self, nodes: list[ast.expr], depth: int) -> Known | None:
        known = [each for each in (self.value(node, depth + 1) for node in nodes) if each is not None]
        variable = next((each.variable for each in known if each.variable), None)
        return next((replace(each, variable=variable) for each in known if each.literal), Known(None, variable))

    def _subscript(self, node: ast.Subscript) -> Known | None:
        if self.dotted(node.value) == "os.environ" and isinstance(node.slice, ast.Constant):
            return Known(None, str(node.slice.value))
        return self.values.get(ast.unparse(node))

    def learn(self, name: str, value: ast.expr) -> None:
        """Remember what the name is worth, and what the entries of its table are."""
        if (known := self.value(value)) is not None:
            self.values[name] = known
        if isinstance(value, ast.Dict):
            for key, entry in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant) and name.count("[") < _MAX_TABLES:
                    self.learn(f"{name}[{key.value!r}]", entry)

    def _call(self, node: ast.Call, depth: int) -> Known | None:
        name = self.dotted(node.func)
        if name in _CASTS and node.args:
            return self.value(node.args[0], depth + 1)
        if name in _OPTIONS:
            given = next((each.value for each in node.keywords if each.arg == "default"), None)
            return self.value(given or (node.args[0] if node.args else None), depth + 1)
        read = self.variable_read(node)
        if read is None:
            return None
        variable, default = read
        known = self.value(default, depth + 1) if default is not None else None
        return Known(known.literal if known else None, variable)

    def variable_read(self, node: ast.Call) -> tuple[str, ast.expr | None] | None:
        """The variable that the call reads and the expression of its default, when it reads one."""
        name = self.dotted(node.func) or ""
        maker = self.objects.get(name.partition(".")[0], "")
        if name == "dj_database_url.config":
            default = next((each.value for each in node.keywords if each.arg == "default"), None)
            return "DATABASE_URL", default or ast.Constant("")
        if name not in _READERS and name not in STRICT_READERS and maker not in STRICT_OBJECTS:
            return None
        if not node.args or not isinstance(node.args[0], ast.Constant) or not isinstance(node.args[0].value, str):
            return None
        default = next((each.value for each in node.keywords if each.arg == "default"), None)
        if default is None and len(node.args) > 1 and maker not in _CAST_IS_SECOND:
            default = node.args[1]
        return node.args[0].value, default
