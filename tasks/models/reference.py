"""Image references, parsed and never split by hand.

The grammar is the one of github.com/distribution/reference: a first part with a dot, a colon or the name
`localhost` is a registry; without one it is Docker Hub, whose official images live in `library/`.
"""

from __future__ import annotations

import re
from typing import Self

from pydantic import field_validator

from tasks.errors import Invalid
from tasks.models.model import Model

DOCKER_HUB = "docker.io"

_REGISTRY = re.compile(r"^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$")
_REPOSITORY = re.compile(r"^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$")
_TAG = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")
_DIGEST = re.compile(r"^sha256:[0-9a-f]{64}$")
_LONGEST_NAME = 255


class ImageRef(Model):
    """registry/repository[:tag][@digest]; `str()` is the full form that every engine understands."""

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @field_validator("registry")
    @classmethod
    def _check_registry(cls, value: str) -> str:
        return _matching(value, _REGISTRY, "registry")

    @field_validator("repository")
    @classmethod
    def _check_repository(cls, value: str) -> str:
        if len(value) > _LONGEST_NAME:
            raise ValueError(f"repository is longer than {_LONGEST_NAME} characters")
        return _matching(value, _REPOSITORY, "repository (lower case, digits, and . _ - between them)")

    @field_validator("tag")
    @classmethod
    def _check_tag(cls, value: str | None) -> str | None:
        return value if value is None else _matching(value, _TAG, "tag")

    @field_validator("digest")
    @classmethod
    def _check_digest(cls, value: str | None) -> str | None:
        return value if value is None else _matching(value, _DIGEST, "digest")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The reference that `text` names. Raises Invalid, which quotes the part that is wrong."""
        rest, _, digest = text.partition("@")
        head, _, last = rest.rpartition("/")
        last, _, tag = last.partition(":")
        name = f"{head}/{last}" if head else last
        first, _, remainder = name.partition("/")
        if remainder and ("." in first or ":" in first or first == "localhost" or first.startswith("[")):
            registry, repository = first, remainder
        else:
            registry, repository = DOCKER_HUB, name
        if registry in {"index.docker.io", DOCKER_HUB}:
            registry = DOCKER_HUB
            repository = repository if "/" in repository else f"library/{repository}"
        try:
            return cls(registry=registry, repository=repository, tag=tag or None, digest=digest or None)
        except ValueError as error:
            reason = (
                str(error).split("Value error, ")[-1].split("\n", maxsplit=1)[0].removesuffix(" [type=value_error]")
            )
            raise Invalid(
                f"{text!r} is not an image reference: {reason}", hint="write REGISTRY/NAME[:TAG], in lower case"
            ) from error

    @property
    def name(self) -> str:
        """registry/repository, without tag and digest."""
        return f"{self.registry}/{self.repository}"

    def tagged(self, tag: str) -> Self:
        """The same repository under another tag, without a digest."""
        return self.changed(tag=tag, digest=None)

    def pinned(self, digest: str) -> Self:
        """The same repository at exactly this content."""
        return self.changed(tag=None, digest=digest)

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.name}{tag}{digest}"


def _matching(value: str, pattern: re.Pattern[str], what: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError(f"{value!r} is no {what}")
    return value
