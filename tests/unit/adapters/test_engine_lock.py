"""One run of an application at a time; a lock ends with its holder."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from adapters.deadline import Deadline
from adapters.engine_target.lock import Locks
from tasks.errors import Unavailable
from tasks.models import Application

SHOP = Application(name="shop")
ENGINE = "unix:///run/docker.sock"


def silent(message: str) -> None:
    del message


def test_a_second_run_is_told_who_holds_it_and_gives_up_at_its_deadline(tmp_path: Path) -> None:
    told: list[str] = []
    with (
        Locks(tmp_path).held(ENGINE, SHOP, Deadline(1), silent),
        pytest.raises(Unavailable, match="process") as raised,
        Locks(tmp_path).held(ENGINE, SHOP, Deadline(0.2), told.append),
    ):
        pass

    assert len(told) == 1
    assert "shop" in told[0]
    assert "ps -fp" in raised.value.hint


def test_a_second_run_goes_on_when_the_first_one_ends(tmp_path: Path) -> None:
    order: list[str] = []
    holds = threading.Event()

    def first() -> None:
        with Locks(tmp_path).held(ENGINE, SHOP, Deadline(5), silent):
            holds.set()
            time.sleep(0.1)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    assert holds.wait(5)
    with Locks(tmp_path).held(ENGINE, SHOP, Deadline(5), silent):
        order.append("second")
    thread.join()

    assert order == ["first", "second"]


@pytest.mark.parametrize(
    ("engine", "application"),
    [
        (ENGINE, Application(name="other")),
        (ENGINE, Application(name="shop", namespace="other")),
        ("tcp://127.0.0.1:2375", SHOP),
    ],
)
def test_others_are_not_held_up(tmp_path: Path, engine: str, application: Application) -> None:
    with (
        Locks(tmp_path).held(ENGINE, SHOP, Deadline(1), silent),
        Locks(tmp_path).held(engine, application, Deadline(0.2), silent),
    ):
        assert len(list((tmp_path / "locks").iterdir())) == 2


def test_two_ways_to_one_socket_are_one_engine(tmp_path: Path) -> None:
    (tmp_path / "real.sock").touch()
    (tmp_path / "link.sock").symlink_to(tmp_path / "real.sock")
    with (
        Locks(tmp_path).held(f"unix://{tmp_path}/real.sock", SHOP, Deadline(1), silent),
        pytest.raises(Unavailable),
        Locks(tmp_path).held(f"unix://{tmp_path}/link.sock", SHOP, Deadline(0.2), silent),
    ):
        pass


def test_an_error_within_gives_it_back(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), Locks(tmp_path).held(ENGINE, SHOP, Deadline(1), silent):
        raise RuntimeError

    with Locks(tmp_path).held(ENGINE, SHOP, Deadline(0.2), silent):
        assert (tmp_path / "locks").is_dir()
