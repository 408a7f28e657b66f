"""The lab's base images against what Dockerfiles take for granted of the official ones; holds for those as well."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.real import absent

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("engine")]

DEBIANS = ("debian:bookworm-slim", "debian:trixie-slim")
PYTHONS = ("python:3.11-slim", "python:3.13-slim")
NODES = ("node:20-slim", "node:22-slim", "node:24-slim")

EVERYWHERE = {
    "apt-get is there and its lists are not": 'command -v apt-get && test -z "$(ls -A /var/lib/apt/lists)"',
    "apt keeps no archives": "grep -q 'rm -f /var/cache/apt/archives' /etc/apt/apt.conf.d/docker-clean",
    "services are not started by packages": "sh /usr/sbin/policy-rc.d; test $? = 101",
    "no manuals": 'test -z "$(find /usr/share/man -type f)"',
    "devices are the container's own": "test -c /dev/null && test -w /tmp",
}
IN_PYTHON = {
    "python, python3, pip and pip3 are in /usr/local/bin": "cd /usr/local/bin && ls python python3 pip pip3",
    "they come first on PATH": 'test "$(command -v python pip | xargs -n1 dirname | sort -u)" = /usr/local/bin',
    "PYTHON_VERSION is the version": 'test "$(python -V)" = "Python $PYTHON_VERSION"',
    "the prefix is /usr/local": "test \"$(python -c 'import sys; print(sys.prefix)')\" = /usr/local",
    "packages go to site-packages, which is on the path": (
        "python -c \"import sys, sysconfig as s; p = s.get_path('purelib');"
        " assert p == f'/usr/local/lib/python{s.get_python_version()}/site-packages' and p in sys.path, (p, sys.path)\""
    ),
    "pip installs without --break-system-packages": 'test -z "$(find / -xdev -name EXTERNALLY-MANAGED)" && pip list',
    "pip runs as python -m pip": "python -m pip --version | grep -q /usr/local/lib/python",
    "a virtual environment has its own pip": "python -m venv /tmp/v && /tmp/v/bin/pip --version | grep -q /tmp/v/lib",
    "the standard library is whole": (
        "python -c 'import bz2, ctypes, curses, dbm.gnu, ensurepip, lzma, readline, sqlite3, ssl, uuid, venv, zoneinfo'"
    ),
    "headers for native modules": (
        'test -f "$(python -c \'import sysconfig; print(sysconfig.get_path("include"))\')/Python.h" &&'
        " python3-config --includes | grep -q /usr/local/include"
    ),
    "time zones": "python -c 'import zoneinfo; zoneinfo.ZoneInfo(\"Europe/Berlin\")'",
}
IN_NODE = {
    "node, npm, npx, corepack and yarn are in /usr/local/bin": "cd /usr/local/bin && ls node npm npx corepack yarn",
    "they come first on PATH": 'test "$(command -v node npm yarn | xargs -n1 dirname | sort -u)" = /usr/local/bin',
    "NODE_VERSION is the version": 'test "$(node -v)" = "v$NODE_VERSION"',
    "npm answers": "npm --version",
    "yarn is the classic one": 'test "$(yarn --version)" = "$YARN_VERSION"',
    "corepack answers": "corepack --version",
    "the user node is 1000:1000 with a home": 'test "$(id -u node):$(id -g node)" = 1000:1000 && test -w /home/node',
    "headers for native modules": "test -f /usr/local/include/node/node.h",
    "global packages go to /usr/local": 'test "$(npm prefix --global)" = /usr/local',
}
CASES = [
    pytest.param(image, script, id=f"{image}: {sentence}")
    for images, table in (((*DEBIANS, *PYTHONS, *NODES), EVERYWHERE), (PYTHONS, IN_PYTHON), (NODES, IN_NODE))
    for image in images
    for sentence, script in table.items()
]
CONFIGURATIONS = [
    *((image, [], ["bash"]) for image in DEBIANS),
    *((image, [], ["python3"]) for image in PYTHONS),
    *((image, ["docker-entrypoint.sh"], ["node"]) for image in NODES),
]
BUILDS = {
    "python:3.13-slim": (
        "RUN python -m venv /app && /app/bin/pip install --no-cache-dir flask",
        "RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev",
        "RUN /app/bin/pip install --no-cache-dir --no-binary :all: markupsafe",
        "USER 10001",
        "RUN /app/bin/python -c 'import flask, markupsafe._speedups'",
    ),
    "node:22-slim": (
        "WORKDIR /app",
        'RUN echo \'{"name":"a","version":"1.0.0","dependencies":{"express":"^4"}}\' > package.json',
        "RUN npm install --package-lock-only && npm ci && npm install -g pnpm@9 && pnpm --version",
        "USER node",
        "RUN node -e 'require(\"express\")'",
    ),
    "debian:bookworm-slim": (
        "RUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*",
        "RUN gcc --version",
    ),
}


def docker(*argv: str, stdin: str | None = None) -> str:
    """What the command says; its failure is the test's."""
    done = subprocess.run(["docker", *argv], input=stdin, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, f"docker {' '.join(argv)} ended with {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


@pytest.fixture(scope="module")
def containers(engine: None) -> Iterator[dict[str, str]]:
    """A sleeping container of each image that a test asked for."""
    del engine
    started: dict[str, str] = {}
    yield started
    if started:
        docker("rm", "--force", *started.values())


@pytest.fixture
def base(request: pytest.FixtureRequest) -> str:
    """An image that the engine holds."""
    image = str(request.param)
    known = subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False)
    if known.returncode != 0:
        absent("docker", f"the engine does not hold {image}; python3 tests/lab up bases")
    return image


@pytest.mark.parametrize(("base", "script"), CASES, indirect=["base"])
def test_a_base_has_what_dockerfiles_take_for_granted(base: str, script: str, containers: dict[str, str]) -> None:
    if base not in containers:
        containers[base] = docker("run", "--detach", "--entrypoint", "sleep", base, "3600")
    docker("exec", containers[base], "sh", "-c", script)


@pytest.mark.parametrize(("base", "entrypoint", "command"), CONFIGURATIONS, indirect=["base"])
def test_a_base_starts_what_the_official_image_starts(base: str, entrypoint: list[str], command: list[str]) -> None:
    configuration = json.loads(docker("image", "inspect", base, "--format", "{{json .Config}}"))
    assert (configuration.get("Entrypoint") or []) == entrypoint
    assert configuration["Cmd"] == command
    assert (configuration.get("WorkingDir") or "/", configuration.get("User") or "") == ("/", "")


@pytest.mark.parametrize("base", NODES, indirect=True)
def test_an_option_after_a_node_image_is_for_node(base: str) -> None:
    assert docker("run", "--rm", base, "--print", "6 * 7") == "42"


@pytest.mark.parametrize("base", [*PYTHONS, *NODES], indirect=True)
def test_a_base_works_for_a_user_that_it_does_not_know_on_a_read_only_root(base: str) -> None:
    program = ["python", "-c", "import ssl; print('fine')"] if base in PYTHONS else ["node", "--print", "'fine'"]
    assert docker("run", "--rm", "--user", "10001:10001", "--read-only", base, *program) == "fine"


@pytest.mark.parametrize("base", BUILDS, indirect=True)
def test_a_build_reaches_the_package_registries(base: str, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("\n".join([f"FROM {base}", *BUILDS[base], ""]))
    tag = f"containerkit-lab-test:{base.replace(':', '-')}"
    docker("build", "--quiet", "--no-cache", "--tag", tag, str(tmp_path))
    docker("rmi", "--force", tag)
