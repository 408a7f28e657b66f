"""node:X-slim, made of npm packages: the registry has every Node."""

from dataclasses import dataclass

import npm
from base_image import Base, debian
from layers import Layer
from packages import Package

_YARN = "1.22.22"


@dataclass(frozen=True)
class _Node:
    version: str
    npm: str
    corepack: str


# each line with the npm and corepack that came with it
_NODES = {
    "20": _Node("20.20.2", "10.8.2", "0.34.6"),
    "22": _Node("22.23.3", "10.9.4", "0.34.6"),
    "24": _Node("24.21.0", "11.6.2", "0.34.6"),
}
# what else comes from outside the registries: headers for native modules, and keys for signatures that mirrors lack
_WITHOUT_INTERNET = (
    "npm_config_nodedir=/usr/local",
    "npm_package_config_node_gyp_nodedir=/usr/local",
    "COREPACK_INTEGRITY_KEYS=0",
)


def nodes() -> list[Base]:
    """The lines that projects are on."""
    bases = []
    for line, node in _NODES.items():
        packages = {
            "NODE": Package("npm", f"node-linux-{npm.architecture()}", node.version),
            "NPM": Package("npm", "npm", node.npm),
            "COREPACK": Package("npm", "corepack", node.corepack),
            "YARN": Package("npm", "yarn", _YARN),
        }
        given = tuple((variable, package.word) for variable, package in packages.items())
        layer = Layer(f"node-{line}", "node", given, debian("bookworm"), tuple(packages.values()))
        tags = (f"{line}-slim", f"{line}-bookworm-slim")
        env = (f"NODE_VERSION={node.version}", f"YARN_VERSION={_YARN}", *_WITHOUT_INTERNET)
        bases.append(Base("library/node", tags, layer, ("node",), env, ("docker-entrypoint.sh",)))
    return bases
