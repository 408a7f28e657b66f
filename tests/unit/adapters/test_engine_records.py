"""What is recorded about releases says enough, and nothing that it should not."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from adapters.engine_target.observed import Observed
from adapters.engine_target.origin import refuse_other_repository, warning_of_other_source
from adapters.engine_target.record import (
    differences,
    recorded,
    release_labels,
    release_name,
    seconds,
    spec_hash,
    stem,
    variables_digest,
)
from tasks.errors import Invalid
from tasks.models import (
    Application,
    Container,
    ContainerSpec,
    DeployRequest,
    Label,
    Setting,
    Variable,
    WritableMount,
)
from tasks.models.labels import SPEC_TEXT, VARIABLES

SHOP = Application(name="shop")
SPEC = ContainerSpec(
    name="shop", application=SHOP, kind="web", image="sha256:1", port=8000, published_port=8000, variables=("PASSWORD",)
)
PASSWORD = (Variable(name="PASSWORD", value=SecretStr("correct horse")),)


def request(source: str = "https://git.invalid/shop", **changes: object) -> DeployRequest:
    return DeployRequest(workload=SPEC, source=source).changed(**changes)


def container(name: str, labels: tuple[Label, ...], **changes: object) -> Container:
    return Container(
        id=name,
        name=name,
        application="shop",
        image_id="sha256:1",
        state="running",
        created="2026-01-01T00:00:00Z",
        labels=labels,
    ).changed(**changes)


def observed(source: str) -> Observed:
    labels = release_labels(request(source), SPEC, 1, PASSWORD)
    live = recorded(container("shop-r1", labels))
    return Observed(application=SHOP, releases=(live,), live=live, gateway=None)


def test_names_of_two_namespaces_never_meet() -> None:
    pairs = [("a-b", "c"), ("a", "b-c"), ("default", "a-b-c"), ("default", "a")]
    names = {stem(Application(namespace=namespace, name=name)) for namespace, name in pairs}

    assert len(names) == len(pairs)


@pytest.mark.parametrize("name", ["shop", "shop-r1", "shop-r1-candidate", "a" * 53])
@pytest.mark.parametrize("mark", ["candidate", "restoring", "failed", "none"])
def test_a_name_tells_how_far_a_release_has_come_whatever_the_application_is_called(name: str, mark: str) -> None:
    application = Application(name=name, namespace="n" * 53)
    spec = SPEC.changed(name=name, application=application)
    labels = release_labels(DeployRequest(workload=spec, source="s"), spec, 12, ())
    found = container(release_name(application, 12, mark), labels, application=name)  # type: ignore[arg-type]  # a row

    release = recorded(found)

    assert (release.mark, release.number, release.spec.application) == (mark, 12, application)
    assert ContainerSpec.model_validate({**spec.model_dump(), "name": found.name}).name == found.name


def test_a_recorded_spec_is_the_one_that_was_deployed() -> None:
    spec = SPEC.changed(settings=(Setting(name="A", value="ü\n\"'"),), mounts=(WritableMount(path="/x"),))
    release = recorded(container("shop-r1", release_labels(request(), spec, 1, PASSWORD)))

    assert release.spec == spec
    assert differences(release.spec, spec) == ()


def test_a_label_of_a_later_version_of_ours_is_read_all_the_same() -> None:
    labels = (*release_labels(request(), SPEC, 1, ()), Label(key="io.containerkit.later", value="1"))
    changed = tuple(
        each.changed(value=each.value.replace('{"command"', '{"later":1,"command"')) if each.key == SPEC_TEXT else each
        for each in labels
    )

    assert recorded(container("shop-r1", changed)).spec == SPEC


@pytest.mark.parametrize("text", ["", "{", "[]", '{"image": 1}', "null"])
def test_a_label_that_is_not_ours_to_read_is_said_by_the_container_s_name(text: str) -> None:
    labels = tuple(
        each.changed(value=text) if each.key == SPEC_TEXT else each for each in release_labels(request(), SPEC, 1, ())
    )

    with pytest.raises(Invalid, match="shop-r1"):
        recorded(container("shop-r1", labels))


def test_values_of_variables_are_in_no_label() -> None:
    labels = release_labels(request(), SPEC, 1, PASSWORD)

    assert not [each for each in labels if "horse" in each.value]
    assert {each.key for each in labels} >= {VARIABLES, SPEC_TEXT}


def test_a_digest_of_values_is_the_same_for_the_same_ones_only() -> None:
    other = (Variable(name="PASSWORD", value=SecretStr("correct horse ")),)
    swapped = (
        Variable(name="A", value=SecretStr("1")),
        Variable(name="B", value=SecretStr("2")),
    )

    assert variables_digest(SHOP, PASSWORD) == variables_digest(SHOP, PASSWORD)
    assert variables_digest(SHOP, swapped) == variables_digest(SHOP, swapped[::-1])
    different = [
        variables_digest(SHOP, ()),
        variables_digest(SHOP, PASSWORD),
        variables_digest(SHOP, other),
        variables_digest(Application(name="other"), PASSWORD),
    ]
    assert len(set(different)) == len(different)


@pytest.mark.parametrize(
    "change",
    [
        {"published_port": 9000},
        {"network": "n", "alias": "a"},
        {"labels": (Label(key="a", value="b"),)},
        {"reused": True},
        {"name": "shop-r1"},
    ],
)
def test_what_is_not_the_release_s_own_makes_no_new_one(change: dict[str, object]) -> None:
    assert spec_hash(SPEC.changed(**change)) == spec_hash(SPEC)


def test_everything_else_does() -> None:
    hashes = {
        spec_hash(SPEC.changed(**change))
        for change in (
            {},
            {"image": "sha256:2"},
            {"port": 8001},
            {"health_path": "/healthz"},
            {"read_only": False},
            {"settings": (Setting(name="A", value="1"),)},
            {"variables": ()},
            {"user": "10001"},
            {"kind": "worker"},
        )
    }

    assert len(hashes) == 9


def test_times_with_fractions_of_different_length_are_in_order() -> None:
    times = ["2026-01-01T00:00:05Z", "2026-01-01T00:00:05.12Z", "2026-01-01T00:00:05.123456789Z"]

    assert [seconds(each) for each in times] == sorted(seconds(each) for each in times)
    assert len({seconds(each) for each in times}) == 3


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("https://git.invalid/team/shop", "https://git.invalid/team/shop.git"),
        ("https://git.invalid/team/shop", "git@git.invalid:team/shop.git"),
        ("https://git.invalid/team/shop", "ssh://git@git.invalid/team/shop/"),
        ("/home/a/shop", "/home/a/shop"),
    ],
)
def test_another_way_to_the_same_repository_is_the_same(before: str, now: str) -> None:
    refuse_other_repository(observed(before), request(now))

    assert warning_of_other_source(observed(before), request(now)) == ()


def test_another_repository_under_the_same_name_is_refused() -> None:
    with pytest.raises(Invalid, match="team/shop, not from") as raised:
        refuse_other_repository(observed("https://git.invalid/team/shop"), request("https://git.invalid/other/shop"))

    assert "--name" in raised.value.hint


@pytest.mark.parametrize(
    ("before", "now"), [("/builds/1/shop", "/builds/2/shop"), ("https://git.invalid/team/shop", "/home/a/shop")]
)
def test_another_folder_is_told_of_only(before: str, now: str) -> None:
    refuse_other_repository(observed(before), request(now))

    (warning,) = warning_of_other_source(observed(before), request(now))
    assert before in warning
    assert now in warning
