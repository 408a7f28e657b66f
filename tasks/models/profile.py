"""What was found in a repository: components, each field with the evidence that speaks for it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.models.model import Model, Name, Outcome
from tasks.models.provision import Resources, Setting
from tasks.models.source import Checkout, Source

Kind = Literal["web", "worker", "job", "static", "library"]
Verdict = Literal["deployable", "ambiguous", "unsupported", "nothing_found"]


class Evidence(Model):
    """One statement about one field, and where it was read."""

    field: str
    value: str
    file: str
    """Relative to the analysed folder, with forward slashes."""
    line: int | None = None
    rule: str
    """The id of the rule that spoke, as a row or module names it."""
    confidence: float = Field(ge=0, le=1)


class EnvironmentVariable(Model):
    """A variable that the code reads."""

    name: str
    default: str | None = None
    required: bool = False


class Component(Model):
    """One deployable part of a repository. A field without evidence is None."""

    path: str = "."
    """Folder relative to the analysed root, with forward slashes."""
    name: Name
    kind: Kind
    language: str
    language_version: str | None = None
    framework: str | None = None
    package_manager: str | None = None
    package_manager_version: str | None = None
    port: int | None = Field(default=None, ge=1, le=65535)
    start_command: str | None = None
    build_command: str | None = None
    static_folder: str | None = None
    """Of a static site the folder that is served, relative to the component: what the build writes, or a source."""
    health_path: str | None = None
    backing_services: tuple[str, ...] = ()
    env: tuple[EnvironmentVariable, ...] = ()
    version: str | None = None
    """The project's own version, from its metadata."""
    lock_file: str | None = None
    requirements: tuple[str, ...] = ()
    """Packages to install where no file declares any."""
    dependency_files: tuple[str, ...] = ()
    """What the installation of dependencies needs, relative to the component: copied before the source."""
    runtime_files: tuple[str, ...] = ()
    """Files and folders that a compiled program reads when it runs, relative to where it is built."""
    development_package: str | None = None
    """What the program loads although it is declared for development only."""
    build_packages: tuple[str, ...] = ()
    """Debian packages that the build stage needs."""
    runtime_packages: tuple[str, ...] = ()
    """Debian packages that the running application needs."""
    bind_address: str | None = None
    """Set when the application must be told to listen on all addresses."""
    dockerfile: str | None = None
    """An existing Dockerfile, relative to the analysed root."""
    dockerfile_context: str | None = None
    """The folder that its COPY lines are relative to, itself relative to the analysed root; None is the root."""
    dockerfile_target: str | None = None
    """The stage of it that is built; None is the last one."""
    settings: tuple[Setting, ...] = ()
    """Variables that the user gave a default for."""
    resources: Resources | None = None
    """Limits that the user set."""
    evidence: tuple[Evidence, ...] = ()


class AnalyzeRequest(Model):
    """Look at this source; `workspace` is a folder of ours that a git URL is fetched into."""

    source: Source
    workspace: str


class AppProfile(Outcome):
    """The whole repository: its components and the verdict on them."""

    verdict: Verdict
    message: str
    components: tuple[Component, ...] = ()
    checkout: Checkout

    def summary(self) -> str:
        """The verdict in the analysis's own words."""
        return self.message
