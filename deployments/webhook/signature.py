"""Who sent it: the secret that a forge and we share, and the signature that it makes of a body."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from pydantic import SecretStr

from tasks.errors import Invalid, Missing

_SHORTEST = 16
"""A secret that can be guessed makes the signature worthless."""
_SCHEME = "sha256="
_HINT = "CONTAINERKIT_WEBHOOK_SECRET=…, or --secret-file FILE; `openssl rand -out FILE -hex 32` makes one"


class Secret:
    """What a forge was given to sign with."""

    def __init__(self, value: SecretStr) -> None:
        if len(value.get_secret_value()) < _SHORTEST:
            raise Invalid(f"the webhook's secret is shorter than {_SHORTEST} characters", hint=_HINT)
        self._key = value.get_secret_value().encode()

    def signed(self, body: bytes, signature: str) -> bool:
        """Whether this signature was made of exactly these bytes, in the same time for every wrong one."""
        made = _SCHEME + hmac.new(self._key, body, hashlib.sha256).hexdigest()
        # bytes: compare_digest refuses text that is not ASCII
        return hmac.compare_digest(made.encode(), signature.encode(errors="replace"))


def read_secret(file: Path | None, in_environment: SecretStr | None) -> Secret:
    """The secret in the file, else the one in the environment. Raises Missing without any."""
    if file is None:
        if in_environment is None:
            raise Missing("the webhook has no secret to check signatures with", hint=_HINT)
        return Secret(in_environment)
    try:
        # an editor ends a file with a line break that nobody means
        return Secret(SecretStr(file.read_text(encoding="utf-8").strip()))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"the secret file {file} cannot be read", hint=_HINT) from error
