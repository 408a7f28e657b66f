"""The gateway's program in the in-memory engine: it forwards to the release that its file names."""

from __future__ import annotations

import re
from typing import TypeVar

from adapters.engine_target.gateway import STATE_FILE, TARGET_FILE
from tests.world.process import Behaviour, Reply
from tests.world.runtime import MemoryContainer, MemoryRuntime

_T = TypeVar("_T")
_TARGET = re.compile(rb"(r\d+):(\d+) [0-9a-f]+\n")


def install(runtime: MemoryRuntime) -> None:
    """From now on gateways work in this engine."""
    runtime.script(TARGET_FILE, lambda made: _gateway(runtime, made))


def _gateway(runtime: MemoryRuntime, made: MemoryContainer) -> Behaviour:
    made.files = _Files(made.files)

    def answer(path: str) -> Reply | None:
        match = _TARGET.fullmatch(made.files.get(TARGET_FILE, b""))
        release = runtime.at(made.spec.network or "", match[1].decode()) if match else None
        if release is None or match is None or release.spec.port != int(match[2]):
            return None
        return release.reply(path)

    return Behaviour(lines=("forwarding from port 8080",), answer=answer)


class _Files(dict[str, bytes]):
    """Confirms a target as soon as it is written; no conversation outlasts a switch here."""

    def get(self, path: str, default: _T = None) -> bytes | _T:  # type: ignore[assignment]  # None is one more _T
        if path == STATE_FILE and TARGET_FILE in self:
            return self[TARGET_FILE].strip() + b" 0\n"
        return super().get(path, default)
