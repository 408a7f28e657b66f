"""The ten steps as a story: from a repository to a verified release, repaired or restored when something fails."""

from __future__ import annotations

from prefect import flow, runtime

from flows import requests, requirements
from flows.advice import advised
from flows.overrides import overridden
from flows.records import announce, conclude, report_failure, requested, say_where, warn
from flows.repair import repair, restore
from flows.run import Run, open_run
from tasks import detection, dockerfiles, manifests
from tasks.errors import Rejected, StepError
from tasks.models import (
    AnalyzeRequest,
    AppProfile,
    ClusterInfo,
    Component,
    DeploymentStatus,
    DeployRequest,
    ImageRef,
    PushedImage,
    PushRequest,
    Release,
    ReleasePlan,
    RunRecord,
    RunRequest,
    TagRequest,
)


@flow(name="containerize", flow_run_name=requested, validate_parameters=True, persist_result=False, retries=0)
def containerize(request: RunRequest) -> RunRecord:
    """Containerize an application and release it: analyze, build, scan, push, deploy and verify."""
    with open_run(request, str(runtime.flow_run.id)) as run:
        try:
            profile, component, info = understand(run)
            while True:
                try:
                    release, status = release_component(run, profile, component, info)
                    return conclude(run, profile, release, status)
                except StepError as error:
                    run.amendments += (repair(run, error),)
        except StepError as error:
            if error.step == "verify":
                restore(run, error)
            report_failure(run, error)
            raise


def understand(run: Run) -> tuple[AppProfile, Component, ClusterInfo]:
    """Everything that can be known, and refused, before anything is built."""
    request, tools, steps = run.request, run.tools, run.steps
    found = steps.analyze(
        AnalyzeRequest(source=request.source, workspace=str(run.folder / "source")), source_control=tools.source_control
    )
    profile = advised(found, tools)
    for warning in profile.warnings[len(found.warnings) :]:
        warn(run, warning)
    known, chosen = overridden(
        profile, request.source, run.settings, flags=request.overrides, component=request.component
    )
    run.write("profile.json", detection.render_json(known))
    component = detection.choose(known, chosen)
    application = requests.application(request, component)
    announce(run, application, known, component)
    requirements.require_what_the_target_takes(run)
    say_where(run)
    info = steps.cluster.after(found)(requests.cluster_request(request, component), target=tools.target)
    if info.failed:
        raise requirements.unfit(info)
    requirements.require_variables(run, component, application, info)
    if repository := _repository(request):
        steps.push.validate(repository, registry=tools.registry)
    return known, component, info


def release_component(
    run: Run, profile: AppProfile, component: Component, info: ClusterInfo
) -> tuple[Release, DeploymentStatus]:
    """Steps 2 to 10 with the amendments so far. The world remembers what is done already."""
    component = requests.amended(component, run.amendments)
    pushed = _image(run, profile, component, info)
    names = tuple(variable.name for variable in run.tools.variables)
    plan = requests.release_plan(run.request, profile, component, pushed, target=run.tools.target_kind, variables=names)
    return _release(run, requests.amended_release(plan, run.amendments), info)


def _image(run: Run, profile: AppProfile, component: Component, info: ClusterInfo) -> PushedImage:
    request, tools, steps = run.request, run.tools, run.steps
    dockerfile = steps.dockerfile.after(profile)(requests.image_plan(request, profile, component))
    run.dockerfile_origin = dockerfile.origin
    run.write("Dockerfile", dockerfile.text)
    run.write("Dockerfile.dockerignore", dockerfile.dockerignore)
    building = requests.build_request(
        profile,
        component,
        dockerfile,
        name=requests.application(request, component).name,
        platform=requests.platform(info, tools.runtime.describe()),
        log_file=run.folder / "build.log",
    )
    steps.build.validate(building, runtime=tools.runtime)
    image = steps.build(building, runtime=tools.runtime, progress=run.progress)
    if request.pod_security == "restricted" and (reasons := dockerfiles.confinement(image, port=component.port)):
        improved = dockerfiles.improve(dockerfile.text)
        raise Rejected(
            f"the image cannot run restricted: {'; '.join(reasons)}\n{dockerfiles.diff(dockerfile.text, improved)}",
            hint="accept the improved Dockerfile with --dockerfile improved, or relax with --pod-security baseline",
            reason="unfit",
        )
    report = steps.scan(
        requests.scan_request(image, dockerfile, run.scan_policy, run.settings.home / "scans"),
        scanner=tools.scanner,
        progress=run.progress,
    )
    tagged = steps.tag.after(report)(
        TagRequest(image=image, profile=profile, component=component.name, repository=_repository(request)),
        runtime=tools.runtime,
    )
    pull_name = ImageRef.parse(request.pull_image) if request.pull_image else None
    pushing = PushRequest(tagged=tagged, pull_name=pull_name)
    return steps.push(pushing, runtime=tools.runtime, registry=tools.registry, progress=run.progress)


def _release(run: Run, plan: ReleasePlan, info: ClusterInfo) -> tuple[Release, DeploymentStatus]:
    tools, steps = run.tools, run.steps
    workload = steps.manifest(plan)
    run.write("workload.json", workload)
    problems = tuple(check for check in manifests.fit(info, plan.pushed.image, workload) if not check.passed)
    if problems:
        raise requirements.unfit(info.changed(checks=problems))
    wanted = DeployRequest(
        workload=workload,
        source=plan.source,
        commit=plan.commit,
        version=plan.version,
        timeout_s=run.patience.ready_timeout_s,
    )
    release = steps.deploy.after(info)(wanted, target=tools.target, progress=run.progress)
    verifying = requests.verify_request(plan, release, run.patience.soak_s)
    return release, steps.verify(verifying, target=tools.target)


def _repository(request: RunRequest) -> ImageRef | None:
    return ImageRef.parse(request.image) if request.image else None
