"""`containerkit plan`: every document that a run would make, before there is an engine or a cluster."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from deployments.cli import options
from deployments.cli.analyze import profile_of
from deployments.cli.endings import guarded
from deployments.profile_page import print_profile
from deployments.progress import printable, printable_lines
from tasks.errors import Invalid
from tasks.models import AppProfile, Component, Dockerfile, RunRequest

OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="DIR", help="Write the documents there instead of showing them."),
]

_DIFF = "Dockerfile.diff"
_LEXERS = {"Dockerfile": "docker", "workload.json": "json", _DIFF: "diff"}
_ORIGINS = {"generated": "generated", "existing": "the repository's own, kept as it is", "improved": "made safe"}


@guarded
def plan(
    source: options.SourceArgument = ".",
    *,
    ref: options.RefOption = None,
    subfolder: options.SubfolderOption = None,
    component: options.ComponentOption = None,
    name: options.NameOption = None,
    port: options.PortOption = None,
    start: options.StartOption = None,
    build_command: options.BuildCommandOption = None,
    health: options.HealthOption = None,
    dockerfile: options.DockerfileOption = "auto",
    pod_security: options.PodSecurityOption = "restricted",
    publish: options.PublishOption = None,
    output: OutputOption = None,
) -> None:
    """Show the Dockerfile and the release that a run would make. Needs no engine, changes nothing."""
    request = options.request_of(
        options.source_of(source, ref, subfolder),
        component=component,
        overrides=options.overrides_of(name=name, port=port, start=start, build=build_command, health=health),
        dockerfile=dockerfile,
        pod_security=pod_security,
        published_port=publish,
    )
    with tempfile.TemporaryDirectory(prefix="containerkit-") as workspace:
        profile = profile_of(request.source, Path(workspace))
        chosen, written, advice = _decide(request, profile)
        documents = _documents(request, profile, chosen, written)
    console = options.stdout()
    if output is None:
        print_profile(console, profile.changed(components=(chosen,)))
        for file_name, text in documents.items():
            _show(console, file_name, text, _ORIGINS[written.origin] if file_name == "Dockerfile" else "")
    else:
        _write(console, documents, output)
    if advice:
        _show(console, _DIFF, advice, "what --dockerfile improved would change")


def _decide(request: RunRequest, profile: AppProfile) -> tuple[Component, Dockerfile, str]:
    """The component, its Dockerfile, and the diff to an improved one where the repository has its own."""
    from flows import requests
    from flows.settings import load
    from tasks import detection, dockerfiles

    request = requests.with_settings(request, load(options.folder_of(request.source)))
    overridden = detection.apply_overrides(profile, request.overrides, request.component)
    component = detection.choose(overridden, request.component)
    dockerfile = dockerfiles.render(requests.image_plan(request, profile, component))
    if dockerfile.origin != "existing":
        return component, dockerfile, ""
    return component, dockerfile, dockerfiles.diff(dockerfile.text, dockerfiles.improve(dockerfile.text))


def _documents(
    request: RunRequest, profile: AppProfile, component: Component, dockerfile: Dockerfile
) -> Mapping[str, str]:
    """File name to text, in the order in which they are read."""
    from flows import requests
    from tasks import detection
    from tasks.manifests import workload
    from tasks.models import Image, PushedImage

    # nothing has been built: the image is named, its digest comes with the build
    image = Image(id=f"{component.name}:not-built-yet", os="linux", architecture="", size_bytes=0)
    release = requests.release_plan(
        request, profile, component, PushedImage(image=image), target="engine", variables=()
    )
    return {
        "Dockerfile": dockerfile.text,
        "Dockerfile.dockerignore": dockerfile.dockerignore,
        "workload.json": workload(release).model_dump_json(indent=2) + "\n",
        "profile.json": detection.render_json(profile.changed(components=(component,))) + "\n",
    }


def _show(console: Console, name: str, text: str, note: str) -> None:
    if name == "profile.json":
        return
    console.print()
    console.rule(Text(name, style="bold").append(f"  {note}" if note else "", style="dim"), align="left")
    highlighted = Syntax("", _LEXERS.get(name, "text"), background_color="default").highlight(printable_lines(text))
    # lines stay whole, so that they can be copied
    console.print(highlighted, soft_wrap=True, end="")


def _write(console: Console, documents: Mapping[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents.items():
        file = folder / name
        if not _may_write(file, text):
            raise Invalid(f"{file} is there already and says something else", hint="choose another folder for --output")
    for name, text in documents.items():
        (folder / name).write_text(text, encoding="utf-8")
        console.print(Text(f"wrote {printable(str(folder / name))}"))


def _may_write(file: Path, text: str) -> bool:
    if not file.exists() and not file.is_symlink():
        return True
    return file.is_file() and not file.is_symlink() and file.read_text(encoding="utf-8", errors="replace") == text
