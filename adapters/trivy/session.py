"""One scan's questions to the program, within one temporary folder and one deadline."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from adapters.trivy.categories import ImageAnswer
from adapters.trivy.database import Database, DatabaseState
from adapters.trivy.document import Document
from adapters.trivy.failures import DatabaseUnusable, JavaDatabaseAbsent
from adapters.trivy.program import Program
from adapters.trivy.settings import TrivySettings
from tasks.errors import Rejected, Unavailable

_OFFLINE = ("--offline-scan", "--skip-db-update", "--skip-java-db-update", "--skip-check-update")
_JAVA_ARCHIVES = ("**/*.jar", "**/*.war", "**/*.ear", "**/*.par")


class Deadline:
    """When a call must have ended."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._ends = time.monotonic() + timeout_s

    def left_s(self) -> float:
        """What is left. Raises Unavailable when nothing is."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Unavailable(f"the scan did not end within {self._timeout_s:g} s", hint="raise timeout_s of the step")
        return left


@dataclass(frozen=True)
class Session:
    """What the questions of one scan share."""

    program: Program
    settings: TrivySettings
    database: Database
    java_database: Database
    folder: Path
    deadline: Deadline

    def scan_image(self, image_id: str) -> ImageAnswer:
        """Packages and secrets always, vulnerabilities where there is a database to look them up in."""
        database = self.database.present()
        if database.updated is None:
            return self._ask(image_id, "secret", database)
        try:
            return self._ask(image_id, "vuln,secret", database)
        except DatabaseUnusable as error:
            return self._ask(image_id, "secret", DatabaseState(None, error.message))
        except JavaDatabaseAbsent:
            java = self.java_database.ready(timeout_s=self.deadline.left_s())
        left_out = "" if java.updated else java.reason or "its index was never downloaded"
        return self._ask(image_id, "vuln,secret", database, java_left_out=left_out)

    def scan_dockerfile(self, text: str) -> Document:
        """What the checks inside the program say about the Dockerfile; none are downloaded."""
        place = self.folder / "dockerfile"
        place.mkdir()
        (place / "Dockerfile").write_text(text, encoding="utf-8")
        output = self.folder / "dockerfile.json"
        arguments = ("--skip-check-update", "--misconfig-scanners", "dockerfile", "--format", "json")
        self._run("config", *arguments, "--ignorefile", "", "--output", str(output), str(place))
        return _read(output)

    def sbom(self) -> bytes:
        """The packages of the image that was scanned, as CycloneDX JSON."""
        output = self.folder / "image.cdx.json"
        self._run("convert", "--format", "cyclonedx", "--output", str(output), str(self._image_file))
        return output.read_bytes()

    @property
    def _image_file(self) -> Path:
        return self.folder / "image.json"

    def _ask(self, image_id: str, scanners: str, database: DatabaseState, *, java_left_out: str = "") -> ImageAnswer:
        arguments = [*_OFFLINE, "--image-src", "docker", "--docker-host", self.settings.endpoint]
        # in memory: a cache on disk lets one scan run at a time, and a stored report answers what it would
        arguments += ["--cache-backend", "memory", "--ignorefile", "", "--secret-config", ""]
        arguments += ["--scanners", scanners, "--image-config-scanners", "secret"]
        arguments += ["--format", "json", "--list-all-pkgs", "--output", str(self._image_file)]
        if java_left_out:
            arguments += [part for archives in _JAVA_ARCHIVES for part in ("--skip-files", archives)]
        log = self._run("image", *arguments, image_id)
        return ImageAnswer(_read(self._image_file), log, database, java_left_out)

    def _run(self, command: str, *arguments: str) -> str:
        left_s = self.deadline.left_s()
        limits = ("--cache-dir", str(self.settings.cache_folder), "--timeout", f"{math.ceil(left_s)}s")
        return self.program.run(command, *limits, *arguments, timeout_s=left_s, folder=self.folder)


def _read(file: Path) -> Document:
    try:
        return Document.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise Rejected("the scanner wrote no report that can be read", hint="run again, then report a bug") from error
