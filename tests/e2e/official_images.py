"""What Dockerfiles take for granted of official images: the tables that the lab's base images are held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Official:
    """What images have in common: what is in them, what their configuration says, what can be built on them."""

    images: tuple[str, ...]
    has: Mapping[str, str]
    """A sentence, and the shell command that must succeed in a container."""
    cmd: tuple[str, ...]
    entrypoint: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    """Variables that a Dockerfile may lean on."""
    user: str = ""
    workdir: str = "/"
    ports: tuple[str, ...] = ()
    stop_signal: str = ""
    answers: tuple[str, ...] = ()
    """What prints `fine` for a user that the image does not know, on a read-only root."""
    builds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """An image, and the instructions that succeed on it: they reach the package registries."""


EVERYWHERE = {
    "apt-get is there and its lists are not": 'command -v apt-get && test -z "$(ls -A /var/lib/apt/lists)"',
    "apt keeps no archives": "grep -q 'rm -f /var/cache/apt/archives' /etc/apt/apt.conf.d/docker-clean",
    "services are not started by packages": "sh /usr/sbin/policy-rc.d; test $? = 101",
    "no manuals": 'test -z "$(find /usr/share/man -type f)"',
    "devices are the container's own": "test -c /dev/null && test -w /tmp",
}
_IN_PYTHON = {
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
_IN_NODE = {
    "node, npm and npx are in /usr/local/bin": "cd /usr/local/bin && ls node npm npx",
    "they come first on PATH": 'test "$(command -v node npm | xargs -n1 dirname | sort -u)" = /usr/local/bin',
    "NODE_VERSION is the version": 'test "$(node -v)" = "v$NODE_VERSION"',
    "npm answers": "npm --version",
    "the user node is 1000:1000 with a home": 'test "$(id -u node):$(id -g node)" = 1000:1000 && test -w /home/node',
    "headers for native modules": "test -f /usr/local/include/node/node.h",
    "global packages go to /usr/local": 'test "$(npm prefix --global)" = /usr/local',
}
_YARN = {"yarn is the classic one": 'test "$(yarn --version)" = "$YARN_VERSION" && test -x /usr/local/bin/yarn'}
_COREPACK = {"corepack is in /usr/local/bin": "test -x /usr/local/bin/corepack && corepack --version"}
_PYTHON_FINE = ("python", "-c", "import ssl; print('fine')")
_NODE_FINE = ("node", "--print", "'fine'")

DEBIAN = Official(
    images=("debian:bookworm-slim", "debian:trixie-slim"),
    has={},
    cmd=("bash",),
    builds={
        "debian:bookworm-slim": (
            "RUN apt-get update && apt-get install -y --no-install-recommends gcc && rm -rf /var/lib/apt/lists/*",
            "RUN gcc --version",
        )
    },
)
PYTHON = Official(
    images=("python:3.11-slim", "python:3.13-slim"),
    has=_IN_PYTHON,
    cmd=("python3",),
    env=("LANG=C.UTF-8",),
    answers=_PYTHON_FINE,
    builds={
        "python:3.13-slim": (
            "RUN python -m venv /app && /app/bin/pip install --no-cache-dir flask",
            "RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev",
            "RUN /app/bin/pip install --no-cache-dir --no-binary :all: markupsafe",
            "USER 10001",
            "RUN /app/bin/python -c 'import flask, markupsafe._speedups'",
        )
    },
)
NEXT_PYTHON = Official(
    images=("python:3.14-slim",), has=_IN_PYTHON, cmd=("python3",), env=("LANG=C.UTF-8",), answers=_PYTHON_FINE
)


def _node(*images: str, has: Mapping[str, str], builds: Mapping[str, tuple[str, ...]] | None = None) -> Official:
    return Official(
        images=images,
        has={**_IN_NODE, **has},
        cmd=("node",),
        entrypoint=("docker-entrypoint.sh",),
        answers=_NODE_FINE,
        builds=builds or {},
    )


# Corepack went with 25, Yarn with 26
NODE = _node(
    "node:18-slim",
    "node:20-slim",
    "node:22-slim",
    "node:24-slim",
    has={**_COREPACK, **_YARN},
    builds={
        "node:22-slim": (
            "WORKDIR /app",
            'RUN echo \'{"name":"a","version":"1.0.0","dependencies":{"express":"^4"}}\' > package.json',
            "RUN npm install --package-lock-only && npm ci && npm install -g pnpm@9 && pnpm --version",
            "USER node",
            "RUN node -e 'require(\"express\")'",
        )
    },
)
NODE_25 = _node("node:25-slim", has={"there is no corepack": "! command -v corepack", **_YARN})
NODE_14 = _node("node:14-slim", has=_YARN)
NODE_26 = _node("node:26-slim", has={"there is no corepack and no yarn": "! command -v corepack && ! command -v yarn"})
