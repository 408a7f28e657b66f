"""Works out what an expression of a Go program is worth, from the file it stands in to the packages that it imports."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tasks.detection.code_text import CodeText, split
from tasks.detection.files import parent
from tasks.detection.go.syntax import GoFile
from tasks.detection.go.values import defaults_of, flag_of, parameters_of, returns_of, values_of
from tasks.detection.worth import UNKNOWN, Worth, first, joined

_CALL: Final = re.compile(r"([A-Za-z_][\w.]*)(?:\[[\w.]+\])?\(")
_NAME: Final = re.compile(r"[A-Za-z_]\w*(?:(?:\(\))?\.[A-Za-z_]\w*)*")
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,60}")
_VERB: Final = re.compile(r"%[+#]?[vdsq]")
_PASSING: Final = frozenset(
    "Itoa string String FormatInt FormatUint TrimSpace Atoi ParseInt ParseUint ParseUint16 int int64 int32 uint16 "
    "uint Must ToString ToInt Addr Deref Value Get TrimSuffix TrimPrefix ParseAddrPort".split()
)
_GETTERS: Final = re.compile(r"(?:Get|Must)?(?:String|Int|Int64|Uint|Uint16|Value)?|Get\w*")
_MAX_DEPTH: Final = 10


@dataclass
class Scope:
    """The files of a program, those that come first in a list the nearest."""

    files: Sequence[GoFile]
    settings: Mapping[str, str] = field(default_factory=dict)
    """What configuration files say, by dotted key."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """What an example of the environment says."""
    _values: dict[str, dict[str, list[str | Worth]]] = field(default_factory=dict)
    _returns: dict[str, list[tuple[GoFile, str]]] | None = None
    _defaults: dict[str, tuple[GoFile, str]] | None = None
    _given: dict[str, list[tuple[GoFile, str]]] | None = None

    def worth(self, expression: str, file: GoFile, depth: int = 0) -> Worth:
        """The expression's worth as it stands in that file."""
        written = _bare(expression)
        if depth > _MAX_DEPTH or not written:
            return Worth()
        text = file.text.string(written)
        if text is not None:
            return Worth(text)
        if re.fullmatch(r"\d[\d_]*", written):
            return Worth(written.replace("_", ""))
        parts = split(written, "+")
        if len(parts) > 1:
            return joined(self.worth(part, file, depth + 1) for part in parts)
        call = _CALL.match(written)
        if call and CodeText(written).closing(call.end()) == len(written) - 1:
            return self._call(call[1], written, call.end(), file, depth)
        chained = re.search(r"\.Default\(", written)
        if chained:
            inner = CodeText(written).arguments(chained.end())
            return self.worth(inner[0], file, depth + 1) if inner else Worth()
        return self._name(written, file, depth) if _NAME.fullmatch(written.replace("()", "")) else Worth()

    def _call(self, name: str, written: str, start: int, file: GoFile, depth: int) -> Worth:
        arguments = CodeText(written, file.text.strings).arguments(start)
        last = name.rpartition(".")[2]
        flag = flag_of(file.text, written)
        if flag:
            return first((Worth(option=flag[0]), self.worth(flag[1], file, depth + 1)))
        if not arguments:
            return self._returned(last, file, depth)
        if last == "Sprintf":
            return self._formatted(arguments, file, depth)
        if last == "JoinHostPort":
            host, port = (self.worth(each, file, depth + 1) for each in (*arguments, UNKNOWN)[:2])
            return joined((host, Worth(":"), port))
        if last in _PASSING and not (last in {"Get", "String", "Value"} and file.text.string(arguments[0])):
            return self.worth(arguments[0], file, depth + 1)
        if last in {"Or", "Coalesce", "FirstNonEmpty"}:
            return first(self.worth(each, file, depth + 1) for each in arguments)
        return self._looked_up(last, arguments, file, depth)

    def _looked_up(self, last: str, arguments: list[str], file: GoFile, depth: int) -> Worth:
        """A call that is asked for something by name: a variable with a default behind it, or a key of settings."""
        key = file.text.string(arguments[0])
        if key is None and re.search(r"(?i)env", last):
            key = self.worth(arguments[0], file, depth + 1).text
        if key is None:
            return self._returned(last, file, depth)
        fallback = first(self.worth(each, file, depth + 1) for each in arguments[1:])
        if _VARIABLE.fullmatch(key):
            return first((Worth(fallback.text, (key,)), Worth(self.environment.get(key)), self.setting(key.lower())))
        if _GETTERS.fullmatch(last):
            return first((self.setting(key.lower()), fallback))
        return self._returned(last, file, depth)

    def _formatted(self, arguments: list[str], file: GoFile, depth: int) -> Worth:
        pattern = self.worth(arguments[0], file, depth + 1).text or ""
        values = [self.worth(each, file, depth + 1) for each in arguments[1:]]
        pieces = _VERB.split(pattern)
        parts = [Worth(pieces[0])]
        for place, piece in enumerate(pieces[1:]):
            parts += [values[place] if place < len(values) else Worth(), Worth(piece)]
        return joined(parts)

    def _name(self, written: str, file: GoFile, depth: int) -> Worth:
        """What a name was given, nearest file first; else what configuration files say of it."""
        path = written.replace("()", "").split(".")
        name = path[-1]
        for each in self._nearest(file):
            options = self._values_of(each).get(name, ())
            found = first(self._option(option, written, each, depth) for option in options)
            if found.text or found.variables:
                return found
        for place, given in self._arguments_given().get(name, ()):
            found = self.worth(given, place, depth + 1) if given != name else Worth()
            if found.text or found.variables:
                return found
        if len(path) > 1:
            found = self._returned(name, file, depth)
            if found.text or found.variables:
                return found
        keys = [".".join(path[-size:]).lower() for size in (3, 2, 1) if len(path) >= size]
        return first(self.setting(key) for key in keys)

    def _option(self, option: str | Worth, written: str, file: GoFile, depth: int) -> Worth:
        if isinstance(option, Worth):
            example = next((self.environment[each] for each in option.variables if each in self.environment), None)
            return first((option, Worth(example)))
        return Worth() if _bare(option) == written else self.worth(option, file, depth + 1)

    def setting(self, key: str) -> Worth:
        """What a configuration file, or a default in the code, says of a key."""
        if self._defaults is None:
            self._defaults = {
                name: (file, written) for file in self.files for name, written in defaults_of(file).items()
            }
        said = Worth(self.settings.get(key))
        place = self._defaults.get(key)
        return first((said, self.worth(place[1], place[0], 3) if place else Worth()))

    def _returned(self, name: str, file: GoFile, depth: int) -> Worth:
        if self._returns is None:
            self._returns = {}
            for each in self.files:
                for function, written in returns_of(each).items():
                    self._returns.setdefault(function, []).extend((each, one) for one in written)
        options = sorted(self._returns.get(name, ())[:8], key=lambda place: place[0] is not file)
        return first(self.worth(written, place, depth + 2) for place, written in options)

    def _arguments_given(self) -> dict[str, list[tuple[GoFile, str]]]:
        """What functions of the program are called with, by the name of the parameter."""
        if self._given is None:
            self._given = {}
            wanted = {name: places for file in self.files for name, places in parameters_of(file).items()}
            pattern = re.compile(rf"(?<!func )(?<!\) )\b({'|'.join(map(re.escape, wanted)) or '(?!)'})\(")
            for file in self.files:
                for match in pattern.finditer(file.code):
                    arguments = file.text.arguments(match.end())
                    for place, name in wanted[match[1]]:
                        if place < len(arguments):
                            self._given.setdefault(name, []).append((file, arguments[place]))
        return self._given

    def _nearest(self, file: GoFile) -> list[GoFile]:
        folder = parent(file.path)
        others = [each for each in self.files if each is not file]
        return [file, *sorted(others, key=lambda each: parent(each.path) != folder)]

    def _values_of(self, file: GoFile) -> dict[str, list[str | Worth]]:
        if file.path not in self._values:
            self._values[file.path] = values_of(file)
        return self._values[file.path]


def _bare(expression: str) -> str:
    written = expression.strip().lstrip("*&").strip()
    while written.startswith("(") and CodeText(written).closing(1) == len(written) - 1:
        written = written[1:-1].strip()
    return written
