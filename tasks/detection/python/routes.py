"""The routes of Python web applications that answer GET, as far as their whole path can be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.detection.python.constants import Scope

DJANGO: Final = "urlpatterns"
_DECORATORS: Final = frozenset({"get", "route", "api_route", "head"})
_FUNCTIONS: Final = frozenset({"litestar.get", "litestar.route", "bottle.get", "bottle.route"})
"""Decorators that hang on no object."""
_CALLS: Final = frozenset({"add_url_rule", "add_api_route", "add_route", "add_get", "Route", "path", "get"})
_ROUTERS: Final = frozenset({"fastapi.APIRouter", "fastapi.routing.APIRouter", "flask.Blueprint", "quart.Blueprint"})


@dataclass(frozen=True, slots=True)
class Route:
    """One path."""

    path: str
    line: int
    router: str
    """The full name of the object that it hangs on, DJANGO for urlpatterns, empty for a whole path."""


@dataclass(frozen=True, slots=True)
class Include:
    """A router that is mounted on another object."""

    receiver: str
    target: str
    """Full dotted name."""
    prefix: str | None
    """None when it is known only when the program runs; empty when none is given."""
    replaces: bool = False
    """The prefix stands instead of the router's own, as Flask has it."""


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
        case ast.Tuple(elts=[ast.Constant(value=str() as path), ast.Name() | ast.Attribute(), *_]):
            if path.startswith("/") and any(each.partition(".")[0] == "tornado" for each in scope.aliases.values()):
                yield Route(path.rstrip("$").removesuffix("/?"), node.lineno, "")
        case _:
            return


def own_prefixes(tree: ast.Module, scope: Scope) -> dict[str, str]:
    """The own prefix, often empty, of each router and blueprint that the file makes."""
    prefixes = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        if scope.dotted(node.value.func) not in _ROUTERS:
            continue
        known = scope.value(_prefix_argument(node.value))
        for target in node.targets:
            if isinstance(target, ast.Name):
                prefixes[target.id] = known.literal if known and isinstance(known.literal, str) else ""
    return prefixes


def included(call: ast.Call, scope: Scope) -> Include | None:
    """The router that this call mounts, if it does."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method in {"include_router", "register_blueprint", "mount"} and call.args:
        at = 1 if method == "mount" and len(call.args) > 1 else 0
        target = scope.dotted(call.args[at])
        given = call.args[0] if at else _prefix_argument(call)
        known = scope.value(given)
        prefix = "" if given is None else str(known.literal) if known and isinstance(known.literal, str) else None
        receiver = scope.dotted(call.func.value) if isinstance(call.func, ast.Attribute) else None
        replaces = method == "register_blueprint" and given is not None
        return Include(receiver or "", target, prefix, replaces) if target else None
    if _is_django(call, scope) and len(call.args) > 1 and isinstance(call.args[1], ast.Call):
        inner = call.args[1]
        module = inner.args[0] if inner.args and scope.dotted(inner.func) == "django.urls.include" else None
        if isinstance(module, ast.Constant) and isinstance(call.args[0], ast.Constant):
            return Include(DJANGO, f"{module.value!s}.{DJANGO}", f"/{call.args[0].value!s}")
    return None


def _prefix_argument(call: ast.Call) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg in {"prefix", "url_prefix"}), None)


def _is_django(call: ast.Call, scope: Scope) -> bool:
    return (scope.dotted(call.func) or "") in {"django.urls.path", "django.urls.re_path"} and bool(call.args)


def _decorated(call: ast.Call, scope: Scope) -> Iterator[Route]:
    if scope.dotted(call.func) in _FUNCTIONS:
        yield from _route(call, scope, None)
        return
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
    if full == "django.urls.path" and call.args and isinstance(call.args[0], ast.Constant):
        yield Route(f"/{call.args[0].value!s}", call.lineno, DJANGO)
    elif name in {"Route", "get"} and full in {"starlette.routing.Route", "aiohttp.web.get"}:
        yield from _route(call, scope, None)
    elif isinstance(call.func, ast.Attribute) and name not in {"get", "path", "Route"}:
        yield from _route(call, scope, None if name == "add_get" else call.func.value)


def _route(call: ast.Call, scope: Scope, router: ast.expr | None) -> Iterator[Route]:
    if not call.args or not isinstance(call.args[0], ast.Constant) or not isinstance(call.args[0].value, str):
        return
    name = scope.dotted(router) or "" if router is not None else ""
    yield Route(call.args[0].value, call.lineno, name)


def _compared(node: ast.Compare) -> Iterator[Route]:
    """A plain HTTP server that compares self.path."""
    if not isinstance(node.left, ast.Attribute) or node.left.attr != "path":
        return
    for right in node.comparators:
        choices = right.elts if isinstance(right, ast.Tuple | ast.List | ast.Set) else [right]
        for choice in choices:
            if isinstance(choice, ast.Constant) and isinstance(choice.value, str) and choice.value.startswith("/"):
                yield Route(choice.value, node.lineno, "")
