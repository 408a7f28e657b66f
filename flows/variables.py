"""Variables for the application, as people write them: NAME=VALUE, on the command line or in a file."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr, ValidationError

from tasks.errors import Invalid
from tasks.models import Variable

_LARGEST_FILE_BYTES = 1_000_000


def parse_variable(text: str, where: str = "--env") -> Variable:
    """NAME=VALUE as a Variable. Raises Invalid, which names the variable and never its value."""
    name, equals, value = text.partition("=")
    if not equals:
        raise Invalid(f"{where}: there is no = in it", hint="write NAME=VALUE")
    try:
        return Variable(name=name.strip(), value=SecretStr(value))
    except ValidationError as error:
        raise Invalid(f"{where}: {name.strip()!r} is no name of a variable", hint="letters, digits and _") from error


def read_env_file(file: Path) -> tuple[Variable, ...]:
    """The variables of an env file: lines NAME=VALUE, # comments, `export ` and one pair of quotes around the value."""
    try:
        if file.stat().st_size > _LARGEST_FILE_BYTES:
            raise Invalid(
                f"{file} is larger than {_LARGEST_FILE_BYTES} bytes", hint="an env file holds NAME=VALUE lines"
            )
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"the env file {file} cannot be read: {error}", hint="--env-file FILE") from error
    found: dict[str, Variable] = {}
    for number, line in enumerate(lines, start=1):
        text = line.strip().removeprefix("export ").lstrip()
        if text and not text.startswith("#"):
            variable = parse_variable(text, f"{file}:{number}")
            found[variable.name] = variable.changed(value=SecretStr(_unquoted(variable.value.get_secret_value())))
    return tuple(found.values())


def gathered(
    env_file: str | None, in_blocks: tuple[Variable, ...], typed: tuple[Variable, ...]
) -> tuple[Variable, ...]:
    """All of them; what was typed wins over what a block holds, and that over a file."""
    in_file = read_env_file(Path(env_file)) if env_file else ()
    return tuple({variable.name: variable for layer in (in_file, in_blocks, typed) for variable in layer}.values())


def _unquoted(value: str) -> str:
    text = value.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
