"""The cluster: one that KUBECONFIG names is used as it is; else a real single-node Kubernetes on this machine.

Its programs come from Debian packages and Go modules; its node pulls every image from the lab's registry.
"""

import hashlib
import json
import os
import shutil
import socket

import apt
import cluster_api
import cluster_binary
import cluster_control
import cluster_layout
import cluster_network
import cluster_node
import cluster_pki
from cluster_layout import API, BIN, KUBECONFIG, KUBECONFIG_NOBODY, SOCKET, STATE
from lab import LOGS, RUN, LabError, run, say
from leftovers import unmount_below
from process import Server

# its node pulls from it
NEEDS: tuple[str, ...] = ("registry",)
_KEY = RUN / "cluster.key"
_LONGEST = 100
# a program, and the package that is asked for it only when it is missing: other packages bring the same programs
_PROGRAMS = {
    "containerd": "containerd",
    "ctr": "containerd",
    "runc": "runc",
    "curl": "curl",
    "etcd": "etcd-server",
    "socat": "socat",
    "openssl": "openssl",
    "conntrack": "conntrack",
    "iptables": "iptables",
    "ip": "iproute2",
    "/usr/lib/cni/bridge": "containernetworking-plugins",
}
_PORTS = (
    (cluster_control.ETCD_SERVER, "127.0.0.1", 12379),
    (cluster_control.ETCD_SERVER, "127.0.0.1", 12380),
    (cluster_control.API_SERVER, *API),
    (cluster_control.CONTROLLERS, "127.0.0.1", 10257),
    (cluster_control.SCHEDULER, "127.0.0.1", 10259),
    (cluster_control.DNS, "127.0.0.1", 18080),
    (cluster_node.KUBELET, "127.0.0.1", 10248),
    (cluster_node.PROXY, "127.0.0.1", 10249),
    (cluster_node.PROXY, "127.0.0.1", 10256),
)


def up() -> None:
    """Have a cluster whose node is ready."""
    if named := _named():
        _use(named)
        return
    _prepare()
    running = [server.name for server in _servers() if server.pid]
    cluster_binary.install()
    cluster_pki.write()
    cluster_layout.write()
    cluster_network.up()
    _KEY.write_text(_key())
    cluster_control.up()
    cluster_node.up()
    cluster_control.names_up()
    missing = [server.name for server in _servers() if server.name not in running]
    news = f"ready, {len(missing)} of its servers started" if missing else "runs already"
    say(f"cluster {news}: export KUBECONFIG={KUBECONFIG}")


def down() -> None:
    """Stop our cluster with all its pods, and take back what it changed on this machine; its state stays."""
    known = cluster_network.is_up()
    stopped = cluster_node.KUBELET.stop()
    if known:
        cluster_node.end_pods()
    for server in reversed(_servers()):
        stopped = server.stop() or stopped
    if known:
        cluster_control.end_connections()
        cluster_node.forget_pods()
    unmount_below(STATE)
    if known:
        cluster_node.remove_outside()
        shutil.rmtree(STATE / "containerd" / "state", ignore_errors=True)
    _KEY.unlink(missing_ok=True)
    cluster_network.down()  # last, for its record says that there is something to take back
    if stopped:
        say("cluster stopped")


def purge() -> None:
    """Remove its objects, images, volumes, certificates and programs."""
    unmount_below(STATE)
    shutil.rmtree(STATE, ignore_errors=True)
    cluster_binary.forget()
    for server in _servers():
        server.log.unlink(missing_ok=True)


def status() -> dict[str, str]:
    """What runs, for people and programs."""
    if named := _named():
        return {"state": "up" if _named_answers() else "down", "kubeconfig": named, "ours": "no"}
    stopped = [server.name for server in _servers() if server.pid is None]
    if len(stopped) == len(_servers()):
        return {"state": "down"}
    facts = {"kubeconfig": str(KUBECONFIG), "ours": "yes", "log": f"{LOGS}/cluster-*.log"}
    if stopped:
        return {"state": "down", "stopped": ",".join(stopped), **facts}
    is_up = cluster_api.answers() and cluster_node.is_ready()
    return {"state": "up" if is_up else "down", "api": f"https://{API[0]}:{API[1]}", **facts}


def environment() -> dict[str, str]:
    """What a shell needs to use it; nothing while there is none."""
    if named := _named():
        return {"KUBECONFIG": named}
    if not cluster_network.is_up():
        return {}
    return {
        "KUBECONFIG": str(KUBECONFIG),
        "CONTAINERKIT_LAB_KUBECONFIG_NOBODY": str(KUBECONFIG_NOBODY),
        "CONTAINERKIT_LAB_KUBECTL": str(BIN / "kubectl"),
    }


def _use(named: str) -> None:
    """Raise unless the cluster of the caller's KUBECONFIG answers."""
    if _kubectl() is None:
        hint = "install kubectl, or unset KUBECONFIG"
        raise LabError("there is no kubectl to ask the cluster of KUBECONFIG", hint=hint)
    if not _named_answers():
        raise LabError(f"no cluster answers at KUBECONFIG={named}", hint="start that cluster, or unset KUBECONFIG")
    say(f"cluster runs already at KUBECONFIG={named} (not ours: it stays when the lab goes)")


def _prepare() -> None:
    """Have the packages, and nothing in the way: all that can go wrong before the minutes that a build takes."""
    # the longest path below it is a socket's, and those may have 107 characters
    if len(str(SOCKET)) > _LONGEST:
        raise LabError(f"{SOCKET} is too long a path for a socket", hint="set LAB_HOME to a shorter one")
    apt.install(*sorted({package for program, package in _PROGRAMS.items() if shutil.which(program) is None}))
    if _is_changed():
        say("the cluster's programs or configuration have changed: it starts anew")
        down()
    if cluster_network.is_up() and not any(server.pid for server in _servers()):
        down()  # what killed servers, or a machine that was switched off, left behind
    _refuse_taken_ports()
    if not cluster_network.is_up():
        cluster_network.refuse_overlap()


def _servers() -> list[Server]:
    """In the order in which they start."""
    return [*cluster_control.commands(), *cluster_node.commands()]


def _named() -> str:
    """The KUBECONFIG of the caller, unless it is our own."""
    named = os.environ.get("KUBECONFIG", "")
    return "" if named == str(KUBECONFIG) else named


def _kubectl() -> str | None:
    return shutil.which("kubectl") or shutil.which(BIN / "kubectl")


def _named_answers() -> bool:
    kubectl = _kubectl()
    if kubectl is None:
        return False
    try:
        run([kubectl, "--request-timeout=5s", "get", "--raw", "/readyz"], hint="unset KUBECONFIG")
    except LabError:
        return False
    return True


def _key() -> str:
    """A hash of all that makes the cluster what it is."""
    commands = {**cluster_control.commands(), **cluster_node.commands()}
    parts = [cluster_binary.key(), *(json.dumps([str(word) for word in command]) for command in commands.values())]
    parts += [f"{path}\0{text}" for path, text in sorted(cluster_layout.files().items())]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _is_changed() -> bool:
    return _KEY.exists() and _KEY.read_text() != _key()


def _refuse_taken_ports() -> None:
    """Raise when another program listens where one of the servers that are to start would."""
    for server, address, port in _PORTS:
        if server.pid is None and _is_taken(address, port):
            raise LabError(
                f"{address}:{port}, which {server.name} needs, is taken by another program",
                hint=f"`ss -ltnp 'sport = :{port}'` names it: end it, or set KUBECONFIG to its cluster",
            )


def _is_taken(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((address, port)) == 0
