"""The view of a repository: what is listed, what is read, and what never is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tasks.detection.files import MAX_DEPTH, MAX_TEXT_BYTES, join, list_files
from tasks.errors import Invalid


def write(root: Path, *names: str, content: bytes = b"x") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def test_shallow_files_come_first_then_by_name(tmp_path: Path) -> None:
    write(tmp_path, "b/c/d", "b/a", "z", "a")

    assert list_files(tmp_path).ordered == ("a", "z", "b/a", "b/c/d")


@pytest.mark.parametrize("folder", [".git", "node_modules", ".venv", "vendor", "dist", "__pycache__", ".next"])
def test_generated_and_dependency_folders_are_not_looked_into(folder: str, tmp_path: Path) -> None:
    write(tmp_path, f"{folder}/package.json", f"deep/{folder}/package.json", "kept")

    assert list_files(tmp_path).paths == {"kept"}


def test_no_link_leads_out_and_no_linked_folder_is_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(tmp_path, "secret", "other/file")
    write(root, "folder/inside")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "folder-out").symlink_to(tmp_path / "other")
    (root / "folder-in").symlink_to(root / "folder")
    (root / "loop").symlink_to(root)
    (root / "dangling").symlink_to(root / "nothing")
    (root / "link").symlink_to("folder/inside")

    tree = list_files(root)

    assert tree.paths == {"folder/inside", "link"}
    assert tree.text("out") is None
    assert tree.text("../secret") is None


def test_a_root_that_is_a_link_itself_is_read(tmp_path: Path) -> None:
    write(tmp_path, "real/a")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert list_files(tmp_path / "link").text("a") == "x"


def test_names_that_cannot_be_printed_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "two\nlines", "bell\x07", "fine name", "größe")
    os.close(os.open(os.fsencode(tmp_path) + b"/\xff\xfe", os.O_CREAT))

    assert list_files(tmp_path).paths == {"fine name", "größe"}


def test_special_files_are_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "package.json")
    write(tmp_path, "a")

    assert list_files(tmp_path).paths == {"a"}


def test_a_tree_that_is_too_deep_is_cut_with_a_warning(tmp_path: Path) -> None:
    write(tmp_path, "/".join(["d"] * (MAX_DEPTH + 3)) + "/deep", "d/shallow")

    tree = list_files(tmp_path)

    assert tree.paths == {"d/shallow"}
    assert any("deeper" in warning for warning in tree.warnings)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbf{}", "{}"),
        ("flask\r\n".encode("utf-16"), "flask\n"),
        (b"a\r\nb\rc", "a\nb\nc"),
        (b"caf\xe9", "caf\ufffd"),
        (b"\x7fELF\x00", None),
        (b"x" * (MAX_TEXT_BYTES + 1), None),
    ],
    ids=["a mark at the beginning", "utf-16", "line ends", "another encoding", "binary", "too large"],
)
def test_text_is_read_whatever_wrote_it(content: bytes, text: str | None, tmp_path: Path) -> None:
    write(tmp_path, "file", content=content)

    assert list_files(tmp_path).text("file") == text


def test_a_deciding_file_that_is_no_text_is_an_error_with_its_name(tmp_path: Path) -> None:
    write(tmp_path, "package.json", content=b"\x00" * 10)

    with pytest.raises(Invalid, match=r"package\.json"):
        list_files(tmp_path).manifest("package.json")


def test_the_beginning_of_a_huge_file_can_be_read(tmp_path: Path) -> None:
    write(tmp_path, "pnpm-lock.yaml", content=b"lockfileVersion: '9.0'\n" + b"x" * (3 * MAX_TEXT_BYTES))

    assert list_files(tmp_path).head("pnpm-lock.yaml").startswith("lockfileVersion")


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "..", "a/b/../../../x"])
def test_a_joined_path_never_leaves_the_root(name: str) -> None:
    assert not join(".", name).startswith(("/", ".."))
