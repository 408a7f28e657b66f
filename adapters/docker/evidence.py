"""What is known of a build that failed, as the evidence that an advisor reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.docker.build_log import BuildLog
from adapters.docker.errors import Subject, reported
from adapters.docker.narrators import Narrator
from tasks.errors import Invalid, Missing, Rejected, StepError
from tasks.models import BuildRequest, Failure

_EXIT_CODE = re.compile(r"exit (?:code|status):? (\d+)|returned a non-zero code: (\d+)")


@dataclass(frozen=True)
class Evidence:
    """One build, while it goes on and after it."""

    subject: Subject
    request: BuildRequest
    narrator: Narrator
    log: BuildLog
    redact: Callable[[str], str]

    @contextmanager
    def attached(self) -> Iterator[None]:
        """Give what is known to an error that passes without any, as when the engine refuses at once."""
        try:
            yield
        except StepError as error:
            error.failure = error.failure or self._failure(self.redact(error.message))
            raise

    def error(self) -> StepError:
        """Why the builder gave up."""
        message = self.redact(self.narrator.problem or "the engine ended the build without an image")
        failure = self._failure(message)
        if failure.exit_code is not None:
            ended = f"cannot build {self.subject.thing}: `{failure.command}` ended with {failure.exit_code}"
            return Rejected(ended, failure=failure)
        said = reported(self.subject._replace(registry=self._registry(message)), message)
        # what is not there, or named wrongly, is so in the Dockerfile
        kind = Rejected if isinstance(said, Missing | Invalid) else type(said)
        return kind(said.message, hint=said.hint, failure=failure)

    def _failure(self, message: str) -> Failure:
        source, instruction = self.narrator.source, self.narrator.instruction
        found = _EXIT_CODE.search(message)
        return Failure(
            step="build",
            message=message,
            command=self.redact(instruction) if instruction else None,
            exit_code=int(found[1] or found[2]) if found else None,
            first_error=self.log.first_error(source) or message,
            log_tail=self.log.tail(source),
            whole_log=str(self.request.log_file),
            architecture=self.request.platform,
            dockerfile=self.redact(self.request.dockerfile.text),
        )

    def _registry(self, message: str) -> str:
        """The registry of the base image that the message is about."""
        bases = self.request.dockerfile.bases
        about = [base for base in bases if base.repository in message] or bases
        return about[0].registry if about else "REGISTRY"
