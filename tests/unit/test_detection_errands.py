"""Programs that end, beside what serves: a repository's own errands, unless something deploys them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import profile_of

SERVER = {
    "package.json": '{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}',
    "server.js": "const app = require('express')();\napp.listen(3000);\n",
}
ERRAND = {"package.json": '{"name": "words", "scripts": {"start": "node a.js"}}', "a.js": "console.log('done');\n"}


def _below(folder: str) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in ERRAND.items()}


def test_a_program_that_ends_is_no_component_beside_a_server(tmp_path: Path) -> None:
    assert [each.path for each in profile_of(tmp_path, {**SERVER, **_below("extra/words")}).components] == ["."]


DEPLOYED = {
    "a folder of applications": ("apps/words", {}),
    "the name of its folder": ("migrations-runner", {}),
    "a Dockerfile": ("words", {"words/Dockerfile": 'FROM node:24\nCOPY . .\nCMD ["node", "a.js"]\n'}),
    "a compose file": ("words", {"compose.yaml": "services:\n  words: {build: ./words, command: node a.js --all}\n"}),
}


@pytest.mark.parametrize("case", DEPLOYED)
def test_a_program_that_ends_is_one_where_something_deploys_it(case: str, tmp_path: Path) -> None:
    folder, more = DEPLOYED[case]
    profile = profile_of(tmp_path, {**SERVER, **_below(folder), **more})

    assert [each.path for each in profile.components] == [".", folder]


def test_programs_that_end_are_components_where_nothing_serves(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, {**_below("words"), **_below("names")})

    assert [(each.path, each.kind) for each in profile.components] == [("names", "job"), ("words", "job")]
