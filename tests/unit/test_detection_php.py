"""What is read out of PHP projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.choice import choose
from tasks.detection.php.extensions import Extension, extensions
from tasks.detection.php.sources import without_comments
from tasks.errors import Invalid
from tests.unit.detection_kit import component_of, profile_of

PAGE = {"public/index.php": "<?php echo 1;"}


@pytest.mark.parametrize(
    ("asked", "release"),
    [
        ("^8.1", "8.4"),
        ("~8.2.0", "8.2"),
        ("^7.4|^8.0", "8.4"),
        (">=7.4 <8.2", "8.1"),
        ("8.3.*", "8.3"),
        ("^7.2", "7.4"),
        (">=5.6", "8.4"),
    ],
)
def test_the_release_is_one_that_composer_would_take(asked: str, release: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {**PAGE, "composer.json": f'{{"require": {{"php": "{asked}"}}}}'})

    assert component.language_version == release


def test_a_version_file_is_stronger_than_the_range(tmp_path: Path) -> None:
    files = {**PAGE, "composer.json": '{"require": {"php": "^8.1"}}', ".php-version": "8.2\n"}

    assert component_of(tmp_path, files).language_version == "8.2"


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"index.php": "<?php"}, "php -S 0.0.0.0:$PORT -t ."),
        ({"public/index.php": "<?php"}, "php -S 0.0.0.0:$PORT -t public"),
        ({"web/index.php": "<?php", "composer.json": "{}"}, "php -S 0.0.0.0:$PORT -t web"),
    ],
)
def test_pages_are_served_from_the_folder_that_they_lie_in(files: dict[str, str], command: str, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, files)

    assert profile.components[0].start_command == command
    assert profile.components[0].port is None
    assert choose(profile, None).port == 8080


def test_a_broken_composer_file_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"composer\.json, line 3") as raised:
        profile_of(tmp_path, {"composer.json": '{\n "require": \n'})

    assert raised.value.reason == "unreadable"


def test_a_php_page_beside_a_node_server_does_not_hide_it(tmp_path: Path) -> None:
    files = {
        "package.json": '{"scripts": {"start": "node server.js"}}',
        "server.js": "require('http').createServer().listen(3000)",
    }
    component = component_of(tmp_path, {**files, "docs/index.php": "<?php"})

    assert component.language == "node"


def test_comments_are_blanked_and_texts_are_not() -> None:
    assert without_comments("a(); // b\n'http://x'; /* c\n */ d();") == "a(); \n'http://x'; \n d();"


@pytest.mark.parametrize("row", extensions(), ids=lambda row: row.name)
def test_an_extension_is_named_by_its_example(row: Extension) -> None:
    assert row.example == f"ext-{row.name}"
