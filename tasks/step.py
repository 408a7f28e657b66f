"""The decorator of a step: a Prefect task with a type, retries and their hook, a time-out, validation, an artifact.

The only file of the core that knows Prefect. What was learnt about it is written beside the line that it decided.
"""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast, get_type_hints

from prefect import Task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import FlowRunContext
from prefect.logging import get_run_logger
from prefect.utilities.annotations import opaque
from pydantic import BaseModel

from tasks import journal
from tasks.errors import StepError, Unavailable
from tasks.models import Failure, Model, Outcome, StepName

Q = TypeVar("Q", bound=BaseModel)
R = TypeVar("R", bound=Outcome)
P = ParamSpec("P")

JITTER_FACTOR = 0.5
_LONGEST_DELAY_S = 60.0


class Metadata(Model):
    """The ADR's step metadata: the same values that Prefect was given."""

    name: StepName
    order: int
    summary: str
    request: str
    result: str
    ports: tuple[str, ...]
    retries: int
    delay_s: float
    timeout_s: float
    idempotent: bool
    side_effects: str
    origin: str
    """module:name of the implementation."""


@dataclass(frozen=True)
class Step(Generic[Q, P, R]):
    """A typed task. Calling it runs it under Prefect; `.fn` is the plain function."""

    fn: Callable[Concatenate[Q, P], R]
    task: Task[..., R]
    metadata: Metadata
    check: Callable[..., None] | None = None
    predecessors: tuple[BaseModel, ...] = ()

    def __call__(self, request: Q, *args: P.args, **ports: P.kwargs) -> R:
        """The step's value. Raises a StepError that names this step; a time-out becomes Unavailable."""
        name, started, clock = self.metadata.name, _now(), time.perf_counter()
        log = journal.current()
        before = len(log.attempts.get(name, [])) if log else 0
        ending: Outcome | str = "interrupted"
        if log:
            log.say(name, "started")
        try:
            # opaque: Prefect would walk a port to its bottom in search of results
            hidden = {key: opaque(port) for key, port in ports.items()}
            value = self.task(request, *args, wait_for=self.predecessors, **hidden)
            ending = value
        except StepError as error:
            error.step, ending = name, error.message
            raise
        except TimeoutError as error:
            more = f"give it more time: timeout_s under [steps.{name}] in containerkit.toml"
            late = Unavailable(f"{name} did not end within {self.metadata.timeout_s:.0f} s", hint=more)
            late.step, ending = name, late.message
            raise late from error
        finally:
            _keep_model_links()
            if log:
                failed = len(log.attempts.get(name, [])) - before
                log.note_end(name, started, time.perf_counter() - clock, ending, failed)
        return value

    def after(self, *results: BaseModel) -> Step[Q, P, R]:
        """The same step, drawn behind the steps that returned these: for what the request does not hold itself."""
        return replace(self, predecessors=results)

    def validate(self, request: BaseModel, **ports: object) -> None:
        """The ADR's Validate: raises what the step would raise for this request; has no side effect."""
        if self.check is not None:
            try:
                self.check(request, **ports)
            except StepError as error:
                error.step = self.metadata.name
                raise

    def tuned(self, *, retries: int | None, delay_s: float | None, timeout_s: float | None) -> Step[Q, P, R]:
        """The same step with other limits; None keeps what the decorator said."""
        known = self.metadata
        metadata = known.changed(
            retries=known.retries if retries is None else retries,
            delay_s=known.delay_s if delay_s is None else delay_s,
            timeout_s=known.timeout_s if timeout_s is None else timeout_s,
        )
        # with_options keeps the old time-out for None, and wants the delays again together with the retries
        task = self.task.with_options(
            retries=metadata.retries,
            retry_delay_seconds=_delays(metadata.retries, metadata.delay_s),
            timeout_seconds=metadata.timeout_s,
        )
        return replace(self, task=task, metadata=metadata)


def step(
    order: int,
    *,
    retries: int = 2,
    delay_s: float = 1.0,
    timeout_s: float = 60,
    idempotent: bool = True,
    side_effects: str = "none",
    present: Callable[[Any], str] | None = None,
    validate: Callable[..., None] | None = None,
) -> Callable[[Callable[Concatenate[Q, P], R]], Step[Q, P, R]]:
    """A decorator that makes a Step of `request, *, ports -> value`.

    `present` turns the value into the Markdown of an artifact; `validate` takes the request and the same ports.
    """

    def decorate(fn: Callable[Concatenate[Q, P], R]) -> Step[Q, P, R]:
        metadata = _metadata(
            fn,
            order=order,
            retries=retries,
            delay_s=delay_s,
            timeout_s=timeout_s,
            idempotent=idempotent,
            side_effects=side_effects,
        )
        numbered = f"{order:02d}-{metadata.name}"
        task: Task[..., R] = Task(
            _published(fn, metadata.name, present),
            name=numbered,
            task_run_name=numbered,
            description=metadata.summary,
            # no result cache: the world is the record, and Prefect's keys miss templates, ports and shared sources
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=retries,
            retry_delay_seconds=_delays(retries, delay_s),
            retry_jitter_factor=JITTER_FACTOR,
            timeout_seconds=timeout_s,
            retry_condition_fn=transient,
            on_failure=[explain],
        )
        return Step(fn=fn, task=task, metadata=metadata, check=validate)

    return decorate


def transient(task: Task[..., Any], task_run: TaskRun, state: State[Any]) -> bool:
    """Whether waiting and trying again would help: the retry hook's one question.

    A plain function: Prefect accepts bound methods and partials here and then never calls them.
    """
    del task_run
    error = _error(state)
    name = _name_of(task)
    log = journal.current()
    if isinstance(error, (Unavailable, TimeoutError)):
        verdict, cause = True, "unavailable"
    elif isinstance(error, StepError) and error.failure and log:
        advice = log.advise(error.failure)
        verdict, cause = advice.verdict == "transient", advice.cause or advice.error_class
    else:
        verdict, cause = False, ""
    if verdict and log:
        log.note_attempt(name, str(error))
        log.say(name, "retrying", f"{cause}: {error}")
    return verdict


def explain(task: Task[..., Any], task_run: TaskRun, state: State[Any]) -> None:
    """On the final failure: a log line and an artifact with the cause and the next thing to type."""
    del task_run
    error = _error(state)
    if not isinstance(error, StepError):
        return
    name = _name_of(task)
    log = journal.current()
    failure = error.failure or Failure(step=name, message=error.message)
    advice = log.advise(failure) if log else None
    lines = [f"### {name} failed", "", error.message, ""]
    lines += [f"**Next:** {error.hint}", ""] if error.hint else []
    if advice and advice.error_class != "unknown":
        lines += [f"**Cause:** {advice.cause} ({advice.error_class}, {advice.verdict}). {advice.hint}", ""]
    if failure.log_tail:
        lines += ["```", *failure.log_tail.splitlines()[-40:], "```"]
    redact = log.redact if log else str
    get_run_logger().error("%s failed: %s", name, redact(error.message))
    create_markdown_artifact(redact("\n".join(lines)), key=f"{name}-failure", description=f"Why {name} failed")


def _metadata(
    fn: Callable[..., Any],
    *,
    order: int,
    retries: int,
    delay_s: float,
    timeout_s: float,
    idempotent: bool,
    side_effects: str,
) -> Metadata:
    hints = get_type_hints(fn)
    names = list(inspect.signature(fn).parameters)
    return Metadata(
        name=cast("StepName", fn.__name__),
        order=order,
        summary=(inspect.getdoc(fn) or "").split("\n", maxsplit=1)[0],
        request=_type_name(hints[names[0]]),
        result=_type_name(hints["return"]),
        ports=tuple(f"{name}: {_type_name(hints[name])}" for name in names[1:]),
        retries=retries,
        delay_s=delay_s,
        timeout_s=timeout_s,
        idempotent=idempotent,
        side_effects=side_effects,
        origin=f"{fn.__module__}:{fn.__name__}",
    )


def _published(
    fn: Callable[Concatenate[Q, P], R], name: StepName, present: Callable[[Any], str] | None
) -> Callable[Concatenate[Q, P], R]:
    """The function, whose value becomes a log line and an artifact of its task run.

    Not a completion hook: Prefect writes two lines about each hook into the log that people read.
    """

    @functools.wraps(fn)
    def published(request: Q, /, *args: P.args, **ports: P.kwargs) -> R:
        value = fn(request, *args, **ports)
        log = journal.current()
        redact = log.redact if log else str
        get_run_logger().info("%s", redact(_line(value)))
        if present:
            create_markdown_artifact(redact(present(value)), key=name, description=f"What {name} returned")
        return value

    return published


def _line(value: Outcome) -> str:
    if value.not_needed:
        return f"not needed: {value.not_needed}"
    said = f"reused: {value.summary()}" if value.reused else value.summary() or "done"
    return "; ".join((said, *(f"warning: {warning}" for warning in value.warnings)))


def _error(state: State[Any]) -> object:
    return state.data if isinstance(state.data, BaseException) else state.result(raise_on_failure=False)


def _name_of(task: Task[..., Any]) -> StepName:
    return cast("StepName", task.name.partition("-")[2])


def _delays(retries: int, delay_s: float) -> list[float]:
    return [min(delay_s * 2**attempt, _LONGEST_DELAY_S) for attempt in range(retries)]


def _type_name(hint: Any) -> str:
    return str(getattr(hint, "__name__", hint)).replace("tasks.models.", "")


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def _keep_model_links() -> None:
    """Drop everything but models from what Prefect links results by.

    It links a result and its direct fields by id(): a shared enum member or small int draws false edges in the graph.
    """
    context = FlowRunContext.get()
    if context is None:
        return
    results = context.run_results  # id -> (state, run type, weak reference or None)
    for key, (_, _, reference) in list(results.items()):
        if reference is None or not isinstance(reference(), BaseModel):
            del results[key]
