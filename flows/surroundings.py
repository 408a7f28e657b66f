"""What other tools' variables say: an engine, its credentials, a cluster, a Prefect server."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import SecretStr

from tasks.models import Model


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
