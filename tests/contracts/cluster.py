"""A real cluster for tests: KUBECONFIG's, else the lab's; namespaces in it, and credentials of less right."""

from __future__ import annotations

import base64
import json
import os
import ssl
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import httpx
import yaml

from tests.contracts.real import absent, eventually

_LAB_HOME = Path(os.environ.get("LAB_HOME") or Path.home() / ".cache" / "containerkit-lab")
_APPLY = "application/apply-patch+yaml"


@dataclass(frozen=True)
class Answer:
    """What the API server said: an object, or a Status that says why not; a proxied application's own words as text."""

    status: int
    body: Any
    text: str

    @property
    def message(self) -> str:
        """The words of a refusal."""
        return str(self.body.get("message", "")) if isinstance(self.body, dict) else self.text


class Cluster:
    """A Kubernetes API as one user sees it, asked in its own words, so that nothing of ours is between."""

    def __init__(self, kubeconfig: Path) -> None:
        self.kubeconfig = kubeconfig
        found = yaml.safe_load(kubeconfig.read_text())
        context = _named(found["contexts"], found["current-context"])["context"]
        self._cluster = _named(found["clusters"], context["cluster"])["cluster"]
        user = _named(found["users"], context["user"])["user"]
        trust = ssl.create_default_context(cadata=_decoded(self._cluster["certificate-authority-data"]))
        if "client-certificate-data" in user:
            _identify(trust, user)
        headers = {"Authorization": f"Bearer {user['token']}"} if "token" in user else {}
        server = self._cluster["server"]
        self._client = httpx.Client(base_url=server, verify=trust, headers=headers, timeout=30, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, method: str, path: str, document: Mapping[str, Any] | None = None, **query: str) -> Answer:
        """What comes back, whatever its status; a PATCH is a server-side apply."""
        kind = _APPLY if method == "PATCH" else "application/json"
        body = json.dumps(document) if document is not None else None
        answer = self._client.request(method, path, content=body, params=query, headers={"Content-Type": kind})
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return Answer(answer.status_code, answer.json() if is_json else None, answer.text)

    def have(self, method: str, path: str, document: Mapping[str, Any] | None = None, **query: str) -> Any:
        """The object that comes back; anything but success ends the test."""
        answer = self.ask(method, path, document, **query)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.message}"
        return answer.body

    @contextmanager
    def namespace(self, **labels: str) -> Iterator[str]:
        """A namespace of its own, with its default service account; deleted afterwards with all that is in it."""
        name = f"test-{uuid.uuid4().hex[:10]}"
        self.have("POST", "/api/v1/namespaces", {"metadata": {"name": name, "labels": labels}})
        try:
            eventually(lambda: self.ask("GET", f"/api/v1/namespaces/{name}/serviceaccounts/default").status == 200)
            yield name
        finally:
            self.have("DELETE", f"/api/v1/namespaces/{name}")

    def service_account(self, namespace: str, name: str, folder: Path) -> Path:
        """A kubeconfig for a service account, made when there is none; it may do what roles give it."""
        accounts = f"/api/v1/namespaces/{namespace}/serviceaccounts"
        if self.ask("GET", f"{accounts}/{name}").status == 404:
            self.have("POST", accounts, {"metadata": {"name": name}})
        token = self.have("POST", f"{accounts}/{name}/token", {"spec": {"expirationSeconds": 3600}})["status"]["token"]
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "it", "cluster": self._cluster}],
            "users": [{"name": name, "user": {"token": token}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": name, "namespace": namespace}}],
            "current-context": "it",
        }
        path = folder / f"{namespace}-{name}.kubeconfig"
        path.touch(mode=0o600)
        path.write_text(json.dumps(document))
        return path


def kubeconfig() -> Path:
    """The cluster's administrator; a skip where none answers, a failure where REQUIRE_REAL wants one."""
    path = Path(os.environ.get("KUBECONFIG") or _LAB_HOME / "cluster" / "kubeconfig")
    if reason := _why_absent(path):
        absent("kubernetes", f"{reason}; python3 tests/lab up cluster")
    return path


def kubeconfig_of_nobody() -> Path:
    """Alice of the group devs, whom the cluster knows and allows nothing; only the lab's cluster has her."""
    path = Path(os.environ.get("CONTAINERKIT_LAB_KUBECONFIG_NOBODY") or kubeconfig().with_name("kubeconfig.alice"))
    if not path.exists():
        absent("kubernetes", f"the cluster has no user without rights: there is no {path}")
    return path


@cache
def _why_absent(path: Path) -> str:
    if not path.exists():
        return f"there is no {path}"
    try:
        with Cluster(path) as found:
            answer = found.ask("GET", "/readyz")
    except httpx.TransportError as error:
        return f"the cluster of {path} does not answer: {error}"
    except KeyError as error:
        return f"{path} has no {error.args[0]}: certificates and tokens must be in the file itself"
    return "" if answer.status == 200 else f"the cluster of {path} is not ready: {answer.text}"


def _named(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(row for row in rows if row["name"] == name)


def _identify(trust: ssl.SSLContext, user: Mapping[str, str]) -> None:
    """The user's certificate, through files: ssl reads it from nowhere else."""
    with TemporaryDirectory() as folder:
        certificate, key = Path(folder, "certificate"), Path(folder, "key")
        certificate.write_text(_decoded(user["client-certificate-data"]))
        key.write_text(_decoded(user["client-key-data"]))
        trust.load_cert_chain(certificate, key)


def _decoded(text: str) -> str:
    return base64.b64decode(text).decode()
