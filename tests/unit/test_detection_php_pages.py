"""Which pages of a PHP application are served, and which framework lies beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

COMPOSER = '{{"type": "project", "require": {{"{}": "*"}}}}'
PAGE = "<?php echo 1;"
SHIPPED = {
    "system/core/CodeIgniter.php": ("codeigniter", "."),
    "system/CodeIgniter.php": ("codeigniter", "."),
    "lib/Cake/bootstrap.php": ("cakephp", "."),
    "framework/YiiBase.php": ("yii", "."),
    "modules/system/system.module": ("drupal", "."),
    "wp-load.php": ("wordpress", "."),
}
FOLDERS = {
    "a framework's own folder": ("cakephp/cakephp", ("index.php", "webroot/index.php"), "webroot"),
    "the root where there is no other": ("slim/slim", ("index.php", "src/index.php"), "."),
    "the older folder of CakePHP": ("cakephp/cakephp", ("index.php", "app/webroot/index.php"), "app/webroot"),
    "the root of an application without a framework": ("vendor/tool", ("index.php", "public/index.php"), "."),
}


@pytest.mark.parametrize("file", SHIPPED)
def test_a_framework_is_known_by_its_files(file: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"index.php": PAGE, file: "<?php"})

    framework, folder = SHIPPED[file]
    assert (component.kind, component.framework) == ("web", framework)
    assert component.start_command is not None
    assert component.start_command.endswith(f" -t {folder}")


@pytest.mark.parametrize("case", FOLDERS)
def test_the_folder_that_is_served_is_the_one_for_the_public(case: str, tmp_path: Path) -> None:
    package, pages, folder = FOLDERS[case]
    files = {"composer.json": COMPOSER.format(package), **dict.fromkeys(pages, PAGE)}
    command = component_of(tmp_path, files).start_command

    assert command is not None
    assert command.endswith(f" -t {folder}")


def test_each_part_of_an_application_with_a_folder_for_the_public_is_a_component(tmp_path: Path) -> None:
    parts = dict.fromkeys(("backend/web/index.php", "frontend/web/index.php", "environments/web/index.php"), PAGE)
    profile = profile_of(tmp_path, {"composer.json": COMPOSER.format("yiisoft/yii2"), **parts})

    assert [(each.kind, each.start_command) for each in profile.components] == [
        ("web", "php -S 0.0.0.0:8080 -t frontend/web"),
        ("web", "php -S 0.0.0.0:8080 -t backend/web"),
    ]
