"""A run of the ten steps: what was asked for, how far it is, how it went."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from tasks.models.failure import AppliedAmendment, StepName
from tasks.models.image import DockerfileChoice
from tasks.models.model import Model, Name, Outcome
from tasks.models.overrides import Overrides
from tasks.models.profile import AppProfile
from tasks.models.release import DeploymentStatus, MissingNamespace, ObjectName, PodSecurity, Release
from tasks.models.scan import Severity
from tasks.models.source import Source

Phase = Literal["started", "running", "retrying", "repairing", "finished", "reused", "not_needed", "failed"]


class RunRequest(Model):
    """One run, as a person, a schedule or a webhook asks for it. Holds no secret value."""

    source: Source
    component: str | None = Field(default=None, description="Which component, when the repository has several")
    overrides: Overrides = Overrides()
    image: str | None = Field(default=None, description="REGISTRY/NAME to push to")
    pull_image: str | None = Field(default=None, description="The same as the target sees it, where that differs")
    target: Literal["auto", "engine", "kubernetes"] = Field(default="auto", description="Where it will run")
    context: str | None = Field(default=None, description="The kubeconfig's context; naming one chooses Kubernetes")
    kubeconfig: str | None = Field(default=None, description="The kubeconfig; KUBECONFIG or the user's own without it")
    namespace: Name | None = Field(default=None, description="The namespace; the context's own without it")
    missing_namespace: MissingNamespace = Field(default="refuse", description="Whether a missing namespace is made")
    others: Literal["refuse", "adopt"] = Field(default="refuse", description="What becomes of objects not ours")
    runtime: Literal["auto", "docker", "podman"] = Field(default="auto", description="The container engine")
    endpoint: str | None = Field(default=None, description="The engine's address, such as unix:///run/docker.sock")
    published_port: int | None = Field(default=None, ge=1, le=65535, description="Port on the engine's host")
    dockerfile: DockerfileChoice = Field(default="auto", description="Which Dockerfile to build")
    fail_on: Severity | Literal["never"] | None = Field(default=None, description="Severity that stops the run")
    pod_security: PodSecurity = Field(default="restricted", description="How strictly the application is confined")
    secrets: tuple[ObjectName, ...] = Field(default=(), description="Secrets whose keys become variables")
    config_maps: tuple[ObjectName, ...] = Field(default=(), description="ConfigMaps whose keys become variables")
    env_file: str | None = Field(default=None, description="File with variables for the application")


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
