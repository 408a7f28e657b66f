"""Whether Kubernetes objects say only what a cluster of a version knows, field by field, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from tasks.models import Check, ManifestObject, Manifests

_MINOR = re.compile(r"^v?(\d+)\.(\d+)")


def misfits(manifests: Manifests, version: str | None = None) -> Iterator[Check]:
    """What a cluster of this version would not take of the objects; None means the newest version that is known."""
    wanted = _known(version)
    for each in manifests.objects:
        if (said := _misfit(each, wanted)) is not None:
            yield Check(
                name="schema",
                passed=False,
                detail=f"{each.kind} {each.name} is no valid object of Kubernetes {wanted}: {said}",
                hint="`containerkit plan . --target kubernetes` shows the objects",
            )


def _misfit(each: ManifestObject, version: str) -> str | None:
    # schemas take a tenth of a second to load: only releases on clusters pay
    from kubernetes_validate import utils  # noqa: PLC0415

    try:
        utils.validate(yaml.safe_load(each.yaml), version, strict=True)
    except utils.ValidationError as error:
        return f"{'.'.join(str(part) for part in error.absolute_path) or 'the object'}: {error.message}"
    except utils.SchemaNotFoundError:
        return f"{each.api_version} {each.kind} is not known there"
    return None


def _known(version: str | None) -> str:
    """The version itself, or the nearest one whose schemas are there: clusters are newer and older than they."""
    from kubernetes_validate import utils  # noqa: PLC0415 - as above

    known = sorted((int(major), int(minor)) for major, minor in map(_parts, utils.all_versions()))
    wanted = _MINOR.match(version or "")
    chosen = (int(wanted[1]), int(wanted[2])) if wanted else known[-1]
    return "{}.{}".format(*max(min(chosen, known[-1]), known[0]))


def _parts(version: str) -> tuple[str, str]:
    major, minor = version.split(".")[:2]
    return major, minor
