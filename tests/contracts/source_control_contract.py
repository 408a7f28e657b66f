"""What every SourceControl does, whether it speaks to git or only remembers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tasks.errors import Denied, Invalid, Missing, Unavailable
from tasks.models import Checkout, Source
from tasks.ports import SourceControl

FILES = {"app.py": "print('hello')\n", "services/api/main.py": "print('api')\n"}
LOGIN = "ada:s3cret-t0ken"


@dataclass(frozen=True)
class Published:
    """What a suite has put where the SourceControl under test can get it: FILES, three times."""

    source_control: SourceControl
    public: str
    """Branches main (the default) and feature/x, tag v1."""
    private: str
    """The same for LOGIN only."""
    missing: str
    unreachable: str
    not_allowed: str
    commit: str


def files_of(folder: Path) -> dict[str, str]:
    """All files but git's own."""
    paths = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts]
    return {str(path.relative_to(folder)): path.read_text() for path in paths}


class SourceControlContract:
    """Inherited by one test class for each implementation, which provides `published`."""

    def fetch(self, published: Published, into: Path, location: str, **more: str) -> Checkout:
        source = Source.model_validate({"location": location, **more})
        return published.source_control.fetch(source=source, into=into, timeout_s=30)

    def test_a_folder_is_used_where_it_is(self, published: Published, tmp_path: Path) -> None:
        (tmp_path / "app").mkdir()

        checkout = self.fetch(published, tmp_path / "into", str(tmp_path / "app"))

        assert checkout == Checkout(root=tmp_path / "app", location=str(tmp_path / "app"))
        assert not (tmp_path / "into").exists()

    def test_a_relative_folder_comes_back_absolute(
        self, published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "app").mkdir()
        monkeypatch.chdir(tmp_path)

        assert self.fetch(published, tmp_path / "into", "app").root == tmp_path / "app"

    def test_the_sub_folder_of_a_folder_is_applied(self, published: Published, tmp_path: Path) -> None:
        (tmp_path / "app" / "services" / "api").mkdir(parents=True)

        checkout = self.fetch(published, tmp_path / "into", str(tmp_path / "app"), subfolder="services/api")

        assert checkout.root == tmp_path / "app" / "services" / "api"

    def test_a_file_is_invalid(self, published: Published, tmp_path: Path) -> None:
        (tmp_path / "app.py").write_text("")

        with pytest.raises(Invalid, match=r"app\.py"):
            self.fetch(published, tmp_path / "into", str(tmp_path / "app.py"))

    def test_a_path_that_is_not_there_is_invalid(self, published: Published, tmp_path: Path) -> None:
        with pytest.raises(Invalid, match="absent") as caught:
            self.fetch(published, tmp_path / "into", str(tmp_path / "absent"))
        assert caught.value.reason == "unreadable"

    def test_a_folder_takes_no_ref(self, published: Published, tmp_path: Path) -> None:
        with pytest.raises(Invalid, match="v1"):
            self.fetch(published, tmp_path / "into", str(tmp_path), ref="v1")

    @pytest.mark.parametrize("subfolder", ["..", "../other", "a/../../b", "/etc"])
    def test_a_sub_folder_outside_is_invalid(self, published: Published, tmp_path: Path, subfolder: str) -> None:
        (tmp_path / "app").mkdir()

        with pytest.raises(Invalid, match="sub-folder"):
            self.fetch(published, tmp_path / "into", str(tmp_path / "app"), subfolder=subfolder)

    def test_a_repository_is_fetched_with_its_default_branch(self, published: Published, tmp_path: Path) -> None:
        checkout = self.fetch(published, tmp_path / "into", published.public)

        assert checkout.root.is_relative_to(tmp_path / "into")
        assert files_of(checkout.root) == FILES
        assert (checkout.commit, checkout.branch, checkout.dirty) == (published.commit, "main", False)
        assert checkout.location == published.public

    def test_a_branch_is_fetched(self, published: Published, tmp_path: Path) -> None:
        checkout = self.fetch(published, tmp_path, published.public, ref="feature/x")

        assert (checkout.commit, checkout.branch) == (published.commit, "feature/x")

    def test_a_tag_is_fetched(self, published: Published, tmp_path: Path) -> None:
        checkout = self.fetch(published, tmp_path, published.public, ref="v1")

        assert (checkout.commit, checkout.branch) == (published.commit, None)

    def test_a_commit_is_fetched(self, published: Published, tmp_path: Path) -> None:
        checkout = self.fetch(published, tmp_path, published.public, ref=published.commit)

        assert (checkout.commit, checkout.branch) == (published.commit, None)
        assert files_of(checkout.root) == FILES

    def test_the_sub_folder_of_a_repository_is_applied(self, published: Published, tmp_path: Path) -> None:
        checkout = self.fetch(published, tmp_path, published.public, subfolder="services/api")

        assert files_of(checkout.root) == {"main.py": "print('api')\n"}
        assert checkout.commit == published.commit

    @pytest.mark.parametrize("ref", ["nope", "1" * 40, "abcdef12"])
    def test_a_ref_that_is_not_there_is_invalid_and_named(self, published: Published, tmp_path: Path, ref: str) -> None:
        with pytest.raises(Invalid, match=ref):
            self.fetch(published, tmp_path, published.public, ref=ref)

    def test_a_ref_that_looks_like_an_option_is_invalid(self, published: Published, tmp_path: Path) -> None:
        with pytest.raises(Invalid, match="--upload-pack"):
            self.fetch(published, tmp_path, published.public, ref="--upload-pack=touch")

    def test_a_sub_folder_that_is_not_there_is_invalid_and_nothing_stays(
        self, published: Published, tmp_path: Path
    ) -> None:
        with pytest.raises(Invalid, match="absent"):
            self.fetch(published, tmp_path, published.public, subfolder="absent")
        assert list(tmp_path.iterdir()) == []

    def test_a_protocol_that_is_not_allowed_is_invalid(self, published: Published, tmp_path: Path) -> None:
        with pytest.raises(Invalid, match="not allowed"):
            self.fetch(published, tmp_path, published.not_allowed)

    def test_a_repository_that_does_not_exist_is_missing(self, published: Published, tmp_path: Path) -> None:
        with pytest.raises(Missing, match="no git repository"):
            self.fetch(published, tmp_path, published.missing)
        assert list(tmp_path.iterdir()) == []

    def test_a_host_that_cannot_be_reached_is_unavailable(self, published: Published, tmp_path: Path) -> None:
        with pytest.raises(Unavailable):
            self.fetch(published, tmp_path, published.unreachable)

    def test_a_private_repository_is_denied_without_a_login(self, published: Published, tmp_path: Path) -> None:
        with pytest.raises(Denied, match="login"):
            self.fetch(published, tmp_path, published.private)

    def test_a_wrong_login_is_denied_and_not_repeated(self, published: Published, tmp_path: Path) -> None:
        url = published.private.replace("://", "://ada:wr0ng-t0ken@")

        with pytest.raises(Denied) as caught:
            self.fetch(published, tmp_path, url)
        assert "wr0ng-t0ken" not in str(caught.value) + caught.value.hint

    def test_a_login_in_the_url_is_used_and_left_behind_nowhere(self, published: Published, tmp_path: Path) -> None:
        checkout = self.fetch(published, tmp_path, published.private.replace("://", f"://{LOGIN}@"))

        assert files_of(checkout.root) == FILES
        assert checkout.location == published.private
        assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()]

    def test_a_folder_that_is_there_already_is_not_touched(self, published: Published, tmp_path: Path) -> None:
        first = self.fetch(published, tmp_path, published.public)

        with pytest.raises(Invalid, match="exists already"):
            self.fetch(published, tmp_path, published.public)
        assert files_of(first.root) == FILES

    def test_no_time_is_unavailable(self, published: Published, tmp_path: Path) -> None:
        with pytest.raises(Unavailable, match="0 s"):
            published.source_control.fetch(source=Source(location=published.public), into=tmp_path, timeout_s=0)
