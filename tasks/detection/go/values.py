"""What names of a Go program are worth: constants, fields, flags, struct tags, defaults of configuration libraries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tasks.detection.code_text import CodeText
from tasks.detection.go.syntax import GoFile
from tasks.detection.worth import Worth

Written = tuple[str, "str | Worth"]
"""A name, and the expression it is given or what that is worth."""

_ASSIGNED: Final = re.compile(
    r"(?<![\w)\]])(?:[A-Za-z_]\w*\.)*(?!(?:const|var)\b)([A-Za-z_]\w*)"
    r"(?:[ \t]+\*?(?:string|u?int(?:16|32|64)?|[\w.]*Addr\w*))?"
    r"(?:[ \t]*,[ \t]*\w+)?[ \t]*(?::=|=(?![=]))[ \t]*"
)
_FIELD: Final = re.compile(r"(?<![\w.])([A-Za-z_]\w*)[ \t]*:[ \t]+(?=[^\s=])")
_TAGGED: Final = re.compile(r"^[ \t]*([A-Z]\w*)[ \t]+[\w.*\[\]]+[ \t]*\"(\d+)\"", re.MULTILINE)
_TAG: Final = re.compile(r'([\w-]+):"((?:\\.|[^"\\])*)"')
_SET: Final = r"\b(?:\w*[fF]lag\w*(?:\(\))?|fs)\."
_KIND: Final = r"(?:String|U?[iI]nt(?:16|32|64)?)"
_FLAG_VARIABLE: Final = re.compile(rf"{_SET}\w+VarP?\(")
_FLAG: Final = re.compile(rf"(?:\w+\.)?{_SET}(?:{_KIND}|TextVar)P?\(")
_DECLARED: Final = re.compile(rf"{_SET}{_KIND}(?:(Var)P?|P)?\(")
_SET_DEFAULT: Final = re.compile(r"\.SetDefault\(")
_NAMED_FLAG: Final = re.compile(r"\bName:\s*\"(\d+)\"")
_RETURN: Final = re.compile(r"\breturn\b[ \t]*")
_PARAMETER: Final = re.compile(r"(?i)\w*(?:port|addr|address|listen|host|bind)\w*")
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|PORT|HOST|ADDRESS")
_DEFAULT_KEYS: Final = ("envDefault", "env-default", "default")
_FILE_KEYS: Final = ("yaml", "toml", "json", "mapstructure", "koanf")
_NAME_KEYS: Final = ("env", "envconfig")
MAX_WRITTEN: Final = 400


def values_of(file: GoFile) -> dict[str, list[str | Worth]]:
    """Every name that the file gives a value, with its values in the order of the file, those of the code first."""
    found: dict[str, list[str | Worth]] = {}
    for name, written in (*_flags(file.text), *_assigned(file.text), *_fields(file.text), *_tags(file.text)):
        if isinstance(written, Worth) or 0 < len(written) <= MAX_WRITTEN:
            found.setdefault(name, []).append(written)
    return found


def defaults_of(file: GoFile) -> dict[str, str]:
    """Expressions of viper.SetDefault and its like, by key."""
    found = {}
    for match in _SET_DEFAULT.finditer(file.code):
        arguments = file.text.arguments(match.end())
        key = file.text.string(arguments[0]) if len(arguments) > 1 else None
        if key:
            found[key.lower()] = arguments[1]
    return found


def flags_of(file: GoFile) -> dict[str, str | Worth]:
    """What declares options, by the option's name: what a program asks for by that name later."""
    found: dict[str, str | Worth] = {name.lower(): worth for name, worth in _literals(file.text)}
    for match in _DECLARED.finditer(file.code):
        arguments = file.text.arguments(match.end())[1 if match[1] else 0 :]
        name = file.text.string(arguments[0]) if len(arguments) > 1 else None
        if name:
            found.setdefault(name.lower(), _as_flag(match[0], arguments))
    return found


def returns_of(file: GoFile) -> dict[str, list[str]]:
    """What short functions return, by the function's name."""
    found: dict[str, list[str]] = {}
    for name, _, body in file.functions():
        if len(body) > 1500:  # noqa: PLR2004 - a helper that says an address is short
            continue
        inside = CodeText(body, file.text.strings)
        for match in _RETURN.finditer(body):
            written = inside.expression(match.end(), ",\n;")
            if written and written not in {"nil", "err", "true", "false"}:
                found.setdefault(name, []).append(written)
    return found


def parameters_of(file: GoFile) -> dict[str, list[tuple[int, str]]]:
    """By function, the place and name of the parameters that sound like an address."""
    found = {}
    for name, written, _ in file.functions():
        names = [each.split()[0] for each in written.split(",") if each.split()]
        wanted = [(place, each) for place, each in enumerate(names) if _PARAMETER.fullmatch(each)]
        if wanted and name not in {"main", "init"}:
            found[name] = wanted
    return found


def _assigned(text: CodeText) -> Iterator[Written]:
    for match in _ASSIGNED.finditer(text.code):
        yield match[1], text.expression(match.end(), ",;{\n") if text.code[match.end() : match.end() + 1] != "&" else ""


def _fields(text: CodeText) -> Iterator[Written]:
    for match in _FIELD.finditer(text.code):
        yield match[1], text.expression(match.end(), ",\n{")


def _tags(text: CodeText) -> Iterator[Written]:
    for match in _TAGGED.finditer(text.code):
        tag = dict(_TAG.findall(text.strings[int(match[2])]))
        default = next((tag[key] for key in _DEFAULT_KEYS if key in tag), None)
        named = next((tag[key] for key in _NAME_KEYS if key in tag), "") or _of_viper(tag)
        name, _, options = named.partition(",")
        inline = re.search(r"default=([^,]*)", options)
        if name or default is not None or inline:
            text_of_tag = inline[1] if inline else default
            yield match[1], Worth(text_of_tag, (name,) if name else ())


def keys_of(file: GoFile) -> dict[str, str]:
    """Keys of configuration files by the fields that they fill."""
    found = {}
    for match in _TAGGED.finditer(file.code):
        tag = dict(_TAG.findall(file.text.strings[int(match[2])]))
        key = next((tag[name].partition(",")[0] for name in _FILE_KEYS if name in tag), "")
        if key:
            found[match[1]] = key.lower()
    return found


def _of_viper(tag: Mapping[str, str]) -> str:
    """The variable that viper reads for a key which is written as one."""
    key = tag.get("mapstructure", "").partition(",")[0]
    return key if _VARIABLE.fullmatch(key) else ""


def _flags(text: CodeText) -> Iterator[Written]:
    """Options of the flag package and its like: `flag.StringVar(&addr, "addr", ":80", "")`, and cli.Flag literals."""
    for match in _FLAG_VARIABLE.finditer(text.code) if "Var" in text.code else ():
        arguments = text.arguments(match.end())
        if len(arguments) > 2:  # noqa: PLR2004 - variable, name and default
            yield arguments[0].lstrip("&").rpartition(".")[2], _as_flag(match[0], arguments[1:])
    yield from _literals(text)


def _literals(text: CodeText) -> Iterator[tuple[str, Worth]]:
    for match in _NAMED_FLAG.finditer(text.code):
        name = text.strings[int(match[1])].partition(",")[0].strip()
        literal = text.code[match.end() : text.closing(match.end())]
        value = re.search(r"\bValue:[ \t]*([^,\n]+)", literal)
        variables = re.search(r"\bEnvVars?:([^}\n]+)|Sources:\s*\w+\.EnvVars?\(([^)]*)\)", literal)
        env = (
            [text.strings[int(each)] for each in re.findall(r'"(\d+)"', variables[1] or variables[2])]
            if variables
            else []
        )
        default = (text.string(value[1]) or value[1].strip()) if value else None
        yield name, Worth(default, tuple(env), f"--{name}")


def _as_flag(call: str, arguments: list[str]) -> str:
    """The declaration as a call that has a value, whichever it is."""
    return f"{call.partition('.')[0].removesuffix('()')}.String({', '.join(arguments)})"


def flag_of(file: GoFile, expression: str) -> tuple[str, str] | None:
    """How the flag is typed that the expression declares, and the expression of its default."""
    match = _FLAG.match(expression)
    if match is None:
        return None
    arguments = CodeText(expression, file.text.strings).arguments(match.end())
    name = file.text.string(arguments[0]) if len(arguments) > 1 else None
    is_short = expression.startswith("flag.") and "github.com/spf13/pflag" not in file.imports
    return (f"{'-' if is_short else '--'}{name}", _option(file.text, arguments)) if name else None


def _option(text: CodeText, arguments: list[str]) -> str:
    """The expression of the default: behind the name, and behind the short name where that is a single letter."""
    short = text.string(arguments[1]) if len(arguments) > 3 else None  # noqa: PLR2004 - name, letter, default, usage
    return arguments[2] if short is not None and len(short) == 1 else arguments[1]
