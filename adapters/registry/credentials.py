"""Who we are to a registry, as `docker login` has left it: config.json itself, or the helper program that it names."""

from __future__ import annotations

import base64
import binascii
import json
import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from adapters.process import Completed, run
from tasks.errors import Denied, Invalid, Missing
from tasks.models import DOCKER_HUB, Model

_DOCKER_HUB_KEY = "https://index.docker.io/v1/"
_DOCKER_HUB_HOSTS = frozenset({DOCKER_HUB, "index.docker.io", "registry-1.docker.io"})
_LARGEST_BYTES = 4 * 1024 * 1024
_HELPER_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
_HELPER_TIMEOUT_S = 10.0
_IDENTITY_TOKEN_USER = "<token>"  # noqa: S105 - what helpers answer as the user when the secret is an identity token


class Credentials(Model):
    """One login. Without any secret it is nobody's."""

    user: str = ""
    password: SecretStr | None = None
    identity_token: SecretStr | None = None
    """Exchanged at the registry's token service."""
    registry_token: SecretStr | None = None
    """Sent as it is."""

    @property
    def who(self) -> str:
        """Fit for messages."""
        if self.password is None and self.identity_token is None and self.registry_token is None:
            return "anonymous"
        return f"user {self.user}" if self.user else "the holder of a token"

    @property
    def basic(self) -> str | None:
        """The Authorization header of HTTP Basic, when there is a password."""
        if self.password is None:
            return None
        pair = f"{self.user}:{self.password.get_secret_value()}"
        return "Basic " + base64.b64encode(pair.encode()).decode()


ANONYMOUS = Credentials()


class _Tolerant(BaseModel):
    """A part of somebody else's file: what we do not know is left alone, and no value gets into an error."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _Entry(_Tolerant):
    auth: SecretStr = SecretStr("")
    username: str = ""
    password: SecretStr = SecretStr("")
    identitytoken: SecretStr = SecretStr("")
    registrytoken: SecretStr = SecretStr("")


class _DockerConfig(_Tolerant):
    auths: dict[str, _Entry] = Field(default_factory=dict)
    cred_helpers: dict[str, str] = Field(default_factory=dict, alias="credHelpers")
    creds_store: str = Field(default="", alias="credsStore")


class _HelperAnswer(_Tolerant):
    user: str = Field(default="", alias="Username")
    secret: SecretStr = Field(default=SecretStr(""), alias="Secret")


def credentials_for(registry: str, *, docker_config: Path, timeout_s: float) -> Credentials:
    """The user's login for a registry, ANONYMOUS without one. Raises Missing or Denied when a helper fails."""
    file = docker_config / "config.json"
    config = _read(file)
    keys = [key for key in config.cred_helpers if _host(key) == _host(registry)]
    helper = config.cred_helpers[keys[0]] if keys else config.creds_store
    if helper:
        found = _ask(helper, _DOCKER_HUB_KEY if _is_docker_hub(registry) else registry, file, timeout_s)
        if found is not None:
            return found
    matching = [key for key in config.auths if _host(key) == _host(registry)]
    # a login may be there under several spellings: those without a secret only say that a helper has it
    logins = [_decoded(config.auths[key], key, file) for key in sorted(matching, key=lambda key: key != registry)]
    return next((login for login in logins if login != ANONYMOUS), ANONYMOUS)


def _read(file: Path) -> _DockerConfig:
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST_BYTES + 1)
        if len(content) > _LARGEST_BYTES:
            raise Invalid(f"{file} is larger than {_LARGEST_BYTES} bytes", hint="it is not Docker's configuration")
        return _DockerConfig.model_validate(json.loads(content))
    except (FileNotFoundError, NotADirectoryError):
        return _DockerConfig()
    except PermissionError as error:
        raise Denied(f"{file} may not be read", hint=f"look at the permissions of {file}") from error
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from None  # the error may quote a secret


def _unreadable(file: Path, error: Exception) -> Invalid:
    place = ""
    if isinstance(error, json.JSONDecodeError):
        place = f": line {error.lineno} is not JSON"
    elif isinstance(error, ValidationError):
        place = f": {'.'.join(str(part) for part in error.errors()[0]['loc'])} is not what Docker writes there"
    return Invalid(f"{file} cannot be read{place}", hint=f"correct {file}, or remove it and log in again")


def _decoded(entry: _Entry, key: str, file: Path) -> Credentials:
    user, password = entry.username, entry.password.get_secret_value()
    if encoded := entry.auth.get_secret_value():
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Invalid(f"{file}: the auth of {key} is not base64", hint=f"docker login {_host(key)}") from None
    return Credentials(
        user=user,
        password=SecretStr(password.rstrip("\x00")) if password else None,
        identity_token=entry.identitytoken if entry.identitytoken.get_secret_value() else None,
        registry_token=entry.registrytoken if entry.registrytoken.get_secret_value() else None,
    )


def _ask(helper: str, server: str, file: Path, timeout_s: float) -> Credentials | None:
    """What the helper has for the server; None when it has nothing."""
    program = f"docker-credential-{helper}"
    if not _HELPER_NAME.fullmatch(helper):
        raise Invalid(f"{file} names a credential helper {helper!r}, which is no name", hint=f"correct {file}")
    try:
        done = run(
            [program, "get"], stdin=server, timeout_s=min(timeout_s, _HELPER_TIMEOUT_S), output_limit_bytes=65536
        )
    except Missing as error:
        hint = f"install {program}, or remove it from {file} and log in again"
        raise Missing(
            f"{file} names the credential helper {program}, which is not on this machine", hint=hint
        ) from error
    if done.exit_code != 0:
        if "credentials not found" in f"{done.stdout} {done.stderr}".lower():
            return None
        raise Denied(
            f"{program} gives no login for {server}: {_first_line(done)}", hint=f"docker login {_host(server)}"
        )
    try:
        answer = _HelperAnswer.model_validate(json.loads(done.stdout))
    except ValueError:
        raise Denied(f"{program} did not answer as a credential helper does", hint=f"try `{program} get`") from None
    if not answer.secret.get_secret_value():
        return None
    if answer.user == _IDENTITY_TOKEN_USER:
        return Credentials(identity_token=answer.secret)
    return Credentials(user=answer.user, password=answer.secret)


def _first_line(done: Completed) -> str:
    text = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.exit_code}").splitlines()[0]
    return "".join(character for character in text if character.isprintable())[:200]


def _is_docker_hub(registry: str) -> bool:
    return registry in _DOCKER_HUB_HOSTS


def _host(key: str) -> str:
    """The registry that a key of config.json stands for, in one spelling."""
    host = re.sub(r"^https?://", "", key).split("/", 1)[0].lower()
    return DOCKER_HUB if _is_docker_hub(host) else host
