"""The way to one engine: asked once who it is, then a fresh client for every call.

A client costs 0.1 ms and a loopback connection 1 ms; in return every call has its own deadline, threads share nothing,
and closing a client ends what the engine was doing for it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from docker import APIClient
from docker.auth import AuthConfig, load_config
from docker.constants import DEFAULT_DOCKER_API_VERSION
from docker.tls import TLSConfig
from pydantic import TypeAdapter, ValidationError

from adapters.docker.endpoint import Endpoint, EngineKind
from adapters.docker.errors import Subject, translated
from adapters.docker.wire import Hello
from tasks.errors import Invalid, Missing
from tasks.models import Model

MINIMUM_API = (1, 40)
"""Docker 19.03 and Podman 4 speak it: the first with BuildKit behind POST /build and with platforms for pull."""

NAME_ANOTHER = "name an engine with --engine-endpoint, such as unix:///var/run/docker.sock"
_GREETING_S = 5.0
_Config = TypeAdapter(dict[str, object])


class Greeting(Model):
    """What the engine said about itself."""

    endpoint: Endpoint
    name: Literal["docker", "podman"]
    version: str
    api_version: str
    architecture: str
    os: str
    builder: Literal["buildkit", "classic"]


class Connection:
    """Clients of one engine. Nothing is opened before the first call."""

    def __init__(self, *, find: Callable[[], Endpoint], kind: EngineKind, config: Path | None) -> None:
        self._find = find
        self._kind = kind
        self._config = config
        self._greeting: Greeting | None = None

    @contextmanager
    def client(self, *, timeout_s: float) -> Iterator[APIClient]:
        """A client whose every read ends by `timeout_s`; its sockets are closed at the end, however that comes."""
        greeting = self.greeting()
        with _opened(greeting.endpoint, greeting.api_version, timeout_s) as client:
            yield client

    def greeting(self, *, timeout_s: float = _GREETING_S) -> Greeting:
        """Who answers; asked once."""
        if self._greeting is None:
            endpoint = self._find()
            where = f"{endpoint.url} ({endpoint.why})"
            with translated(Subject("reach", f"the engine at {where}")):
                try:
                    self._greeting = _greet(endpoint, timeout_s)
                except ValidationError as error:
                    raise Missing(f"what answers at {where} is no container engine", hint=NAME_ANOTHER) from error
            self._check(self._greeting)
        return self._greeting

    def credentials(self) -> AuthConfig:
        """The user's logins, read afresh: a person may have logged in meanwhile."""
        path = self._config / "config.json" if self._config else None
        if path is None or not path.is_file():
            return AuthConfig({})
        try:
            given = _Config.validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise Invalid(f"{path} is no configuration of Docker's", hint=f"mend or move away {path}") from error
        with translated(Subject("read", str(path))):
            return load_config(config_dict=given) if given else AuthConfig({})

    def _check(self, greeting: Greeting) -> None:
        where = f"{greeting.endpoint.url} ({greeting.endpoint.why})"
        if self._kind not in {"auto", greeting.name}:
            self._greeting = None
            raise Missing(
                f"{where} is {greeting.name}, and {self._kind} was asked for",
                hint=f"--runtime {greeting.name} uses it; --engine-endpoint names another one",
            )
        if _numbers(greeting.api_version) < MINIMUM_API:
            self._greeting = None
            raise Missing(
                f"{where} speaks API {greeting.api_version}, at least {'.'.join(map(str, MINIMUM_API))} is needed",
                hint="use Docker 19.03 or newer, or Podman 4 or newer",
            )


def _greet(endpoint: Endpoint, timeout_s: float) -> Greeting:
    with _opened(endpoint, DEFAULT_DOCKER_API_VERSION, timeout_s) as client:
        hello = Hello.model_validate(client.version(api_version=False))
        ping = client.get(f"{client.base_url}/_ping", timeout=timeout_s)
    return Greeting(
        endpoint=endpoint,
        name="podman" if hello.is_podman else "docker",
        version=hello.version,
        api_version=_spoken(hello.api_version),
        architecture=hello.architecture,
        os=hello.os,
        builder="buildkit" if ping.headers.get("Builder-Version") == "2" and not hello.is_podman else "classic",
    )


@contextmanager
def _opened(endpoint: Endpoint, version: str, timeout_s: float) -> Iterator[APIClient]:
    certificates = endpoint.certificates
    tls: TLSConfig | bool = False
    if certificates:
        pair = (
            (str(certificates.certificate), str(certificates.key))
            if certificates.certificate and certificates.key
            else None
        )
        ca = str(certificates.ca) if certificates.ca else None
        tls = TLSConfig(client_cert=pair, ca_cert=ca, verify=certificates.verify)
    client = APIClient(base_url=endpoint.url, version=version, timeout=math.ceil(timeout_s), tls=tls)
    client.trust_env = False  # a proxy for the internet is no way to an engine
    try:
        yield client
    finally:
        client.close()


def _spoken(engine: str) -> str:
    """The newest version that both sides know."""
    return min(engine, DEFAULT_DOCKER_API_VERSION, key=_numbers)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def free_bytes(root: str | None, endpoint: Endpoint) -> int | None:
    """Free space below the engine's folder, when that folder is on this machine."""
    if root is None or not endpoint.url.startswith("unix://"):
        return None
    try:
        found = os.statvfs(root)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize
