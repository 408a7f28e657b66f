"""What a forge says happened, as far as we listen: everything else in a payload is left unread."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

_BRANCH = "refs/heads/"


class _Part(BaseModel):
    """A part of somebody else's document: what we do not know is left alone, and no value gets into an error."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class PushedRepository(_Part):
    """Only its name: its URLs are the sender's words."""

    full_name: str = Field(max_length=300)


class Push(_Part):
    """A branch or a tag was moved, made or deleted."""

    ref: str = Field(max_length=300)
    after: str = Field(pattern=r"^[0-9a-f]{40}(?:[0-9a-f]{24})?$")
    """The commit that it leads to now."""
    deleted: bool = False
    repository: PushedRepository

    @property
    def branch(self) -> str | None:
        """The branch that has a new commit; None for a tag, and for a branch that is gone."""
        return self.ref.removeprefix(_BRANCH) if self.ref.startswith(_BRANCH) and not self.deleted else None
