"""Reads the syntax tree of one Python file: what it makes, listens on, routes and reads."""

from __future__ import annotations

import ast
import warnings
from typing import Literal

from tasks.detection.environment import Read
from tasks.detection.python import frameworks, listeners
from tasks.detection.python.constants import STRICT_OBJECTS, STRICT_READERS, Known, Scope
from tasks.detection.python.frameworks import by_constructor
from tasks.detection.python.routes import included, own_prefixes, routes_of
from tasks.detection.python.settings import settings_of
from tasks.detection.python.source import AppObject, SourceFile
from tasks.detection.python.statements import asked_for, executes, is_main_guard, stops


def read_source(path: str, text: str) -> SourceFile | None:
    """The file's content, or None when it is not Python that can be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
        reader = _Reader(path, tree)
        reader.visit(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return reader.finished(tree)


class _Reader(ast.NodeVisitor):
    """Visits in the order of the file, so that names are known before they are used."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.source = SourceFile(path)
        self.scope = Scope()
        self.in_main = 0
        self.depth = 0
        self.returned: dict[str, tuple[str, int, bool]] = {}
        self.guards: set[str] = set()
        self.tried = 0
        self.source.executes = any(executes(node) for node in tree.body)

    def finished(self, tree: ast.Module) -> SourceFile:
        """What was read, with the factories, settings and guards that only the whole file shows."""
        for name, (framework, line, callable_) in self.returned.items():
            self.source.apps.append(AppObject(name, framework, line, factory=True, callable=callable_))
        self.source.routers = own_prefixes(tree, self.scope)
        self.source.reads = [
            Read(each.name, each.file, each.line, each.default, each.required, each.guarded or each.name in self.guards)
            for each in self.source.reads
        ]
        self.source.values = {**self.scope.settings, **self.scope.values}
        return self.source

    def visit_Import(self, node: ast.Import) -> None:
        """Remember what the names stand for."""
        for alias in node.names:
            self.source.imports.append(alias.name)
            self.scope.aliases[alias.asname or alias.name.partition(".")[0]] = (
                alias.name if alias.asname else alias.name.partition(".")[0]
            )

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Remember what the names stand for; relative imports keep their dots."""
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            full = f"{module}{alias.name}" if module.endswith(".") else f"{module}.{alias.name}"
            self.source.imports.append(full)
            if alias.name == "*":
                self.scope.aliases |= frameworks.names_of(module) | listeners.names_of(module)
            self.scope.aliases[alias.asname or alias.name] = full

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
        if not isinstance(target, ast.Name):
            return
        if (known := self.scope.value(value)) is not None:
            self.scope.values[target.id] = known
        if isinstance(value, ast.Tuple):
            self.scope.pairs[target.id] = value
        if given := listeners.keywords_of(value):
            self.scope.keywords[target.id] = given
        self._server_class(target.id, value)
        if not isinstance(value, ast.Call):
            return
        maker = self.scope.dotted(value.func)
        if maker is None:
            return
        self.scope.objects[target.id] = maker
        framework = by_constructor(maker) or self._made_by_factory(maker)
        if framework and self.depth == 0 and not self.in_main:
            self.source.apps.append(AppObject(target.id, framework, value.lineno))
        if maker in {"celery.Celery", "celery.app.Celery"} and self.depth == 0:
            self.source.celery = target.id
        if maker == "django.core.wsgi.get_wsgi_application":
            self.source.apps.append(AppObject(target.id, "django", value.lineno))

    def _server_class(self, name: str, value: ast.expr) -> None:
        """A name for a class that listens, or for one of two."""
        for each in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
            known = self.scope.dotted(each) or ""
            if listeners.is_server(known):
                self.scope.aliases[name] = known

    def _made_by_factory(self, maker: str) -> str | None:
        if maker in self.returned:
            return self.returned[maker][0]
        last = maker.rpartition(".")[2]
        return "unknown" if last in {"create_app", "make_app", "build_app", "get_app", "create_application"} else None

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

    def _factory(self, node: ast.FunctionDef | ast.AsyncFunctionDef, *, callable_: bool) -> None:
        for each in ast.walk(node):
            if not isinstance(each, ast.Return) or each.value is None:
                continue
            name = self.scope.dotted(each.value.func if isinstance(each.value, ast.Call) else each.value)
            framework = by_constructor(self.scope.objects.get(name or "", "")) or by_constructor(name or "")
            if framework and isinstance(node, ast.FunctionDef):
                self.returned[node.name] = (framework, node.lineno, callable_)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Settings classes say which variables there are."""
        served = next((base for each in node.bases if listeners.is_server(base := self.scope.dotted(each) or "")), None)
        if served:
            self.scope.aliases[node.name] = served
        for name, known, read in settings_of(node, self.scope, self.source.path):
            self.scope.settings[name] = known
            self.source.reads.append(read)
        self.depth += 1
        self.generic_visit(node)
        self.depth -= 1

    def visit_If(self, node: ast.If) -> None:
        """Find the main guard, and variables whose absence stops the program."""
        if is_main_guard(node.test):
            self.source.main_line = node.lineno
            self.in_main += 1
            self.generic_visit(node)
            self.in_main -= 1
            return
        self._must_be_set(node)
        self.guards |= asked_for(node, self.scope)
        self.generic_visit(node)

    def _must_be_set(self, node: ast.If) -> None:
        test = node.test
        subject = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else None
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is):
            subject = test.left
        known = self.scope.value(subject)
        if known and known.variable and known.literal is None and stops(node.body):
            self.source.reads.append(Read(known.variable, self.source.path, node.lineno, required=True))

    def visit_Try(self, node: ast.Try) -> None:
        """What is read in a try may be absent."""
        caught = any(
            handler.type is None or any(name in ast.dump(handler.type) for name in ("KeyError", "'Exception'"))
            for handler in node.handlers
        )
        self.tried += caught
        for each in node.body:
            self.visit(each)
        self.tried -= caught
        for rest in (*node.handlers, *node.orelse, *node.finalbody):
            self.visit(rest)

    def visit_Compare(self, node: ast.Compare) -> None:
        """A question whether a variable is set; a path that a plain HTTP server compares with."""
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.In | ast.NotIn) and self.scope.dotted(right) == "os.environ":
                known = self.scope.value(node.left)
                if known and isinstance(known.literal, str):
                    self.guards.add(known.literal)
        self.source.routes.extend(routes_of(node, self.scope))
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """os.environ["NAME"]."""
        if isinstance(node.ctx, ast.Load):
            known = self.scope.value(node)
            if known and known.variable:
                self._reads(known, node.lineno, required=True)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        """os.getenv("NAME") or "default"."""
        known = self.scope.value(node)
        if known and known.variable and known.literal is not None:
            self._reads(known, node.lineno, required=False)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        """An endless loop."""
        if isinstance(node.test, ast.Constant) and node.test.value and self.source.loop_line is None:
            self.source.loop_line = node.lineno
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Everything that a call can say."""
        name = self.scope.dotted(node.func)
        self._parsed_argument(node)
        self.generic_visit(node)
        read = self.scope.variable_read(node)
        if read is not None:
            maker = self.scope.objects.get((name or "").partition(".")[0])
            strict = name in STRICT_READERS or maker in STRICT_OBJECTS
            known = self.scope.value(node)
            self._reads(known or Known(None, read[0]), node.lineno, required=strict and read[1] is None)
        self._listens(node, name)
        self.source.routes.extend(routes_of(node, self.scope))
        if name == "input":
            self.source.interactive = True
        method = node.func.attr if isinstance(node.func, ast.Attribute) else None
        if name in listeners.table().waiting.calls or method in listeners.table().waiting.methods:
            self.source.waits_line = self.source.waits_line or node.lineno
        include = included(node, self.scope)
        if include is not None:
            self.source.includes.append(include)

    def _reads(self, known: Known, line: int, *, required: bool) -> None:
        default = None if known.literal is None else str(known.literal)
        self.source.reads.append(
            Read(known.variable or "", self.source.path, line, default, required, guarded=bool(self.tried))
        )

    def _listens(self, node: ast.Call, name: str | None) -> None:
        method = receiver = None
        if isinstance(node.func, ast.Attribute):
            method = node.func.attr
            receiver = self._receiver(node.func.value)
        row = listeners.find(name, method, receiver)
        if row is not None:
            place: Literal["module", "function", "guard"] = (
                "guard" if self.in_main else "function" if self.depth else "module"
            )
            self.source.listens.append(listeners.read(row, node, self.scope, place))

    def _receiver(self, node: ast.expr) -> str | None:
        """What made the object: a framework's name, "socket", "grpc", or "unknown" for an imported application."""
        if isinstance(node, ast.Call):
            return by_constructor(self.scope.dotted(node.func) or "") or self._made_by_factory(
                self.scope.dotted(node.func) or ""
            )
        name = self.scope.dotted(node) or ""
        maker = self.scope.objects.get(name, "")
        if maker.startswith(("socket.", "grpc.")):
            return maker.partition(".")[0]
        if maker == "flask_socketio.SocketIO" or name.rpartition(".")[2] == "socketio":
            return "flask"
        known = by_constructor(maker) or self._made_by_factory(maker)
        return known or ("unknown" if name.rpartition(".")[2] in {"app", "application"} else None)

    def _parsed_argument(self, node: ast.Call) -> None:
        """Argparse and click: --port with a default."""
        if not isinstance(node.func, ast.Attribute | ast.Name):
            return
        last = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        if last not in {"add_argument", "option"}:
            return
        names = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        default = next((each.value for each in node.keywords if each.arg == "default"), None)
        known = self.scope.value(default)
        for name in names:
            if known is not None and name.startswith("--"):
                attribute = name[2:].replace("-", "_")
                self.scope.settings[attribute] = known
                self.scope.values.setdefault(attribute, known)
