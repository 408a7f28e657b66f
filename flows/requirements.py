"""What a run refuses before anything is built: what the target cannot take, and what nobody said."""

from __future__ import annotations

from flows.run import Run
from tasks.errors import Invalid, Rejected, StepError
from tasks.models import Application, ClusterInfo, Component


def require_what_the_target_takes(run: Run) -> None:
    """Refuse what this kind of target can never take."""
    request, kind = run.request, run.tools.target_kind
    if kind == "kubernetes" and not request.image:
        error = Invalid(
            "a cluster cannot start an image that no registry holds",
            hint="--image REGISTRY/NAME, or --target engine",
        )
    elif kind == "engine" and (request.secrets or request.config_maps):
        error = Invalid(
            "an engine has neither Secrets nor ConfigMaps to take variables from",
            hint="--env-file FILE, or --target kubernetes",
        )
    else:
        return
    error.step = "cluster"
    raise error


def require_variables(run: Run, component: Component, application: Application, info: ClusterInfo) -> None:
    """Refuse a run whose application would lack a variable that it cannot do without."""
    given = {*info.variables, *(variable.name for variable in run.tools.variables)}
    wanted = {found.name for found in component.env if found.required and found.default is None}
    missing = sorted(wanted - given)
    if missing:
        error = Invalid(
            f"{application.name} needs {', '.join(missing)}, which nobody set",
            hint=" ".join(f"--env {name}=…" for name in missing) + " or --env-file FILE",
        )
        error.step = "deploy"
        raise error


def unfit(info: ClusterInfo) -> StepError:
    """The one error that lists everything that would not work there."""
    error = Rejected(
        f"{info.name} cannot take it: " + "; ".join(f"{check.name}: {check.detail}" for check in info.failed),
        hint="; ".join(check.hint for check in info.failed if check.hint),
        reason="unfit",
    )
    error.step = "cluster"
    return error
