"""What the steps ask of the outside world. Adapters implement these; the in-memory world of the tests does too.

Every method is synchronous, takes keywords, ends by its deadline, and raises only errors of `tasks.errors`
(Unavailable when the deadline passed).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.models import (
        Advice,
        Application,
        BuildRequest,
        Checkout,
        ClusterInfo,
        ClusterRequest,
        Container,
        ContainerSpec,
        DeploymentStatus,
        DeployRequest,
        Failure,
        GapAnswers,
        GapQuestion,
        HttpAnswer,
        Image,
        ImageRef,
        Progress,
        Release,
        RuntimeDescription,
        ScannerDescription,
        ScanReport,
        ScanRequest,
        Source,
        Variable,
        Workload,
    )


class ProgressSink(Protocol):
    """Where news goes: a terminal, a Prefect artifact, JSON lines."""

    def report(self, *, progress: Progress) -> None:
        """Show it. Never raises and never blocks for long."""


class SourceControl(Protocol):
    """Folders and git repositories."""

    def fetch(self, *, source: Source, into: Path, timeout_s: float) -> Checkout:
        """The source as a folder: a local folder where it is, a git URL cloned below `into`.

        Raises Invalid for what is no folder or allowed URL, Denied when a login is needed, Missing when it does not
        exist, Unavailable when the server cannot be reached.
        """


class ContainerRuntime(Protocol):
    """A container engine."""

    def describe(self, *, timeout_s: float = 5) -> RuntimeDescription:
        """Who answers. Raises Missing without an engine or below the minimum API, Denied without permission."""

    def build(self, *, request: BuildRequest, progress: ProgressSink, timeout_s: float) -> Image:
        """The built image, with `builder` and `log_file` set. Stopped on the engine when interrupted.

        Raises Rejected with a Failure that holds the log's tail when the build itself failed.
        """

    def find(self, *, build_key: str, timeout_s: float = 10) -> Image | None:
        """The image that was built under this key, or None."""

    def inspect(self, *, reference: str, timeout_s: float = 10) -> Image | None:
        """The image by id, name or digest, or None when the engine does not have it."""

    def tag(self, *, image_id: str, reference: ImageRef, timeout_s: float = 10) -> None:
        """Give the image this further name. Raises Missing when there is no such image."""

    def push(self, *, reference: ImageRef, progress: ProgressSink, timeout_s: float) -> None:
        """Upload it. Raises Denied, Unavailable or Rejected as the registry says, also from within the stream."""

    def pull(self, *, reference: ImageRef, platform: str | None, progress: ProgressSink, timeout_s: float) -> Image:
        """Download it. Raises Missing when the registry has none."""

    def run(self, *, spec: ContainerSpec, variables: tuple[Variable, ...], timeout_s: float) -> Container:
        """Create `spec.network` when it is absent, then create and start a container named `spec.name`.

        Raises Invalid when the name or the port is taken, Rejected (with a Failure) when it cannot start.
        """

    def start(self, *, container_id: str, timeout_s: float = 30) -> Container:
        """Start a stopped container again."""

    def stop(self, *, container_id: str, grace_s: float = 10) -> None:
        """Stop it; nothing happens when it has ended already."""

    def rename(self, *, container_id: str, name: str, timeout_s: float = 10) -> None:
        """Give the container another name, running or not."""

    def write(self, *, container_id: str, path: str, content: bytes, timeout_s: float = 10) -> None:
        """Put a small file into a running container; the folder must exist.

        Raises Rejected where the root file system is read-only, Invalid below a mount in memory.
        """

    def read(self, *, container_id: str, path: str, timeout_s: float = 10) -> bytes | None:
        """A small file (at most 1 MiB) of a container, or None when there is none. Invalid below a mount in memory."""

    def logs(self, *, container_id: str, tail_lines: int = 200, timeout_s: float = 10) -> str:
        """The last lines that the container printed, both streams."""

    def list(self, *, application: Application | None = None, timeout_s: float = 10) -> tuple[Container, ...]:
        """Our containers, running or not, oldest first; only one application's when it is named."""

    def remove(self, *, container_id: str, timeout_s: float = 30) -> None:
        """Remove a container of ours, running or not, and its network when it was the last of ours in it."""

    def close(self) -> None:
        """Give sockets back."""


class Registry(Protocol):
    """An OCI registry, asked directly rather than through an engine."""

    def digest(self, *, reference: ImageRef, timeout_s: float = 10) -> str | None:
        """sha256:… of the manifest or index behind the tag, or None when there is none."""

    def check_access(self, *, repository: ImageRef, timeout_s: float = 10) -> None:
        """Return when these credentials may push there. Raises Denied or Unavailable. Leaves nothing behind."""

    def tags(self, *, repository: ImageRef, timeout_s: float = 10) -> tuple[str, ...]:
        """All tags, sorted; empty when the repository does not exist."""

    def close(self) -> None:
        """Give sockets back."""


class Scanner(Protocol):
    """What looks for vulnerabilities, secrets and misconfiguration."""

    def describe(self, *, timeout_s: float = 30) -> ScannerDescription:
        """Name, version and date of the database. Raises Missing when it cannot be started."""

    def scan(self, *, request: ScanRequest, progress: ProgressSink, timeout_s: float) -> ScanReport:
        """A state for each category; what could not be looked up is unknown, never clean. Applies no policy."""

    def close(self) -> None:
        """End what was started."""


class DeploymentTarget(Protocol):
    """Where applications run: a Kubernetes cluster or the local engine."""

    def preflight(self, *, request: ClusterRequest, timeout_s: float = 15) -> ClusterInfo:
        """What the target is, with a Check for each thing that must hold. Changes nothing."""

    def dry_run(self, *, workload: Workload, timeout_s: float = 15) -> tuple[str, ...]:
        """One line for each difference between the workload and what is live; empty when there is none."""

    def deploy(self, *, request: DeployRequest, progress: ProgressSink) -> Release:
        """The live release, ready and reachable; `reused` when the same one was live already.

        The former release answers until the new one is ready. Raises Rejected (with a Failure) when the new one does
        not become ready: the former one then still is the live one. Runs of one application are put in a row.
        """

    def status(self, *, application: Application, timeout_s: float = 15) -> DeploymentStatus:
        """How the live release is doing. Raises Missing when there is nothing of ours by that name."""

    def request(self, *, application: Application, path: str, timeout_s: float = 10) -> HttpAnswer:
        """What the live release answers to GET `path`. Raises Unavailable when it does not answer."""

    def logs(self, *, application: Application, tail_lines: int = 200, timeout_s: float = 15) -> str:
        """The last lines of the live release, or of the newest one when none is live."""

    def history(self, *, application: Application, timeout_s: float = 15) -> tuple[Release, ...]:
        """At most the last ten releases, newest first."""

    def released(self, *, namespace: str | None, timeout_s: float = 15) -> tuple[Release, ...]:
        """Of each application of ours the live release, else the newest, by name. An engine's None is every one."""

    def restore(self, *, application: Application, number: int | None, timeout_s: float = 120) -> Release:
        """Make a former release live again: `number`, or the last that was live before. Raises Missing without one."""

    def suspend(self, *, application: Application, timeout_s: float = 60) -> Release:
        """Stop the live release and keep it for diagnosis: what is left to do when a first release is not well."""

    def delete(self, *, application: Application, timeout_s: float = 60) -> tuple[str, ...]:
        """Remove everything of ours by that name, and say what it was."""

    def close(self) -> None:
        """Give sockets and locks back."""


class RecoveryAdvisor(Protocol):
    """Who may know what a failure means."""

    def advise(self, *, failure: Failure, timeout_s: float = 5) -> Advice:
        """The best advice; verdict `needs_human` and class `unknown` when it knows none."""


class DetectionAdvisor(Protocol):
    """Who may know what no file of a repository says."""

    def fill(self, *, question: GapQuestion, timeout_s: float = 30) -> GapAnswers:
        """What it believes of the unknown fields; it may contradict a known one, and leaves out what it cannot tell.

        Raises Unavailable when nobody answers, Denied without a login, Missing without the software for it, and Invalid
        when the model does not exist or its answer has no meaning.
        """
