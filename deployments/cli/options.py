"""The options that several commands share, worded once."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from pydantic import ValidationError
from rich.console import Console

from tasks.errors import Invalid
from tasks.models import Source

if TYPE_CHECKING:
    from tasks.models import Application, Overrides, RunRequest

FailOn = Literal["UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL", "never"]
RuntimeKind = Literal["auto", "docker", "podman"]
TargetChoice = Literal["auto", "engine", "kubernetes"]

_SOURCE, _APPLICATION, _IMAGE, _WHERE = "Source", "Application", "Image", "Where it runs"
_FILE_WIDTH = 160
_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://|^[\w.-]+@[\w.-]+:")

SourceArgument = Annotated[
    str, typer.Argument(metavar="SOURCE", help="A folder or a git URL.", show_default="this folder")
]
RefOption = Annotated[
    str | None, typer.Option("--ref", help="Branch, tag or commit of a git URL.", rich_help_panel=_SOURCE)
]
SubfolderOption = Annotated[
    str | None, typer.Option("--subfolder", help="Where in it the application lies.", rich_help_panel=_SOURCE)
]
ComponentOption = Annotated[
    str | None, typer.Option("--component", help="Which one, when there are several.", rich_help_panel=_SOURCE)
]

NameOption = Annotated[
    str | None, typer.Option("--name", help="What it is called on the target.", rich_help_panel=_APPLICATION)
]
PortOption = Annotated[
    int | None,
    typer.Option("--port", min=1, max=65535, help="The port that it listens on.", rich_help_panel=_APPLICATION),
]
StartOption = Annotated[
    str | None, typer.Option("--start", help="The command that starts it.", rich_help_panel=_APPLICATION)
]
BuildCommandOption = Annotated[
    str | None, typer.Option("--build-command", help="The command that builds it.", rich_help_panel=_APPLICATION)
]
HealthOption = Annotated[
    str | None,
    typer.Option(
        "--health", metavar="PATH", help="Path that answers 2xx when all is well.", rich_help_panel=_APPLICATION
    ),
]
EnvOption = Annotated[
    list[str] | None,
    typer.Option(
        "--env",
        metavar="NAME=VALUE",
        help="A variable for the application; repeatable. The value is never stored or shown.",
        rich_help_panel=_APPLICATION,
    ),
]
EnvFileOption = Annotated[
    Path | None,
    typer.Option(
        "--env-file",
        metavar="FILE",
        help="A file of NAME=VALUE lines. Other users of this machine can see --env, but not this.",
        rich_help_panel=_APPLICATION,
    ),
]
SecretsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--env-from-secret",
        metavar="NAME",
        help="A Secret on the cluster whose keys become variables; repeatable.",
        rich_help_panel=_APPLICATION,
    ),
]
ConfigMapsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--env-from-configmap",
        metavar="NAME",
        help="The same for a ConfigMap; repeatable.",
        rich_help_panel=_APPLICATION,
    ),
]

ImageOption = Annotated[
    str | None,
    typer.Option("--image", metavar="REGISTRY/NAME", help="Where to push; nowhere without it.", rich_help_panel=_IMAGE),
]
PullImageOption = Annotated[
    str | None,
    typer.Option(
        "--pull-image",
        metavar="REGISTRY/NAME",
        help="The same as the target sees it, where that differs.",
        rich_help_panel=_IMAGE,
    ),
]
DockerfileOption = Annotated[
    Literal["auto", "generated", "improved"],
    typer.Option(
        "--dockerfile",
        help="auto: the repository's own where there is one; improved: that one, made safe.",
        rich_help_panel=_IMAGE,
    ),
]
FailOnOption = Annotated[
    FailOn | None,
    typer.Option(
        "--fail-on",
        help="Stop at fixable vulnerabilities of this severity.",
        show_default="CRITICAL",
        rich_help_panel=_IMAGE,
    ),
]

RuntimeOption = Annotated[RuntimeKind, typer.Option("--runtime", help="The container engine.", rich_help_panel=_WHERE)]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        "--engine-endpoint",
        metavar="ADDRESS",
        help="Such as unix:///run/docker.sock; found by itself without it.",
        rich_help_panel=_WHERE,
    ),
]
TargetOption = Annotated[
    TargetChoice, typer.Option("--target", help="Where the application will run.", rich_help_panel=_WHERE)
]
ContextOption = Annotated[
    str | None,
    typer.Option("--context", help="The kubeconfig's context. Naming one chooses Kubernetes.", rich_help_panel=_WHERE),
]
KubeconfigOption = Annotated[
    Path | None,
    typer.Option(
        "--kubeconfig", metavar="FILE", help="Instead of KUBECONFIG and ~/.kube/config.", rich_help_panel=_WHERE
    ),
]
NamespaceOption = Annotated[
    str | None, typer.Option("--namespace", help="The namespace; the context's own without it.", rich_help_panel=_WHERE)
]
CreateNamespaceOption = Annotated[
    bool,
    typer.Option("--create-namespace", help="Make the namespace when it is not there.", rich_help_panel=_WHERE),
]
OthersOption = Annotated[
    bool,
    typer.Option("--adopt", help="Take over objects of the same names that are not ours.", rich_help_panel=_WHERE),
]
PublishOption = Annotated[
    int | None,
    typer.Option(
        "--publish",
        metavar="PORT",
        min=1,
        max=65535,
        help="Port on the engine's host.",
        show_default="the application's own",
        rich_help_panel=_WHERE,
    ),
]
PodSecurityOption = Annotated[
    Literal["restricted", "baseline"],
    typer.Option("--pod-security", help="How strictly it is confined.", rich_help_panel=_WHERE),
]

JsonFlag = Annotated[bool, typer.Option("--json", help="For programs: one JSON document.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The application's name.")]

_FLAGS = {
    "ref": "--ref",
    "subfolder": "--subfolder",
    "name": "--name",
    "port": "--port",
    "start": "--start",
    "build": "--build-command",
    "health": "--health",
    "published_port": "--publish",
    "namespace": "--namespace",
    "secrets": "--env-from-secret",
    "config_maps": "--env-from-configmap",
}


def stdout() -> Console:
    """Where results go. A file has no width, so that tables are not squeezed into that of a small terminal."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH)


def absolute(path: Path | None) -> str | None:
    """The same file from every folder."""
    return str(path.expanduser().absolute()) if path else None


def source_of(location: str, ref: str | None = None, subfolder: str | None = None) -> Source:
    """The source, a folder as an absolute path: commands may work elsewhere. Raises Invalid for an empty flag."""
    for flag, value in (("--ref", ref), ("--subfolder", subfolder)):
        if value == "":  # an unset variable of a script, not a choice
            raise Invalid(f"{flag} is empty", hint=f"name one, or leave {flag} out")
    found = location if _URL.match(location) else str(Path(location).expanduser().absolute())
    return Source(location=found, ref=ref, subfolder=subfolder)


def request_of(source: Source, **given: object) -> RunRequest:
    """The request. Raises Invalid, which names the flag."""
    from tasks.models import RunRequest

    try:
        return RunRequest.model_validate({"source": source, **given})
    except ValidationError as error:
        raise _refused(error) from error


def overrides_of(
    *,
    name: str | None = None,
    port: int | None = None,
    start: str | None = None,
    build: str | None = None,
    health: str | None = None,
) -> Overrides:
    """What the user knows better. Raises Invalid, which names the flag."""
    from tasks.models import Overrides

    try:
        return Overrides(name=name, port=port, start=start, build=build, health=health)
    except ValidationError as error:
        raise _refused(error) from error


def _refused(error: ValidationError) -> Invalid:
    first = error.errors()[0]
    flag = _FLAGS.get(str(first["loc"][0]), str(first["loc"][0]))
    return Invalid(f"{flag} cannot be used: {first['msg']}", hint="containerkit run --help")


def application_of(name: str, namespace: str = "default") -> Application:
    """The application by its name on the target."""
    from tasks.models import Application

    try:
        return Application(name=name, namespace=namespace)
    except ValidationError as error:
        raise Invalid(
            f"{name!r} is no name of an application", hint="lower-case letters, digits and -, at most 53"
        ) from error
