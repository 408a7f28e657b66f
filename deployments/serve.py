"""Serves our deployments from this process: registers them and starts the runs that Prefect has scheduled.

The runner works in a thread of its own that blocks Ctrl-C, and what it starts inherits that. A Ctrl-C at a terminal
reaches every process of the group; a run that got it by itself would be called crashed, and might be ended while we
are ending it. So only we get it, and cancel the runs: each stops its build, gives its locks back and is Cancelled.
Imports Prefect; import it late.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version as installed_version

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from deployments.definitions import DEFINITIONS, Definition
from flows.containerize import containerize
from tasks.errors import Unavailable

POLL_S = 5.0
"""How long a run that somebody asked for waits to be seen."""
_PATIENCE = 3
"""So many looks in a row at a server that is away: Prefect, too, gives up after three."""
STOP_S = 45.0
"""Prefect gives a run 30 s to end, then kills it."""


@dataclass
class Serving:
    """Our deployments, served from `start` to `stop`."""

    concurrent_runs: int
    registered: Mapping[str, str] = field(default_factory=dict)
    """The deployments' ids by name, once they are known to the server."""

    def start(self) -> None:
        """Register the deployments, then watch for runs in the background."""
        self._runner = Runner(
            name="containerkit",
            # whether a schedule is on is for people to say, and it stays what they said
            pause_on_shutdown=False,
            limit=self.concurrent_runs,
            query_seconds=POLL_S,
        )
        self.registered = {
            definition.name: str(
                self._runner.add_deployment(deployment(definition, concurrent_runs=self.concurrent_runs))
            )
            for definition in DEFINITIONS
        }
        self._failure: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._asked_to_stop = asyncio.Event()
        # an interrupted Thread.join takes the thread for ended; an event can be waited for again
        self._ended = threading.Event()
        threading.Thread(target=self._work, name="containerkit-serve").start()

    def wait(self, is_away: Callable[[], bool]) -> None:
        """Until it ends by itself, which it does for an error only: that is raised.

        Raises Unavailable when the server stays away: from then on Prefect would not hear of a cancel any more.
        """
        silent = 0
        while not self._ended.wait(POLL_S):
            silent = silent + 1 if is_away() else 0
            if silent == _PATIENCE:
                raise Unavailable(
                    "the Prefect server stopped answering; runs that were going on are ended",
                    hint="containerkit server status; then containerkit serve again",
                )
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Cancel the runs that are going on, and end. Returns when nothing is left running."""
        if not self._ended.is_set():
            with contextlib.suppress(RuntimeError):  # it ended in between
                self._loop.call_soon_threadsafe(self._asked_to_stop.set)
        while not self._ended.is_set():
            # a second Ctrl-C changes nothing: a run that does not end is killed soon
            with contextlib.suppress(KeyboardInterrupt):
                self._ended.wait()

    def _work(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._poll())
        except BaseException as error:  # noqa: BLE001 - raised by `wait`
            self._failure = error
        finally:
            self._loop.close()
            self._ended.set()

    async def _poll(self) -> None:
        polling = asyncio.create_task(self._runner.start())
        asked = asyncio.create_task(self._asked_to_stop.wait())
        await asyncio.wait({polling, asked}, return_when=asyncio.FIRST_COMPLETED)
        if not polling.done():
            # a server that does not answer any more must not keep a run alive
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._runner.astop(), STOP_S)
                await asyncio.wait({polling}, timeout=STOP_S)
            polling.cancel()
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        try:
            await polling
        except asyncio.CancelledError:
            return


def deployment(definition: Definition, *, concurrent_runs: int) -> RunnerDeployment:
    """The deployment. What people have set on the server since (parameters, schedules, a pause) stays theirs."""
    known = _is_registered(definition.full_name)
    own = Cron(definition.cron, timezone="UTC", active=False, slug=definition.name) if definition.cron else None
    made = RunnerDeployment.from_flow(
        containerize,
        name=definition.name,
        description=definition.description,
        tags=list(definition.tags),
        version=installed_version("containerkit"),
        schedule=None if known else own,
        concurrency_limit=ConcurrencyLimitConfig(
            limit=concurrent_runs, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE
        ),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    # only what counts as set is sent: that it is served from here and by no work pool any more, said by these
    made.work_pool_name = made.work_queue_name = None
    if known:
        made.model_fields_set.difference_update({"schedules", "parameters", "paused"})
    return made


def _is_registered(full_name: str) -> bool:
    with get_client(sync_client=True) as client:
        try:
            client.read_deployment_by_name(full_name)
        except ObjectNotFound:
            return False
    return True
