"""Reads and changes documents as trees: what is applied may hold fields that we do not know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

Node = Mapping[str, object]


def at(node: object, *path: str) -> object:
    """What lies at the end of the path, or None."""
    for key in path:
        if not isinstance(node, Mapping):
            return None
        node = node.get(key)
    return node


def mapping(node: object) -> Node:
    """The mapping, or an empty one for anything else."""
    return node if isinstance(node, Mapping) else {}


def items(node: object) -> tuple[object, ...]:
    """The members of a list, or none for anything else."""
    return tuple(node) if isinstance(node, Sequence) and not isinstance(node, str) else ()


def text(node: object) -> str:
    """The text, or an empty one for anything else."""
    return node if isinstance(node, str) else ""


def changed(node: object, path: tuple[str, ...], change: Callable[[object], object]) -> object:
    """The same tree with the part at the end of the path changed; a missing part begins as an empty mapping."""
    if not path:
        return change(node)
    inner = mapping(node)
    return {**inner, path[0]: changed(inner.get(path[0], {}), path[1:], change)}


def everywhere(node: object, change: Callable[[Node], Node]) -> object:
    """The same tree with each mapping in it changed, the inner ones first."""
    if isinstance(node, Mapping):
        return change({key: everywhere(value, change) for key, value in node.items()})
    if isinstance(node, list):
        return [everywhere(value, change) for value in node]
    return node
