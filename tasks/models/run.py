"""A run of the ten steps: what was asked for, how far it is, how it went."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tasks.models.failure import AppliedAmendment
from tasks.models.gate import Severity
from tasks.models.image import DockerfileChoice
from tasks.models.model import Form, Model, Name, Outcome, StepName
from tasks.models.overrides import Overrides
from tasks.models.profile import AppProfile
from tasks.models.release import DeploymentStatus, MissingNamespace, ObjectName, PodSecurity, Release
from tasks.models.source import Source

BlockName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
"""The name of a Prefect block."""
Phase = Literal["started", "running", "retrying", "repairing", "finished", "reused", "not_needed", "failed"]


class BlockVariable(Form):
    """A variable of the application whose value is in a Prefect Secret block."""

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$", title="Variable", description="Such as DATABASE_URL")
    block: BlockName = Field(title="Secret block", description="The block's name, never the value")


class RunRequest(Form):
    """One run, as a person, a schedule or a webhook asks for it. Holds no secret value."""

    # in the order of the form in Prefect: what most people fill in comes first
    source: Source
    image: str | None = Field(
        default=None, title="Image", description="REGISTRY/NAME to push to. Empty: the image stays on the engine"
    )
    target: Literal["auto", "engine", "kubernetes"] = Field(
        default="auto",
        title="Target",
        description="Where it will run. auto: a cluster that is named below or on this machine, else the engine",
    )
    context: str | None = Field(
        default=None, title="Context", description="The kubeconfig's context; naming one chooses Kubernetes"
    )
    namespace: Name | None = Field(
        default=None, title="Namespace", description="Of the cluster. Empty: the context's own"
    )
    overrides: Overrides = Field(default=Overrides(), title="Overrides")
    component: str | None = Field(
        default=None, title="Component", description="Which one, when the repository has several"
    )
    env_from_blocks: tuple[BlockVariable, ...] = Field(
        default=(),
        title="Variables from Secret blocks",
        description="Variables for the application whose values are in Prefect Secret blocks",
    )
    secrets: tuple[ObjectName, ...] = Field(
        default=(), title="Variables from Secrets", description="Secrets on the cluster whose keys become variables"
    )
    config_maps: tuple[ObjectName, ...] = Field(
        default=(),
        title="Variables from ConfigMaps",
        description="ConfigMaps on the cluster whose keys become variables",
    )
    env_file: str | None = Field(
        default=None,
        title="Variables from a file",
        description="A file of NAME=VALUE lines on the machine that runs this",
    )
    registry_login: BlockName | None = Field(
        default=None,
        title="Registry login",
        description="The Secret block that holds Docker's config.json. Empty: what `docker login` left on the machine",
    )
    published_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        title="Published port",
        description="Port on the engine's host. Empty: the application's own",
    )
    dockerfile: DockerfileChoice = Field(
        default="auto",
        title="Dockerfile",
        description="auto: the repository's own where there is one; improved: that one, made safe",
    )
    fail_on: Severity | Literal["never"] | None = Field(
        default=None,
        title="Stop at vulnerabilities of",
        description="Fixable ones of this severity or above stop the run. Empty: CRITICAL",
    )
    pod_security: PodSecurity = Field(
        default="restricted", title="Confinement", description="How strictly the application is confined"
    )
    missing_namespace: MissingNamespace = Field(
        default="refuse", title="Missing namespace", description="create: it is made when it is not there"
    )
    others: Literal["refuse", "adopt"] = Field(
        default="refuse", title="Objects that are not ours", description="adopt: those of the same names are taken over"
    )
    pull_image: str | None = Field(
        default=None, title="Pull image", description="The image's name as the target sees it, where that differs"
    )
    kubeconfig: str | None = Field(
        default=None, title="Kubeconfig", description="A file. Empty: KUBECONFIG, or the user's own"
    )
    runtime: Literal["auto", "docker", "podman"] = Field(
        default="auto", title="Engine", description="The container engine"
    )
    endpoint: str | None = Field(
        default=None,
        title="Engine address",
        description="Such as unix:///run/docker.sock. Empty: found by itself",
    )


class Progress(Model):
    """One line of news from a step."""

    step: StepName
    phase: Phase
    message: str = ""
    done: float | None = None
    total: float | None = None
    unit: str = ""


class StepRecord(Model):
    """How one step went."""

    name: StepName
    started: str
    """RFC 3339."""
    duration_s: float
    attempts: int = 1
    state: Literal["finished", "reused", "not_needed", "failed"]
    detail: str = ""
    warnings: tuple[str, ...] = ()


class RunRecord(Outcome):
    """The whole run: what the summary is written from."""

    request: RunRequest
    application: str
    steps: tuple[StepRecord, ...]
    amendments: tuple[AppliedAmendment, ...] = ()
    folder: Path
    """Where everything that the run wrote lies."""
    profile: AppProfile | None = None
    release: Release | None = None
    status: DeploymentStatus | None = None
