"""What a source file of the JVM's languages says, read by patterns: its comments are blanked out first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydantic import TypeAdapter

from tasks.detection.environment import Read
from tasks.detection.java.ports import ENVIRON, ENVIRONMENT, address_of, argument, keys_of, names_of, port_of
from tasks.knowledge import load
from tasks.models import Model

_COMMENT: Final = re.compile(
    r"(\"\"\".*?\"\"\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])')|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL
)
_LISP_COMMENT: Final = re.compile(r'("(?:\\.|[^"\\])*")|;[^\n]*', re.DOTALL)
_PACKAGE: Final = re.compile(r"^\s*package\s+([\w.]+)", re.MULTILINE)
_JAVA_MAIN: Final = re.compile(r"\bstatic\s+(?:final\s+|public\s+)*void\s+main\s*\(")
_INSTANCE_MAIN: Final = re.compile(r"^\s*void\s+main\s*\(\s*(?:String\b[^)]*)?\)", re.MULTILINE)
_KOTLIN_MAIN: Final = re.compile(r"^(?:suspend\s+)?fun\s+main\s*\(", re.MULTILINE)
_KOTLIN_OBJECT_MAIN: Final = re.compile(r"@JvmStatic\s+(?:suspend\s+)?fun\s+main\s*\(")
_FILE_NAME: Final = re.compile(r'@file:\s*JvmName\(\s*"(\w+)"\s*\)')
_SCALA_MAIN: Final = re.compile(
    r"\bobject\s+(\w+)\s+extends\s+[^{\n]*\b(?:App|IOApp(?:\.Simple)?|ZIOAppDefault|ZIOApp|MainRoutes|cask\.Main|TwitterServer|HttpServer)\b"
)
_SCALA_DEF: Final = re.compile(r"\bobject\s+(\w+)\b(?:(?!\bobject\b).){0,4000}?\bdef\s+main\s*\(", re.DOTALL)
_SCALA_ANNOTATED: Final = re.compile(r"@main\s+def\s+(\w+)")
_SPRING: Final = re.compile(
    r"@SpringBootApplication\b|\bSpringApplication\b|\brunApplication\s*<|@EnableAutoConfiguration\b|SpringApplicationBuilder"
)
_DEMANDED: Final = re.compile(
    r"\s*[)\]]\s*(?:\)\s*)?(?:\?:\s*(?:throw\b|error\(|exitProcess\()|\.(?:orElseThrow\(|getOrElse\(\s*throw\b))"
)
_VALUE: Final = re.compile(r'"\$\{(?P<name>[A-Z][A-Z0-9_]{1,80})(?::(?P<default>[^}"]{0,200}))?\}"')
_DEFAULT: Final = re.compile(
    r"^\s*(?:\)|\])?\s*(?:,\s*|\)?\s*\?:\s*|\)*\.(?:getOrElse|orElse)\(\s*|\)\s*)\"?(?P<value>[\w.:/@-]{1,100})\"?"
)
_ROUTE: Final = re.compile(
    r"@(?:Get|Request|Http)(?:Mapping|GET)?\s*\(\s*(?:(?:value|path|uri)\s*=\s*)?[\[{]?\s*\"(?P<annotated>/?[^\"\s]{0,200})\""
    r"|@WebServlet\(\s*(?:(?:value|urlPatterns)\s*=\s*)?\{?\s*\"(?P<servlet>/[^\"\s*]{0,200})\""
    r"|@Path\(\s*\"(?P<path>/?[^\"\s]{0,200})\"\s*\)"
    r"|(?<![\w@])(?:\.?get|\.?route|createContext|\.?path|GET|app\.get|router\.get)\s*\(?\s*\"(?P<called>/[^\"\s]{0,200})\"",
)  # fmt: skip
_WELL: Final = ("health", "Health", "ready", "live", 'ping"', 'status"', 'heartbeat"', '/up"', "readi", "/_")
_SCALA_ROUTE: Final = re.compile(
    r"GET\s*->\s*Root((?:\s*/\s*\"[\w.-]+\")+)|(?<![\w.])path\(\s*(\"[\w.-]+\")\s*\)|Method\.GET((?:\s*/\s*\"[\w.-]+\")+)"
)
_PREFIX: Final = re.compile(
    r"@(?:RequestMapping|Path|Controller)\(\s*(?:(?:value|path)\s*=\s*)?[\[{]?\s*\"(?P<path>/?[^\"\s]{0,200})\"[^)]{0,200}\)"
    r"(?:\s*@\w+(?:\([^)]{0,300}\))?)*\s*(?:public\s+|open\s+|final\s+|internal\s+)*class\b"
)
_CONTROLLER: Final = re.compile(
    r"@(?:Rest)?Controller\b|@RepositoryRestResource\b|@WebServlet\b|@Path\(|\bRouterFunction<|\bcoRouter\b"
)
_WINDOW: Final = re.compile(
    r"^import\s+(?:javafx\.application\.Application\b|javax\.swing\.(?:JFrame\b|JDialog\b|SwingUtilities\b|\*|_)"
    r"|java\.awt\.(?:Frame|EventQueue)\b|org\.eclipse\.swt\.widgets\.|androidx\.compose\.ui\.window\."
    r"|tornadofx\.|scalafx\.|scala\.swing\.|processing\.core\.PApplet)",
    re.MULTILINE,
)
_PERHAPS_WAITS: Final = ("while", "Consumer<", "awaitTermination", "currentThread", "Timer(")


class Listener(Model):
    """A row of jvm_listeners.toml."""

    pattern: str
    needs: str
    example: str


@dataclass(frozen=True, slots=True)
class Listen:
    """A call that listens."""

    line: int
    port: int | None
    host: str | None
    variable: str | None
    """The variable of the environment that decides the port."""
    keys: tuple[str, ...] = ()
    """Keys of a configuration that the port is asked from."""
    names: tuple[str, ...] = ()
    """Names of the port that the file does not explain."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file."""

    path: str
    mains: tuple[tuple[str, int], ...]
    """Classes with a main method, and their lines."""
    spring: bool
    listens: tuple[Listen, ...]
    reads: tuple[Read, ...]
    routes: tuple[tuple[str, int], ...]
    waits: tuple[str, int] | None
    controller: bool
    window: int | None
    """The line that imports what opens windows."""
    text: str


@cache
def listeners() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The rows, ready to search."""
    rows = TypeAdapter(tuple[Listener, ...]).validate_python(load("jvm_listeners")["listener"])
    return tuple((re.compile(row.pattern, re.DOTALL), row.needs) for row in rows)


def read_source(path: str, content: str) -> SourceFile:
    """Everything that the file says."""
    comment = _LISP_COMMENT if path.endswith((".clj", ".cljc")) else _COMMENT
    text = comment.sub(lambda match: match[1] or "\n" * match[0].count("\n"), content)
    return SourceFile(
        path=path,
        mains=tuple(_mains(path, text)) if "main" in text or path.endswith(".scala") else (),
        spring=("Spring" in text or "AutoConfig" in text or "runApplication" in text) and bool(_SPRING.search(text)),
        listens=tuple(_listens(text)),
        reads=tuple(_reads(path, text)),
        routes=tuple(_routes(text)),
        waits=_waits(text),
        controller=bool(_CONTROLLER.search(text)),
        window=_line(text, match.start()) if (match := _WINDOW.search(text)) else None,
        text=text,
    )


def _mains(path: str, text: str) -> Iterator[tuple[str, int]]:
    package = _PACKAGE.search(text)
    prefix = f"{package[1]}." if package else ""
    stem, _, extension = path.rpartition("/")[2].rpartition(".")
    if extension in {"java", "groovy"}:
        match = _JAVA_MAIN.search(text) or (None if package else _INSTANCE_MAIN.search(text))
        if match:
            yield f"{prefix}{stem}", _line(text, match.start())
    elif extension == "kt":
        named = _FILE_NAME.search(text)
        match = _KOTLIN_MAIN.search(text)
        if match:
            own = named[1] if named else f"{stem[:1].upper()}{stem[1:].replace('-', '_').replace('.', '_')}Kt"
            yield f"{prefix}{own}", _line(text, match.start())
        elif match := _KOTLIN_OBJECT_MAIN.search(text):
            yield f"{prefix}{stem}", _line(text, match.start())
    elif extension == "scala":
        for pattern in (_SCALA_MAIN, _SCALA_DEF, _SCALA_ANNOTATED):
            for match in pattern.finditer(text):
                yield f"{prefix}{match[1]}", _line(text, match.start())


def _listens(text: str) -> Iterator[Listen]:
    for pattern, needs in listeners():
        if needs not in text:
            continue
        for match in pattern.finditer(text):
            expression = argument(match["port"])
            port, variable = port_of(expression, text)
            host = match.groupdict().get("host")
            keys = tuple(dict.fromkeys(keys_of(expression, text)))
            names = () if port or variable else names_of(expression)
            yield Listen(_line(text, match.start()), port, address_of(host, text), variable, keys, names)


def _reads(path: str, text: str) -> Iterator[Read]:
    for match in ENVIRONMENT.finditer(text) if "env" in text or "environment" in text else ():
        default = _DEFAULT.match(match["rest"])
        value = default["value"] if default else None
        literal = value if value and (f'"{value}"' in match["rest"] or value.isdigit()) else None
        line = _line(text, match.start())
        guarded = bool(
            re.search(
                r"[!=]=\s*null|\?|orElse|getOrElse|isDefined|Optional|ofNullable",
                text[max(0, match.start() - 60) : match.end()],
            )
        )
        demanded = bool(_DEMANDED.match(text, match.end("name") + 1))
        required = literal is None and (demanded or (not guarded and "sys.env(" in match[0]))
        yield Read(match["name"], path, line, literal, required=required, guarded=guarded and not demanded)
    for match in ENVIRON.finditer(text) if "(env " in text else ():
        default = re.match(r"\s*\)?\s*\"?([\w.:/-]{1,60})\"?", match["rest"])
        yield Read(
            match["name"].upper().replace("-", "_"),
            path,
            _line(text, match.start()),
            default[1] if default else None,
            guarded=True,
        )
    for match in _VALUE.finditer(text) if '"${' in text else ():
        yield Read(match["name"], path, _line(text, match.start()), match["default"], required=match["default"] is None)


def _routes(text: str) -> Iterator[tuple[str, int]]:
    """Those of a file that may say that the application is well."""
    if not any(word in text for word in _WELL):
        return
    prefix = _PREFIX.search(text)
    base = f"/{prefix['path'].strip('/')}" if prefix and prefix["path"].strip("/") else ""
    for match in _ROUTE.finditer(text):
        if prefix and prefix.start() <= match.start() < prefix.end():
            yield base or "/", _line(text, match.start())
            continue
        route = match["annotated"] if match["annotated"] is not None else match["path"] or match["servlet"]
        if route is not None:
            yield f"{base}/{route.strip('/')}".rstrip("/") or "/", _line(text, match.start())
        elif match["called"]:
            yield match["called"], _line(text, match.start())
    for match in _SCALA_ROUTE.finditer(text):
        parts = re.findall(r"\"([\w.-]+)\"", match[0])
        yield f"/{'/'.join(parts)}", _line(text, match.start())


@cache
def _waiting() -> tuple[tuple[str, ...], re.Pattern[str]]:
    table = load("jvm")["waits"]
    assert isinstance(table, dict)  # noqa: S101 - our own table
    return tuple(table["words"]), re.compile("|".join(table["patterns"]))


def _waits(text: str) -> tuple[str, int] | None:
    words, patterns = _waiting()
    word = next((each for each in words if each in text), None)
    if word:
        return word, _line(text, text.index(word))
    match = patterns.search(text) if any(each in text for each in _PERHAPS_WAITS) else None
    return (match[0], _line(text, match.start())) if match else None


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
