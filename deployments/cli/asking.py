"""Options that several commands have, worded once: a command is given the request that they make."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from deployments.cli import options
from deployments.cli.endings import circumstances
from flows.variables import parse_variable
from tasks.models import RunRequest, Source, Variable

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")


class Asked(NamedTuple):
    """A run as it was typed. Values of variables are no part of a request, which is stored."""

    request: RunRequest
    variables: tuple[Variable, ...]


def asks_where(command: Callable[Concatenate[RunRequest, P], R]) -> Callable[..., R]:
    """The command with the options that say which engine or cluster is meant, and nothing else of a run."""
    return _with_options(_place, command)


def asks_for_a_run(command: Callable[Concatenate[Asked, P], R]) -> Callable[..., R]:
    """The command with every option that says what shall be run, and where."""
    return _with_options(_run, command)


def _with_options(ask: Callable[..., T], command: Callable[Concatenate[T, P], R]) -> Callable[..., R]:
    _, *own = inspect.signature(command, eval_str=True).parameters.values()
    asked = [*inspect.signature(ask, eval_str=True).parameters.values()]

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        # what is wrong with an option is told in this form, too
        circumstances().as_json = kwargs.get("progress") == "json"
        return command(ask(**{each.name: kwargs.pop(each.name) for each in asked}), *args, **kwargs)

    # what typer reads: what is no option comes first
    shown = sorted((*asked, *own) if ask is _run else (*own, *asked), key=lambda each: each.kind)
    run.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in shown}
    return run


def _place(
    *,
    runtime: options.RuntimeOption = "auto",
    engine_endpoint: options.EndpointOption = None,
    target: options.TargetOption = "auto",
    context: options.ContextOption = None,
    kubeconfig: options.KubeconfigOption = None,
    namespace: options.NamespaceOption = None,
) -> RunRequest:
    return options.request_of(
        Source(location="."),
        runtime=runtime,
        endpoint=engine_endpoint,
        target=target,
        context=context,
        kubeconfig=options.absolute(kubeconfig),
        namespace=namespace,
    )


def _run(
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
    env: options.EnvOption = None,
    env_file: options.EnvFileOption = None,
    env_from_secret: options.SecretsOption = None,
    env_from_configmap: options.ConfigMapsOption = None,
    image: options.ImageOption = None,
    pull_image: options.PullImageOption = None,
    dockerfile: options.DockerfileOption = "auto",
    fail_on: options.FailOnOption = None,
    runtime: options.RuntimeOption = "auto",
    engine_endpoint: options.EndpointOption = None,
    target: options.TargetOption = "auto",
    context: options.ContextOption = None,
    kubeconfig: options.KubeconfigOption = None,
    namespace: options.NamespaceOption = None,
    create_namespace: options.CreateNamespaceOption = False,
    adopt: options.OthersOption = False,
    publish: options.PublishOption = None,
    pod_security: options.PodSecurityOption = "restricted",
) -> Asked:
    request = options.request_of(
        options.source_of(source, ref, subfolder),
        component=component,
        overrides=options.overrides_of(name=name, port=port, start=start, build=build_command, health=health),
        image=image,
        pull_image=pull_image,
        target=target,
        context=context,
        kubeconfig=options.absolute(kubeconfig),
        namespace=namespace,
        missing_namespace="create" if create_namespace else "refuse",
        others="adopt" if adopt else "refuse",
        runtime=runtime,
        endpoint=engine_endpoint,
        published_port=publish,
        dockerfile=dockerfile,
        fail_on=fail_on,
        pod_security=pod_security,
        secrets=tuple(env_from_secret or ()),
        config_maps=tuple(env_from_configmap or ()),
        env_file=options.absolute(env_file),
    )
    return Asked(request, tuple(parse_variable(text) for text in env or ()))
