"""Where an application comes from, and the folder that was fetched from there."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from tasks.models.model import Form, Model


class Source(Form):
    """Where the application comes from: a git URL, or a folder."""

    location: str = Field(
        min_length=1,
        title="Location",
        description="A git URL, or the absolute path of a folder on the machine that runs this",
    )
    ref: str | None = Field(default=None, title="Branch, tag or commit", description="Of a git URL. Empty: its default")
    subfolder: str | None = Field(
        default=None, title="Subfolder", description="Where in the repository the application lies. Empty: at its top"
    )
    protocol: Literal["https", "http", "file"] = Field(
        default="https", title="Protocol", description="What git may use besides what the settings allow"
    )


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
