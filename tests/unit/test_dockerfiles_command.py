"""Start commands become exec form, the application itself as process 1."""

import pytest

from tasks.dockerfiles.command import exec_words, program
from tasks.errors import Invalid


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("node server.js", ("node", "server.js")),
        ("gunicorn app:app --bind 0.0.0.0:8000", ("gunicorn", "app:app", "--bind", "0.0.0.0:8000")),
        ("""gunicorn "shop:create_app('x')" """, ("gunicorn", "shop:create_app('x')")),
        ("""python -c 'print(1); print("$HOME")'""", ("python", "-c", 'print(1); print("$HOME")')),
        ("A=1 node server.js", ("env", "A=1", "node", "server.js")),
        ("cross-env NODE_ENV=production node server.js", ("env", "NODE_ENV=production", "node", "server.js")),
        ("node a#b.js", ("node", "a#b.js")),
    ],
)
def test_a_command_without_shell_syntax_needs_no_shell(command: str, words: tuple[str, ...]) -> None:
    assert exec_words(command) == words


@pytest.mark.parametrize(
    ("command", "script"),
    [
        ("gunicorn app:app -b 0.0.0.0:$PORT", "exec gunicorn app:app -b 0.0.0.0:$PORT"),
        ("python manage.py migrate && gunicorn app", "python manage.py migrate && exec gunicorn app"),
        ("a; b", "a; exec b"),
        ("node x.js 2>&1", "exec node x.js 2>&1"),
        ("cd src && node x.js", "cd src && exec node x.js"),
        ("exec node $X", "exec node $X"),
        ("A=$B node x.js", "exec env A=$B node x.js"),
        ('node "$(date; x)"', 'exec node "$(date; x)"'),
        ("a | b", "a | b"),
        ("a || b", "a || b"),
        ("a & b", "a & b"),
        ("a && (b)", "a && (b)"),
        ("if true; then a; fi", "if true; then a; fi"),
        ("a && cd b", "a && cd b"),
        ("node *.js", "exec node *.js"),
        ("node ~/x.js", "exec node ~/x.js"),
        ("a && b;", "a && b;"),
    ],
)
def test_shell_syntax_goes_through_a_shell_that_the_last_program_replaces(command: str, script: str) -> None:
    assert exec_words(command) == ("sh", "-c", script)


@pytest.mark.parametrize("command", ["", "   ", "node 'x", 'node "x'])
def test_an_empty_command_and_an_open_quote_are_refused(command: str) -> None:
    with pytest.raises(Invalid):
        exec_words(command)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("/opt/venv/bin/gunicorn app", "gunicorn"),
        ("A=1 exec uvicorn x", "uvicorn"),
        ("node x", "node"),
        ("'", ""),
        ("A=1", ""),
    ],
)
def test_the_program_is_found_behind_assignments_and_exec(command: str, name: str) -> None:
    assert program(command) == name
