"""The last page of a run: how it went, where everything lies, what to type next."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from deployments.facts import print_facts
from deployments.progress import printable
from deployments.progress.rich_table import MARKS
from flows.place import completed
from tasks.models import Amendment, AppliedAmendment, DeploymentStatus, Release, RunRecord, StepRecord

_LONGEST_ANSWER = 120


def print_summary(console: Console, record: RunRecord, run_url: str | None) -> None:
    """Print the page for a run that succeeded. Paths and addresses stay whole, so that they can be copied."""
    for part in _page(record):
        console.print(part, soft_wrap=isinstance(part, Text))
    console.print()
    print_facts(console, _facts(record, run_url))
    console.print()
    console.print(_next(record), soft_wrap=True)


def amendment_text(amendment: Amendment) -> str:
    """What an amendment changes, in one line."""
    fields = amendment.model_dump(mode="json", exclude={"type"})
    values = ", ".join(f"{name} {_flat(value)}" for name, value in fields.items())
    return printable(f"{amendment.type.replace('_', ' ')} ({values})")


def _flat(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _page(record: RunRecord) -> Iterator[RenderableType]:
    yield Text()
    yield _headline(record)
    yield Text()
    yield _steps(record.steps)
    yield from _section("repaired", [_repair(applied) for applied in record.amendments], "yellow")
    yield from _section("warnings", [f"{name}: {text}" for name, text in _warnings(record)], "yellow")


def _headline(record: RunRecord) -> Text:
    where = f" at {record.release.url}" if record.release and record.release.url else ""
    line = Text("✓ ", style="bold green").append(f"{record.application} is live{where}", style="bold")
    answer = _answer(record.status)
    return line.append(f"  {answer}", style="dim") if answer else line


def _answer(status: DeploymentStatus | None) -> str:
    if status is None or status.answer is None:
        return printable(status.message) if status else ""
    answer = status.answer
    return printable(f"answered {answer.status} in {answer.duration_ms:.0f} ms, asked through {answer.way}")


def _steps(records: tuple[StepRecord, ...]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(width=1)
    table.add_column(width=10)
    table.add_column(width=7, justify="right")
    # the only column that gives way: the others have a width
    table.add_column()
    for record in records:
        mark, style = MARKS[record.state]
        detail = Text(_detail(record), style="dim", no_wrap=True, overflow="ellipsis")
        table.add_row(Text(mark, style=style), Text(record.name), Text(f"{record.duration_s:.1f} s"), detail)
    return table


def _detail(record: StepRecord) -> str:
    how = {"reused": "reused", "not_needed": "not needed"}.get(record.state, "")
    text = ": ".join(part for part in (how, printable(record.detail)) if part)
    return f"{text} (attempt {record.attempts})" if record.attempts > 1 else text


def _repair(applied: AppliedAmendment) -> str:
    return f"{applied.step}: {amendment_text(applied.amendment)}, because: {printable(applied.cause)}"


def _warnings(record: RunRecord) -> Iterator[tuple[str, str]]:
    yield from dict.fromkeys((step.name, printable(warning)) for step in record.steps for warning in step.warnings)


def _section(title: str, lines: list[str], style: str) -> Iterator[RenderableType]:
    if lines:
        yield Text()
        yield Text(title, style=f"bold {style}")
        yield from (Text(f"  {line}") for line in lines)


def _facts(record: RunRecord, run_url: str | None) -> dict[str, str]:
    seconds = sum(step.duration_s for step in record.steps)
    facts = {"took": f"{seconds:.1f} s, {_reused(record)}"}
    if record.status and record.status.answer:
        answer = record.status.answer
        first_line = answer.body.strip().partition("\n")[0][:_LONGEST_ANSWER]
        facts["answer"] = printable(f"GET {answer.url} → {answer.status} {first_line}")
    if record.release:
        facts["release"] = f"{record.release.number}, image {record.release.image}"
        if reach := _reach(record.release):
            facts["reach it"] = reach
    facts["written"] = str(record.folder)
    if run_url:
        facts["Prefect"] = run_url
    return facts


def _reach(release: Release) -> str:
    """How a person gets to an address that only the cluster knows."""
    application = release.application
    if release.url is None or not release.url.endswith(".svc"):
        return ""
    return f"kubectl --namespace {application.namespace} port-forward service/{application.name} 8080:80"


def _reused(record: RunRecord) -> str:
    # a repair runs steps again
    names = dict.fromkeys(step.name for step in record.steps if step.state == "reused")
    return f"reused: {', '.join(names)}" if names else "nothing was there to be reused"


def _next(record: RunRecord) -> Text:
    name = record.application
    commands = [f"containerkit {verb} {name}" for verb in ("status", "logs", "delete")]
    text = completed("  ·  ".join(commands), record.request)
    return Text(f"{'next':<9}", style="dim").append(text, style="cyan")
