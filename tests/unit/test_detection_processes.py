"""What else is started beside the main process, and what a process is by the last of its commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of, profile_of

FLASK = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
MIGRATING = {
    "a migration and then a server": "alembic upgrade head && gunicorn app:app -b :7000",
    "a migration in a shell": 'sh -c "alembic upgrade head; gunicorn app:app -b :7000"',
}


def _kinds(folder: Path, files: dict[str, str]) -> list[tuple[str, str, str | None]]:
    components = profile_of(folder, files).components
    name = components[0].name
    return [(each.name.removeprefix(name), each.kind, each.start_command) for each in components]


@pytest.mark.parametrize("case", MIGRATING)
def test_what_migrates_first_and_then_serves_is_the_server(case: str, tmp_path: Path) -> None:
    text = f"services:\n  shop:\n    build: .\n    ports: ['80:7000']\n    command: {MIGRATING[case]}\n"
    component = component_of(tmp_path, {**FLASK, "compose.yaml": text})

    assert (component.kind, component.port) == ("web", 7000)
    assert component.start_command is not None
    assert component.start_command.endswith("gunicorn app:app --bind 0.0.0.0:7000")


def test_a_service_that_only_migrates_is_no_process(tmp_path: Path) -> None:
    text = "services:\n  web: {build: .}\n  once: {build: ., command: 'wait-for db && alembic upgrade head'}\n"

    assert len(profile_of(tmp_path, {**FLASK, "compose.yaml": text}).components) == 1


def test_what_writes_files_before_a_server_starts_is_left_out(tmp_path: Path) -> None:
    line = "web: alembic upgrade head && python manage.py collectstatic --noinput && gunicorn app:app\n"
    component = component_of(tmp_path, {**FLASK, "Procfile": line})

    assert component.start_command == "alembic upgrade head && gunicorn app:app --bind 0.0.0.0:8000"


def test_a_loop_that_waits_for_a_service_is_left_out(tmp_path: Path) -> None:
    command = "until nc -z db 5432; do echo 'not yet'; sleep 2; done && python mailer.py"
    text = f'services:\n  web: {{build: .}}\n  mail:\n    build: .\n    command: bash -c "{command}"\n'

    assert _kinds(tmp_path, {**FLASK, "compose.yaml": text})[1:] == [("-mail", "worker", "python mailer.py")]


def test_the_development_server_of_flask_gives_way_to_a_declared_one(tmp_path: Path) -> None:
    text = "services:\n  web:\n    build: .\n    command: flask run --host 0.0.0.0\n    ports: ['5000:5000']\n"

    assert (
        component_of(tmp_path, {**FLASK, "compose.yaml": text}).start_command == "gunicorn app:app --bind 0.0.0.0:5000"
    )


def test_a_dockerfile_that_starts_a_development_server_is_warned_about(tmp_path: Path) -> None:
    files = {**FLASK, "Dockerfile": "FROM python:3.12\nCMD flask run --host 0.0.0.0\n"}
    profile = profile_of(tmp_path, files)

    name = profile.components[0].name
    assert profile.warnings == (f"Dockerfile:2 starts {name} for development, by `flask run --host 0.0.0.0`",)


RABBIT = "import pika\ndef consume():\n    pika.BlockingConnection().channel().start_consuming()\n"
GUARD = "if __name__ == '__main__':\n    consume()\n"
BESIDE = {
    "a worker of rq": (
        {"run_worker.py": "from rq import Worker\nif __name__ == '__main__':\n    Worker(['mail']).work()\n"},
        [("-worker", "worker", "python run_worker.py")],
    ),
    "a bot in a folder": (
        {"bot/main.py": "from aiogram import Dispatcher\nif __name__ == '__main__':\n    Dispatcher()\n"},
        [("-bot", "worker", "python bot/main.py")],
    ),
    "two consumers": (
        {"order_consumer.py": RABBIT + GUARD, "mail_consumer.py": RABBIT + GUARD},
        [
            ("-mail-consumer", "worker", "python mail_consumer.py"),
            ("-order-consumer", "worker", "python order_consumer.py"),
        ],
    ),
    "a script that starts a consumer below src": (
        {"src/queues/consumer.py": RABBIT + GUARD, "run_consumer.py": f"from queues.consumer import consume\n{GUARD}"},
        [("-consumer", "worker", "env PYTHONPATH=src python run_consumer.py")],
    ),
    "a scheduler that the application imports": (
        {
            "app.py": "import scheduler\nfrom flask import Flask\napp = Flask(__name__)\n",
            "scheduler.py": "import schedule\ndef consume():\n    schedule.run_pending()\n" + GUARD,
        },
        [],
    ),
    "a worker beside a compose file for development": (
        {
            "worker.py": RABBIT + GUARD,
            "compose.yaml": "services:\n  web: {build: ., command: flask run --debug}\n",
        },
        [("-worker", "worker", "python worker.py")],
    ),
    "a worker that a compose file leaves out": (
        {"worker.py": RABBIT + GUARD, "compose.yaml": "services:\n  web: {build: .}\n"},
        [],
    ),
    "pages of streamlit": (
        {"pages.py": "import streamlit as st\nst.title('x')\n", "requirements.txt": "flask\nstreamlit\n"},
        [("-streamlit", "web", "streamlit run pages.py --server.address 0.0.0.0 --server.port 8501")],
    ),
    "a program of another name": ({"sweep.py": RABBIT + GUARD}, []),
    "a bot that answers once": ({"bot.py": "def consume(): pass\n" + GUARD}, []),
    "a program beside what a Procfile names": (
        {"worker.py": RABBIT + GUARD, "Procfile": "web: gunicorn app:app\n"},
        [],
    ),
}


@pytest.mark.parametrize("case", BESIDE)
def test_a_program_that_waits_beside_a_web_application_is_a_component(case: str, tmp_path: Path) -> None:
    files, beside = BESIDE[case]

    assert _kinds(tmp_path, {**FLASK, **files})[1:] == beside


@pytest.mark.parametrize(
    ("start", "beside"),
    [
        ("foreman start -f Procfile", []),
        ("honcho start", []),
        ("hivemind", []),
        ("foreman start web", [("-worker", "worker", "celery -A app worker")]),
        ("honcho start --port 5000 web", [("-worker", "worker", "celery -A app worker")]),
    ],
)
def test_an_image_that_starts_all_of_a_procfile_has_nothing_beside_it(
    start: str, beside: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    files = {
        "Procfile": "web: gunicorn app:app\nworker: celery -A app worker\n",
        "Dockerfile": f"FROM python:3.13\nCOPY . .\nCMD {start}\n",
    }

    assert _kinds(tmp_path, {**FLASK, **files})[1:] == beside


SCRIPTS = {
    "a folded text": '      sh -c "alembic upgrade head\n        gunicorn app:app -b :7000"\n',
    "lines that are carried on": '      sh -c "alembic upgrade head &&\n        gunicorn app:app \\\n      -b :7000"\n',
    "a comment between": "      /bin/sh -c 'alembic upgrade head\n        # then\n        gunicorn app:app -b :7000'\n",
}


@pytest.mark.parametrize("case", SCRIPTS)
def test_a_script_of_several_lines_stays_a_script(case: str, tmp_path: Path) -> None:
    text = f"services:\n  shop:\n    build: .\n    ports: ['80:7000']\n    command: |\n{SCRIPTS[case]}"
    component = component_of(tmp_path, {**FLASK, "compose.yaml": text})

    between = " && " if "carried" in case else "; "
    assert component.start_command == f"alembic upgrade head{between}gunicorn app:app --bind 0.0.0.0:7000"


SITE = {
    "frontend/package.json": '{"name": "front", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}',
    "frontend/index.html": "<html></html>",
    "frontend/src/main.js": "",
}
DOCKERFILES = {"docker/front": "FROM node:22\nWORKDIR /home/node\n", "docker/mail": "FROM alpine\nCMD spamd\n"}


def test_a_service_that_only_mounts_a_folder_is_that_folders(tmp_path: Path) -> None:
    text = (
        "services:\n  front:\n    build: {context: ., dockerfile: docker/front}\n    ports: ['3000:3000']\n"
        "    volumes: ['./frontend:/home/node']\n    command: sh -c 'yarn install; yarn dev --host'\n"
    )
    profile = profile_of(tmp_path, {**FLASK, **SITE, **DOCKERFILES, "compose.yaml": text})

    assert [(each.path, each.kind, each.start_command) for each in profile.components] == [
        (".", "web", "gunicorn app:app --bind 0.0.0.0:8000"),
        ("frontend", "static", None),
    ]


def test_a_service_with_an_image_that_holds_nothing_of_the_project_is_no_process(tmp_path: Path) -> None:
    text = (
        "services:\n  web: {build: ., ports: ['80:8000']}\n"
        "  mail: {build: {context: ., dockerfile: docker/mail}, ports: ['783:783'], command: spamd -x}\n"
    )
    profile = profile_of(tmp_path, {**FLASK, **DOCKERFILES, "compose.yaml": text})

    assert [each.path for each in profile.components] == ["."]


@pytest.mark.parametrize(
    "line",
    [
        "css: bin/rails tailwindcss:watch",
        "js: yarn build --watch",
        "pack: ruby ./bin/webpack-dev-server",
        "pages: bin/vite dev",
        "guard: bundle exec guard",
        "log: tail -f log/development.log",
        "tunnel: ngrok http 5000",
        "rest: docker-compose up",
    ],
)
def test_a_line_of_a_procfile_for_those_who_write_the_application_is_no_process(line: str, tmp_path: Path) -> None:
    assert len(profile_of(tmp_path, {**FLASK, "Procfile": f"web: gunicorn app:app\n{line}\n"}).components) == 1


@pytest.mark.parametrize(
    "line", ["worker: node --watch jobs.js", "watch: python watch.py", "maker: python build_all.py -w"]
)
def test_a_line_that_does_the_applications_work_is_a_process_whatever_it_is_called(line: str, tmp_path: Path) -> None:
    assert len(profile_of(tmp_path, {**FLASK, "Procfile": f"web: gunicorn app:app\n{line}\n"}).components) == 2


@pytest.mark.parametrize(
    ("command", "service"),
    [
        ("redis-server --port 6380", "redis"),
        ("/usr/lib/postgresql/bin/postgres -D data", "postgres"),
        ("memcached -m 64", "memcached"),
        ("MailHog", "smtp"),
    ],
)
def test_the_server_of_a_service_in_a_procfile_is_a_service_and_no_process(
    command: str, service: str, tmp_path: Path
) -> None:
    component = component_of(tmp_path, {**FLASK, "Procfile": f"web: gunicorn app:app\nstore: {command}\n"})

    assert component.backing_services == (service,)
