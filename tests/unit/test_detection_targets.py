"""One Dockerfile with a stage for each of several services."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.dockerfiles.parse import until
from tasks.models import ImagePlan
from tests.unit.detection_kit import component_of, profile_of

STAGES = (
    "FROM python:3.13-slim AS base\nWORKDIR /app\nCOPY . .\n"
    'FROM base AS api\nEXPOSE 8100\nCMD ["uvicorn", "shop.api:app", "--port", "8100"]\n'
    'FROM base AS worker\nCMD ["python", "-m", "shop.worker"]\n'
    'FROM base AS dev\nCMD ["bash"]\n'
)
COMPOSE = (
    "services:\n  api:\n    build: {{context: ., target: {api}}}\n    ports: ['80:8100']\n"
    "  queue:\n    build: {{context: ., target: worker}}\n"
)
SHOP = {
    "requirements.txt": "fastapi\nuvicorn\n",
    "shop/__init__.py": "",
    "shop/api.py": "from fastapi import FastAPI\napp = FastAPI()\n",
    "shop/worker.py": "import time\nif __name__ == '__main__':\n    while True:\n        time.sleep(1)\n",
    "Dockerfile": STAGES,
}


def test_each_service_is_the_stage_that_it_names(tmp_path: Path) -> None:
    components = profile_of(tmp_path, {**SHOP, "compose.yaml": COMPOSE.format(api="api")}).components

    assert [(each.kind, each.dockerfile, each.dockerfile_target, each.start_command) for each in components] == [
        ("web", "Dockerfile", "api", "uvicorn shop.api:app --host 0.0.0.0 --port 8100"),
        ("worker", "Dockerfile", "worker", "python -m shop.worker"),
    ]


def test_what_is_built_ends_with_the_stage(tmp_path: Path) -> None:
    components = profile_of(tmp_path, {**SHOP, "compose.yaml": COMPOSE.format(api="api")}).components
    texts = [render(ImagePlan(component=each, context=tmp_path)).text for each in components]

    assert [text.splitlines()[-1] for text in texts] == [
        'CMD ["uvicorn", "shop.api:app", "--port", "8100"]',
        'CMD ["python", "-m", "shop.worker"]',
    ]
    assert "AS dev" not in "".join(texts)


@pytest.mark.parametrize("target", ["dev", "local-debug", "../x"])
def test_a_stage_for_developers_is_not_what_is_deployed(target: str, tmp_path: Path) -> None:
    stages = STAGES.replace('FROM base AS dev\nCMD ["bash"]\n', "").replace(
        "FROM base AS api", "FROM base AS dev\nFROM base AS api"
    )
    files = {**SHOP, "Dockerfile": stages.replace('FROM base AS worker\nCMD ["python", "-m", "shop.worker"]\n', "")}
    compose = f"services:\n  api:\n    build: {{context: ., target: {target}}}\n    ports: ['80:8100']\n"
    component = component_of(tmp_path, {**files, "compose.yaml": compose})

    assert (component.dockerfile, component.dockerfile_target) == ("Dockerfile", None)
    assert component.start_command == "uvicorn shop.api:app --host 0.0.0.0 --port 8100"


def test_a_service_that_stops_at_a_stage_for_developers_has_no_image_of_its_own(tmp_path: Path) -> None:
    stages = (
        "FROM python:3.13-slim AS dev\nCOPY . .\n"
        'FROM dev AS api\nEXPOSE 8100\nCMD ["uvicorn", "shop.api:app", "--port", "8100"]\n'
    )
    compose = (
        "services:\n  api:\n    build: {context: ., dockerfile: Dockerfile}\n    ports: ['80:8100']\n"
        "  queue:\n    build: {context: ., dockerfile: Dockerfile, target: dev}\n    command: python -m shop.worker\n"
    )
    web, worker = profile_of(tmp_path, {**SHOP, "Dockerfile": stages, "compose.yaml": compose}).components

    assert (web.kind, web.dockerfile, web.dockerfile_target) == ("web", "Dockerfile", None)
    assert (worker.kind, worker.dockerfile, worker.start_command) == ("worker", None, "python -m shop.worker")


CUTS = {"api": 6, "API": 6, "worker": 8, "dev": 10, "absent": 10}


@pytest.mark.parametrize("target", CUTS)
def test_a_dockerfile_is_cut_behind_the_stage(target: str) -> None:
    assert until(STAGES, target) == "".join(STAGES.splitlines(keepends=True)[: CUTS[target]])
