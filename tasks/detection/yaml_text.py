"""YAML of a repository: plain texts, lists and tables only.

A few aliases can expand to a bomb: what they expand to is counted before anything walks through it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tasks.detection.shape import unreadable

if TYPE_CHECKING:
    import yaml

_MAX_BYTES: Final = 512 * 1024
_MAX_NODES: Final = 100_000
_MAX_DEPTH: Final = 40
_MAX_CHAIN: Final = 120
"""Of nodes that hold one another, aliases followed."""
_MERGE: Final = "<<"


def parse_yaml(content: str, file: str) -> object:
    """The document, every scalar as text, merge keys merged.

    Raises Invalid with the line when it is not YAML, or too much of it.
    """
    import yaml  # noqa: PLC0415 - most repositories hold none that is read

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    if len(content) > _MAX_BYTES:
        raise unreadable(file, 1, f"it has more than {_MAX_BYTES // 1024} KiB")
    try:
        _refuse_depth(yaml.parse(content, Loader=loader), file)
        node = yaml.compose(content, Loader=loader)
        _refuse_bomb(node, file)
        document: object = yaml.load(content, Loader=loader)  # noqa: S506 - it makes texts, lists and tables only
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise unreadable(file, line, error.problem or "it is not YAML") from error
    except yaml.YAMLError as error:
        raise unreadable(file, 1, "it is not YAML") from error
    return _merged(document)


def _refuse_depth(events: object, file: str) -> None:
    """Before anything that recurses."""
    import yaml  # noqa: PLC0415 - loaded already

    depth = 0
    for number, event in enumerate(events):  # type: ignore[arg-type, var-annotated]  # PyYAML has no type for it
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH or number > _MAX_NODES:
            raise unreadable(file, event.start_mark.line + 1, "it holds too much or is nested too deeply")


def _refuse_bomb(root: yaml.Node | None, file: str) -> None:
    """Every node counted as often as aliases repeat it; one that holds itself has no size."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def size(node: yaml.Node) -> int:
        key = id(node)
        if key in open_nodes or len(open_nodes) > _MAX_CHAIN:
            raise unreadable(file, node.start_mark.line + 1, "an alias (*) names what holds it, or too long a chain")
        if key not in sizes:
            open_nodes.add(key)
            sizes[key] = 1 + sum(size(child) for child in _children(node))
            open_nodes.discard(key)
        if sizes[key] > _MAX_NODES:
            raise unreadable(file, node.start_mark.line + 1, "its aliases (*) expand to too much")
        return sizes[key]

    if root is not None:
        size(root)


def _children(node: yaml.Node) -> list[yaml.Node]:
    value = node.value
    if not isinstance(value, list):
        return []
    return [part for each in value for part in (each if isinstance(each, tuple) else (each,))]


def _merged(value: object) -> object:
    """A table with `<<` gets what that names, its own keys winning."""
    if isinstance(value, list):
        return [_merged(each) for each in value]
    if not isinstance(value, dict):
        return value
    table = {key: _merged(each) for key, each in value.items()}
    given = table.pop(_MERGE, None)
    tables = [each for each in (given if isinstance(given, list) else [given]) if isinstance(each, dict)]
    merged: dict[object, object] = {}
    for each in (*reversed(tables), table):
        merged |= each
    return merged
