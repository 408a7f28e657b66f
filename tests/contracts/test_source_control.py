"""The SourceControl suite in memory and on real git, served over HTTP on loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.git import Git
from tasks.errors import Denied, Invalid, Missing, Rejected, Unavailable
from tasks.models import Source
from tests.contracts.certificates import make_authority
from tests.contracts.git_server import GitServer, git, make_work_tree, publish, serving
from tests.contracts.source_control_contract import FILES, LOGIN, Published, SourceControlContract, files_of
from tests.world.source_control import MemoryRepository, MemorySourceControl


class TestInMemory(SourceControlContract):
    @pytest.fixture
    def published(self) -> Published:
        commit = "c" * 40
        repository = MemoryRepository(commit=commit, files=FILES, branches=("main", "feature/x"), tags=("v1",))
        public, private, unreachable = (f"https://git.invalid/{name}.git" for name in ("shop", "vault", "gone"))
        return Published(
            source_control=MemorySourceControl(
                repositories={public: repository, private: replace(repository, login=LOGIN)}, unreachable={unreachable}
            ),
            public=public,
            private=private,
            missing="https://git.invalid/none.git",
            unreachable=unreachable,
            not_allowed="file:///srv/shop.git",
            commit=commit,
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    folder = tmp_path_factory.mktemp("git")
    make_work_tree(folder / "work", FILES)
    git("branch", "feature/x", cwd=folder / "work")
    git("tag", "--annotate", "--message=one", "v1", cwd=folder / "work")
    for place in ("public", "private", "slow"):
        publish(folder / "work", folder / "served" / place / "shop.git")
    with serving(folder / "served", login=LOGIN) as running:
        yield running


class TestGitOverHttp(SourceControlContract):
    @pytest.fixture
    def published(self, server: GitServer) -> Published:
        return Published(
            source_control=Git(protocols=("http",)),
            public=f"{server.url}/public/shop.git",
            private=f"{server.url}/private/shop.git",
            missing=f"{server.url}/public/none.git",
            unreachable="http://127.0.0.1:1/shop.git",
            not_allowed=f"file://{server.root}/public/shop.git",
            commit=git("rev-parse", "main", cwd=server.root / "public" / "shop.git"),
        )

    def test_a_slow_server_is_unavailable_when_the_time_is_over_and_nothing_stays(
        self, published: Published, server: GitServer, tmp_path: Path
    ) -> None:
        started = time.monotonic()

        with pytest.raises(Unavailable, match="within 1 s"):
            published.source_control.fetch(
                source=Source(location=f"{server.url}/slow/shop.git"), into=tmp_path, timeout_s=1
            )
        assert time.monotonic() - started < 6
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("status", "error"), [(403, Denied), (404, Missing), (429, Unavailable), (500, Unavailable), (503, Unavailable)]
    )
    def test_a_status_becomes_the_error_that_names_its_remedy(
        self, published: Published, server: GitServer, tmp_path: Path, status: int, error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            self.fetch(published, tmp_path, f"{server.url}/status/{status}/shop.git")

    def test_a_redirect_to_another_server_never_gets_the_login(
        self, published: Published, server: GitServer, tmp_path: Path
    ) -> None:
        with serving(server.root, login=LOGIN) as other:
            server.redirects["/private/moved/"] = f"{other.url}/private/"
            try:
                with pytest.raises(Denied):
                    self.fetch(published, tmp_path, f"{server.url}/private/moved/shop.git".replace("//", f"//{LOGIN}@"))
            finally:
                server.redirects.clear()
            assert other.requests
            assert {sent for _, sent in other.requests} == {""}

    def test_a_redirect_on_the_same_server_is_followed(
        self, published: Published, server: GitServer, tmp_path: Path
    ) -> None:
        server.redirects["/former/"] = f"{server.url}/public/"
        try:
            checkout = self.fetch(published, tmp_path, f"{server.url}/former/shop.git")
        finally:
            server.redirects.clear()
        assert files_of(checkout.root) == FILES

    def test_a_certificate_that_nobody_trusts_is_denied(self, server: GitServer, tmp_path: Path) -> None:
        authority = make_authority(tmp_path / "tls")

        with serving(server.root, login=LOGIN, tls=authority.server) as secure:
            source = Source(location=f"{secure.url}/public/shop.git")
            with pytest.raises(Denied, match="certificate"):
                Git().fetch(source=source, into=tmp_path / "into", timeout_s=30)

    def test_an_authority_that_the_user_told_git_about_is_trusted(
        self, server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        authority = make_authority(tmp_path / "tls")
        monkeypatch.setenv("GIT_SSL_CAINFO", str(authority.ca_file))

        with serving(server.root, login=LOGIN, tls=authority.server) as secure:
            url = f"{secure.url}/private/shop.git".replace("//", f"//{LOGIN}@")
            checkout = Git().fetch(source=Source(location=url), into=tmp_path / "into", timeout_s=30)
        assert files_of(checkout.root) == FILES

    def test_only_one_commit_is_fetched(self, published: Published, tmp_path: Path) -> None:
        checkout = self.fetch(published, tmp_path, published.public)

        assert git("rev-list", "--count", "HEAD", cwd=checkout.root) == "1"

    def test_a_repository_without_a_commit_is_rejected(
        self, published: Published, server: GitServer, tmp_path: Path
    ) -> None:
        git("init", "--quiet", "--bare", server.root / "public" / "empty.git", cwd=server.root)

        with pytest.raises(Rejected, match="no commit"):
            self.fetch(published, tmp_path, f"{server.url}/public/empty.git")

    def test_a_short_commit_is_explained(self, published: Published, tmp_path: Path) -> None:
        with pytest.raises(Invalid) as caught:
            self.fetch(published, tmp_path, published.public, ref=published.commit[:8])
        assert "whole id" in caught.value.hint


class TestALocalWorkTree:
    """What git knows about a folder."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        make_work_tree(tmp_path / "app", {**FILES, ".gitignore": "ignored/\n"})
        return tmp_path / "app"

    def state(self, folder: Path, **more: str) -> tuple[bool, str | None, bool]:
        """Whether there is a commit, the branch, and whether it is dirty."""
        source = Source.model_validate({"location": str(folder), **more})
        checkout = Git().fetch(source=source, into=folder.parent / "into", timeout_s=30)
        return checkout.commit is not None, checkout.branch, checkout.dirty

    def test_a_clean_one_has_commit_and_branch(self, folder: Path) -> None:
        checkout = Git().fetch(source=Source(location=str(folder)), into=folder, timeout_s=30)

        assert checkout.commit == git("rev-parse", "HEAD", cwd=folder)
        assert (checkout.branch, checkout.dirty) == ("main", False)

    def test_a_changed_file_makes_it_dirty(self, folder: Path) -> None:
        (folder / "app.py").write_text("print('changed')\n")

        assert self.state(folder) == (True, "main", True)

    def test_a_new_file_makes_it_dirty(self, folder: Path) -> None:
        (folder / "new.py").write_text("")

        assert self.state(folder) == (True, "main", True)

    def test_a_staged_file_makes_it_dirty(self, folder: Path) -> None:
        (folder / "app.py").write_text("print('changed')\n")
        git("add", "app.py", cwd=folder)

        assert self.state(folder) == (True, "main", True)

    def test_an_ignored_file_does_not(self, folder: Path) -> None:
        (folder / "ignored").mkdir()
        (folder / "ignored" / "file").write_text("")

        assert self.state(folder) == (True, "main", False)

    def test_a_file_that_was_only_touched_does_not(self, folder: Path) -> None:
        (folder / "app.py").touch()

        assert self.state(folder) == (True, "main", False)

    def test_a_change_beside_the_sub_folder_does_not_count(self, folder: Path) -> None:
        (folder / "app.py").write_text("print('changed')\n")

        assert self.state(folder, subfolder="services") == (True, "main", False)

    def test_a_folder_below_the_top_is_known_too(self, folder: Path) -> None:
        assert self.state(folder / "services" / "api") == (True, "main", False)

    def test_a_folder_that_only_lies_in_a_repository_is_none_of_it(self, folder: Path) -> None:
        (folder / "ignored" / "app").mkdir(parents=True)

        assert self.state(folder / "ignored" / "app") == (False, None, False)

    def test_a_detached_head_has_no_branch(self, folder: Path) -> None:
        git("checkout", "--quiet", "--detach", cwd=folder)

        assert self.state(folder) == (True, None, False)

    def test_a_repository_without_a_commit_has_only_a_branch(self, tmp_path: Path) -> None:
        git("init", "--quiet", "--initial-branch=main", tmp_path / "new", cwd=tmp_path)

        assert self.state(tmp_path / "new") == (False, "main", False)

    def test_another_work_tree_of_a_repository_is_read(self, folder: Path) -> None:
        git("worktree", "add", "--quiet", "-b", "other", folder.parent / "second", cwd=folder)

        assert self.state(folder.parent / "second") == (True, "other", False)
        (folder.parent / "second" / "app.py").write_text("changed")
        assert self.state(folder.parent / "second") == (True, "other", True)

    def test_packed_refs_are_read(self, folder: Path) -> None:
        git("pack-refs", "--all", cwd=folder)
        git("gc", "--quiet", cwd=folder)

        assert self.state(folder) == (True, "main", False)

    def test_a_split_index_is_read(self, folder: Path) -> None:
        git("update-index", "--split-index", cwd=folder)

        assert self.state(folder) == (True, "main", False)

    def test_a_repository_with_sha256_is_read(self, tmp_path: Path) -> None:
        git("init", "--quiet", "--object-format=sha256", "--initial-branch=main", tmp_path / "app", cwd=tmp_path)
        (tmp_path / "app" / "file").write_text("")
        git("add", "file", cwd=tmp_path / "app")
        git("commit", "--quiet", "--message=first", cwd=tmp_path / "app")

        assert self.state(tmp_path / "app") == (True, "main", False)

    def test_a_broken_git_folder_is_no_failure(self, tmp_path: Path) -> None:
        (tmp_path / "app" / ".git").mkdir(parents=True)
        (tmp_path / "app" / ".git" / "HEAD").write_text("garbage\n")

        assert self.state(tmp_path / "app") == (False, None, False)

    def test_without_git_a_folder_can_be_used_all_the_same(self, folder: Path) -> None:
        checkout = Git(program="no-such-git").fetch(source=Source(location=str(folder)), into=folder, timeout_s=30)

        assert (checkout.root, checkout.commit) == (folder, None)

    def test_without_git_a_url_is_missing_its_program(self, tmp_path: Path) -> None:
        with pytest.raises(Missing, match="git is not on this machine"):
            Git(program="no-such-git").fetch(
                source=Source(location="https://git.invalid/shop.git"), into=tmp_path, timeout_s=30
            )

    def test_the_folder_is_left_exactly_as_it_was(self, folder: Path) -> None:
        before = {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}

        self.state(folder)

        assert {path: path.lstat().st_mtime_ns for path in folder.rglob("*")} == before
