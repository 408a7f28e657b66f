"""Step 10: whether it answers, and stays well for a moment."""

from __future__ import annotations

import time

from tasks.errors import Rejected, StepError, Unavailable
from tasks.models import DeploymentStatus, Failure, HttpAnswer, VerifyRequest
from tasks.ports import DeploymentTarget
from tasks.step import step

_SERVER_ERROR = 500
_REDIRECT = 300
_BAD_REQUEST = 400
_POLL_S = 0.25


def _present(status: DeploymentStatus) -> str:
    lines = [f"### {status.application.name}: {status.message}", ""]
    if status.answer:
        answer = status.answer
        lines += [f"`GET {answer.url}` ({answer.way}) answered **{answer.status}** in {answer.duration_ms:.0f} ms", ""]
        lines += ["```", answer.body[:500], "```"]
    return "\n".join(lines)


@step(10, retries=2, delay_s=1, timeout_s=180, present=_present)
def verify(request: VerifyRequest, *, target: DeploymentTarget) -> DeploymentStatus:
    """See the release answer over HTTP, or run when it has no port, at the beginning and at the end of the soak."""
    deadline = time.monotonic() + request.timeout_s
    answer = _answer(request, target, deadline) if request.port is not None else None
    first = target.status(application=request.release.application)
    if request.soak_s and not request.release.reused:
        time.sleep(min(request.soak_s, max(deadline - time.monotonic(), 0)))
    status = target.status(application=request.release.application)
    if not status.ready or status.restarts > first.restarts:
        raise _unwell(request, status.message, status.log_tail)
    if answer is not None and not request.release.reused:
        answer = _answer(request, target, deadline)
    return status.changed(answer=answer, message=_verdict(request, answer, status))


def _answer(request: VerifyRequest, target: DeploymentTarget, deadline: float) -> HttpAnswer:
    path = request.health_path or "/"
    trouble = "no answer"
    while True:
        try:
            answer = target.request(application=request.release.application, path=path)
        except Unavailable as error:
            trouble = error.message
        else:
            if _well(answer.status, request.health_path):
                return answer
            trouble = f"{path} answers {answer.status}: {answer.body[:200]}"
        if time.monotonic() >= deadline:
            raise _unwell(request, trouble, _logs(request, target))
        time.sleep(_POLL_S)


def _well(status: int, health_path: str | None) -> bool:
    return status < (_BAD_REQUEST if health_path else _SERVER_ERROR)


def _verdict(request: VerifyRequest, answer: HttpAnswer | None, status: DeploymentStatus) -> str:
    if answer is None:
        return status.message
    if request.health_path is None and answer.status >= _REDIRECT:
        return f"answers {answer.status} at /, health path unknown"
    return f"{answer.url} answers {answer.status}"


def _unwell(request: VerifyRequest, trouble: str, log_tail: str) -> StepError:
    name = request.release.application.name
    message = f"release {request.release.number} of {name} is live and not well: {trouble}"
    failure = Failure(step="verify", message=message, log_tail=log_tail, port=request.port)
    return Rejected(message, hint=f"containerkit logs {name}", failure=failure)


def _logs(request: VerifyRequest, target: DeploymentTarget) -> str:
    try:
        return target.logs(application=request.release.application)
    except StepError as error:
        return f"(no log: {error.message})"
