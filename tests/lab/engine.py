"""The container engine: a running one is used as it is; else Debian's docker.io, its dockerd started by hand."""

import os
import re
import shutil
from pathlib import Path

import apt
import network
from engine_api import DEFAULT_HOST, EngineApi
from lab import HOME, REGISTRY, RUN, LabError, say
from leftovers import end_cgroup, end_started_with, unmount_below
from process import Server

SERVER = Server("dockerd")
CONTAINERD = Server("dockerd-containerd")
DATA = HOME / "docker"
EXEC_ROOT = RUN / "docker"
_PID_FILE = RUN / "docker.pid"
_LONGEST = 70
_CGROUP_MOUNT = re.compile(r" - cgroup2? ")
_NETWORK = network.Before("engine", re.compile(r"docker0|br-[0-9a-f]{12}"), re.compile(r"DOCKER(-[A-Z0-9-]+)?"))
# the registry is the engine's mirror
NEEDS: tuple[str, ...] = ("registry",)


def up() -> None:
    """Have an engine answering, with the lab's registry as its mirror when it is ours."""
    if api().answers():
        say(f"engine runs already at {host()}{'' if SERVER.pid else ' (not ours: it stays when the lab goes)'}")
        return
    if os.environ.get("DOCKER_HOST") not in (None, "", DEFAULT_HOST):
        raise LabError(f"no engine answers at DOCKER_HOST={host()}", hint="start that engine, or unset DOCKER_HOST")
    apt.install("docker.io", "iptables")
    # the longest path below it is a socket's, and those may have 107 characters
    if len(str(EXEC_ROOT)) > _LONGEST:
        raise LabError(f"{EXEC_ROOT} is too long a path for the engine's sockets", hint="set LAB_HOME to a shorter one")
    if not _CGROUP_MOUNT.search(Path("/proc/self/mountinfo").read_text()):
        raise LabError("no control groups are mounted", hint="apt-get install cgroupfs-mount && cgroupfs-mount")
    down()  # what a killed dockerd left behind: its containerd and shims, a stale pid file
    _NETWORK.record()
    for folder in (DATA, EXEC_ROOT):
        folder.mkdir(parents=True, exist_ok=True)
    SERVER.start(_command())
    SERVER.wait_until(api().answers, timeout_s=60)
    _record_containerd()
    facts = api().get("/info")
    say(
        f"engine ready: Docker {facts.get('ServerVersion')}, {facts.get('Driver')},"
        f" cgroup v{facts.get('CgroupVersion')} by {facts.get('CgroupDriver')}"
    )


def down() -> None:
    """Stop our engine with all its containers, and take back what it changed in the machine's network."""
    known = SERVER.record.exists()
    if SERVER.stop(timeout_s=60):
        say("engine stopped")
    _record_containerd()
    CONTAINERD.stop()
    end_started_with(EXEC_ROOT, "containerd-shim-runc-v2")
    end_cgroup(_cgroup())
    unmount_below(DATA)
    unmount_below(EXEC_ROOT)
    _PID_FILE.unlink(missing_ok=True)
    if known and not EngineApi(DEFAULT_HOST).answers():
        Path(DEFAULT_HOST.removeprefix("unix://")).unlink(missing_ok=True)
    _NETWORK.restore()


def purge() -> None:
    """Remove its images, containers and volumes."""
    for folder in (DATA, EXEC_ROOT):
        unmount_below(folder)
        shutil.rmtree(folder, ignore_errors=True)


def status() -> dict[str, str]:
    """What runs, for people and programs."""
    if not api().answers():
        return {"state": "down"}
    facts = api().get("/info")
    return {
        "state": "up",
        "host": host(),
        **SERVER.facts(),
        "version": str(facts.get("ServerVersion")),
        "storage_driver": str(facts.get("Driver")),
        "cgroup_version": str(facts.get("CgroupVersion")),
    }


def environment() -> dict[str, str]:
    """What a shell needs to use it."""
    return {"DOCKER_HOST": host()}


def host() -> str:
    """Where the engine is, or would be."""
    return os.environ.get("DOCKER_HOST") or DEFAULT_HOST


def api() -> EngineApi:
    """The engine to speak to."""
    return EngineApi(host())


def _command() -> list[str | Path]:
    return [
        "dockerd",
        "--host", DEFAULT_HOST,
        "--data-root", DATA,
        "--exec-root", EXEC_ROOT,
        "--pidfile", _PID_FILE,
        "--config-file", _write_config(),
        "--cgroup-parent", f"/{_cgroup()}",
        "--exec-opt", "native.cgroupdriver=cgroupfs",
        "--registry-mirror", f"http://{REGISTRY}",
    ]  # fmt: skip


def _cgroup() -> str:
    """One per state folder, not per path: a lab ends only its own containers."""
    return f"containerkit-lab-{HOME.stat().st_ino}"


def _write_config() -> Path:
    """A file of our own, so that the machine's /etc/docker/daemon.json does not mix in."""
    path = RUN / "daemon.json"
    path.write_text('{"features": {"buildkit": true}, "log-driver": "json-file", "shutdown-timeout": 5}\n')
    return path


def _record_containerd() -> None:
    """Adopt the containerd that dockerd starts: it outlives a killed dockerd and is ours to stop."""
    try:
        pid = int((EXEC_ROOT / "containerd" / "containerd.pid").read_text())
        command = Path(f"/proc/{pid}/cmdline").read_text()
    except (OSError, ValueError):
        return
    if str(EXEC_ROOT) in command:
        CONTAINERD.adopt(pid)
