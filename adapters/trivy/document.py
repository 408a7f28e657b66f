"""Trivy's JSON: what we read from it, and what of it may be kept.

Everything is read through these models, which leave out what may hold a secret: the line around a match, the source
line of a misconfiguration, the environment and history in the image's configuration.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field
from pydantic.alias_generators import to_pascal

from tasks.models import Category, Finding, Model, Severity

LONGEST_TITLE = 200


def _none_is_empty(value: object) -> object:
    return () if value is None else value


class _Part(Model, extra="ignore", alias_generator=to_pascal, populate_by_name=True):
    """Fields are Trivy's, in our spelling; what is not named here is dropped."""


_Item = TypeVar("_Item")
_Many = Annotated[tuple[_Item, ...], BeforeValidator(_none_is_empty)]


class Vulnerability(_Part):
    """A known vulnerability of an installed package."""

    id: str = Field(alias="VulnerabilityID")
    package: str = Field(alias="PkgName")
    path: str = Field(default="", alias="PkgPath")
    installed_version: str = ""
    fixed_version: str = ""
    status: str = ""
    severity: Severity = "UNKNOWN"
    title: str = ""
    primary_url: str = Field(default="", alias="PrimaryURL")


class Secret(_Part):
    """Where a secret lies; never what it is."""

    id: str = Field(alias="RuleID")
    severity: Severity = "UNKNOWN"
    title: str = ""
    start_line: int = 0
    end_line: int = 0


class Cause(_Part):
    """The lines that a misconfiguration is about."""

    start_line: int = 0
    end_line: int = 0


class Misconfiguration(_Part):
    """A rule that a file does not keep."""

    id: str = Field(alias="ID")
    severity: Severity = "UNKNOWN"
    title: str = ""
    message: str = ""
    resolution: str = ""
    status: str = "FAIL"
    primary_url: str = Field(default="", alias="PrimaryURL")
    cause: Cause = Field(default=Cause(), alias="CauseMetadata")


class Package(_Part):
    """An installed package."""

    id: str = Field(default="", alias="ID")
    name: str
    version: str = ""
    file_path: str = ""


class Result(_Part):
    """What was found in one place: the packages of one ecosystem, or one file."""

    target: str
    part: str = Field(default="", alias="Class")
    type: str = ""
    packages: _Many[Package] = ()
    vulnerabilities: _Many[Vulnerability] = ()
    secrets: _Many[Secret] = ()
    misconfigurations: _Many[Misconfiguration] = ()


class OperatingSystem(_Part):
    """The distribution in the image."""

    family: str = ""
    name: str = ""
    ended: bool = Field(default=False, alias="EOSL")
    """It gets no security updates any more."""

    def __str__(self) -> str:
        return f"{self.family} {self.name}".strip()


class ImageMetadata(_Part):
    """What the image is."""

    system: OperatingSystem = Field(default=OperatingSystem(), alias="OS")
    image_id: str = Field(default="", alias="ImageID")


class Document(_Part):
    """One report of Trivy."""

    schema_version: int
    artifact_name: str = ""
    artifact_type: str = ""
    metadata: ImageMetadata = ImageMetadata()
    results: _Many[Result] = ()

    def place(self, result: Result) -> str:
        """The file, ecosystem or part of the image that a result is about; never the image's name."""
        if result.part == "os-pkgs":
            return str(self.metadata.system)
        if self.artifact_name and result.target == self.artifact_name:
            return "image configuration"
        return result.target

    def ecosystems(self) -> tuple[str, ...]:
        """Each ecosystem with the number of its packages, such as `debian 12.5 (88 packages)`."""
        names = []
        for result in self.results:
            if result.packages:
                name = str(self.metadata.system) if result.part == "os-pkgs" else result.type
                names.append(f"{name} ({len(result.packages)} package{'s' if len(result.packages) > 1 else ''})")
        return tuple(names)

    def kept(self) -> bytes:
        """What may be stored, in Trivy's own form."""
        return self.model_dump_json(by_alias=True, indent=1, exclude_defaults=True).encode()

    def findings(self) -> tuple[Finding, ...]:
        """Everything that it objects to, once each."""
        found = [finding for result in self.results for finding in _findings(result, self.place(result))]
        return tuple(dict.fromkeys(found))


def _findings(result: Result, place: str) -> list[Finding]:
    found = [
        _finding(
            "vulnerabilities",
            item.id,
            item.severity,
            item.title or item.id,
            f"{item.package} ({item.path or place})",
            installed_version=item.installed_version or None,
            fixed_version=item.fixed_version or None,
        )
        for item in result.vulnerabilities
    ]
    found += [
        _finding("secrets", item.id, item.severity, item.title, _line(place, item.start_line))
        for item in result.secrets
    ]
    found += [
        _finding(
            "misconfiguration",
            item.id,
            item.severity,
            item.message or item.title,
            _line(place, item.cause.start_line),
        )
        for item in result.misconfigurations
        if item.status == "FAIL"
    ]
    return found


def _finding(
    category: Category,
    rule: str,
    severity: Severity,
    title: str,
    place: str,
    *,
    installed_version: str | None = None,
    fixed_version: str | None = None,
) -> Finding:
    return Finding(
        category=category,
        id=_one_line(rule),
        severity=severity,
        title=_one_line(title),
        place=_one_line(place),
        installed_version=installed_version,
        fixed_version=fixed_version,
    )


def _one_line(text: str) -> str:
    """File names come from the image: no control characters, not endless."""
    return "".join(character if character.isprintable() else "?" for character in text[:LONGEST_TITLE])


def _line(place: str, number: int) -> str:
    return f"{place}:{number}" if number else place
