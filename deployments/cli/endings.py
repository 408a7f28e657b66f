"""How a command ends when something went wrong: one red line, what to type next, and the published exit code."""

from __future__ import annotations

import functools
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from deployments.exit_codes import ExitCode, exit_code
from deployments.progress import printable, printable_lines
from deployments.signals import Stopped
from flows.settings import load
from tasks.errors import StepError

P = ParamSpec("P")
R = TypeVar("R")

_TAIL_LINES = 12
_LONGEST_LINE = 400


@dataclass
class Circumstances:
    """What the end of a command must know; a command fills in what it learns."""

    as_json: bool = False
    run_folder: Path | None = None
    run_url: str | None = None


_circumstances: ContextVar[Circumstances] = ContextVar("circumstances")


def circumstances() -> Circumstances:
    """Those of the command that is going on."""
    return _circumstances.get()


def guarded(command: Callable[P, R]) -> Callable[P, R]:
    """The same command, whose errors are explained and become exit codes."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        token = _circumstances.set(Circumstances())
        try:
            return command(*args, **kwargs)
        except (typer.Exit, BrokenPipeError):
            raise
        except StepError as error:
            _explain(error)
            raise typer.Exit(exit_code(error)) from error
        except Stopped as error:
            _say_stopped(f"stopped by {error}", error.code)
            raise typer.Exit(error.code) from error
        except (KeyboardInterrupt, typer.Abort) as error:
            _say_stopped(str(error) or "interrupted", ExitCode.INTERRUPTED)
            raise typer.Exit(ExitCode.INTERRUPTED) from error
        except Exception as error:  # the outermost line of the program: whatever gets here is our bug
            _own_up(error)
            raise typer.Exit(ExitCode.OUR_BUG) from error
        finally:
            _circumstances.reset(token)

    return run


def _explain(error: StepError) -> None:
    where = circumstances()
    if where.as_json:
        _write_event(
            {
                "type": type(error).__name__,
                "step": error.step,
                "reason": error.reason,
                "message": error.message,
                "hint": error.hint,
                "log_tail": error.failure.log_tail if error.failure else "",
                "whole_log": error.failure.whole_log if error.failure else None,
                "exit_code": int(exit_code(error)),
            }
        )
        return
    console = _console()
    first, _, rest = error.message.partition("\n")
    step = f"{error.step}: " if error.step else ""
    console.print(Text(f"✗ {step}{printable(first)}", style="bold red"), soft_wrap=True)
    if rest:
        console.print(Text(printable_lines(rest)), soft_wrap=True)
    if error.failure and error.failure.log_tail:
        lines = printable_lines(error.failure.log_tail).rstrip().splitlines()[-_TAIL_LINES:]
        console.print(Text("\n".join(f"  │ {_clipped(line)}" for line in lines), style="dim"), soft_wrap=True)
    if error.hint:
        console.print(Text("next: ", style="bold").append(printable(error.hint), style="cyan"), soft_wrap=True)
    if error.failure and error.failure.whole_log:
        console.print(Text(f"log      {printable(error.failure.whole_log)}", style="dim"), soft_wrap=True)
    _print_places(console)


def _clipped(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} …"


def _say_stopped(text: str, code: ExitCode) -> None:
    if circumstances().as_json:
        _write_event({"type": "Interrupted", "message": text, "exit_code": int(code)})
        return
    console = _console()
    continues = "; typing the same again continues where it was" if circumstances().run_folder else ""
    console.print(Text(f"✗ {text}{continues}", style="bold red"), soft_wrap=True)
    _print_places(console)


def _own_up(error: Exception) -> None:
    file = _write_traceback(error)
    message = f"this is a bug of ours ({type(error).__name__}); everything about it is in {file}"
    if circumstances().as_json:
        _write_event({"type": "Bug", "message": message, "exit_code": int(ExitCode.OUR_BUG)})
    else:
        _console().print(Text(f"✗ {message}", style="bold red"), soft_wrap=True)


def _write_traceback(error: Exception) -> Path:
    where = circumstances()
    folder = where.run_folder or _state_folder()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"bug-{time.strftime('%Y%m%dT%H%M%S')}.txt"
    # values of variables are left out: they may be secrets
    file.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return file


def _state_folder() -> Path:
    try:
        return load().home
    except StepError:
        return Path(tempfile.gettempdir())


def _print_places(console: Console) -> None:
    where = circumstances()
    if where.run_folder:
        console.print(Text(f"written  {where.run_folder}", style="dim"), soft_wrap=True)
    if where.run_url:
        console.print(Text(f"Prefect  {where.run_url}", style="dim"), soft_wrap=True)


def _write_event(fields: dict[str, object]) -> None:
    where = circumstances()
    places = {"folder": str(where.run_folder) if where.run_folder else None, "run_url": where.run_url}
    from deployments.progress.json_lines import JsonLines

    JsonLines(sys.stdout).write("error", {**fields, **places})


def _console() -> Console:
    return Console(stderr=True, highlight=False)
