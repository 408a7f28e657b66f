"""`containerkit serve`: runs that are started in the Prefect UI, by a schedule or by a webhook happen here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from deployments import server, signals, working_folder
from deployments.cli import options
from deployments.cli.endings import guarded
from deployments.definitions import FLOW_NAME
from deployments.facts import print_facts
from deployments.server.address import health
from flows.settings import load
from tasks.errors import Unavailable

ConcurrentOption = Annotated[
    int,
    typer.Option("--concurrent", min=1, max=64, help="How many runs at a time; the others wait for their turn."),
]


@guarded
def serve(*, concurrent: ConcurrentOption = 2) -> None:
    """Serve the Prefect deployments from this machine until Ctrl-C, which cancels the runs that are going on."""
    console = Console(stderr=True, highlight=False)
    settings = load()
    with signals.raised():
        address = server.ensure(settings, lambda text: console.print(Text(text, style="dim")))
        server.announce(address)
        # a served run's process looks for modules where it works
        working_folder.change_to(settings.home.absolute() / "work")
        from deployments.serve import Serving

        serving = Serving(concurrent)
        serving.start()
        try:
            print_facts(options.stdout(), _facts(address.ui_url, serving.registered))
            console.print(Text("runs are awaited; Ctrl-C ends this and cancels those that are going on", style="dim"))
            serving.wait(lambda: health(address.api_url) == "silent")
        except (KeyboardInterrupt, signals.Stopped) as reason:
            console.print(Text(f"{str(reason) or 'interrupted'}: ending the runs that are going on", style="dim"))
            serving.stop()
            console.print(Text("ended; nothing is left running but the Prefect server", style="dim"))
        except Unavailable:
            serving.stop()
            raise


def _facts(ui_url: str, registered: Mapping[str, str]) -> dict[str, str]:
    pages = {f"{FLOW_NAME}/{name}": f"{ui_url}/deployments/deployment/{id_}" for name, id_ in registered.items()}
    return {"Prefect UI": ui_url, **pages}
