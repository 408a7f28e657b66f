"""YAML of a repository: plain texts, lists and tables only. Aliases are refused: a few of them expand to a bomb."""

from __future__ import annotations

from typing import Final

from tasks.detection.shape import unreadable

_MAX_BYTES: Final = 512 * 1024
_MAX_EVENTS: Final = 100_000
_MAX_DEPTH: Final = 40


def parse_yaml(content: str, file: str) -> object:
    """The document, every scalar as text. Raises Invalid with the line when it is not YAML, or too much of it."""
    import yaml  # noqa: PLC0415 - most repositories hold none that is read

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    if len(content) > _MAX_BYTES:
        raise unreadable(file, 1, f"it has more than {_MAX_BYTES // 1024} KiB")
    try:
        depth = 0
        for number, event in enumerate(yaml.parse(content, Loader=loader)):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                raise unreadable(file, line, "it uses an alias (*), which is not followed")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH or number > _MAX_EVENTS:
                raise unreadable(file, line, "it holds too much or is nested too deeply")
        return yaml.load(content, Loader=loader)  # noqa: S506 - it makes texts, lists and tables only
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise unreadable(file, line, error.problem or "it is not YAML") from error
    except yaml.YAMLError as error:
        raise unreadable(file, 1, "it is not YAML") from error
