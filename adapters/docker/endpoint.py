"""Which engine is meant, and why: one answer for the same settings, so that a person can be told where it came from.

Nothing here reads the environment: its values come in, and only the files that they point to are looked at.
"""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tasks.errors import Invalid, Missing
from tasks.models import Model

EngineKind = Literal["docker", "podman", "auto"]

_START_DOCKER = "start Docker (`sudo systemctl start docker`), or name an engine with --engine-endpoint or DOCKER_HOST"
_START_PODMAN = "start its API with `systemctl --user start podman.socket`, or name it with --engine-endpoint"


class EngineLocation(Model):
    """What the environment says about engines, as values."""

    docker_host: str | None = None
    docker_context: str | None = None
    docker_config: Path | None = None
    """The folder that holds config.json and contexts/."""
    cert_path: Path | None = None
    tls_verify: bool = False
    container_host: str | None = None
    """Podman's own DOCKER_HOST."""
    run_folder: Path | None = None
    """XDG_RUNTIME_DIR, where a user's own engine listens."""
    docker_socket: Path = Path("/var/run/docker.sock")
    podman_socket: Path = Path("/run/podman/podman.sock")

    @property
    def docker_sockets(self) -> tuple[Path, ...]:
        """The machine's, then the user's own."""
        return (self.docker_socket, *([self.run_folder / "docker.sock"] if self.run_folder else []))

    @property
    def podman_sockets(self) -> tuple[Path, ...]:
        """The machine's, then the user's own."""
        return (self.podman_socket, *([self.run_folder / "podman" / "podman.sock"] if self.run_folder else []))


class Certificates(Model):
    """The files of a TLS connection to an engine."""

    ca: Path | None
    certificate: Path | None
    key: Path | None
    verify: bool


class Endpoint(Model):
    """An engine's address, and what led there."""

    url: str
    why: str
    certificates: Certificates | None = None


def choose(kind: EngineKind, endpoint: str | None, location: EngineLocation) -> Endpoint:
    """The engine that these settings mean: flag, DOCKER_HOST, Docker context, Docker's socket, then Podman's.

    Raises Missing when there is none, Invalid for an address that cannot be used.
    """
    if endpoint:
        return _checked(endpoint, "given by --engine-endpoint", _certificates(location))
    docker = None if kind == "podman" else _docker(location)
    podman = None if kind == "docker" else _podman(location)
    found = docker or podman
    if found:
        return found
    looked = {
        "docker": location.docker_sockets,
        "podman": location.podman_sockets,
        "auto": (*location.docker_sockets, *location.podman_sockets),
    }[kind]
    raise Missing(
        f"no container engine: nothing at {', '.join(map(str, looked))}",
        hint=_START_PODMAN if kind == "podman" else _START_DOCKER,
    )


def _docker(location: EngineLocation) -> Endpoint | None:
    if location.docker_host:
        return _checked(location.docker_host, "DOCKER_HOST", _certificates(location))
    return _from_context(location) or _first_socket(location.docker_sockets, "Docker's socket is there")


def _podman(location: EngineLocation) -> Endpoint | None:
    if location.container_host:
        return _checked(location.container_host, "CONTAINER_HOST", None)
    return _first_socket(location.podman_sockets, "Podman's socket is there")


def _first_socket(paths: tuple[Path, ...], why: str) -> Endpoint | None:
    for path in paths:
        try:
            there = stat.S_ISSOCK(path.stat().st_mode)
        except OSError:
            continue
        if there:
            return Endpoint(url=f"unix://{path}", why=why)
    return None


def _checked(url: str, why: str, certificates: Certificates | None) -> Endpoint:
    scheme, mark, rest = url.partition("://")
    if not mark:
        return _checked(f"unix://{url}" if url.startswith("/") else f"tcp://{url}", why, certificates)
    if scheme == "ssh":
        raise Invalid(
            f"{url} ({why}): engines over SSH are not spoken to directly",
            hint=f"ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock {rest.split('/')[0]}"
            " and then --engine-endpoint unix:///tmp/engine.sock",
        )
    if scheme not in {"unix", "tcp", "http", "https"} or not rest:
        raise Invalid(
            f"{url} ({why}) is no address of an engine", hint="write unix:///run/docker.sock or tcp://HOST:2376"
        )
    return Endpoint(url=url, why=why, certificates=None if scheme == "unix" else certificates)


def _certificates(location: EngineLocation) -> Certificates | None:
    folder = location.cert_path or (location.docker_config if location.tls_verify else None)
    return _certificates_in(folder, "verify" if location.tls_verify else "accept") if folder else None


def _certificates_in(folder: Path, server: Literal["verify", "accept"]) -> Certificates:
    ca, certificate, key = (
        path if path.is_file() else None for path in (folder / f"{n}.pem" for n in ("ca", "cert", "key"))
    )
    return Certificates(ca=ca, certificate=certificate, key=key, verify=server == "verify")


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _ContextEndpoint(_Wire):
    host: str = Field(alias="Host")
    skip_tls_verify: bool = Field(default=False, alias="SkipTLSVerify")


class _ContextEndpoints(_Wire):
    docker: _ContextEndpoint


class _ContextMetadata(_Wire):
    name: str = Field(alias="Name")
    endpoints: _ContextEndpoints = Field(alias="Endpoints")


class _Config(_Wire):
    current_context: str = Field(default="", alias="currentContext")


def _from_context(location: EngineLocation) -> Endpoint | None:
    folder = location.docker_config
    if folder is None:
        return None
    name = location.docker_context or _current_context(folder)
    if name in {"", "default"}:
        return None
    named_by = "DOCKER_CONTEXT" if location.docker_context else "current"
    digest = hashlib.sha256(name.encode()).hexdigest()
    try:
        text = (folder / "contexts" / "meta" / digest / "meta.json").read_text()
        found = _ContextMetadata.model_validate_json(text).endpoints.docker
    except (OSError, ValidationError) as error:
        raise Missing(
            f"the Docker context {name!r} ({named_by}) cannot be read below {folder}/contexts",
            hint="`docker context ls` shows what there is; `docker context use default` goes back to the local engine",
        ) from error
    tls = folder / "contexts" / "tls" / digest / "docker"
    server: Literal["verify", "accept"] = "accept" if found.skip_tls_verify else "verify"
    certificates = _certificates_in(tls, server) if tls.is_dir() else None
    return _checked(found.host, f"Docker context {name!r} ({named_by})", certificates)


def _current_context(folder: Path) -> str:
    path = folder / "config.json"
    try:
        return _Config.model_validate_json(path.read_text()).current_context
    except FileNotFoundError:
        return ""
    except (OSError, ValidationError) as error:
        raise Invalid(f"{path} cannot be read as Docker's configuration", hint=f"mend or move away {path}") from error
