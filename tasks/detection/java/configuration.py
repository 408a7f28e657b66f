"""Configuration files of applications on the JVM, flattened to keys: properties, YAML and HOCON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tasks.detection.environment import Read
from tasks.detection.evidence import CONFIGURATION, WEAK
from tasks.detection.files import FileTree, join, parent
from tasks.detection.java.entries import PLACEHOLDER, Entry
from tasks.detection.java.hocon import hocon_entries
from tasks.detection.java.profiles import activated
from tasks.detection.yaml_text import parse_yaml
from tasks.errors import Invalid

_PLACES: Final = (
    "grails-app/conf",
    "src/main/resources",
    "src/main/resources/config",
    "config",
    ".",
    "conf",
    "resources",
)
_RESOURCES: Final = ("src/main/resources", "src/main/resources/config", "config", ".")
_ENDINGS: Final = (".properties", ".yml", ".yaml", ".conf")
_NAME: Final = re.compile(r"(application|bootstrap|microprofile-config)(?:-([\w-]{1,40}))?\.(properties|ya?ml|conf)")
_SERVER_FILES: Final = ("config.yml", "config.yaml", "configuration.yml")
"""Of Dropwizard, which is told its file when it is started."""
_ASIDE: Final = frozenset({"dev", "development", "local", "test", "tests", "it", "e2e", "ci", "h2", "integration"})
_FILTERED: Final = re.compile(r"""(?<=[:\s])(@[\w.-]{1,100}@)(?=\s|$)|@[\w.-]{1,100}@(?=[^'"\s])""")
_ACTIVATION: Final = ("spring.profiles", "spring.config.activate.on-profile", "spring.config.activate.onProfile")
_SERVED: Final = ("spring.cloud.config.uri", "spring.cloud.config.discovery.enabled", "spring.cloud.config.name")
_MAX_FILES: Final = 40


@dataclass(frozen=True, slots=True)
class Configuration:
    """All entries of a module, the strongest first."""

    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()

    def find(self, keys: tuple[str, ...]) -> Iterator[Entry]:
        """The entries of these keys; a key may have a profile of Quarkus in front."""
        wanted = {_relaxed(each) for each in keys}
        yield from (each for each in self.entries if _relaxed(each.key) in wanted)

    def first(self, keys: tuple[str, ...]) -> Entry | None:
        """The strongest of them."""
        return next(self.find(keys), None)


def read_configuration(tree: FileTree, folder: str, asked: frozenset[str] = frozenset()) -> Configuration:
    """The module's configuration. One that cannot be read says nothing, and a warning tells.

    Resources of other names say only what the code asks for by these keys.
    """
    entries: list[Entry] = []
    warnings: list[str] = []
    for path, profile in _files(tree, folder):
        text = tree.text(path)
        if text is None:
            continue
        try:
            entries += _entries(path, text, profile)
        except Invalid as error:
            warnings.append(f"{error.message}: the file was left aside")
    entries += _served(tree, entries)
    entries += _asked(tree, folder, asked - {each.key for each in entries}) if asked else ()
    ranked = sorted(activated(tree, folder, entries), key=lambda each: -each.confidence)
    return Configuration(tuple(ranked), tuple(warnings))


def environment_reads(configuration: Configuration) -> Iterator[Read]:
    """Variables of the environment that placeholders name."""
    for each in configuration.entries:
        for match in PLACEHOLDER.finditer(each.value):
            if re.fullmatch(r"[A-Z][A-Z0-9_]*", match[1]):
                default = match[2] if match[2] is None else PLACEHOLDER.sub(lambda inner: inner[2] or "", match[2])
                guarded = each.profile is not None or match[0].startswith("${?")
                yield Read(match[1], each.file, each.line, default, required=match[2] is None, guarded=guarded)


def _files(tree: FileTree, folder: str) -> list[tuple[str, str | None]]:
    """The files with the profile that each is for."""
    prefix = "" if folder == "." else f"{folder}/"
    places = {join(folder, each) for each in _PLACES}
    found: list[tuple[str, str | None]] = []
    for path in tree.ordered:
        if not path.endswith(_ENDINGS) or not path.startswith(prefix):
            continue
        place, _, name = path.rpartition("/")
        match = _NAME.fullmatch(name)
        if match and ((place or ".") in places or place.endswith("src/main/resources/META-INF")):
            found.append((path, match[2]))
        elif name in _SERVER_FILES and (place or ".") == folder:
            found.append((path, None))
        elif (place or ".") in places and "applicationConnectors" in (tree.text(path) or ""):
            stem = name.rpartition(".")[0].lower()
            found.append((path, next((each for each in re.split(r"[-_.]", stem) if each in _ASIDE), None)))
    return found[:_MAX_FILES]


def _served(tree: FileTree, entries: list[Entry]) -> list[Entry]:
    """What the repository keeps for a configuration server to tell the application, in a file called like it."""
    if not any(each.key in _SERVED or "configserver:" in each.value for each in entries):
        return []
    name = next((each.resolved for each in entries if each.key == "spring.application.name"), "")
    names = {f"{name}{end}" for end in _ENDINGS[:3]} if name else frozenset()
    files = [
        path
        for path in tree.ordered
        if path.rpartition("/")[2] in names and not re.search(r"(?:^|/)(?:\.|test/)", path)
    ]
    files = [path for path in files if "apiVersion:" not in (tree.text(path) or "")]
    found: list[Entry] = []
    for path in files if len(files) == 1 else ():
        try:
            found += _entries(path, tree.text(path) or "", None)
        except Invalid:
            continue
    return [replace(each, confidence=each.confidence - 0.02) for each in found]


def _asked(tree: FileTree, folder: str, keys: frozenset[str]) -> list[Entry]:
    """What files that are not called like a configuration hold of these keys, where they agree about it."""
    places = {join(folder, each) for each in _RESOURCES}
    found: list[Entry] = []
    for path in [each for each in tree.ordered if each.endswith(_ENDINGS) and parent(each) in places][:_MAX_FILES]:
        text = tree.text(path) or ""
        if _NAME.fullmatch(path.rpartition("/")[2]) or not any(key.rpartition(".")[2] in text for key in keys):
            continue
        try:
            found += [each for each in _entries(path, text, None) if each.key in keys]
        except Invalid:
            continue
    return [each for each in found if all(each.value == other.value for other in found if other.key == each.key)]


def _confidence(profile: str | None, *, bootstrap: bool) -> float:
    if profile is None:
        return CONFIGURATION - (0.01 if bootstrap else 0)
    if profile.lower() in _ASIDE or profile.lower().startswith(("test", "dev", "local")):
        return WEAK - 0.05
    return CONFIGURATION - 0.2


def _entries(path: str, text: str, profile: str | None) -> Iterator[Entry]:
    bootstrap = path.rpartition("/")[2].startswith("bootstrap")
    if path.endswith(".properties"):
        found = [(profile, list(_properties(text)))]
    elif path.endswith(".conf"):
        found = [(profile, list(hocon_entries(text)))]
    else:
        found = [(profile, each) for each in _yaml(text, path)]
    for named, pairs in found:
        own = named or next((value for key, value, _ in pairs if key in _ACTIVATION), None)
        for key, value, line in pairs:
            match = re.match(r"%([\w,-]+)\.(.*)", key)
            inner = match[1] if match else own
            effective = match is not None and "prod" in match[1].split(",")
            confidence = CONFIGURATION + 0.01 if effective else _confidence(inner, bootstrap=bootstrap)
            yield Entry(match[2] if match else key, value, path, line, confidence, inner)


def _properties(text: str) -> Iterator[tuple[str, str, int]]:
    for number, line in enumerate(text.splitlines(), start=1):
        match = re.match(r"\s*([%\w.,\[\]\"-]{1,200}?)\s*[=:]\s*(.{0,500}?)\s*$", line)
        if match and not line.lstrip().startswith(("#", "!")):
            yield match[1].replace('"', ""), match[2], number


def _yaml(text: str, path: str) -> Iterator[list[tuple[str, str, int]]]:
    """The documents of one file; what a build fills in (@name@) is no YAML and stands in quotes first."""
    clean = _FILTERED.sub(lambda match: f"'{match[1]}'" if match[1] else "filtered", text)
    start = 0
    for part in re.split(r"(?m)^---[^\n]*$", clean):
        try:
            document = parse_yaml(part, path)
        except Invalid as error:
            raise error from None
        yield [(key, value, start + _line(part, key)) for key, value in _flat(document, "")]
        start += part.count("\n")


def _flat(value: object, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _flat(each, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(value, list):
        for each in value:
            yield from _flat(each, prefix)
    elif isinstance(value, str):
        yield prefix, value


def _line(text: str, key: str) -> int:
    """The line of the last part of a key, found by walking down its parts; the first line when that fails."""
    position = 0
    for part in key.split("."):
        match = re.compile(
            rf"^[ \t-]*['\"%]*(?:[\w.-]*\.)?{re.escape(part)}['\"]*\s*:|[.]{re.escape(part)}\s*:", re.MULTILINE
        ).search(text, position)
        if match is None:
            continue
        position = match.start()
    return text.count("\n", 0, position + len(text[position:]) - len(text[position:].lstrip("\n"))) + 1


def _relaxed(key: str) -> str:
    return key.replace("-", "").replace("_", "").lower()
