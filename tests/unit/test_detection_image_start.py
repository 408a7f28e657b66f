"""What the images of a repository start: prompts, what answers FastCGI alone, and servers that listen unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

PAGES = {"composer.json": '{"require": {"php": ">=7.4"}}', "public/index.php": "<?php echo 1;"}
FASTCGI = {
    "its base's own command": "FROM php:8.1-fpm\nCOPY . .\n",
    "a command": 'FROM php:8.1-fpm-alpine\nCOPY . .\nEXPOSE 9000\nCMD ["php-fpm"]\n',
    "a command with options": "FROM php:8.1-cli\nRUN apt-get install php-fpm\nCMD php-fpm8.1 -F --nodaemonize\n",
    "a script that ends in it": 'FROM php:8.1-fpm\nENTRYPOINT ["/start.sh"]\nCMD ["php-fpm", "-F"]\n',
    "what migrates first": "FROM php:8.1-fpm\nCMD php yii migrate && php-fpm\n",
}
WHOLE = {
    "a web server in the same image": "FROM php:8.1-fpm\nRUN apk add nginx\nEXPOSE 80\nCMD /start.sh php-fpm\n",
    "a starter of several": 'FROM php:8.1-fpm\nRUN apk add supervisor\nEXPOSE 80\nCMD ["supervisord", "-n"]\n',
}
PROMPTS = {
    "a shell": "CMD bash -l",
    "a shell behind an init": 'ENTRYPOINT ["/usr/bin/tini", "--"]\nCMD ["/bin/sh"]',
    "a prompt of the language": 'CMD ["irb"]',
    "a console of the framework": "CMD bundle exec rails console",
    "a shell in a shell": 'CMD ["sh", "-c", "tail -f /dev/null"]',
}
LISTENING = {
    "FROM php:8.3-apache": 80,
    "FROM wordpress:6.5-php8.2-apache": 80,
    "FROM wordpress": 80,
    "FROM php:8.3-apache\nRUN sed -i 's/Listen 80/Listen 8080/' /etc/apache2/ports.conf": 8080,
    'FROM php:8.3-apache\nRUN sed -i "s/80/\\${PORT}/g" /etc/apache2/ports.conf': None,
    "FROM php:8.3-apache\nRUN sed -ri 's!/var/www/html!/app/public!' /etc/apache2/sites-available/*.conf": 80,
}


@pytest.mark.parametrize("case", FASTCGI)
def test_an_image_that_answers_fastcgi_alone_is_not_what_is_deployed(case: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**PAGES, "Dockerfile": FASTCGI[case]})

    assert (component.dockerfile, component.port, component.kind) == (None, None, "web")
    assert component.start_command == "php -S 0.0.0.0:$PORT -t public"
    assert component.language_version == "8.1"


@pytest.mark.parametrize("case", WHOLE)
def test_an_image_with_its_web_server_is_what_is_deployed(case: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**PAGES, "Dockerfile": WHOLE[case]})

    assert (component.dockerfile, component.port) == ("Dockerfile", 80)


def test_what_a_compose_file_publishes_of_such_an_image_is_for_its_web_server(tmp_path: Path) -> None:
    text = "services:\n  app: {build: ., ports: ['9000:9000']}\n  web: {image: nginx, ports: ['80:80']}\n"
    files = {**PAGES, "Dockerfile": FASTCGI["a command"], "compose.yaml": text}

    assert component_of(tmp_path, files).port is None


def test_a_server_that_a_compose_file_starts_in_such_an_image_listens_where_it_says(tmp_path: Path) -> None:
    command = "php -S 0.0.0.0:8123 -t public"
    text = f"services:\n  app:\n    build: .\n    ports: ['80:8123']\n    command: {command}\n"
    component = component_of(tmp_path, {**PAGES, "Dockerfile": FASTCGI["a command"], "compose.yaml": text})

    assert (component.port, component.start_command, component.dockerfile) == (8123, command, None)


@pytest.mark.parametrize("case", PROMPTS)
def test_a_prompt_starts_no_application(case: str, tmp_path: Path) -> None:
    dockerfile = f"FROM ruby:3.3\nCOPY . .\n{PROMPTS[case]}\n"
    files = {"Gemfile": "gem 'rack'\ngem 'puma'\n", "config.ru": "run App\n", "Dockerfile": dockerfile}
    component = component_of(tmp_path, files)

    assert (component.dockerfile, component.start_command) == (None, "bundle exec puma --bind tcp://0.0.0.0:9292")


def test_what_a_compose_file_starts_in_an_image_with_a_prompt_is_what_is_started(tmp_path: Path) -> None:
    text = "services:\n  app:\n    build: .\n    ports: ['80:3210']\n    command: sh -c 'puma -p 3210'\n"
    files = {"Gemfile": "gem 'rack'\ngem 'puma'\n", "config.ru": "run App\n", "compose.yaml": text}
    component = component_of(tmp_path, {**files, "Dockerfile": "FROM ruby:3.3\nCOPY . .\nCMD irb\n"})

    assert (component.port, component.start_command) == (3210, "puma --bind tcp://0.0.0.0:3210")


@pytest.mark.parametrize("case", LISTENING)
def test_apache_listens_where_its_image_does_unless_a_line_gives_it_another_port(case: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**PAGES, "Dockerfile": f"{case}\nCOPY . /var/www/html\n"})

    assert (component.port, component.dockerfile) == (LISTENING[case], "Dockerfile")


@pytest.mark.parametrize(
    ("image", "release"),
    [
        ("dunglas/frankenphp:1-php8.3", "8.3"),
        ("wordpress:6.5-php8.2-apache", "8.2"),
        ("webdevops/php-nginx:8.1", "8.1"),
        ("php:8.2.4-apache-bookworm", "8.2"),
    ],
)
def test_images_made_from_the_languages_own_tell_its_release(image: str, release: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**PAGES, "Dockerfile": f"FROM {image}\nCOPY . /app\n"})

    assert (component.language_version, component.port, component.dockerfile) == (release, 80, "Dockerfile")


def test_a_site_whose_image_copies_what_its_generator_writes_is_made_before_it_is_served(tmp_path: Path) -> None:
    files = {"Gemfile": "gem 'jekyll'\n", "_config.yml": "title: x\n", "index.md": "x"}
    profile = profile_of(tmp_path, {**files, "Dockerfile": "FROM nginx\nCOPY _site /usr/share/nginx/html\n"})

    assert [(each.kind, each.dockerfile) for each in profile.components] == [("static", None)]
    assert profile.warnings[0].startswith("Dockerfile:2 copies _site, which is built outside of it")
