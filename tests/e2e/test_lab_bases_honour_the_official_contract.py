"""The lab's base images against what Dockerfiles take for granted of the official ones; holds for those as well."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.contracts.real import absent
from tests.e2e import official_images, official_runtimes, official_toolchains
from tests.e2e.docker_command import docker, holds
from tests.e2e.official_images import EVERYWHERE, NODE, Official

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("engine")]

OFFICIALS = [
    value
    for module in (official_images, official_toolchains, official_runtimes)
    for value in vars(module).values()
    if isinstance(value, Official)
]
IMAGES = {image: official for official in OFFICIALS for image in official.images}
CASES = [
    pytest.param(image, sentence, id=f"{image}: {sentence}")
    for image, official in IMAGES.items()
    for sentence in {**EVERYWHERE, **official.has}
]
_END = "\x1eended with "


class Found:
    """What the commands of an image's table end with, all of them in one container that lives as long."""

    def __init__(self) -> None:
        self._images: dict[str, dict[str, str]] = {}

    def of(self, image: str) -> dict[str, str]:
        """By sentence what its command said, and last how it ended."""
        if image not in self._images:
            table = {**EVERYWHERE, **IMAGES[image].has}
            lines = [f"sh -c {shlex.quote(script)} 2>&1 < /dev/null; echo {_END}$?" for script in table.values()]
            said = docker("run", "--rm", "--interactive", "--entrypoint", "sh", image, stdin="\n".join(lines))
            self._images[image] = dict(zip(table, re.findall(rf"(?s)(.*?{_END}\d+)\n?", said), strict=True))
        return self._images[image]


@pytest.fixture(scope="module")
def found(engine: None) -> Found:
    del engine
    return Found()


@pytest.fixture
def base(request: pytest.FixtureRequest) -> str:
    """An image that the engine holds."""
    image = str(request.param)
    if not holds(image):
        if IMAGES[image] is official_images.NEXT_PYTHON:
            pytest.skip("made of Debian's testing, and only when it is named: python3 tests/lab up bases:next-python")
        absent("docker", f"the engine does not hold {image}; python3 tests/lab up bases:all")
    return image


@pytest.mark.parametrize(("base", "sentence"), CASES, indirect=["base"])
def test_a_base_has_what_dockerfiles_take_for_granted(base: str, sentence: str, found: Found) -> None:
    assert found.of(base)[sentence].endswith(f"{_END}0")


@pytest.mark.parametrize("base", IMAGES, indirect=True)
def test_a_base_starts_what_the_official_image_starts(base: str) -> None:
    official = IMAGES[base]
    configured = json.loads(docker("image", "inspect", base, "--format", "{{json .Config}}"))
    assert tuple(configured.get("Entrypoint") or ()) == official.entrypoint
    assert tuple(configured["Cmd"]) == official.cmd
    assert (configured.get("WorkingDir") or "/", configured.get("User") or "") == (official.workdir, official.user)
    assert (tuple(configured.get("ExposedPorts") or ()), configured.get("StopSignal") or "") == (
        official.ports,
        official.stop_signal,
    )
    assert set(official.env) <= set(configured["Env"])


@pytest.mark.parametrize("base", NODE.images, indirect=True)
def test_an_option_after_a_node_image_is_for_node(base: str) -> None:
    assert docker("run", "--rm", base, "--print", "6 * 7") == "42"


@pytest.mark.parametrize("base", [image for image in IMAGES if IMAGES[image].answers], indirect=True)
def test_a_base_works_for_a_user_that_it_does_not_know_on_a_read_only_root(base: str) -> None:
    answer = docker("run", "--rm", "--user", "10001:10001", "--read-only", base, *IMAGES[base].answers)
    assert answer == "fine"


@pytest.mark.parametrize("base", [image for official in OFFICIALS for image in official.builds], indirect=True)
def test_a_build_reaches_the_package_registries(base: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("\n".join([f"FROM {base}", *IMAGES[base].builds[base], ""]))
    tag = f"containerkit-lab-test:{base.replace(':', '-').replace('/', '-')}"
    docker("build", "--quiet", "--no-cache", "--tag", tag, str(tmp_path))
    docker("rmi", "--force", tag)
