"""A release plan becomes Kubernetes objects: strict, deterministic, and valid before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tasks.manifests import kubernetes_manifests, render_markdown, workload
from tasks.manifests.schema import misfits
from tasks.models import Application, Image, PushedImage, ReleasePlan, Resources, Setting
from tasks.models.reference import ImageRef

GOLDEN = Path(__file__).parents[1] / "golden"
IMAGE = Image(id=f"sha256:{'1' * 64}", os="linux", architecture="amd64", user="10001", size_bytes=1)
WEB = ReleasePlan(
    application=Application(name="shop", namespace="team"),
    target="kubernetes",
    pushed=PushedImage(image=IMAGE, reference=ImageRef.parse(f"registry.invalid/team/shop@sha256:{'2' * 64}")),
    kind="web",
    port=8000,
    health_path="/healthz",
    settings=(Setting(name="PORT", value="8000"), Setting(name="HOST", value="::")),
    variables=("DATABASE_URL",),
    user_id=10001,
    source="https://git.invalid/shop",
    commit="0" * 40,
    version="1.2.0",
)
PLANS = {
    "kubernetes-web": WEB,
    "kubernetes-no-health-path": WEB.changed(health_path=None, user_id=None, version=None, replicas=3),
    "kubernetes-relaxed": WEB.changed(pod_security="baseline", user_id=None),
    "kubernetes-worker": WEB.changed(kind="worker", port=None, health_path=None, settings=(), variables=()),
    "kubernetes-job": WEB.changed(
        kind="job",
        port=None,
        health_path=None,
        settings=(),
        writable_paths=("/tmp", "/var/spool/import"),  # noqa: S108 - mount points inside a container
        resources=Resources(cpu_millicores=500, memory_bytes=64 * 1024 * 1024),
    ),
}


def documents(plan: ReleasePlan) -> dict[str, Any]:
    return {each.kind: yaml.safe_load(each.yaml) for each in kubernetes_manifests(plan).objects}


def container(plan: ReleasePlan, kind: str = "Deployment") -> Any:
    return documents(plan)[kind]["spec"]["template"]["spec"]["containers"][0]


@pytest.mark.parametrize("name", PLANS)
def test_the_manifests_are_the_ones_on_record(name: str, update_golden: bool) -> None:  # noqa: FBT001 - a fixture
    record = GOLDEN / name / "manifests.yaml"
    seen = "---\n".join(each.yaml for each in kubernetes_manifests(PLANS[name]).objects)
    if update_golden:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(seen)

    assert seen == record.read_text()


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("version", ["1.30", "1.37"])
def test_the_manifests_are_valid_to_the_letter(name: str, version: str) -> None:
    assert [*misfits(kubernetes_manifests(PLANS[name]), version)] == []


def test_a_field_that_no_cluster_knows_is_found() -> None:
    made = kubernetes_manifests(WEB)
    wrong = [each.changed(yaml=each.yaml.replace("replicas:", "replica:")) for each in made.objects]

    (check,) = misfits(made.changed(objects=tuple(wrong)), "v1.33.13")

    assert "Deployment shop is no valid object of Kubernetes 1.33: spec" in check.detail
    assert "'replica' was unexpected" in check.detail


@pytest.mark.parametrize("version", [None, "v1.99.0", "unknown"])
def test_a_version_without_schemas_is_held_to_the_nearest_one(version: str | None) -> None:
    assert [*misfits(kubernetes_manifests(WEB), version)] == []


@pytest.mark.parametrize("name", PLANS)
def test_the_same_plan_gives_the_same_bytes_whatever_the_order_of_its_parts(name: str) -> None:
    plan = PLANS[name]
    turned = plan.changed(
        settings=plan.settings[::-1], variables=plan.variables[::-1], writable_paths=plan.writable_paths[::-1]
    )

    assert workload(turned) == workload(plan)


def test_one_port_feeds_container_probes_and_service() -> None:
    made, service = container(WEB.changed(port=9123)), documents(WEB.changed(port=9123))["Service"]

    assert [port["containerPort"] for port in made["ports"]] == [9123]
    assert {made[probe]["httpGet"]["port"] for probe in ("startupProbe", "readinessProbe", "livenessProbe")} == {"http"}
    assert service["spec"]["ports"][0]["targetPort"] == "http"


def test_what_listens_on_no_port_has_neither_service_nor_probe() -> None:
    made = documents(PLANS["kubernetes-worker"])

    assert {*made} == {"ServiceAccount", "Deployment"}
    assert not [key for key in container(PLANS["kubernetes-worker"]) if "Probe" in key or key == "ports"]


@pytest.mark.parametrize("name", [name for name in PLANS if name != "kubernetes-relaxed"])
def test_every_pod_is_one_that_restricted_lets_in(name: str) -> None:
    made = documents(PLANS[name])
    pod = (made.get("Deployment") or made["Job"])["spec"]["template"]["spec"]
    security = pod["containers"][0]["securityContext"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert security == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }
    assert pod["automountServiceAccountToken"] is False
    assert {*pod["containers"][0]["resources"]["limits"]} == {"cpu", "memory", "ephemeral-storage"}


def test_the_image_is_named_by_its_digest() -> None:
    assert container(WEB)["image"] == f"registry.invalid/team/shop@sha256:{'2' * 64}"


def test_values_of_variables_are_referred_to_and_never_written() -> None:
    env = {each["name"]: each for each in container(WEB)["env"]}

    assert env["DATABASE_URL"]["valueFrom"] == {"secretKeyRef": {"name": "shop-environment", "key": "DATABASE_URL"}}
    assert env["PORT"] == {"name": "PORT", "value": "8000"}


def test_a_value_that_the_user_gives_replaces_our_setting() -> None:
    env = [each for each in container(WEB.changed(variables=("PORT",)))["env"] if each["name"] == "PORT"]

    assert [{*each} for each in env] == [{"name", "valueFrom"}]


@pytest.mark.parametrize("text", ["true", "1e3", "0x10", "~", "a: b", "- x", "{}", "é", "#", "\n", "yes", "2026-01-01"])
def test_a_value_stays_the_text_that_it_is(text: str) -> None:
    env = {each["name"]: each for each in container(WEB.changed(settings=(Setting(name="A", value=text),)))["env"]}

    assert env["A"]["value"] == text


def test_hostile_texts_stay_texts() -> None:
    hostile = 'x"\nspec: {hostNetwork: true}\n---\nkind: Secret'
    made = documents(WEB.changed(source=hostile, version=hostile))

    assert {*made} == {"ServiceAccount", "Deployment", "Service"}
    assert made["Deployment"]["metadata"]["annotations"]["io.containerkit.source"] == hostile
    assert "hostNetwork" not in made["Deployment"]["spec"]["template"]["spec"]
    assert [*misfits(kubernetes_manifests(WEB.changed(source=hostile, version=hostile)))] == []


def test_labels_hold_only_what_a_label_may_hold() -> None:
    labels: Mapping[str, str] = documents(WEB.changed(version=f"+v1/2 {'x' * 80}-"))["Deployment"]["metadata"]["labels"]

    version = labels["app.kubernetes.io/version"]
    assert len(version) <= 63
    assert version[0].isalnum()
    assert version[-1].isalnum()


def test_several_writable_paths_share_what_one_would_have() -> None:
    pod = documents(PLANS["kubernetes-job"])["Job"]["spec"]["template"]["spec"]

    assert [volume["emptyDir"]["sizeLimit"] for volume in pod["volumes"]] == ["64Mi", "64Mi"]


def test_people_see_the_objects_as_yaml() -> None:
    assert render_markdown(workload(WEB)).count("```yaml\n") == 3
