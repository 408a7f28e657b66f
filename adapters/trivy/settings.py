"""What the scanner is given: values, because adapters read no environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from tasks.models import Model


class TrivySettings(Model):
    """Where the engine, the program and the databases are, and what may be downloaded."""

    endpoint: str = Field(min_length=1)
    """The engine that holds the images, such as unix:///var/run/docker.sock. Podman's API is asked as Docker's."""
    cache_folder: Path
    """The databases lie here, and temporary copies of images."""
    program: Path | None = None
    """None: the program of the installed wheel, compared with its known hash."""
    database: Literal["fetch", "present"] = "fetch"
    """fetch: download what is absent or due; present: only use what is there."""
    fetch_timeout_s: float = Field(default=120, gt=0)
    fetch_again_s: float = Field(default=3600, ge=0)
    """So long after a download that failed no other one is tried."""
    oldest_database_days: float = Field(default=14, gt=0)
    """An older database proves nothing: what it finds nothing in is unknown, not clean."""
