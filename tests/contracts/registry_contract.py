"""What every Registry does: in memory, emulated over HTTP, and for real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pytest

from tasks.errors import Unavailable
from tasks.models import ImageRef
from tasks.ports import Registry


class Push(Protocol):
    """Puts a small image under a name, by other means than the port; its digest."""

    def __call__(self, reference: ImageRef, content: str) -> str: ...


@dataclass(frozen=True)
class Case:
    """A registry under test and a repository name that nobody else uses."""

    registry: Registry
    repository: ImageRef
    push: Push
    unreachable: ImageRef


class RegistryContract:
    """Inherited by one test class for each implementation, which provides `case`."""

    def test_the_digest_of_a_tag_is_the_one_that_was_pushed(self, case: Case) -> None:
        digest = case.push(case.repository.tagged("v1"), "one")

        assert case.registry.digest(reference=case.repository.tagged("v1")) == digest

    def test_a_tag_that_moves_has_its_new_digest(self, case: Case) -> None:
        first = case.push(case.repository.tagged("v1"), "one")
        second = case.push(case.repository.tagged("v1"), "two")

        assert case.registry.digest(reference=case.repository.tagged("v1")) == second != first

    def test_a_reference_without_a_tag_means_latest(self, case: Case) -> None:
        digest = case.push(case.repository.tagged("latest"), "one")

        assert case.registry.digest(reference=case.repository) == digest

    def test_a_digest_that_is_there_is_itself(self, case: Case) -> None:
        digest = case.push(case.repository.tagged("v1"), "one")

        assert case.registry.digest(reference=case.repository.pinned(digest)) == digest

    def test_a_tag_that_is_not_there_has_no_digest(self, case: Case) -> None:
        case.push(case.repository.tagged("v1"), "one")

        assert case.registry.digest(reference=case.repository.tagged("v2")) is None
        assert case.registry.digest(reference=case.repository.pinned("sha256:" + "0" * 64)) is None

    def test_a_repository_that_is_not_there_has_no_digest_and_no_tags(self, case: Case) -> None:
        assert case.registry.digest(reference=case.repository.tagged("v1")) is None
        assert case.registry.tags(repository=case.repository) == ()

    def test_all_tags_are_listed_in_order(self, case: Case) -> None:
        for tag in ("v2", "latest", "v1", "v10"):
            case.push(case.repository.tagged(tag), "one")

        assert case.registry.tags(repository=case.repository) == ("latest", "v1", "v10", "v2")

    def test_access_to_a_repository_that_is_not_there_yet_leaves_nothing_behind(self, case: Case) -> None:
        case.registry.check_access(repository=case.repository)

        assert case.registry.tags(repository=case.repository) == ()
        assert case.registry.digest(reference=case.repository) is None

    def test_access_can_be_checked_again_and_again(self, case: Case) -> None:
        for _ in range(3):
            case.registry.check_access(repository=case.repository)

    def test_a_registry_that_does_not_answer_is_unavailable_and_named(self, case: Case) -> None:
        for ask in (
            lambda: case.registry.digest(reference=case.unreachable, timeout_s=2),
            lambda: case.registry.tags(repository=case.unreachable, timeout_s=2),
            lambda: case.registry.check_access(repository=case.unreachable, timeout_s=2),
        ):
            with pytest.raises(Unavailable, match=case.unreachable.registry):
                ask()

    def test_no_time_is_unavailable(self, case: Case) -> None:
        with pytest.raises(Unavailable):
            case.registry.digest(reference=case.repository, timeout_s=0)

    def test_it_can_be_closed_twice(self, case: Case) -> None:
        case.registry.close()
        case.registry.close()
