"""Where the cluster's things are: folders, addresses, and what the files in kube/etc say once these are filled in."""

from pathlib import Path
from string import Template

from lab import HOME, REGISTRY

STATE = HOME / "cluster"
PKI = STATE / "pki"
ETC = STATE / "etc"
BIN = STATE / "bin"
KUBECONFIG = STATE / "kubeconfig"
# a user of the group devs without any right
KUBECONFIG_NOBODY = STATE / "kubeconfig.alice"
SOCKET = STATE / "containerd" / "containerd.sock"

NAME = "containerkit-lab"  # of the cluster and of its node
NODE_IP = "10.200.0.1"
NODE_NET = "10.200.0.0/24"
POD_NET = "10.244.0.0/24"
SERVICE_NET = "10.96.0.0/16"
FIRST_SERVICE_IP = "10.96.0.1"
NODE_BRIDGE = "klab0"
POD_BRIDGE = "cni-lab0"
API = ("127.0.0.1", 6443)
ETCD = "http://127.0.0.1:12379"
ETCD_PEER = "http://127.0.0.1:12380"
PAUSE = "localhost/pause:lab"

_TEMPLATES = Path(__file__).parent / "kube" / "etc"
_EMPTY = ("containerd", "kubelet", "kubelet-plugins", "pod-logs", "etcd", "cni-state", "etc/manifests")


def files() -> dict[Path, str]:
    """Every configuration file and its text."""
    found = {
        ETC / path.relative_to(_TEMPLATES): _filled(path) for path in sorted(_TEMPLATES.rglob("*")) if path.is_file()
    }
    hosts = found.pop(ETC / "hosts.toml")
    port = REGISTRY.rpartition(":")[2]
    for name in ("_default", REGISTRY, f"127.0.0.1:{port}", f"localhost:{port}"):
        found[ETC / "certs.d" / name / "hosts.toml"] = hosts
    return found


def write() -> None:
    """Have the folders and files; one that says the same already is not written: kube-proxy ends when its own is."""
    for name in _EMPTY:
        (STATE / name).mkdir(parents=True, exist_ok=True)
    for path, text in files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def _filled(path: Path) -> str:
    return Template(path.read_text()).substitute(
        STATE=STATE,
        PKI=PKI,
        ETC=ETC,
        SOCKET=SOCKET,
        NODE=NAME,
        NODE_IP=NODE_IP,
        NODE_NET=NODE_NET,
        POD_NET=POD_NET,
        POD_BRIDGE=POD_BRIDGE,
        REGISTRY=REGISTRY,
        PAUSE=PAUSE,
    )
