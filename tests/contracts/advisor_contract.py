"""What every RecoveryAdvisor does, whatever it knows."""

from __future__ import annotations

import pytest

from tasks.models import Failure
from tasks.ports import RecoveryAdvisor

COMPILER = "error: command 'gcc' failed: No such file or directory"
LOGIN = "no basic auth credentials"
BUSY = "received unexpected HTTP status: 503 Service Unavailable"


class AdvisorContract:
    """Inherited by one test class for each implementation, which provides `advisor`; it knows the three logs above."""

    def test_a_known_failure_gets_its_repair_and_the_lines_that_show_it(self, advisor: RecoveryAdvisor) -> None:
        failure = Failure(step="build", message="the build failed", log_tail=f"a\n{COMPILER}\nb")
        advice = advisor.advise(failure=failure)
        assert (advice.error_class, advice.verdict) == ("native_build_dependency", "auto")
        assert advice.amendment is not None
        assert advice.evidence_lines == (COMPILER,)
        assert 0 < advice.confidence <= 1

    def test_a_failure_that_passes_by_itself_is_transient(self, advisor: RecoveryAdvisor) -> None:
        advice = advisor.advise(failure=Failure(step="push", message=BUSY))
        assert (advice.error_class, advice.verdict, advice.amendment) == ("registry_transient", "transient", None)

    def test_a_failure_that_a_person_must_settle_has_a_hint_and_no_amendment(self, advisor: RecoveryAdvisor) -> None:
        advice = advisor.advise(failure=Failure(step="push", message=LOGIN))
        assert (advice.error_class, advice.verdict, advice.amendment) == ("registry_auth", "needs_human", None)
        assert advice.hint

    def test_an_unknown_failure_is_unknown_and_for_a_person(self, advisor: RecoveryAdvisor) -> None:
        advice = advisor.advise(failure=Failure(step="verify", message="the frobnicator is sad"))
        assert (advice.error_class, advice.verdict, advice.amendment) == ("unknown", "needs_human", None)
        assert advice.confidence == 0
        assert advice.hint

    @pytest.mark.parametrize("text", ["", "\x00", "\n" * 1000, "é" * 100_000])
    def test_no_text_makes_it_fail(self, advisor: RecoveryAdvisor, text: str) -> None:
        assert advisor.advise(failure=Failure(step="build", message=text, log_tail=text)).hint

    def test_the_same_failure_gets_the_same_advice(self, advisor: RecoveryAdvisor) -> None:
        failure = Failure(step="build", message=COMPILER)
        assert advisor.advise(failure=failure) == advisor.advise(failure=failure)
