"""How the machine's Go, Maven and Cargo reach their registries, for the bases that carry these: empty where the
machine has said nothing, for then a client's own defaults hold."""

import functools
import json
import os
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from lab import run

_GO_KEYS = ("GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE")
_CARGO_TABLES = ("source", "registries", "registry", "http", "net")
_MAVEN_PARTS = ("mirrors", "proxies")


@functools.cache
def go() -> str:
    """Lines for the go.env of a Go."""
    if shutil.which("go") is None:
        return ""
    changed = json.loads(run(["go", "env", "-changed", "-json"], hint="try `go env -changed` by hand"))
    return "".join(f"{key}={value}\n" for key, value in sorted(changed.items()) if key in _GO_KEYS and value)


@functools.cache
def maven() -> str:
    """A Maven's settings: the mirrors and proxies of the machine's."""
    kept: list[str] = []
    for place in (Path.home() / ".m2/settings.xml", Path("/etc/maven/settings.xml")):
        if place.exists():
            kept += [ET.tostring(part, encoding="unicode") for part in _parts(ET.parse(place).getroot())]
    return f"<settings>{''.join(kept)}</settings>\n" if kept else ""


@functools.cache
def cargo() -> str:
    """A Cargo's configuration: where the machine's has its crates from."""
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    for place in (home / "config.toml", home / "config"):
        if place.exists():
            found = tomllib.loads(place.read_text())
            return "".join(_assignments({name: found[name] for name in _CARGO_TABLES if name in found}))
    return ""


def _parts(settings: ET.Element) -> Iterator[ET.Element]:
    """The elements that say how to reach a repository, freed of their namespace; no logins."""
    for element in settings.iter():
        element.tag = element.tag.rpartition("}")[2]
    yield from (part for part in settings if part.tag in _MAVEN_PARTS and len(part))


def _assignments(table: dict[str, object], within: str = "") -> Iterator[str]:
    """TOML with dotted keys; a scalar or list is written there as in JSON."""
    for key, value in table.items():
        name = f"{within}{json.dumps(key)}"
        if isinstance(value, dict):
            yield from _assignments(value, f"{name}.")
        else:
            yield f"{name} = {json.dumps(value)}\n"
