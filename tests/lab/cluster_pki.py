"""The cluster's certificates and kubeconfigs, made by openssl, only what is missing."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cluster_layout import API, ETC, FIRST_SERVICE_IP, KUBECONFIG, KUBECONFIG_NOBODY, NAME, NODE_IP, PKI
from lab import run

_HINT = "try `openssl version`: the lab needs OpenSSL 3"
_DAYS = "3650"
_EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")
_CONFIG = "[req]\ndistinguished_name=dn\nx509_extensions=extensions\n[dn]\n[extensions]\nsubjectKeyIdentifier=hash\n"


@dataclass(frozen=True)
class _Certificate:
    """One certificate: whom it names, which authority signs it, and for a server its other names."""

    name: str
    subject: str
    authority: str = "ca"
    server_names: tuple[str, ...] = ()


_KUBERNETES = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
_API_NAMES = (
    *(f"IP:{address}" for address in (API[0], NODE_IP, FIRST_SERVICE_IP)),
    *(f"DNS:{name}" for name in ("localhost", NAME, *_KUBERNETES)),
)
_AUTHORITIES = ("ca", "front-ca")
_AUTHORITY_EXTENSIONS = ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign")
_CERTIFICATES = (
    _Certificate("apiserver", "/CN=kube-apiserver", server_names=_API_NAMES),
    _Certificate("apiserver-kubelet", "/O=system:masters/CN=kube-apiserver-kubelet-client"),
    _Certificate("front-client", "/CN=front-proxy-client", authority="front-ca"),
    _Certificate("admin", "/O=system:masters/CN=lab-admin"),
    _Certificate("kube-controller-manager", "/CN=system:kube-controller-manager"),
    _Certificate("kube-scheduler", "/CN=system:kube-scheduler"),
    _Certificate("kube-proxy", "/CN=system:kube-proxy"),
    _Certificate("coredns", "/CN=coredns"),
    _Certificate("kubelet", f"/O=system:nodes/CN=system:node:{NAME}"),
    _Certificate("kubelet-server", f"/CN={NAME}", server_names=(f"IP:{NODE_IP}", f"DNS:{NAME}")),
    _Certificate("alice", "/O=devs/CN=alice"),
)
_KUBECONFIGS = {
    KUBECONFIG: "admin",
    KUBECONFIG_NOBODY: "alice",
    **{
        ETC / f"{name}.kubeconfig": name
        for name in ("kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet", "coredns")
    },
}


def write() -> None:
    """Have every key, certificate and kubeconfig."""
    PKI.mkdir(parents=True, exist_ok=True)
    PKI.chmod(0o700)
    for name in _AUTHORITIES:
        _sign(name, f"/CN={NAME}-{name}", _AUTHORITY_EXTENSIONS)
    for certificate in _CERTIFICATES:
        _sign(certificate.name, certificate.subject, _extensions(certificate), certificate.authority)
    _service_account_key()
    for path, user in _KUBECONFIGS.items():
        _write_kubeconfig(path, user)


def _extensions(certificate: _Certificate) -> list[str]:
    lines = [
        "basicConstraints=critical,CA:FALSE",
        "authorityKeyIdentifier=keyid",
        "keyUsage=critical,digitalSignature,keyEncipherment",
        f"extendedKeyUsage={'serverAuth' if certificate.server_names else 'clientAuth'}",
    ]
    names = ",".join(certificate.server_names)
    return [*lines, f"subjectAltName={names}"] if names else lines


def _sign(name: str, subject: str, extensions: Sequence[str], authority: str | None = None) -> None:
    """A new key and its certificate, signed by an authority or by itself; nothing when it is there."""
    certificate = PKI / f"{name}.crt"
    if certificate.exists():
        return
    signer = ("-CA", PKI / f"{authority}.crt", "-CAkey", PKI / f"{authority}.key") if authority else ()
    unfinished = certificate.with_suffix(".new")
    command = ["openssl", "req", "-x509", "-config", "/dev/stdin", *_EC, "-days", _DAYS, "-subj", subject, *signer]
    run(
        [*command, "-keyout", PKI / f"{name}.key", "-out", unfinished],
        stdin="\n".join([_CONFIG, *extensions, ""]),
        hint=_HINT,
    )
    unfinished.rename(certificate)


def _service_account_key() -> None:
    private, public = PKI / "sa.key", PKI / "sa.pub"
    if public.exists():
        return
    run(["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-out", private], hint=_HINT)
    unfinished = public.with_suffix(".new")
    run(["openssl", "pkey", "-in", private, "-pubout", "-out", unfinished], hint=_HINT)
    unfinished.rename(public)


def _write_kubeconfig(path: Path, user: str) -> None:
    ca, certificate, key = (_base64(PKI / name) for name in ("ca.crt", f"{user}.crt", f"{user}.key"))
    text = f"""\
apiVersion: v1
kind: Config
clusters:
- name: {NAME}
  cluster: {{server: "https://{API[0]}:{API[1]}", certificate-authority-data: {ca}}}
users:
- name: {user}
  user: {{client-certificate-data: {certificate}, client-key-data: {key}}}
contexts:
- name: {NAME}
  context: {{cluster: {NAME}, user: {user}}}
current-context: {NAME}
"""
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(text)


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
