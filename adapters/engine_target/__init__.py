"""Releases on one container engine, behind a stable address."""

from __future__ import annotations

from adapters.engine_target.pace import Pace
from adapters.engine_target.target import EngineTarget

__all__ = ["EngineTarget", "Pace"]
