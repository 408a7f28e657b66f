"""What project.clj and deps.edn declare."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.detection.clojure.edn import Form, parse_edn, table_of, text_of
from tasks.detection.evidence import line_of
from tasks.detection.files import FileTree, join
from tasks.detection.reading import Dependency


@dataclass(frozen=True, slots=True)
class ClojureProject:
    """One folder's project."""

    path: str
    manager: str
    name: str | None
    version: str | None
    dependencies: tuple[Dependency, ...]
    main: str | None
    """The namespace that is started."""
    called: tuple[str, str] | None
    """The function that an alias calls, with its namespace, and what it is given."""
    wrapped: bool
    """lein-ring puts its handler behind a server of its own: no namespace is started."""
    port: str | None
    """Of that server."""
    paths: tuple[str, ...]
    """Folders of the class path beside the jars, relative to the folder."""
    resources: tuple[str, ...]
    """Folders whose files the jar holds, relative to the folder."""
    uberjar: str | None
    """The standalone jar that the build writes, relative to the folder."""
    build: str | None
    dependency_files: tuple[str, ...]


def read_clojure(tree: FileTree, folder: str) -> ClojureProject:
    """The project. Raises Invalid for a file that is no EDN."""
    path = join(folder, "project.clj")
    if path in tree.paths:
        return _leiningen(tree, path)
    return _deps(tree, folder, join(folder, "deps.edn"))


def _leiningen(tree: FileTree, path: str) -> ClojureProject:
    text = tree.manifest(path)
    form = next(
        (each for each in parse_edn(text, path) if isinstance(each, tuple) and each[1:2] == ("defproject",)), ()
    )
    fields = table_of(form)
    words = [each for each in form[2:4] if isinstance(each, str)]
    name = words[0].rpartition("/")[2] if words else None
    version = text_of(words[1]) if len(words) > 1 else None
    uberjar = table_of(table_of(fields.get(":profiles", ())).get(":uberjar", ()))
    named = text_of(fields.get(":uberjar-name")) or text_of(uberjar.get(":uberjar-name"))
    target = (text_of(fields.get(":target-path")) or text_of(uberjar.get(":target-path")) or "target").replace(
        "%s", "uberjar"
    )
    folder_of_jar = "target/uberjar" if "%s" in text and ":target-path" in text else target.rstrip("/")
    jar = named or f"{name or 'app'}-{version or '0.1.0-SNAPSHOT'}-standalone.jar"
    main = fields.get(":main") or uberjar.get(":main")
    found = main[-1] if isinstance(main, tuple) and main else main
    ring = table_of(fields.get(":ring", ()))
    wrapped = found is None and ":handler" in ring
    port = ring.get(":port")
    paths = (*_flat(fields.get(":resource-paths", ())), *_flat(uberjar.get(":resource-paths", ())))
    return ClojureProject(
        path=path,
        manager="leiningen",
        name=name,
        version=version,
        dependencies=(
            *_vectors(fields.get(":dependencies", ()), path, text),
            *_vectors(fields.get(":plugins", ()), path, text, "plugin:"),
        ),
        main=found if isinstance(found, str) else None,
        called=None,
        uberjar=f"{folder_of_jar}/{jar}",
        wrapped=wrapped,
        port=port if isinstance(port, str) else None,
        paths=("src", "resources"),
        resources=tuple(place for each in (*paths, '"resources"') if (place := text_of(each))),
        build="lein ring uberjar" if wrapped else "lein uberjar",
        dependency_files=("project.clj",),
    )


def _vectors(form: Form, path: str, text: str, prefix: str = "") -> Iterator[Dependency]:
    """Dependencies of Leiningen, and its plugins: [ring/ring-core "1.12.0"]."""
    for each in form[1:] if isinstance(form, tuple) else ():
        if isinstance(each, tuple) and len(each) > 1 and isinstance(each[1], str):
            yield Dependency(prefix + _coordinates(each[1]), path, line_of(text, each[1]))


def _deps(tree: FileTree, folder: str, path: str) -> ClojureProject:
    text = tree.manifest(path)
    forms = parse_edn(text, path)
    fields = table_of(forms[0]) if forms else {}
    aliases = table_of(fields.get(":aliases", ()))
    dependencies = [
        Dependency(_coordinates(name), path, line_of(text, name)) for name in table_of(fields.get(":deps", ()))
    ]
    build = tree.text(join(folder, "build.clj")) or ""
    paths = tuple(place for each in _flat(fields.get(":paths", ())) if (place := text_of(each))) or ("src", "resources")
    main = next((each for each in _started(aliases) if _is_own(tree, folder, paths, each)), None)
    named = re.search(r"\(def\s+main\s+'([\w.-]+)", build) or re.search(r":main\s+'([\w.-]+)", build)
    uberjar = _uberjar(build)
    called = next((each for each in _called(aliases) if _is_own(tree, folder, paths, each[0].partition("/")[0])), None)
    alias = next((each for each in (":build",) if each in aliases), None)
    return ClojureProject(
        path=path,
        manager="deps",
        name=posixpath.basename(folder) if folder != "." else None,
        version=None,
        dependencies=tuple(dependencies),
        main=named[1] if named else main,
        called=called,
        wrapped=False,
        port=None,
        paths=tuple(each for each in paths if not re.search(r"(?:^|/)(?:dev|test|tests)(?:/|$)", each)),
        resources=("resources",),
        uberjar=uberjar,
        build=f"clojure -T{alias} uber" if uberjar and alias else None,
        dependency_files=tuple(name for name in ("deps.edn", "build.clj") if join(folder, name) in tree.paths),
    )


_UBER_FILE: Final = re.compile(
    r'\(def\s+uber-file\s+(?:\(format\s+"(?P<format>[^"\n]{1,100}\.jar)"\s*(?P<given>(?:\([^()\n]{0,60}\)|[^()\n]){0,200})\)'
    r'|"(?P<text>[^"\n]{1,100}\.jar)")'
)
_FUNCTION: Final = re.compile(r"[A-Za-z][\w.-]{0,100}/[A-Za-z][\w!?*-]{0,80}")
_CLOSES: Final = {"(": ")", "[": "]", "{": "}"}
_ASIDE: Final = re.compile(r"build|test|lint|format|fmt|dev|repl|nrepl|outdated|antq|coverage|deploy|migrat|doc|kondo")


def _uberjar(build: str) -> str | None:
    """The jar that build.clj writes; "*" stands for what only the build knows."""
    match = _UBER_FILE.search(build)
    if match is None or match["text"]:
        return match["text"] if match else None
    written = match["format"]
    for given in re.findall(r"\(name\s+lib\)|[^\s()]+", match["given"]):
        written = written.replace("%s", _value(given, build), 1)
    return written if "%" not in written else None


def _value(name: str, build: str) -> str:
    """What build.clj defines the name as."""
    if name.startswith("("):
        library = re.search(r"\(def\s+lib\s+'(?:[\w.-]+/)?([\w.-]+)", build)
        return library[1] if library else "*"
    found = re.search(rf"\(def\s+{re.escape(name)}\s+(?:\(format\s+)?[\"']([\w./-]+?)[\"')\s]", build)
    return found[1] if found else "target" if name == "target-dir" else "*"


def _called(aliases: dict[str, Form]) -> Iterator[tuple[str, str]]:
    """The functions that aliases call, and the map that each is given; tools for development are left out."""
    for name, alias in aliases.items():
        fields = table_of(alias)
        function = fields.get(":exec-fn")
        given = _written(fields.get(":exec-args", ("{",)))
        if isinstance(function, str) and _FUNCTION.fullmatch(function) and not _ASIDE.search(name):
            yield function, given if re.fullmatch(r"[\w\s{}\[\]:./-]{2,200}", given) else "{}"


def _written(form: Form) -> str:
    """The form as text."""
    if isinstance(form, str):
        return form
    return f"{form[0]}{' '.join(_written(each) for each in form[1:])}{_CLOSES.get(str(form[0]), '')}"


def _started(aliases: dict[str, Form]) -> Iterator[str]:
    """The namespaces that aliases start."""
    for alias in aliases.values():
        options = " ".join(str(each) for each in _flat(table_of(alias).get(":main-opts", ())))
        yield from re.findall(r'"?(?:-m|--main)"?\s+"?([\w.-]+)', options)


def _is_own(tree: FileTree, folder: str, paths: tuple[str, ...], namespace: str) -> bool:
    """Whether the namespace is of the project's sources, and not of a tool that an alias brings."""
    stem = namespace.replace("-", "_").replace(".", "/")
    return any(join(folder, f"{place}/{stem}{end}") in tree.paths for place in paths for end in (".clj", ".cljc"))


def _coordinates(name: str) -> str:
    group, slash, artifact = name.strip('"').partition("/")
    return f"{group}:{artifact}" if slash else f"{group}:{group}"


def _flat(form: Form) -> Iterator[str]:
    if isinstance(form, str):
        yield form
        return
    for each in form[1:]:
        yield from _flat(each)
