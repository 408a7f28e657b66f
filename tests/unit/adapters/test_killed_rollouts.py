"""A process killed at any call to the engine leaves what the next run continues from; proved call by call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.errors import StepError
from tasks.models import Application
from tasks.ports import ContainerRuntime
from tests.contracts.target_labs import MemoryEngineLab
from tests.contracts.target_shop import Shop

MOST_CALLS = 200


class Killed(BaseException):
    """The process has ended: nothing of it runs any more."""


class Mortal:
    """An engine whose caller is killed at the n-th call, before or after the engine has carried it out."""

    def __init__(self, runtime: ContainerRuntime, at: int, moment: str) -> None:
        self._runtime = runtime
        self._left = at
        self._moment = moment

    def __getattr__(self, name: str) -> object:
        method: Callable[..., object] = getattr(self._runtime, name)

        def call(**arguments: object) -> object:
            self._left -= 1
            if self._left < 0 or (self._left == 0 and self._moment == "before"):
                raise Killed
            result = method(**arguments)
            if self._left == 0:
                raise Killed
            return result

        return call


Change = Callable[[Shop], object]
CHANGES: dict[str, tuple[Change, Change]] = {
    "a first release": (lambda _shop: None, lambda shop: shop.deploy(version="2")),
    "a second release": (lambda shop: shop.deploy(version="1"), lambda shop: shop.deploy(version="2")),
    "a release that fails": (lambda shop: shop.deploy(version="1"), lambda shop: shop.refused("crash")),
    "another port": (
        lambda shop: shop.deploy(version="1"),
        lambda shop: Shop(shop.lab, shop.target, shop.application, shop.lab.free_port()).deploy(version="2"),
    ),
    "a restore": (
        lambda shop: (shop.deploy(version="1"), shop.deploy(version="2")),
        lambda shop: shop.target.restore(application=shop.application, number=None),
    ),
    "a worker": (lambda shop: shop.deploy("worker", "1"), lambda shop: shop.deploy("worker", "2")),
    "from web to worker": (lambda shop: shop.deploy(version="1"), lambda shop: shop.deploy("worker", "2")),
    "a delete": (
        lambda shop: shop.deploy(version="1"),
        lambda shop: shop.target.delete(application=shop.application),
    ),
}


def names(lab: MemoryEngineLab, application: Application) -> dict[str, str]:
    return {each.name: each.state for each in lab.memory.list(application=application)}


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("change", CHANGES)
def test_after_a_kill_at_any_call_the_next_run_ends_as_if_nothing_had_happened(
    tmp_path: Path, change: str, moment: str
) -> None:
    prepare, act = CHANGES[change]
    for number in range(1, MOST_CALLS):
        lab = MemoryEngineLab(tmp_path)
        with lab.opened:
            shop = Shop(lab, lab.target(), lab.application(), lab.free_port())
            prepare(shop)
            answering = names(lab, shop.application).get(f"{shop.application.name}-gateway") == "running"
            lab.runtime = Mortal(lab.memory, number, moment)  # type: ignore[assignment]  # by name, like the port
            try:
                act(Shop(lab, lab.target(), shop.application, shop.port))
            except Killed:
                pass
            else:
                # it needed fewer calls: every one has been cut
                assert number > 3
                return
            if answering and change in {"a second release", "a release that fails", "a restore"}:
                assert shop.ask() in {"1", "2"}
            assert_next_run_is_clean(lab, shop)
    pytest.fail("it never came to its end")


def assert_next_run_is_clean(lab: MemoryEngineLab, shop: Shop) -> None:
    release = shop.deploy(version="next")

    assert shop.ask() == "next"
    seen, name = names(lab, shop.application), shop.application.name
    running = {each for each, state in seen.items() if state == "running"}
    assert running == {f"{name}-gateway", f"{name}-r{release.number}"}
    assert not [each for each in seen if each.endswith(("-candidate", "-restoring", "-next"))]
    status = shop.target.status(application=shop.application)
    assert status.ready
    assert status.release is not None
    assert status.release.number == release.number


def test_a_candidate_of_the_same_workload_is_gone_on_with(tmp_path: Path) -> None:
    lab = MemoryEngineLab(tmp_path)
    with lab.opened:
        shop = Shop(lab, lab.target(), lab.application(), lab.free_port())
        killed_after_run = next(number for number in range(1, MOST_CALLS) if _left_a_candidate(lab, shop, number))
        (candidate,) = lab.memory.list(application=shop.application)

        assert killed_after_run > 1
        assert shop.deploy(version="1").number == 1
        assert candidate.id in {each.id for each in lab.memory.list(application=shop.application)}


def _left_a_candidate(lab: MemoryEngineLab, shop: Shop, number: int) -> bool:
    runtime = lab.runtime
    lab.runtime = Mortal(lab.memory, number, "after")  # type: ignore[assignment]  # by name, like the port
    with pytest.raises(Killed):
        Shop(lab, lab.target(), shop.application, shop.port).deploy(version="1")
    lab.runtime = runtime
    return bool(lab.memory.list(application=shop.application))


@pytest.mark.parametrize("change", ["a first release", "a second release", "a restore", "a worker"])
def test_an_interrupt_at_any_call_leaves_nothing_running_that_is_not_live(tmp_path: Path, change: str) -> None:
    prepare, act = CHANGES[change]
    for number in range(1, MOST_CALLS):
        lab = MemoryEngineLab(tmp_path)
        with lab.opened:
            shop = Shop(lab, lab.target(), lab.application(), lab.free_port())
            prepare(shop)
            lab.runtime = Interrupted(lab.memory, number)  # type: ignore[assignment]  # by name, like the port
            try:
                act(Shop(lab, lab.target(), shop.application, shop.port))
            except KeyboardInterrupt:
                pass
            else:
                assert number > 5
                return
            candidates = [each for each, state in names(lab, shop.application).items() if state == "running"]
            live = _live_name(shop)
            assert [each for each in candidates if each.endswith("-candidate") and each != live] == []
    pytest.fail("it never came to its end")


def _live_name(shop: Shop) -> str | None:
    try:
        release = shop.target.status(application=shop.application).release
    except StepError:
        return None
    return f"{shop.application.name}-r{release.number}-candidate" if release and release.state == "live" else None


class Interrupted(Mortal):
    """An engine at whose n-th call a person presses Ctrl-C; what is cleaned up after that goes through."""

    def __init__(self, runtime: ContainerRuntime, at: int) -> None:
        super().__init__(runtime, at, "after")

    def __getattr__(self, name: str) -> object:
        method: Callable[..., object] = getattr(self._runtime, name)

        def call(**arguments: object) -> object:
            self._left -= 1
            result = method(**arguments)
            if self._left == 0:
                raise KeyboardInterrupt
            return result

        return call
