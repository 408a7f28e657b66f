"""Attacks through a URL or a clone: each of these ran a command, or left the folder, somewhere once."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from adapters.git import Git
from tasks.errors import Invalid, Rejected, StepError, Unavailable
from tests.contracts.git_server import ENVIRONMENT, git, publish
from tests.hostile.git_attack import fetch, published


class TestTheUrl:
    @pytest.mark.parametrize(
        "location",
        [
            "--upload-pack=touch {trap}",
            "-u touch {trap}",
            "ext::sh -c touch% {trap}",
            "ext::touch {trap}",
            "fd::17/foo",
            "EXT::touch {trap}",
            "ssh://-oProxyCommand=touch%20{trap}/x",
            "git@-oProxyCommand=touch:x",
            "git@host:-oProxyCommand",
            "https://-u/x",
            "https://git.invalid/x\n--upload-pack=touch",
            "https://git.invalid/x\x00y",
            "https://user:pass%0ahost=evil.invalid@git.invalid/x",
            "https://",
            "https:///x",
            "file://other.host.invalid/x",
            "https://[::1/x",
            "https://host:99999/x",
            "git+ssh://git.invalid/x",
        ],
    )
    def test_one_that_is_made_to_run_a_command_is_invalid(self, trap: Path, tmp_path: Path, location: str) -> None:
        with pytest.raises(Invalid):
            fetch(location.format(trap=trap), tmp_path / "into")
        assert not trap.exists()

    def test_the_url_is_never_taken_for_an_option_even_with_every_protocol_open(
        self, trap: Path, work_tree: Path, tmp_path: Path
    ) -> None:
        with pytest.raises(StepError):
            fetch(f"{published(work_tree)} --upload-pack={trap.with_name('script')}", tmp_path / "into")
        assert not trap.exists()

    @pytest.mark.parametrize("location", ["http://127.0.0.1:1/x", "file:///srv/x", "ssh://git.invalid/x", "git@h:x"])
    def test_only_https_is_allowed_unless_more_is_named(self, tmp_path: Path, location: str) -> None:
        with pytest.raises(Invalid, match="not allowed"):
            fetch(location, tmp_path / "into", tool=Git())

    def test_a_password_is_in_no_error(self, tmp_path: Path) -> None:
        for url in ("https://ada:s3cret@127.0.0.1:1/x", "https://ada:s3cret@host:port/x", "http://ada:s3cret@h/x"):
            with pytest.raises(StepError) as caught:
                fetch(url, tmp_path / "into", tool=Git())
            assert "s3cret" not in f"{caught.value.message} {caught.value.hint}"

    def test_a_password_is_on_no_command_line(self, trap: Path, tmp_path: Path) -> None:
        seen = trap.with_name("arguments")
        spy = trap.with_name("git")
        spy.write_text(f'#!/bin/sh\necho "$@" >> {seen}\nexec git "$@"\n')
        spy.chmod(0o755)

        with pytest.raises(Unavailable):
            fetch("https://ada:s3cret@127.0.0.1:1/x", tmp_path / "into", tool=Git(program=str(spy)))
        assert "https://127.0.0.1:1/x" in seen.read_text()
        assert "s3cret" not in seen.read_text()


class TestTheRef:
    @pytest.mark.parametrize(
        "ref",
        [
            "--upload-pack=touch {trap}",
            "-b",
            "-",
            "refs/heads/--upload-pack=touch",
            "main:refs/heads/evil",
            "+main",
            "main\n--upload-pack=touch",
            "../../etc/passwd",
            "main@{{1}}",
            "a..b",
            "@",
            "x" * 300,
            "main^{{/touch}}",
            "bad\x1b[31mred",
        ],
    )
    def test_one_that_is_no_name_is_invalid(self, trap: Path, work_tree: Path, tmp_path: Path, ref: str) -> None:
        with pytest.raises(Invalid) as caught:
            fetch(published(work_tree), tmp_path / "into", ref=ref.format(trap=trap))
        assert not trap.exists()
        assert caught.value.message.isprintable()

    def test_unusual_names_that_git_allows_still_work(self, work_tree: Path, tmp_path: Path) -> None:
        for number, ref in enumerate(["@scope/pkg@1.0.0", "v1.0+build.5", "user/fix-#42", "größe"]):
            git("tag", ref, cwd=work_tree)
            publish(work_tree, tmp_path / f"{number}.git")
            assert fetch(f"file://{tmp_path}/{number}.git", tmp_path / "into", ref=ref).commit is not None


class TestAClone:
    def test_a_link_out_of_the_repository_is_written_as_a_plain_file(self, work_tree: Path, tmp_path: Path) -> None:
        (work_tree / "link").symlink_to("/etc/passwd")
        (work_tree / "folder").symlink_to("/etc")
        git("add", "--all", cwd=work_tree)
        git("commit", "--quiet", "--message=links", cwd=work_tree)

        url = published(work_tree)

        checkout = fetch(url, tmp_path / "into")

        assert not [path for path in checkout.root.rglob("*") if path.is_symlink()]
        assert (checkout.root / "link").read_text() == "/etc/passwd"
        assert not checkout.dirty
        with pytest.raises(Invalid):
            fetch(url, tmp_path / "again", subfolder="folder/ssl")

    def test_submodules_are_left_out(self, work_tree: Path, trap: Path, tmp_path: Path) -> None:
        commit = git("rev-parse", "HEAD", cwd=work_tree)
        (work_tree / ".gitmodules").write_text(
            f'[submodule "x"]\n\tpath = sub\n\turl = {work_tree}\n\tupdate = !touch {trap}\n'
        )
        git("update-index", "--add", "--cacheinfo", f"160000,{commit},sub", cwd=work_tree)
        git("add", ".gitmodules", cwd=work_tree)
        git("commit", "--quiet", "--message=sub", cwd=work_tree)

        with pytest.raises(Rejected):  # git's own check of .gitmodules refuses a command in it
            fetch(published(work_tree), tmp_path / "into")
        (work_tree / ".gitmodules").write_text(f'[submodule "x"]\n\tpath = sub\n\turl = file://{work_tree}\n')
        git("add", ".gitmodules", cwd=work_tree)
        git("commit", "--quiet", "--amend", "--message=sub", cwd=work_tree)
        publish(work_tree, tmp_path / "plain.git")
        checkout = fetch(f"file://{tmp_path}/plain.git", tmp_path / "into")

        assert list((checkout.root / "sub").iterdir()) == []
        assert not (checkout.root / ".git" / "modules").exists()
        assert not trap.exists()

    def test_hooks_and_filters_of_the_users_own_configuration_do_not_run(
        self, work_tree: Path, trap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        script = trap.with_name("script")
        hooks = tmp_path / "template" / "hooks"
        hooks.mkdir(parents=True)
        for name in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
            (hooks / name).symlink_to(script)
        configuration = tmp_path / "gitconfig"
        configuration.write_text(
            f"[init]\n\ttemplateDir = {tmp_path}/template\n[core]\n\thooksPath = {hooks}\n\tfsmonitor = {script}\n"
            f'\tpager = {script}\n[filter "evil"]\n\tsmudge = {script}\n\tclean = {script}\n\trequired = true\n'
            f"[submodule]\n\trecurse = true\n"
        )
        (work_tree / ".gitattributes").write_text("* filter=evil\n")
        git("add", "--all", cwd=work_tree)
        git("commit", "--quiet", "--message=filter", cwd=work_tree)
        url = published(work_tree)
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))

        checkout = fetch(url, tmp_path / "into")

        assert (checkout.root / "app.py").read_text() == "print()\n"
        assert not trap.exists()
        subprocess.run(["git", "clone", "--quiet", url, tmp_path / "plain"], check=False, timeout=60)
        assert trap.exists(), "plain git runs what was set up here, or this test proves nothing"

    def test_later_calls_of_git_in_the_clone_run_no_hook_either(self, work_tree: Path, tmp_path: Path) -> None:
        checkout = fetch(published(work_tree), tmp_path / "into")

        assert git("config", "core.hooksPath", cwd=checkout.root) == "/dev/null"
        assert not list((checkout.root / ".git").glob("hooks/*"))

    def test_a_server_cannot_make_the_client_run_its_hooks(self, work_tree: Path, trap: Path, tmp_path: Path) -> None:
        url = published(work_tree)
        bare = Path(url.removeprefix("file://"))
        git("config", "uploadpack.packObjectsHook", trap.with_name("script"), cwd=bare)

        fetch(url, tmp_path / "into")

        assert not trap.exists()

    def test_a_bomb_of_few_objects_and_many_files_is_rejected_before_it_is_written(
        self, work_tree: Path, tmp_path: Path
    ) -> None:
        blob = git("hash-object", "-w", "app.py", cwd=work_tree)
        tree = ""
        for _ in range(7):
            kind, mode = ("tree", "040000") if tree else ("blob", "100644")
            lines = "".join(f"{mode} {kind} {tree or blob}\tf{number}\n" for number in range(10))
            tree = subprocess.run(
                ["git", "mktree"],
                cwd=work_tree,
                env=ENVIRONMENT,
                input=lines,
                capture_output=True,
                text=True,
                check=True,
            ).stdout.strip()
        commit = git("commit-tree", "-m", "bomb", tree, cwd=work_tree)
        git("update-ref", "refs/heads/main", commit, cwd=work_tree)
        started = time.monotonic()

        with pytest.raises(Rejected, match="files"):
            fetch(published(work_tree), tmp_path / "into", tool=Git(protocols=("file",), file_limit=10_000))
        assert time.monotonic() - started < 20
        assert list((tmp_path / "into").iterdir()) == []

    def test_a_file_that_unpacks_to_too_much_is_rejected_before_it_is_written(
        self, work_tree: Path, tmp_path: Path
    ) -> None:
        (work_tree / "zeros").write_bytes(bytes(20_000_000))
        git("add", "zeros", cwd=work_tree)
        git("commit", "--quiet", "--message=zeros", cwd=work_tree)
        url = published(work_tree)

        with pytest.raises(Rejected, match="20000008 bytes, more than 5000000"):
            fetch(url, tmp_path / "into", tool=Git(protocols=("file",), size_limit_bytes=5_000_000))
        assert list((tmp_path / "into").iterdir()) == []

    def test_a_download_that_grows_too_large_is_ended(self, work_tree: Path, tmp_path: Path) -> None:
        (work_tree / "noise").write_bytes(os.urandom(20_000_000))
        git("add", "noise", cwd=work_tree)
        git("commit", "--quiet", "--message=noise", cwd=work_tree)
        url = published(work_tree)

        with pytest.raises(Rejected, match="bytes"):
            fetch(url, tmp_path / "into", tool=Git(protocols=("file",), size_limit_bytes=1_000_000))
        assert list((tmp_path / "into").iterdir()) == []
