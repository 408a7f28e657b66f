"""Packages declared for development that the program cannot be loaded without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.models import ImagePlan
from tests.unit.detection_kit import component_of

PACKAGE = (
    '{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5"}, '
    '"devDependencies": {"dotenv": "17", "vite": "7", "@acme/words": "1"}}'
)
LOADED = {
    "a package that is imported": ("import 'dotenv/config';\n", "dotenv"),
    "names of a package": ("import {\n  a,\n} from '@acme/words';\n", "@acme/words"),
    "a package that is required": ("const words = require('@acme/words');\n", "@acme/words"),
    "types alone": ("import type { Words } from '@acme/words';\n", None),
    "a package that a branch asks for": ("if (developing) {\n  require('vite');\n}\n", None),
    "a package of the application": ("import express from 'express';\n", None),
}


@pytest.mark.parametrize("case", LOADED)
def test_what_the_program_loads_stays_in_its_image(case: str, tmp_path: Path) -> None:
    text, package = LOADED[case]
    files = {
        "package.json": PACKAGE,
        "a.js": "import './b.js';\napp.listen(80);\n",
        "b.js": f"{text}export default 1;\n",
    }
    component = component_of(tmp_path, files)
    dockerfile = render(ImagePlan(component=component, context=tmp_path))

    assert component.development_package == package
    assert ("--omit=dev" in dockerfile.text) is (package is None)
    assert any(f"the program loads {package}" in each for each in dockerfile.warnings) is (package is not None)
