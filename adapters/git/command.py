"""How git is called: with a deadline that all calls of one fetch share, in English, and with nothing that runs code.

Hooks, file-system monitors, filters, pagers, editors, submodules and prompts are switched off for every call. What
the user set up for the network (proxies, authorities, credential helpers, ssh) stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.process import OUTPUT_LIMIT_BYTES, Completed, run
from tasks.errors import Missing, Unavailable

# variables of the repository that this process may itself run in (as in a hook), and traces that would print headers
_HELD_BACK = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_ATTR_SOURCE",
    "GIT_COMMON_DIR",
    "GIT_CURL_VERBOSE",
    "GIT_DIR",
    "GIT_EXTERNAL_DIFF",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REDIRECT_",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_TEMPLATE_DIR",
    "GIT_TRACE",
    "GIT_WORK_TREE",
)
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "none",  # also for the lazy fetches of a partial clone
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "false",
}
_CONFIGURATION = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.protectHFS=true",
    "core.protectNTFS=true",
    "credential.interactive=never",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
    "safe.directory=*",  # asked only about folders that we made
)


@dataclass(frozen=True)
class GitCommand:
    """The program, and until when it may run."""

    program: str
    timeout_s: float
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "deadline", time.monotonic() + self.timeout_s)

    def __call__(
        self,
        *arguments: str | Path,
        cwd: Path,
        settings: tuple[str, ...] = (),
        env: Mapping[str, str] | None = None,
        output_limit_bytes: int = OUTPUT_LIMIT_BYTES,
        watch: Callable[[], None] | None = None,
    ) -> Completed:
        """How git ended. `settings` are key=value for this call only."""
        options = [part for pair in _CONFIGURATION + settings for part in ("-c", pair)]
        try:
            return run(
                [self.program, *options, *arguments],
                cwd=cwd,
                env={**_ENVIRONMENT, **(env or {})},
                without=_HELD_BACK,
                timeout_s=max(0.0, self.deadline - time.monotonic()),
                output_limit_bytes=output_limit_bytes,
                watch=watch,
            )
        except Missing as error:
            raise Missing("git is not on this machine", hint="install git, or name a folder") from error
        except Unavailable as error:
            late = f"the source could not be fetched within {self.timeout_s:g} s"
            raise Unavailable(late, hint="give the step more time") from error


NO_CONFIGURATION = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_COUNT": "0"}
"""For calls that meet files of the repository: not even the user's own filters are there to be named by them."""
