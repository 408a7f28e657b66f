"""Which pushes start which runs: a TOML file of repositories, each with its clone URL and the run's parameters.

No URL of a payload is ever used. A repository that is not written here starts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator

from flows.toml_layers import line_of, read
from tasks.errors import Invalid, Missing
from tasks.models import Model, RunRequest, Source

FullName = Annotated[str, StringConstraints(pattern=r"^[\w.-]+/[\w.-]+$", to_lower=True)]
"""OWNER/NAME; forges do not tell upper from lower case."""

_EXAMPLE = """[repositories."team/shop"] with clone_url = "https://…" and branches = ["main"]"""


def _no_source(parameters: dict[str, Any]) -> dict[str, Any]:
    if "source" in parameters:
        raise ValueError("the source is made of clone_url and the branch; it cannot be set here")
    RunRequest.model_validate({**parameters, "source": {"location": "checked-later"}})
    return parameters


class Listed(Model):
    """One repository whose pushes start runs."""

    clone_url: str = Field(min_length=1)
    branches: tuple[str, ...] = Field(min_length=1)
    """Their full names; pushes to others are answered with 204."""
    protocol: Literal["https", "http", "file"] = "https"
    """http is read by everyone on the way, and file is a folder of this machine: only where it is written."""
    subfolder: str | None = None
    run: Annotated[dict[str, Any], AfterValidator(_no_source)] = Field(default_factory=dict)
    """A RunRequest without its source."""

    @model_validator(mode="after")
    def _has_its_protocol(self) -> Listed:
        parts = urlsplit(self.clone_url)
        if parts.scheme != self.protocol:
            raise ValueError(f"clone_url is no {self.protocol} URL")
        if parts.password:
            raise ValueError("clone_url holds a password; git's credential helpers are the place for it")
        return self

    def request(self, branch: str) -> RunRequest:
        """The run for the newest commit of a branch."""
        source = Source(location=self.clone_url, ref=branch, subfolder=self.subfolder, protocol=self.protocol)
        return RunRequest.model_validate({**self.run, "source": source})


class AllowList(Model):
    """The whole file."""

    deployment: str = Field(default="containerize/containerize", pattern=r"^[^/]+/[^/]+$")
    largest_body_bytes: int = Field(default=5_000_000, ge=1_000, le=25_000_000)
    """The forge's own limit is 25 MB; a push of a thousand commits has 1 MB."""
    repositories: Mapping[FullName, Listed] = Field(min_length=1)

    def find(self, full_name: str) -> Listed | None:
        """The entry of a repository, if it has one."""
        return self.repositories.get(full_name.lower())


def read_allow_list(file: Path) -> AllowList:
    """The list. Raises Invalid with file and line for what cannot be used."""
    if not file.exists():
        raise Missing(f"there is no {file}", hint=f"write it: {_EXAMPLE}")
    given = read(file)
    try:
        return AllowList.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        location = [str(part) for part in first["loc"] if part != "[key]"]
        message = first["msg"].removeprefix("Value error, ").partition("\n")[0]
        # an inline table is one line, however deep the error lies in it
        line = max(line_of(file, location[:depth]) for depth in range(1, len(location) + 1))
        where = f"{file}:{line}"
        raise Invalid(f"{where}: {'.'.join(location)}: {message}", hint=f"correct {file}") from error
