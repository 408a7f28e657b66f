"""Artifacts from the Maven repository, through the machine's Maven and its settings; Debian's when it has none."""

import shutil
from pathlib import Path

import apt
from lab import run

_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
_HINT = "Maven must reach its repository: try `mvn dependency:get -Dartifact=junit:junit:4.13.2`"


def fetch(name: str, version: str, path: Path) -> None:
    """Have the binary distribution GROUP:ARTIFACT at the path."""
    if shutil.which("mvn") is None:
        apt.install("maven")
    work = path.with_suffix(".new")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    given = {
        "maven.repo.local": f"{work}/repository",
        "artifact": f"{name}:{version}:tar.gz:bin",
        "outputDirectory": f"{work}/out",
    }
    command = ["mvn", "--quiet", "--batch-mode", *(f"-D{key}={value}" for key, value in given.items()), _COPY]
    run(command, hint=_HINT)
    next((work / "out").iterdir()).rename(path)
    shutil.rmtree(work)
