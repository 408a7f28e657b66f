"""`containerkit webhook`: receives what a forge sends when somebody pushes."""

from __future__ import annotations

import contextlib
import logging
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from deployments import server, signals, working_folder
from deployments.cli.endings import guarded
from deployments.server.address import health
from flows.settings import load, surroundings
from tasks.errors import Missing

if TYPE_CHECKING:
    from fastapi import FastAPI

ConfigOption = Annotated[
    Path, typer.Option("--config", metavar="FILE", help="The TOML file of the repositories that may start runs.")
]
SecretFileOption = Annotated[
    Path | None,
    typer.Option(
        "--secret-file",
        metavar="FILE",
        help="The secret that the forge signs with.",
        show_default="CONTAINERKIT_WEBHOOK_SECRET",
    ),
]
HostOption = Annotated[str, typer.Option("--host", help="The address to listen on; TLS is a reverse proxy's.")]
PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="The port to listen on; 0 takes a free one.")]


@guarded
def webhook(
    *,
    config: ConfigOption = Path("webhook.toml"),
    secret_file: SecretFileOption = None,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8787,
) -> None:
    """Receive GitHub's push events until Ctrl-C: a push to a listed branch starts a run of the deployment."""
    # fastapi costs half a second; help does not need it
    from deployments.webhook.allow_list import read_allow_list
    from deployments.webhook.signature import read_secret

    console = Console(stderr=True, highlight=False)
    settings, allowed = load(), read_allow_list(config.absolute())
    secret = read_secret(secret_file, surroundings().webhook_secret)
    with signals.raised():
        address = server.ensure(settings, lambda text: console.print(Text(text, style="dim")))
        server.announce(address)
        working_folder.change_to(settings.home.absolute() / "work")
        from deployments.webhook.app import receiver
        from deployments.webhook.starting import PrefectRuns

        runs = PrefectRuns(allowed.deployment, address.ui_url, lambda: health(address.api_url) == "silent")
        with _listening(host, port) as listener, contextlib.suppress(KeyboardInterrupt, signals.Stopped):
            where = f"http://{host}:{listener.getsockname()[1]}/github"
            console.print(Text(f"listening at {where} for pushes to {', '.join(allowed.repositories)}"))
            _receive(receiver(allowed, secret, runs), listener)
        console.print(Text("ended; runs that were started go on", style="dim"))


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise Missing(f"{host} port {port} cannot be listened on: {error.strerror}", hint="--port PORT") from error


def _receive(app: FastAPI, listener: socket.socket) -> None:
    """Answer until a signal, which is raised again once the answers that are being given are given."""
    import uvicorn

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("containerkit").setLevel(logging.INFO)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        # more than these at once is nobody's forge
        limit_concurrency=64,
        timeout_graceful_shutdown=10,
    )
    uvicorn.Server(config).run(sockets=[listener])
