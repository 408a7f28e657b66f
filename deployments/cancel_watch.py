"""A cancel in the Prefect UI reaches a run that was started at a terminal.

Prefect tells only its own workers; a bare process would run every remaining step and stay "Cancelling". So a thread
looks at the run's state each second and interrupts the main thread, so that every `finally` runs. The only module
beside the commands that imports Prefect; import it late.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, ParamSpec, Self, TypeVar
from uuid import UUID

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Cancelled
from prefect.utilities.urls import url_for

P = ParamSpec("P")
R = TypeVar("R")

_log = logging.getLogger(__name__)

_SIGNAL = signal.SIGUSR1
"""Not SIGINT: a shell starts background jobs with that one ignored, and it is the person's own."""
_JOIN_S = 5


class CancelledInUi(KeyboardInterrupt):
    """Somebody cancelled the run in the Prefect UI; what ends for Ctrl-C ends for this too."""

    def __init__(self) -> None:
        super().__init__("cancelled in the Prefect UI")


class CancelWatch:
    """Watches the run of one flow for as long as the block lasts."""

    def __init__(self, *, poll_s: float = 1.0, on_start: Callable[[str, str | None], None] | None = None) -> None:
        self.run_id: UUID | None = None
        self.run_url: str | None = None
        """Where the UI shows the run, once it runs."""
        self._on_start = on_start
        self._poll_s = poll_s
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._former: Any = None

    def __enter__(self) -> Self:
        self._former = signal.signal(_SIGNAL, _interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread:
            self._thread.join(_JOIN_S)
        signal.signal(_SIGNAL, self._former)

    def watched(self, flow: Flow[P, R]) -> Flow[P, R]:
        """The same flow; once it runs, it can be cancelled from the UI."""

        # Prefect calls plain functions only, and by exactly these names
        def watch_for_cancel(flow: Flow[P, R], flow_run: FlowRun, state: State[R]) -> None:
            del flow, state
            self._begin(flow_run)

        return flow.with_options(on_running=[watch_for_cancel, *flow.on_running_hooks])

    def settle(self, message: str) -> None:
        """Make the run's final state Cancelled: Prefect calls an interrupted run crashed."""
        if self.run_id is None:
            return
        try:
            with get_client(sync_client=True) as client:
                client.set_flow_run_state(self.run_id, Cancelled(message=message), force=True)
        except Exception:  # noqa: BLE001 - see below
            # the server may be gone, and what ended the run is what its caller must hear of
            _log.warning("the run's state could not be set to Cancelled", exc_info=True)

    def _begin(self, flow_run: FlowRun) -> None:
        if self._thread is None:
            self.run_id, self.run_url = flow_run.id, url_for(flow_run)
            if self._on_start:
                self._on_start(str(flow_run.id), self.run_url)
            self._thread = threading.Thread(target=self._watch, args=(flow_run.id,), name="cancel-watch", daemon=True)
            self._thread.start()

    def _watch(self, run_id: UUID) -> None:
        with get_client(sync_client=True) as client:
            while not self._ended.wait(self._poll_s):
                try:
                    state = client.read_flow_run(run_id).state
                except Exception:  # noqa: BLE001, S112 - a server that is away for a while must not end the run
                    continue
                if state is not None and (state.is_cancelling() or state.is_cancelled()) and not self._ended.is_set():
                    signal.pthread_kill(threading.main_thread().ident or 0, _SIGNAL)
                    return


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise CancelledInUi
