"""What one container on an engine looks like for a release.

Decided here, purely, so that it can be shown and compared before anything is started.
"""

from __future__ import annotations

from tasks.models import ContainerSpec, Label, ReleasePlan, Setting, WritableMount
from tasks.models.labels import APPLICATION, NAMESPACE

_MIB = 1024 * 1024
_LARGEST_MOUNT_BYTES = 64 * _MIB


def container_spec(plan: ReleasePlan) -> ContainerSpec:
    """The container of this release, as strict as the plan's Pod Security asks. The same plan gives the same value."""
    restricted = plan.pod_security == "restricted"
    variables = tuple(sorted(set(plan.variables)))
    application = plan.application
    return ContainerSpec(
        name=application.name,
        application=application,
        kind=plan.kind,
        image=plan.pushed.startable,
        settings=_settings(plan.settings, variables),
        variables=variables,
        port=plan.port,
        published_port=(plan.published_port or plan.port) if plan.port else None,
        read_only=restricted,
        mounts=_mounts(plan),
        # without a capability root in a container can still read and bind, but not take over files or users
        dropped_capabilities=("ALL",) if restricted else (),
        no_new_privileges=True,
        resources=plan.resources,
        health_path=plan.health_path if plan.port else None,
        restart="no" if plan.kind == "job" else "unless-stopped",
        labels=(
            Label(key=APPLICATION, value=application.name),
            Label(key=NAMESPACE, value=application.namespace),
        ),
    )


def render_container(spec: ContainerSpec) -> str:
    """The container as a Markdown table for people. Values of variables are not in it: the spec has none."""
    rows = (
        ("Image", _code(spec.image)),
        ("Command", _code(" ".join(spec.command)) if spec.command else "the image's own"),
        ("Address", f"`127.0.0.1:{spec.published_port}` → port {spec.port}" if spec.port else "listens on no port"),
        ("Health", _code(spec.health_path) if spec.health_path else "no path is known" if spec.port else "no port"),
        ("User", _code(spec.user) if spec.user else "the image's own"),
        ("Root file system", "read-only" if spec.read_only else "writable"),
        ("Writable", ", ".join(f"{_code(each.path)} ({_size(each.size_bytes)})" for each in spec.mounts) or "nothing"),
        ("Capabilities", f"without {', '.join(spec.dropped_capabilities)}" if spec.dropped_capabilities else "default"),
        ("New privileges", "refused" if spec.no_new_privileges else "possible"),
        ("Limits", f"{_size(spec.resources.memory_bytes)} memory, {spec.resources.cpu_millicores / 1000:g} CPU"),
        ("Restart", "never" if spec.restart == "no" else "until it is stopped"),
        ("Settings", ", ".join(_code(f"{each.name}={each.value}") for each in spec.settings) or "none"),
        ("Variables", ", ".join(_code(name) for name in spec.variables) or "none"),
    )
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return f"## {spec.application.namespace}/{spec.application.name} ({spec.kind})\n\n| | |\n|---|---|\n{table}\n"


def _settings(settings: tuple[Setting, ...], variables: tuple[str, ...]) -> tuple[Setting, ...]:
    """By name; what the user gives a value for is no longer ours to set."""
    return tuple(sorted((each for each in settings if each.name not in variables), key=lambda each: each.name))


def _mounts(plan: ReleasePlan) -> tuple[WritableMount, ...]:
    # they are kept in memory: a full one must leave the application most of its own
    size = min(_LARGEST_MOUNT_BYTES, plan.resources.ephemeral_bytes, plan.resources.memory_bytes // 4)
    return tuple(WritableMount(path=path, size_bytes=size) for path in sorted(set(plan.writable_paths)))


def _code(text: str) -> str:
    """As inline code that ends neither itself nor the table's cell."""
    shown = "".join(each if each.isprintable() else "�" for each in text).replace("`", "'").replace("|", "\\|")
    return f"`{shown}`"


def _size(size_bytes: int) -> str:
    return f"{size_bytes / _MIB:g} MiB"
