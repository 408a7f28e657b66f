"""The cluster's addresses on this machine, and how every bridge, route, rule and setting goes when it goes.

The node's address lives on a bridge without ports; pods have no way out of the machine, and nobody outside has one in.
"""

import ipaddress
import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from cluster_layout import NODE_BRIDGE, NODE_IP, NODE_NET, POD_BRIDGE, POD_NET, SERVICE_NET
from lab import RUN, LabError, run

_RECORD = RUN / "cluster-network.json"
_NETS = (NODE_NET, POD_NET, SERVICE_NET)
_HINT = "look at `ip address`, `ip route` and `iptables-save`"
_FORWARDING = ("net/ipv4/ip_forward", "net/ipv4/conf/all/forwarding")
# what kubelet and kube-proxy set
_SETTINGS = (
    *_FORWARDING,
    "net/ipv4/conf/all/route_localnet",
    "net/bridge/bridge-nf-call-iptables",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "kernel/keys/root_maxbytes",
)
# chains of kubelet and kube-proxy, of the port mapping of pods, and our own
_CHAIN = re.compile(r"KUBE-[-A-Z0-9]+|CNI-(DN|HOSTPORT)-[-A-Za-z0-9]+|KLAB-[A-Z]+")
_RULES = f"""\
*filter
:KLAB-FORWARD - [0:0]
:KLAB-INPUT - [0:0]
-A KLAB-FORWARD -s {POD_NET} -d {POD_NET} -j ACCEPT
-A KLAB-FORWARD -s {POD_NET} -j DROP
-A KLAB-FORWARD -d {POD_NET} -j DROP
-A KLAB-INPUT -i lo -j RETURN
-A KLAB-INPUT -i {POD_BRIDGE} -j RETURN
-A KLAB-INPUT -d {NODE_NET} -j DROP
-A KLAB-INPUT -d {POD_NET} -j DROP
COMMIT
"""


def up() -> None:
    """Have the bridge, the routes and the rules, whatever an engine did to the network before."""
    if not _RECORD.exists():
        _write(_RECORD, {name: _setting(name) for name in _SETTINGS if _path(name).exists()})
    _keep_forwarding()
    for name in ("net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables"):
        if _path(name).exists():
            _path(name).write_text("1")
    if NODE_BRIDGE not in _links():
        run(["ip", "link", "add", NODE_BRIDGE, "type", "bridge"], hint=_HINT)
    run(["ip", "address", "replace", f"{NODE_IP}/24", "dev", NODE_BRIDGE], hint=_HINT)
    run(["ip", "link", "set", NODE_BRIDGE, "up"], hint=_HINT)
    run(["ip", "route", "replace", SERVICE_NET, "dev", NODE_BRIDGE, "src", NODE_IP], hint=_HINT)
    for net in _NETS:  # what the cluster does not answer must not leave by the default route
        run(["ip", "route", "replace", "unreachable", net, "metric", "4000000"], hint=_HINT)
    run(["iptables-restore", "--noflush", "--wait"], stdin=_RULES, hint=_HINT)
    for base in ("FORWARD", "INPUT"):
        rule = [base, "-j", f"KLAB-{base}"]
        if f"-A {' '.join(rule)}" not in _table("iptables", "filter"):
            run(["iptables", "--wait", "-I", *rule], hint=_HINT)


def refuse_overlap() -> None:
    """Raise when the machine's own networks lie where the cluster's would; before it comes up only."""
    for route in json.loads(run(["ip", "-4", "-json", "route", "show"], hint=_HINT)):
        if route["dst"] == "default":
            continue
        theirs = ipaddress.ip_network(route["dst"], strict=False)
        for net in _NETS:
            if theirs.overlaps(ipaddress.ip_network(net)):
                raise LabError(
                    f"this machine has a route to {theirs}, where the cluster would have {net}",
                    hint="set KUBECONFIG to a cluster that you have, or change cluster_layout.py",
                )


def is_up() -> bool:
    """Whether anything of it may be on the machine."""
    return _RECORD.exists()


def down() -> None:
    """Take everything back; nothing to do when it never came up."""
    if not _RECORD.exists():
        return
    for program in ("iptables", "ip6tables"):
        for table in ("filter", "nat", "mangle") if shutil.which(program) else ():
            _remove_rules(program, table)
    for bridge in (POD_BRIDGE, NODE_BRIDGE):
        if bridge in _links():
            run(["ip", "link", "delete", bridge], hint=_HINT)
    for net in _NETS:
        subprocess.run(["ip", "route", "delete", "unreachable", net], check=False, capture_output=True)
    _restore_settings()
    _RECORD.unlink()


def _remove_rules(program: str, table: str) -> None:
    """Delete our chains and every rule that leads to one, in one transaction."""
    lines = _table(program, table)
    chains = [line.split()[1] for line in lines if line.startswith("-N ") and _CHAIN.fullmatch(line.split()[1])]
    rules = [
        line[3:]
        for line in lines
        if line.startswith("-A ") and line.split()[1] not in chains and any(word in chains for word in line.split())
    ]
    if chains:
        commands = [*(f"-D {rule}" for rule in rules), *(f"-F {name}" for name in chains), *(f"-X {n}" for n in chains)]
        script = "\n".join([f"*{table}", *commands, "COMMIT", ""])
        run([f"{program}-restore", "--noflush", "--wait"], stdin=script, hint=_HINT)


def _keep_forwarding() -> None:
    """An engine that goes before the cluster must not end forwarding under it: the cluster takes that over."""
    for path, snapshot in _other_snapshots():
        settings = snapshot["settings"]
        if any(settings.get(name) == "0" for name in _FORWARDING):
            _write(_RECORD, {**json.loads(_RECORD.read_text()), **{name: settings[name] for name in _FORWARDING}})
            _write(path, {**snapshot, "settings": {**settings, **dict.fromkeys(_FORWARDING, "1")}})


def _restore_settings() -> None:
    """Set back what was before; forwarding is left to the engines that still run."""
    before = json.loads(_RECORD.read_text())
    forwarding = {name: before[name] for name in _FORWARDING}
    others = list(_other_snapshots())
    for path, snapshot in others:
        _write(path, {**snapshot, "settings": {**snapshot["settings"], **forwarding}})
    for name, value in before.items():
        if name in forwarding and others:
            continue
        if _path(name).exists() and _setting(name) != value:
            _path(name).write_text(value)


def _other_snapshots() -> Iterator[tuple[Path, dict[str, dict[str, str]]]]:
    """What engines of the lab that run now will restore (network.py)."""
    for path in sorted(RUN.glob("network-before-*.json")):
        yield path, json.loads(path.read_text())


def _links() -> set[str]:
    return {name for _, name in socket.if_nameindex()}


def _table(program: str, table: str) -> list[str]:
    return run([program, "--wait", "-t", table, "-S"], hint=_HINT).splitlines()


def _path(setting: str) -> Path:
    return Path("/proc/sys", setting)


def _setting(name: str) -> str:
    return _path(name).read_text().strip()


def _write(path: Path, document: object) -> None:
    unfinished = path.with_suffix(".new")
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.write_text(json.dumps(document))
    unfinished.rename(path)
