"""The routes of Python web applications that answer GET, as far as their whole path can be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection.python.constants import Scope

_DECORATORS: Final = frozenset({"get", "route", "api_route", "head"})
_CALLS: Final = frozenset({"add_url_rule", "add_api_route", "add_route", "add_get", "Route", "path", "get"})
_ROUTERS: Final = frozenset({"fastapi.APIRouter", "fastapi.routing.APIRouter", "flask.Blueprint", "quart.Blueprint"})


@dataclass(frozen=True, slots=True)
class Route:
    """One path."""

    path: str
    line: int
    router: str
    """The name of the object that it hangs on; empty when it is the whole path already."""
    mounted: bool = True
    """Not a router whose own prefix is decided in another file."""

    def below(self, prefix: str) -> Route:
        """The route behind a router's own prefix."""
        return replace(self, path=f"{prefix.rstrip('/')}{self.path}")


def routes_of(node: ast.AST, scope: Scope) -> Iterator[Route]:
    """The routes that this function, call or comparison defines."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call):
                    yield from _decorated(decorator, scope)
        case ast.Call():
            yield from _called(node, scope)
        case ast.Compare():
            yield from _compared(node)
        case _:
            return


def router_prefixes(tree: ast.Module, scope: Scope) -> dict[str, str]:
    """The prefix of each router and blueprint that the file makes."""
    prefixes = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        if scope.dotted(node.value.func) not in _ROUTERS:
            continue
        given = next((each.value for each in node.value.keywords if each.arg in {"prefix", "url_prefix"}), None)
        known = scope.value(given)
        for target in node.targets:
            if isinstance(target, ast.Name) and known and isinstance(known.literal, str):
                prefixes[target.id] = known.literal
    return prefixes


def _decorated(call: ast.Call, scope: Scope) -> Iterator[Route]:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _DECORATORS:
        return
    methods = next((each.value for each in call.keywords if each.arg == "methods"), None)
    if isinstance(methods, ast.List | ast.Tuple | ast.Set) and "GET" not in ast.unparse(methods).upper():
        return
    yield from _route(call, scope, call.func.value)


def _called(call: ast.Call, scope: Scope) -> Iterator[Route]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in _CALLS:
        return
    full = scope.dotted(call.func) or ""
    if name == "path" and full.startswith("django.urls") and call.args and isinstance(call.args[0], ast.Constant):
        yield Route(f"/{call.args[0].value}", call.lineno, "django")
    elif name in {"Route", "get"} and full in {"starlette.routing.Route", "aiohttp.web.get"}:
        yield from _route(call, scope, None)
    elif isinstance(call.func, ast.Attribute) and name not in {"get", "path", "Route"}:
        yield from _route(call, scope, None if name == "add_get" else call.func.value)


def _route(call: ast.Call, scope: Scope, router: ast.expr | None) -> Iterator[Route]:
    if not call.args or not isinstance(call.args[0], ast.Constant) or not isinstance(call.args[0].value, str):
        return
    name = scope.dotted(router) or "" if router is not None else ""
    maker = scope.objects.get(name, "")
    yield Route(call.args[0].value, call.lineno, name, mounted=maker not in _ROUTERS)


def _compared(node: ast.Compare) -> Iterator[Route]:
    """A plain HTTP server that compares self.path."""
    if not isinstance(node.left, ast.Attribute) or node.left.attr != "path":
        return
    for right in node.comparators:
        choices = right.elts if isinstance(right, ast.Tuple | ast.List | ast.Set) else [right]
        for choice in choices:
            if isinstance(choice, ast.Constant) and isinstance(choice.value, str) and choice.value.startswith("/"):
                yield Route(choice.value, node.lineno, "")
