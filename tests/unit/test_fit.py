"""What would not run is named before anything is deployed."""

from __future__ import annotations

import pytest

from tasks.manifests.fit import fit
from tasks.manifests.quantities import amount, shown
from tasks.models import (
    Application,
    Check,
    ClusterInfo,
    ContainerSpec,
    Image,
    ManifestObject,
    Manifests,
    Resources,
    WritableMount,
)

SHOP = Application(name="shop")
INFO = ClusterInfo(target="engine", name="docker", version="20.10", architectures=("amd64",))
IMAGE = Image(id="sha256:1", os="linux", architecture="amd64", user="10001", size_bytes=1)
SPEC = ContainerSpec(name="shop", application=SHOP, kind="web", image="sha256:1", port=8000, published_port=8000)

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      securityContext: {runAsNonRoot: true}
      containers:
      - {name: shop, image: shop, securityContext: %s}
"""
CRON_JOB = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: shop}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - {name: shop, image: shop, securityContext: %s}
"""


def manifests(kind: str, text: str) -> Manifests:
    return Manifests(
        application=SHOP,
        objects=(
            ManifestObject(
                api_version="v1",
                kind="Service",
                name="shop",
                yaml="apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {ports: [{port: 80}]}\n",
            ),
            ManifestObject(api_version="v1", kind=kind, name="shop", yaml=text),
        ),
    )


def test_what_fits_has_nothing_against_it() -> None:
    assert fit(INFO, IMAGE, SPEC) == ()


def test_a_failed_check_of_the_target_is_passed_on_and_a_passed_one_is_not() -> None:
    full = Check(name="disk", passed=False, detail="0.5 GiB free", hint="docker system df")
    fine = Check(name="engine", passed=True, detail="docker 20.10")

    assert fit(INFO.changed(checks=(fine, full)), IMAGE, SPEC) == (full,)


@pytest.mark.parametrize(
    ("image", "offered", "fits"),
    [
        ("amd64", ("amd64",), True),
        ("amd64", ("x86_64",), True),
        ("arm64", ("aarch64", "amd64"), True),
        ("arm64", (), True),
        ("arm64", ("amd64",), False),
    ],
)
def test_an_image_for_another_architecture_does_not_fit(image: str, offered: tuple[str, ...], fits: bool) -> None:  # noqa: FBT001 - a row of the table
    checks = fit(INFO.changed(architectures=offered), IMAGE.changed(architecture=image), SPEC)

    assert [check.name for check in checks] == ([] if fits else ["architecture"])


def test_both_architectures_and_what_to_build_for_are_named() -> None:
    (check,) = fit(INFO, IMAGE.changed(architecture="arm64"), SPEC)

    assert check.detail == "the image is for arm64, docker runs amd64"
    assert "linux/amd64" in check.hint


def test_writable_paths_that_could_fill_the_memory_do_not_fit() -> None:
    mib = 1024 * 1024
    mounts = tuple(WritableMount(path=f"/{name}", size_bytes=32 * mib) for name in "ab")
    spec = SPEC.changed(mounts=mounts, resources=Resources(memory_bytes=64 * mib))

    (check,) = fit(INFO, IMAGE, spec)

    assert (check.name, check.detail) == ("memory", "2 writable paths may take 64 MiB of 64 MiB memory")


@pytest.mark.parametrize("user", ["", "root", "0", "0:0", "node"])
def test_an_image_that_does_not_say_by_number_that_it_is_not_root_does_not_fit_a_pod_that_demands_it(user: str) -> None:
    for workload in (
        manifests("Deployment", DEPLOYMENT % "{}"),
        manifests("CronJob", CRON_JOB % "{runAsNonRoot: true}"),
    ):
        (check,) = fit(INFO, IMAGE.changed(user=user), workload)
        assert check.name == "user"
        assert workload.objects[1].kind in check.detail


@pytest.mark.parametrize(
    ("user", "security"),
    [("10001", "{}"), ("10001:10001", "{}"), ("", "{runAsUser: 10001}"), ("", "{runAsNonRoot: false}")],
)
def test_a_user_that_the_pod_can_check_fits(user: str, security: str) -> None:
    assert fit(INFO, IMAGE.changed(user=user), manifests("Deployment", DEPLOYMENT % security)) == ()


@pytest.mark.parametrize(
    ("resource", "written", "said"),
    [
        ("cpu", "1000000m", "1000"),
        ("requests.cpu", "250m", "0.25"),
        ("memory", "64Mi", "64 MiB"),
        ("limits.memory", "1536Mi", "1.5 GiB"),
        ("pods", "3", "3"),
        ("count/secrets", "1e3", "1000"),
    ],
)
def test_amounts_are_said_as_people_read_them(resource: str, written: str, said: str) -> None:
    assert shown(resource, amount(written)) == said
