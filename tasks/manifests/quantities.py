"""Amounts as Kubernetes writes them, to compare and to show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from tasks.errors import Invalid

_SUFFIXES: Mapping[str, Decimal] = {
    "": Decimal(1),
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(10) ** 3,
    "M": Decimal(10) ** 6,
    "G": Decimal(10) ** 9,
    "T": Decimal(10) ** 12,
    "P": Decimal(10) ** 15,
    "E": Decimal(10) ** 18,
    "Ki": Decimal(2) ** 10,
    "Mi": Decimal(2) ** 20,
    "Gi": Decimal(2) ** 30,
    "Ti": Decimal(2) ** 40,
    "Pi": Decimal(2) ** 50,
    "Ei": Decimal(2) ** 60,
}
_FORM = re.compile(r"([+-]?[0-9.]+(?:[eE][+-]?[0-9]{1,3})?)([numkMGTPE]|[KMGTPE]i)?")
_BYTES = ("memory", "storage")


def amount(text: object) -> Decimal:
    """The quantity as a number: cores, bytes, or pieces. Raises Invalid for what is none."""
    found = _FORM.fullmatch(str(text))
    try:
        if found:
            return Decimal(found.group(1)) * _SUFFIXES[found.group(2) or ""]
    except InvalidOperation:
        pass
    raise Invalid(f"{text!r} is no quantity", hint="write it as Kubernetes does: 250m, 512Mi, 2")


def shown(resource: str, value: Decimal) -> str:
    """As people read it: 512 MiB of memory, 0.25 of a cpu, 3 pods."""
    if any(word in resource for word in _BYTES):
        for unit in ("Gi", "Mi", "Ki"):
            if abs(value) >= _SUFFIXES[unit]:
                return f"{_short(value / _SUFFIXES[unit])} {unit}B"
    return _short(value)


def _short(value: Decimal) -> str:
    return (
        f"{value.quantize(Decimal('0.01')):f}".rstrip("0").rstrip(".")
        if value % 1
        else f"{value.to_integral_value():f}"
    )
