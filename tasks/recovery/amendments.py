"""From a row's template and the words of a log to a typed amendment, or to none.

A log can choose among known values within bounds; it can never bring a command or a package of its own.
"""

from __future__ import annotations

import functools
import re

from pydantic import TypeAdapter, ValidationError

from tasks import knowledge
from tasks.models import Amendment, Model
from tasks.recovery.facts import Facts
from tasks.recovery.policy import repair_policy
from tasks.recovery.rows import Match, Template

_AMENDMENT: TypeAdapter[Amendment] = TypeAdapter(Amendment)
_CLASS_FILE_OF_JAVA_0 = 44
_USUAL_MEMORY_BYTES = 512 * 1024 * 1024
_CONSTRAINT = re.compile(r"(?P<op>>=|<=|==|!=|~=|~>|\^|~|>|<|=)? ?v?(?P<version>\d{1,4}(?:\.\d{1,4}){0,2})")
_LOWER = frozenset({">=", ">", "^", "~", "~>", "~=", "==", "=", None})
_SYSTEM_SUFFIX = re.compile(r"\.so(?:\.[\d.]{1,20})?$")
_NOT_DEBIAN = re.compile(
    r"(?im)^FROM [^\n]{0,200}\b"
    r"(?:alpine|fedora|ubi[89]?|rocky\w{0,8}|alma\w{0,8}|centos|amazonlinux|wolfi|\w{0,8}suse|archlinux)"
)


class _DebianPackages(Model):
    header: dict[str, tuple[str, ...]]
    library: dict[str, tuple[str, ...]]
    pkg_config: dict[str, tuple[str, ...]]
    shared_object: dict[str, tuple[str, ...]]
    command: dict[str, tuple[str, ...]]


def amendment_for(match: Match, facts: Facts) -> Amendment | None:
    """The amendment that the match's row proposes; None when it has none, or none can be made of these words."""
    template = match.row.amendment
    fields = _fields(template, match.groups, facts) if template else None
    if template is None or fields is None:
        return None
    try:
        return _AMENDMENT.validate_python({"type": template.type, **fields})
    except ValidationError:
        return None  # a word from the log is outside of what the amendment may hold


@functools.cache
def known_packages() -> frozenset[str]:
    """Every Debian package that stands in the table: what may be installed without asking."""
    tables = _debian_packages()
    return frozenset(
        package
        for table in (tables.header, tables.library, tables.pkg_config, tables.shared_object, tables.command)
        for packages in table.values()
        for package in packages
    )


def runtime_version(wanted: str, current: str | None, precision: int) -> str | None:
    """The version that keeps `wanted`, as any language writes it; None when nothing can be read from it."""
    lower, upper = _bounds(wanted)
    running = _parts(current) if current else None
    if upper and (lower is None or (running and running >= upper)):
        below = _below(upper, precision)
        return _text(below, precision) if below and (lower is None or below >= lower[:precision]) else None
    return _text(lower, precision) if lower else None


def _fields(template: Template, words: dict[str, str], facts: Facts) -> dict[str, object] | None:
    """The amendment's fields; None when one of them is not known."""
    found: dict[str, object] | None = None
    match template.type:
        case "add_system_packages":
            packages = _packages(template, words, facts)
            found = {"packages": packages, "stage": template.stage} if packages else None
        case "set_port":
            found = {"port": facts.heard_ports[0]} if facts.heard_ports else None
        case "set_bind_address":
            found = {}
        case "set_runtime_version":
            version = template.version or _version(words, template.precision)
            found = {"version": version} if version else None
        case "add_writable_mount":
            path = writable_folder(words.get("path", ""), facts.dockerfile)
            found = {"path": path} if path else None
        case "set_resources":
            cap, known = repair_policy().largest_memory_bytes, facts.memory_bytes or _USUAL_MEMORY_BYTES
            found = {"memory_bytes": min(2 * known, cap)} if known < cap else None
        case "set_start_command":
            command = _extended(template, facts.command)
            found = {"command": command} if command else None
    return found


def _extended(template: Template, command: str | None) -> str | None:
    if command is None or template.append is None or command.partition(" ")[0] != template.program:
        return None
    return None if template.append.partition(" ")[0] in command.split() else f"{command} {template.append}"


def _version(groups: dict[str, str], precision: int) -> str | None:
    if class_file := groups.get("class_file"):
        return str(int(class_file) - _CLASS_FILE_OF_JAVA_0)
    return runtime_version(groups.get("wanted", ""), groups.get("current"), precision)


def _packages(template: Template, words: dict[str, str], facts: Facts) -> tuple[str, ...]:
    if _NOT_DEBIAN.search(facts.dockerfile):
        return ()
    found = _looked_up(template.lookup, words.get("name", "")) if template.lookup else ()
    if template.lookup and not found:
        return ()
    return tuple(dict.fromkeys((*template.packages, *found)))


def _looked_up(table: str, name: str) -> tuple[str, ...]:
    rows: dict[str, tuple[str, ...]] = getattr(_debian_packages(), table)
    if table == "shared_object":
        name = _SYSTEM_SUFFIX.sub("", name) + ".so"
        name = name if name in rows else re.sub(r"-\d{1,2}\.so$", ".so", name)
    if table == "command":
        name = name.rpartition("/")[2]
    if name in rows:
        return rows[name]
    folder = name.partition("/")[0] + "/"
    return rows.get(folder, rows.get(name.rpartition("/")[2], ())) if table == "header" else ()


@functools.cache
def _debian_packages() -> _DebianPackages:
    return _DebianPackages.model_validate(dict(knowledge.load("debian_packages")))


def writable_folder(path: str, dockerfile: str) -> str | None:
    """The folder to mount so that `path` can be written; None when that would hide what the image brings."""
    parts = [part for part in path.rstrip("/.,:;'\"`").split("/") if part]
    if not path.startswith("/") or ".." in parts or not parts:
        return None
    if "." in parts[-1].lstrip(".") and not path.endswith("/"):
        parts.pop()
    folder = "/" + "/".join(parts)
    policy = repair_policy()
    workdirs = re.findall(r"(?im)^WORKDIR[ \t]{1,8}(/[^\s]{0,200})", dockerfile)
    hidden = (*policy.application_folders, *(place.rstrip("/") for place in workdirs))
    if (
        not parts
        or parts[-1] in policy.content_folders
        or any(place == folder or place.startswith(f"{folder}/") for place in hidden)
    ):
        return None
    forbidden = any(folder == place or folder.startswith(f"{place}/") for place in policy.forbidden_folders)
    return _exception(folder, policy.allowed_folders) if forbidden else folder


def _exception(folder: str, allowed: tuple[str, ...]) -> str | None:
    """`/a` allows itself and takes in what lies below it; `/a/` allows each folder below it for itself."""
    fitting = [place for place in allowed if f"{folder}/".startswith(f"{place.rstrip('/')}/")]
    nearest = max(fitting, key=len, default=None)
    return None if nearest is None else folder if nearest.endswith("/") else nearest


def _bounds(wanted: str) -> tuple[tuple[int, ...] | None, tuple[int, ...] | None]:
    lower: tuple[int, ...] | None = None
    upper: tuple[int, ...] | None = None
    for match in _CONSTRAINT.finditer(wanted[:200]):
        version = _parts(match["version"])
        if match["op"] in _LOWER:
            lower = max(lower or version, version)
        elif match["op"] in {"<", "<="}:
            upper = min(upper or version, version)
    return lower, upper


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d{1,4}", version)[:3])


def _below(upper: tuple[int, ...], precision: int) -> tuple[int, ...] | None:
    """The last release before `upper`: 3.12 → 3.11, 19 → 18; unknown for 4.0."""
    kept = list((*upper, 0, 0)[:precision])
    if kept[-1] == 0:
        return None
    kept[-1] -= 1
    return tuple(kept)


def _text(version: tuple[int, ...], precision: int) -> str:
    return ".".join(str(part) for part in version[:precision])
