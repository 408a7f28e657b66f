"""The registry on loopback: Debian's docker-registry, with the bases and what tests push."""

import http.client
import shutil

import apt
from lab import HOME, REGISTRY, RUN, say
from process import Server

STORAGE = HOME / "registry"
SERVER = Server("registry")
NEEDS: tuple[str, ...] = ()

_CONFIG = """\
version: 0.1
log: {{level: warn, accesslog: {{disabled: true}}}}
storage:
  filesystem: {{rootdirectory: {storage}}}
  delete: {{enabled: true}}
http: {{addr: "{address}", headers: {{X-Content-Type-Options: [nosniff]}}}}
"""


def up() -> None:
    """Have a registry answering on loopback; one that answers already is used as it is."""
    if answers():
        say(f"registry runs already on {REGISTRY}{'' if SERVER.pid else ' (not ours: it stays when the lab goes)'}")
        return
    apt.install("docker-registry")
    STORAGE.mkdir(parents=True, exist_ok=True)
    RUN.mkdir(parents=True, exist_ok=True)
    config = RUN / "registry.yml"
    config.write_text(_CONFIG.format(storage=STORAGE, address=REGISTRY))
    # tracing would try to reach a collector
    SERVER.start(["docker-registry", "serve", config], env={"OTEL_TRACES_EXPORTER": "none"})
    SERVER.wait_until(answers, timeout_s=30)
    say(f"registry ready on {REGISTRY}")


def down() -> None:
    """Stop our registry; its images stay."""
    if SERVER.stop():
        say("registry stopped")


def purge() -> None:
    """Remove all that was pushed."""
    shutil.rmtree(STORAGE, ignore_errors=True)


def status() -> dict[str, str]:
    """What runs, for people and programs."""
    if not answers():
        return {"state": "down"}
    return {"state": "up", "address": REGISTRY, **SERVER.facts()}


def environment() -> dict[str, str]:
    """What a shell needs to use it."""
    return {"CONTAINERKIT_LAB_REGISTRY": REGISTRY}


def answers() -> bool:
    """Whether a registry speaks on the lab's address."""
    try:
        connection = http.client.HTTPConnection(REGISTRY, timeout=2)
        connection.request("GET", "/v2/")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
