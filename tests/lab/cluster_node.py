"""The node: a containerd with its own configuration and socket, kubelet, kube-proxy, and the end of their pods."""

import hashlib
import os
import shutil
import signal
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import cluster_api
from cluster_api import look
from cluster_layout import BIN, ETC, NAME, NODE_IP, PAUSE, SOCKET, STATE
from cluster_pause import archive
from lab import LabError, run, say
from leftovers import end_cgroup, end_started_with
from process import Server

CONTAINERD = Server("cluster-containerd")
KUBELET = Server("cluster-kubelet")
PROXY = Server("cluster-proxy")
_CGROUP = "kubepods"
_SHIM = "containerd-shim-runc-v2"
_SHIM_SOCKETS = Path("/run/containerd/s")
_CTR = ("ctr", "--address", SOCKET, "--namespace", "k8s.io")
# a call of the kubelet's own interface by hand, for `ctr` speaks another one that is ready earlier
_ASK_CRI_VERSION = (
    *("curl", "--silent", "--http2-prior-knowledge", "--max-time", "10", "--unix-socket", SOCKET),
    *("--header", "Content-Type: application/grpc", "--header", "TE: trailers", "--data-binary", "@-"),
    *("--dump-header", "-", "--output", "/dev/null", "http://localhost/runtime.v1.RuntimeService/Version"),
)
_EMPTY_MESSAGE = "\0" * 5  # not compressed, no bytes
_PLUGIN_SOCKET = Path("/var/lib/kubelet/device-plugins/kubelet.sock")
_CNI_RESULTS = Path("/var/lib/cni/results")
_OUTSIDE = (
    _PLUGIN_SOCKET.parent,
    _PLUGIN_SOCKET.parent.parent,
    Path("/var/log/containers"),
    _CNI_RESULTS,
    _CNI_RESULTS.parent,
    _SHIM_SOCKETS,  # other containerds keep theirs there too
    _SHIM_SOCKETS.parent,
)
_HINT = f"read {CONTAINERD.log}"


def commands() -> dict[Server, list[str | Path]]:
    """Every server of the node and what starts it, in order."""
    return {
        CONTAINERD: ["containerd", "--config", ETC / "containerd.toml", "--log-level", "info"],
        KUBELET: [
            BIN / "kubelet",
            f"--config={ETC}/kubelet.yaml",
            f"--kubeconfig={ETC}/kubelet.kubeconfig",
            f"--root-dir={STATE}/kubelet",
            f"--cert-dir={STATE}/kubelet/pki",
            f"--hostname-override={NAME}",
            f"--node-ip={NODE_IP}",
            f"--pod-infra-container-image={PAUSE}",
        ],
        PROXY: [BIN / "kube-proxy", f"--config={ETC}/kube-proxy.yaml"],
    }


def up() -> None:
    """Have a node that is ready, and no word left in the API about pods that ended with an earlier one."""
    started = time.time()
    is_new = KUBELET.pid is None
    for server, command in commands().items():
        if server.pid is None:
            server.start(command)
        if server is CONTAINERD:
            server.wait_until(_containerd_answers, timeout_s=60)
            _import_pause()
    KUBELET.wait_until(lambda: is_ready(since=started if is_new else 0), timeout_s=120)
    if is_new:
        KUBELET.wait_until(_kubelet_knows_pods, timeout_s=60)
        KUBELET.wait_until(_ready_containers_run, timeout_s=120)
        KUBELET.wait_until(_endpoints_are_pods, timeout_s=60)
    say(f"node {NAME} is ready")


def is_ready(since: float = 0) -> bool:
    """Whether the kubelet has said so since then."""
    for node in cluster_api.items("/api/v1/nodes"):
        conditions = look(node, "status", "conditions")
        for condition in conditions if isinstance(conditions, list) else []:
            if condition["type"] == "Ready" and condition["status"] == "True":
                return datetime.fromisoformat(condition["lastHeartbeatTime"]).timestamp() >= int(since)
    return False


def end_pods() -> None:
    """End every container, at once; containerd, when it runs, ends their shims."""
    for hierarchy in ("/sys/fs/cgroup/pids", "/sys/fs/cgroup"):
        for path in Path(hierarchy, _CGROUP).rglob("cgroup.procs"):
            with suppress(OSError):
                for pid in path.read_text().split():
                    os.kill(int(pid), signal.SIGKILL)
    if CONTAINERD.pid:
        deadline = time.monotonic() + 5
        while run([*_CTR, "tasks", "ls", "--quiet"], hint=_HINT).strip() and time.monotonic() < deadline:
            time.sleep(0.2)


def forget_pods() -> None:
    """What servers that were killed left behind; after this, containerd and kubelet start as after a reboot."""
    end_started_with(SOCKET.parent, _SHIM)
    end_cgroup(_CGROUP)
    for identity in _container_ids():
        name = hashlib.sha256(f"{SOCKET}/k8s.io/{identity}".encode()).hexdigest()
        (_SHIM_SOCKETS / name).unlink(missing_ok=True)


def _container_ids() -> set[str]:
    state = STATE / "containerd/state/io.containerd.runtime.v2.task/k8s.io"
    root = STATE / "containerd/root/io.containerd.grpc.v1.cri"
    return {path.name for folder in (state, root / "sandboxes", root / "containers") for path in folder.glob("*")}


def _containerd_answers() -> bool:
    """Whether it answers the question that a kubelet starts with: not before it has found its pods again."""
    try:
        return "grpc-status: 0" in run(_ASK_CRI_VERSION, hint=_HINT, stdin=_EMPTY_MESSAGE).splitlines()
    except LabError:
        return False


def _import_pause() -> None:
    if PAUSE in run([*_CTR, "images", "ls", "--quiet"], hint=_HINT).splitlines():
        return
    path = STATE / "pause.tar"
    path.write_bytes(archive(BIN / "pause", PAUSE))
    run([*_CTR, "images", "import", path], hint=_HINT)
    path.unlink()


def _kubelet_knows_pods() -> bool:
    """Whether a kubelet that has just started has heard of its pods: until then it finds none to exec in."""
    known = cluster_api.items(f"/api/v1/nodes/{NAME}/proxy/pods")
    names = {look(pod, "metadata", "uid") for pod in known}
    return all(look(pod, "metadata", "uid") in names for pod in _pods() if look(pod, "spec", "nodeName") == NAME)


def _pods() -> list[dict[str, object]]:
    return cluster_api.items("/api/v1/pods")


def _ready_containers_run() -> bool:
    """Whether each container that the API calls ready is a running task."""
    lines = [line.split() for line in run([*_CTR, "tasks", "ls"], hint=_HINT).splitlines()]
    running = {words[0] for words in lines if words[-1] == "RUNNING"}
    for pod in _pods():
        statuses = look(pod, "status", "containerStatuses")
        for status in statuses if isinstance(statuses, list) else []:
            if status["ready"] and status["containerID"].removeprefix("containerd://") not in running:
                return False
    return True


def _endpoints_are_pods() -> bool:
    """Whether each ready endpoint that stands for a pod is the address of one."""
    addresses = {look(pod, "status", "podIP") for pod in _pods()}
    for piece in cluster_api.items("/apis/discovery.k8s.io/v1/endpointslices"):
        endpoints = piece.get("endpoints")
        for endpoint in endpoints if isinstance(endpoints, list) else []:
            is_pod = look(endpoint, "targetRef", "kind") == "Pod"
            if is_pod and look(endpoint, "conditions", "ready") and not addresses & set(endpoint["addresses"]):
                return False
    return True


def remove_outside() -> None:
    """Remove what kubelet and network plugins write outside the lab's folder, whatever they are told."""
    links = [path for path in Path("/var/log/containers").glob("*") if _leads_into(path, STATE)]
    results = [path for identity in _container_ids() for path in _CNI_RESULTS.glob(f"*-{identity}-*")]
    for path in [*links, *results, _PLUGIN_SOCKET]:
        path.unlink(missing_ok=True)
    shutil.rmtree(STATE / "cni-state", ignore_errors=True)
    for folder in _OUTSIDE:
        with suppress(OSError):  # not empty, or not there
            folder.rmdir()


def _leads_into(path: Path, folder: Path) -> bool:
    return path.is_symlink() and path.readlink().is_relative_to(folder)
