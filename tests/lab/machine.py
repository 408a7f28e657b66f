"""How this machine reaches its package registries, read from the package clients' own configuration, for the bases.

A build inside a base must reach what the machine reaches: the same Debian mirror, indexes and certificates. None of it
is known to the lab beforehand, and none of it belongs into the product's Dockerfiles.
"""

import configparser
import contextlib
import functools
import os
from collections.abc import Iterator
from pathlib import Path

from lab import LabError, run

_CERTIFICATES = Path("/usr/local/share/ca-certificates")
_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
_TRUST = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
_PIP_KEYS = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout", "retries")
_NPM_KEYS = ("registry", "proxy", "https-proxy", "noproxy", "strict-ssl")
_APT_KEYS = ("Acquire::Check-Valid-Until", "Acquire::Check-Date", "Acquire::Retries", "Acquire::http", "Acquire::https")
_STANZA = """\
Types: deb
URIs: {address}
Suites: {suites}
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""
_APT_HINT = "look at `apt-get indextargets`: the lab needs a Debian mirror among apt's sources"


@functools.cache
def files(suite: str) -> dict[str, str]:
    """What a base of this suite needs to reach the registries: path inside the base to text."""
    found = {f"{_CERTIFICATES}/{path.name}"[1:]: path.read_text() for path in sorted(_CERTIFICATES.glob("*.crt"))}
    found["etc/apt/sources.list.d/debian.sources"] = _debian_sources(suite)
    found["etc/apt/apt.conf.d/90this-machine"] = _apt_settings()
    if pip := dict(_pip_settings()):
        found["etc/pip.conf"] = "\n".join(["[global]", *(f"{key} = {value}" for key, value in pip.items()), ""])
    if npm := dict(_npm_settings()):
        found["usr/local/etc/npmrc"] = "\n".join([*(f"{key}={value}" for key, value in npm.items()), ""])
    return found


@functools.cache
def trust() -> dict[str, str]:
    """Environment that makes clients inside a base believe the machine's own certificates; empty when it has none."""
    return dict.fromkeys(_TRUST, _BUNDLE) if any(_CERTIFICATES.glob("*.crt")) else {}


@functools.cache
def _apt_repositories() -> dict[tuple[str, str], None]:
    """Address and label of each archive, in apt's order."""
    targets = run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)|$(LABEL)", "Created-By: Packages"], hint=_APT_HINT
    )
    split = (line.rpartition("|") for line in targets.splitlines())
    return {(address.rstrip("/"), label): None for address, _, label in split if address.startswith("http")}


def _debian_sources(suite: str) -> str:
    """The same archives as the machine's, for another suite."""
    repositories = _apt_repositories()
    archive = next((address for address, label in repositories if label == "Debian"), None)
    if archive is None:
        raise LabError("apt's sources name no Debian archive", hint=_APT_HINT)
    places = [(archive, f"{suite} {suite}-updates")]
    places += [(address, f"{suite}-security") for address, label in repositories if label == "Debian-Security"]
    return "\n".join(_STANZA.format(address=address, suites=suites) for address, suites in places)


def _apt_settings() -> str:
    lines = run(["apt-config", "dump", "--format", '%F "%v";%n'], hint=_APT_HINT).splitlines()
    return "".join(f"{line}\n" for line in lines if line.startswith(_APT_KEYS) and not line.endswith(' "";'))


def _pip_settings() -> Iterator[tuple[str, str]]:
    home = Path.home()
    places = [Path("/etc/pip.conf"), home / ".pip/pip.conf", home / ".config/pip/pip.conf"]
    if named := os.environ.get("PIP_CONFIG_FILE"):
        places.append(Path(named))
    parser = configparser.RawConfigParser()
    parser.read(places)
    for key in _PIP_KEYS:
        value = os.environ.get(f"PIP_{key.upper().replace('-', '_')}") or parser.get("global", key, fallback="")
        if value:
            yield key, value.replace("\n", " ").strip()


def _npm_settings() -> Iterator[tuple[str, str]]:
    lines: list[str] = []
    for place in (Path("/etc/npmrc"), Path("/usr/etc/npmrc"), Path("/usr/local/etc/npmrc"), Path.home() / ".npmrc"):
        with contextlib.suppress(FileNotFoundError):
            lines += place.read_text().splitlines()
    found = {key.strip(): value.strip().strip('"') for key, mark, value in (ln.partition("=") for ln in lines) if mark}
    for key in _NPM_KEYS:
        value = os.environ.get(f"NPM_CONFIG_{key.upper().replace('-', '_')}") or found.get(key)
        if value:
            yield key, value
