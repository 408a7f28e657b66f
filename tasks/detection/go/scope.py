"""Works out what an expression of a Go program is worth, from the file it stands in to the packages that it imports."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import Final

from tasks.detection.code_text import CodeText, split
from tasks.detection.go.syntax import GoFile
from tasks.detection.go.values import defaults_of, flag_of, flags_of, keys_of, parameters_of, returns_of, values_of
from tasks.detection.scope import Names, Scope
from tasks.detection.worth import UNKNOWN, Worth, first, joined

_CALL: Final = re.compile(r"([A-Za-z_][\w.]*)(?:\[[\w.]+\])?\(")
_NAME: Final = re.compile(r"[A-Za-z_]\w*(?:(?:\(\))?\.[A-Za-z_]\w*)*")
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,60}")
_VERB: Final = re.compile(r"%[+#]?[vdsq]")
_PASSING: Final = frozenset(
    [
        "Itoa",
        "string",
        "String",
        "FormatInt",
        "FormatUint",
        "TrimSpace",
        "Atoi",
        "ParseInt",
        "ParseUint",
        "ParseUint16",
        "int",
        "int64",
        "int32",
        "uint16",
        "uint",
        "Must",
        "ToString",
        "ToInt",
        "Addr",
        "Deref",
        "Value",
        "Get",
        "TrimSuffix",
        "TrimPrefix",
        "ParseAddrPort",
    ]
)
_CHOOSING: Final = frozenset({"Or", "Coalesce", "FirstNonEmpty"})
_ASKED_FLAG: Final = re.compile(r"(?:\w+\.)*\w*[fF]lags?(?:\(\))?\.Get(?:String|U?[iI]nt(?:16|32|64)?)\(")
_DESCRIBING: Final = frozenset({"github.com/swaggo/swag", "github.com/swaggo/swag/v2"})
_STANDING_IN: Final = re.compile(r"(?:^|/)(?:mocks?|fakes?)(?:/|_\w+\.go$|\.go$)|_(?:mock|fake)\.go$")
_GETTERS: Final = re.compile(r"(?:Get|Must)?(?:String|Int|Int64|Uint|Uint16|Value)?|Get\w*")


class GoScope(Scope[GoFile]):
    """The files of a Go program."""

    def bare(self, expression: str) -> str:
        """Without references and the brackets around all of it."""
        written = expression.strip().lstrip("*&").strip()
        while written.startswith("(") and CodeText(written).closing(1) == len(written) - 1:
            written = written[1:-1].strip()
        return written

    def setting(self, key: str) -> Worth:
        """What a configuration file or the code says of a key; else the option of that name."""
        said = super().setting(key)
        place = None if said.text or said.variables else self._flags.get(key.replace("_", "-")) or self._flags.get(key)
        if place is None:
            return said
        file, written = place
        return first((said, written if isinstance(written, Worth) else self.worth(written, file, 3)))

    @cached_property
    def _flags(self) -> dict[str, tuple[GoFile, str | Worth]]:
        """The program's options by name, with the file that declares each."""
        return {name: (file, written) for file in reversed(self.files) for name, written in flags_of(file).items()}

    def named(self, path: list[str], file: GoFile, depth: int) -> Worth:
        """What a name is worth; a field that a configuration file fills is worth what that says."""
        found = super().named(path, file, depth)
        key = self._keys.get(path[-1]) if len(path) > 1 else None
        said = [name for name in self.settings if name == key or name.endswith(f".{key}")] if key else []
        if len(said) > 1:
            above = path[-2].lower()
            said = [name for name in said if above in name.rpartition(".")[0].replace("_", "").split(".")]
        return replace(found, text=self.settings[said[0]]) if len(said) == 1 else found

    @cached_property
    def _keys(self) -> dict[str, str]:
        """Keys of configuration files by the fields that they fill."""
        return {name: key for file in reversed(self.files) for name, key in keys_of(file).items()}

    def names(self, file: GoFile) -> Names:
        """Of constants, variables, fields, flags and tags; none of stand-ins and of what Swagger generates."""
        if _STANDING_IN.search(file.path) or not _DESCRIBING.isdisjoint(file.imports):
            return Names({}, {}, {}, {})
        return Names(values_of(file), returns_of(file), parameters_of(file), defaults_of(file))

    def evaluated(self, written: str, file: GoFile, depth: int) -> Worth:
        """The worth of a bare expression."""
        text = written.replace("_", "") if re.fullmatch(r"\d[\d_]*", written) else file.text.string(written)
        if text is not None:
            return Worth(text)
        parts = split(written, "+")
        if len(parts) > 1:
            return joined(self.worth(part, file, depth) for part in parts)
        option = self._option_of(written, file, depth)
        if option:
            return option
        call = _CALL.match(written)
        if call and CodeText(written).closing(call.end()) == len(written) - 1:
            return self._call(call[1], written, call.end(), file, depth)
        chained = re.search(r"\.Default\(", written)
        if chained:
            inner = CodeText(written).arguments(chained.end())
            return self.worth(inner[0], file, depth) if inner else Worth()
        path = written.replace("()", "")
        return self.named(path.split("."), file, depth) if _NAME.fullmatch(path) else Worth()

    def _option_of(self, written: str, file: GoFile, depth: int) -> Worth | None:
        """What a declared option is worth, or one that is asked for by its name."""
        flag = flag_of(file, written)
        if flag:
            return first((Worth(option=flag[0]), self.worth(flag[1], file, depth)))
        asked = _ASKED_FLAG.match(written)
        name = file.text.string(written[asked.end() : CodeText(written).closing(asked.end())]) if asked else None
        return self.setting(name.lower()) if name else None

    def _call(self, name: str, written: str, start: int, file: GoFile, depth: int) -> Worth:
        arguments = CodeText(written, file.text.strings).arguments(start)
        last = name.rpartition(".")[2]
        if not arguments:
            return self.returned(last, file, depth)
        if last == "Sprintf":
            return self._formatted(arguments, file, depth)
        if last == "JoinHostPort":
            host, port = (self.worth(each, file, depth) for each in (*arguments, UNKNOWN)[:2])
            return joined((replace(host, text=host.host) if host.is_address else host, Worth(":"), port))
        is_getter = last in {"Get", "String", "Value"} and file.text.string(arguments[0]) is not None
        if last in _CHOOSING or (last in _PASSING and not is_getter):
            asked = arguments if last in _CHOOSING else arguments[:1]
            return first(self.worth(each, file, depth) for each in asked)
        return self._looked_up(last, arguments, file, depth)

    def _looked_up(self, last: str, arguments: list[str], file: GoFile, depth: int) -> Worth:
        """A call that is asked for something by name: a variable with a default behind it, or a key of settings."""
        key = file.text.string(arguments[0])
        if key is None and re.search(r"(?i)env", last):
            key = self.worth(arguments[0], file, depth).text
        if key is None:
            return self.returned(last, file, depth)
        fallback = first(self.worth(each, file, depth) for each in arguments[1:])
        if _VARIABLE.fullmatch(key):
            return first((Worth(fallback.text, (key,)), Worth(self.environment.get(key)), self.setting(key.lower())))
        if _GETTERS.fullmatch(last):
            return first((self.setting(key.lower()), fallback))
        return self.returned(last, file, depth)

    def _formatted(self, arguments: list[str], file: GoFile, depth: int) -> Worth:
        pattern = self.worth(arguments[0], file, depth).text or ""
        values = [self.worth(each, file, depth) for each in arguments[1:]]
        pieces = _VERB.split(pattern)
        parts = [Worth(pieces[0])]
        for place, piece in enumerate(pieces[1:]):
            parts += [values[place] if place < len(values) else Worth(), Worth(piece)]
        return joined(parts)
