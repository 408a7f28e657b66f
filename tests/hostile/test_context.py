"""Build contexts that somebody made to hurt: nothing outside is read, nothing blocks, nothing grows without end."""

from __future__ import annotations

import os
import socket
import tarfile
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from adapters.docker.context_tar import ContextTar
from tasks import context
from tasks.context import content, content_digest, entries
from tasks.errors import Invalid
from tasks.models import Dockerfile

SECRET = b"s3cret outside of the context"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(SECRET)
    folder = tmp_path / "context"
    folder.mkdir()
    return folder


def _tar(root: Path, dockerignore: str = "") -> ContextTar:
    return ContextTar(
        root, Dockerfile(text="FROM scratch\n", dockerignore=dockerignore, origin="generated"), "buildkit"
    )


def _members(root: Path) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=BytesIO(b"".join(_tar(root).blocks()))) as tar:
        return {member.name: member for member in tar.getmembers()}


def test_links_out_of_the_context_are_sent_as_links_and_never_followed(root: Path) -> None:
    (root / "file").symlink_to("../outside/secret")
    (root / "folder").symlink_to("../outside")
    (root / "absolute").symlink_to("/etc")
    (root / "loop").symlink_to("loop")
    raw = b"".join(_tar(root).blocks())
    assert SECRET not in raw
    assert {name: member.linkname for name, member in _members(root).items() if member.issym()} == {
        "file": "../outside/secret",
        "folder": "../outside",
        "absolute": "/etc",
        "loop": "loop",
    }


def test_a_file_that_became_a_link_is_refused(root: Path) -> None:
    (root / "file").write_text("x")
    entry = next(entries(root, ""))
    (root / "file").unlink()
    (root / "file").symlink_to("../outside/secret")
    with pytest.raises(Invalid, match="file"):
        list(content(root, entry))


def test_a_file_that_became_a_pipe_does_not_block(root: Path) -> None:
    (root / "file").write_text("x")
    entry = next(entries(root, ""))
    (root / "file").unlink()
    os.mkfifo(root / "file")
    with pytest.raises(Invalid, match="file"):
        list(content(root, entry))


def test_pipes_and_sockets_are_left_out_and_named(root: Path) -> None:
    os.mkfifo(root / "pipe")
    (root / "app").write_text("x")
    with socket.socket(socket.AF_UNIX) as listener:
        former = Path.cwd()
        os.chdir(root)
        listener.bind("socket")
        os.chdir(former)
        tar = _tar(root)
        list(tar.blocks())
    assert sorted(tar.skipped) == ["pipe", "socket"]
    assert set(_members(root)) == {".containerkit.Dockerfile", "app"}
    assert content_digest(root, "")


def test_a_huge_sparse_file_is_refused_before_it_is_read(root: Path) -> None:
    with (root / "huge").open("wb") as file:
        file.truncate(context.LARGEST_CONTEXT_BYTES + 1)
    with pytest.raises(Invalid, match="huge"):
        content_digest(root, "")
    assert content_digest(root, "huge")


def test_a_large_context_is_never_whole_in_memory(root: Path) -> None:
    with (root / "large").open("wb") as file:
        file.truncate(256 * 1024 * 1024)
    tracemalloc.start()
    sent = sum(map(len, _tar(root).blocks()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sent > 256 * 1024 * 1024
    assert peak < 8 * 1024 * 1024


def test_names_that_are_no_text_or_hold_control_characters_travel_unharmed(root: Path) -> None:
    for name in (b"\xff\xfe", b"line\nbreak", b"\x1b[31mred", b"-rf", b"a" * 255):
        (root / os.fsdecode(name)).write_text("x")
    names = {os.fsencode(name) for name in _members(root)}
    assert {b"\xff\xfe", b"line\nbreak", b"\x1b[31mred", b"-rf", b"a" * 255} < names
    assert content_digest(root, "")


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """Removed here: pytest's own way of clearing up would go too deep."""
    root = tmp_path / "deep"
    former = Path.cwd()
    root.mkdir()
    os.chdir(root)
    for _ in range(1500):
        Path("d").mkdir()
        os.chdir("d")
    yield root
    for _ in range(1500):
        os.chdir("..")
        Path("d").rmdir()
    os.chdir(former)


def test_a_path_of_a_thousand_folders_is_no_recursion(deep: Path) -> None:
    assert sum(1 for _ in entries(deep, "")) == 1500


def test_too_many_files_and_too_many_bytes_are_refused(root: Path) -> None:
    for number in range(20):
        (root / str(number)).write_text("1234567890")
    assert len(list(entries(root, "", most=20, largest_bytes=200))) == 20
    with pytest.raises(Invalid, match="more than 19"):
        list(entries(root, "", most=19))
    with pytest.raises(Invalid, match="larger than 199"):
        list(entries(root, "", largest_bytes=199))
    assert len(list(entries(root, "1*", most=19, largest_bytes=199))) == 9


def test_our_dockerfile_never_replaces_one_of_the_context(root: Path) -> None:
    (root / ".containerkit.Dockerfile").write_text("theirs")
    members = _members(root)
    assert members[".containerkit.Dockerfile"].size == len("theirs")
    assert "..containerkit.Dockerfile" in members


def test_an_unreadable_file_is_named_with_what_to_do(root: Path) -> None:
    (root / "locked").mkdir()
    (root / "locked" / "file").write_text("x")
    entry = next(each for each in entries(root, "") if each.kind == "file")
    (root / "locked" / "file").unlink()
    with pytest.raises(Invalid, match="locked/file") as caught:
        list(content(root, entry))
    assert ".dockerignore" in caught.value.hint
