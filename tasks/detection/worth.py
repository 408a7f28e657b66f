"""What an expression in a program is worth before the program is run: a text, and the variables that can replace it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

_ADDRESS: Final = re.compile(r"(?:(?P<scheme>tcp|http)://)?(?P<host>\[[\da-fA-F:.?]*\]|[\w.*?-]*):(?P<port>\d{2,5})")
_MAX_PORT: Final = 65535
UNKNOWN: Final = "?"
"""Stands in a text for a part that nothing is known about."""


@dataclass(frozen=True, slots=True)
class Worth:
    """The text, None when it is unknown, and the environment's variables that it is made of."""

    text: str | None = None
    variables: tuple[str, ...] = ()
    option: str | None = None
    """The command line's option that can replace it, as it is typed."""
    host_option: str | None = None
    """The option that can replace the host of an address alone."""
    port_option: str | None = None
    """The option that can replace its port alone."""

    @property
    def port(self) -> int | None:
        """The port of an address, or the number itself."""
        written = (self.text or "").strip()
        match = _ADDRESS.fullmatch(written)
        digits = match["port"] if match else written
        is_port = digits.isascii() and digits.isdigit() and 0 < int(digits[:6]) <= _MAX_PORT
        return int(digits) if is_port else None

    @property
    def host(self) -> str | None:
        """The host of an address; empty for every address, None when it is unknown."""
        match = _ADDRESS.fullmatch((self.text or "").strip())
        host = match["host"].strip("[]") if match else None
        return None if host is None or UNKNOWN in host else host

    @property
    def is_address(self) -> bool:
        """Whether the text is an address with a port, not only a number."""
        return _ADDRESS.fullmatch((self.text or "").strip()) is not None and self.port is not None


def first(options: Iterable[Worth]) -> Worth:
    """The first text that is known and not empty, with the variables of all that were asked before it."""
    found = Worth()
    for each in options:
        found = Worth(
            found.text or (found.text if each.text is None else each.text),
            tuple(dict.fromkeys((*found.variables, *each.variables))),
            found.option or each.option,
            found.host_option or each.host_option,
            found.port_option or each.port_option,
        )
    return found


def joined(parts: Iterable[Worth]) -> Worth:
    """The texts one behind the other; what replaces one of them alone replaces the host or the port of the whole."""
    known = list(parts)
    text = "".join(each.text if each.text is not None else UNKNOWN for each in known)
    whole = replace(first(known), text=text if any(each.text is not None for each in known) else None)
    if len([each for each in known if each.text != "" or each.option]) < 2:  # noqa: PLR2004 - nothing is joined
        return whole
    whole = replace(whole, option=None)
    is_behind = False
    for each in known:
        has_colon = ":" in (each.text or "")
        if each.option and has_colon:
            whole = replace(whole, option=whole.option or each.option)
        elif each.option and is_behind:
            whole = replace(whole, port_option=whole.port_option or each.option)
        elif each.option:
            whole = replace(whole, host_option=whole.host_option or each.option)
        is_behind = is_behind or has_colon
    return whole
