"""trivy finds nothing in manifests of ours; what checkov is told to skip has its reason in them."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml

from tasks.manifests import kubernetes_manifests
from tasks.manifests.pod_security import violations
from tasks.manifests.reading import pods
from tasks.models import Application, Image, PushedImage, ReleasePlan
from tasks.models.reference import ImageRef

TRIVY = Path(sysconfig.get_path("scripts"), "trivy")
WEB = ReleasePlan(
    application=Application(name="shop", namespace="store"),
    target="kubernetes",
    pushed=PushedImage(
        image=Image(id="sha256:1", os="linux", architecture="amd64", user="10001", size_bytes=1),
        reference=ImageRef.parse(f"registry.invalid/team/shop@sha256:{'2' * 64}"),
    ),
    kind="web",
    port=8000,
    health_path="/healthz",
    variables=("DATABASE_URL",),
    user_id=10001,
    source="https://git.invalid/shop",
)
STRICT = {
    "web": WEB,
    "no health path": WEB.changed(health_path=None, replicas=3),
    "worker": WEB.changed(kind="worker", port=None, health_path=None, variables=()),
    "job": WEB.changed(kind="job", port=None, health_path=None, writable_paths=("/var/cache", "/var/spool")),
    "default namespace": WEB.changed(application=Application(name="shop")),
}
RELAXED = WEB.changed(pod_security="baseline", user_id=None)
IGNORED = {
    "KSV-0110": "the namespace is the user's choice, and `default` is one",
    "KSV-0125": "it knows some registries by name and trusts no other",
}
RELAXED_ON_PURPOSE = {
    "KSV-0003": "capabilities are kept",
    "KSV-0004": "capabilities are kept",
    "KSV-0012": "it may run as root",
    "KSV-0014": "its root file system is writable",
    "KSV-0020": "the image chooses its user",
    "KSV-0021": "the image chooses its user",
    "KSV-0106": "capabilities are kept",
}


def misconfigurations(plan: ReleasePlan, folder: Path) -> set[str]:
    file, ignored = folder / "manifests.yaml", folder / "ignored"
    file.write_text("---\n".join(each.yaml for each in kubernetes_manifests(plan).objects))
    ignored.write_text("\n".join(IGNORED))
    command = [str(TRIVY), "config", "--quiet", "--format", "json", "--skip-check-update", "--ignorefile", str(ignored)]
    ended = subprocess.run([*command, str(file)], capture_output=True, check=True, timeout=120)
    results = json.loads(ended.stdout)["Results"]
    assert sum(each["MisconfSummary"]["Successes"] for each in results) > 50
    return {each["ID"] for result in results for each in result.get("Misconfigurations", ())}


@pytest.mark.parametrize("name", STRICT)
def test_trivy_finds_nothing(name: str, tmp_path: Path) -> None:
    assert misconfigurations(STRICT[name], tmp_path) == set()


def test_trivy_finds_only_what_was_relaxed_on_purpose(tmp_path: Path) -> None:
    assert misconfigurations(RELAXED, tmp_path) == {*RELAXED_ON_PURPOSE}


@pytest.mark.parametrize("name", STRICT)
def test_restricted_pod_security_refuses_nothing(name: str) -> None:
    assert [found for pod in pods(kubernetes_manifests(STRICT[name])) for found in violations("restricted", pod)] == []


def test_what_was_relaxed_passes_baseline_only() -> None:
    (pod,) = pods(kubernetes_manifests(RELAXED))

    assert violations("baseline", pod) == ()
    assert violations("restricted", pod) == (
        "container shop: capabilities.drop must have ALL",
        "container shop: runAsNonRoot must be true",
    )


@pytest.mark.parametrize("plan", [*STRICT.values(), RELAXED], ids=[*STRICT, "relaxed"])
def test_each_rule_that_checkov_skips_has_its_reason(plan: ReleasePlan) -> None:
    for each in kubernetes_manifests(plan).objects:
        annotations = yaml.safe_load(each.yaml)["metadata"]["annotations"]
        skips = [value.partition("=") for key, value in annotations.items() if key.startswith("checkov.io/skip")]
        assert skips
        assert all(rule.startswith("CKV") and len(reason.split()) > 3 for rule, _, reason in skips)
        assert len({rule for rule, _, _ in skips}) == len(skips)


def test_nothing_is_skipped_of_a_strict_release_but_what_cannot_be_met() -> None:
    annotations = yaml.safe_load(kubernetes_manifests(WEB).objects[1].yaml)["metadata"]["annotations"]

    assert {value.partition("=")[0] for key, value in annotations.items() if "skip" in key} == {
        "CKV2_K8S_6",
        "CKV_K8S_15",
        "CKV_K8S_35",
    }
