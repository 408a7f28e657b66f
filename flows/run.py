"""What one run holds in its hands: settings, adapters, steps, journal, and a folder for all that it writes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from flows import settings as configuration
from flows.blocks import opened
from flows.progress import PrefectProgress
from flows.requests import with_settings
from flows.settings import EngineSettings, KubernetesSettings, Settings, StepSettings
from flows.toolbox import Toolbox, open_toolbox
from tasks import journal, pipeline
from tasks.models import AppliedAmendment, RunRequest, ScanPolicy
from tasks.pipeline import Steps
from tasks.ports import ProgressSink


@dataclass
class Run:
    """One run of the ten steps. Only the amendments grow, and what it is about becomes known."""

    request: RunRequest
    settings: Settings
    tools: Toolbox
    steps: Steps
    journal: journal.Journal
    progress: ProgressSink
    folder: Path
    application: str = ""
    dockerfile_origin: Literal["generated", "existing", "improved"] = "generated"
    amendments: tuple[AppliedAmendment, ...] = ()

    @property
    def patience(self) -> EngineSettings | KubernetesSettings:
        """How long the target is waited for."""
        return self.settings.engine if self.tools.target_kind == "engine" else self.settings.kubernetes

    @property
    def scan_policy(self) -> ScanPolicy:
        """The settings' policy, with what was asked for."""
        policy = self.settings.scan.policy
        return policy.changed(fail_on=self.request.fail_on) if self.request.fail_on else policy

    def write(self, name: str, content: str | BaseModel) -> Path:
        """Put a redacted document into the run's folder."""
        text = content if isinstance(content, str) else content.model_dump_json(indent=2)
        file = self.folder / name
        file.write_text(self.tools.redact(text), encoding="utf-8")
        return file


@contextlib.contextmanager
def open_run(request: RunRequest, run_id: str) -> Iterator[Run]:
    """A run whose adapters are closed when the block ends, also by a cancel or SIGTERM."""
    settings = configuration.load(configuration.folder_of(request.source))
    wanted = with_settings(request, settings)
    folder = settings.home / "runs" / run_id
    folder.mkdir(parents=True, exist_ok=True)
    with opened(wanted) as secrets, open_toolbox(settings, wanted, secrets) as tools:
        log = journal.Journal(sink=tools.progress, advisor=tools.advisor, redact=tools.redact)
        wanted = wanted.changed(namespace=tools.namespace)
        run = Run(wanted, settings, tools, tuned_steps(settings), log, PrefectProgress(tools.progress), folder)
        run.write("request.json", wanted)
        with journal.writing(log):
            yield run


def tuned_steps(settings: Settings) -> Steps:
    """The steps with the limits and implementations of the settings."""
    sections: dict[str, StepSettings] = {name: getattr(settings.steps, name) for name in pipeline.NAMES}
    chosen = {name: section.implementation for name, section in sections.items() if section.implementation}
    return pipeline.load(chosen).tuned(
        {
            name: (section.retries, section.delay_s, section.timeout_s)
            for name, section in sections.items()
            if (section.retries, section.delay_s, section.timeout_s) != (None, None, None)
        }
    )
