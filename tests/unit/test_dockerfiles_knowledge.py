"""The tables behind the Dockerfiles: every example is what its row means, and the tables agree with each other."""

import pytest

from tasks.detection.versions import languages
from tasks.dockerfiles.bases import BaseImage, base_images
from tasks.dockerfiles.quoting import run_command
from tasks.dockerfiles.tools import NodeInstall, Tool, tables


@pytest.mark.parametrize(
    ("language", "row"), [(name, row) for name, row in base_images().base.items() if languages()[name].releases]
)
def test_the_default_release_has_an_image_and_is_a_preferred_one(language: str, row: BaseImage) -> None:
    preferred = [release.version for release in languages()[language].releases if release.preferred]
    assert row.default == preferred[0]
    assert set(row.versions) <= {release.version for release in languages()[language].releases}


@pytest.mark.parametrize("row", base_images().base.values(), ids=lambda row: row.repository)
def test_an_example_is_the_image_of_the_default_release(row: BaseImage) -> None:
    assert str(row.reference(row.default)) == row.example
    assert row.default in row.versions


@pytest.mark.parametrize("row", tables().tool, ids=lambda row: f"{row.manager} {row.version}")
def test_the_example_of_a_tool_is_what_is_installed(row: Tool) -> None:
    assert row.example in {f"{row.package}=={row.version}", f"{row.package}@{row.version}"}


@pytest.mark.parametrize("row", tables().node, ids=lambda row: f"{row.manager} {row.since}")
def test_the_example_of_a_node_manager_is_a_command_of_its_row(row: NodeInstall) -> None:
    assert row.example in {row.install(locked=True), row.install_production(locked=True)}
    assert row.manager == "npm" or row.manager in {tool.manager for tool in tables().tool}


@pytest.mark.parametrize("row", tables().node, ids=lambda row: f"{row.manager} {row.since}")
def test_every_command_of_a_node_manager_stands_in_a_run_line_as_it_is(row: NodeInstall) -> None:
    commands = [row.install(locked=True), row.install(locked=False), row.install_production(locked=True), row.prune]
    assert [run_command(command) for command in commands if command] == [each for each in commands if each]
