"""What the image of a static site promises: built apart, served without root, and found under its own addresses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.dockerfiles.folder import Folder
from tasks.dockerfiles.parse import Parsed, exec_form, parse
from tasks.dockerfiles.routing import routing
from tasks.dockerfiles.web_server import Routing, configuration
from tasks.errors import Invalid, Rejected
from tasks.models import Component, Dockerfile, ImagePlan

PLAIN = Component(name="shop", kind="static", language="static", port=8080, static_folder=".", health_path="/")
BUILT = Component(
    name="shop",
    kind="static",
    language="node",
    language_version="22",
    framework="react",
    package_manager="npm",
    port=8080,
    health_path="/",
    build_command="npm run build",
    static_folder="dist",
    lock_file="package-lock.json",
    dependency_files=("package.json", "package-lock.json"),
)
HUGO = PLAIN.changed(framework="hugo", build_command="hugo", static_folder="public")
MKDOCS = HUGO.changed(language="python", framework="mkdocs", build_command="mkdocs build", static_folder="site")


def rendered(component: Component, context: Path) -> Dockerfile:
    return render(ImagePlan(component=component, context=context))


def arguments(parsed: Parsed, kind: str) -> list[str]:
    return [each.arguments for each in parsed.stages[-1].instructions if each.kind == kind]


@pytest.mark.parametrize("component", [PLAIN, BUILT, HUGO, MKDOCS], ids=["plain", "npm", "hugo", "mkdocs"])
def test_a_site_is_served_by_a_small_unprivileged_server(component: Component, tmp_path: Path) -> None:
    dockerfile = rendered(component, tmp_path)
    parsed = parse(dockerfile.text)

    assert parsed.stages[-1].base == "nginxinc/nginx-unprivileged:stable"
    assert arguments(parsed, "USER") == ["10001:10001"]
    assert arguments(parsed, "EXPOSE") == ["8080"]
    assert arguments(parsed, "STOPSIGNAL") == ["SIGQUIT"]
    assert arguments(parsed, "RUN") == []
    assert exec_form(arguments(parsed, "ENTRYPOINT")[0]) == ()
    assert exec_form(arguments(parsed, "CMD")[0]) == ("nginx", "-e", "stderr", "-c", "/etc/nginx/site.conf")
    assert 'base.name="docker.io/nginxinc/nginx-unprivileged:stable"' in arguments(parsed, "LABEL")[0]
    assert "docker.io/nginxinc/nginx-unprivileged:stable" in map(str, dockerfile.bases)


def test_development_dependencies_are_there_for_the_build_and_nowhere_else(tmp_path: Path) -> None:
    build, *_, last = rendered(BUILT, tmp_path).text.split("\nFROM ")

    assert "npm ci\n" in build
    assert "prune" not in build
    assert build.index("COPY package-lock.json package.json ./") < build.index("npm ci") < build.index("COPY . ./")
    assert "COPY --from=build --chmod=755 /app/dist /srv/site" in last
    assert "node" not in last.replace("made with node", "")


@pytest.mark.parametrize(
    ("component", "line"),
    [
        (PLAIN, "COPY --chmod=755 . /srv/site/"),
        (PLAIN.changed(static_folder="public"), "COPY --chmod=755 public /srv/site/"),
        (PLAIN.changed(path="frontend"), "COPY --chmod=755 frontend /srv/site/"),
        (PLAIN.changed(static_folder="my pages"), 'COPY --chmod=755 ["my pages", "/srv/site/"]'),
        (
            BUILT.changed(path="apps/a", lock_file="../../package-lock.json"),
            "COPY --from=build --chmod=755 /app/apps/a/dist /srv/site",
        ),
        (HUGO, "COPY --from=build --chmod=755 /app/public /srv/site"),
    ],
)
def test_only_the_served_folder_is_copied(component: Component, line: str, tmp_path: Path) -> None:
    assert line in rendered(component, tmp_path).text.split("\n")


def test_the_port_is_written_into_the_configuration(tmp_path: Path) -> None:
    text = rendered(PLAIN.changed(port=9000), tmp_path).text

    assert "listen 9000;" in text
    assert "EXPOSE 9000" in text
    assert "8080" not in text


@pytest.mark.parametrize(
    ("component", "package", "expected"),
    [
        (PLAIN, {}, "pages"),
        (HUGO, {}, "pages"),
        (BUILT, {"dependencies": {"react": "19"}, "devDependencies": {"vite": "7"}}, "browser"),
        (BUILT, {"dependencies": {"astro": "5"}}, "pages"),
        (BUILT, {"dependencies": {"next": "16", "react": "19"}}, "pages"),
        (BUILT, {"devDependencies": {"@11ty/eleventy": "3"}}, "pages"),
        (BUILT, {"devDependencies": {"@sveltejs/kit": "2"}}, "pages"),
    ],
)
def test_a_site_with_pages_of_its_own_says_what_is_missing(
    component: Component, package: dict[str, object], expected: str, tmp_path: Path
) -> None:
    (tmp_path / "package.json").write_text(json.dumps(package))

    assert routing(component, Folder(tmp_path)) == expected


def test_only_an_application_in_the_browser_answers_any_address() -> None:
    assert "/index.html;" in configuration(8080, routing="browser", hashed=True)
    assert "/index.html;" not in configuration(8080, routing="pages", hashed=True)


def test_only_names_with_a_hash_are_kept_for_long() -> None:
    assert "immutable" in configuration(8080, routing="browser", hashed=True)
    assert "immutable" not in configuration(8080, routing="pages", hashed=False)


@pytest.mark.parametrize("routing_", ["browser", "pages"])
def test_no_placeholder_is_left_in_a_configuration(routing_: Routing) -> None:
    for hashed in (True, False):
        assert "__" not in configuration(8080, routing=routing_, hashed=hashed)


REFUSED: dict[str, tuple[Component, type[Exception], str]] = {
    "an unknown output": (BUILT.changed(static_folder=None), Invalid, "not known which folder"),
    "an output elsewhere": (BUILT.changed(static_folder="../dist"), Invalid, "lies outside"),
    "an absolute output": (BUILT.changed(static_folder="/etc"), Invalid, "lies outside"),
    "a line end in the output": (BUILT.changed(static_folder="a\nRUN b"), Invalid, "character"),
    "a generator that nobody installs": (HUGO.changed(framework="zola", build_command="zola build"), Rejected, "zola"),
    "a build of an unknown kind": (PLAIN.changed(build_command="make site"), Invalid, "what the build"),
    "a program of its own": (PLAIN.changed(kind="web", start_command="node x.js"), Invalid, "plain files"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_served_is_refused_with_the_reason(case: str, tmp_path: Path) -> None:
    component, error, message = REFUSED[case]

    with pytest.raises(error, match=message):
        rendered(component, tmp_path)


def test_how_a_site_is_released_is_not_for_visitors(tmp_path: Path) -> None:
    assert "**/containerkit.toml\n" in rendered(PLAIN, tmp_path).dockerignore
    assert "\npublic\n" in rendered(HUGO, tmp_path).dockerignore


def test_a_list_that_names_the_generator_is_what_is_installed(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("mkdocs==1.5.3\n")
    listed = MKDOCS.changed(dependency_files=("requirements.txt",))

    assert "pip install --requirement requirements.txt" in rendered(listed, tmp_path).text
    assert "pip install mkdocs==" in rendered(MKDOCS, tmp_path).text
