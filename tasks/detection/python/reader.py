"""Reads the syntax tree of one Python file: what it makes, listens on, routes and reads."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Final, Literal

from tasks.detection.environment import Read
from tasks.detection.python import frameworks, listeners
from tasks.detection.python.calls import (
    framework_of,
    is_datagram,
    learn_option,
    made_elsewhere,
    makes_celery,
    receiver,
)
from tasks.detection.python.constants import STRICT_OBJECTS, STRICT_READERS, Known
from tasks.detection.python.environment_reads import EnvironmentReader
from tasks.detection.python.frameworks import by_constructor
from tasks.detection.python.routes import included, own_prefixes, routes_of
from tasks.detection.python.services import service_of
from tasks.detection.python.settings import settings_of
from tasks.detection.python.source import BARE, AppObject, SourceFile
from tasks.detection.python.statements import asked_for, executes, is_endless, is_main_guard
from tasks.detection.python.syntax import syntax_of

_WRAPPERS: Final = frozenset({"socketio.ASGIApp", "socketio.WSGIApp", "engineio.ASGIApp", "engineio.WSGIApp"})
"""What answers for itself, and hands everything else to the application that it is given."""


def read_source(path: str, text: str) -> SourceFile | None:
    """The file's content, or None when it is not Python that can be parsed."""
    syntax = syntax_of(text)
    if syntax is None:
        return None
    reader = _Reader(path, syntax.tree)
    reader.source.is_old = syntax.is_old
    try:
        reader.visit(syntax.tree)
    except (ValueError, RecursionError, MemoryError):
        return None
    return reader.finished(syntax.tree)


class _Reader(EnvironmentReader, ast.NodeVisitor):
    """Visits in the order of the file, so that names are known before they are used."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        super().__init__(path)
        self.in_main = 0
        self.depth = 0
        self.returned: dict[str, tuple[int, bool]] = {}
        self.guards: set[str] = set()
        self.polls = False
        self.source.executes = any(executes(node) for node in tree.body)

    def finished(self, tree: ast.Module) -> SourceFile:
        """What was read, with the factories, settings and guards that only the whole file shows."""
        for name, (line, callable_) in self.returned.items():
            framework = self.scope.factories[name]
            self.source.apps.append(AppObject(name, framework, line, factory=True, callable=callable_))
        self.source.routers = own_prefixes(tree, self.scope)
        self.source.reads = [
            Read(each.name, each.file, each.line, each.default, each.required, each.guarded or each.name in self.guards)
            for each in self.source.reads
        ]
        if self.polls:
            self.source.listens = [each for each in self.source.listens if not each.call.endswith("_webhook")]
        self.source.values = {**self.scope.settings, **self.scope.values}
        self.source.objects = self.scope.objects
        return self.source

    def visit_Import(self, node: ast.Import) -> None:
        """Remember what the names stand for."""
        for alias in node.names:
            self._imported(alias.name, node.lineno)
            self.scope.aliases[alias.asname or alias.name.partition(".")[0]] = (
                alias.name if alias.asname else alias.name.partition(".")[0]
            )

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Remember what the names stand for; relative imports keep their dots."""
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            full = f"{module}{alias.name}" if module.endswith(".") else f"{module}.{alias.name}"
            self._imported(full, node.lineno)
            if alias.name == "*":
                self.scope.aliases |= frameworks.names_of(module) | listeners.names_of(module)
            self.scope.aliases[alias.asname or alias.name] = full

    def _imported(self, name: str, line: int) -> None:
        self.source.imports.append(name)
        if listeners.waits(name):
            self.source.waits_line = self.source.waits_line or line

    def visit_Assign(self, node: ast.Assign) -> None:
        """Learn constants and objects."""
        self.generic_visit(node)
        for target in node.targets:
            self._learn(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """The same with a type."""
        self.generic_visit(node)
        if node.value is not None:
            self._learn(node.target, node.value)

    def _learn(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Attribute | ast.Subscript):
            self.scope.learn(ast.unparse(target), value)
        if not isinstance(target, ast.Name):
            return
        self.scope.learn(target.id, value)
        if isinstance(value, ast.Tuple):
            self.scope.pairs[target.id] = value
        if given := listeners.keywords_of(value):
            self.scope.keywords[target.id] = given
        self._server_class(target.id, value)
        if isinstance(value, ast.Attribute) and value.attr == "server":
            self._handed_out(target.id, value.value)
        if isinstance(value, ast.Call):
            self._made(target.id, value)

    def _made(self, name: str, value: ast.Call) -> None:
        maker = self.scope.dotted(value.func)
        if maker is None or (maker == "socket.socket" and is_datagram(value)):
            return
        self.scope.objects[name] = maker
        framework = framework_of(maker, self.scope)
        if framework and self.depth == 0 and not self.in_main:
            self.source.apps.append(AppObject(name, framework, value.lineno))
        for keyword in value.keywords:
            if keyword.arg == "server" and framework == "dash" and isinstance(keyword.value, ast.Name):
                self.source.apps.insert(0, AppObject(keyword.value.id, "dash", value.lineno, wsgi=True))
        if makes_celery(maker) and self.depth == 0:
            self.source.celery = name
        if maker in _WRAPPERS and self.depth == 0:
            self._wrapped(name, value)
        if maker == "django.core.wsgi.get_wsgi_application":
            self.source.apps.append(AppObject(name, "django", value.lineno))

    def _wrapped(self, name: str, value: ast.Call) -> None:
        """What stands in front of an application, and is served in its place; alone it is one of no framework."""
        inside = [*value.args[1:], *(each.value for each in value.keywords)]
        held = next((made for each in inside if (made := receiver(each, self.scope))), None)
        self.source.apps.append(AppObject(name, held or BARE, value.lineno, whole=True))

    def _handed_out(self, name: str, made: ast.expr) -> None:
        """Server = app.server: what Dash has for a WSGI server."""
        if receiver(made, self.scope) == "dash" and self.depth == 0:
            self.source.apps.insert(0, AppObject(name, "dash", made.lineno, wsgi=True))

    def _server_class(self, name: str, value: ast.expr) -> None:
        """A name for a class that listens, or for one of two."""
        for each in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
            known = self.scope.dotted(each) or ""
            if listeners.is_server(known):
                self.scope.aliases[name] = known

    def visit_With(self, node: ast.With) -> None:
        """`with Blocks() as demo`: learn the object, and look inside."""
        for item in node.items:
            if isinstance(item.optional_vars, ast.Name) and isinstance(item.context_expr, ast.Call):
                self._made(item.optional_vars.id, item.context_expr)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Look inside, with the defaults of its parameters known."""
        arguments = [*node.args.posonlyargs, *node.args.args]
        for argument, default in zip(reversed(arguments), reversed(node.args.defaults), strict=False):
            self._parameter(argument, default)
        for argument, given in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
            self._parameter(argument, given)
        self.source.routes.extend(routes_of(node, self.scope))
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        if self.depth == 0:
            needed = len(arguments) - len(node.args.defaults) + node.args.kw_defaults.count(None)
            self._factory(node, callable_=needed == 0)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - ast's name

    def _parameter(self, argument: ast.arg, default: ast.expr | None) -> None:
        if (known := self.scope.value(default)) is not None:
            self.scope.values[argument.arg] = known
        if default is not None:
            self._server_class(argument.arg, default)

    def _factory(self, node: ast.FunctionDef | ast.AsyncFunctionDef, *, callable_: bool) -> None:
        for each in ast.walk(node):
            if not isinstance(each, ast.Return) or each.value is None:
                continue
            name = self.scope.dotted(each.value.func if isinstance(each.value, ast.Call) else each.value)
            framework = by_constructor(self.scope.objects.get(name or "", "")) or by_constructor(name or "")
            if framework and isinstance(node, ast.FunctionDef):
                self.scope.factories[node.name] = framework
                self.returned[node.name] = (node.lineno, callable_)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Settings classes say which variables there are."""
        served = next((base for each in node.bases if listeners.is_server(base := self.scope.dotted(each) or "")), None)
        made = next((base for each in node.bases if by_constructor(base := self.scope.dotted(each) or "")), None)
        if served or made:
            self.scope.aliases[node.name] = served or made or ""
            self.scope.objects["self"] = served or made or ""
        for name, known, read in settings_of(node, self.scope, self.source.path):
            self.scope.settings[name] = known
            self.source.reads.append(read)
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1
        self.scope.objects.pop("self", None)

    def visit_If(self, node: ast.If) -> None:
        """Find the main guard, and variables whose absence stops the program."""
        if is_main_guard(node.test):
            self.source.main_line = node.lineno
            self.in_main += 1
            self.generic_visit(node)
            self.in_main -= 1
            return
        self.must_be_set(node)
        self.guards |= asked_for(node, self.scope)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        """A question whether a variable is set; a path that a plain HTTP server compares with."""
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.In | ast.NotIn) and self.scope.dotted(right) == "os.environ":
                known = self.scope.value(node.left)
                if known and isinstance(known.literal, str):
                    self.guards.add(known.literal)
        self.source.routes.extend(routes_of(node, self.scope))
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        """An endless loop."""
        if is_endless(node.test) and self.source.loop_line is None:
            self.source.loop_line = node.lineno
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Everything that a call can say."""
        name = self.scope.dotted(node.func)
        learn_option(node, self.scope)
        self.generic_visit(node)
        read = self.scope.variable_read(node)
        if read is not None:
            maker = self.scope.objects.get((name or "").partition(".")[0])
            strict = name in STRICT_READERS or maker in STRICT_OBJECTS
            known = self.scope.value(node)
            self.reads(known or Known(None, read[0]), node.lineno, required=strict and read[1] is None)
        self._listens(node, name)
        self.source.routes.extend(routes_of(node, self.scope))
        if name == "input":
            self.source.interactive = True
        method = node.func.attr if isinstance(node.func, ast.Attribute) else None
        self.polls = self.polls or "polling" in (method or "")
        if name in listeners.table().waiting.calls or method in listeners.table().waiting.methods:
            self.source.waits_line = self.source.waits_line or node.lineno
        include = included(node, self.scope)
        if include is not None:
            self.source.includes.append(include)

    def _listens(self, node: ast.Call, name: str | None) -> None:
        method = made = None
        if isinstance(node.func, ast.Attribute):
            method = node.func.attr
            made = receiver(node.func.value, self.scope)
        place: Literal["module", "function", "guard"] = (
            "guard" if self.in_main else "function" if self.depth else "module"
        )
        row = listeners.find(name, method, made)
        if row is not None and listeners.applies(row, node, self.scope):
            listen = listeners.read(row, node, self.scope, place)
            served = self.source.figures if row.figures else self.source.listens
            is_guess = made == "unknown" and row.receiver != listeners.ANYTHING
            served.append(replace(listen, guessed=is_guess))
        origin = made_elsewhere(node.func, self.scope) if made in {None, "unknown"} else None
        if origin and (rows := listeners.rows_of(method or "")):
            self.source.handed.append((origin, tuple(listeners.read(each, node, self.scope, place) for each in rows)))

    def visit_Tuple(self, node: ast.Tuple) -> None:
        """A route of Tornado."""
        self.source.routes.extend(routes_of(node, self.scope))
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Everything but documentation."""
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Addresses and drivers of services."""
        service = service_of(node.value) if isinstance(node.value, str) else None
        if service is not None:
            self.source.services.setdefault(service, node.lineno)
