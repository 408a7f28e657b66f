"""What names of a compiled program are worth: nearest file first, each expression once, and never without an end."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

from tasks.detection.code_text import CodeText
from tasks.detection.files import parent
from tasks.detection.worth import Worth, first

_MAX_DEPTH: Final = 10
_MAX_OPTIONS: Final = 8
_MAX_EVALUATED: Final = 20_000


class SourceFile(Protocol):
    """A file of code."""

    path: str
    text: CodeText


File = TypeVar("File", bound=SourceFile)
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Names:
    """What one file says of names."""

    values: Mapping[str, Sequence[str | Worth]]
    """What they are given: expressions, or what those are worth."""
    returns: Mapping[str, Sequence[str]]
    """Expressions that functions come to."""
    parameters: Mapping[str, Sequence[tuple[int, str]]]
    """Place and name of the parameters of functions that sound like an address."""
    defaults: Mapping[str, str]
    """Expressions of defaults by the key of a setting."""


@dataclass
class _Index(Generic[File]):
    """The names of all files, the files in their order."""

    values: dict[str, list[tuple[File, str | Worth]]] = field(default_factory=dict)
    returns: dict[str, list[tuple[File, str]]] = field(default_factory=dict)
    given: dict[str, list[tuple[File, str]]] = field(default_factory=dict)
    defaults: dict[str, tuple[File, str]] = field(default_factory=dict)


@dataclass
class Scope(ABC, Generic[File]):
    """The files of a program, those that come first in a list the nearest."""

    files: Sequence[File]
    settings: Mapping[str, str] = field(default_factory=dict)
    """What configuration files say, by dotted key."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What an example of the environment says."""
    _known: dict[tuple[str, str], Worth] = field(default_factory=dict)
    _index: _Index[File] | None = None

    def worth(self, expression: str, file: File, depth: int = 0) -> Worth:
        """The expression's worth as it stands in that file."""
        written = self.bare(expression)
        key = (file.path, written)
        if key not in self._known:
            if depth > _MAX_DEPTH or not written or len(self._known) > _MAX_EVALUATED:
                return Worth()
            self._known[key] = Worth()
            self._known[key] = self.evaluated(written, file, depth + 1)
        return self._known[key]

    @abstractmethod
    def bare(self, expression: str) -> str:
        """The expression without what changes nothing: references, brackets around all of it."""

    @abstractmethod
    def evaluated(self, written: str, file: File, depth: int) -> Worth:
        """The worth of a bare expression."""

    @abstractmethod
    def names(self, file: File) -> Names:
        """What a file says of names."""

    def setting(self, key: str) -> Worth:
        """What a configuration file, or a default in the code, says of a key."""
        place = self.index.defaults.get(key)
        return first((Worth(self.settings.get(key)), self.worth(place[1], place[0], 3) if place else Worth()))

    def named(self, path: list[str], file: File, depth: int) -> Worth:
        """What a name was given; else what functions are called with; else what a function or a setting says."""
        name = path[-1]
        if len(path) > 1 and name.lower() in self.index.defaults:
            return self.setting(name.lower())
        found = first(
            self._option(option, name, place, depth) for place, option in self._near(self.index.values, name, file)
        )
        if found.text is not None or found.variables:
            return found
        given = first(
            self.worth(given, place, depth)
            for place, given in self._near(self.index.given, name, file)
            if given != name
        )
        if given.text is not None or given.variables:
            return given
        keys = [".".join(path[-size:]).lower() for size in (3, 2, 1) if len(path) >= size]
        return first((found, given, self.returned(name, file, depth), *(self.setting(key) for key in keys)))

    def returned(self, name: str, file: File, depth: int) -> Worth:
        """What the function of that name comes to."""
        return first(self.worth(written, place, depth) for place, written in self._near(self.index.returns, name, file))

    @property
    def index(self) -> _Index[File]:
        """The names of all files."""
        if self._index is None:
            self._index = self._indexed()
        return self._index

    def _option(self, option: str | Worth, name: str, file: File, depth: int) -> Worth:
        if isinstance(option, Worth):
            example = next((self.environment[each] for each in option.variables if each in self.environment), None)
            return first((option, Worth(example)))
        return Worth() if self.bare(option) == name else self.worth(option, file, depth)

    def _near(self, table: Mapping[str, list[tuple[File, Said]]], name: str, file: File) -> list[tuple[File, Said]]:
        folder = parent(file.path)
        places = table.get(name, [])
        ranked = sorted(places, key=lambda place: (place[0].path != file.path, parent(place[0].path) != folder))
        return ranked[:_MAX_OPTIONS]

    def _indexed(self) -> _Index[File]:
        index: _Index[File] = _Index()
        parameters: dict[str, Sequence[tuple[int, str]]] = {}
        for file in self.files:
            said = self.names(file)
            parameters |= said.parameters
            for name, options in said.values.items():
                index.values.setdefault(name, []).extend((file, each) for each in options)
            for name, written in said.returns.items():
                index.returns.setdefault(name, []).extend((file, each) for each in written)
            for key, default in said.defaults.items():
                index.defaults.setdefault(key, (file, default))
        calls = re.compile(r"(?<!func )(?<!fn )(?<!\) )\b(\w+)\(")
        for file in self.files:
            for match in calls.finditer(file.text.code) if parameters else ():
                wanted = parameters.get(match[1])
                arguments = file.text.arguments(match.end()) if wanted else []
                for place, name in wanted or ():
                    if place < len(arguments):
                        index.given.setdefault(name, []).append((file, arguments[place]))
        return index
