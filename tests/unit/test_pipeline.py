"""The ten slots: ours by default, filled by others without an edit, refused when they do not fit."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tasks import pipeline
from tasks.errors import Invalid
from tasks.step import JITTER_FACTOR, explain, transient

ACME = '''
from tasks.models import ImagePlan, ScanReport, ScanRequest
from tasks.ports import ProgressSink, Scanner
from tasks.step import step

@step(4, retries=5, timeout_s=33)
def scan(request: ScanRequest, *, scanner: Scanner, progress: ProgressSink) -> ScanReport:
    """Scan as Acme does."""
    return None

@step(3)
def build(request: ImagePlan) -> ScanReport:
    """Has another signature than the slot."""
    return None

nothing = 3
'''


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "acme_steps.py").write_text(ACME)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("acme_steps", None)


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=pipeline.GROUP)


def test_the_ten_steps_are_there_in_order() -> None:
    found = pipeline.describe(pipeline.load(installed=()))
    assert [item.name for item in found] == list(pipeline.NAMES)
    assert [item.order for item in found] == list(range(1, 11))


def test_every_task_has_retries_delays_jitter_a_hook_and_an_on_failure() -> None:
    for step in pipeline.load(installed=()):
        task = step.task
        assert task.name == f"{step.metadata.order:02d}-{step.metadata.name}"
        assert task.retries >= 1
        assert task.retry_delay_seconds == [step.metadata.delay_s * 2**n for n in range(task.retries)]
        assert task.retry_jitter_factor == JITTER_FACTOR
        assert task.timeout_seconds == step.metadata.timeout_s > 0
        assert task.retry_condition_fn is transient
        assert task.on_failure_hooks == [explain]
        assert task.persist_result is False


@pytest.mark.usefixtures("acme")
def test_a_step_of_an_installed_package_takes_the_slot_without_an_edit(tmp_path: Path) -> None:
    metadata = tmp_path / "acme_steps-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-steps\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[containerkit.steps]\nscan = acme_steps:scan\n")
    steps = pipeline.load()
    assert steps.scan.metadata.origin == "acme_steps:scan"
    assert steps.build.metadata.origin == "tasks.build:build"


@pytest.mark.usefixtures("acme")
def test_a_setting_beats_an_installed_package() -> None:
    steps = pipeline.load({"scan": "tasks.scan:scan"}, installed=(entry("scan", "acme_steps:scan"),))
    assert steps.scan.metadata.origin == "tasks.scan:scan"


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("entries", "message", "hint"),
    [
        ([("paint", "acme_steps:scan")], "wants to be the step 'paint'", "analyze, dockerfile"),
        ([("build", "acme_steps:build")], "its request is 'ImagePlan'", "BuildRequest"),
        ([("scan", "acme_steps:nothing")], "is no step", "tasks.step.step"),
        ([("scan", "acme_steps:absent")], "cannot be loaded", "install"),
        ([("scan", "acme_absent:scan")], "cannot be loaded", "install"),
        ([("scan", "acme_steps:scan"), ("scan", "tasks.scan:scan")], "two installed packages", "implementation ="),
    ],
)
def test_what_does_not_fit_a_slot_is_refused_at_start(entries: list[tuple[str, str]], message: str, hint: str) -> None:
    with pytest.raises(Invalid) as caught:
        pipeline.load(installed=tuple(entry(*names) for names in entries))
    assert message in caught.value.message
    assert hint in caught.value.hint
