"""The deployments as they are checked in, and the form that Prefect draws of a run's request."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.utilities.schema_tools.validation import validate
from pydantic import ValidationError

from deployments.definitions import CONTAINERIZE, DEFINITIONS, ENTRYPOINT, NIGHTLY, prefect_yaml
from tasks.models import BlockVariable, Overrides, RunRequest, Source

PREFECT_YAML = Path(__file__).parent.parent.parent / "deployments" / "prefect.yaml"
FULL = RunRequest(
    source=Source(location="https://forge.invalid/team/shop.git", ref="main"),
    overrides=Overrides(name="shop", port=8000),
    fail_on="never",
    env_from_blocks=(BlockVariable(name="DATABASE_URL", block="shop-database"),),
)


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for model in (schema, *schema["$defs"].values()):
        yield from model["properties"].items()


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return RunRequest.model_json_schema()


def test_the_checked_in_file_is_what_the_definitions_say(*, update_golden: bool) -> None:
    if update_golden:
        PREFECT_YAML.write_text(prefect_yaml(), encoding="utf-8")
    assert PREFECT_YAML.read_text(encoding="utf-8") == prefect_yaml()


def test_the_file_is_what_a_work_pool_needs() -> None:
    document = yaml.safe_load(prefect_yaml())
    assert document["pull"] == []
    for found in document["deployments"]:
        assert found["work_pool"]["name"]
        assert found["concurrency_limit"] == {"limit": 2, "collision_strategy": "ENQUEUE"}
        assert found["enforce_parameter_schema"] is True


def test_nothing_is_scheduled_until_someone_turns_it_on() -> None:
    scheduled = {found["name"]: found["schedules"] for found in yaml.safe_load(prefect_yaml())["deployments"]}
    assert scheduled[CONTAINERIZE.name] == []
    assert [schedule["active"] for schedule in scheduled[NIGHTLY.name]] == [False]


def test_the_entrypoint_is_the_flow_and_each_deployment_says_what_it_is_for() -> None:
    module, _, name = ENTRYPOINT.rpartition(".")
    assert getattr(importlib.import_module(module), name).name == "containerize"
    assert all(definition.description and definition.tags for definition in DEFINITIONS)


def test_every_field_of_the_form_has_a_title_and_says_what_it_is(schema: dict[str, Any]) -> None:
    for name, field in fields(schema):
        named = schema["$defs"][field["$ref"].rpartition("/")[2]] if "$ref" in field else field
        assert named.get("title"), name
        assert named.get("description"), name


def test_no_field_of_the_form_is_a_switch_between_something_and_nothing(schema: dict[str, Any]) -> None:
    assert [name for name, field in fields(schema) if "anyOf" in field] == []
    assert "null" not in json.dumps(schema)


def test_only_the_location_must_be_filled_in(schema: dict[str, Any]) -> None:
    assert schema["required"] == ["source"]
    assert schema["$defs"]["Source"]["required"] == ["location"]
    assert next(iter(schema["properties"])) == "source"


def test_choices_and_bounds_are_in_the_form(schema: dict[str, Any]) -> None:
    found = dict(fields(schema))
    assert found["target"]["enum"] == ["auto", "engine", "kubernetes"]
    assert found["fail_on"]["enum"] == ["UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL", "never"]
    assert (found["published_port"]["minimum"], found["published_port"]["maximum"]) == (1, 65535)


@pytest.mark.parametrize("request_", [FULL, RunRequest(source=Source(location="/srv/shop"))])
def test_a_request_without_what_is_none_fits_the_form_and_comes_back_as_it_was(
    schema: dict[str, Any], request_: RunRequest
) -> None:
    sent = request_.model_dump(mode="json", exclude_none=True)
    assert validate(sent, schema) == []
    assert validate({**sent, "target": "moon"}, schema) != []
    assert RunRequest.model_validate(sent) == request_


def test_a_field_that_was_emptied_again_is_one_that_was_never_filled_in() -> None:
    written = {"source": {"location": "/srv/shop", "ref": ""}, "image": "", "overrides": {"name": ""}}
    assert RunRequest.model_validate(written) == RunRequest(source=Source(location="/srv/shop"))
    with pytest.raises(ValidationError):
        Source(location="")


def test_the_form_takes_names_of_secrets_and_no_secrets(schema: dict[str, Any]) -> None:
    assert "writeOnly" not in json.dumps(schema)
    with pytest.raises(ValidationError):
        BlockVariable(name="DATABASE_URL", block="postgres://user:password@host")
