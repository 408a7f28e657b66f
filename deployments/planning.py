"""What a run would make, before there is an image: as documents, and compared with what is live."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from flows import requests
from flows.overrides import overridden
from flows.place import choose
from flows.settings import Settings
from flows.toolbox import Given, giving, open_toolbox
from flows.variables import read_env_file
from tasks import detection, dockerfiles, manifests
from tasks.models import (
    AppProfile,
    Component,
    Dockerfile,
    Image,
    ImageRef,
    Manifests,
    PushedImage,
    RunRequest,
    TargetKind,
    Variable,
    Workload,
)
from tasks.naming import image_tags

_NOT_BUILT = "not-built-yet"


class Planned(NamedTuple):
    """All that is decided without a target."""

    request: RunRequest
    """With what the settings say."""
    profile: AppProfile
    component: Component
    dockerfile: Dockerfile

    @property
    def advice(self) -> str:
        """What an improved Dockerfile would change in the repository's own; empty where we write it."""
        text = self.dockerfile.text
        return dockerfiles.diff(text, dockerfiles.improve(text)) if self.dockerfile.origin == "existing" else ""

    @property
    def remarks(self) -> tuple[dockerfiles.Remark, ...]:
        """What is to be said about the repository's own Dockerfile; nothing where we write it."""
        return dockerfiles.review(self.dockerfile.text) if self.dockerfile.origin == "existing" else ()


class Compared(NamedTuple):
    """A workload against what is live."""

    workload: Workload
    place: str
    differences: tuple[str, ...]


def planned(request: RunRequest, profile: AppProfile, settings: Settings) -> Planned:
    """The component and its Dockerfile. Raises Invalid where the user must say more."""
    request = requests.with_settings(request, settings)
    profile, chosen = overridden(
        profile, request.source, settings, flags=request.overrides, component=request.component
    )
    component = detection.choose(profile, chosen)
    return Planned(request, profile, component, dockerfiles.render(requests.image_plan(request, profile, component)))


def workload(made: Planned, variables: tuple[Variable, ...], settings: Settings) -> Workload:
    """What a target would be given; none is asked, so a cluster is meant only when it was named."""
    request = made.request
    place = choose(request, settings.kubernetes, lambda: None)
    in_file = read_env_file(Path(request.env_file)) if request.env_file else ()
    names = tuple(dict.fromkeys(variable.name for variable in (*in_file, *variables)))
    named = request.changed(namespace=request.namespace or settings.kubernetes.namespace)
    return _workload(made._replace(request=named), place.kind, names, None)


def compared(made: Planned, variables: tuple[Variable, ...], settings: Settings) -> Compared:
    """The differences to what is live, all but the image: that of the live release stands for the one to be built."""
    with giving(Given(variables=variables)), open_toolbox(settings, made.request) as tools:
        request = made.request.changed(namespace=tools.namespace)
        releases = tools.target.history(application=requests.application(request, made.component))
        live_image = next((release.image for release in releases if release.state == "live"), None)
        names = tuple(variable.name for variable in tools.variables)
        wanted = _workload(made._replace(request=request), tools.target_kind, names, live_image)
        return Compared(wanted, tools.address, tools.target.dry_run(workload=wanted))


def documents(made: Planned, workload: Workload) -> Mapping[str, str]:
    """File name to text, in the order in which they are read."""
    return {
        "Dockerfile": made.dockerfile.text,
        "Dockerfile.dockerignore": made.dockerfile.dockerignore,
        **_written(workload),
        "profile.json": detection.render_json(made.profile.changed(components=(made.component,))) + "\n",
    }


def _written(workload: Workload) -> Mapping[str, str]:
    if isinstance(workload, Manifests):
        return {"manifests.yaml": "---\n".join(each.yaml for each in workload.objects)}
    return {"workload.json": workload.model_dump_json(indent=2) + "\n"}


def _workload(made: Planned, kind: TargetKind, variables: tuple[str, ...], live_image: str | None) -> Workload:
    request, profile, component = made.request, made.profile, made.component
    image = Image(
        id=live_image or f"{component.name}:{_NOT_BUILT}",
        os="linux",
        architecture="",
        user=dockerfiles.final_user(made.dockerfile.text),
        size_bytes=0,
    )
    pushed = PushedImage(image=image, reference=None if live_image else _reference(made))
    plan = requests.release_plan(request, profile, component, pushed, target=kind, variables=variables)
    return manifests.workload(plan)


def _reference(made: Planned) -> ImageRef | None:
    """The most exact tag that a run would push; nothing has a digest yet."""
    if not (name := made.request.pull_image or made.request.image):
        return None
    checkout = made.profile.checkout
    tag = image_tags(checkout, made.component, _NOT_BUILT)[0] if checkout.commit else _NOT_BUILT
    return ImageRef.parse(name).tagged(tag)
