"""Every Prefect deployment, once: `containerkit serve` registers them, and `prefect.yaml` is written from them.

`python -m deployments.definitions > deployments/prefect.yaml` writes that file again; a test compares the two.
"""

from __future__ import annotations

import sys
from typing import Any

import yaml

from tasks.models import Model

FLOW_NAME = "containerize"
ENTRYPOINT = "flows.containerize.containerize"
"""A module, not a file: it is imported from where we are installed, whatever folder a run works in."""
WORK_POOL = "containerkit"

_ONE_RUN = """\
Give it an application's repository: a git URL, or a folder on the machine that runs it. It ends with the application
running and answering, or with the reason why it does not and what to do next.

Fill in **source → location**; everything else has a default and may stay as it is. Values of variables and logins do
not belong into this form: name the Prefect *Secret* blocks that hold them."""
_NIGHTLY = """\
The same as `containerize`, by the clock. `containerkit schedule SOURCE --cron "0 3 * * *"` adds an application with a
schedule of its own. The schedule that comes with it is off: give this deployment a source as its default parameter
before it is turned on.

An application whose repository has not changed is left as it is: nothing is built, uploaded or applied."""
_HEADER = """\
# Written by: python -m deployments.definitions > deployments/prefect.yaml
# For a work pool whose workers have containerkit installed:
# prefect deploy --all --prefect-file deployments/prefect.yaml
"""


class Definition(Model):
    """One deployment of the flow."""

    name: str
    description: str
    tags: tuple[str, ...]
    cron: str | None = None
    """Its own schedule, off until someone turns it on."""
    concurrent_runs: int = 2
    """More runs than these wait for their turn: they bound a machine, whatever the applications are."""

    @property
    def full_name(self) -> str:
        """As Prefect is asked for it."""
        return f"{FLOW_NAME}/{self.name}"


CONTAINERIZE = Definition(name="containerize", description=_ONE_RUN, tags=("containerkit", "on-demand"))
NIGHTLY = Definition(
    name="containerize-nightly", description=_NIGHTLY, tags=("containerkit", "scheduled"), cron="0 3 * * *"
)
DEFINITIONS = (CONTAINERIZE, NIGHTLY)


def prefect_yaml() -> str:
    """The text of `prefect.yaml`."""
    # an empty list, not null: Prefect would write the folder of whoever deploys into every run
    document = {"pull": [], "deployments": [_for_a_work_pool(each) for each in DEFINITIONS]}
    return _HEADER + yaml.dump(document, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=120)


def _for_a_work_pool(definition: Definition) -> dict[str, Any]:
    own = {"cron": definition.cron, "timezone": "UTC", "active": False, "slug": definition.name}
    return {
        "name": definition.name,
        "description": definition.description,
        "tags": list(definition.tags),
        "entrypoint": ENTRYPOINT,
        "parameters": {},
        "enforce_parameter_schema": True,
        "schedules": [own] if definition.cron else [],
        "concurrency_limit": {"limit": definition.concurrent_runs, "collision_strategy": "ENQUEUE"},
        "work_pool": {"name": WORK_POOL},
    }


class _Readable(yaml.SafeDumper):
    """Texts of several lines stay such."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _text)


if __name__ == "__main__":
    sys.stdout.write(prefect_yaml())
