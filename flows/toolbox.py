"""Settings to the chosen adapters, made when first asked for, closed in reverse order however the run ends.

The only file that names an adapter. Importing it costs neither Prefect nor any vendor's library.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from pydantic import SecretStr

from flows.settings import Settings, Surroundings, surroundings
from flows.silence import Silence
from tasks.ports import (
    ContainerRuntime,
    DeploymentTarget,
    DetectionAdvisor,
    ProgressSink,
    RecoveryAdvisor,
    Registry,
    Scanner,
    SourceControl,
)

if TYPE_CHECKING:
    from adapters.kubernetes import KubernetesLocation
    from flows.blocks import Opened
    from flows.place import Current, Place
    from tasks.models import RunRequest, TargetKind, Variable
    from tasks.redaction import Redactor


class Closable(Protocol):
    """What gives its sockets and children back."""

    def close(self) -> None:
        """Give them back."""


T = TypeVar("T", bound=Closable)


class Toolbox:
    """One run's adapters. Each exists from the first time it is asked for until `close`."""

    def __init__(
        self,
        settings: Settings,
        environment: Surroundings,
        *,
        request: RunRequest | None = None,
        variables: tuple[Variable, ...] = (),
        hidden: tuple[SecretStr, ...] = (),
        sink: ProgressSink | None = None,
    ) -> None:
        self.settings = settings
        self.progress: ProgressSink = sink or Silence()
        self.variables = variables
        self._hidden = hidden
        self._environment = environment
        self._asked = request
        self._stack = contextlib.ExitStack()

    @cached_property
    def redactor(self) -> Redactor:
        """What hides the values that this run was given."""
        from tasks.redaction import Redactor

        return Redactor((*(variable.value for variable in self.variables), *self._hidden))

    @cached_property
    def _request(self) -> RunRequest:
        from tasks.models import RunRequest, Source

        return self._asked or RunRequest(source=Source(location="."))

    @cached_property
    def source_control(self) -> SourceControl:
        """Folders and git."""
        from adapters.git import Git

        git = self.settings.git
        asked = (self._asked.source.protocol,) if self._asked else ()
        protocols = tuple(dict.fromkeys((*git.protocols, *asked)))
        return Git(protocols=protocols, size_limit_bytes=git.largest_clone_bytes)

    @cached_property
    def runtime(self) -> ContainerRuntime:
        """The container engine."""
        from adapters import docker

        kind, endpoint = self._request.runtime, self._request.endpoint
        location = docker.EngineLocation(
            docker_host=self._environment.docker_host,
            docker_context=self._environment.docker_context,
            docker_config=self._environment.docker_config,
            cert_path=self._environment.docker_cert_path,
            tls_verify=self._environment.docker_tls_verify,
            container_host=self._environment.container_host,
            run_folder=self._environment.run_folder,
        )
        return self._kept(docker.connect(kind, endpoint, location, redact=self.redactor.redact))

    @cached_property
    def registry(self) -> Registry:
        """The registries, asked over HTTP."""
        from adapters.registry import HttpRegistry

        settings, login = self.settings.registry, self._environment.docker_config
        ca_files = tuple((trusted.registry, trusted.file) for trusted in settings.ca_files)
        return self._kept(HttpRegistry(docker_config=login, plain_http=settings.plain_http, ca_files=ca_files))

    @cached_property
    def scanner(self) -> Scanner:
        """Trivy."""
        from adapters.trivy import Trivy, TrivySettings

        scan, engine = self.settings.scan, self.runtime.describe()
        settings = TrivySettings(
            endpoint=engine.endpoint,
            cache_folder=scan.database_folder or self.settings.home / "trivy",
            database="fetch" if scan.download_database else "present",
        )
        return self._kept(Trivy(settings=settings, redact=self.redact))

    @cached_property
    def place(self) -> Place:
        """The target that the request means, and why."""
        from flows.place import choose

        return choose(self._request, self.settings.kubernetes, self._current_context)

    @property
    def target_kind(self) -> TargetKind:
        """What kind of target it is."""
        return self.place.kind

    @cached_property
    def namespace(self) -> str:
        """The user's, else the context's own; an engine has one only."""
        if self.place.kind == "engine":
            return self._request.namespace or "default"
        from adapters.kubernetes import located

        named = self._request.namespace or self.settings.kubernetes.namespace
        return named or located(self._cluster).namespace

    @property
    def address(self) -> str:
        """Where that is, in a person's words: a context, its namespace and its server."""
        if self.place.kind == "engine":
            return f"the local engine ({self.place.why})"
        from adapters.kubernetes import located

        found = located(self._cluster)
        return f"context {found.name}, namespace {self.namespace} at {found.server} ({self.place.why})"

    @property
    def needed_role(self) -> str:
        """The Role that someone needs to release in this namespace, as YAML."""
        from adapters.kubernetes import needed_role

        return needed_role(self.namespace)

    @cached_property
    def target(self) -> DeploymentTarget:
        """Where the application will run."""
        return self._engine_target() if self.target_kind == "engine" else self._kubernetes_target()

    def _engine_target(self) -> DeploymentTarget:
        from adapters.engine_target import EngineTarget
        from tasks.knowledge import gateway_image

        return self._kept(
            EngineTarget(
                runtime=self.runtime,
                variables=self.variables,
                state_folder=self.settings.home,
                gateway_image=self.settings.engine.gateway_image or gateway_image(),
                advisor=self.advisor,
            )
        )

    def _kubernetes_target(self) -> DeploymentTarget:
        from adapters.kubernetes import KubernetesTarget

        others, location = self._request.others, self._cluster
        return self._kept(
            KubernetesTarget(
                location=location, variables=self.variables, others=others, redact=self.redact, advisor=self.advisor
            )
        )

    @property
    def _kubeconfig(self) -> str | None:
        return self._request.kubeconfig or self._environment.kubeconfig

    @property
    def _cluster(self) -> KubernetesLocation:
        from adapters.kubernetes import KubernetesLocation

        settings, context = self.settings.kubernetes, self.place.context
        return KubernetesLocation(
            kubeconfig=self._kubeconfig,
            context=context,
            server=settings.server if context is None else None,
            ca_file=settings.ca_file,
            token_file=settings.token_file,
        )

    def _current_context(self) -> Current | None:
        if self._kubeconfig is None:
            return None
        from adapters.kubernetes import contexts
        from flows.place import Current

        found = next((each for each in contexts(self._kubeconfig) if each.is_current), None)
        return Current(found.name, found.server) if found else None

    @cached_property
    def advisor(self) -> RecoveryAdvisor:
        """The knowledge base."""
        from tasks.recovery import KnowledgeAdvisor

        return KnowledgeAdvisor()

    @cached_property
    def detection_advisor(self) -> DetectionAdvisor | None:
        """The language model of the settings; None without one. Raises ModuleNotFoundError without its library."""
        if (llm := self.settings.llm).model is None:
            return None
        from adapters.llm import LlmAdvisor

        return LlmAdvisor(model=llm.model, max_tokens=llm.max_tokens)

    @cached_property
    def redact(self) -> Callable[[str], str]:
        """Secrets out of a text."""
        return self.redactor.redact

    def close(self) -> None:
        """Close what was opened, the last first."""
        self._stack.close()

    def _kept(self, tool: T) -> T:
        self._stack.callback(tool.close)
        return tool


@dataclass(frozen=True)
class Given:
    """What the caller of a flow hands over beside its parameters, which Prefect stores."""

    variables: tuple[Variable, ...] = ()
    sink: ProgressSink = field(default_factory=Silence)
    toolbox: type[Toolbox] = Toolbox
    """Another choice of adapters: an embedding program's own, or an in-memory world."""


_given: ContextVar[Given | None] = ContextVar("given", default=None)


@contextlib.contextmanager
def giving(given: Given) -> Iterator[None]:
    """Within this block a flow finds these."""
    token = _given.set(given)
    try:
        yield
    finally:
        _given.reset(token)


@contextlib.contextmanager
def open_toolbox(
    settings: Settings, request: RunRequest | None = None, secrets: Opened | None = None
) -> Iterator[Toolbox]:
    """A toolbox for this run, closed at the end of the block."""
    given = _given.get() or Given()
    environment, variables = surroundings(), given.variables
    if request:
        from flows.variables import gathered

        variables = gathered(request.env_file, secrets.variables if secrets else (), given.variables)
    if secrets and secrets.docker_config:
        environment = environment.changed(docker_config=secrets.docker_config)
    toolbox = given.toolbox(
        settings,
        environment,
        request=request,
        variables=variables,
        hidden=secrets.hidden if secrets else (),
        sink=given.sink,
    )
    with contextlib.closing(toolbox):
        yield toolbox
