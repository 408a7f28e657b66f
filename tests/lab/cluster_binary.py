"""All of Kubernetes as one program, built from Go modules and cached under a hash of all that goes into it."""

import hashlib
import os
import re
import shutil
from pathlib import Path

from cluster_layout import BIN, STATE
from lab import CACHE, LabError, run, say

NAMES = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet", "kubectl", "coredns")
_SOURCES = Path(__file__).parent / "kube"
_INPUTS = ("main.go", "pause/main.go", "go.mod", "go.sum")
_LONGEST_BUILD_S = 3600
_NO_GO = "put Go 1.24 or later on PATH (Debian 12's own is too old): its modules build Kubernetes here"
_HINT = "Go must reach its module proxy: try `go mod download` in tests/lab/kube"


def key() -> str:
    """A hash of all that goes into the program: sources, versions, flags and compiler."""
    inputs = [*((_SOURCES / name).read_text() for name in _INPUTS), *_flags(), _go_version()]
    return hashlib.sha256("\0".join(inputs).encode()).hexdigest()[:16]


def install() -> None:
    """Have every program of Kubernetes in BIN, and pause beside them."""
    built = CACHE / f"kube-{key()}"
    if not built.exists():
        _build(built)
    BIN.mkdir(parents=True, exist_ok=True)
    for name in ("kube", "pause"):
        _link(built / name, BIN / name)
    for name in NAMES:
        if not (BIN / name).is_symlink():
            (BIN / name).symlink_to("kube")


def forget() -> None:
    """Remove every cached build."""
    for path in CACHE.glob("kube-*"):
        shutil.rmtree(path)


def _build(folder: Path) -> None:
    say("building Kubernetes from Go modules: 8 to 12 minutes on 2 cores, under one when Go's build cache has it")
    unfinished = folder.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    # the output is a folder: one program each, named by its package
    command: list[str | Path] = ["nice", "-n", "10", "go", "build", "-C", _SOURCES, *_flags()]
    run([*command, "-o", unfinished, ".", "./pause"], hint=_HINT, env={"CGO_ENABLED": "0"}, timeout_s=_LONGEST_BUILD_S)
    unfinished.rename(folder)
    say(f"built Kubernetes {_version()}")


def _flags() -> list[str]:
    version = _version()
    major, minor, _ = version.removeprefix("v").split(".")
    stamps = {
        "k8s.io/component-base/version.gitVersion": version,
        "k8s.io/component-base/version.gitMajor": major,
        "k8s.io/component-base/version.gitMinor": minor,
        "k8s.io/client-go/pkg/version.gitVersion": version,
    }
    return ["-trimpath", f"-ldflags=-s -w {' '.join(f'-X {name}={value}' for name, value in stamps.items())}"]


def _version() -> str:
    found = re.search(r"^\s*k8s\.io/kubernetes (v\S+)$", (_SOURCES / "go.mod").read_text(), re.MULTILINE)
    if found is None:
        raise LabError("tests/lab/kube/go.mod requires no k8s.io/kubernetes", hint="git checkout tests/lab/kube/go.mod")
    return found[1]


def _go_version() -> str:
    return run(["go", "env", "GOVERSION", "GOARCH"], hint=_NO_GO, env={"GOTOOLCHAIN": "local"})


def _link(source: Path, target: Path) -> None:
    """A second name for the same file: what runs outlives the cache."""
    if target.exists() and target.samefile(source):
        return
    unfinished = STATE / f"{target.name}.new"
    unfinished.unlink(missing_ok=True)
    os.link(source, unfinished)
    unfinished.rename(target)
