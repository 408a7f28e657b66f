"""The one way in which adapters run a program: bounded in time and output, and never left behind.

Git, credential helpers and scanners are programs of others. Each runs in a process group of its own that is ended
however the call ends, an interrupt included. This module is the only one that adapters share.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from tasks.errors import Denied, Invalid, Missing, Rejected, Unavailable
from tasks.models import Model

OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024
_ERRORS_KEPT_BYTES = 64 * 1024
_CHUNK_BYTES = 64 * 1024
_TICK_S = 0.05
_GRACE_S = 5.0


class Completed(Model):
    """How a program ended, and what it printed."""

    exit_code: int
    """Negative: the signal that ended it."""
    stdout: str
    stderr: str
    """The last 64 KiB."""


class TooMuchOutput(Rejected):
    """The program was ended because it printed more than it may."""


def run(
    argv: Sequence[str | Path],
    *,
    timeout_s: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
    stdin: str = "",
    output_limit_bytes: int = OUTPUT_LIMIT_BYTES,
    watch: Callable[[], None] | None = None,
) -> Completed:
    """The program's exit code and output, whatever the exit code is.

    It sees the environment of this process, less the variables whose names begin with one of `without`, plus `env`.
    `watch` is called at least twenty times a second; what it raises ends the program. Raises Missing when there is no
    such program, Denied when it may not be run, Unavailable when the time is over, TooMuchOutput above the limit.
    """
    deadline = time.monotonic() + timeout_s
    command = [str(part) for part in argv]
    with _started(command, cwd=cwd, env=_environment(env or {}, without), stdin=stdin) as process:
        stdout = _Stream(process.stdout, limit_bytes=output_limit_bytes)
        stderr = _Tail(process.stderr, kept_bytes=_ERRORS_KEPT_BYTES)
        for _ in _ticks(process, [stdout, stderr], bytearray(stdin.encode())):
            if stdout.size_bytes > output_limit_bytes:
                raise TooMuchOutput(f"{_name(command)} printed more than {output_limit_bytes} bytes and was ended")
            if time.monotonic() > deadline:
                raise Unavailable(f"{_name(command)} did not end within {timeout_s:g} s and was ended")
            if watch is not None:
                watch()
        exit_code = process.wait()
    return Completed(exit_code=exit_code, stdout=stdout.text, stderr=stderr.text)


class _Stream:
    """Everything that comes out of a pipe; a little more than the limit is enough to know that it was passed."""

    def __init__(self, pipe: IO[bytes] | None, *, limit_bytes: int) -> None:
        if pipe is None:
            raise AssertionError("the process was started without this pipe")
        self.pipe = pipe
        self.size_bytes = 0
        self._limit_bytes = limit_bytes
        self._chunks: deque[bytes] = deque()

    def add(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        self._chunks.append(chunk)

    @property
    def text(self) -> str:
        return b"".join(self._chunks).decode(errors="replace")


class _Tail(_Stream):
    """Only the end of what comes out of a pipe."""

    def __init__(self, pipe: IO[bytes] | None, *, kept_bytes: int) -> None:
        super().__init__(pipe, limit_bytes=kept_bytes)

    def add(self, chunk: bytes) -> None:
        super().add(chunk)
        while self.size_bytes - len(self._chunks[0]) > self._limit_bytes:
            self.size_bytes -= len(self._chunks.popleft())

    @property
    def text(self) -> str:
        return b"".join(self._chunks)[-self._limit_bytes :].decode(errors="replace")


@contextmanager
def _started(
    command: list[str], *, cwd: Path | None, env: Mapping[str, str], stdin: str
) -> Iterator[subprocess.Popen[bytes]]:
    """The process in a group of its own; the whole group is gone afterwards."""
    if cwd is not None and not cwd.is_dir():
        raise Invalid(f"{cwd} is no folder to run {_name(command)} in")
    try:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise Missing(
            f"there is no program {command[0]!r} on this machine", hint=f"install {_name(command)}"
        ) from error
    except PermissionError as error:
        raise Denied(f"{command[0]!r} may not be run", hint="look at its permissions") from error
    except (OSError, ValueError) as error:
        raise Invalid(f"{_name(command)} could not be started: {error}") from error
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End every process of the group: politely, then by force."""
    try:
        if process.poll() is None:
            _signal_group(process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=_GRACE_S)
    finally:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with suppress(OSError):  # what was still to be written to a process that is gone
                    pipe.close()


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        os.killpg(group, number)


def _ticks(process: subprocess.Popen[bytes], streams: list[_Stream], unsent: bytearray) -> Iterator[None]:
    """Move bytes between us and the process until it has ended, coming up for air in between."""
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            os.set_blocking(stream.pipe.fileno(), False)
            selector.register(stream.pipe, selectors.EVENT_READ, stream)
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
            selector.register(process.stdin, selectors.EVENT_WRITE)
        while selector.get_map() or process.poll() is None:
            ended = process.poll() is not None
            moved = _move(selector, unsent)
            # all that an ended process wrote is in the pipe; what it left behind may hold the pipe open for ever
            if ended and not moved:
                return
            yield


def _move(selector: selectors.BaseSelector, unsent: bytearray) -> bool:
    """One round of reading and writing; whether there was anything to move."""
    if not selector.get_map():
        time.sleep(_TICK_S)
        return False
    ready = selector.select(_TICK_S)
    for key, _ in ready:
        stream = key.data
        if stream is None:
            _send(selector, key, unsent)
        elif chunk := os.read(key.fd, _CHUNK_BYTES):
            stream.add(chunk)
        else:
            selector.unregister(key.fileobj)
    return bool(ready)


def _send(selector: selectors.BaseSelector, key: selectors.SelectorKey, unsent: bytearray) -> None:
    try:
        del unsent[: os.write(key.fd, unsent[:_CHUNK_BYTES])]
    except BrokenPipeError:
        unsent.clear()
    if not unsent:
        selector.unregister(key.fileobj)
        cast("IO[bytes]", key.fileobj).close()


def _environment(added: Mapping[str, str], without: tuple[str, ...]) -> dict[str, str]:
    """What the program inherits; nothing of it is looked at here."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(without)}
    return inherited | dict(added)


def _name(command: list[str]) -> str:
    return Path(command[0]).name
