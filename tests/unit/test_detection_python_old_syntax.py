"""Programs that only Python 2 reads: what they do is found all the same, and they get its last release."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.detection.python.syntax import syntax_of
from tests.unit.detection_kit import component_of

OLD = {
    "print": "print 'a', 1\n",
    "print over several lines": "print 'a %s %s' % (1,\n   2)\n",
    "print into a file": "import sys\nprint >>sys.stderr, 'a'\nprint 1\n",
    "print behind a colon": "if True: print 'a'\n",
    "an exception's name": "try:\n    a()\nexcept (A, B), e:\n    pass\n",
    "raise with a text": "def f():\n    raise ValueError, 'a'\n",
    "exec": "exec 'a = 1'\n",
    "unequal": "a = 1 <> 2\n",
    "an octal number": "mode = 0755\n",
    "a long number": "a = 10L\n",
    "raw Unicode": "a = ur'x'\n",
    "backticks": "a = `b`\n",
}


@pytest.mark.parametrize("case", OLD)
def test_what_only_python_2_reads_is_read_as_old(case: str) -> None:
    syntax = syntax_of(OLD[case])

    assert syntax is not None
    assert syntax.is_old


@pytest.mark.parametrize("text", ["print('a')\n", "def f():\n\tif a:\n                b()\n", "a = 0o755\n"])
def test_what_newer_releases_read_is_not_old(text: str) -> None:
    syntax = syntax_of(text)

    assert syntax is not None
    assert not syntax.is_old


def test_what_no_release_reads_has_no_syntax() -> None:
    assert syntax_of("def (:\n") is None


TORNADO = (
    "import tornado.web\nprint 'soon'\napp = tornado.web.Application([])\n"
    "if __name__ == '__main__':\n    app.listen(8877)\n"
)


def test_an_old_program_listens_and_gets_the_last_release_that_reads_it(tmp_path: Path) -> None:
    component = component_of(tmp_path, {"requirements.txt": "tornado\n", "serve_it.py": TORNADO})

    assert (component.kind, component.port, component.language_version) == ("web", 8877, "2.7")


def test_an_old_script_beside_a_program_says_nothing_about_it(tmp_path: Path) -> None:
    files = {f"shop/part{number}.py": f"part = {number}\n" for number in range(4)}
    files |= {"requirements.txt": "flask\n", "convert.py": "print 'old'\n"}
    files["app.py"] = "from flask import Flask\napp = Flask('')\n"

    assert component_of(tmp_path, files).language_version is None
