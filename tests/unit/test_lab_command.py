"""The lab as its command line and the machine's configuration steer it; nothing is started."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

LAB = Path(__file__).parent.parent / "lab"
SETTINGS = """\
<settings xmlns="http://maven.apache.org/SETTINGS/1.2.0">
  <servers><server><id>ours</id><password>tea</password></server></servers>
  <mirrors>
    <!-- <mirror><id>old</id></mirror> -->
    <mirror><id>ours</id><mirrorOf>central</mirrorOf><url>https://registry.invalid/maven</url></mirror>
    <mirror><id>maven-default-http-blocker</id><blocked>true</blocked></mirror>
  </mirrors>
</settings>
"""
CARGO = """\
[source.crates-io]
replace-with = "ours"
[source.ours]
registry = "sparse+https://registry.invalid/index/"
[net]
retry = 3
[alias]
b = "build"
"""


def lab(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(LAB), *argv], capture_output=True, text=True, timeout=60, check=False)


def of_machine(client: str, home: Path) -> str:
    """What the bases take over of a machine with this home folder."""
    script = f"import machine_clients; print(machine_clients.{client}(), end='')"
    environment = {name: value for name, value in os.environ.items() if name != "CARGO_HOME"}
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=LAB,
        env={**environment, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout


def test_a_family_of_bases_that_is_not_there_is_answered_with_those_that_are() -> None:
    ended = lab("status", "bases:go,cobol")
    assert ended.returncode == 1
    assert "the lab has no bases 'cobol'" in ended.stderr
    assert "maven, rust" in ended.stderr


def test_only_the_bases_have_families() -> None:
    ended = lab("status", "registry:go")
    assert ended.returncode == 1
    assert "the lab has no part 'registry:go'" in ended.stderr


def test_a_base_has_the_machines_maven_mirrors_and_none_of_its_logins(tmp_path: Path) -> None:
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2" / "settings.xml").write_text(SETTINGS)
    mirror = "<mirror><id>ours</id><mirrorOf>central</mirrorOf><url>https://registry.invalid/maven</url></mirror>"
    found = of_machine("maven", tmp_path)
    assert mirror in found
    assert not any(word in found for word in ("tea", "old", "blocker"))


def test_a_base_has_its_crates_where_the_machine_has_them(tmp_path: Path) -> None:
    (tmp_path / ".cargo").mkdir()
    (tmp_path / ".cargo" / "config.toml").write_text(CARGO)
    known = tomllib.loads(CARGO)
    del known["alias"]
    assert tomllib.loads(of_machine("cargo", tmp_path)) == known


def test_a_machine_that_says_nothing_leaves_the_clients_to_their_defaults(tmp_path: Path) -> None:
    assert of_machine("cargo", tmp_path) == ""
