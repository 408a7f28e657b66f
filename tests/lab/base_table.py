"""The lab's base images as a table: names, what each is made of, what its configuration says."""

import hashlib
import json
from dataclasses import dataclass

import machine
import npm
from layers import Layer

_YARN = "1.22.22"


@dataclass(frozen=True)
class Base:
    """One image: its repository and tags, its top layer, and what its configuration says."""

    repository: str
    tags: tuple[str, ...]
    layer: Layer
    cmd: tuple[str, ...]
    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a Dockerfile calls it."""
        return f"{self.repository.removeprefix('library/')}:{self.tags[0]}"

    @property
    def key(self) -> str:
        """A hash of all that goes into the image."""
        parts = [self.layer.key, *self.tags, *self.cmd, *self.env, *self.entrypoint, json.dumps(machine.trust())]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class _Node:
    version: str
    npm: str
    corepack: str


SUITES = ("bookworm", "trixie")
# the suite that carries each Python; pip and its companions as in the official image of that line
_PYTHONS = {
    "3.11": ("bookworm", "24.0", "setuptools==79.0.1 wheel==0.45.1"),
    "3.13": ("trixie", "25.3", ""),
}
# each line with the npm and corepack that came with it
_NODES = {
    "20": _Node("20.20.2", "10.8.2", "0.34.6"),
    "22": _Node("22.23.3", "10.9.4", "0.34.6"),
    "24": _Node("24.21.0", "11.6.2", "0.34.6"),
}
# what else comes from outside the registries: headers for native modules, and keys for signatures that mirrors lack
_NODE_WITHOUT_INTERNET = (
    "npm_config_nodedir=/usr/local",
    "npm_package_config_node_gyp_nodedir=/usr/local",
    "COREPACK_INTEGRITY_KEYS=0",
)


def table() -> list[Base]:
    """Every base of the lab."""
    debian = {suite: _debian_layer(suite) for suite in SUITES}
    bases = [Base("library/debian", (f"{suite}-slim",), layer, ("bash",)) for suite, layer in debian.items()]
    for version, (suite, pip, tools) in _PYTHONS.items():
        given = (("PYTHON", version), ("PIP", pip), ("TOOLS", tools))
        layer = Layer(f"python-{version}", "python", given, debian[suite])
        tags = (f"{version}-slim", f"{version}-slim-{suite}")
        bases.append(Base("library/python", tags, layer, ("python3",), ("LANG=C.UTF-8",)))
    for line, node in _NODES.items():
        packages = tuple((variable, f"{name}-{version}") for variable, name, version in _packages_of(node))
        layer = Layer(f"node-{line}", "node", packages, debian["bookworm"])
        tags = (f"{line}-slim", f"{line}-bookworm-slim")
        env = (f"NODE_VERSION={node.version}", f"YARN_VERSION={_YARN}", *_NODE_WITHOUT_INTERNET)
        bases.append(Base("library/node", tags, layer, ("node",), env, ("docker-entrypoint.sh",)))
    return bases


def npm_packages() -> list[tuple[str, str]]:
    """Name and version of every npm package that the bases are made of."""
    return list(dict.fromkeys((name, version) for node in _NODES.values() for _, name, version in _packages_of(node)))


def _packages_of(node: _Node) -> list[tuple[str, str, str]]:
    """The recipe's word for each package, its name, its version."""
    return [
        ("NODE", f"node-linux-{npm.architecture()}", node.version),
        ("NPM", "npm", node.npm),
        ("COREPACK", "corepack", node.corepack),
        ("YARN", "yarn", _YARN),
    ]


def _debian_layer(suite: str) -> Layer:
    site = json.dumps(machine.files(suite), sort_keys=True)
    given = (("SUITE", suite), ("SITE_KEY", hashlib.sha256(site.encode()).hexdigest()))
    return Layer(f"debian-{suite}", "debian", given)
