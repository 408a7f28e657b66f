"""Which server a run reports to, and how Prefect is told: through variables that it reads when it is imported."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from deployments.server.address import ServerAddress, health, version, without_login
from deployments.server.local import Place, start
from flows.settings import Settings, surroundings
from tasks.errors import Invalid, Missing, Unavailable

_LOCAL_HINT = "start that server, or unset PREFECT_API_URL: then a local one is started"
_GIVEN_TIMEOUT_S = 10


def ensure(settings: Settings, say: Callable[[str], None] = lambda _: None) -> ServerAddress:
    """The server that PREFECT_API_URL names, else the local one, started when it is not there.

    Call it before Prefect is imported, and `announce` what it returns.
    """
    given = surroundings().prefect_api_url
    return _given(given.rstrip("/")) if given else start(place_of(settings), say)


def place_of(settings: Settings) -> Place:
    """Where the local server of these settings lives."""
    home = surroundings().prefect_home or settings.home / "prefect"
    return Place(
        home=home.expanduser().absolute(),
        port=settings.server.port,
        start_timeout_s=settings.server.start_timeout_s,
    )


def announce(address: ServerAddress) -> None:
    """Make Prefect, once it is imported, report to this server."""
    prepare(address.home)
    if address.home is None:
        return
    os.environ.update(
        {
            "PREFECT_API_URL": address.api_url,
            "PREFECT_UI_API_URL": address.api_url,
            "PREFECT_UI_URL": address.ui_url,
            # a company's proxy must not be asked for our loopback
            "NO_PROXY": ",".join(filter(None, (os.environ.get("NO_PROXY"), "127.0.0.1,localhost"))),
        }
    )


def prepare(home: Path | None) -> None:
    """Keep Prefect's telemetry off, and its files in this folder instead of ~/.prefect."""
    os.environ.update({"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"})
    if home is not None:
        os.environ["PREFECT_HOME"] = str(home)


def _given(api_url: str) -> ServerAddress:
    shown = without_login(api_url)
    if urlsplit(api_url).scheme not in {"http", "https"}:
        raise Invalid(f"PREFECT_API_URL is {shown!r}: no http or https address", hint="PREFECT_API_URL=http://HOST/api")
    answer = health(api_url, timeout_s=_GIVEN_TIMEOUT_S)
    if answer == "silent":
        raise Unavailable(f"no Prefect server answers at PREFECT_API_URL={shown}", hint=_LOCAL_HINT)
    if answer == "foreign":
        raise Missing(
            f"what answers at PREFECT_API_URL={shown} is no Prefect API", hint="such an address usually ends in /api"
        )
    return ServerAddress(
        api_url=shown,
        ui_url=shown.removesuffix("/api"),
        version=version(api_url) if answer == "healthy" else "",
    )
