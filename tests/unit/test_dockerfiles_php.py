"""What the image of a PHP application promises: Apache in front of its pages, and the extensions that it calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.models import Component, Evidence, ImagePlan

PAGES = Component(name="shop", kind="web", language="php", port=8080, start_command="php -S 0.0.0.0:8080 -t .")


def text_of(component: Component, context: Path) -> str:
    return render(ImagePlan(component=component, context=context)).text


@pytest.mark.parametrize(
    ("start", "documents"),
    [
        ("php -S 0.0.0.0:8080 -t public", "/app/public"),
        ("php artisan serve --port 8080", "/app/public"),
        ("vendor/bin/heroku-php-apache2 public/", "/app/public"),
        ("heroku-php-nginx -C nginx.conf -l app.log web/site", "/app/web/site"),
        ("vendor/bin/heroku-php-apache2", "/app"),
    ],
)
def test_apache_takes_the_place_of_the_server_that_the_start_names(start: str, documents: str, tmp_path: Path) -> None:
    text = text_of(PAGES.changed(start_command=start), tmp_path)

    assert f'DOCUMENT_ROOT="{documents}"' in text
    assert 'CMD ["apache2-foreground"]' in text


def test_a_folder_outside_of_the_image_is_not_served(tmp_path: Path) -> None:
    text = text_of(PAGES.changed(start_command="heroku-php-apache2 ../secrets"), tmp_path)

    assert "DOCUMENT_ROOT" not in text


def test_an_extension_that_the_code_calls_is_installed_with_what_it_is_compiled_with(tmp_path: Path) -> None:
    said = Evidence(field="extension", value="pgsql", file="a.php", rule="php.extension", confidence=0.75)
    text = text_of(PAGES.changed(evidence=(said,)), tmp_path)

    assert "docker-php-ext-install pgsql" in text
    assert "libpq-dev" in text
    assert "docker-php-ext-install" not in text_of(PAGES, tmp_path)


def test_pictures_are_those_that_programs_expect(tmp_path: Path) -> None:
    (tmp_path / "composer.json").write_text('{"require": {"ext-gd": "*", "ext-zip": "*"}}')

    text = text_of(PAGES.changed(package_manager="composer"), tmp_path)

    assert (
        "    && docker-php-ext-configure gd --with-freetype --with-jpeg \\\n    && docker-php-ext-install gd zip \\\n"
        in text
    )
