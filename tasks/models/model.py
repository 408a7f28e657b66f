"""What every word of the domain is: a frozen, hashable value that refuses unknown fields."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$")]
"""An RFC 1123 label of at most 53 characters: ten are left for the suffixes that a target adds."""

Port = int


class Model(BaseModel):
    """A value. Collections are tuples, so that it can be hashed; it is changed by making another one."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True, defer_build=True
    )

    def changed(self, **values: object) -> Self:
        """The same value with these fields replaced, validated as if it were new."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**fields, **values})


class Outcome(Model):
    """What a step returns: besides the value, how it came about."""

    reused: bool = False
    """The world had it already: nothing was built, uploaded or applied."""
    not_needed: str | None = None
    """Why the step had nothing to do."""
    warnings: tuple[str, ...] = ()

    def summary(self) -> str:
        """One short line about the value, for people who watch the run."""
        return ""


class Label(Model):
    """One key and value on an image, a container or a Kubernetes object."""

    key: str
    value: str


def label_value(labels: tuple[Label, ...], key: str) -> str | None:
    """The value of the first label with this key."""
    return next((label.value for label in labels if label.key == key), None)
