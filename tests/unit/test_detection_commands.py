"""Start commands that are told where to listen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.detection.commands import Server, is_simple, listening, port_in, server_of, servers

TOLD = {
    "gunicorn a:b": "gunicorn a:b --bind 0.0.0.0:9",
    "gunicorn -w 4 -b 127.0.0.1:80 a:b": "gunicorn -w 4 a:b --bind 0.0.0.0:9",
    "gunicorn --bind=:80 a:b": "gunicorn a:b --bind 0.0.0.0:9",
    "gunicorn 'a:create()'": "gunicorn 'a:create()' --bind 0.0.0.0:9",
    "uvicorn a:b --host localhost --port 80": "uvicorn a:b --host 0.0.0.0 --port 9",
    "python -m uvicorn a:b": "python -m uvicorn a:b --host 0.0.0.0 --port 9",
    "python3 -m flask --app a run -p 80": "python3 -m flask --app a run --host 0.0.0.0 --port 9",
    "python manage.py runserver": "python manage.py runserver 0.0.0.0:9",
    "python shop/manage.py runserver 127.0.0.1:80 --noreload": "python shop/manage.py runserver --noreload 0.0.0.0:9",
    "python -m http.server 80": "python -m http.server 9 --bind 0.0.0.0",
    "uv run gunicorn a:b": "gunicorn a:b --bind 0.0.0.0:9",
    "uv run main.py": "python main.py",
    "npx next start -p 80": "next start --hostname 0.0.0.0 --port 9",
    "NODE_ENV=production node a.js": "node a.js",
    "exec node a.js": "node a.js",
    "node a.js --port $PORT": "node a.js --port 9",
    "serve -s build -l 80": "serve -s build --listen tcp://0.0.0.0:9",
    "waitress-serve --call a:b": "waitress-serve --listen 0.0.0.0:9 --call a:b",
    "waitress-serve a:b --host=localhost --port=80": "waitress-serve --listen 0.0.0.0:9 a:b",
    "python a.py && python b.py": "python a.py && python b.py",
    "gunicorn a:b -b :${PORT:-80} | tee log": "gunicorn a:b -b :9 | tee log",
}


@pytest.mark.parametrize("command", TOLD)
def test_a_server_listens_on_every_address_at_the_port(command: str) -> None:
    assert listening(command, 9) == TOLD[command]


@pytest.mark.parametrize("command", TOLD.values())
def test_telling_it_twice_changes_nothing(command: str) -> None:
    assert listening(command, 9) == command


@pytest.mark.parametrize("row", servers(), ids=lambda row: row.program)
def test_each_server_is_known_by_its_example_and_its_port_is_read(row: Server) -> None:
    assert server_of(row.example) == row
    assert port_in(row.example) == row.default_port
    assert port_in(listening(row.example, 4321)) == 4321


@pytest.mark.parametrize(
    ("command", "port"),
    [
        ("gunicorn -b :8001 a:b", 8001),
        ("uvicorn a:b --port=8002", 8002),
        ("uvicorn a:b --port ${PORT:-8003}", 8003),
        ("uvicorn a:b --port $PORT", None),
        ("uvicorn a:b --port 70000", None),
        ("node a.js", None),
        ("gunicorn 'a:b", None),
    ],
)
def test_a_port_in_a_command_is_read(command: str, port: int | None) -> None:
    assert port_in(command) == port


@pytest.mark.parametrize(
    "command", ["a && b", "a | b", "a > b", "$(a)", "`a`", "a; b", "cat *", "echo $HOME", "'a", ""]
)
def test_what_needs_a_shell_is_not_simple(command: str) -> None:
    assert not is_simple(command)


@given(st.text(max_size=120))
def test_no_command_breaks_it(command: str) -> None:
    assert isinstance(listening(command, 80), str)
    assert port_in(command) is None or 0 < (port_in(command) or 0) < 65536
