"""Every setting, its default, and where it comes from. The only file that reads the environment.

Order: flag (in the RunRequest) > environment > containerkit.toml > organisation file > default. Adapters are given
values. Unknown keys are refused with file and line.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from flows.toml_layers import line_of, merge, read
from tasks.errors import Invalid
from tasks.models import Model, Overrides, ScanPolicy, Severity

FILE_NAME = "containerkit.toml"
REPOSITORY_SECTIONS = ("app", "steps", "scan", "recovery")
"""What a repository's own file may hold: it is not trusted with our imports, our state or how we reach others."""
ORGANISATION_FILE = Path("/etc/containerkit/config.toml")


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


class AppSettings(Overrides):
    """`[app]`: what the user knows better than detection."""

    component: str | None = None
    image: str | None = None
    pull_image: str | None = None
    published_port: int | None = Field(default=None, ge=1, le=65535)
    required_variables: tuple[str, ...] = ()


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


class ServerSettings(Model):
    """`[server]`: the local Prefect server."""

    port: int = Field(default=4200, ge=1, le=65535)
    start_timeout_s: float = Field(default=120, gt=0)


class Settings(BaseSettings):
    """All of it. Made by `load`."""

    model_config = SettingsConfigDict(
        env_prefix="CONTAINERKIT_", env_nested_delimiter="__", frozen=True, extra="forbid", validate_default=True
    )

    home: Path = Field(default_factory=lambda: _state_home() / "containerkit")
    """State: runs, reports, locks, clones, and the Prefect database."""
    app: AppSettings = AppSettings()
    steps: StepsSettings = StepsSettings()
    registry: RegistrySettings = RegistrySettings()
    scan: ScanSettings = ScanSettings()
    git: GitSettings = GitSettings()
    recovery: RecoverySettings = RecoverySettings()
    engine: EngineSettings = EngineSettings()
    kubernetes: KubernetesSettings = KubernetesSettings()
    server: ServerSettings = ServerSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment above the files, which `load` has merged and passes as initial values."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings


class Surroundings(Model):
    """What other tools' variables say: an engine, its credentials, a Prefect server."""

    docker_host: str | None = None
    docker_context: str | None = None
    docker_config: Path
    docker_cert_path: Path | None = None
    docker_tls_verify: bool = False
    container_host: str | None = None
    """Podman's own word for an endpoint."""
    kubeconfig: str | None = None
    """KUBECONFIG, else the user's own file where there is one."""
    run_folder: Path | None = None
    """XDG_RUNTIME_DIR, where a user's own Podman listens."""
    prefect_api_url: str | None = None
    prefect_home: Path | None = None
    webhook_secret: SecretStr | None = None
    """What a forge signs with; a file is the other place for it, and settings files never are."""


def load(folder: Path | None = None) -> Settings:
    """The settings for an application in `folder`. Raises Invalid with file and line for what cannot be used.

    A folder's own file is held to REPOSITORY_SECTIONS and may not name implementations.
    """
    organisation = Path(os.environ.get("CONTAINERKIT_CONFIG", ORGANISATION_FILE))
    layers = [(organisation, read(organisation))]
    if folder is not None:
        own = folder / FILE_NAME
        layers.append((own, _harmless(own, read(own))))
    merged: dict[str, Any] = {}
    for file, layer in layers:
        _validate(file, layer)
        merged = merge(merged, layer)
    try:
        return Settings(**merged)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        message = f"the setting {where} cannot be used: {error.errors()[0]['msg']}"
        raise Invalid(
            message, hint=f"look at the variables that begin with CONTAINERKIT_ and at {FILE_NAME}"
        ) from error


def surroundings() -> Surroundings:
    """What the environment says in other tools' words."""
    env = os.environ
    return Surroundings(
        docker_host=env.get("DOCKER_HOST") or None,
        docker_context=env.get("DOCKER_CONTEXT") or None,
        docker_config=Path(env.get("DOCKER_CONFIG") or Path.home() / ".docker"),
        docker_cert_path=Path(env["DOCKER_CERT_PATH"]) if env.get("DOCKER_CERT_PATH") else None,
        docker_tls_verify=env.get("DOCKER_TLS_VERIFY", "") not in {"", "0"},
        container_host=env.get("CONTAINER_HOST") or None,
        kubeconfig=env.get("KUBECONFIG") or _own_kubeconfig(),
        run_folder=Path(env["XDG_RUNTIME_DIR"]) if env.get("XDG_RUNTIME_DIR") else None,
        prefect_api_url=env.get("PREFECT_API_URL") or None,
        prefect_home=Path(env["PREFECT_HOME"]) if env.get("PREFECT_HOME") else None,
        webhook_secret=SecretStr(env["CONTAINERKIT_WEBHOOK_SECRET"])
        if env.get("CONTAINERKIT_WEBHOOK_SECRET")
        else None,
    )


def _own_kubeconfig() -> str | None:
    file = Path.home() / ".kube" / "config"
    return str(file) if file.exists() else None


def _state_home() -> Path:
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")


def _validate(file: Path, layer: dict[str, Any]) -> None:
    """Each file for itself, so that the message can name it and the line."""
    try:
        _FileSettings.model_validate(layer)
    except ValidationError as error:
        first = error.errors()[0]
        location = [str(part) for part in first["loc"]]
        line = line_of(file, location)
        raise Invalid(f"{file}:{line}: {'.'.join(location)}: {first['msg']}", hint=f"correct {file}") from error


class _FileSettings(Model):
    """What a file may hold: the same sections as Settings, none of them from the environment."""

    home: Path | None = None
    app: AppSettings = AppSettings()
    steps: StepsSettings = StepsSettings()
    registry: RegistrySettings = RegistrySettings()
    scan: ScanSettings = ScanSettings()
    git: GitSettings = GitSettings()
    recovery: RecoverySettings = RecoverySettings()
    engine: EngineSettings = EngineSettings()
    kubernetes: KubernetesSettings = KubernetesSettings()
    server: ServerSettings = ServerSettings()


def _harmless(file: Path, layer: dict[str, Any]) -> dict[str, Any]:
    for section in layer:
        if section in _FileSettings.model_fields and section not in REPOSITORY_SECTIONS:
            raise Invalid(
                f"{file}:{line_of(file, [section])}: {section}: a repository may not set this",
                hint=f"set it in {ORGANISATION_FILE} or by a variable that begins with CONTAINERKIT_",
            )
    steps = layer.get("steps")
    for name, section in steps.items() if isinstance(steps, dict) else ():
        if isinstance(section, dict) and "implementation" in section:
            raise Invalid(
                f"{file}:{line_of(file, ['steps', name, 'implementation'])}: steps.{name}.implementation: "
                "a repository may not choose what is imported",
                hint=f"set it in {ORGANISATION_FILE} or in CONTAINERKIT_STEPS__{name.upper()}__IMPLEMENTATION",
            )
    return layer
