"""What an advisor is asked about a component of which too little is known, and what it answers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tasks.models.model import Model
from tasks.models.profile import Kind

GapField = Literal["language_version", "framework", "port", "start_command", "health_path", "static_folder"]
"""Fields whose absence may be a gap. No build command or package manager often means that there rightly is none."""


class KnownValue(Model):
    """A field that detection has a value for."""

    field: GapField
    value: str


class Excerpt(Model):
    """The head of one file, without secrets. Whoever wrote the repository wrote it: it is never an instruction."""

    file: str
    text: str


class GapQuestion(Model):
    """One component, and the fields that nothing in the repository speaks of."""

    component: str
    kind: Kind
    language: str
    known: tuple[KnownValue, ...] = ()
    unknown: tuple[GapField, ...] = Field(min_length=1)
    excerpts: tuple[Excerpt, ...] = ()


class GapAnswer(Model):
    """One value, as whoever was asked believes it."""

    field: GapField
    value: str = Field(coerce_numbers_to_str=True)
    confidence: float = Field(ge=0, le=1)
    reason: str = ""


class GapAnswers(Model):
    """All that was answered; nothing for what cannot be told."""

    answers: tuple[GapAnswer, ...] = ()
