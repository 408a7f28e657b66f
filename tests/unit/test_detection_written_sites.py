"""Sites whose build writes into another folder: into a server's, which serves them, or nowhere near one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.detection_kit import profile_of

SITE = {
    "pages/package.json": json.dumps(
        {"scripts": {"build": "vite build"}, "dependencies": {"react": "19"}, "devDependencies": {"vite": "7"}}
    ),
    "pages/index.html": "<div id=root></div>",
}
FLASK = {
    "requirements.txt": "flask\ngunicorn\n",
    "app.py": 'from flask import Flask\napp = Flask(__name__, static_folder="public")\n',
}
SERVERS: dict[str, dict[str, str]] = {
    "Rust": {
        "Cargo.toml": '[package]\nname = "desk"\nversion = "1.0.0"\n\n[dependencies]\naxum = "0.8"\ntokio = "1"\n',
        "src/main.rs": 'async fn main() {\n    let listener = TcpListener::bind("0.0.0.0:8123").await.unwrap();\n}\n',
    },
    "Go": {
        "go.mod": "module example.invalid/desk\n\ngo 1.24\n",
        "main.go": 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe(":8123", nil)\n}\n',
    },
    "Python": FLASK,
}


def config(out: str) -> dict[str, str]:
    said = f'export default defineConfig({{ build: {{ outDir: "{out}", emptyOutDir: true }} }});\n'
    return {"pages/vite.config.ts": f'import {{ defineConfig }} from "vite";\n\n{said}'}


def below(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{name}": text for name, text in files.items()}


@pytest.mark.parametrize("language", SERVERS)
def test_a_site_that_is_built_into_a_server_is_a_part_of_it(language: str, tmp_path: Path) -> None:
    profile = profile_of(tmp_path, SITE | config("../desk/public") | below("desk", SERVERS[language]))

    assert [(each.path, each.kind) for each in profile.components] == [("desk", "web")]
    assert [each for each in profile.warnings if each.startswith("desk: the program serves what pages builds")]


def test_a_site_that_is_built_into_a_server_at_the_root_is_a_part_of_it(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, SITE | config("../public") | FLASK)
    assert [(each.path, each.kind) for each in profile.components] == [(".", "web")]


def test_a_site_that_is_built_beside_a_server_is_one_of_its_own(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, SITE | config("./public") | below("desk", FLASK))
    found = {each.path: (each.kind, each.static_folder) for each in profile.components}
    assert found == {"desk": ("web", None), "pages": ("static", "public")}


def test_a_site_that_is_built_where_no_server_lies_stays_one(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, SITE | config("../public") | below("desk", FLASK))
    assert {each.path: each.kind for each in profile.components} == {"desk": "web", "pages": "static"}
