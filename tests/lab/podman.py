"""Podman's API beside Docker's, rootful, with storage, networks and registries of its own below the lab's state."""

import re
import resource
import shutil
from pathlib import Path

import apt
import network
from base_image import REGISTRIES
from engine_api import EngineApi
from lab import HOME, REGISTRY, RUN, LabError, run, say
from leftovers import end_started_with, unmount_below
from process import Server

SERVER = Server("podman")
HOST = "unix:///run/podman/podman.sock"
# its mirror is the lab's registry
NEEDS: tuple[str, ...] = ("registry",)
_STATE = HOME / "podman"
_RUN = RUN / "podman"
_NETWORK = network.Before("podman", re.compile(r"podman\d+"), re.compile(r"NETAVARK[-_A-Z0-9]*"))
_HINT = f"read {SERVER.log}"

_FILES = {
    "containers.conf": """\
[containers]
default_ulimits = ["nofile={open_files}", "nproc={processes}"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
tmp_dir = "{run}/engine"
volume_path = "{state}/volumes"
[network]
network_backend = "netavark"
network_config_dir = "{state}/networks"
""",
    "storage.conf": """\
[storage]
driver = "overlay"
graphroot = "{state}/storage"
runroot = "{run}/storage"
""",
    "registries.conf": """\
unqualified-search-registries = ["docker.io"]
short-name-mode = "disabled"
[[registry]]
location = "{registry}"
insecure = true
""",
}
_MIRRORED = """\
[[registry]]
prefix = "{name}"
location = "{name}"
[[registry.mirror]]
location = "{registry}"
insecure = true
"""


def up() -> None:
    """Have Podman's API answering, with the lab's registry as its mirror."""
    if EngineApi(HOST).answers():
        say(f"podman runs already at {HOST}{'' if SERVER.pid else ' (not ours: it stays when the lab goes)'}")
        return
    apt.install("podman", "netavark", "aardvark-dns", "runc", "iptables")
    down()  # what a killed service left behind
    _NETWORK.record()
    _write_configuration()
    socket = Path(HOST.removeprefix("unix://"))
    socket.parent.mkdir(parents=True, exist_ok=True)
    command = ["podman", "--runtime", "runc", "--cgroup-manager", "cgroupfs", "system", "service", "--time=0", HOST]
    SERVER.start(command, env=_configuration())
    SERVER.wait_until(EngineApi(HOST).answers, timeout_s=60)
    say(f"podman ready: {EngineApi(HOST).get('/version').get('Version')} at {HOST}")


def down() -> None:
    """Stop our Podman with all its containers, and take back what it changed in the machine's network."""
    known = SERVER.record.exists()
    if known and shutil.which("podman"):
        try:
            run(["podman", "stop", "--all", "--time", "2"], env=_configuration(), hint=_HINT)
        except LabError as error:  # damaged state must not keep the rest from being cleaned up
            say(f"podman cannot stop its containers, so their processes are ended: {error}")
    if SERVER.stop():
        say("podman stopped")
    end_started_with(_STATE, "conmon")
    end_started_with(_RUN, "conmon", "aardvark-dns")
    unmount_below(_STATE)
    unmount_below(_RUN)
    if known and not EngineApi(HOST).answers():
        Path(HOST.removeprefix("unix://")).unlink(missing_ok=True)
    _NETWORK.restore()


def purge() -> None:
    """Remove its images, containers, volumes and networks."""
    for folder in (_STATE, _RUN):
        unmount_below(folder)
        shutil.rmtree(folder, ignore_errors=True)


def status() -> dict[str, str]:
    """What runs, for people and programs."""
    api = EngineApi(HOST)
    if not api.answers():
        return {"state": "down"}
    return {"state": "up", "host": HOST, "version": str(api.get("/version").get("Version")), **SERVER.facts()}


def environment() -> dict[str, str]:
    """What a shell needs to use it; DOCKER_HOST stays the engine's."""
    return {"CONTAINERKIT_LAB_PODMAN": HOST}


def _configuration() -> dict[str, str]:
    """Podman's files of our own, so that the machine's /etc/containers does not mix in."""
    return {
        "CONTAINERS_CONF": str(_STATE / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(_STATE / "storage.conf"),
        "CONTAINERS_REGISTRIES_CONF": str(_STATE / "registries.conf"),
    }


def _write_configuration() -> None:
    for folder in (_STATE, _RUN):
        folder.mkdir(parents=True, exist_ok=True)
    for name, text in _FILES.items():
        (_STATE / name).write_text(text.format(run=_RUN, state=_STATE, registry=REGISTRY, **_limits()))
    with (_STATE / "registries.conf").open("a") as file:
        file.writelines(_MIRRORED.format(name=name, registry=REGISTRY) for name in REGISTRIES)


def _limits() -> dict[str, str]:
    """What Podman may give to a container: its own defaults are higher, and not every root may raise them."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    processes = int(Path("/proc/sys/kernel/pid_max").read_text())  # to which Podman lowers itself
    if (allowed := resource.getrlimit(resource.RLIMIT_NPROC)[1]) != resource.RLIM_INFINITY:
        processes = min(processes, allowed)
    return {"open_files": f"{files}:{files}", "processes": f"{processes}:{processes}"}
