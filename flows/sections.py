"""The sections of the settings, each with its defaults. What they mean is documented in the README."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from tasks.models import Model, Pins, ScanPolicy, Severity


class StepSettings(Model):
    """`[steps.<name>]`: limits of one step, or another implementation of it."""

    timeout_s: float | None = Field(default=None, gt=0)
    retries: int | None = Field(default=None, ge=0, le=20)
    delay_s: float | None = Field(default=None, ge=0)
    implementation: str | None = Field(default=None, pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")


class StepsSettings(Model):
    """One section a step."""

    analyze: StepSettings = StepSettings()
    dockerfile: StepSettings = StepSettings()
    build: StepSettings = StepSettings()
    scan: StepSettings = StepSettings()
    tag: StepSettings = StepSettings()
    push: StepSettings = StepSettings()
    manifest: StepSettings = StepSettings()
    cluster: StepSettings = StepSettings()
    deploy: StepSettings = StepSettings()
    verify: StepSettings = StepSettings()


class AppSettings(Pins):
    """`[app]`: what the user knows better than detection."""

    component: str | None = None
    image: str | None = None
    pull_image: str | None = None
    published_port: int | None = Field(default=None, ge=1, le=65535)


class CertificateAuthority(Model):
    """Whose certificate a registry's own is signed with."""

    registry: str
    file: Path


class RegistrySettings(Model):
    """`[registry]`: how registries are spoken to."""

    plain_http: tuple[str, ...] = ()
    """Registries without TLS, as host:port. Loopback addresses are such by Docker's rule."""
    ca_files: tuple[CertificateAuthority, ...] = ()
    """As `[[registry.ca_files]]` with registry = "host:port" and file = "/path/to/ca.pem"."""


class ScanSettings(Model):
    """`[scan]`: the gate, and the scanner's data."""

    fail_on: Severity | Literal["never"] = "CRITICAL"
    fail_on_secrets: bool = True
    unknown: Literal["warn", "block"] = "warn"
    database_folder: Path | None = None
    download_database: bool = True

    @property
    def policy(self) -> ScanPolicy:
        """The gate as the step takes it."""
        return ScanPolicy(fail_on=self.fail_on, fail_on_secrets=self.fail_on_secrets, unknown=self.unknown)


class GitSettings(Model):
    """`[git]`: what may be cloned."""

    protocols: tuple[Literal["https", "http", "ssh", "file"], ...] = ("https",)
    largest_clone_bytes: int = Field(default=2_000_000_000, gt=0)


class RecoverySettings(Model):
    """`[recovery]`: how far repairs go."""

    repairs: int = Field(default=3, ge=0, le=10)
    """How many amendments one step may be given."""


class EngineSettings(Model):
    """`[engine]`: the local engine as a target."""

    gateway_image: str | None = None
    ready_timeout_s: float = Field(default=60, gt=0)
    soak_s: float = Field(default=1, ge=0)


class KubernetesSettings(Model):
    """`[kubernetes]`: the cluster as a target."""

    context: str | None = None
    """Naming one chooses Kubernetes: a context that nobody named is never written to."""
    server: str | None = Field(default=None, pattern=r"^https?://")
    """The API server's address, instead of a kubeconfig; it chooses Kubernetes, too."""
    ca_file: Path | None = None
    token_file: Path | None = None
    namespace: str | None = None
    ready_timeout_s: float = Field(default=150, gt=0)
    soak_s: float = Field(default=2, ge=0)


class LlmSettings(Model):
    """`[llm]`: a language model that may say what no file does. Its key stands in its provider's own variable."""

    model: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_-]{0,40}:[!-~]{1,120}$")
    """As provider:name. Without one nobody is asked."""
    timeout_s: float = Field(default=30, gt=0, le=600)
    """For one component."""
    max_tokens: int = Field(default=2000, ge=100, le=100_000)
    """Of one answer."""


class ServerSettings(Model):
    """`[server]`: the local Prefect server."""

    port: int = Field(default=4200, ge=1, le=65535)
    start_timeout_s: float = Field(default=120, gt=0)


class Sections(Model):
    """What a file or the environment may hold."""

    home: Path | None = None
    app: AppSettings = AppSettings()
    components: Mapping[str, Pins] = Field(default_factory=dict)
    """`[components.NAME]`: the same as in `[app]` for one of several, by name or folder."""
    steps: StepsSettings = StepsSettings()
    registry: RegistrySettings = RegistrySettings()
    scan: ScanSettings = ScanSettings()
    git: GitSettings = GitSettings()
    recovery: RecoverySettings = RecoverySettings()
    engine: EngineSettings = EngineSettings()
    kubernetes: KubernetesSettings = KubernetesSettings()
    llm: LlmSettings = LlmSettings()
    server: ServerSettings = ServerSettings()
