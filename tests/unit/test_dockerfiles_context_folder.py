"""An existing Dockerfile is built in the folder that it was written for."""

from pathlib import Path

import pytest

from tasks.dockerfiles import context_folder, render
from tasks.models import Component, ImagePlan


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for file in ("shared/x.txt", "services/api/app.py", "services/api/conf/a.toml", "services/api/.dockerignore"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("mine\n")
    return tmp_path


def plan(repository: Path, copies: str, path: str = "services/api", folder: str = "services/api") -> ImagePlan:
    (repository / folder).mkdir(parents=True, exist_ok=True)
    (repository / folder / "Dockerfile").write_text(f"FROM a\n{copies}\nCMD x\n")
    component = Component(
        name="api", path=path, kind="web", language="python", dockerfile=f"{folder}/Dockerfile".removeprefix("./")
    )
    return ImagePlan(component=component, context=repository)


@pytest.mark.parametrize(
    "copies",
    [
        "COPY . .",
        "COPY app.py conf/*.toml ./",
        'COPY ["app.py", "/x"]',
        "ADD https://files.invalid/x.tar /x",
        "COPY --from=other /shared/x.txt /",
        "COPY nowhere.txt .",
        "COPY <<EOF /x\nCOPY shared y\nEOF",
    ],
)
def test_a_component_with_what_its_dockerfile_copies_is_the_context(copies: str, repository: Path) -> None:
    asked = plan(repository, copies)
    assert context_folder(asked) == repository / "services/api"
    assert render(asked).dockerignore == "mine\n"


@pytest.mark.parametrize("copies", ["COPY services/api/app.py .", "COPY shared /shared", "COPY services/api/*.py ./"])
def test_the_repository_is_the_context_where_only_that_has_what_is_copied(copies: str, repository: Path) -> None:
    asked = plan(repository, copies)
    assert context_folder(asked) == repository
    assert render(asked).dockerignore == ".git\n"


def test_a_dockerfile_that_lies_elsewhere_is_built_in_the_repository(repository: Path) -> None:
    assert context_folder(plan(repository, "COPY . .", folder="docker")) == repository
    assert context_folder(plan(repository, "COPY . .", path=".", folder="docker")) == repository


def test_a_dockerfile_of_ours_is_always_built_in_the_repository(repository: Path) -> None:
    assert context_folder(plan(repository, "COPY . .").changed(choice="generated")) == repository
