"""What a killed server leaves behind: processes that were started with a folder of the lab, cgroups, mounts."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from lab import LabError, run, say
from process import end, start_time

_CGROUPS = Path("/sys/fs/cgroup")


def end_started_with(folder: Path, *programs: str) -> None:
    """End the programs of these names that were given a path in this folder, and what runs below each."""
    for pid in _pids():
        if _program(pid) in programs and _is_given(pid, str(folder)) and _sees_our_files(pid):
            for child in _children(pid):
                end(child, start_time(child), timeout_s=2)
            end(pid, start_time(pid), timeout_s=2)
            say(f"ended a {_program(pid) or programs[0]} that was left behind ({pid})")


def end_building_in(folder: Path) -> None:
    """End what still builds a root file system in this folder: the recipes of an `up` that was killed."""
    for pid in _pids():
        with contextlib.suppress(OSError):
            environment = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
            root = str(Path(f"/proc/{pid}/root").readlink())
            if root.startswith(f"{folder}/") or any(word.startswith(f"ROOT={folder}/") for word in environment):
                end(pid, start_time(pid), timeout_s=2)


def end_cgroup(name: str) -> None:
    """End every process in the control groups below this name, in every hierarchy, and remove the groups."""
    folders = sorted({path for root in _hierarchies() for path in (root / name).rglob("cgroup.procs")}, reverse=True)
    for path in folders:
        with contextlib.suppress(OSError):
            for pid in path.read_text().split():
                end(int(pid), start_time(int(pid)), timeout_s=2)
    deadline = time.monotonic() + 3  # a process that only waits to be reaped still holds its group
    while folders and time.monotonic() < deadline:
        folders = [path for path in folders if not _is_removed(path.parent)]
        time.sleep(0.05 if folders else 0)


def unmount_below(folder: Path) -> None:
    """Unmount everything in the folder, innermost first; raises when one stays, for what follows removes files."""
    for point in reversed(_mounts_below(folder)):
        subprocess.run(["umount", point], check=False, capture_output=True)
    for point in reversed(_mounts_below(folder)):
        run(["umount", "--lazy", point], hint=f"see who uses it: fuser -vm {point}")
    if left := _mounts_below(folder):
        raise LabError(f"still mounted: {', '.join(left)}", hint="unmount it by hand and run the command again")


def _mounts_below(folder: Path) -> list[str]:
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    points = [line.split()[4].encode().decode("unicode_escape") for line in lines]
    return sorted(point for point in points if point == str(folder) or point.startswith(f"{folder}/"))


def _is_removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _hierarchies() -> list[Path]:
    return [_CGROUPS, *(path for path in _CGROUPS.iterdir() if path.is_dir())] if _CGROUPS.is_dir() else []


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/exe").readlink().name
    except OSError:
        return ""


def _is_given(pid: int, folder: str) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return False
    return any(word == folder or word.startswith(f"{folder}/") for word in words)


def _sees_our_files(pid: int) -> bool:
    """Whether the same path is the same folder for it: elsewhere another lab may run under an equal path."""
    try:
        return Path(f"/proc/{pid}/ns/mnt").readlink() == Path("/proc/self/ns/mnt").readlink()
    except OSError:
        return False


def _children(parent: int) -> list[int]:
    found = []
    for pid in _pids():
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1] == str(parent):
                found.append(pid)
    return found
