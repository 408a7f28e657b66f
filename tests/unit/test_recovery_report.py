"""How a failure is told to a person and to a program."""

from __future__ import annotations

import json

from tasks.models import AppliedAmendment, Failure, SetPort
from tasks.recovery import advise, diagnose, gate, render_json, render_report

FAILURE = Failure(
    step="deploy",
    message="no answer on port 3000",
    port=3000,
    log_tail="server listening on port 4000\n````\n# not a heading\n",
    earlier=("no answer on port 2000",),
)


def test_a_diagnosis_is_one_object_with_exactly_these_fields() -> None:
    shown = json.loads(render_json(diagnose("fatal error: ffi.h: No such file or directory")))
    assert shown == {
        "class": "native_build_dependency",
        "cause": "header_missing",
        "verdict": "auto",
        "hint": "the header ffi.h is missing: build-essential, libffi-dev is installed",
        "amendment": {"type": "add_system_packages", "packages": ["build-essential", "libffi-dev"], "stage": "build"},
        "confidence": 0.9,
        "evidence_lines": ["fatal error: ffi.h: No such file or directory"],
    }


def test_an_unknown_failure_is_an_object_of_the_same_fields() -> None:
    shown = json.loads(render_json(diagnose("nothing special\nERROR: the frobnicator is sad")))
    assert shown["class"] == "unknown"
    assert shown["verdict"] == "needs_human"
    assert shown["amendment"] is None
    assert shown["confidence"] == 0
    assert shown["evidence_lines"] == ["ERROR: the frobnicator is sad"]
    assert shown["hint"]


def test_the_report_says_what_failed_what_was_tried_and_what_to_do() -> None:
    advice = advise(FAILURE)
    tried = (AppliedAmendment(step="deploy", amendment=SetPort(port=4000), cause="wrong_port"),)
    decision = gate(SetPort(port=4000), step="deploy", tried=tried)
    report = render_report(FAILURE, advice, tried=tried, decision=decision, hint="containerkit logs shop")
    assert report.startswith("# deploy failed\n\nno answer on port 3000\n")
    assert "- Attempt 1: no answer on port 2000" in report
    assert "`wrong_port` (port_or_probe)" in report
    assert "- deploy: set port: port 4000 (because of wrong_port)" in report
    assert "Not done: the same repair was tried already" in report
    assert "- containerkit logs shop" in report


def test_a_log_cannot_end_its_fence_in_the_report() -> None:
    report = render_report(FAILURE, advise(FAILURE))
    assert report.count("````") == 4
    inside = report.split("````")[3]
    assert "# not a heading" in inside


def test_a_message_cannot_become_markup() -> None:
    failure = FAILURE.changed(message="<script>x</script>\n# heading ![a](b)")
    report = render_report(failure, advise(failure))
    assert "<script>" not in report
    assert "\n# heading" not in report
    assert "![a]" not in report
