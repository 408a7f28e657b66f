"""Programs on the JVM that do not listen: those that wait for something are workers, the others jobs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of

APPLICATION = "plugins { id 'application' }\napplication { mainClass = 'a.Main' }\n"


def program(body: str, dependency: str = "org.slf4j:slf4j-simple") -> dict[str, str]:
    return {
        "build.gradle": f"{APPLICATION}dependencies {{ implementation '{dependency}:1' }}\n",
        "src/main/java/a/Main.java": (
            f"package a;\npublic class Main {{ public static void main(String[] args) {{ {body} }} }}\n"
        ),
    }


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("var api = new DiscordApiBuilder().setToken(token).login().join();", "worker"),
        ("bot.setUpdatesListener(updates -> answered);", "worker"),
        ("new TelegramBotsApi(DefaultBotSession.class).registerBot(bot);", "worker"),
        ("new SocketModeApp(app).start();", "worker"),
        ("WorkerFactory.newInstance(client).start();", "worker"),
        ("query.awaitTermination();", "worker"),
        ("new Timer().schedule(task, 0, 60000);", "worker"),
        ("Thread.currentThread().join();", "worker"),
        ("pool.awaitTermination(5, TimeUnit.SECONDS);", "job"),
        ("thread.join();", "job"),
        ('KafkaConsumer.stream(settings).subscribeTo("orders");', "worker"),
        ("System.out.println(args.length);", "job"),
    ],
)
def test_a_program_that_waits_is_a_worker(body: str, kind: str, tmp_path: Path) -> None:
    assert component_of(tmp_path, program(body)).kind == kind


@pytest.mark.parametrize(
    ("dependency", "kind"),
    [
        ("dev.kord:kord-core", "worker"),
        ("org.telegram:telegrambots-springboot-longpolling-starter", "worker"),
        ("io.github.kotlin-telegram-bot.kotlin-telegram-bot:telegram", "worker"),
        ("club.minnced:discord-webhooks", "job"),
    ],
)
def test_a_library_of_bots_shows_a_worker(dependency: str, kind: str, tmp_path: Path) -> None:
    assert component_of(tmp_path, program("run();", dependency)).kind == kind


def test_a_timer_of_windows_waits_for_nothing_else(tmp_path: Path) -> None:
    files = program("new Timer(40, shelf).start();")
    files["src/main/java/a/Shelf.java"] = "package a;\nimport javax.swing.JFrame;\nclass Shelf extends JFrame { }\n"

    assert component_of(tmp_path, files).kind == "library"
