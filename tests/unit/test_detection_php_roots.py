"""Which folders are applications of PHP where no manifest says so, and what only runs inside of another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, package, profile_of

FORM = "<?php if (isset($_POST['name'])) { save($_POST['name']); } ?>\n<html></html>\n"
VITE = {
    "package.json": package(None, "react", scripts={"build": "vite build"}, devDependencies={"vite": "7"}),
    "index.html": "<html></html>",
    "src/main.jsx": "",
}
SERVED = {
    "a folder of pages": ({"shop/index.php": FORM, "shop/db.php": "<?php"}, "shop", "."),
    "a folder with one for the public": ({"shop/public/index.php": FORM}, "shop", "public"),
    "static pages with what their forms call": ({"index.html": "<form>", "mail/send.php": FORM}, ".", "."),
    "static pages with an interface": ({"index.html": "<p>", "api/index.php": "<?php echo json_encode(1);"}, ".", "."),
    "pages of which none is the first": ({"login.php": FORM, "lib.php": "<?php function f() {}"}, ".", "."),
    "several parts": ({"admin/index.php": FORM, "user/index.php": FORM, "inc/db.php": "<?php"}, ".", "."),
    "what a chat calls": ({"bot.php": "<?php $said = json_decode(file_get_contents('php://input'));"}, ".", "."),
}
REFUSED = {
    "a class": {"Shop.php": "<?php\nnamespace A;\nuse B;\nfinal class Shop { function f() { return $_GET['a']; } }\n"},
    "a collection": {f"{name}/index.php": FORM for name in ("cats", "dogs", "birds", "fish")},
    "folders that are kept shut": {"a/index.php": "<?php // nothing to see\n", "b/index.php": "<?php exit;"},
    "a plug-in of WordPress": {"shop.php": f"<?php\n/*\n * Plugin Name: Shop\n */\n{FORM}", "index.php": "<?php // x"},
    "a module of Magento": {"registration.php": "<?php ComponentRegistrar::register();", "index.php": FORM},
    "what is made for a framework": {"composer.json": '{"require": {"slim/slim": "*"}}', "src/A.php": "<?php"},
}


@pytest.mark.parametrize("case", SERVED)
def test_what_answers_a_browser_is_served(case: str, tmp_path: Path) -> None:
    files, folder, documents = SERVED[case]
    component = component_of(tmp_path, files)

    assert (component.path, component.kind, component.port) == (folder, "web", None)
    assert component.start_command == f"php -S 0.0.0.0:$PORT -t {documents}"


@pytest.mark.parametrize("case", REFUSED)
def test_what_answers_nobody_by_itself_is_not_served(case: str, tmp_path: Path) -> None:
    assert profile_of(tmp_path, REFUSED[case]).verdict in {"unsupported", "nothing_found"}


def test_beside_another_language_only_a_folder_that_is_called_as_a_backend_is_one(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**VITE, "api/index.php": FORM, "samples-old/index.php": FORM})

    assert [(each.path, each.kind) for each in profile.components] == [(".", "static"), ("api", "web")]


@pytest.mark.parametrize(
    ("package_name", "file", "port"),
    [("hyperf/framework", "bin/hyperf.php", 9501), ("workerman/webman-framework", "start.php", 8787)],
)
def test_an_application_that_is_a_server_itself_is_started_as_one(
    package_name: str, file: str, port: int, tmp_path: Path
) -> None:
    files = {"composer.json": f'{{"type": "project", "require": {{"{package_name}": "*"}}}}', file: "<?php run();"}
    component = component_of(tmp_path, {**files, "public/index.php": "<?php"})

    assert (component.kind, component.port, component.start_command) == ("web", port, f"php {file} start")


@pytest.mark.parametrize("scripts", ['{"start": "php scrape.php"}', '{"start": "@php scrape.php"}', "{}"])
def test_the_program_of_a_script_or_the_only_one_is_a_job(scripts: str, tmp_path: Path) -> None:
    code = "<?php\nrequire __DIR__ . '/vendor/autoload.php';\necho fetch();\n"
    files = {"composer.json": f'{{"require": {{"guzzlehttp/guzzle": "7"}}, "scripts": {scripts}}}', "scrape.php": code}
    component = component_of(tmp_path, files)

    assert (component.kind, component.start_command) == ("job", "php scrape.php")


def test_of_several_programs_none_is_guessed(tmp_path: Path) -> None:
    code = "<?php\nrequire 'vendor/autoload.php';\n"
    files = {"composer.json": '{"require": {"guzzlehttp/guzzle": "7"}}', "a.php": code, "b.php": code}

    assert profile_of(tmp_path, files).verdict == "unsupported"
