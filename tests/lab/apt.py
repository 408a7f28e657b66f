"""Debian packages on this machine: installed only when missing, with no service started by their scripts."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab import LabError, run, say

_HINT = "run `apt-get update` by hand and look at its answer: apt's sources must reach a Debian mirror"
_QUIETLY = {"DEBIAN_FRONTEND": "noninteractive"}
_POLICY = Path("/usr/sbin/policy-rc.d")


def install(*packages: str) -> None:
    """Have these packages on the machine; nothing is asked of the network when they are all there."""
    missing = [name for name in packages if not _is_installed(name)]
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise LabError(
            f"this machine has no apt-get, and the lab needs {', '.join(missing)}",
            hint="run the lab on Debian 12, or install these by hand",
        )
    run(["apt-get", "update", "-qq"], hint=_HINT, env=_QUIETLY)
    with _no_service_starts():
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing], hint=_HINT, env=_QUIETLY)
    say(f"installed {' '.join(missing)}")


def _is_installed(package: str) -> bool:
    status = run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n"], hint="the lab runs on Debian")
    return f"{package} installed" in status.splitlines()


@contextmanager
def _no_service_starts() -> Iterator[None]:
    """A policy for the packages' scripts: the lab starts its servers itself. One that is there already stays."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()
