"""The ten steps by name and in order, and how an organisation fills a slot with its own.

The ADR's StepProvider, registry and factory: a replacement comes from the entry-point group `containerkit.steps`
(installed packages) or from a setting that names `module:attribute`; the setting wins.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

from tasks.analyze import analyze
from tasks.build import build
from tasks.cluster import cluster
from tasks.deploy import deploy
from tasks.dockerfile import dockerfile
from tasks.errors import Invalid
from tasks.manifest import manifest
from tasks.models import (
    AnalyzeRequest,
    AppProfile,
    BuildRequest,
    ClusterInfo,
    ClusterRequest,
    DeploymentStatus,
    DeployRequest,
    Dockerfile,
    Image,
    ImagePlan,
    PushedImage,
    PushRequest,
    Release,
    ReleasePlan,
    ScanReport,
    ScanRequest,
    TaggedImage,
    TagRequest,
    VerifyRequest,
    Workload,
)
from tasks.push import push
from tasks.scan import scan
from tasks.step import Metadata, Step
from tasks.tag import tag
from tasks.verify import verify

GROUP = "containerkit.steps"


@dataclass(frozen=True)
class Steps:
    """One slot for each step; a filled slot has the same request, result and ports as ours."""

    analyze: Step[AnalyzeRequest, ..., AppProfile] = analyze
    dockerfile: Step[ImagePlan, ..., Dockerfile] = dockerfile
    build: Step[BuildRequest, ..., Image] = build
    scan: Step[ScanRequest, ..., ScanReport] = scan
    tag: Step[TagRequest, ..., TaggedImage] = tag
    push: Step[PushRequest, ..., PushedImage] = push
    manifest: Step[ReleasePlan, ..., Workload] = manifest
    cluster: Step[ClusterRequest, ..., ClusterInfo] = cluster
    deploy: Step[DeployRequest, ..., Release] = deploy
    verify: Step[VerifyRequest, ..., DeploymentStatus] = verify

    def __iter__(self) -> Iterator[Step[Any, ..., Any]]:
        """The ten steps in order."""
        return (getattr(self, slot.name) for slot in fields(self))

    def tuned(self, limits: Mapping[str, tuple[int | None, float | None, float | None]]) -> Steps:
        """The same steps, those that `limits` names with other (retries, delay_s, timeout_s)."""
        changed = {
            name: getattr(self, name).tuned(retries=retries, delay_s=delay_s, timeout_s=timeout_s)
            for name, (retries, delay_s, timeout_s) in limits.items()
        }
        return replace(self, **changed)


NAMES: tuple[str, ...] = tuple(slot.name for slot in fields(Steps))


def load(implementations: Mapping[str, str] | None = None, installed: tuple[EntryPoint, ...] | None = None) -> Steps:
    """Our steps, with the slots filled that entry points or `implementations` (name -> module:attribute) name.

    Raises Invalid for an unknown name, two packages for one slot, something that is no Step, or one whose signature
    is not the slot's.
    """
    chosen: dict[str, Step[Any, ..., Any]] = {}
    for entry in sorted(entry_points(group=GROUP) if installed is None else installed, key=lambda entry: entry.name):
        _known(entry.name, entry.value)
        if entry.name in chosen:
            raise Invalid(
                f"two installed packages fill the step {entry.name!r}, {entry.value} is the second",
                hint=f'choose one: [steps.{entry.name}] implementation = "module:attribute"',
            )
        chosen[entry.name] = _fitting(entry.name, entry.value)
    for name, target in (implementations or {}).items():
        _known(name, target)
        chosen[name] = _fitting(name, target)
    return replace(Steps(), **cast("dict[str, Any]", chosen))


def describe(steps: Steps) -> tuple[Metadata, ...]:
    """The metadata of the ten steps, in order."""
    return tuple(step.metadata for step in steps)


def _known(name: str, target: str) -> None:
    if name not in NAMES:
        raise Invalid(f"{target} wants to be the step {name!r}, which there is not", hint=f"one of: {', '.join(NAMES)}")


def _fitting(name: str, target: str) -> Step[Any, ..., Any]:
    module, _, attribute = target.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute or name)
    except (ImportError, AttributeError) as error:
        raise Invalid(
            f"the step {name!r} cannot be loaded from {target}: {error}", hint="install the package that holds it"
        ) from error
    if not isinstance(found, Step):
        raise Invalid(f"{target} is no step", hint="decorate it with tasks.step.step")
    ours: Metadata = getattr(Steps(), name).metadata
    theirs = found.metadata
    for what in ("name", "order", "request", "result", "ports"):
        if getattr(ours, what) != getattr(theirs, what):
            raise Invalid(
                f"{target} cannot be the step {name!r}: its {what} is {getattr(theirs, what)!r}",
                hint=f"the slot's {what} is {getattr(ours, what)!r}",
            )
    return found
