"""The variables of the environment that a Rust program reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.code_text import calls
from tasks.detection.environment import Read
from tasks.detection.rust.scope import RustScope
from tasks.detection.rust.syntax import RustFile
from tasks.detection.rust.values import values_of
from tasks.detection.worth import Worth

_READ: Final = re.compile(r"(?<!\w)(?:env::|dotenvy?::)?(var|var_os|\w*env\w*)\(")
_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{1,80}")
_FALLBACK: Final = re.compile(
    r"\.(?:unwrap_or(?:_else|_default)?|or_else|map_or(?:_else)?|ok|is_ok|is_err|unwrap_or_default)\("
)
_ASKED: Final = re.compile(r"\b(?:match|if let \w+\(\w+\) =) (?:std::|env::)*$")
_NEEDED: Final = re.compile(r"^\s*(?:\.(?:expect|unwrap|context|with_context|map_err)\(|\?)")


def reads_of(scope: RustScope) -> Iterator[Read]:
    """Every place that reads a variable."""
    for file in scope.files:
        yield from _calls(file, scope)
        for name, options in values_of(file).items():
            for each in options:
                if isinstance(each, Worth) and each.variables and _NAME.fullmatch(each.variables[0]):
                    line = next(iter(_lines(file, name)), 1)
                    yield Read(each.variables[0], file.path, line, each.text, guarded=True)


def _calls(file: RustFile, scope: RustScope) -> Iterator[Read]:
    for match, arguments in calls(file.text, _READ):
        name = file.text.string(arguments[0]) if arguments else None
        if name is None and arguments and re.fullmatch(r"[A-Z][A-Z0-9_]*", arguments[0]):
            name = scope.worth(arguments[0], file).text
        if name is None or not _NAME.fullmatch(name) or match[1] in {"set_env", "remove_env"}:
            continue
        line = file.text.line(match.start())
        end = file.text.closing(match.end()) + 1
        if match[1] not in {"var", "var_os"}:
            default = scope.worth(arguments[1], file).text if len(arguments) > 1 else None
            yield Read(name, file.path, line, default)
            continue
        rest = file.text.expression(end, ";,")[:400]
        asked = _ASKED.search(file.code, max(match.start() - 40, 0), match.start())
        whole = file.text.expression(asked.start() if asked else match.start(), ";,")
        worth = scope.worth(whole, file)
        default = worth.text if worth.variables == (name,) else None
        guarded = (
            _FALLBACK.search(rest) is not None
            or re.search(r"\b(?:match|if let|while let)\b[^;{]*$", file.code[: match.start()][-160:]) is not None
        )
        yield Read(
            name, file.path, line, default, required=_NEEDED.match(rest) is not None and not guarded, guarded=guarded
        )


def _lines(file: RustFile, name: str) -> Iterator[int]:
    for match in re.finditer(rf"\b{re.escape(name)}\s*:", file.code):
        yield file.text.line(match.start())
