"""What runs of a PHP application beside pages, and which extensions its code cannot do without."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tasks.detection.php.extensions import Extension, extensions
from tasks.models import Component
from tests.unit.detection_kit import component_of, profile_of

COMPOSER = '{{"require": {{"{}": "*"}}}}'
LOADS = "<?php\nrequire __DIR__ . '/../vendor/autoload.php';\n"
MESSENGER = """
framework:
  messenger:
    transports: {mail: "doctrine://mail", now: "sync://", failed: "doctrine://default"}
    routing: {%s: %s}
"""


def extensions_of(component: Component) -> list[str]:
    return [each.value for each in component.evidence if each.field == "extension"]


@pytest.mark.parametrize(
    ("code", "port"),
    [
        ("$server = IoServer::factory(new HttpServer(new WsServer(new Room())), 8090);", 8090),
        ("$app = new Ratchet\\App('localhost', 8081);", 8081),
        ("$socket = new React\\Socket\\SocketServer('0.0.0.0:8082');", 8082),
        ("$server = new Swoole\\Http\\Server('0.0.0.0', 9501);", 9501),
        ('$worker = new Workerman\\Worker("websocket://0.0.0.0:2346");', 2346),
    ],
)
def test_a_program_that_listens_itself_is_served_by_nobody_else(code: str, port: int, tmp_path: Path) -> None:
    component = component_of(tmp_path, {"composer.json": "{}", "bin/chat.php": LOADS + code})

    assert (component.kind, component.port, component.start_command) == ("web", port, "php bin/chat.php")


def test_a_server_of_its_own_beside_pages_is_a_component(tmp_path: Path) -> None:
    code = LOADS + "IoServer::factory(new Room(), 8090)->run();"
    profile = profile_of(tmp_path, {"composer.json": "{}", "public/index.php": "<?php", "bin/chat.php": code})

    assert [(each.kind, each.port) for each in profile.components] == [("web", None), ("web", 8090)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (
            "Main.php",
            "$client = new Discord\\Discord(['token' => $token]);\n$client->on('ready', $f);\n$client->run();",
        ),
        ("bot.php", "use SergiX44\\Nutgram\\Nutgram;\n$bot = new Nutgram($token);\n$bot->run();"),
        ("index.php", "$chat = new Discord(['token' => $token]);\n$chat->run();"),
        ("Run.php", "Handler::startAndLoop('session');"),
        ("worker.php", "for (;;) { work(); }"),
        ("app.php", "React\\EventLoop\\Loop::get()->run();"),
    ],
)
def test_a_program_that_asks_without_an_end_is_a_worker(name: str, code: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, {name: LOADS + code, "composer.json": "{}"})

    assert (component.kind, component.port, component.start_command) == ("worker", None, f"php {name}")


def test_a_program_that_is_called_as_a_class_is_found_without_a_manifest(tmp_path: Path) -> None:
    files = {"Main.php": f"{LOADS}while (true) {{ work(); }}", "Work.php": "<?php\nfunction work() {}\n"}

    assert component_of(tmp_path, files).start_command == "php Main.php"


def test_a_class_that_is_called_as_a_program_is_none(tmp_path: Path) -> None:
    assert profile_of(tmp_path, {"composer.json": "{}", "App.php": "<?php\nclass App {}\n"}).verdict == "unsupported"


def test_a_console_that_runs_once_and_a_page_that_runs_an_application_do_not_wait(tmp_path: Path) -> None:
    page = component_of(tmp_path / "page", {"composer.json": "{}", "index.php": f"{LOADS}$app->run();"})
    console = component_of(tmp_path / "console", {"composer.json": "{}", "cli.php": f"{LOADS}$app->run();"})

    assert (page.kind, console.kind) == ("web", "job")


def test_a_class_that_could_listen_is_no_program(tmp_path: Path) -> None:
    files = {
        "composer.json": "{}",
        "src/Server.php": "<?php\nclass S { function f() { new Server('0.0.0.0', 9501); } }",
    }

    assert profile_of(tmp_path, files).verdict == "unsupported"


@pytest.mark.parametrize(
    ("package", "files", "started"),
    [
        ("laravel/horizon", {}, "php artisan horizon"),
        ("laravel/framework", {"app/Jobs/A.php": "<?php class A implements ShouldQueue {}"}, "php artisan queue:work"),
        (
            "symfony/messenger",
            {
                "src/A.php": "<?php #[AsMessageHandler] class A {}",
                "config/packages/messenger.yaml": MESSENGER % ("'*'", "mail"),
            },
            "php bin/console messenger:consume mail",
        ),
        (
            "symfony/messenger",
            {"config/packages/messenger.yaml": MESSENGER % (r"App\Note", "[mail, now]")},
            "php bin/console messenger:consume mail",
        ),
    ],
)
def test_what_the_code_queues_is_worked_off_by_a_worker(
    package: str, files: dict[str, str], started: str, tmp_path: Path
) -> None:
    pages = {"composer.json": COMPOSER.format(package), "public/index.php": "<?php"}
    profile = profile_of(tmp_path, {**pages, **files})

    assert [(each.kind, each.start_command) for each in profile.components[1:]] == [("worker", started)]


@pytest.mark.parametrize(
    "files",
    [
        {"composer.json": COMPOSER.format("laravel/framework")},
        {
            "composer.json": COMPOSER.format("laravel/framework"),
            "app/Jobs/A.php": "<?php class A implements ShouldQueue {}",
            ".env.example": "QUEUE_CONNECTION=sync\n",
        },
        {
            "composer.json": COMPOSER.format("symfony/messenger"),
            "config/packages/messenger.yaml": MESSENGER % (r"Symfony\Mail", "mail"),
        },
        {
            "composer.json": COMPOSER.format("symfony/messenger"),
            "config/packages/messenger.yaml": MESSENGER % (r"App\Note", "now"),
        },
        {
            "composer.json": COMPOSER.format("laravel/horizon"),
            "Procfile": "web: heroku-php-apache2 public/\n",
        },
    ],
)
def test_without_anything_queued_there_is_no_worker(files: dict[str, str], tmp_path: Path) -> None:
    assert component_of(tmp_path, {"public/index.php": "<?php", **files}).kind == "web"


@pytest.mark.parametrize("row", [each for each in extensions() if each.code], ids=lambda row: row.name)
def test_an_extension_is_shown_by_what_the_code_calls(row: Extension, tmp_path: Path) -> None:
    assert row.called
    assert re.search(row.code or "", row.called)
    assert extensions_of(component_of(tmp_path, {"index.php": f"<?php\n{row.called};"})) == [row.name]


@pytest.mark.parametrize(
    ("code", "services"),
    [
        ("mysqli_connect('localhost', 'root', '', 'school');", ("mysql",)),
        ("$config = ['dbdriver' => 'mysqli'];", ("mysql",)),
        ('new PDO("pgsql:host=$host;dbname=shop");', ("postgres",)),
        ("$dsn = $own ? 'mysql:host=a' : 'pgsql:host=b';", ()),
        ("// mysqli_connect('localhost');", ()),
    ],
)
def test_the_one_database_that_the_code_talks_to_is_a_service(
    code: str, services: tuple[str, ...], tmp_path: Path
) -> None:
    assert component_of(tmp_path, {"index.php": f"<?php\n{code}"}).backing_services == services


def test_wordpress_cannot_do_without_its_database(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"index.php": "<?php", "wp-config.php": "<?php"})

    assert extensions_of(component) == ["mysqli"]
    assert component.backing_services == ("mysql",)
