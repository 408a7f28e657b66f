"""What the attacks through git share: a trap, a work tree, and nothing inherited from a hook."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.contracts.git_server import make_work_tree


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A file that exists when a command of the attacker has run; `script` beside it makes it."""
    marker = tmp_path / "trap" / "sprung"
    marker.parent.mkdir()
    script = marker.with_name("script")
    script.write_text(f"#!/bin/sh\ntouch {marker}\n")
    script.chmod(0o755)
    return marker


@pytest.fixture
def work_tree(tmp_path: Path) -> Path:
    make_work_tree(tmp_path / "work", {"app.py": "print()\n"})
    return tmp_path / "work"


@pytest.fixture(autouse=True)
def _nothing_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is run from a hook of this project's own repository must not see that repository."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
