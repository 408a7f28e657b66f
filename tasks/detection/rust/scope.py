"""Works out what an expression of a Rust program is worth, from the file it stands in to the crates beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tasks.detection.code_text import CodeText, split
from tasks.detection.rust.syntax import RustFile
from tasks.detection.rust.values import defaults_of, parameters_of, returns_of, values_of
from tasks.detection.worth import UNKNOWN, Worth, first, joined

_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,60}")
_CALL: Final = re.compile(r"([A-Za-z_][\w:]*(?:::<[^()]*?>)?!?)\s*[(\[{]")
_NUMBER: Final = re.compile(r"(\d[\d_]*?)(?:_?[ui](?:8|16|32|64|size))?")
_ENV: Final = re.compile(r"(?:env::|dotenvy?::)?(?:var|var_os)|(?:option_)?env!")
_FALLBACK: Final = frozenset({"unwrap_or", "unwrap_or_else", "or", "or_else", "map_or", "map_or_else"})
_LOOKUP: Final = re.compile(r"(?:get|get_\w+|extract|extract_inner|find_value)")
_CONSTANTS: Final = {
    "Ipv4Addr::UNSPECIFIED": "0.0.0.0",  # noqa: S104 - what the constant means
    "Ipv4Addr::LOCALHOST": "127.0.0.1",
    "Ipv6Addr::UNSPECIFIED": "[::]",
    "Ipv6Addr::LOCALHOST": "[::1]",
}
_HOLE: Final = re.compile(r"\{(\w*)(?::[^}]*)?\}")
_MAX_DEPTH: Final = 12


@dataclass
class Scope:
    """The files of a program, the nearest first."""

    files: Sequence[RustFile]
    settings: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    _values: dict[str, dict[str, list[str | Worth]]] = field(default_factory=dict)
    _returns: dict[str, list[tuple[RustFile, str]]] | None = None
    _given: dict[str, list[tuple[RustFile, str]]] | None = None

    def worth(self, expression: str, file: RustFile, depth: int = 0) -> Worth:
        """The expression's worth as it stands in that file."""
        written = _bare(expression)
        if depth > _MAX_DEPTH or not written:
            return Worth()
        if re.match(r"(?:match|if)\b", written):
            return self._branches(written, file, depth)
        parts = split(written, ".")
        found = self._primary(parts[0], file, depth)
        for place, part in enumerate(parts[1:], start=1):
            found = self._then(found, parts[:place], part, file, depth)
        return found

    def setting(self, key: str) -> Worth:
        """What a configuration file, or a default in the code, says of a key."""
        default = next(((each, said[key]) for each in self.files if key in (said := defaults_of(each))), None)
        return first((Worth(self.settings.get(key)), self.worth(default[1], default[0], 3) if default else Worth()))

    def _then(self, found: Worth, before: list[str], part: str, file: RustFile, depth: int) -> Worth:
        """What a method or a field makes of what stands before it."""
        call = re.match(r"(\w+)(?:::<.*?>)?\s*\(", part)
        if call is None:
            return first((self._name([*_words(before), part.rstrip("?").strip()], file, depth), found))
        inside = CodeText(part, file.text.strings)
        arguments = inside.arguments(call.end())
        if call[1] in _FALLBACK and arguments:
            return first((found, self.worth(_closure(arguments[0]), file, depth + 1)))
        key = file.text.string(arguments[0]) if arguments else None
        if key and _LOOKUP.fullmatch(call[1]):
            return first((found, self.setting(key.lower())))
        if found == Worth() and not arguments:
            return self._returned(call[1], file, depth)
        return found

    def _primary(self, written: str, file: RustFile, depth: int) -> Worth:
        bare = _bare(written)
        text = file.text.string(bare)
        number = _NUMBER.fullmatch(bare)
        if text is not None:
            return Worth(text)
        if number:
            return Worth(number[1].replace("_", ""))
        constant = next((value for name, value in _CONSTANTS.items() if bare.endswith(name)), None)
        if constant:
            return Worth(constant)
        if bare.startswith(("(", "[")):
            return self._grouped(bare, file, depth)
        call = _CALL.match(bare)
        if call:
            return self._call(call[1], CodeText(bare, file.text.strings).arguments(call.end()), file, depth)
        return self._name(_words([bare]), file, depth) if re.fullmatch(r"[\w:]+", bare) else Worth()

    def _grouped(self, bare: str, file: RustFile, depth: int) -> Worth:
        """A tuple of host and port, or the four numbers of an address."""
        items = [self.worth(each, file, depth + 1) for each in CodeText(bare).arguments(1)]
        if len(items) == 4 and all(each.text for each in items):  # noqa: PLR2004 - an IPv4 address
            return Worth(".".join(each.text or "" for each in items))
        if len(items) == 2:  # noqa: PLR2004 - host and port
            return joined((items[0], Worth(":"), items[1]))
        return items[0] if len(items) == 1 else Worth()

    def _call(self, name: str, arguments: list[str], file: RustFile, depth: int) -> Worth:
        last = re.sub(r"::<.*$", "", name).rpartition("::")[2]
        path = "::".join(re.sub(r"::<.*?>", "", name).split("::")[-2:])
        if not arguments:
            return self._returned(last, file, depth)
        key = file.text.string(arguments[0])
        if _ENV.fullmatch(path) or (last in {"var", "var_os"} and key):
            variable = key or self.worth(arguments[0], file, depth + 1).text
            return Worth(self.environment.get(variable), (variable,)) if variable else Worth()
        if last in {"format!", "format_args!", "concat!"}:
            return self._formatted(arguments, file, depth, plain=last == "concat!")
        if last == "new" and "Addr" in path:
            return self._grouped(f"({', '.join(arguments)})", file, depth)
        if key and _VARIABLE.fullmatch(key):
            fallback = first(self.worth(_closure(each), file, depth + 1) for each in arguments[1:])
            return first((Worth(fallback.text, (key,)), Worth(self.environment.get(key))))
        own = self._returned(last, file, depth) if re.fullmatch(r"[a-z]\w*", last) else Worth()
        return first((own, self.worth(arguments[0], file, depth + 1)))

    def _formatted(self, arguments: list[str], file: RustFile, depth: int, *, plain: bool) -> Worth:
        if plain:
            return joined(self.worth(each, file, depth + 1) for each in arguments)
        values = [each.partition("=")[2] if re.match(r"\w+\s*=", each) else each for each in arguments[1:]]
        named = {each.partition("=")[0].strip(): each.partition("=")[2] for each in arguments[1:] if re.match(r"\w+\s*=", each)}
        pattern = self.worth(arguments[0], file, depth + 1).text or ""
        parts, end, number = [], 0, 0
        for hole in _HOLE.finditer(pattern):
            parts.append(Worth(pattern[end : hole.start()]))
            name, end = hole[1], hole.end()
            if name and not name.isdigit():
                written = named.get(name, name)
            else:
                place = int(name) if name else number
                number += not name
                written = values[place] if place < len(values) else ""
            parts.append(self.worth(written, file, depth + 1))
        return joined((*parts, Worth(pattern[end:])))

    def _branches(self, written: str, file: RustFile, depth: int) -> Worth:
        """match and if: the variable that is asked, then the last literal that could stand for it."""
        asked = re.search(r"\bvar(?:_os)?\(\s*\"(\d+)\"\s*\)", written)
        variable = file.text.strings[int(asked[1])] if asked else None
        texts = [file.text.strings[int(each)] for each in re.findall(r'"(\d+)"', written[asked.end() if asked else 0 :])]
        numbers = re.findall(r"(?<![\w\".])(\d{2,5})(?:_?u16)?(?![\w\"])", written)
        literal = next((each for each in reversed([*texts, *numbers]) if Worth(each).port), None)
        name = re.search(r"(?:=>|else\s*\{)\s*([A-Z][A-Z0-9_]+)\b", written)
        held = self._name([name[1]], file, depth) if name and literal is None else Worth()
        example = self.environment.get(variable) if variable else None
        return first((Worth(literal, (variable,) if variable else ()), held, Worth(example)))

    def _name(self, path: list[str], file: RustFile, depth: int) -> Worth:
        name = path[-1]
        for each in [file, *(other for other in self.files if other is not file)]:
            found = first(self._option(option, name, each, depth) for option in self._values_of(each).get(name, ()))
            if found.text or found.variables:
                return found
        for place, given in self._arguments_given().get(name, ()):
            found = self.worth(given, place, depth + 2) if given != name else Worth()
            if found.text or found.variables:
                return found
        keys = [".".join(path[-size:]).lower() for size in (3, 2, 1) if len(path) >= size]
        return first(self.setting(key) for key in keys)

    def _option(self, option: str | Worth, name: str, file: RustFile, depth: int) -> Worth:
        if isinstance(option, Worth):
            example = next((self.environment[each] for each in option.variables if each in self.environment), None)
            return first((option, Worth(example)))
        return Worth() if _bare(option) == name else self.worth(option, file, depth + 1)

    def _returned(self, name: str, file: RustFile, depth: int) -> Worth:
        if self._returns is None:
            self._returns = {}
            for each in self.files:
                for function, written in returns_of(each).items():
                    self._returns.setdefault(function, []).extend((each, one) for one in written)
        options = sorted(self._returns.get(name, ())[:6], key=lambda place: place[0] is not file)
        return first(self.worth(written, place, depth + 2) for place, written in options)

    def _arguments_given(self) -> dict[str, list[tuple[RustFile, str]]]:
        if self._given is None:
            self._given = {}
            wanted = {name: places for file in self.files for name, places in parameters_of(file).items()}
            pattern = re.compile(rf"(?<!fn )\b({'|'.join(map(re.escape, wanted)) or '(?!)'})\(")
            for file in self.files:
                for match in pattern.finditer(file.code):
                    arguments = file.text.arguments(match.end())
                    for place, name in wanted[match[1]]:
                        if place < len(arguments):
                            self._given.setdefault(name, []).append((file, arguments[place]))
        return self._given

    def _values_of(self, file: RustFile) -> dict[str, list[str | Worth]]:
        if file.path not in self._values:
            self._values[file.path] = values_of(file)
        return self._values[file.path]


def _bare(expression: str) -> str:
    written = re.sub(r"^(?:&\s*(?:mut\s+)?|\*|mut\s+)+", "", expression.strip()).rstrip("?").strip()
    written = re.sub(r"\s+as\s+\w+$", "", written)
    while written.startswith("(") and CodeText(written).closing(1) == len(written) - 1:
        if len(split(written[1:-1], ",")) != 1:
            break
        written = re.sub(r"^(?:&\s*|\*)+", "", written[1:-1].strip())
    return written


def _closure(written: str) -> str:
    bare = re.sub(r"^\s*(?:move\s+)?\|[^|]*\|\s*", "", written).strip()
    if bare.startswith("{") and bare.endswith("}"):
        bare = split(bare[1:-1], ";")[-1]
    return bare


def _words(parts: list[str]) -> list[str]:
    return [word for part in parts for word in re.split(r"::|\.", re.sub(r"\(.*$", "", part)) if word] or [UNKNOWN]
