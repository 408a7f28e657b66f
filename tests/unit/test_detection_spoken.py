"""Which language a start command speaks, and whose process it is therefore."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.spoken import language_of
from tests.unit.detection_kit import profile_of

BUILT_WITH_NODE = '{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "5.0.0"}}'


@pytest.mark.parametrize(
    ("command", "language"),
    [
        ("bundle exec puma -C config/puma.rb", "ruby"),
        ("RAILS_ENV=production exec bin/rails server", "ruby"),
        ("python3.12 manage.py migrate && gunicorn site.wsgi", "python"),
        ("poetry run bot", "python"),
        ("npx serve dist", "node"),
        ("vendor/bin/heroku-php-apache2 public/", "php"),
        ("mix phx.server", "elixir"),
        ("./start.sh", None),
        ("", None),
    ],
)
def test_a_command_speaks_the_language_that_brings_its_program(command: str, language: str | None) -> None:
    assert language_of(command) == language


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (
            {
                "requirements.txt": "flask\ngunicorn\ncelery\n",
                "app.py": "from flask import Flask\napp = Flask(__name__)\n",
                "Procfile": "web: gunicorn app:app\nworker: celery -A app worker\n",
            },
            [("python", "web"), ("python", "worker")],
        ),
        (
            {
                "Gemfile": 'gem "rails"\ngem "sidekiq"\n',
                "config/application.rb": "",
                "Procfile": "web: bundle exec puma\nworker: bundle exec sidekiq\n",
            },
            [("ruby", "web"), ("ruby", "worker")],
        ),
        (
            {
                "requirements.txt": "requests\n",
                "tool.py": "import requests\n",
                "server.js": "require('http').createServer().listen(3000)",
                "Procfile": "web: node server.js\n",
            },
            [("node", "web")],
        ),
    ],
)
def test_the_processes_of_a_procfile_are_those_of_the_language_that_they_speak(
    files: dict[str, str], found: list[tuple[str, str]], tmp_path: Path
) -> None:
    profile = profile_of(tmp_path, {"package.json": BUILT_WITH_NODE, **files})

    assert [(each.language, each.kind) for each in profile.components] == found


def test_a_procfile_that_nobody_here_speaks_still_tells_what_is_started(tmp_path: Path) -> None:
    files = {"package.json": '{"dependencies": {"express": "5"}}', "index.js": "", "Procfile": "web: python app.py\n"}

    assert [each.start_command for each in profile_of(tmp_path, files).components] == ["python app.py"]
