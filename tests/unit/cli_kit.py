"""The command line as a person types it, in this process."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from deployments.cli import app


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))
