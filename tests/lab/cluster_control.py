"""The control plane: etcd, the API server, the controllers, the scheduler, and the names that pods look up."""

import http.client
import json
import ssl
import urllib.request
from pathlib import Path

import cluster_api
from cluster_layout import API, BIN, ETC, ETCD, ETCD_PEER, NODE_IP, PKI, POD_NET, SERVICE_NET, STATE
from lab import say
from leftovers import end_started_with
from process import Server

ETCD_SERVER = Server("cluster-etcd")
API_SERVER = Server("cluster-apiserver")
RELAY = Server("cluster-relay")
CONTROLLERS = Server("cluster-controllers")
SCHEDULER = Server("cluster-scheduler")
DNS = Server("cluster-dns")
_RELAYED = f"TCP-LISTEN:{API[1]},bind={NODE_IP},reuseaddr,fork"
_LOOPBACK = ("--bind-address=127.0.0.1", "--leader-elect=false")

# what the cluster's DNS, a process on the node, may read
_DNS_ROLE = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "lab:coredns"},
    "rules": [
        {"apiGroups": [""], "resources": ["services", "pods", "namespaces"], "verbs": ["list", "watch"]},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]},
    ],
}
_DNS_BINDING = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRoleBinding",
    "metadata": {"name": "lab:coredns"},
    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "lab:coredns"},
    "subjects": [{"kind": "User", "name": "coredns", "apiGroup": "rbac.authorization.k8s.io"}],
}


def commands() -> dict[Server, list[str | Path]]:
    """Every server of the control plane and what starts it, in order."""
    return {
        ETCD_SERVER: _etcd(),
        API_SERVER: _api_server(),
        # pods reach the API through this relay, at its Service's address: the API server listens on loopback only
        RELAY: ["socat", _RELAYED, f"TCP:{API[0]}:{API[1]}"],
        CONTROLLERS: _controllers(),
        SCHEDULER: [BIN / "kube-scheduler", *_LOOPBACK, *_kubeconfigs("kube-scheduler")],
        DNS: [BIN / "coredns", "-conf", ETC / "Corefile"],
    }


def up() -> None:
    """Have the API answering and its controllers working."""
    _start(ETCD_SERVER)
    ETCD_SERVER.wait_until(lambda: _is_healthy(f"{ETCD}/health"), timeout_s=60)
    _start(API_SERVER)
    _start(RELAY)
    API_SERVER.wait_until(cluster_api.answers, timeout_s=120)
    _start(CONTROLLERS)
    _start(SCHEDULER)
    CONTROLLERS.wait_until(lambda: _is_healthy("https://127.0.0.1:10257/healthz"), timeout_s=60)
    SCHEDULER.wait_until(lambda: _is_healthy("https://127.0.0.1:10259/healthz"), timeout_s=60)
    say("the control plane is ready")


def names_up() -> None:
    """Have the DNS answering, once there is a node."""
    roles = "/apis/rbac.authorization.k8s.io/v1"
    cluster_api.apply(f"{roles}/clusterroles/lab:coredns", _DNS_ROLE)
    cluster_api.apply(f"{roles}/clusterrolebindings/lab:coredns", _DNS_BINDING)
    _start(DNS)
    DNS.wait_until(lambda: _is_healthy("http://127.0.0.1:18080/health"), timeout_s=60)


def end_connections() -> None:
    """End what the relay started for each connection: these outlive it."""
    end_started_with(Path(_RELAYED), "socat", "socat1")


def _start(server: Server) -> None:
    if server.pid is None:
        server.start(commands()[server])


def _is_healthy(address: str) -> bool:
    """Whether a server of ours says so; those on loopback make their own certificates, which nobody signed."""
    unsigned = ssl.create_default_context()
    unsigned.check_hostname = False
    unsigned.verify_mode = ssl.CERT_NONE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=unsigned))
    try:
        with opener.open(address, timeout=3) as answer:
            body = answer.read()
    except (OSError, http.client.HTTPException):
        return False
    return not body.startswith(b"{") or json.loads(body).get("health") == "true"


def _etcd() -> list[str | Path]:
    return [
        "etcd",
        "--name", "lab",
        "--data-dir", STATE / "etcd",
        "--listen-client-urls", ETCD,
        "--advertise-client-urls", ETCD,
        "--listen-peer-urls", ETCD_PEER,
        "--initial-advertise-peer-urls", ETCD_PEER,
        "--initial-cluster", f"lab={ETCD_PEER}",
        "--auto-compaction-retention", "1h",
    ]  # fmt: skip


def _api_server() -> list[str | Path]:
    return [
        BIN / "kube-apiserver",
        f"--advertise-address={NODE_IP}",
        f"--bind-address={API[0]}",
        f"--secure-port={API[1]}",
        f"--etcd-servers={ETCD}",
        f"--client-ca-file={PKI}/ca.crt",
        f"--tls-cert-file={PKI}/apiserver.crt",
        f"--tls-private-key-file={PKI}/apiserver.key",
        f"--kubelet-certificate-authority={PKI}/ca.crt",
        f"--kubelet-client-certificate={PKI}/apiserver-kubelet.crt",
        f"--kubelet-client-key={PKI}/apiserver-kubelet.key",
        "--kubelet-preferred-address-types=InternalIP",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        f"--service-cluster-ip-range={SERVICE_NET}",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-account-key-file={PKI}/sa.pub",
        f"--service-account-signing-key-file={PKI}/sa.key",
        f"--requestheader-client-ca-file={PKI}/front-ca.crt",
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-username-headers=X-Remote-User",
        f"--proxy-client-cert-file={PKI}/front-client.crt",
        f"--proxy-client-key-file={PKI}/front-client.key",
    ]


def _controllers() -> list[str | Path]:
    return [
        BIN / "kube-controller-manager",
        *_LOOPBACK,
        *_kubeconfigs("kube-controller-manager"),
        f"--client-ca-file={PKI}/ca.crt",
        f"--requestheader-client-ca-file={PKI}/front-ca.crt",
        "--use-service-account-credentials=true",
        f"--root-ca-file={PKI}/ca.crt",
        f"--service-account-private-key-file={PKI}/sa.key",
        f"--cluster-signing-cert-file={PKI}/ca.crt",
        f"--cluster-signing-key-file={PKI}/ca.key",
        f"--cluster-cidr={POD_NET}",
        f"--service-cluster-ip-range={SERVICE_NET}",
        f"--flex-volume-plugin-dir={STATE}/kubelet-plugins",
    ]


def _kubeconfigs(name: str) -> list[str]:
    path = ETC / f"{name}.kubeconfig"
    return [f"--{use}kubeconfig={path}" for use in ("", "authentication-", "authorization-")]
