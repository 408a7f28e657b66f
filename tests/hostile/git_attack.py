"""Repositories that attack whoever looks at them, and the way in which we look."""

from __future__ import annotations

from pathlib import Path

from adapters.git import Git
from tasks.models import Checkout, Source
from tests.contracts.git_server import publish

ALL_PROTOCOLS = ("https", "http", "ssh", "git", "file")


def fetch(location: str | Path, into: Path, *, tool: Git | None = None, **more: str) -> Checkout:
    source = Source.model_validate({"location": str(location), **more})
    return (tool or Git(protocols=ALL_PROTOCOLS)).fetch(source=source, into=into, timeout_s=30)


def published(work_tree: Path) -> str:
    """The URL under which it can be cloned."""
    bare = work_tree.with_name("published.git")
    publish(work_tree, bare)
    return f"file://{bare}"
