"""Commands that work on a target: the options that say which one, worded once, become a request."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from deployments.cli import options
from tasks.models import RunRequest, Source

P = ParamSpec("P")
R = TypeVar("R")


def asks_where(command: Callable[Concatenate[RunRequest, P], R]) -> Callable[..., R]:
    """The command with these options besides its own; it is given a request that only says where."""
    _, *own = inspect.signature(command, eval_str=True).parameters.values()
    asked = [*inspect.signature(_request, eval_str=True).parameters.values()]

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        place = {each.name: kwargs.pop(each.name) for each in asked}
        return command(_request(**place), *args, **kwargs)  # type: ignore[arg-type]  # typer fills in what was asked for

    # what typer reads
    run.__signature__ = inspect.Signature([*own, *asked])  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in (*own, *asked)}
    return run


def _request(
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
