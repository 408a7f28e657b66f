"""The lab's base images by family: those of the default come with the lab, all others when they are named."""

from collections.abc import Callable, Sequence

import base_bun_deno
import base_debian
import base_distroless
import base_go
import base_java
import base_nginx
import base_node
import base_php
import base_ruby
import base_rust
from base_image import Base

FAMILIES: dict[str, Callable[[], list[Base]]] = {
    "debian": base_debian.debians,
    "python": base_debian.pythons,
    "node": base_node.nodes,
    "other-node": base_node.other_nodes,
    "next-python": base_debian.next_pythons,
    "go": base_go.gos,
    "java": base_java.javas,
    "maven": base_java.mavens,
    "rust": base_rust.rusts,
    "nginx": base_nginx.nginxes,
    "distroless": base_distroless.distrolesses,
    "bun": base_bun_deno.buns,
    "deno": base_bun_deno.denos,
    "php": base_php.phps,
    "ruby": base_ruby.rubies,
}
BY_DEFAULT = ("debian", "python", "node")
# Debian's testing is another one every day: what is made of it comes when it is named, and never else
ALL = tuple(family for family in FAMILIES if family != "next-python")


def table(families: Sequence[str] = tuple(FAMILIES)) -> list[Base]:
    """The images of these families, each once."""
    return [base for family in dict.fromkeys(families) for base in FAMILIES[family]()]
