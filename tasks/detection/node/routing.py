"""Routes of JavaScript servers that answer GET, as far as their whole path can be told, through mounted routers too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_NAME: Final = r"[A-Za-z_$][\w$]{0,60}"
_APP: Final = re.compile(
    rf"\b(?:const|let|var)\s+({_NAME})\s*(?::\s*[\w<>., ]{{1,60}})?=\s*(?:await\s+)?(?:express|[fF]astify|"
    r"new\s+Koa|polka|restify\.createServer|new\s+(?:Open[aA][pP][iI])?Hono|require\(\s*[\"'](?:express|fastify|polka)[\"']\s*\))\s*"
    r"(?:<[^>]{0,80}>)?\("
)
_ROUTER: Final = re.compile(
    rf"\b(?:const|let|var)\s+({_NAME})\s*(?::\s*\w{{1,40}}\s*)?=\s*(?:new\s+)?(?:express\s*\.\s*)?(?:Router|KoaRouter)"
    r"\s*(?:<[^>]{0,80}>)?\(\s*(?:\{[^}]{0,200}?\bprefix\s*:\s*[\"'`]([^\"'`]{0,100})[\"'`])?"
)
_ROUTE: Final = re.compile(
    rf"\b({_NAME})\s*\.\s*(?:get|all|head)\s*(?:<[^>]{{0,80}}>)?\(\s*[\"'`](/[^\"'`\n]{{0,200}})[\"'`]"
)
_TABLED: Final = re.compile(
    r"\burl\s*:\s*[\"'`](/[^\"'`\n]{1,200})[\"'`]|\b(?:[\w$]{1,30}\.(?:url|path)|path(?:name)?)\s*===?\s*"
    r"[\"'`](/[^\"'`\n]{1,200})[\"'`]|\bcase\s+[\"'`](/[^\"'`\n]{1,200})[\"'`]\s*:"
)
_MOUNT: Final = re.compile(
    rf"\b({_NAME})\s*\.\s*(use|route|register)\s*\(\s*(?:[\"'`](/[^\"'`\n]{{0,100}})[\"'`]\s*,)?([^;\n]{{1,300}})"
)
_LOADED: Final = re.compile(
    rf"\b(?:require|import)\(\s*[\"'](\.[^\"'\n]{{1,200}})[\"']\s*\)|\b({_NAME})\b(?:\s*\.\s*routes\(\))?"
)
_PREFIX: Final = re.compile(r"\bprefix\s*:\s*[\"'`](/[^\"'`]{0,100})[\"'`]")
_BINDING: Final = re.compile(
    rf"\bimport\s+(?:\*\s+as\s+)?({_NAME})\s*(?:,\s*\{{[^}}]*\}}\s*)?from\s*[\"'](\.[^\"'\n]{{1,200}})[\"']"
    rf"|\b(?:const|let|var)\s+({_NAME})\s*=\s*require\(\s*[\"'](\.[^\"'\n]{{1,200}})[\"']\s*\)"
    r"|\b(?:import|const|let|var)\s*\{([^}]{1,500})\}\s*(?:from|=\s*require\()\s*[\"'](\.[^\"'\n]{1,200})[\"']"
)
_CONTROLLER: Final = re.compile(r"@Controller\(\s*(?:[\"'`]([\w/-]{0,100})[\"'`])?\s*\)")
_GET: Final = re.compile(r"@Get\(\s*(?:[\"'`]([\w/-]{0,100})[\"'`])?\s*\)")
_GLOBAL: Final = re.compile(r"\.setGlobalPrefix\(\s*[\"'`]([\w/-]{1,100})[\"'`]\s*(,)?")
_MAX_NESTING: Final = 5


@dataclass(frozen=True, slots=True)
class JsRoute:
    """A path and the name of the object that it hangs on; empty when the path is whole."""

    path: str
    line: int
    receiver: str


@dataclass(frozen=True, slots=True)
class Mount:
    """A router that hangs on another object: by its name in this file, or by the file that it is loaded from."""

    receiver: str
    prefix: str
    name: str
    loaded: str


@dataclass(slots=True)
class Routing:
    """What one file says about routes."""

    apps: set[str] = field(default_factory=set)
    routers: dict[str, str] = field(default_factory=dict)
    """Names of routers, with their own prefix."""
    routes: list[JsRoute] = field(default_factory=list)
    mounts: list[Mount] = field(default_factory=list)
    bindings: dict[str, str] = field(default_factory=dict)
    """Imported names and the relative path that each comes from."""
    global_prefix: str | None = None
    """Of NestJS; "?" when parts are excluded from it."""


def read_routing(code: str) -> Routing:
    """What the code, without comments, says about routes."""
    routing = Routing(
        apps={match[1] for match in _APP.finditer(code)},
        routers={match[1]: match[2] or "" for match in _ROUTER.finditer(code)},
    )
    for match in _BINDING.finditer(code):
        if match[5]:
            for part in match[5].split(","):
                routing.bindings[re.split(r"\bas\b|:", part)[-1].strip()] = match[6]
        else:
            routing.bindings[match[1] or match[3]] = match[2] or match[4]
    routing.routes = [JsRoute(match[2], line_at(code, match.start()), match[1]) for match in _ROUTE.finditer(code)]
    routing.routes += [
        JsRoute(match[1] or match[2] or match[3], line_at(code, match.start()), "") for match in _TABLED.finditer(code)
    ]
    routing.routes += _controllers(code)
    routing.mounts = list(_mounts(code))
    prefix = _GLOBAL.search(code)
    routing.global_prefix = None if prefix is None else "?" if prefix[2] else prefix[1]
    return routing


def whole_routes(
    files: Mapping[str, Routing], resolve: Callable[[str, str], str | None]
) -> Iterator[tuple[str, JsRoute]]:
    """Each route whose whole path is certain, with its file. `resolve` finds the file that a relative import means."""
    nest = next((each.global_prefix for each in files.values() if each.global_prefix), "")
    for file, routing in files.items():
        for route in routing.routes:
            if route.receiver == "@Controller":
                prefix = None if nest == "?" else f"/{nest.strip('/')}" if nest else ""
            else:
                prefix = _prefix(files, resolve, file, route.receiver, 0)
            if prefix is not None:
                yield file, JsRoute(f"{prefix.rstrip('/')}{route.path}", route.line, route.receiver)


def line_at(code: str, position: int) -> int:
    """The line, counted from 1, of a position."""
    return code.count("\n", 0, position) + 1


def _prefix(
    files: Mapping[str, Routing], resolve: Callable[[str, str], str | None], file: str, receiver: str, depth: int
) -> str | None:
    """What stands in front of the paths that hang on `receiver`; None when that cannot be told."""
    if not receiver or depth > _MAX_NESTING:
        return "" if not receiver else None
    routing = files[file]
    own = routing.routers.get(receiver, "")
    for mount in routing.mounts:
        if mount.name == receiver:
            above = _prefix(files, resolve, file, mount.receiver, depth + 1)
            return None if above is None else f"{above.rstrip('/')}{mount.prefix.rstrip('/')}{own}"
    for other, elsewhere in files.items():
        for mount in elsewhere.mounts if other != file else ():
            loaded = mount.loaded or elsewhere.bindings.get(mount.name, "")
            if loaded and resolve(loaded, other) == file:
                above = _prefix(files, resolve, other, mount.receiver, depth + 1)
                return None if above is None else f"{above.rstrip('/')}{mount.prefix.rstrip('/')}{own}"
    return "" if receiver in routing.apps else None


def _mounts(code: str) -> Iterator[Mount]:
    for match in _MOUNT.finditer(code):
        receiver, method, prefix, rest = match[1], match[2], match[3] or "", match[4]
        if method == "register":
            written = _PREFIX.search(rest)
            prefix = written[1] if written else ""
            rest = rest.partition(",")[0]
        elif method == "route" and not prefix:
            continue
        for target in _LOADED.finditer(rest):
            yield Mount(receiver, prefix, target[2] or "", target[1] or "")


def _controllers(code: str) -> Iterator[JsRoute]:
    """NestJS: decorated classes and methods."""
    controllers = list(_CONTROLLER.finditer(code))
    for number, controller in enumerate(controllers):
        end = controllers[number + 1].start() if number + 1 < len(controllers) else len(code)
        for method in _GET.finditer(code, controller.end(), end):
            parts = [part.strip("/") for part in (controller[1] or "", method[1] or "")]
            path = "/" + "/".join(part for part in parts if part)
            yield JsRoute(path, line_at(code, method.start()), "@Controller")
