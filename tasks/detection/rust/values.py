"""What names of a Rust program are worth: bindings, constants, fields, clap's arguments, serde's defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tasks.detection.code_text import CodeText, split
from tasks.detection.rust.syntax import RustFile
from tasks.detection.worth import Worth

Written = tuple[str, "str | Worth"]

_BOUND: Final = re.compile(r"\b(?:let|const|static)\s+(?:mut\s+|ref\s+)?(\w+)\s*(?::\s*[^=;{]{1,80})?=\s*(?!=)")
_FIELD: Final = re.compile(r"(?<![:\w.])([a-z_]\w*)\s*:(?!:)\s*(?=[^\s:])")
_ATTRIBUTE: Final = re.compile(r"#\[(?:arg|clap|structopt|serde|builder|envconfig|env|config)\(")
_ATTRIBUTED: Final = re.compile(r"\s*(?:#\[[^\]]{0,300}\]\s*)*(?:pub(?:\([^)]*\))?\s+)?(\w+)\s*:")
_ARGUMENT: Final = re.compile(r"\bArg::(?:new|with_name)\(\s*\"(\d+)\"\s*\)")
_SET_DEFAULT: Final = re.compile(r"\.set_default\(")
_RETURN: Final = re.compile(r"\breturn\b\s*")
_PARAMETER: Final = re.compile(r"\w*(?:port|addr|address|listen|host|bind)\w*")
_MAX_WRITTEN: Final = 600


def values_of(file: RustFile) -> dict[str, list[str | Worth]]:
    """Every name that the file gives a value, with its values."""
    found: dict[str, list[str | Worth]] = {}
    for name, written in (*_attributes(file.text), *_arguments(file.text), *_bound(file.text), *_fields(file.text)):
        if isinstance(written, Worth) or 0 < len(written) <= _MAX_WRITTEN:
            found.setdefault(name, []).append(written)
    return found


def defaults_of(file: RustFile) -> dict[str, str]:
    """Expressions of the config crate's defaults, by key."""
    found = {}
    for match in _SET_DEFAULT.finditer(file.code):
        arguments = file.text.arguments(match.end())
        key = file.text.string(arguments[0]) if len(arguments) > 1 else None
        if key:
            found[key.lower()] = arguments[1]
    return found


def returns_of(file: RustFile) -> dict[str, list[str]]:
    """What short functions come to, by the function's name."""
    found: dict[str, list[str]] = {}
    for name, _, body in file.functions():
        if len(body) > 1500:  # noqa: PLR2004 - a helper that says an address is short
            continue
        inside = CodeText(body, file.text.strings)
        written = [inside.expression(match.end(), ";") for match in _RETURN.finditer(body)]
        written.append(split(body, ";")[-1])
        found.setdefault(name, []).extend(each for each in written if each)
    return found


def parameters_of(file: RustFile) -> dict[str, list[tuple[int, str]]]:
    """By function, the place and name of the parameters that sound like an address; `self` does not count."""
    found = {}
    for name, written, _ in file.functions():
        names = [re.sub(r"^(?:mut )?", "", each.partition(":")[0].strip()) for each in split(written, ",")]
        names = [each for each in names if each.lstrip("&").removeprefix("mut ") != "self"]
        wanted = [(place, each) for place, each in enumerate(names) if _PARAMETER.fullmatch(each)]
        if wanted and name != "main":
            found[name] = wanted
    return found


def _bound(text: CodeText) -> Iterator[Written]:
    for match in _BOUND.finditer(text.code):
        yield match[1], text.expression(match.end(), ";")


def _fields(text: CodeText) -> Iterator[Written]:
    for match in _FIELD.finditer(text.code):
        yield match[1], text.expression(match.end(), ",;")


def _attributes(text: CodeText) -> Iterator[Written]:
    """Fields of clap, structopt and serde: `#[arg(long, env = "PORT", default_value_t = 80)] port: u16`."""
    for match in _ATTRIBUTE.finditer(text.code):
        end = text.closing(match.end())
        field = _ATTRIBUTED.match(text.code, end + 2)
        if field is None:
            continue
        given = {
            key.strip(): value.strip()
            for key, _, value in (each.partition("=") for each in text.arguments(match.end()))
        }
        default = next((given[key] for key in ("default_value", "default_value_t", "default") if given.get(key)), None)
        if (
            "default" in given
            and default
            and text.string(default)
            and re.fullmatch(r"[a-z_][\w:]*", text.string(default) or "")
        ):
            yield field[1], f"{text.string(default)}()"
            continue
        variable = text.string(given["env"]) if given.get("env") else field[1].upper() if "env" in given else None
        option = (
            text.string(given["long"]) if given.get("long") else field[1].replace("_", "-") if "long" in given else None
        )
        literal = (text.string(default) or default) if default else None
        worth = Worth(literal, (variable,) if variable else (), f"--{option}" if option else None)
        if worth != Worth():
            yield field[1], worth


def _arguments(text: CodeText) -> Iterator[Written]:
    """`Arg::new("port").long("port").env("PORT").default_value("80")`."""
    for match in _ARGUMENT.finditer(text.code):
        chain = text.expression(match.end(), ",;")
        said = {name: text.strings[int(value)] for name, value in re.findall(r"\.(\w+)\(\s*\"(\d+)\"", chain)}
        variable, option = said.get("env"), said.get("long")
        yield (
            text.strings[int(match[1])],
            Worth(said.get("default_value"), (variable,) if variable else (), f"--{option}" if option else None),
        )
