"""What is known about a failure besides its text: told by whoever saw it, else read from the log.

Look-alikes are told apart by these: 137 by the kernel or by somebody, a port that is wrong or one that nobody opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tasks.models import Failure, StepName
from tasks.recovery.text import LogText

_LINES_READ = 2_000
_EXIT_CODE = re.compile(
    r"(?i)(?:exit(?:ed)?(?: with)?(?: (?:code|status|value))?|ended with|non-zero code|\"ExitCode\")[:=]? {0,16}"
    r"(?P<code>-?\d{1,3})\b"
)
_OOM = re.compile(
    r"(?i)OOMKilled(?!\"?[:=]? ?false)|memory cgroup out of memory|oom[-_]kill|out of memory: kill(?:ed)? process"
)
_STATE = re.compile(r"\b(?P<state>CrashLoopBackOff|exited|restarting|dead|OOMKilled)\b")
_EXPECTED_PORT = re.compile(
    r"(?i)no answer on port (?P<a>\d{2,5})|probe failed: .{0,40}?://[^/\s]{0,60}:(?P<b>\d{2,5})"
    r"|container_?port\"?[:=] ?(?P<c>\d{2,5})|^EXPOSE (?P<d>\d{2,5})"
    r"|nothing (?:answers|listens) (?:at|on) \S{0,60}?(?P<e>\d{2,5})\b"
    r"|dial tcp [\d.]{7,15}:(?P<f>\d{2,5}): connect: connection refused"
)
_LISTENING = re.compile(
    r"(?i)(?:listen(?:ing|s|ening)?|running|started|serving|ready|server|bound|available|bind(?:ing)?|local|network|url|accepting"
    r"|up and running|address|http server|now listening|tomcat)\b[^\n]{0,60}?"
    r"(?:https?://|\btcp://)?(?P<host>\[::1?\]|localhost|0\.0\.0\.0|127\.0\.0\.1|\*|(?<![\w.])(?:\d{1,3}\.){3}\d{1,3})?"
    r"(?::|(?<![\w-])port(?:\(s\))?:? ?#?)[ ]?(?P<port>\d{2,5})(?![\w.:-]\d|\d|:\d)"
)
_LISTENING_PLAINLY = re.compile(r"(?i)\blisten(?:ing|s)? (?:on|at) (?P<host>(?!))?(?P<port>\d{2,5})(?![\w:]|\.\d)")
_LISTEN_ANCHORS = (
    "listen",
    "running",
    "started",
    "serving",
    "ready",
    "server",
    "bound",
    "local:",
    "bind",
    "accepting",
    "url",
)
_NOT_LISTENING = re.compile(
    r"(?i)connect(?:ing|ion|ed)? (?:to|refused|failed)|refused|probe|could not|cannot|can't|failed|error|proxy"
    r"|unhealthy|timed out"
)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_ROOT_USERS = frozenset({"", "0", "root", "0:0", "root:root"})
_BUILD_MARKS = (
    "failed to solve", "executor failed running", "did not complete successfully: exit code",
    "returned a non-zero code", 'error: process "/bin/sh -c', "dockerfile:", "building at step",
    "load build definition", "exporting to image",
)  # fmt: skip
_DEPLOY_MARKS = (
    "readiness probe", "liveness probe", "startup probe", "crashloopbackoff", "back-off restarting", "kubelet",
    "failed to pull image", "errimagepull", "imagepullbackoff", "oomkilled", "failedscheduling", "no answer on port",
)  # fmt: skip
_LAST_PORT = 65535
_ENDED_BY_OTHERS = frozenset({None, 137, 143})
"""It runs, or was ended by a signal, as by a probe that nobody answered."""


@dataclass(frozen=True)
class Facts:
    """The evidence that conditions are about."""

    exit_code: int | None = None
    oom_killed: bool = False
    container_state: str | None = None
    user: Literal["root", "other"] | None = None
    expected_port: int | None = None
    heard_ports: tuple[int, ...] = ()
    """Ports that the application says it listens on, in the order in which it says so."""
    loopback: bool = False
    """All that it listens on is the loopback address."""
    only_by_name: bool = False
    """It says `localhost`, as many do that listen everywhere: a wrong port is the likelier cause then."""
    memory_bytes: int | None = None
    command: str | None = None
    dockerfile: str = ""
    lines: tuple[str, ...] = ()
    """The lines that the ports or the kill were read from."""

    @property
    def listens_elsewhere(self) -> bool:
        """It says where it listens, and that is not where it is asked."""
        return bool(self.heard_ports) and self.expected_port is not None and self.expected_port not in self.heard_ports

    @property
    def listens_on_loopback(self) -> bool:
        """It says that it listens, but only to itself."""
        return bool(self.heard_ports) and self.loopback and not (self.only_by_name and self.listens_elsewhere)


def facts_of(failure: Failure, text: LogText) -> Facts:
    """The failure's own evidence, and what its text adds."""
    # what has ended by itself listens nowhere, whatever numbers its usage text holds
    listening = () if failure.exit_code not in _ENDED_BY_OTHERS else tuple(_listening(text))
    ports = tuple(dict.fromkeys(port for port, _, _ in listening))
    killed = _first(_OOM, text, ("oom", "out of memory"))
    told_port = _first(_EXPECTED_PORT, text, ("port", "probe", "expose", "nothing ", "dial tcp"))
    named = next((int(value) for value in told_port.groupdict().values() if value), None) if told_port else None
    state = _first(_STATE, text, ("crashloop", "exited", "restarting", "dead", "oomkilled"))
    evidence = [killed.string] if killed else [line for _, _, line in listening]
    return Facts(
        exit_code=failure.exit_code if failure.exit_code is not None else _last_exit_code(text),
        oom_killed=failure.oom_killed or killed is not None,
        container_state=failure.container_state or (state["state"] if state else None),
        user=None if failure.user is None else "root" if failure.user in _ROOT_USERS else "other",
        expected_port=failure.port or named,
        heard_ports=ports,
        loopback=bool(listening) and all(host in _LOOPBACK for _, host, _ in listening),
        only_by_name=all(host == "localhost" for _, host, _ in listening),
        memory_bytes=failure.memory_bytes,
        command=failure.command,
        dockerfile=failure.dockerfile or "",
        lines=tuple(dict.fromkeys(evidence))[:3],
    )


def guess_step(text: LogText) -> StepName | None:
    """The step that a log without one most likely comes from."""
    if any(mark in text.lowered for mark in _BUILD_MARKS):
        return "build"
    return "deploy" if any(mark in text.lowered for mark in _DEPLOY_MARKS) else None


def _listening(text: LogText) -> Iterable[tuple[int, str | None, str]]:
    if not any(anchor in text.lowered for anchor in _LISTEN_ANCHORS):
        return
    for line in text.lines[-_LINES_READ:]:
        if not any(character.isdigit() for character in line) or _NOT_LISTENING.search(line):
            continue
        match = _LISTENING.search(line) or _LISTENING_PLAINLY.search(line)
        if match and int(match["port"]) <= _LAST_PORT:
            yield int(match["port"]), match["host"], line


def _first(pattern: re.Pattern[str], text: LogText, anchors: tuple[str, ...]) -> re.Match[str] | None:
    if not any(anchor in text.lowered for anchor in anchors):
        return None
    return next(filter(None, map(pattern.search, text.lines)), None)


def _last_exit_code(text: LogText) -> int | None:
    if not any(word in text.lowered for word in ("exit", "ended with", "non-zero")):
        return None
    found = [match for match in map(_EXIT_CODE.search, text.lines) if match]
    return int(found[-1]["code"]) if found else None
