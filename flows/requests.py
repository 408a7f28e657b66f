"""From what is known to what the next step is asked for: pure functions, so that a repair only asks again."""

from __future__ import annotations

import posixpath
from pathlib import Path

from flows.settings import Settings
from tasks import dockerfiles, manifests
from tasks.context import build_key
from tasks.models import (
    Application,
    AppliedAmendment,
    AppProfile,
    BuildRequest,
    ClusterInfo,
    ClusterRequest,
    Component,
    Dockerfile,
    Image,
    ImagePlan,
    ImageRef,
    Label,
    PushedImage,
    ReleasePlan,
    Resources,
    RunRequest,
    RuntimeDescription,
    ScanPolicy,
    ScanRequest,
    Setting,
    TargetKind,
    VerifyRequest,
    labels,
)
from tasks.models.release import Release

LOCAL_REGISTRY = "containerkit.local"
"""Never reached: a name of this registry keeps an image that is not pushed from being pruned."""


def with_settings(request: RunRequest, settings: Settings) -> RunRequest:
    """The request with what it left open taken from the settings: flags win."""
    app = settings.app
    return request.changed(
        image=request.image or app.image,
        pull_image=request.pull_image or app.pull_image,
        published_port=request.published_port or app.published_port,
        fail_on=request.fail_on or settings.scan.fail_on,
    )


def application(request: RunRequest, component: Component) -> Application:
    """The name on the target."""
    return Application(name=component.name, namespace=request.namespace or "default")


def amended(component: Component, amendments: tuple[AppliedAmendment, ...]) -> Component:
    """The component with every repair so far."""
    return dockerfiles.amend(component, tuple(applied.amendment for applied in amendments))


def cluster_request(request: RunRequest, component: Component) -> ClusterRequest:
    """Ask about the port on the host only when there will be one."""
    return ClusterRequest(
        application=application(request, component),
        published_port=published_port(request, component),
        missing_namespace=request.missing_namespace,
        secrets=request.secrets,
        config_maps=request.config_maps,
    )


def published_port(request: RunRequest, component: Component) -> int | None:
    """The port on the engine's host: the user's, else the application's own."""
    return (request.published_port or component.port) if component.port else None


def image_plan(request: RunRequest, profile: AppProfile, component: Component) -> ImagePlan:
    """What the Dockerfile is written from. The repository's own one is read in the folder that it was written for."""
    root, context = profile.checkout.root, component.dockerfile_context
    if component.dockerfile is None or context is None or request.dockerfile == "generated":
        return ImagePlan(component=component, context=root, choice=request.dockerfile)
    below = component.changed(dockerfile=posixpath.relpath(component.dockerfile, context))
    return ImagePlan(component=below, context=root / context, choice=request.dockerfile)


def platform(info: ClusterInfo, engine: RuntimeDescription) -> str | None:
    """What to build for: another architecture than the engine's own only where no node has that one."""
    offered = info.architectures
    return None if not offered or engine.architecture in offered else f"linux/{offered[0]}"


def build_request(
    profile: AppProfile,
    component: Component,
    dockerfile: Dockerfile,
    *,
    name: str,
    platform: str | None,
    log_file: Path,
) -> BuildRequest:
    """The build, under the key of everything that goes into it."""
    own = dockerfile.origin != "generated" and component.dockerfile_context
    context = profile.checkout.root / own if own else profile.checkout.root
    key = build_key(dockerfile, context, (), platform)
    return BuildRequest(
        dockerfile=dockerfile,
        context=context,
        key=key,
        name=ImageRef(registry=LOCAL_REGISTRY, repository=name, tag=key[:12]),
        platform=platform,
        labels=_revision_labels(profile, component),
        log_file=log_file,
    )


def scan_request(image: Image, dockerfile: Dockerfile, policy: ScanPolicy, report_folder: Path) -> ScanRequest:
    """The scan of an image and of the Dockerfile behind it."""
    return ScanRequest(image=image, dockerfile=dockerfile, policy=policy, report_folder=report_folder)


def release_plan(
    request: RunRequest,
    profile: AppProfile,
    component: Component,
    pushed: PushedImage,
    *,
    target: TargetKind,
    variables: tuple[str, ...],
) -> ReleasePlan:
    """How the application will run, before the amendments that concern that."""
    port = component.port
    return ReleasePlan(
        application=application(request, component),
        target=target,
        pushed=pushed,
        # a static site has become a web server by then
        kind="web" if component.kind == "static" else component.kind,
        port=port,
        published_port=published_port(request, component),
        health_path=component.health_path,
        settings=(*((Setting(name="PORT", value=str(port)),) if port else ()), *component.settings),
        resources=component.resources or Resources(),
        variables=variables,
        secrets=request.secrets,
        config_maps=request.config_maps,
        pod_security=request.pod_security,
        missing_namespace=request.missing_namespace,
        user_id=_user_id(pushed.image.user),
        source=profile.checkout.location,
        commit=profile.checkout.commit,
        version=component.version,
    )


def amended_release(plan: ReleasePlan, amendments: tuple[AppliedAmendment, ...]) -> ReleasePlan:
    """The plan with every repair so far."""
    return manifests.amend(plan, tuple(applied.amendment for applied in amendments))


def verify_request(plan: ReleasePlan, release: Release, soak_s: float) -> VerifyRequest:
    """What the release must show."""
    return VerifyRequest(release=release, kind=plan.kind, port=plan.port, health_path=plan.health_path, soak_s=soak_s)


def _user_id(user: str) -> int | None:
    number = user.partition(":")[0]
    return int(number) if number.isdigit() and int(number) else None


def _revision_labels(profile: AppProfile, component: Component) -> tuple[Label, ...]:
    """Through the build API, so that the Dockerfile stays the same from commit to commit."""
    known = {
        "org.opencontainers.image.revision": profile.checkout.commit,
        "org.opencontainers.image.source": profile.checkout.location,
        "org.opencontainers.image.version": component.version,
        labels.SOURCE: profile.checkout.location,
    }
    return tuple(Label(key=key, value=value) for key, value in sorted(known.items()) if value)
