"""One registry: finds out how to speak to it, and logs in when it asks.

Nothing is told to a registry before it asks. Then the login goes to the registry itself or to the token service that
it names, with TLS unless that is loopback or was named as plain, and to nobody else.
"""

from __future__ import annotations

from pathlib import Path

import httpx

from adapters.registry.address import Protocol, api_host, is_loopback
from adapters.registry.challenge import Basic, Bearer, challenges, token_in
from adapters.registry.credentials import Credentials, credentials_for
from adapters.registry.errors import error_for_status
from adapters.registry.transport import Answer, Deadline, Transport
from tasks.errors import Denied, StepError, Unavailable

_SCOPE_PARTS = 3
_TLS_WANTED = (b"HTTPS", b"https", b"TLS", b"SSL")


class Client:
    """Sends requests to one registry as the user, as far as it asks who we are."""

    def __init__(
        self,
        registry: str,
        *,
        protocol: Protocol,
        ca_file: Path | None,
        plain_http: tuple[str, ...],
        docker_config: Path,
    ) -> None:
        self.registry = registry
        self._protocol = protocol
        self._plain_http = plain_http
        self._docker_config = docker_config
        self._transport = Transport(registry, ca_file=ca_file)
        self._login: Credentials | None = None
        self._authorizations: dict[str, str] = {}

    def ask(self, method: str, path: str, *, scope: str, deadline: Deadline, accept: tuple[str, ...] = ()) -> Answer:
        """The registry's answer. A 401 that comes back is its answer to the login that we have."""
        url = f"{self._scheme(deadline)}://{api_host(self.registry)}{path}"
        headers = {"Accept": ", ".join(accept)} if accept else {}
        known = self._authorizations.get(scope)
        answer = self._transport.send(
            method, url, headers=headers | ({"Authorization": known} if known else {}), deadline=deadline
        )
        if answer.status != httpx.codes.UNAUTHORIZED:
            return answer
        authorization = self._authorization(answer, scope, deadline)
        if authorization is None:
            return answer
        answer = self._transport.send(
            method, url, headers=headers | {"Authorization": authorization}, deadline=deadline
        )
        if answer.status != httpx.codes.UNAUTHORIZED:
            self._authorizations[scope] = authorization
        return answer

    def error(self, answer: Answer, *, repository: str) -> StepError:
        """What the answer stands for."""
        who = (self._login or Credentials()).who
        return error_for_status(
            answer.status, answer.headers, answer.body, registry=self.registry, repository=repository, who=who
        )

    def close(self) -> None:
        """Close the sockets."""
        self._transport.close()

    def _scheme(self, deadline: Deadline) -> str:
        if self._protocol == "either":
            self._protocol = self._found_out(deadline)
        return self._protocol

    def _found_out(self, deadline: Deadline) -> Protocol:
        """Ask a loopback registry in plain; one with TLS says so, or breaks the connection."""
        try:
            answer = self._transport.send("GET", f"http://{api_host(self.registry)}/v2/", headers={}, deadline=deadline)
        except Unavailable as error:
            if isinstance(error.__cause__, httpx.RemoteProtocolError | httpx.ReadError):
                return "https"
            raise
        tls = answer.status == httpx.codes.BAD_REQUEST and any(word in answer.body for word in _TLS_WANTED)
        return "https" if tls else "http"

    def _authorization(self, refusal: Answer, scope: str, deadline: Deadline) -> str | None:
        """What to answer the challenge with; None when we have nothing that it asks for."""
        self._authorizations.pop(scope, None)
        if self._login is None:
            self._login = credentials_for(self.registry, docker_config=self._docker_config, timeout_s=deadline.left_s)
        login = self._login
        if login.registry_token is not None:
            return f"Bearer {login.registry_token.get_secret_value()}"
        for challenge in challenges(refusal.headers.get("WWW-Authenticate", "")):
            if isinstance(challenge, Bearer):
                return self._token(challenge, scope, login, deadline)
            if isinstance(challenge, Basic) and login.basic is not None:
                return login.basic
        return None

    def _token(self, challenge: Bearer, scope: str, login: Credentials, deadline: Deadline) -> str:
        """A token of the registry's token service."""
        realm = self._checked_realm(challenge.realm)
        wanted = {"service": challenge.service, "scope": challenge.scope or scope}
        if login.identity_token is not None:
            form = {
                "grant_type": "refresh_token",
                "refresh_token": login.identity_token.get_secret_value(),
                "client_id": "containerkit",
                **wanted,
            }
            answer = self._transport.send("POST", realm, headers={}, form=form, deadline=deadline)
        else:
            url = realm.copy_merge_params({name: text for name, text in wanted.items() if text})
            headers = {} if login.basic is None else {"Authorization": login.basic}
            answer = self._transport.send("GET", url, headers=headers, deadline=deadline)
        if answer.status != httpx.codes.OK:
            raise self.error(answer, repository=_named(wanted["scope"]))
        return f"Bearer {token_in(answer.body, registry=self.registry).get_secret_value()}"

    def _checked_realm(self, realm: str) -> httpx.URL:
        try:
            url = httpx.URL(realm)
        except httpx.InvalidURL:
            url = httpx.URL()
        host = url.netloc.decode("ascii")
        plain = url.scheme == "http" and (is_loopback(host) or host in self._plain_http)
        if not host or url.userinfo or not (plain or url.scheme == "https"):
            raise Denied(
                f"{self.registry} wants the login sent to {realm[:200]!r}, which has no TLS or is no address",
                hint="ask its operator; nothing was sent",
            )
        return url


def _named(scope: str) -> str:
    """The repository of a scope such as repository:team/app:pull."""
    parts = scope.split(":")
    return parts[1] if len(parts) == _SCOPE_PARTS else "its repositories"
