"""A folder of our own to run in, because a repository may have its own `tasks/` and `flows/`.

Prefect's import tools put the working directory on sys.path, `python -m` does so too, and what is found there first
is imported.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tasks.errors import Denied

_OURS = Path(__file__).resolve().parents[1]
"""The folder that deployments, flows, tasks and adapters were imported from."""

_HOME_HINT = "CONTAINERKIT_HOME=FOLDER names another one"
_PATHS = ("CONTAINERKIT_HOME", "CONTAINERKIT_CONFIG", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "KUBECONFIG", "PREFECT_HOME")
"""Variables that hold paths, which a person may have written relative to where they are."""


def make(folder: Path) -> None:
    """A folder of ours that only its owner may look into. Raises Denied when it cannot be made or written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError as error:
        raise Denied(f"the folder {folder} cannot be made: {error.strerror}", hint=_HOME_HINT) from error
    if not writable:
        raise Denied(f"the folder {folder} may not be written to", hint=_HOME_HINT)


def leave_paths_of(folder: Path) -> None:
    """Take this folder and what lies in it off sys.path, unless we ourselves or our interpreter live there."""
    kept = (_OURS, Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve())
    sys.path[:] = [entry for entry in sys.path if not _foreign(Path(entry), folder.resolve(), kept)]


def change_to(folder: Path) -> None:
    """Work in this folder from now on; it is made when it is not there. Paths in the environment keep their meaning."""
    make(folder)
    for name in _PATHS:
        if value := os.environ.get(name):
            os.environ[name] = os.pathsep.join(str(Path(part).absolute()) for part in value.split(os.pathsep))
    leave_paths_of(Path.cwd())
    os.chdir(folder)


def _foreign(entry: Path, folder: Path, kept: tuple[Path, ...]) -> bool:
    # an empty entry is the working directory
    path = entry.resolve()
    if any(path == ours or path.is_relative_to(ours) for ours in kept):
        return False
    return path == folder or path.is_relative_to(folder)
