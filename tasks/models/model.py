"""What every word of the domain is: a frozen, hashable value that refuses unknown fields."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9]{0,51}[a-z0-9])?$")]
"""An RFC 1123 label of at most 53 characters: ten are left for the suffixes that a target adds."""

StepName = Literal["analyze", "dockerfile", "build", "scan", "tag", "push", "manifest", "cluster", "deploy", "verify"]
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


def _as_a_form(schema: dict[str, Any]) -> None:
    """Describe what may be left out as the plain field that a person fills in: "or null" makes a switch of it."""
    for name, field in schema.get("properties", {}).items():
        default = field.get("default")
        if isinstance(default, dict):
            field["default"] = {key: value for key, value in default.items() if value is not None}
        kinds = [kind for kind in field.get("anyOf", []) if kind != {"type": "null"}]
        if len(kinds) < len(field.get("anyOf", [])):
            rest = {key: value for key, value in field.items() if key != "anyOf" and (key, value) != ("default", None)}
            words = [word for kind in kinds for word in kind.get("enum", [kind["const"]] if "const" in kind else [])]
            # several lists of words are one list to choose from
            plain = {"type": "string", "enum": words} if len(kinds) > 1 else kinds[0]
            schema["properties"][name] = {**plain, **rest}


class Form(Model):
    """A value that people fill in as a form, in Prefect's UI; its JSON schema is what that form is drawn from.

    What is None is left out by whoever sends one to Prefect: `model_dump(mode="json", exclude_none=True)`.
    """

    model_config = ConfigDict(json_schema_extra=_as_a_form)

    @field_validator("*", mode="before")
    @classmethod
    def _nothing_written(cls, value: object) -> object:
        return None if value == "" else value


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
