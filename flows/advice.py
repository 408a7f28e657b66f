"""A language model may fill what no file says, where the settings name one. Whatever happens to it, analysis stands."""

from __future__ import annotations

from typing import Final

from flows.toolbox import Toolbox
from tasks.detection import advice
from tasks.detection.files import list_files
from tasks.errors import Missing, StepError
from tasks.models import AppProfile
from tasks.ports import DetectionAdvisor

_MOST_QUESTIONS: Final = 20
_ASKED: Final = ("deployable", "ambiguous")


def advised(profile: AppProfile, tools: Toolbox) -> AppProfile:
    """The profile with what the model fills in; the same one without a model. An error of the model is a warning."""
    if tools.settings.llm.model is None or profile.verdict not in _ASKED:
        return profile
    try:
        return _asked(profile, tools)
    except StepError as error:
        hint = f" ({error.hint})" if error.hint else ""
        return _warned(profile, f"the language model was not asked: {error.message}{hint}")


def _asked(profile: AppProfile, tools: Toolbox) -> AppProfile:
    """The answers so far are kept when a question fails. Raises Missing without the library that asks."""
    advisor = _advisor(tools)
    if advisor is None:
        return profile
    tree = list_files(profile.checkout.root)
    asked = [(each, advice.question(each, tree, tools.redact)) for each in profile.components]
    questions = [(component, question) for component, question in asked if question]
    for component, question in questions[:_MOST_QUESTIONS]:
        try:
            answers = advisor.fill(question=question, timeout_s=tools.settings.llm.timeout_s)
        except StepError as error:
            return _warned(profile, f"the language model says nothing about {component.name}: {error.message}")
        profile = advice.answered(profile, component, answers)
    if len(questions) > _MOST_QUESTIONS:
        return _warned(profile, f"the language model was asked about the first {_MOST_QUESTIONS} components only")
    return profile


def _advisor(tools: Toolbox) -> DetectionAdvisor | None:
    try:
        return tools.detection_advisor
    except ModuleNotFoundError as error:
        raise Missing(f"{error.name} is not installed", hint="pip install 'containerkit[llm]'") from error


def _warned(profile: AppProfile, warning: str) -> AppProfile:
    return profile.changed(warnings=(*profile.warnings, warning))
