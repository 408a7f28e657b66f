"""The port through which a webhook starts runs, and Prefect behind it. Imports Prefect; import it late."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from prefect.client.orchestration import PrefectClient, get_client
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

from tasks.errors import Missing, Rejected, Unavailable
from tasks.models import Model, RunRequest

PATIENCE_S = 8.0
"""A forge waits ten seconds for an answer."""
_HINT = "containerkit server status; containerkit serve registers the deployments again"


class Started(Model):
    """A run that Prefect knows now, or knew already by the same key."""

    run_id: str
    url: str


class RunStarter(Protocol):
    """Starts runs of one deployment. Raises Unavailable while the server is away, Missing without the deployment."""

    async def start(self, request: RunRequest, *, key: str, name: str) -> Started:
        """The run of this key: the same key is the same run."""

    async def check(self) -> None:
        """Raise what `start` would raise."""


@dataclass(frozen=True)
class PrefectRuns:
    """Prefect's deployment as a RunStarter."""

    deployment: str
    ui_url: str
    is_away: Callable[[], bool]
    """Whether the server answers nobody just now."""

    async def start(self, request: RunRequest, *, key: str, name: str) -> Started:
        """A flow run with this idempotency key."""
        async with self._asking() as client:
            deployment = await client.read_deployment_by_name(self.deployment)
            run = await client.create_flow_run_from_deployment(
                deployment.id,
                parameters={"request": request.model_dump(mode="json", exclude_none=True)},
                idempotency_key=key,
                name=name,
                tags=["webhook"],
            )
        return Started(run_id=str(run.id), url=f"{self.ui_url}/runs/flow-run/{run.id}")

    async def check(self) -> None:
        """Ask for the deployment."""
        async with self._asking() as client:
            await client.read_deployment_by_name(self.deployment)

    @contextlib.asynccontextmanager
    async def _asking(self) -> AsyncIterator[PrefectClient]:
        try:
            async with asyncio.timeout(PATIENCE_S), get_client() as client:
                yield client
        except ObjectNotFound as error:
            raise Missing(
                f"there is no deployment {self.deployment}", hint="containerkit serve makes it, and runs it"
            ) from error
        except TimeoutError as error:
            raise Unavailable(f"the Prefect server did not answer within {PATIENCE_S:.0f} s") from error
        except PrefectHTTPStatusError as error:
            status = error.response.status_code
            kind = Unavailable if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Rejected
            raise kind(f"the Prefect server answered {status} for {self.deployment}", hint=_HINT) from error
        except Exception as error:
            # the client's own exceptions are those of its HTTP library
            if await asyncio.to_thread(self.is_away):
                raise Unavailable("the Prefect server does not answer", hint=_HINT) from error
            raise
