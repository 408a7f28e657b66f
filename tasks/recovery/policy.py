"""What a repair may do without asking: the table knowledge/repairs.toml."""

from __future__ import annotations

import functools

from pydantic import Field

from tasks import knowledge
from tasks.models import Model


class RepairPolicy(Model):
    """Caps and lists; an organisation may give a stricter one."""

    repairs_per_step: int = Field(default=3, ge=0, le=10)
    largest_memory_bytes: int
    smallest_port: int = Field(ge=1, le=65535)
    further_packages: tuple[str, ...] = ()
    """Allowed besides those of knowledge/debian_packages.toml."""
    application_folders: tuple[str, ...]
    """Where images keep applications: a mount there would hide them."""
    content_folders: tuple[str, ...]
    """Names of folders that hold what the image brings."""
    forbidden_folders: tuple[str, ...]
    """Parts of the system that stay read-only, with everything below them."""
    allowed_folders: tuple[str, ...]
    """The exceptions: places that well-known programs write to."""


@functools.cache
def repair_policy() -> RepairPolicy:
    """The policy that we ship."""
    return RepairPolicy.model_validate(dict(knowledge.load("repairs")))
