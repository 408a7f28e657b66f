"""The docker command, whose failure is the test's."""

from __future__ import annotations

import subprocess


def docker(*argv: str, stdin: str | None = None) -> str:
    """What the command says."""
    done = subprocess.run(["docker", *argv], input=stdin, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, f"docker {' '.join(argv)} ended with {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


def holds(image: str) -> bool:
    """Whether the engine has it."""
    return subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode == 0
