"""Programs of Python beside which no file says what they need."""

from __future__ import annotations

from pathlib import Path

from tasks.dockerfiles import render
from tasks.models import ImagePlan
from tests.unit.detection_kit import component_of, profile_of

SHOP = {
    "app.py": "import os, yaml, psycopg2, acmewords\nfrom flask import Flask\nimport store\napp = Flask(__name__)\n"
    "if __name__ == '__main__':\n    app.run(host='0.0.0.0')\n",
    "store.py": "import json\n",
}


def test_known_packages_that_the_code_imports_are_installed(tmp_path: Path) -> None:
    component = component_of(tmp_path, SHOP)
    text = render(ImagePlan(component=component, context=tmp_path)).text

    assert component.requirements == ("flask", "psycopg2-binary", "pyyaml")
    assert component.backing_services == ("postgres",)
    assert all(f"    {package}" in text for package in component.requirements)
    assert "acmewords" not in text


def test_what_nobody_knows_is_named_and_never_installed(tmp_path: Path) -> None:
    (warning,) = profile_of(tmp_path, SHOP).warnings

    assert warning == (
        "no file of the repository declares what its code imports, so flask, psycopg2-binary, pyyaml in the newest "
        "release is installed; what brings acmewords is not known: add a requirements.txt"
    )


def test_where_a_file_declares_packages_no_others_are_installed(tmp_path: Path) -> None:
    component = component_of(tmp_path, {**SHOP, "requirements.txt": "flask\n"})

    assert component.requirements == ()


def test_a_program_without_packages_needs_none(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {"main.py": "import json\nprint(json.dumps(1))\n"})

    assert (profile.components[0].requirements, profile.warnings) == ((), ())
