"""From a repository to a verified release on a real cluster, as a user does it, in a namespace that is strict."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contracts.cluster import Cluster, kubeconfig
from tests.contracts.real import eventually
from tests.e2e.kit import APPS, Ended, Kit
from tests.e2e.test_interrupts import processes_of, started, wait_for

pytestmark = [pytest.mark.kubernetes, pytest.mark.docker, pytest.mark.registry]

WEB = {
    "compose-postgres": ("--component", "compose-postgres", "--env", "DATABASE_URL=postgresql://db.invalid/x"),
    "django-pip": (),
    "existing-dockerfile": (),
    "express-typescript-npm": (),
    "express-yarn": (),
    "fastapi-poetry": (),
    "fastapi-uv": (),
    "fastify-pnpm": (),
    "flask-localhost": (),
    "npm-workspaces": (),
}
"""One for each way to install, and one that has to be repaired."""
SILENT = {"node-worker": "Deployment", "python-worker": "Deployment", "python-job": "Job"}
MANIFESTS = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
Record = Callable[[str, object], None]


@dataclass
class Place:
    """A namespace that enforces "restricted", and the registry that its nodes pull from."""

    kit: Kit
    admin: Cluster
    namespace: str
    registry: str

    @property
    def where(self) -> tuple[str, ...]:
        return ("--kubeconfig", str(kubeconfig()), "--target", "kubernetes", "--namespace", self.namespace)

    def argv(self, name: str) -> tuple[str, ...]:
        return ("--name", name, *self.where, "--image", f"{self.registry}/e2e-kubernetes/{name}", "--progress", "json")

    def run(self, source: Path, name: str, *argv: str) -> Ended:
        return self.kit("run", str(source), *self.argv(name), *argv)

    def done(self, source: Path, name: str, *argv: str) -> Ended:
        ended = self.run(source, name, *argv)
        assert ended.code == 0, ended.out[-3000:] + ended.err[-3000:]
        return ended

    def typed(self, *argv: str) -> Ended:
        return self.kit(*argv, *self.where)

    def object(self, kind: str, name: str) -> Any:
        group = {"deployments": "/apis/apps/v1", "jobs": "/apis/batch/v1"}[kind]
        return self.admin.have("GET", f"{group}/namespaces/{self.namespace}/{kind}/{name}")

    def get(self, name: str, path: str = "/") -> tuple[int, str]:
        """Through its Service."""
        answer = self.admin.ask("GET", f"/api/v1/namespaces/{self.namespace}/services/{name}:http/proxy{path}")
        return answer.status, answer.text

    def digest(self, name: str, tag: str) -> str:
        """What the registry says."""
        where = f"http://{self.registry}/v2/e2e-kubernetes/{name}/manifests/{tag}"
        return httpx.head(where, headers={"Accept": MANIFESTS}, trust_env=False).headers["Docker-Content-Digest"]


@pytest.fixture
def place(kit: Kit, admin: Cluster, places: tuple[str, str], lab_registry: str) -> Iterator[Place]:
    place = Place(kit, admin, places[0], lab_registry)
    yield place
    for release in place.admin.have("GET", f"/apis/apps/v1/namespaces/{place.namespace}/deployments")["items"]:
        place.typed("delete", release["metadata"]["name"], "--yes")


def record_of(ended: Ended) -> Any:
    return next(line["record"] for line in ended.lines if line["event"] == "result")


def container(workload: Any) -> Any:
    return workload["spec"]["template"]["spec"]["containers"][0]


@pytest.mark.parametrize("name", WEB)
def test_a_web_application_answers_from_a_restricted_namespace(
    place: Place, name: str, record_property: Record
) -> None:
    record = record_of(place.done(APPS / name, name, *WEB[name]))

    record_property("seconds", {step["name"]: step["duration_s"] for step in record["steps"]})
    deployment = place.object("deployments", name)
    image = container(deployment)["image"]
    repository, _, digest = image.partition("@")
    assert repository == f"{place.registry}/e2e-kubernetes/{name}"
    tags = httpx.get(f"http://{place.registry}/v2/e2e-kubernetes/{name}/tags/list", trust_env=False).json()["tags"]
    assert digest in {place.digest(name, tag) for tag in tags}
    assert deployment["status"]["readyReplicas"] == deployment["spec"]["replicas"]
    answer = record["status"]["answer"]
    assert answer["way"] == "API service proxy"
    assert answer["status"] < 400
    assert place.get(name, record["profile"]["components"][0]["health_path"] or "/")[0] < 500


@pytest.mark.parametrize("name", SILENT)
def test_what_listens_on_no_port_is_verified_without_being_asked(place: Place, name: str) -> None:
    record = record_of(place.done(APPS / name, name))

    assert record["status"]["ready"]
    assert record["status"]["answer"] is None
    if SILENT[name] == "Job":
        assert place.object("jobs", f"{name}-1")["status"]["succeeded"] == 1
    else:
        assert place.object("deployments", name)["status"]["readyReplicas"] == 1
        assert place.admin.ask("GET", f"/api/v1/namespaces/{place.namespace}/services/{name}").status == 404


def test_a_second_run_reuses_everything_and_a_change_is_a_new_release(place: Place, app: Callable[[str], Path]) -> None:
    folder = app("hello-python")
    place.done(folder, "shop")
    again = place.done(folder, "shop").states()
    assert {again[step] for step in ("build", "scan", "tag", "push", "deploy")} == {"reused"}
    (folder / "app.py").write_text((folder / "app.py").read_text().replace("'Hello'", "'Second'"))
    place.done(folder, "shop")

    assert place.get("shop") == (200, "Second from hello-python\n")
    assert place.typed("status", "shop").code == 0
    assert "shop" in place.typed("status").out
    assert "Listening" in place.typed("logs", "shop").out
    rolled_back = place.typed("rollback", "shop")
    assert rolled_back.code == 0, rolled_back.err
    assert place.get("shop") == (200, "Hello from hello-python\n")
    lines = [line.split()[:2] for line in place.typed("history", "shop").out.splitlines()[1:]]
    assert [line for line in lines if line[0].isdigit()] == [["2", "former"], ["1", "live"]]
    assert place.typed("delete", "shop", "--yes").code == 0
    assert place.typed("status", "shop").code == 10


def test_a_release_that_crashes_ends_with_23_and_the_former_one_answers(
    place: Place, app: Callable[[str], Path]
) -> None:
    folder = app("hello-python")
    place.done(folder, "shop")
    (folder / "app.py").write_text("raise SystemExit('the configuration is broken')\n")

    ended = place.run(folder, "shop", "--start", "gunicorn app:app --bind 0.0.0.0:8000", "--port", "8000")

    assert ended.code == 23, ended.out[-3000:]
    assert "the configuration is broken" in ended.out
    assert place.get("shop") == (200, "Hello from hello-python\n")
    assert place.typed("status", "shop").out.startswith("✓ shop: release 1")


def test_a_release_that_is_ready_and_answers_errors_is_taken_back_by_verify(
    place: Place, app: Callable[[str], Path]
) -> None:
    folder = app("hello-python")
    place.done(folder, "shop")
    (folder / "app.py").write_text(
        "from flask import Flask, abort\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    abort(503)\n"
    )

    ended = place.run(folder, "shop")

    assert ended.code == 23, ended.out[-3000:]
    assert "release 1 was restored and is live" in ended.out
    assert place.get("shop") == (200, "Hello from hello-python\n")


def test_ctrl_c_in_the_rollout_leaves_the_former_release_and_no_process(
    place: Place, app: Callable[[str], Path]
) -> None:
    folder = app("hello-python")
    place.done(folder, "shop")
    source = (folder / "app.py").read_text().replace("'Hello'", "'Late'")
    (folder / "app.py").write_text(f"import time\ntime.sleep(20)\n{source}")
    with started(place.kit, folder, "shop", *place.argv("shop")[2:]) as interrupted:
        wait_for(interrupted, "deploy", "0 of 1 pods ready")
        interrupted.send_signal(signal.SIGINT)
        interrupted.communicate(timeout=60)
    place.kit.names.remove("shop")

    assert interrupted.returncode == 130
    eventually(lambda: not processes_of(place.kit), within_s=5)
    assert place.get("shop") == (200, "Hello from hello-python\n")
    place.done(folder, "shop")
    assert place.get("shop") == (200, "Late from hello-python\n")


def test_a_namespace_is_made_when_asked_for_and_a_secret_of_the_user_s_is_taken(
    place: Place, admin: Cluster, app: Callable[[str], Path]
) -> None:
    folder, namespace = app("hello-python"), f"{place.namespace}-made"
    elsewhere = ("--namespace", namespace)
    refused = place.run(folder, "shop", *elsewhere)
    assert refused.code == 25
    assert "--create-namespace" in refused.out
    try:
        place.done(folder, "shop", *elsewhere, "--create-namespace")
        found = admin.have("GET", f"/api/v1/namespaces/{namespace}")
        assert found["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
        missing = place.run(folder, "shop", *elsewhere, "--env-from-secret", "greeting")
        assert missing.code == 25
        assert "there is no Secret greeting" in missing.out
        secret = {"metadata": {"name": "greeting"}, "stringData": {"GREETING": "Salut"}}
        admin.have("POST", f"/api/v1/namespaces/{namespace}/secrets", secret)
        place.done(folder, "shop", *elsewhere, "--env-from-secret", "greeting")
        proxied = admin.ask("GET", f"/api/v1/namespaces/{namespace}/services/shop:http/proxy/")
        assert proxied.text == "Salut from hello-python\n"
    finally:
        admin.ask("DELETE", f"/api/v1/namespaces/{namespace}")


def test_a_plan_tells_what_would_change_on_the_cluster_and_changes_nothing(
    place: Place, app: Callable[[str], Path]
) -> None:
    folder = app("hello-python")
    place.done(folder, "shop")
    before = place.object("deployments", "shop")["metadata"]["resourceVersion"]
    image = ("--name", "shop", "--image", f"{place.registry}/e2e-kubernetes/shop")

    same = place.typed("plan", str(folder), *image, "--diff")
    other = place.typed("plan", str(folder), *image, "--diff", "--port", "9000", "--env", "TOKEN=hunter2hunter2")

    assert same.out.rstrip().endswith("none, but for the image if it is built anew"), same.out[-500:]
    assert "ports[http].containerPort: 8000 → 9000" in other.out
    assert "variables: their values are others" in other.out
    assert "hunter2hunter2" not in other.out
    assert place.object("deployments", "shop")["metadata"]["resourceVersion"] == before
