"""Git as an outside system: folders and repositories become readable folders, and nothing in them is ever run."""

from adapters.git.source_control import Git

__all__ = ["Git"]
