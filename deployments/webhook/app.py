"""The receiver: one question after the other, the cheap ones first, and an answer before the run begins.

The body is read up to a limit and is nothing but bytes until its signature has been compared. A sender learns a status
and no more; the reason stands in the log.
"""

from __future__ import annotations

import asyncio
import logging
import re
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from deployments.progress import printable
from deployments.webhook.allow_list import AllowList
from deployments.webhook.payload import Push
from deployments.webhook.signature import Secret
from deployments.webhook.starting import RunStarter
from tasks.errors import StepError

_log = logging.getLogger("containerkit.webhook")

_READ_S = 20.0
"""A body that arrives more slowly is not waited for."""
_RETRY_AFTER_S = 60
_DELIVERY = re.compile(r"[A-Za-z0-9-]{1,100}")
_SHORT = 12


class _Answered(Exception):  # noqa: N818 - no error: the answer is known already
    """Nothing more to ask."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def receiver(allowed: AllowList, secret: Secret, runs: RunStarter) -> FastAPI:
    """The application: POST /github, GET /healthz, GET /readyz."""
    # a receiver describes itself to nobody
    app = FastAPI(title="containerkit webhook", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/github")
    async def github(request: Request) -> Response:
        try:
            return await _received(request, allowed, secret, runs)
        except _Answered as answer:
            level = logging.INFO if answer.status < HTTPStatus.BAD_REQUEST else logging.WARNING
            _log.log(level, "%s %s: %s", _who(request), answer.status.value, answer)
            return Response(status_code=answer.status)
        except StepError as error:
            # nothing is lost: the sender may repeat it, and the same delivery is the same run
            _log.error("%s 503: %s%s", _who(request), error.message, f" ({error.hint})" if error.hint else "")
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(_RETRY_AFTER_S)})

    @app.get("/healthz")
    async def healthz() -> Response:
        return JSONResponse({"status": "alive"})

    @app.get("/readyz")
    async def readyz() -> Response:
        try:
            await runs.check()
        except StepError as error:
            _log.warning("not ready: %s", error.message)
            return JSONResponse({"status": "not ready", "reason": error.message}, HTTPStatus.SERVICE_UNAVAILABLE)
        return JSONResponse({"status": "ready"})

    return app


async def _received(request: Request, allowed: AllowList, secret: Secret, runs: RunStarter) -> Response:
    body = await _signed_body(request, secret, allowed.largest_body_bytes)
    event = request.headers.get("X-GitHub-Event", "")
    if event == "ping":
        return JSONResponse({"message": "pong"})
    if event != "push":
        raise _Answered(HTTPStatus.NO_CONTENT, f"the event {printable(event)!r} starts nothing")
    delivery = request.headers.get("X-GitHub-Delivery", "")
    if not _DELIVERY.fullmatch(delivery):
        raise _Answered(HTTPStatus.BAD_REQUEST, "X-GitHub-Delivery is no delivery's id")
    push = _push(body)
    name, branch = printable(push.repository.full_name), push.branch
    listed = allowed.find(push.repository.full_name)
    if listed is None:
        raise _Answered(HTTPStatus.FORBIDDEN, f"the repository {name} is not listed")
    if branch is None or branch not in listed.branches:
        gone = ", deleted," if push.deleted else ""
        raise _Answered(HTTPStatus.NO_CONTENT, f"{printable(push.ref)} of {name}{gone} starts nothing")
    run = listed.request(branch)
    called = run.overrides.name or push.repository.full_name.rpartition("/")[2]
    started = await runs.start(run, key=f"github-{delivery}", name=f"{called} @ {push.after[:_SHORT]}")
    _log.info("%s 202: %s of %s is run %s", _who(request), branch, name, started.url)
    return JSONResponse(started.model_dump(), HTTPStatus.ACCEPTED, headers={"Location": started.url})


async def _signed_body(request: Request, secret: Secret, largest_bytes: int) -> bytes:
    signature = request.headers.get("X-Hub-Signature-256", "")
    if not signature:
        raise _Answered(HTTPStatus.UNAUTHORIZED, "there is no X-Hub-Signature-256")
    body = await _body(request, largest_bytes)
    if not secret.signed(body, signature):
        raise _Answered(HTTPStatus.UNAUTHORIZED, "X-Hub-Signature-256 was not made of this body with our secret")
    return body


async def _body(request: Request, largest_bytes: int) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(_READ_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > largest_bytes:
                    raise _Answered(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is over {largest_bytes} bytes")
    except TimeoutError:
        raise _Answered(HTTPStatus.REQUEST_TIMEOUT, f"the body did not arrive within {_READ_S:.0f} s") from None
    except ClientDisconnect:
        raise _Answered(HTTPStatus.BAD_REQUEST, "the sender hung up") from None
    return bytes(body)


def _push(body: bytes) -> Push:
    try:
        return Push.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _Answered(HTTPStatus.BAD_REQUEST, f"the body is no push: {where} {first['msg']}".strip()) from None


def _who(request: Request) -> str:
    """The delivery, as far as it may be written into a log."""
    return printable(request.headers.get("X-GitHub-Delivery", "-"))[:100]
