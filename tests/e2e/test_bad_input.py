"""What a user can get wrong: a clear word, the right exit code, and nothing lost."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.kit import APPS, Kit, get

pytestmark = pytest.mark.docker


def refused(kit: Kit, *argv: str, cwd: Path | None = None) -> tuple[int, str]:
    ended = kit("run", *argv, "--progress", "plain", cwd=cwd)
    return ended.code, ended.out + ended.err


def test_an_empty_folder_a_file_and_a_missing_path_are_told_apart(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    assert refused(kit, str(tmp_path / "empty"))[0] == 10
    code, said = refused(kit, str(tmp_path / "file"))
    assert code in {2, 12}
    assert str(tmp_path / "file") in said
    code, said = refused(kit, str(tmp_path / "absent"))
    assert code in {2, 12}
    assert "absent" in said


def test_two_start_commands_of_equal_rank_and_several_components_name_the_flag(kit: Kit) -> None:
    code, said = refused(kit, str(APPS / "ambiguous-python"))
    assert code == 11
    assert "--start" in said
    code, said = refused(kit, str(APPS / "procfile-web-worker"))
    assert code == 11
    assert "--component" in said


@pytest.mark.parametrize(("file", "text"), [("package.json", '{"name": '), ("pyproject.toml", "[project\n")])
def test_a_broken_manifest_is_named_with_its_line(kit: Kit, tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text)
    code, said = refused(kit, str(tmp_path))
    assert code == 12
    assert f"{file}:1" in said.replace(" ", "") or (file in said and "line 1" in said)


def test_an_unsupported_language_is_named(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "build.zig").write_text("//\n")
    code, said = refused(kit, str(tmp_path))
    assert code == 12
    assert "build.zig" in said


def test_a_taken_port_is_named_before_anything_is_built(kit: Kit) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = refused(kit, str(APPS / "hello-python"), "--name", "e2e-taken", "--publish", str(port))
    assert code == 25
    assert str(port) in said
    assert "--publish" in said
    assert "build" not in [
        line.split()[1] for line in said.splitlines() if len(line.split()) > 2 and line[:1].isdigit()
    ]


def test_a_missing_engine_ends_with_30_and_says_where_it_looked(kit: Kit, tmp_path: Path) -> None:
    socket_path = f"unix://{tmp_path}/absent.sock"
    code, said = refused(kit, str(APPS / "hello-python"), "--engine-endpoint", socket_path)
    assert code == 30
    assert "absent.sock" in said


def test_a_registry_that_is_not_there_is_told_before_the_build(kit: Kit, free_port: int) -> None:
    where = ("--publish", str(free_port), "--image", "127.0.0.1:1/team/shop")
    code, said = refused(kit, str(APPS / "hello-python"), "--name", "e2e-reg", *where)
    assert code == 22
    assert "127.0.0.1:1" in said


def test_a_repository_with_our_module_names_is_never_imported(
    kit: Kit, app: Callable[[str], Path], free_port: int, tmp_path: Path
) -> None:
    folder, marker = app("hello-python"), tmp_path / "imported"
    for name in ("tasks", "flows", "adapters", "deployments"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f"open({str(marker)!r}, 'a').write({name!r})\n")
    (folder / "sitecustomize.py").write_text(f"open({str(marker)!r}, 'a').write('site')\n")
    kit.names.append("e2e-hostile")
    ended = kit("run", ".", "--name", "e2e-hostile", "--publish", str(free_port), cwd=folder)
    assert ended.code == 0, ended.out + ended.err
    assert not marker.exists()
    assert get(free_port)[0] == 200
