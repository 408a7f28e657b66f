"""What a request names instead of holding it: values in Prefect Secret blocks, opened here and nowhere else.

Parameters of a flow run are stored and shown; the values are read when the run begins, and live as long as it does.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect.blocks.system import Secret
from pydantic import SecretStr

from tasks.errors import Invalid
from tasks.models import RunRequest, Variable

_SECRET_KEYS = frozenset({"auth", "password", "identitytoken", "registrytoken"})


@dataclass(frozen=True)
class Opened:
    """The values that a run may use, and everything that must not be seen of them."""

    variables: tuple[Variable, ...] = ()
    docker_config: Path | None = None
    """The folder of a config.json, when the request names a login."""
    hidden: tuple[SecretStr, ...] = ()


@contextlib.contextmanager
def opened(request: RunRequest) -> Iterator[Opened]:
    """The values of the blocks. A login lies in a folder that only we may read, until the end of this block."""
    variables = tuple(
        Variable(name=named.name, value=SecretStr(_text(_value(named.block)))) for named in request.env_from_blocks
    )
    if request.registry_login is None:
        yield Opened(variables)
        return
    login = _login(request.registry_login)
    with tempfile.TemporaryDirectory(prefix="containerkit-login-") as folder:
        Path(folder, "config.json").write_text(json.dumps(login), encoding="utf-8")
        yield Opened(variables, Path(folder), tuple(map(SecretStr, _secrets(login))))


def _value(name: str) -> Any:
    try:
        # a sync call where no event loop runs; typed as either
        found: Any = Secret.load(name)
    except ValueError as error:
        raise Invalid(
            f"there is no Secret block {name}", hint=f"make it in Prefect's UI, under Blocks, type Secret, name {name}"
        ) from error
    return found.get()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _login(name: str) -> dict[str, Any]:
    value = _value(name)
    try:
        login = json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError:
        login = None
    if not isinstance(login, dict):
        # neither the value nor the decoder's words about it
        raise Invalid(
            f"the Secret block {name} holds no Docker configuration",
            hint='write {"auths": {"REGISTRY": {"username": "…", "password": "…"}}} into it',
        )
    return login


def _secrets(value: object, key: str = "") -> Iterator[str]:
    """Every secret in a Docker configuration, and the password within a basic login."""
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _secrets(below, name)
    elif isinstance(value, str) and key in _SECRET_KEYS:
        yield value
        if key == "auth":
            with contextlib.suppress(binascii.Error, UnicodeDecodeError):
                yield base64.b64decode(value).decode().partition(":")[2]
