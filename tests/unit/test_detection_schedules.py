"""What puts periodic tasks into a queue: one process beside the workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import profile_of

CELERY = "from celery import Celery\nqueue = Celery('shop', broker='redis://redis')\n"
TASK = "@queue.task\ndef tidy():\n    pass\n"
BEAT = "celery -A jobs beat --loglevel INFO --schedule /tmp/celerybeat-schedule --pidfile="
WORKER = "celery -A jobs worker --loglevel INFO"

PERIODIC = {
    "a table": "queue.conf.beat_schedule = {'tidy': {'task': 'jobs.tidy', 'schedule': 60}}\n",
    "the old name of the table": "CELERYBEAT_SCHEDULE = {'tidy': {'task': 'jobs.tidy', 'schedule': 60}}\n",
    "a call": "@queue.on_after_configure.connect\ndef plan(sender, **_):\n    sender.add_periodic_task(60, tidy.s())\n",
}


@pytest.mark.parametrize("case", PERIODIC)
def test_periodic_tasks_have_a_process_beside_the_workers(case: str, tmp_path: Path) -> None:
    files = {"requirements.txt": "celery\nredis\n", "jobs.py": CELERY + TASK + PERIODIC[case]}
    found = [(each.kind, each.start_command) for each in profile_of(tmp_path, files).components]

    assert found == [("worker", WORKER), ("worker", BEAT)]


def test_they_have_one_beside_a_web_application_too(tmp_path: Path) -> None:
    flask = {
        "requirements.txt": "flask\ngunicorn\ncelery\nredis\n",
        "app.py": "from flask import Flask\napp = Flask(__name__)\n",
    }
    files = {**flask, "jobs.py": CELERY + TASK, "settings.py": "CELERY_BEAT_SCHEDULE = {'a': {'task': 'jobs.tidy'}}\n"}
    profile = profile_of(tmp_path, files)

    assert [each.kind for each in profile.components] == ["web", "worker", "worker"]
    assert profile.components[-1].start_command == BEAT


def test_a_schedule_in_the_database_is_read_from_there(tmp_path: Path) -> None:
    settings = "INSTALLED_APPS = ['django_celery_beat']\n"
    files = {"requirements.txt": "celery\nredis\n", "jobs.py": CELERY + TASK, "settings.py": settings}
    command = profile_of(tmp_path, files).components[-1].start_command or ""

    assert "beat --loglevel INFO --scheduler django_celery_beat.schedulers:DatabaseScheduler" in command


NONE = {
    "no task is periodic": "",
    "the table is empty": "queue.conf.beat_schedule = {}\n",
    "the table is a remark": "# queue.conf.beat_schedule = {'tidy': {}}\n",
}


@pytest.mark.parametrize("case", NONE)
def test_without_periodic_tasks_there_are_only_workers(case: str, tmp_path: Path) -> None:
    files = {"requirements.txt": "celery\nredis\n", "jobs.py": CELERY + TASK + NONE[case]}

    assert [each.start_command for each in profile_of(tmp_path, files).components] == [WORKER]


def test_a_procfile_that_names_a_worker_alone_means_it(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "celery\nredis\n",
        "jobs.py": CELERY + TASK + PERIODIC["a table"],
        "Procfile": "worker: celery -A jobs worker -B\n",
    }

    assert [each.start_command for each in profile_of(tmp_path, files).components] == ["celery -A jobs worker -B"]
