"""How the machine's Go, Maven and Cargo reach their registries, for the bases that carry these.

Empty where the machine has said nothing: then a client's own defaults hold.
"""

import functools
import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

from lab import run

_GO_KEYS = ("GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB", "GOINSECURE")
_CARGO_TABLES = ("source", "registries", "registry", "http", "net")
_MAVEN_LISTS = {"mirror": "mirrors", "proxy": "proxies"}  # and no logins
_MAVEN_BLOCKER = "maven-default-http-blocker"  # every Maven has it
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@functools.cache
def go() -> str:
    """Lines for the go.env of a Go."""
    if shutil.which("go") is None:
        return ""
    changed = json.loads(run(["go", "env", "-changed", "-json"], hint="try `go env -changed` by hand"))
    return "".join(f"{key}={value}\n" for key, value in sorted(changed.items()) if key in _GO_KEYS and value)


@functools.cache
def maven() -> str:
    """A Maven's settings: the mirrors and proxies of the machine's own."""
    places = [Path.home() / ".m2/settings.xml", Path("/etc/maven/settings.xml")]
    text = _COMMENT.sub("", "".join(place.read_text() for place in places if place.exists()))
    lists = ""
    for one, many in _MAVEN_LISTS.items():
        found = [each for each in re.findall(rf"(?s)<{one}>.*?</{one}>", text) if _MAVEN_BLOCKER not in each]
        lists += f"<{many}>{''.join(found)}</{many}>" if found else ""
    return f"<settings>{lists}</settings>\n" if lists else ""


@functools.cache
def cargo() -> str:
    """A Cargo's configuration: where the machine's has its crates from."""
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    for place in (home / "config.toml", home / "config"):
        if place.exists():
            found = tomllib.loads(place.read_text())
            return "".join(_assignments({name: found[name] for name in _CARGO_TABLES if name in found}))
    return ""


def _assignments(table: dict[str, object], within: str = "") -> Iterator[str]:
    """TOML with dotted keys; a scalar or list is written there as in JSON."""
    for key, value in table.items():
        name = f"{within}{json.dumps(key)}"
        if isinstance(value, dict):
            yield from _assignments(value, f"{name}.")
        else:
            yield f"{name} = {json.dumps(value)}\n"
