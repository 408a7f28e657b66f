"""The one mapping table: what is said, or the class or status that it came with, to the error with its remedy.

Text decides before the status does: Podman answers 500 to a malformed tag, and Docker answers 500 to a taken port.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from docker import errors as sdk
from docker.credentials import errors as credentials
from requests import exceptions as http

from tasks.errors import Denied, Invalid, Missing, Rejected, StepError, Unavailable

Action = Literal["reach", "build", "push", "pull", "tag", "inspect", "run", "start", "stop", "change", "read", "remove"]


class Row(NamedTuple):
    """One cause. Every condition that is given must fit; `text` is a pattern, without regard to case."""

    error: type[StepError]
    hint: str
    text: str = ""
    statuses: tuple[int, ...] = ()
    classes: tuple[type[Exception], ...] = ()
    actions: tuple[Action, ...] = ()


_LOGIN = "docker login {registry}"
_DISK = "make room on the engine's disk: `docker system df` shows what fills it, `docker builder prune` frees the cache"
_WAIT = "wait a moment and run again"
_NAME = "look at the image's name and tag"
_ADDRESS = "write the engine's address as unix:///run/docker.sock or tcp://HOST:2376"
_CERTIFICATES = "look at DOCKER_CERT_PATH and DOCKER_TLS_VERIFY"
_TRANSFERS: tuple[Action, ...] = ("push", "pull", "build")
_STARTS: tuple[Action, ...] = ("run", "start")

_WAY_TO_THE_ENGINE = (
    Row(
        Denied,
        "let this user speak to the engine: `sudo usermod -aG docker $USER`, then log in again (or use sudo)",
        text=r"PermissionError\(13|permission denied while trying to connect",
    ),
    Row(
        Missing,
        "start the engine: `sudo systemctl start docker` or `systemctl --user start podman.socket`;"
        " --runtime chooses between docker and podman",
        text=r"FileNotFoundError\(2|ConnectionRefusedError\(111|\[Errno 111\]|\[Errno 2\]|name or service not known"
        r"|failed to resolve|name resolution",
        actions=("reach",),
    ),
    Row(Missing, "use a newer engine or a newer containerkit", text=r"client version .* is too (old|new)"),
)
_THE_DOCKERFILE = (
    Row(
        Rejected,
        "",
        text=r"dockerfile parse error|unknown instruction|failed to convert ImageData|no FROM statement found",
        actions=("build", "inspect"),
    ),
)
_CALLERS_INPUT = (
    Row(
        Invalid,
        "choose another port with --publish, or stop what listens there",
        text=r"port is already allocated|address already in use|ports are not available|cannot expose port",
    ),
    Row(
        Invalid,
        "remove or rename the other container first",
        text=r"name .*already in use|already in use by container|name is in use",
    ),
    Row(Invalid, "use letters, digits, and . _ - between them", text=r"invalid container name|names must match"),
    Row(
        Rejected,
        "push under a name that the registry accepts: lower case, digits, and . _ - between them",
        text=r"name invalid|NAME_INVALID|TAG_INVALID|tag invalid",
        actions=("push",),
    ),
    Row(
        Invalid,
        "write REGISTRY/NAME[:TAG], in lower case",
        text=r"invalid reference format|invalid tag|must be lowercase|invalid repository name|not a valid repository",
    ),
)
_THE_CONTAINER = (
    Row(
        Rejected,
        "give a start command that the image holds and may execute",
        text=r"executable file .*not found|exec format error|exec: .*(no such file|permission denied)"
        r"|no command specified|crun: .*(no such file|permission denied|not found)",
        actions=_STARTS,
    ),
    Row(
        Rejected,
        "give a user that the image knows, or a number",
        text=r"unable to find (user|group)|no matching entries in",
        actions=_STARTS,
    ),
    Row(Rejected, "give it more memory", text=r"minimum memory limit|minimum memory", actions=_STARTS),
    Row(Rejected, "", text=r"OCI runtime|runc create failed|crun:|(runc|crun) start .* failed", actions=_STARTS),
    Row(
        Rejected,
        "run it with a root file system that can be written to",
        text=r"rootfs is marked read-only|read-only file system",
    ),
    Row(Missing, "`docker ps -a` shows what there is", text=r"no such container|no container with (name|id)"),
    Row(Unavailable, _WAIT, text=r"removal of container .* is already in progress"),
)
_WHAT_A_PERSON_SETTLES = (
    Row(Denied, _DISK, text=r"no space left on device|disk quota exceeded"),
    Row(Denied, "ask the registry for more storage, or delete old tags", text=r"quota|insufficient storage"),
    Row(
        Unavailable,
        f"wait for the rate limit to pass, or log in: {_LOGIN}",
        text=r"toomanyrequests|too many requests|rate limit",
    ),
    Row(
        Denied,
        "give the engine the registry's CA (/etc/docker/certs.d/{registry}/ca.crt), or list {registry} as insecure:"
        " in Docker's daemon.json, or for Podman in /etc/containers/registries.conf",
        text=r"x509:|certificate (signed|is|has|verif|required)|bad certificate"
        r"|server gave HTTP response to HTTPS client",
        actions=_TRANSFERS,
    ),
    Row(
        Missing,
        "install the credential helper that Docker's config.json names, or remove its entry there",
        text=r"not installed or not available in PATH",
    ),
    Row(Denied, f"{_LOGIN}, then pull the base image first", text=r"no active sessions", actions=("build",)),
    Row(Denied, _LOGIN, text=r"credentials store", classes=(sdk.DockerException,)),
    Row(Denied, _LOGIN, classes=(credentials.StoreError, credentials.InitializationError)),
    Row(
        Denied,
        _LOGIN,
        text=r"unauthorized|(?<!permission )denied: |access denied|access to the resource is denied|insufficient_scope"
        r"|authentication required|no basic auth credentials|\bforbidden\b|invalid username/password",
        actions=_TRANSFERS,
    ),
)
_THE_NETWORK = (
    Row(
        Unavailable,
        "look at the name and at the engine's network; where it cannot reach that registry, give it a mirror"
        " (registry-mirrors in /etc/docker/daemon.json)",
        text=r"no such host|server misbehaving|network is unreachable|no route to host",
        actions=_TRANSFERS,
    ),
    Row(
        Unavailable,
        _WAIT,
        text=r"i/o timeout|TLS handshake timeout|connection refused|connection reset|unexpected EOF|: EOF\b|broken pipe"
        r"|context deadline exceeded|Client\.Timeout|temporary failure|blob upload unknown|BLOB_UPLOAD_UNKNOWN"
        r"|status:? 5\d\d|service unavailable|bad gateway|gateway time-?out",
        actions=_TRANSFERS,
    ),
)
_THE_IMAGE = (
    Row(
        Rejected,
        "name a platform that the image has",
        text=r"no matching manifest for|does not match the (specified|expected) platform|no image found in "
        r"|unknown operating system or architecture|invalid platform",
    ),
    Row(
        Missing,
        "make the repository first, or push under another name",
        text=r"name unknown|NAME_UNKNOWN|repository .* (not found|does not exist)",
        actions=("push",),
    ),
    Row(
        Missing,
        _NAME,
        text=r"manifest unknown|manifest for .* not found|name unknown|no such image|image not known|not found: image"
        r"|image does not exist|unable to find image|does not exist locally|tag does not exist"
        r"|reference does not exist|failed to find image",
    ),
    Row(
        Rejected,
        "build the image again and push once more",
        text=r"manifest invalid|MANIFEST_INVALID|digest invalid|size invalid|blob unknown|BLOB_UNKNOWN|unsupported",
        actions=("push",),
    ),
)
_STATUSES = (
    Row(Rejected, "", statuses=(400, 413, 415, 422)),
    Row(Denied, _LOGIN, statuses=(401, 403), actions=_TRANSFERS),
    Row(Denied, f"this engine asks for other rights: {_CERTIFICATES}", statuses=(401, 403)),
    Row(Missing, "", statuses=(404,), classes=(sdk.APIError,)),
    Row(Missing, "this engine cannot do that: use a newer one", statuses=(405, 406, 501)),
    Row(Unavailable, _WAIT, statuses=(408, 423, 425, 429)),
    Row(Invalid, "", statuses=(409,)),
    Row(Denied, _DISK, statuses=(507,)),
    Row(Unavailable, _WAIT, statuses=(500, 502, 503, 504)),
)
_CLASSES = (
    Row(Missing, "", classes=(sdk.ImageNotFound, sdk.NotFound, sdk.ContextNotFound)),
    Row(Missing, "use a newer engine", classes=(sdk.InvalidVersion, sdk.DeprecatedMethod)),
    Row(Invalid, "mend Docker's config.json", classes=(sdk.InvalidConfigFile,)),
    Row(Invalid, _CERTIFICATES, classes=(sdk.TLSParameterError,)),
    Row(
        Invalid,
        _NAME,
        classes=(sdk.InvalidRepository, sdk.InvalidArgument, sdk.NullResource),
    ),
    Row(
        Invalid,
        "`docker context ls` shows what there is",
        classes=(sdk.MissingContextParameter, sdk.ContextAlreadyExists, sdk.ContextException),
    ),
    Row(Rejected, "", classes=(sdk.BuildError, sdk.ContainerError, sdk.ImageLoadError)),
    Row(Unavailable, _WAIT, classes=(sdk.StreamParseError,)),
    Row(Denied, _CERTIFICATES, classes=(http.SSLError,)),
    Row(
        Invalid,
        _ADDRESS,
        classes=(
            http.InvalidURL,
            http.MissingSchema,
            http.InvalidSchema,
            http.InvalidProxyURL,
            http.URLRequired,
            http.InvalidHeader,
        ),
    ),
    Row(Unavailable, "see whether the engine runs: `docker version`", classes=(http.RequestException,)),
    Row(Rejected, ""),
)

TABLE: tuple[Row, ...] = (
    *_WAY_TO_THE_ENGINE,
    *_THE_DOCKERFILE,
    *_CALLERS_INPUT,
    *_THE_CONTAINER,
    *_WHAT_A_PERSON_SETTLES,
    *_THE_NETWORK,
    *_THE_IMAGE,
    *_STATUSES,
    *_CLASSES,
)
"""In order: the first row that fits speaks, and the last fits everything."""
