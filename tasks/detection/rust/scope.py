"""Works out what an expression of a Rust program is worth, from the file it stands in to the crates beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from tasks.detection.code_text import CodeText, split
from tasks.detection.rust.syntax import RustFile
from tasks.detection.rust.values import defaults_of, parameters_of, returns_of, values_of
from tasks.detection.scope import Names, Scope
from tasks.detection.worth import UNKNOWN, Worth, first, joined

_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,60}")
_CALL: Final = re.compile(r"([A-Za-z_][\w:]*(?:::<[^()]*?>)?!?)\s*[(\[{]")
_STATUS: Final = re.compile(r"\bstatus(?:_code)?\(\s*\d+\s*\)")
"""The status of an answer, which is no port."""
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
_CONVERTING: Final = re.compile(r"(?:Socket|Ip|Ipv[46])Addr(?:V[46])?::\w+|(?:String|u16|u32|Some|Ok)(?:::\w+)?")
"""Functions of the standard library, whatever the program calls its own."""
_HOLE: Final = re.compile(r"\{(\w*)(?::[^}]*)?\}")


@dataclass
class RustScope(Scope[RustFile]):
    """The files of a Rust program."""

    _opened: set[tuple[str, str]] = field(default_factory=set)
    """Expressions that hide the name they begin with, and that are being worked out: they may lead back to it."""

    def bare(self, expression: str) -> str:
        """Without references, casts, question marks and the brackets around all of it."""
        return _bare(expression)

    def names(self, file: RustFile) -> Names:
        """Of bindings, constants, fields and arguments."""
        return Names(values_of(file), returns_of(file), parameters_of(file), defaults_of(file))

    def _option(self, option: str | Worth, name: str, file: RustFile, depth: int) -> Worth:
        """Of `let port = port.unwrap_or(80)` the fallback: the name on the right is the one that the left hides."""
        bare = _bare(option) if isinstance(option, str) else ""
        if not re.match(rf"{re.escape(name)}\s*\.", bare):
            return super()._option(option, name, file, depth)
        if (bare, file.path) in self._opened:
            return Worth()
        self._opened.add((bare, file.path))
        parts = split(bare, ".")
        found = Worth()
        for place, part in enumerate(parts[1:], start=1):
            found = self._then(found, parts[:place], part, file, depth)
        self._opened.discard((bare, file.path))
        return found

    def evaluated(self, written: str, file: RustFile, depth: int) -> Worth:
        """The worth of a bare expression."""
        if re.match(r"(?:match|if)\b", written):
            return self._branches(written, file, depth)
        parts = split(written, ".")
        found = self._primary(parts[0], file, depth)
        for place, part in enumerate(parts[1:], start=1):
            found = self._then(found, parts[:place], part, file, depth)
        return found

    def _then(self, found: Worth, before: list[str], part: str, file: RustFile, depth: int) -> Worth:
        """What a method or a field makes of what stands before it."""
        call = re.match(r"(\w+)(?:::<.*?>)?\s*\(", part)
        if call is None:
            return first((self.named([*_words(before), part.rstrip("?").strip()], file, depth), found))
        inside = CodeText(part, file.text.strings)
        arguments = inside.arguments(call.end())
        if call[1] in _FALLBACK and arguments:
            return first((found, self.worth(_closure(arguments[0]), file, depth)))
        key = file.text.string(arguments[0]) if arguments else None
        if key and _LOOKUP.fullmatch(call[1]):
            return first((found, self.setting(key.lower())))
        if found == Worth() and not arguments:
            return self.returned(call[1], file, depth)
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
        return self.named(_words([bare]), file, depth) if re.fullmatch(r"[\w:]+", bare) else Worth()

    def _grouped(self, bare: str, file: RustFile, depth: int) -> Worth:
        """A tuple of host and port, or the four numbers of an address."""
        items = [self.worth(each, file, depth) for each in CodeText(bare).arguments(1)]
        if len(items) == 4 and all(each.text for each in items):  # noqa: PLR2004 - an IPv4 address
            return Worth(".".join(each.text or "" for each in items))
        if len(items) == 2:  # noqa: PLR2004 - host and port
            return joined((_bracketed(items[0]), Worth(":"), items[1]))
        return items[0] if len(items) == 1 else Worth()

    def _call(self, name: str, arguments: list[str], file: RustFile, depth: int) -> Worth:
        last = re.sub(r"::<.*$", "", name).rpartition("::")[2]
        path = "::".join(re.sub(r"::<.*?>", "", name).split("::")[-2:])
        if not arguments:
            return self.returned(last, file, depth)
        key = file.text.string(arguments[0])
        if _ENV.fullmatch(path) or (last in {"var", "var_os"} and key):
            variable = key or self.worth(arguments[0], file, depth).text
            return Worth(self.environment.get(variable), (variable,)) if variable else Worth()
        if last in {"format!", "format_args!", "concat!"}:
            return self._formatted(arguments, file, depth, plain=last == "concat!")
        if last == "new" and "Addr" in path:
            return self._grouped(f"({', '.join(arguments)})", file, depth)
        if key and _VARIABLE.fullmatch(key):
            fallback = first(self.worth(_closure(each), file, depth) for each in arguments[1:])
            return first((Worth(fallback.text, (key,)), Worth(self.environment.get(key))))
        is_own = re.fullmatch(r"[a-z]\w*", last) and not _CONVERTING.fullmatch(path)
        own = self.returned(last, file, depth) if is_own else Worth()
        return first((own, self.worth(arguments[0], file, depth)))

    def _formatted(self, arguments: list[str], file: RustFile, depth: int, *, plain: bool) -> Worth:
        if plain:
            return joined(self.worth(each, file, depth) for each in arguments)
        values = [each.partition("=")[2] if re.match(r"\w+\s*=", each) else each for each in arguments[1:]]
        named = {
            each.partition("=")[0].strip(): each.partition("=")[2]
            for each in arguments[1:]
            if re.match(r"\w+\s*=", each)
        }
        pattern = self.worth(arguments[0], file, depth).text or ""
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
            parts.append(self.worth(written, file, depth))
        return joined((*parts, Worth(pattern[end:])))

    def _branches(self, written: str, file: RustFile, depth: int) -> Worth:
        """Of `match` and `if`: the variable that is asked, then the last literal that could stand for it."""
        asked = re.search(r"\bvar(?:_os)?\(\s*\"(\d+)\"\s*\)", written)
        variable = file.text.strings[int(asked[1])] if asked else None
        texts = [
            file.text.strings[int(each)] for each in re.findall(r'"(\d+)"', written[asked.end() if asked else 0 :])
        ]
        numbers = re.findall(r"(?<![\w\".])(\d{2,5})(?:_?u16)?(?![\w\"])", _STATUS.sub("", written))
        literal = next((each for each in reversed([*texts, *numbers]) if Worth(each).port), None)
        name = re.search(r"(?:=>|else\s*\{)\s*([A-Z][A-Z0-9_]+)\b", written)
        held = self.named([name[1]], file, depth) if name and literal is None else Worth()
        example = self.environment.get(variable) if variable else None
        return first((Worth(literal, (variable,) if variable else ()), held, Worth(example)))


def _bracketed(host: Worth) -> Worth:
    """An address of IPv6 as it stands before a port."""
    text = host.text or ""
    return replace(host, text=f"[{text}]") if text.count(":") > 1 and not text.startswith("[") else host


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
