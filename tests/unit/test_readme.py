"""What the README says is there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from flows.sections import AppSettings

README = (Path(__file__).parent.parent.parent / "README.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`((?:tasks|flows|adapters|deployments)\.[\w.]+)`", README)))
PATHS = sorted(set(re.findall(r"`((?:tasks|flows|adapters|deployments|tests)/[\w./-]+)`", README)))


@pytest.mark.parametrize("name", NAMES)
def test_every_dotted_name_leads_to_something(name: str) -> None:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            found = getattr(found, attribute)
        assert found is not None
        return
    pytest.fail(f"no module of {name} can be imported")


@pytest.mark.parametrize("path", PATHS)
def test_every_path_is_there(path: str) -> None:
    assert (Path(__file__).parent.parent.parent / path).exists()


def test_the_readme_opens_with_the_two_commands_that_set_everything_up() -> None:
    first = re.search(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    assert first is not None
    assert first.group(1).split("\n")[:2] == ["make demo", "make test"]


def test_every_key_of_the_override_file_is_documented() -> None:
    table = README.partition("### The override file")[2].partition("\n\nWhat speaks")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", table, flags=re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert documented == set(AppSettings.model_fields)
