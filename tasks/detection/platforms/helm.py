"""A Helm chart's values: the port that its pods open, the path of their probes, and the charts that it brings along."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from tasks.detection import shape
from tasks.detection.evidence import CONVENTION, PLATFORM, line_of, say
from tasks.detection.files import FileTree, join, parent
from tasks.detection.packages import service_of_image
from tasks.detection.platforms.statement import Read, at, statement
from tasks.detection.yaml_text import parse_yaml
from tasks.models import Evidence

_PORTS: Final = ("containerPort", "container.port", "service.targetPort", "service.containerPort", "image.port")
_PROBES: Final = ("readinessProbe.httpGet.path", "livenessProbe.httpGet.path", "startupProbe.httpGet.path")
_USUAL: Final = {"80", "443"}
"""Ports of Services that say nothing about the container behind them."""


def charts(tree: FileTree, folder: str, language: str) -> Iterator[tuple[None, Evidence]]:
    """The values of the chart that is this component's."""
    del language
    found = [parent(path) for path in tree.ordered if posixpath.basename(path) == "Chart.yaml"]
    for chart in found:
        path = join(chart, "values.yaml")
        text = tree.text(path)
        if text is None or "/charts/" in f"/{chart}/".replace(f"{chart}/", "", 1):
            continue
        values = parse_yaml(text, path)
        if _is_of(chart, values, folder, len(found)):
            yield from ((None, each) for each in _values(values, path, text))
            yield from ((None, each) for each in _dependencies(tree, join(chart, "Chart.yaml")))


def _is_of(chart: str, values: object, folder: str, count: int) -> bool:
    """It lies in the component, is named like it, or there is no other one for the root."""
    if folder == ".":
        return count == 1
    image = str(at(values, "image.repository") or "").rpartition("/")[2]
    own = posixpath.basename(folder)
    return chart.startswith(f"{folder}/") or own in {image, posixpath.basename(chart)}


def _values(values: object, path: str, text: str) -> Iterator[Evidence]:
    read = Read(path, text, "helm.values")
    for key in _PORTS:
        if (value := at(values, key)) is not None:
            yield from statement("port", value, read, key)
            break
    service = at(values, "service.port")
    if service is not None and str(service) not in _USUAL:
        yield from statement("port", service, read, "port", CONVENTION)
    for key in _PROBES:
        if (value := at(values, key)) is not None:
            yield from statement("health_path", value, read, str(value))
            break


def _dependencies(tree: FileTree, path: str) -> Iterator[Evidence]:
    text = tree.text(path) or ""
    rows = shape.table(parse_yaml(text, path)).get("dependencies")
    for row in rows if isinstance(rows, list) else []:
        name = str(shape.table(row).get("name"))
        service = service_of_image(name)
        if service:
            yield say("backing_services", service, path, "helm.dependency", PLATFORM, line_of(text, name))
