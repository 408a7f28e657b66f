"""Sites that a program makes: where their configuration may lie, what makes them, and which folder is served."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

HUGO = {"hugo.toml": "title = 'x'\n", "content/a.md": "a\n"}
JEKYLL = {"_config.yml": "title: x\n", "_posts/2024-01-02-a.md": "---\n---\n"}
PAGE = "<!doctype html><title>Shop</title>\n"


@pytest.mark.parametrize("name", ["hugo.toml", "config.toml"])
def test_a_configuration_in_a_folder_of_its_own_is_of_the_folder_above(name: str, tmp_path: Path) -> None:
    files = {f"site/config/_default/{name}": "baseURL = '/'\n", "site/content/a.md": "a\n"}
    component = component_of(tmp_path, files)

    assert (component.path, component.framework, component.static_folder) == ("site", "hugo", "public")


def test_settings_of_an_environment_are_no_second_site(tmp_path: Path) -> None:
    settings = {f"config/{name}/hugo.toml": "baseURL = '/'\n" for name in ("_default", "production")}

    assert component_of(tmp_path, {**settings, "content/a.md": "a\n"}).path == "."


def test_a_site_of_modules_with_packages_of_npm_is_one_site(tmp_path: Path) -> None:
    package = '{"private": true, "scripts": {"start": "hugo server"}, "devDependencies": {"hugo-extended": "0.150"}}'
    files = {**HUGO, "go.mod": "module example.invalid/docs\n\ngo 1.24\n", "package.json": package}
    component = component_of(tmp_path, files)

    assert (component.kind, component.language, component.framework) == ("static", "static", "hugo")


CONFIGURED = {"config.toml": "baseURL = '/'\n", "content/a.md": "a\n"}
TOOLS: dict[str, dict[str, str]] = {
    "a list of what formats it": {**CONFIGURED, "requirements.txt": "codespell\n"},
    "a list of what publishes it": {**CONFIGURED, "Pipfile": "[packages]\nboto3 = '*'\n"},
    "a script that begins a text": {**CONFIGURED, "new.py": "print('---')\n"},
    "scripts with a list of their own": {**CONFIGURED, "requirements.txt": "pyyaml\n", "scripts/new.py": "print(1)\n"},
    "what npm init wrote": {**CONFIGURED, "package.json": '{"main": "index.js", "devDependencies": {"prettier": "3"}}'},
    "what its texts are counted by": {
        "Gemfile": "gem 'jekyll'\n",
        **JEKYLL,
        "requirements.txt": "pyyaml\n",
        "count.py": "import yaml\nprint(1)\n",
    },
}


@pytest.mark.parametrize("case", TOOLS)
def test_tools_beside_a_site_make_it_no_program(case: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, TOOLS[case])

    assert (component.kind, component.framework in {"hugo", "jekyll"}) == ("static", True)


LIBRARIES: dict[str, dict[str, str]] = {
    "a package of Python": {
        "pyproject.toml": "[project]\nname = 'shop'\n[build-system]\nrequires = ['hatchling']\n",
        "shop/__init__.py": "",
        "mkdocs.yml": "site_name: Shop\n",
        "docs/index.md": "a\n",
    },
    "a module of Go": {**CONFIGURED, "go.mod": "module example.invalid/shop\n\ngo 1.24\n", "shop.go": "package shop\n"},
}


@pytest.mark.parametrize("case", LIBRARIES)
def test_the_site_of_a_library_makes_it_no_site(case: str, tmp_path: Path) -> None:
    assert profile_of(tmp_path, LIBRARIES[case]).verdict == "unsupported"


PLATFORMS = {
    "npm run build": ("hugo --destination public", "public"),
    "hugo --minify": ("hugo --minify", "dist"),
}


@pytest.mark.parametrize("command", PLATFORMS)
def test_a_platforms_build_counts_when_it_runs_the_generator(command: str, tmp_path: Path) -> None:
    declared = f'[build]\ncommand = "{command}"\npublish = "dist"\n'
    component = component_of(tmp_path, {**HUGO, "netlify.toml": declared})

    assert (component.build_command, component.static_folder) == PLATFORMS[command]


@pytest.mark.parametrize("gem", ["jekyll", "jekyll-theme-chirpy", "minima", "just-the-docs", "github-pages"])
def test_a_theme_brings_jekyll_with_it(gem: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"Gemfile": f"gem '{gem}'\n", **JEKYLL})

    assert (component.kind, component.framework, component.static_folder) == ("static", "jekyll", "_site")


THEME = {
    "Gemfile": "gemspec\n",
    "shop.gemspec": "Gem::Specification.new do |spec|\n  spec.add_dependency 'jekyll', '~> 4.3'\nend\n",
}


def test_a_theme_with_posts_is_a_site(tmp_path: Path) -> None:
    package = '{"devDependencies": {"gulp": "5"}}'
    files = {**THEME, **JEKYLL, "index.html": "---\nlayout: home\n---\n", "package.json": package}
    component = component_of(tmp_path, files)

    assert (component.kind, component.language, component.framework) == ("static", "ruby", "jekyll")


def test_a_plug_in_of_jekyll_is_a_library(tmp_path: Path) -> None:
    files = {**THEME, "Gemfile": "gemspec\ngem 'jekyll'\n", "lib/shop.rb": "module Shop\nend\n"}

    assert profile_of(tmp_path, files).verdict == "unsupported"


BUILDS = {
    "tailwindcss -i ./src/in.css -o ./src/out.css --minify": "src",
    "sass scss:src/css && NODE_ENV=production npx postcss src/css/*.css --replace": "src",
    "gulp build": None,
}


@pytest.mark.parametrize("build", BUILDS)
def test_pages_that_only_get_style_sheets_are_served_where_they_lie(build: str, tmp_path: Path) -> None:
    package = f'{{"scripts": {{"build": "{build}"}}, "devDependencies": {{"tailwindcss": "4"}}}}'
    component = component_of(tmp_path, {"package.json": package, "src/index.html": PAGE})

    assert (component.kind, component.static_folder) == ("static", BUILDS[build])


def test_slides_are_a_site(tmp_path: Path) -> None:
    package = '{"scripts": {"build": "slidev build"}, "dependencies": {"@slidev/cli": "52", "vue": "3"}}'
    component = component_of(tmp_path, {"package.json": package, "slides.md": "# A\n"})

    assert (component.framework, component.static_folder) == ("slidev", "dist")
