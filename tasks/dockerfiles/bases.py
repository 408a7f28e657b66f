"""Which image a language's application is built on: base_images.toml, read once."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from tasks.detection.versions import is_supported
from tasks.errors import Invalid
from tasks.knowledge import load
from tasks.models import ImageRef, Model


class BaseImage(Model):
    """A row of base_images.toml."""

    repository: str
    tag: str
    tags: dict[str, str] = Field(default_factory=dict)
    """Of releases whose tags have another form."""
    default: str
    versions: tuple[str, ...]
    builders: dict[str, str] = Field(default_factory=dict)
    """Image of the build stage by package manager, where the base cannot build; {version} is the release."""
    example: str

    def reference(self, version: str) -> ImageRef:
        """The image of one release."""
        tag = self.tags.get(version) or self.tag.format(version=version)
        return ImageRef.parse(f"{self.repository}:{tag}")


class BaseImages(Model):
    """The whole table."""

    user: int
    group: int
    base: dict[str, BaseImage]


@cache
def base_images() -> BaseImages:
    """All rows."""
    return BaseImages.model_validate(load("base_images"))


def release(language: str, wanted: str | None) -> str:
    """The release of `language` that an image exists for. Raises Invalid, with the list, when there is none.

    A longer version means its release line: 3.11.4 is 3.11, 20.9.0 is 20.
    """
    row = known(language)
    if wanted is None:
        return row.default
    line = next((each for each in row.versions if wanted == each or wanted.startswith(f"{each}.")), None)
    if line is None:
        raise Invalid(
            f"there is no base image for {language} {wanted}",
            hint=f"ask for one of {', '.join(row.versions)}",
            reason="unsupported",
        )
    return line


def known(language: str) -> BaseImage:
    """The row of a language that there is a template for. Raises Invalid, with the list, for another one."""
    row = base_images().base.get(language)
    if row is None:
        templates = ", ".join(sorted(base_images().base))
        raise Invalid(
            f"there is no Dockerfile template for {language}",
            hint=f"add a Dockerfile to the repository; templates exist for {templates}",
            reason="unsupported",
        )
    return row


@cache
def builder_image(language: str, manager: str, version: str) -> ImageRef:
    """The image that `manager` builds with. Raises Invalid for one that the row does not name."""
    builders = known(language).builders
    if manager not in builders:
        raise Invalid(
            f"there is no template for the package manager {manager}",
            hint=f"use one of {', '.join(builders)}, or add a Dockerfile",
            reason="unsupported",
        )
    return ImageRef.parse(builders[manager].format(version=version))


@cache
def base_image(language: str, version: str) -> ImageRef:
    """The image of that release."""
    return base_images().base[language].reference(version)


def age_warnings(language: str, version: str) -> tuple[str, ...]:
    """A warning for a release that gets no more security fixes."""
    if is_supported(language, version):
        return ()
    return (f"{language} {version} gets no security fixes any more",)
