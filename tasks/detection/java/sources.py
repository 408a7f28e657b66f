"""Which source files of a module are worth reading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tasks.detection.files import FileTree
from tasks.detection.folders import folders
from tasks.detection.java.knowledge import jvm
from tasks.detection.java.ports import constant
from tasks.detection.java.source import SourceFile, read_source

EXTENSIONS: Final = (".java", ".kt", ".scala", ".groovy", ".clj", ".cljc")
_WORDS: Final = (
    "main(", "main (", "@main", "App ", "App{", "App:", "IOApp", "ZIOApp", "MainRoutes", "-main", "getenv",
    "sys.env", "(env ", "${", "InetSocketAddress", ".start(", "embeddedServer", "port(", ".listen(", "setPort",
    "ServerSocket", "Server(", "orPort(", "forPort(", ".bind(", "HttpListener", "newServerAt", "bindAndHandle",
    "withPort", "WithPort", "bindHttp", "asServer", "run-jetty", "run-server", "start-server", "HttpServer",
    "WebServer", "ealth", "ready", 'ping"', "Listener", "@Scheduled", "@Incoming", "Consumer", "while",
    "Controller", "SpringBoot", "@Path", "RouterFunction", "schedule", "@WebServlet", "RouteBuilder",
    "SecurityFilterChain", "SecurityWebFilterChain", "Security", "actuator", "override def port", "receiveMessage",
    "JDABuilder", "LongPollingBot", "DiscordClient", "KafkaStreams", "StdScheduler", "IntegrationFlow",
    "@ServiceActivator", "@Topic(", "import javafx.application", "import javax.swing", "import java.awt.Frame",
    "org.eclipse.swt.widgets", "compose.ui.window", "import tornadofx", "import scalafx", "import scala.swing",
    "PApplet", "otenv", 'PORT"', "NanoHTTPD", "armeria", ".serve(", "http/port", "awaitTermination",
    "currentThread", "Timer(",
)  # fmt: skip
"""A file without any of these says nothing that is asked for."""
_MAX_READ: Final = 4_000
_MAX_PARSED: Final = 600
_MAX_PARSED_SIZE: Final = 4_000_000
_MAX_SOURCE: Final = 300_000


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of one module that say something."""

    files: tuple[SourceFile, ...]
    paths: tuple[str, ...]
    """All of them, read or not."""
    truncated: bool


@dataclass(frozen=True, slots=True)
class Constant:
    """A port that a file gives a name."""

    port: int
    file: str
    line: int


def sources_of(tree: FileTree, folder: str, others: frozenset[str]) -> Sources:
    """The module's own files, tests and other modules left out."""
    paths = _paths(tree, folder, others)
    words = (*_WORDS, *jvm().waits.words)
    files: list[SourceFile] = []
    size = 0
    truncated = len(paths) > _MAX_READ
    for path in paths[:_MAX_READ]:
        text = tree.text(path)
        if text is None or len(text) > _MAX_SOURCE or not any(word in text for word in words):
            continue
        files.append(read_source(path, text))
        size += len(text)
        if len(files) >= _MAX_PARSED or size > _MAX_PARSED_SIZE:
            truncated = True
            break
    return Sources(tuple(files), tuple(paths), truncated)


def asked_keys(sources: Sources) -> frozenset[str]:
    """The keys of a configuration that calls ask for the port that they listen on."""
    return frozenset(key for each in sources.files for listen in each.listens for key in listen.keys)


def constants(tree: FileTree, folders: tuple[str, ...], sources: Sources) -> dict[str, Constant]:
    """Ports by the names that calls use for them and other files explain, where these agree."""
    names = {name for each in sources.files for listen in each.listens for name in listen.names}
    found: dict[str, list[Constant]] = {}
    paths = [*sources.paths, *(path for each in folders for path in _paths(tree, each, frozenset()))] if names else []
    for path in paths[:_MAX_READ]:
        text = tree.text(path) or ""
        for name in names:
            value = constant(name, text) if name in text else None
            if value:
                found.setdefault(name, []).append(Constant(value[0], path, value[1]))
    return {name: each[0] for name, each in found.items() if len({one.port for one in each}) == 1}


def _paths(tree: FileTree, folder: str, others: frozenset[str]) -> list[str]:
    prefix = "" if folder == "." else f"{folder}/"
    return [
        path
        for path in tree.ordered
        if path.startswith(prefix) and path.endswith(EXTENSIONS) and _is_own(path, prefix, others)
    ]


def _is_own(path: str, prefix: str, others: frozenset[str]) -> bool:
    if any(path.startswith(f"{other}/") for other in others):
        return False
    parts = path[len(prefix) :].split("/")[:-1]
    if parts[:1] == ["src"] and len(parts) > 1:
        return not re.search(r"(?i)test|^it$|jmh|benchmark|testFixtures", parts[1])
    return not any(part in folders().aside for part in parts[:2])
