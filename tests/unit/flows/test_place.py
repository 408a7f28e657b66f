"""Which target is meant: a cluster that nobody named and that is not on this machine is never one."""

from __future__ import annotations

import pytest

from flows.place import Current, Place, choose, completed
from flows.settings import KubernetesSettings
from tasks.errors import Invalid
from tasks.models import RunRequest, Source

PRODUCTION = Current("production", "https://203.0.113.7:6443")
LOCAL = Current("dev", "https://127.0.0.1:6443")


def place(current: Current | None, settings: KubernetesSettings | None = None, **given: str) -> Place:
    request = RunRequest.model_validate({"source": Source(location="."), **given})
    return choose(request, settings or KubernetesSettings(), lambda: current)


@pytest.mark.parametrize(
    "current",
    [
        LOCAL,
        Current("dev", "https://localhost:6443"),
        Current("k3d-dev", "https://0.0.0.0:6443"),
        Current("dev", "https://[::1]:6443"),
        Current("kind-dev", "https://127.0.0.1:34567"),
        Current("minikube", "https://192.168.49.2:8443"),
    ],
)
def test_the_current_context_of_this_machine_is_taken_without_being_named(current: Current) -> None:
    assert place(current)[::2] == ("kubernetes", current.name)


@pytest.mark.parametrize(
    "current",
    [
        PRODUCTION,
        Current("kind-of-production", "https://203.0.113.7:6443"),
        Current("minikube", "https://cluster.invalid:6443"),
        Current("office", "https://192.168.49.2:8443"),
        Current("empty", ""),
    ],
)
def test_a_context_that_leads_elsewhere_is_left_alone_until_it_is_named(current: Current) -> None:
    assert place(current).kind == "engine"
    assert current.name in place(current).why
    with pytest.raises(Invalid) as raised:
        place(current, target="kubernetes")
    assert raised.value.hint == f"--context {current.name}"
    assert place(current, context=current.name)[::2] == ("kubernetes", current.name)
    assert place(current, KubernetesSettings(context=current.name)).kind == "kubernetes"


def test_the_engine_is_the_target_when_it_is_named_or_nothing_else_is_there() -> None:
    assert place(LOCAL, target="engine").kind == "engine"
    assert place(None).kind == "engine"


def test_an_address_in_the_settings_stands_for_a_context() -> None:
    found = place(PRODUCTION, KubernetesSettings(server="https://cluster.invalid:6443"))

    assert found[::2] == ("kubernetes", None)


def test_the_flag_goes_before_the_settings() -> None:
    assert place(None, KubernetesSettings(context="a", server="https://a.invalid"), context="b").context == "b"


def test_without_a_kubeconfig_the_cluster_that_we_run_in_is_meant_only_when_one_is_wanted() -> None:
    assert place(None, target="kubernetes")[::2] == ("kubernetes", None)


def test_a_kubeconfig_that_is_named_wants_a_cluster_but_names_no_context() -> None:
    with pytest.raises(Invalid):
        place(PRODUCTION, kubeconfig="production.yaml")
    assert place(LOCAL, kubeconfig="dev.yaml").kind == "kubernetes"


def test_commands_in_hints_say_where_again() -> None:
    request = RunRequest(source=Source(location="."), target="kubernetes", context="a b", namespace="team")

    said = completed("containerkit logs shop  ·  containerkit delete shop --yes", request)

    where = "--target kubernetes --context 'a b' --namespace team"
    assert said == f"containerkit logs shop {where}  ·  containerkit delete shop {where} --yes"


def test_commands_that_need_no_place_stay_as_they_are() -> None:
    request = RunRequest(source=Source(location="."), namespace="default")

    assert completed("containerkit logs shop", request) == "containerkit logs shop"
    assert completed("containerkit steps", request.changed(target="engine")) == "containerkit steps"
