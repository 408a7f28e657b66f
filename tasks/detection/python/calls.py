"""What a call is made on, and what calls that declare a command line's options say."""

from __future__ import annotations

import ast
from typing import Final

from tasks.detection.python.constants import Scope
from tasks.detection.python.frameworks import by_constructor

FACTORIES: Final = frozenset({"create_app", "make_app", "build_app", "get_app", "create_application"})
_CELERY: Final = frozenset({"celery.Celery", "celery.app.Celery"})
_CELERY_FACTORIES: Final = frozenset({"make_celery", "create_celery", "celery_init_app", "init_celery", "get_celery"})
_OPTION_MAKERS: Final = frozenset({"add_argument", "option", "add_option", "addoption"})
_MAKERS: Final = ("socket", "grpc", "slack_bolt", "mcp")
"""Packages whose objects listen, beside the frameworks'."""
_SERVERS: Final = {"web.application": "webpy", "responder.API": "responder"}
"""Classes whose objects do."""


def framework_of(maker: str, scope: Scope) -> str | None:
    """The framework whose application the function or class makes; "unknown" for another module's factory."""
    known = by_constructor(maker) or scope.factories.get(maker)
    return known or ("unknown" if maker.rpartition(".")[2] in FACTORIES else None)


def makes_celery(maker: str) -> bool:
    """Whether the call makes a Celery application."""
    return maker in _CELERY or maker.rpartition(".")[2] in _CELERY_FACTORIES


def is_datagram(call: ast.Call) -> bool:
    """Whether a socket is made that takes no connections."""
    return "SOCK_DGRAM" in ast.dump(call)


def receiver(node: ast.expr, scope: Scope) -> str | None:
    """What made the object: a framework's name, a package of `_MAKERS`, or "unknown" for an imported application."""
    if isinstance(node, ast.Call):
        return _made_by(scope.dotted(node.func) or "", scope) or _chained(node, scope)
    name = scope.dotted(node) or ""
    maker = scope.objects.get(name, "")
    if maker == "flask_socketio.SocketIO" or name.rpartition(".")[2] == "socketio":
        return "flask"
    known = _made_by(maker, scope)
    return known or ("unknown" if name.rpartition(".")[2] in {"app", "application"} else None)


def made_elsewhere(method: ast.expr, scope: Scope) -> str | None:
    """The full name of what another module made, or makes when it is called, and whose method this is."""
    made = method.value if isinstance(method, ast.Attribute) else None
    if isinstance(made, ast.Call):
        inner = made.func
        return made_elsewhere(inner, scope) if isinstance(inner, ast.Attribute) else scope.dotted(inner)
    name = scope.dotted(made) or ""
    return scope.objects.get(name) or (name if "." in name else None)


def _made_by(maker: str, scope: Scope) -> str | None:
    package = maker.partition(".")[0]
    if package == "fastmcp" or maker.startswith("mcp.server."):
        return "mcp"
    if maker in _SERVERS:
        return _SERVERS[maker]
    if package in _MAKERS and "." in maker:
        return None if "socket_mode" in maker else package
    return "tornado" if maker == "tornado.httpserver.HTTPServer" else framework_of(maker, scope)


def _chained(node: ast.Call, scope: Scope) -> str | None:
    """demo.queue().launch(): what was made stands at the front."""
    return receiver(node.func.value, scope) if isinstance(node.func, ast.Attribute) else None


def learn_option(node: ast.Call, scope: Scope) -> None:
    """Argparse, optparse, click and tornado: --port with a default, known by both its names."""
    if not isinstance(node.func, ast.Attribute | ast.Name):
        return
    last = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
    is_define = scope.dotted(node.func) == "tornado.options.define"
    if last not in _OPTION_MAKERS and not is_define:
        return
    names = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    default = next((each.value for each in node.keywords if each.arg == "default"), None)
    known = scope.value(default)
    for name in names:
        if known is not None and (name.startswith("--") or is_define):
            attribute = name.removeprefix("--").replace("-", "_")
            scope.settings[attribute] = known
            scope.values.setdefault(attribute, known)
            scope.values.setdefault(name, known)
