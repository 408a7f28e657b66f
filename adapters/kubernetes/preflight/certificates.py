"""When certificates and tokens end: read from themselves, because a server that refuses them only says Unauthorized."""

from __future__ import annotations

import base64
import binascii
import json
import ssl
from datetime import UTC, datetime
from typing import NamedTuple

_SEQUENCE, _INTEGER, _VERSION = 0x30, 0x02, 0xA0
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_LONG_FORM = 0x80
_JWT_PARTS = 3


class _Part(NamedTuple):
    tag: int
    content: bytes
    rest: bytes


def certificate_end(certificate: bytes) -> datetime | None:
    """The notAfter of a certificate, PEM or DER (of several the first); None when it is no certificate."""
    try:
        der = ssl.PEM_cert_to_DER_cert(_first(certificate)) if b"-----BEGIN" in certificate else certificate
        return _not_after(der)
    except (ValueError, IndexError):
        return None


def token_end(token: str) -> datetime | None:
    """The end that a JSON web token states; None for one that states none, or is none."""
    parts = token.removeprefix("Bearer ").strip().split(".")
    if len(parts) != _JWT_PARTS:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (binascii.Error, ValueError, KeyError, TypeError, OverflowError, OSError):
        return None


def _first(pem: bytes) -> str:
    head, foot = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    text = pem.decode("ascii", errors="replace")
    start = text.index(head)
    return text[start : text.index(foot, start) + len(foot)]


def _not_after(der: bytes) -> datetime:
    """By X.509: version?, serial, algorithm, issuer, then the validity's two times."""
    part = _part(_part(_part(der).content).content)
    if part.tag == _VERSION:
        part = _part(part.rest)
    algorithm = _part(part.rest)
    issuer = _part(algorithm.rest)
    validity = _part(issuer.rest)
    if part.tag != _INTEGER or validity.tag != _SEQUENCE:
        raise ValueError("not an X.509 certificate")
    return _time(_part(_part(validity.content).rest))


def _part(der: bytes) -> _Part:
    tag, length, start = der[0], der[1], 2
    if length >= _LONG_FORM:
        start = 2 + length - _LONG_FORM
        length = int.from_bytes(der[2:start], "big")
    return _Part(tag, der[start : start + length], der[start + length :])


def _time(part: _Part) -> datetime:
    text = part.content.decode("ascii")
    if part.tag not in {_UTC_TIME, _GENERALIZED_TIME}:
        raise ValueError("no time")
    if part.tag == _UTC_TIME:
        # by RFC 5280 a year of two digits below 50 is one of this century
        text = ("20" if text < "50" else "19") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
