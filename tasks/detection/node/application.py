"""What a Node.js folder holds: its framework, how it is built and started, and what that makes it."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.detection.evidence import CONVENTION, DEPENDENCY, SOURCE, say
from tasks.detection.node.builds import build_evidence
from tasks.detection.node.devices import Device, device_of
from tasks.detection.node.found import Found, find
from tasks.detection.node.frameworks import declared
from tasks.detection.node.kinds import kind_evidence
from tasks.detection.node.listening import listening_in
from tasks.detection.node.manifests import NodeProject
from tasks.detection.node.source import JsFile
from tasks.detection.node.sources import Sources, has_own_sources
from tasks.models import Evidence


def application_evidence(project: NodeProject, sources: Sources, files: list[JsFile]) -> Iterator[Evidence]:
    """Framework, start, build, kind and port."""
    candidates = declared(project) if has_own_sources(sources) else ()
    device = device_of(sources.tree, project, candidates)
    if device is not None:
        yield from _device(device)
        return
    found = find(project, sources, files, tuple(row for row, _ in candidates))
    chosen = found.framework
    idle = _idle(found)
    for row, package in candidates:
        if idle and row.interface == "code" and not any(package in source.imports for source in idle):
            continue
        confidence = DEPENDENCY if row is chosen or (chosen and row.name == chosen.name) else CONVENTION - 0.1
        yield say("framework", row.name, project.path, "node.dependency", confidence, project.line(package))
    for way in found.ways:
        yield say("start_command", way.command, way.file, way.rule, way.confidence, way.line)
        if way.port:
            yield say("port", way.port, way.file, way.rule, way.confidence, way.line)
    start, site = found.start, found.site
    yield from build_evidence(
        project,
        sources,
        chosen,
        entry=start.entry if start else None,
        command=start.command if start else None,
        wanted=site.script if site else None,
    )
    yield from kind_evidence(found)


def _idle(found: Found) -> list[JsFile]:
    """The files of a program that waits and does not listen: what it does not import it is not made with."""
    reached = found.reached()
    return reached if any(each.waits_line for each in reached) and not listening_in(reached) else []


def _device(device: Device) -> Iterator[Evidence]:
    yield say("framework", device.name, device.file, "node.device", DEPENDENCY, device.line)
    yield say("kind", "library", device.file, "node.device", SOURCE, device.line)
