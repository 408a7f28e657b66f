"""Attacks through a folder that is a repository: its own configuration may name programs."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from adapters.git import Git
from tasks.errors import Invalid, Unavailable
from tasks.models import Checkout, Source
from tests.contracts.git_server import git, make_work_tree
from tests.hostile.git_attack import fetch


class TestAFolder:
    def arm(self, repository: Path, trap: Path) -> None:
        """Everything in a repository's own configuration that makes git run a program."""
        script = trap.with_name("script")
        configuration = repository / ".git" / "config"
        with configuration.open("a") as file:
            file.write(
                f"[core]\n\tfsmonitor = {script}\n\tpager = {script}\n\teditor = {script}\n\tsshCommand = {script}\n"
                f"\thooksPath = {script.parent}\n\tgitProxy = {script}\n\taskPass = {script}\n"
                f"\talternateRefsCommand = {script}\n"
                f'[filter "evil"]\n\tclean = {script}\n\tsmudge = {script}\n\tprocess = {script}\n\trequired = true\n'
                f'[diff]\n\texternal = {script}\n[diff "evil"]\n\ttextconv = {script}\n\tcommand = {script}\n'
                f"[credential]\n\thelper = !{script}\n[gpg]\n\tprogram = {script}\n"
                f'[remote "origin"]\n\turl = ext::{script}\n\tpromisor = true\n\tpartialclonefilter = blob:none\n'
                f"\tuploadpack = {script}\n[protocol]\n\tallow = always\n[uploadpack]\n\tpackObjectsHook = {script}\n"
                f"[alias]\n\tstatus = !{script}\n\trev-parse = !{script}\n[extensions]\n\tpartialClone = origin\n"
                f"[include]\n\tpath = /dev/zero\n"
            )
        hooks = repository / ".git" / "hooks"
        hooks.mkdir(exist_ok=True)
        for name in ("post-index-change", "pre-commit", "post-checkout", "fsmonitor-watchman"):
            (hooks / name).symlink_to(script)
        (repository / ".git" / "info").mkdir(exist_ok=True)
        (repository / ".git" / "info" / "attributes").write_text("* filter=evil diff=evil\n")
        (repository / ".gitattributes").write_text("* filter=evil diff=evil\n")

    def test_its_configuration_runs_nothing(self, work_tree: Path, trap: Path, tmp_path: Path) -> None:
        self.arm(work_tree, trap)
        (work_tree / "app.py").write_text("print('changed')\n")

        checkout = fetch(work_tree, tmp_path)

        assert not trap.exists()
        assert checkout.commit is not None
        assert checkout.dirty

    def test_the_trap_is_a_real_one(self, work_tree: Path, trap: Path) -> None:
        """Plain git runs it, so the test above proves something."""
        script = trap.with_name("script")
        git("config", "core.fsmonitor", script, cwd=work_tree)
        git("status", cwd=work_tree)

        assert trap.exists()

    def test_the_configuration_of_a_submodule_runs_nothing(self, work_tree: Path, trap: Path, tmp_path: Path) -> None:
        make_work_tree(work_tree / "sub", {"file": ""})
        commit = git("rev-parse", "HEAD", cwd=work_tree / "sub")
        git("update-index", "--add", "--cacheinfo", f"160000,{commit},sub", cwd=work_tree)
        git("commit", "--quiet", "--message=sub", cwd=work_tree)
        self.arm(work_tree / "sub", trap)

        assert not fetch(work_tree, tmp_path).dirty
        assert not trap.exists()

    def test_missing_objects_are_not_fetched(self, work_tree: Path, trap: Path, tmp_path: Path) -> None:
        self.arm(work_tree, trap)
        for path in (work_tree / ".git" / "objects").glob("??/*"):
            path.unlink()

        checkout = fetch(work_tree, tmp_path)

        assert checkout.dirty
        assert not trap.exists()

    def test_a_folder_that_looks_like_a_bare_repository_is_only_a_folder(self, trap: Path, tmp_path: Path) -> None:
        bare = tmp_path / "app"
        git("init", "--quiet", "--bare", bare, cwd=tmp_path)
        (bare / "config").write_text(
            f"[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = {tmp_path}\n"
            f"\tfsmonitor = {trap.with_name('script')}\n"
        )

        assert fetch(bare, tmp_path) == Checkout(root=bare, location=str(bare))
        assert not trap.exists()

    def test_a_repository_of_somebody_else_is_read(self, work_tree: Path, tmp_path: Path) -> None:
        if os.geteuid() != 0:
            pytest.skip("only root can give a folder away")
        for path in (work_tree, *work_tree.rglob("*")):
            os.chown(path, 12345, 12345)

        assert fetch(work_tree, tmp_path).commit is not None

    @pytest.mark.parametrize("name", ["HEAD", "config", "packed-refs", "commondir"])
    def test_a_pipe_in_the_place_of_a_file_does_not_hold_us_up(
        self, work_tree: Path, tmp_path: Path, name: str
    ) -> None:
        path = work_tree / ".git" / name
        path.unlink(missing_ok=True)
        os.mkfifo(path)
        started = time.monotonic()

        source = Source(location=str(work_tree))
        try:
            Git().fetch(source=source, into=tmp_path, timeout_s=3)
        except Unavailable:
            assert name == "packed-refs"  # git itself waits there, until its time is over
        assert time.monotonic() - started < 9

    def test_a_git_file_that_points_anywhere_is_no_failure(self, tmp_path: Path) -> None:
        for number, text in enumerate(["gitdir: /etc", "gitdir: \x00", "gitdir: ..", "gitdir:", "x" * 100_000]):
            folder = tmp_path / str(number)
            folder.mkdir()
            (folder / ".git").write_text(text)

            assert fetch(folder, tmp_path) == Checkout(root=folder, location=str(folder))

    def test_a_sub_folder_that_links_out_is_invalid(self, work_tree: Path, tmp_path: Path) -> None:
        (work_tree / "out").symlink_to("/etc")
        (work_tree / "up").symlink_to("..")
        (work_tree / "loop").symlink_to("loop")
        for subfolder in ("out", "up", "loop", ".git", "app.py"):
            with pytest.raises(Invalid):
                fetch(work_tree, tmp_path, subfolder=subfolder)

    def test_a_sub_folder_that_links_to_a_folder_inside_is_used(self, work_tree: Path, tmp_path: Path) -> None:
        (work_tree / "services").mkdir()
        (work_tree / "link").symlink_to("services")

        assert fetch(work_tree, tmp_path, subfolder="link").root == work_tree / "services"

    def test_a_name_with_control_characters_is_invalid(self, tmp_path: Path) -> None:
        (tmp_path / "a\nb").mkdir()

        with pytest.raises(Invalid, match="control characters"):
            fetch(f"{tmp_path}/a\nb", tmp_path)
