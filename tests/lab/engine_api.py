"""The few calls of the Docker Engine API that the lab makes, with the standard library: no client is needed."""

import http.client
import json
import os
import socket
import ssl
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from lab import LabError

DEFAULT_HOST = "unix:///var/run/docker.sock"


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__("engine", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class EngineApi:
    """An engine by its address, as DOCKER_HOST writes it."""

    def __init__(self, host: str) -> None:
        self.host = host

    def answers(self) -> bool:
        """Whether an engine speaks there."""
        try:
            return self._ask("GET", "/_ping", timeout_s=3)[0] == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def get(self, path: str) -> dict[str, object]:
        """The JSON object at a path; empty where there is none."""
        status, body = self._ask("GET", path)
        if status == http.client.NOT_FOUND:
            return {}
        self._check(status, body, path)
        answer = json.loads(body)
        return answer if isinstance(answer, dict) else {}

    def image_labels(self, reference: str) -> dict[str, str] | None:
        """The labels of an image that the engine holds; None when it does not."""
        facts = self.get(f"/images/{quote(reference, safe='/:')}/json")
        if not facts:
            return None
        config = facts.get("Config")
        labels = config.get("Labels") if isinstance(config, dict) else None
        return {key: str(value) for key, value in labels.items()} if isinstance(labels, dict) else {}

    def pull(self, reference: str) -> None:
        """Have an image from its registry, or from the engine's mirror."""
        name, _, tag = reference.rpartition(":")
        path = f"/images/create?{urlencode({'fromImage': name, 'tag': tag})}"
        status, body = self._ask("POST", path, timeout_s=600)
        self._check(status, body, path)
        for line in body.splitlines():  # a failed pull answers 200 and says so in the stream
            if message := json.loads(line).get("error"):
                raise LabError(f"{self.host} cannot pull {reference}: {message}", hint="python3 tests/lab status")

    def tag(self, reference: str, name: str) -> None:
        """Give an image a second name."""
        repo, _, tag = name.rpartition(":")
        path = f"/images/{quote(reference, safe='/:')}/tag?{urlencode({'repo': repo, 'tag': tag})}"
        self._check(*self._ask("POST", path), path)

    def _check(self, status: int, body: bytes, path: str) -> None:
        if status >= http.client.BAD_REQUEST:
            raise LabError(
                f"the engine at {self.host} answered {status} to {path}: {body.decode(errors='replace').strip()}",
                hint="read the engine's log; `python3 tests/lab status` names it",
            )

    def _ask(self, method: str, path: str, *, timeout_s: float = 60) -> tuple[int, bytes]:
        connection = self._connect(timeout_s)
        try:
            connection.request(method, path, headers={"Host": "engine", "Content-Length": "0"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _connect(self, timeout_s: float) -> http.client.HTTPConnection:
        address = urlsplit(self.host)
        if address.scheme == "unix":
            return _UnixConnection(address.path, timeout_s)
        if address.scheme != "tcp" or not address.hostname:
            raise LabError(
                f"the lab cannot speak to an engine at {self.host}", hint="set DOCKER_HOST to unix:// or tcp://"
            )
        if not os.environ.get("DOCKER_TLS_VERIFY"):
            return http.client.HTTPConnection(address.hostname, address.port or 2375, timeout=timeout_s)
        keys = Path(os.environ.get("DOCKER_CERT_PATH") or Path.home() / ".docker")
        trust = ssl.create_default_context(cafile=str(keys / "ca.pem"))
        trust.load_cert_chain(keys / "cert.pem", keys / "key.pem")
        return http.client.HTTPSConnection(address.hostname, address.port or 2376, timeout=timeout_s, context=trust)
