"""The console script as a user types it, and what an application on this machine answers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

APPS = Path(__file__).parent.parent / "apps"
SCRIPT = Path(sys.executable).with_name("containerkit")


@dataclass(frozen=True)
class Ended:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, object]]:
        """The JSON lines of `--progress json`."""
        return [json.loads(line) for line in (self.out + self.err).splitlines() if line.startswith("{")]

    def states(self) -> dict[str, str]:
        """How each step of a finished run ended, by its name."""
        record = next(line["record"] for line in self.lines if line.get("event", line.get("type")) == "result")
        assert isinstance(record, dict)
        return {step["name"]: step["state"] for step in record["steps"]}


@dataclass
class Kit:
    """Runs the command and knows what has to be taken away."""

    home: Path
    names: list[str] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """This process's own, with our state apart, and no cluster but the one that a test names."""
        return {
            **os.environ,
            "KUBECONFIG": str(self.home / "no-kubeconfig"),
            "CONTAINERKIT_HOME": str(self.home),
            "PREFECT_HOME": str(self.home / "prefect"),
        }

    def start(self, *argv: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        """The command, running."""
        return subprocess.Popen(
            [str(SCRIPT), *argv],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd or self.home,
            env=self.environment(),
            # a runner that ignores Ctrl-C would hand that down
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
        )

    def __call__(self, *argv: str, cwd: Path | None = None, timeout_s: float = 600) -> Ended:
        """The command, ended."""
        with self.start(*argv, cwd=cwd) as process:
            try:
                out, err = process.communicate(timeout=timeout_s)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Ended(process.returncode, out, err)

    def run(self, source: Path | str, name: str, *argv: str) -> Ended:
        """A run whose application is deleted after the test."""
        if name not in self.names:
            self.names.append(name)
        return self("run", str(source), "--name", name, "--progress", "json", *argv)


def get(port: int, path: str = "/") -> tuple[int, str]:
    """Status and body of an application on this machine; status 0 when nothing answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""
