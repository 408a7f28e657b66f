"""What an apply would change: the live object against the server's answer to a dry run of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from adapters.kubernetes.nodes import Node, items, mapping

_NOT_PART = frozenset({"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"})
_REVISION = "deployment.kubernetes.io/revision"
_MOST_CHARACTERS = 200


def differences(live: Node, wanted: Node) -> tuple[str, ...]:
    """One line for each part in which they differ, without what the server keeps for itself."""
    return tuple(_between("", _plain(live), _plain(wanted)))


def _plain(document: Node) -> Node:
    metadata = {key: value for key, value in mapping(document.get("metadata")).items() if key not in _NOT_PART}
    annotations = {key: value for key, value in mapping(metadata.get("annotations")).items() if key != _REVISION}
    return {
        **{key: value for key, value in document.items() if key != "status"},
        "metadata": {**metadata, "annotations": annotations},
    }


def _between(path: str, before: object, after: object) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from _between(f"{path}.{key}" if path else str(key), before.get(key), after.get(key))
        return
    if isinstance(before, list) and isinstance(after, list):
        known, wanted = _by_key(before), _by_key(after)
        for key in dict.fromkeys((*known, *wanted)):
            yield from _between(f"{path}[{key}]", known.get(key), wanted.get(key))
        return
    yield f"{path}: {_shown(before)} → {_shown(after)}"


def _by_key(members: list[object]) -> Mapping[str, object]:
    """By name where each has one of its own, else by position."""
    names = [mapping(each).get("name") or mapping(each).get("mountPath") for each in items(members)]
    if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
        return {str(name): each for name, each in zip(names, members, strict=True)}
    return {str(number): each for number, each in enumerate(members)}


def _shown(node: object) -> str:
    if node is None:
        return "none"
    shown = node if isinstance(node, str) else json.dumps(node, sort_keys=True)
    return shown if len(shown) <= _MOST_CHARACTERS else f"{shown[:_MOST_CHARACTERS]}…"
