"""Where an application comes from, and the folder that was fetched from there."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from tasks.models.model import Model


class Source(Model):
    """A folder or a git URL, as the user named it."""

    location: str = Field(min_length=1, description="A folder or a git URL")
    ref: str | None = Field(default=None, description="Branch, tag or commit; only for a git URL")
    subfolder: str | None = Field(default=None, description="Where in the repository the application lies")


class Checkout(Model):
    """A readable folder with the application in it."""

    root: Path
    """Absolute; the sub-folder is already applied."""
    location: str
    """The source without credentials, fit for labels and logs."""
    commit: str | None = None
    branch: str | None = None
    dirty: bool = False
    """There are changes that no commit holds."""
