"""What compose files tell of a project that is mounted into an image which brings no code of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

PAGES = {"composer.json": '{"require": {"php": ">=7.2"}}', "public/index.php": "<?php echo 1;"}
MOUNTS = "    volumes: ['./:/var/www/html']\n    ports: ['8080:80']\n"
APACHE = "FROM php:7.4-apache\nRUN a2enmod rewrite && docker-php-ext-install \\\n    pdo_pgsql \\\n    zip\n"
COMPOSE = {
    "an image of the language": ("    image: php:7.4-apache\n", {}),
    "a folder of settings": ("    build: docker/php\n", {"docker/php/Dockerfile": f"{APACHE}COPY php.ini /etc/\n"}),
    "a named file": (
        "    build: {context: ., dockerfile: docker/php/Dockerfile}\n",
        {"docker/php/Dockerfile": APACHE},
    ),
    "the folder's own file": ("    build: .\n", {"Dockerfile": APACHE}),
}


@pytest.mark.parametrize("case", COMPOSE)
def test_an_image_that_the_project_is_mounted_into_tells_its_release_and_is_not_built(
    case: str, tmp_path: Path
) -> None:
    build, files = COMPOSE[case]
    component = component_of(tmp_path, {**PAGES, **files, "compose.yaml": f"services:\n  app:\n{build}{MOUNTS}"})

    assert (component.language_version, component.dockerfile, component.port) == ("7.4", None, None)
    assert component.start_command == "php -S 0.0.0.0:$PORT -t public"
    assert component.backing_services == (("postgres",) if files else ())
    extensions = {each.value for each in component.evidence if each.field == "extension"}
    assert extensions == ({"pdo_pgsql", "zip"} if files else set())


def test_an_image_without_code_is_named_with_the_reason(tmp_path: Path) -> None:
    text = f"services:\n  app:\n    build: .\n{MOUNTS}"
    profile = profile_of(tmp_path, {**PAGES, "Dockerfile": APACHE, "compose.yaml": text})

    assert profile.warnings == (
        "Dockerfile copies nothing of the project, which a compose file mounts into it: it is not built",
    )


@pytest.mark.parametrize("line", ["COPY . /var/www/html", "RUN git clone https://code.invalid/shop /var/www/html"])
def test_an_image_with_code_is_built_though_a_compose_file_mounts_over_it(line: str, tmp_path: Path) -> None:
    text = f"services:\n  app:\n    build: .\n{MOUNTS}"
    component = component_of(tmp_path, {**PAGES, "Dockerfile": f"{APACHE}{line}\n", "compose.yaml": text})

    assert (component.dockerfile, component.port) == ("Dockerfile", 80)


def test_an_image_of_another_language_tells_nothing_of_what_is_mounted(tmp_path: Path) -> None:
    text = f"services:\n  assets:\n    image: node:16\n    volumes: ['.:/app']\n  app:\n    image: php:7.3\n{MOUNTS}"

    assert component_of(tmp_path, {**PAGES, "compose.yaml": text}).language_version == "7.3"


def test_the_database_of_an_example_is_stronger_than_the_extension_of_an_image(tmp_path: Path) -> None:
    files = {**PAGES, "Dockerfile": f"{APACHE}COPY . .\n", ".env.example": "DB_CONNECTION=mysql\n"}

    assert component_of(tmp_path, files).backing_services == ("mysql",)
