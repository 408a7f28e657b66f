"""An engine that is too full, or whose port is taken, is found before anything is built."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from adapters.engine_target.fitness import engine_checks, port_check
from tasks.models import Application, Container, Label, RuntimeDescription
from tasks.models.labels import NAMESPACE

GIB = 1024**3
SHOP = Application(name="shop")
FOUND = RuntimeDescription(
    name="docker",
    version="20.10",
    api_version="1.41",
    endpoint="unix:///run/docker.sock",
    why="its socket is there",
    architecture="amd64",
    os="linux",
    builder="buildkit",
    free_bytes=100 * GIB,
)


def gateway(application: str, port: int, namespace: str = "default") -> Container:
    return Container(
        id="1",
        name=f"{application}-gateway",
        application=application,
        image_id="sha256:1",
        state="running",
        created="2026-01-01T00:00:00Z",
        address=f"127.0.0.1:{port}",
        labels=(Label(key=NAMESPACE, value=namespace),),
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def test_what_was_found_is_told_and_fit() -> None:
    checks = {check.name: check for check in engine_checks(FOUND)}

    assert all(check.passed for check in checks.values())
    assert "docker 20.10, API 1.41, at unix:///run/docker.sock (its socket is there)" in checks["engine"].detail
    assert checks["architecture"].detail == "linux/amd64"


def test_less_than_a_gibibyte_of_room_is_too_little() -> None:
    *_, disk = engine_checks(FOUND.changed(free_bytes=GIB // 2, root_folder="/no/such/folder"))

    assert not disk.passed
    assert disk.detail == "0.5 GiB are free in /no/such/folder"
    assert "docker system df" in disk.hint


def test_a_disk_that_is_nearly_full_is_too_full_however_large(tmp_path: Path) -> None:
    *_, disk = engine_checks(FOUND.changed(free_bytes=2 * GIB, root_folder=str(tmp_path)))

    # the machine that runs this has a disk of more than 40 GiB, or less and then 2 GiB are enough
    total = float(disk.detail.split(" of ")[1].split()[0])
    assert disk.passed == (2 / total >= 0.05)


def test_a_disk_that_cannot_be_seen_is_said_and_not_held_against_the_engine() -> None:
    *_, disk = engine_checks(FOUND.changed(free_bytes=None))

    assert (disk.passed, disk.detail) == (True, "the engine's disk cannot be seen from here")


def test_a_free_port_is_free() -> None:
    assert port_check(free_port(), SHOP, (), FOUND).passed


def test_its_own_port_is_no_obstacle_though_something_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert port_check(port, SHOP, (gateway("shop", port),), FOUND).passed


@pytest.mark.parametrize(("name", "namespace"), [("other", "default"), ("shop", "other")])
def test_another_application_s_port_is_taken_by_name(name: str, namespace: str) -> None:
    port = free_port()

    check = port_check(port, SHOP, (gateway(name, port, namespace),), FOUND)

    assert not check.passed
    assert f"127.0.0.1:{port} is taken by {name} ({name}-gateway)" in check.detail


def test_the_next_free_port_is_offered_past_all_that_are_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ours = tuple(gateway("other", port + number) for number in (1, 2))

        check = port_check(port, SHOP, ours, FOUND)

    offered = int(check.hint.removeprefix("--publish "))
    assert offered > port + 2
    assert f"{offered} is free" in check.detail


def test_a_listener_on_every_address_takes_the_port_too() -> None:
    with socket.create_server(("", 0)) as server:
        check = port_check(server.getsockname()[1], SHOP, (), FOUND)

    assert not check.passed
    assert "another program" in check.detail


def test_ports_of_an_engine_elsewhere_are_not_tried_here() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        assert port_check(port, SHOP, (), FOUND.changed(endpoint="tcp://10.0.0.7:2376")).passed
