"""The Registry port over what the in-memory engines have pushed."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.errors import Denied, Unavailable
from tasks.models import ImageRef
from tests.world.image_store import MemoryRegistries


@dataclass
class MemoryRegistry:
    """Asks the same store that a MemoryRuntime pushes to, when both are given one."""

    store: MemoryRegistries = field(default_factory=MemoryRegistries)
    read_only: set[str] = field(default_factory=set)
    """Names (registry/repository) that may be read but not pushed to."""
    closed: bool = False

    def digest(self, *, reference: ImageRef, timeout_s: float = 10) -> str | None:
        """The digest behind a tag; a digest that is there is itself."""
        self._check(reference, timeout_s)
        found = self.store.digest(reference.tagged(reference.tag or "latest"))
        if reference.digest is not None:
            return reference.digest if str(reference) in self.store.images else None
        return found

    def check_access(self, *, repository: ImageRef, timeout_s: float = 10) -> None:
        """Nothing, or Denied."""
        self._check(repository, timeout_s)
        if repository.name in self.read_only:
            raise Denied(
                f"{repository.registry} refuses anonymous access to {repository.repository}",
                hint=f"docker login {repository.registry}",
            )

    def tags(self, *, repository: ImageRef, timeout_s: float = 10) -> tuple[str, ...]:
        """All tags, sorted."""
        self._check(repository, timeout_s)
        prefix = f"{repository.name}:"
        return tuple(sorted(name.removeprefix(prefix) for name in self.store.images if name.startswith(prefix)))

    def close(self) -> None:
        """Remember that it was called."""
        self.closed = True

    def _check(self, reference: ImageRef, timeout_s: float) -> None:
        if timeout_s <= 0:
            raise Unavailable(f"{reference.registry} did not answer within {timeout_s:g} s")
        self.store.digest(reference)  # raises what this registry is set up to raise
