"""Pages of HTML whose forms PHP files answer: a web server that knows PHP hands out both."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.models import ImagePlan
from tests.unit.detection_kit import component_of

FORM = '<!doctype html><title>Shop</title><form action="{}" method="post"></form>\n'
MAIL = "<?php mail($_POST['to'], 'x', 'y');\n"
ANSWERED = {
    "a form of the first page": {"index.html": FORM.format("mail.php"), "mail.php": MAIL},
    "a folder of forms": {"index.html": FORM.format("forms/mail.php"), "forms/mail.php": MAIL},
    "a script of the page": {
        "index.html": "<!doctype html><script src='js/send.js'></script>\n",
        "js/send.js": "fetch('mail.php', { method: 'POST' });\n",
        "mail.php": MAIL,
    },
    "a link": {
        "index.html": "<!doctype html><a href='login.php'>in</a>\n",
        "login.php": "<?php session_start(); ?><form></form>\n",
    },
}


@pytest.mark.parametrize("case", ANSWERED)
def test_pages_whose_forms_are_answered_by_php_are_served_with_it(case: str, tmp_path: Path) -> None:
    component = component_of(tmp_path, ANSWERED[case])

    assert (component.kind, component.language, component.path) == ("web", "php", ".")
    assert "php:" in render(ImagePlan(component=component, context=tmp_path)).text


OTHERS = {
    "a build of npm": (
        {
            **ANSWERED["a form of the first page"],
            "package.json": '{"private": true, "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}',
        },
        ("static", "node"),
    ),
    "a server of another language": (
        {
            **ANSWERED["a form of the first page"],
            "requirements.txt": "flask\ngunicorn\n",
            "app.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
        ("web", "python"),
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_they_are_a_part_of_what_else_lies_there(case: str, tmp_path: Path) -> None:
    files, expected = OTHERS[case]
    component = component_of(tmp_path, files)

    assert (component.kind, component.language) == expected
