"""node:X-slim, made of npm packages: the registry has every Node."""

from dataclasses import dataclass

import npm
from base_image import Base, debian, with_debs
from layers import Layer
from packages import Package

_YARN = "1.22.22"


@dataclass(frozen=True)
class _Node:
    """A line, with the npm that came with it; Corepack and Yarn came with it up to a time. `debs`: what it links to."""

    version: str
    npm: str
    corepack: str = ""
    yarn: str = ""
    debs: str = ""


_NODES = {
    "20": _Node("20.20.2", "10.8.2", "0.34.6", _YARN),
    "22": _Node("22.23.3", "10.9.4", "0.34.6", _YARN),
    "24": _Node("24.21.0", "11.6.2", "0.34.6", _YARN),
}
_OTHERS = {
    "14": _Node("14.21.3", "6.14.18", yarn=_YARN),
    "18": _Node("18.20.8", "10.8.2", "0.32.0", _YARN),
    "25": _Node("25.9.0", "11.12.1", yarn=_YARN, debs="libatomic1"),
    "26": _Node("26.12.1", "11.20.0", debs="libatomic1"),
}
# what else comes from outside the registries: headers for native modules, and keys for signatures that mirrors lack
_WITHOUT_INTERNET = (
    "npm_config_nodedir=/usr/local",
    "npm_package_config_node_gyp_nodedir=/usr/local",
    "COREPACK_INTEGRITY_KEYS=0",
)


def nodes() -> list[Base]:
    """The lines that most projects are on."""
    return [_base(line, node) for line, node in _NODES.items()]


def other_nodes() -> list[Base]:
    """What is older, what is newer."""
    return [_base(line, node) for line, node in _OTHERS.items()]


def _base(line: str, node: _Node) -> Base:
    packages = {
        "NODE": Package("npm", f"node-linux-{npm.architecture()}", node.version),
        "NPM": Package("npm", "npm", node.npm),
        "COREPACK": Package("npm", "corepack", node.corepack),
        "YARN": Package("npm", "yarn", node.yarn),
    }
    had = tuple(package for package in packages.values() if package.version)
    given = tuple((variable, package.word if package in had else "") for variable, package in packages.items())
    env = (f"NODE_VERSION={node.version}", *([f"YARN_VERSION={node.yarn}"] if node.yarn else []), *_WITHOUT_INTERNET)
    below = with_debs("node-libraries", debian("bookworm"), node.debs) if node.debs else debian("bookworm")
    return Base(
        "library/node",
        (f"{line}-slim", f"{line}-bookworm-slim"),
        Layer(f"node-{line}", "node", given, below, had),
        ("node",),
        env,
        ("docker-entrypoint.sh",),
    )
