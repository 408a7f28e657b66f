"""What a registry asks for when it answers 401, and what its token service is to be asked in turn."""

from __future__ import annotations

import json
import re

from pydantic import SecretStr

from tasks.errors import Rejected
from tasks.models import Model

_SCHEME = re.compile(r"\s*,?\s*([A-Za-z][A-Za-z0-9-]*)(?=[\s,]|$)(?!\s*=)\s*")
_PARAMETER = re.compile(r'\s*,?\s*([A-Za-z][A-Za-z0-9_-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_LONGEST = 8192


class Bearer(Model):
    """A token is to be had at `realm`."""

    realm: str
    service: str = ""
    scope: str = ""


class Basic(Model):
    """User and password are wanted."""


Challenge = Bearer | Basic


def challenges(header: str) -> tuple[Challenge, ...]:
    """The challenges of a WWW-Authenticate header that we can meet, in its order."""
    found: list[Challenge] = []
    rest = header[:_LONGEST]
    while scheme := _SCHEME.match(rest):
        rest = rest[scheme.end() :]
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(rest):
            quoted, plain = parameter[2], parameter[3]
            parameters[parameter[1].lower()] = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            rest = rest[parameter.end() :]
        if scheme[1].lower() == "bearer" and "realm" in parameters:
            known = {name: parameters[name] for name in ("realm", "service", "scope") if name in parameters}
            found.append(Bearer.model_validate(known))
        elif scheme[1].lower() == "basic":
            found.append(Basic())
    return tuple(found)


def token_in(body: bytes, *, registry: str) -> SecretStr:
    """The token in a token service's answer."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if isinstance(answer, dict):
        for name in ("token", "access_token"):
            value = answer.get(name)
            if isinstance(value, str) and value and value.isascii() and value.isprintable():
                return SecretStr(value)
    raise Rejected(f"the token service of {registry} gave no token", hint="try `docker login`")
