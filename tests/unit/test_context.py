"""Build contexts: what belongs to them, and the key under which a build is found again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.context import build_key, content, content_digest, entries
from tasks.dockerignore import Ignore
from tasks.errors import Unavailable
from tasks.models import BuildArgument, Dockerfile


def _write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _dockerfile(text: str = "FROM scratch\n", dockerignore: str = "") -> Dockerfile:
    return Dockerfile(text=text, dockerignore=dockerignore, origin="generated")


def test_everything_is_listed_sorted_with_folders_before_what_is_in_them(tmp_path: Path) -> None:
    _write(tmp_path, b="b", a__x="x", a__b__c="c", B="B")
    assert [entry.path for entry in entries(tmp_path, "")] == ["B", "a", "a/b", "a/b/c", "a/x", "b"]


def test_what_is_taken_back_comes_with_the_folders_that_lead_to_it(tmp_path: Path) -> None:
    _write(tmp_path, docs__a__one="1", docs__a__two="2", docs__b__three="3", src="s")
    listed = [entry.path for entry in entries(tmp_path, "docs\n!docs/a/two")]
    assert listed == ["docs", "docs/a", "docs/a/two", "src"]


def test_an_empty_folder_belongs_to_the_context(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert [(entry.path, entry.kind) for entry in entries(tmp_path, "")] == [("empty", "folder")]


def test_a_link_is_listed_as_it_stands_and_not_entered(tmp_path: Path) -> None:
    _write(tmp_path, real__file="x")
    (tmp_path / "link").symlink_to("./real/../real")
    links = [entry for entry in entries(tmp_path, "") if entry.kind == "link"]
    assert [(entry.path, entry.link) for entry in links] == [("link", "./real/../real")]


def test_content_is_what_the_file_holds(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(range(256)) * 10_000)
    entry = next(entries(tmp_path, ""))
    assert b"".join(content(tmp_path, entry)) == (tmp_path / "big").read_bytes()


def test_a_file_that_grows_is_read_to_its_former_end_and_one_that_shrinks_is_an_error(tmp_path: Path) -> None:
    _write(tmp_path, log="1234")
    entry = next(entries(tmp_path, ""))
    _write(tmp_path, log="12345678")
    assert b"".join(content(tmp_path, entry)) == b"1234"
    _write(tmp_path, log="12")
    with pytest.raises(Unavailable, match="log"):
        list(content(tmp_path, entry))


def test_two_checkouts_of_the_same_files_have_the_same_digest(tmp_path: Path) -> None:
    for name, mask in (("one", 0o022), ("two", 0o077)):
        former = os.umask(mask)
        _write(tmp_path / name, app__main="print()", README="hello")
        os.umask(former)
        os.utime(tmp_path / name / "README", (mask, mask))
    assert content_digest(tmp_path / "one", "") == content_digest(tmp_path / "two", "")


def test_the_digest_changes_with_content_path_bit_and_link(tmp_path: Path) -> None:
    _write(tmp_path, run="#!/bin/sh\n")
    (tmp_path / "link").symlink_to("run")
    seen = [content_digest(tmp_path, "")]
    (tmp_path / "run").chmod(0o755)
    seen.append(content_digest(tmp_path, ""))
    _write(tmp_path, run="#!/bin/zsh\n")
    seen.append(content_digest(tmp_path, ""))
    (tmp_path / "run").rename(tmp_path / "start")
    seen.append(content_digest(tmp_path, ""))
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("start")
    seen.append(content_digest(tmp_path, ""))
    assert len(set(seen)) == len(seen)


def test_what_is_left_out_does_not_change_the_digest(tmp_path: Path) -> None:
    _write(tmp_path, app="x", node_modules__y="y")
    before = content_digest(tmp_path, "node_modules")
    _write(tmp_path, node_modules__y="z", node_modules__z="z")
    assert content_digest(tmp_path, "node_modules") == before


def test_the_build_key_is_a_function_of_all_that_decides_the_image(tmp_path: Path) -> None:
    _write(tmp_path, app="x")
    one, two = BuildArgument(name="A", value="1"), BuildArgument(name="B", value="2")
    keys = [
        build_key(_dockerfile(), tmp_path),
        build_key(_dockerfile("FROM scratch\nUSER 1\n"), tmp_path),
        build_key(_dockerfile(), tmp_path, (one,)),
        build_key(_dockerfile(), tmp_path, (one, two)),
        build_key(_dockerfile(), tmp_path, (), "linux/arm64"),
        build_key(_dockerfile(dockerignore="app"), tmp_path),
    ]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 64 and int(key, 16) for key in keys)
    assert build_key(_dockerfile(), tmp_path, (two, one)) == build_key(_dockerfile(), tmp_path, (one, two))


_NAMES = st.sampled_from(["a", "b", "src", "x.log", "keep", "node_modules"])
_PATTERNS = st.sampled_from(
    [
        "a",
        "*",
        "**",
        "*.log",
        "**/keep",
        "!**/keep",
        "!a",
        "!src/b",
        "a/*",
        "!*/b",
        "src",
        "**/node_modules",
        "!a/*/keep",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.lists(_NAMES, min_size=1, max_size=4).map("/".join), max_size=12), st.lists(_PATTERNS, max_size=4))
def test_skipping_folders_never_loses_a_file(
    tmp_path_factory: pytest.TempPathFactory, paths: set[str], patterns: list[str]
) -> None:
    root = tmp_path_factory.mktemp("tree")
    made = [path for path in sorted(paths) if not any(other.startswith(f"{path}/") for other in paths)]
    for path in made:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    text = "\n".join(patterns)
    expected = [path for path in made if not Ignore(text).leaves_out(path)]
    assert sorted(entry.path for entry in entries(root, text) if entry.kind == "file") == expected
