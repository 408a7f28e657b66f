"""What a container is given beside its image: variables that are no secret, and limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from tasks.models.model import Model

DebianPackage = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9+.-]{1,62}$")]
_MIB = 1024 * 1024


class Setting(Model):
    """A variable whose value is no secret: decided by us, such as PORT, or a default of the user's."""

    name: str
    value: str


class Resources(Model):
    """Upper limits for one container."""

    cpu_millicores: int = Field(default=1000, ge=10)
    memory_bytes: int = Field(default=512 * _MIB, ge=4 * _MIB)
    ephemeral_bytes: int = Field(default=256 * _MIB, ge=1 * _MIB)
