"""From statements to a component: the strongest one wins, the others stay as evidence."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final, get_args

from tasks.detection.commands import listening, port_in, server_of
from tasks.detection.evidence import WEAK, about, best
from tasks.detection.packages import packages_for, services_of
from tasks.detection.ports import speaks_http
from tasks.detection.reading import Reading
from tasks.detection.versions import languages
from tasks.models import Component, Evidence, Kind

_NAME_LENGTH: Final = 53
_IMAGE: Final = "dockerfile.from"
_WRAPPER: Final = re.compile(r"^(?:(?:ba)?sh\s+)?(?:\./|/[\w./-]*/)?(?=(?:mvnw|gradlew)\s)")
_QUIET: Final = re.compile(
    r"\s+(?:clean|-q|-B|-ntp|--no-daemon|-DskipTests(?:=true)?|-Dmaven\.test\.skip=true)(?=\s|$)"
)
_KINDS: Final = get_args(Kind)


def decide(reading: Reading, fallback_name: str, suffix: str = "") -> Component:
    """The component that the statements add up to. What does not listen gets no port and no health path.

    `fallback_name` is for a root that does not name itself, `suffix` tells the processes of one folder apart.
    """
    kind = _kind(reading)
    language = _value(reading, "language") or reading.language
    start = _start(reading) if kind not in {"library", "static"} else None
    port = _port(reading, start) if kind == "web" else None
    build, runtime = packages_for(reading)
    return Component(
        path=reading.folder,
        name=name_from(f"{_name(reading, fallback_name)}{suffix}"),
        kind=kind,
        language=language,
        language_version=_version(reading, language),
        framework=_value(reading, "framework"),
        package_manager=_value(reading, "package_manager"),
        package_manager_version=_value(reading, "package_manager_version"),
        port=port,
        start_command=listening(start, port) if start else None,
        build_command=_value(reading, "build_command"),
        static_folder=_value(reading, "static_folder") if kind == "static" else None,
        health_path=_value(reading, "health_path") if kind == "web" else None,
        backing_services=services_of(reading.evidence),
        env=reading.env,
        version=reading.version,
        lock_file=reading.lock_file,
        requirements=reading.requirements,
        dependency_files=reading.dependency_files,
        runtime_files=reading.runtime_files,
        development_package=_value(reading, "development_package"),
        build_packages=build,
        runtime_packages=runtime,
        bind_address=_value(reading, "bind_address") if kind == "web" else None,
        dockerfile=_value(reading, "dockerfile"),
        dockerfile_context=_value(reading, "dockerfile_context"),
        dockerfile_target=_value(reading, "dockerfile_target"),
        evidence=_relevant(reading.evidence, kind),
    )


def name_from(text: str) -> str:
    """An RFC 1123 label made of `text`; "app" when nothing is left of it."""
    label = re.sub(r"[^a-z0-9]+", "-", text.lower().rpartition("/")[2])[:_NAME_LENGTH].strip("-")
    return label or "app"


def _kind(reading: Reading) -> Kind:
    """The strongest kind; a program that has to be told what to do is a job where a file tells it."""
    said = best(reading.evidence, "kind")
    if said and said.rule.endswith(".arguments") and _is_told(reading):
        return "job"
    return next((kind for kind in _KINDS if said and kind == said.value), "library")


def _is_told(reading: Reading) -> bool:
    """Whether another file than the code starts the program with words behind its name."""
    said = best(reading.evidence, "start_command")
    if said is None or said.rule.startswith(f"{reading.language}."):
        return False
    return bool(re.sub(r"^(?:python[\d.]*\s+(?:-m\s+)?)?\S+\s*", "", said.value))


def _value(reading: Reading, field: str) -> str | None:
    said = best(reading.evidence, field)
    return said.value if said else None


def _version(reading: Reading, language: str) -> str | None:
    """The strongest release; an image of another language tells nothing about this one's."""
    of_image = next((each.value for each in reading.evidence if (each.field, each.rule) == ("language", _IMAGE)), None)
    ranked = about(reading.evidence, "language_version")
    row = languages().get(language)
    own = {None, language, row.runs_on if row else None}
    fitting = (each.value for each in ranked if each.rule != _IMAGE or of_image in own)
    return next(fitting, None)


def _start(reading: Reading) -> str | None:
    """The strongest start command, a package manager's replaced by what it runs."""
    said = _value(reading, "start_command")
    known = dict(reading.aliases)
    return known.get(said, known.get(_bare(said), said)) if said else None


def _bare(command: str) -> str:
    """A build tool's command as one writes it in the project's folder, without what only makes it quick or quiet."""
    wrapped = _WRAPPER.sub("./", command)
    return _QUIET.sub("", wrapped) if re.match(r"(?:mvn|gradle|\./mvnw|\./gradlew) ", wrapped) else command


def _port(reading: Reading, start: str | None) -> int | None:
    """The strongest port that is not a mere default; else the one in the start command, else its server's own."""
    ranked = about(reading.evidence, "port")
    said = next((each for each in ranked if speaks_http(each.value)), None)
    if said and said.confidence > WEAK:
        return int(said.value)
    written = port_in(start) if start else None
    server = server_of(start) if start else None
    if written or server:
        return written or (server.default_port if server else None)
    return int(said.value) if said else None


def _name(reading: Reading, fallback: str) -> str:
    if reading.name:
        return name_from(reading.name)
    return name_from(PurePosixPath(reading.folder).name or fallback)


def _relevant(evidence: tuple[Evidence, ...], kind: Kind) -> tuple[Evidence, ...]:
    """Grouped by field, the strongest first, each statement once; nothing about ports of what does not listen."""
    fields = sorted({each.field for each in evidence})
    ranked = [each for field in fields for each in about(evidence, field)]
    dropped = set() if kind == "web" else {"port", "health_path", "bind_address"}
    return tuple(dict.fromkeys(each for each in ranked if each.field not in dropped))
