"""The machine's network before an engine of ours changed it, so that bridges, rules and settings can be taken back."""

import json
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lab import RUN, run

_TABLES = ("filter", "nat", "mangle", "raw")
_SETTINGS = ("net/ipv4/ip_forward", "net/ipv4/conf/all/forwarding", "net/ipv6/conf/all/forwarding")
# a published port: the container's way to itself, the one rule that names neither bridge nor chain
_HAIRPIN = re.compile(r"-A POSTROUTING -s (\S+)/32 -d \1/32 .*-j MASQUERADE")
_HINT = "look at `iptables-save` and `ip link`"


@dataclass(frozen=True)
class Before:
    """A snapshot by name; `interface` and `chain` are what the engine calls its own, nothing else is ever removed."""

    name: str
    interface: re.Pattern[str]
    chain: re.Pattern[str]

    @property
    def _path(self) -> Path:
        return RUN / f"network-before-{self.name}.json"

    def record(self) -> None:
        """Note the interfaces, rules and settings of now."""
        RUN.mkdir(parents=True, exist_ok=True)
        unfinished = self._path.with_suffix(".new")
        unfinished.write_text(json.dumps({"links": _links(), "rules": _rules(), "settings": _settings()}))
        unfinished.rename(self._path)

    def restore(self) -> None:
        """Remove what has come since and bears the engine's names; nothing to do without a snapshot."""
        if not self._path.exists():
            return
        before = json.loads(self._path.read_text())
        for link in _links():
            if link not in before["links"] and self.interface.fullmatch(link):
                subprocess.run(["ip", "link", "delete", link], check=False, capture_output=True)
        for program, tables in _rules().items():
            for table, rules in tables.items():
                self._restore_table(program, table, rules, before["rules"].get(program, {}).get(table, []))
        for name, value in before["settings"].items():
            if _settings().get(name) != value:
                Path("/proc/sys", name).write_text(value)
        self._path.unlink()

    def _restore_table(self, program: str, table: str, now: list[str], before: list[str]) -> None:
        """Delete added rules and chains, set a changed policy back; all in one transaction."""
        added = [line for line in now if line not in before]
        chains = [line.split()[1] for line in added if line.startswith("-N ") and self.chain.fullmatch(line.split()[1])]
        rules = [line[3:] for line in added if self._is_own_rule(line) and line.split()[1] not in chains]
        policies = [line for line in before if line.startswith("-P ") and line not in now]
        commands = [f"-D {rule}" for rule in rules]
        commands += [f"-F {chain}" for chain in chains] + [f"-X {chain}" for chain in chains] + policies
        if commands:
            script = "\n".join([f"*{table}", *commands, "COMMIT", ""])
            run([f"{program}-restore", "--noflush", "--wait"], stdin=script, hint=_HINT)

    def _is_own_rule(self, line: str) -> bool:
        if not line.startswith("-A "):
            return False
        named = any(self.interface.fullmatch(word) or self.chain.fullmatch(word) for word in line.split())
        return named or _HAIRPIN.match(line) is not None


def _links() -> list[str]:
    return sorted(name for _, name in socket.if_nameindex())


def _rules() -> dict[str, dict[str, list[str]]]:
    """What each table holds, in the words of `iptables -S`."""
    return {
        program: {table: run([program, "--wait", "-t", table, "-S"], hint=_HINT).splitlines() for table in _TABLES}
        for program in ("iptables", "ip6tables")
        if shutil.which(program)
    }


def _settings() -> dict[str, str]:
    return {name: Path("/proc/sys", name).read_text().strip() for name in _SETTINGS if Path("/proc/sys", name).exists()}
