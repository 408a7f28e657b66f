"""Code that takes something from a folder beside the component's own: its image would not hold it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import profile_of

SERVER = {
    "server/package.json": '{"private": true, "scripts": {"start": "node api.js"}, "dependencies": {"express": "5"}}',
    "pages/index.html": "<p>Books</p>",
    "shared/prices.js": "module.exports = {};",
}
LISTENS = "require('express')().listen(4500);\n"

TAKEN = {
    "pages by the file's own place": ("app.use(express.static(path.join(__dirname, '../pages')));", ["pages"]),
    "the same in two steps": ("const pages = path.resolve(__dirname, '..', 'pages', 'index.html');", ["pages"]),
    "the same of a module": ("const pages = new URL('../pages/', import.meta.url);", ["pages"]),
    "an import": ("const prices = require('../shared/prices');", ["shared"]),
    "what a build would make": ("app.use(express.static(path.join(__dirname, '../pages/dist')));", []),
    "its own folder": ("const views = path.join(__dirname, 'views');", []),
    "a path of the web": ("app.get('/', (q, r) => r.redirect('../pages'));", []),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_lies_outside_of_the_component_is_warned_of(case: str, tmp_path: Path) -> None:
    code, expected = TAKEN[case]
    profile = profile_of(tmp_path, {**SERVER, "server/api.js": f"{LISTENS}{code}\n"})

    assert [each.partition(" takes ")[2].partition(",")[0] for each in profile.warnings] == expected


@pytest.mark.parametrize(
    "beside",
    [
        {"package.json": '{"private": true, "workspaces": ["server"]}'},
        {"Dockerfile": 'FROM node:24\nCOPY . .\nEXPOSE 4500\nCMD ["node", "server/api.js"]\n'},
    ],
    ids=["a workspace", "a Dockerfile for both"],
)
def test_an_image_of_the_whole_repository_holds_it(beside: dict[str, str], tmp_path: Path) -> None:
    code = f"{LISTENS}const prices = require('../shared/prices');\n"

    assert profile_of(tmp_path, {**SERVER, **beside, "server/api.js": code}).warnings == ()
