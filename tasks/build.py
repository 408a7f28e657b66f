"""Step 3: the image, built once for each content."""

from __future__ import annotations

from tasks.models import BuildRequest, Image
from tasks.ports import ContainerRuntime, ProgressSink
from tasks.step import step

TIMEOUT_S = 1800.0
_PULL_TIMEOUT_S = 600.0


def _validate(_request: BuildRequest, *, runtime: ContainerRuntime) -> None:
    runtime.describe()


def _present(image: Image) -> str:
    rows = {
        "Id": image.id,
        "Names": ", ".join(image.names),
        "Platform": f"{image.os}/{image.architecture}",
        "Size": f"{image.size_bytes / 1_000_000:.1f} MB",
        "User": image.user or "root",
        "Ports": ", ".join(map(str, image.ports)) or "none",
        "Builder": image.builder or "",
        "Reused": "yes, nothing was built" if image.reused else "no",
        "Log": str(image.log_file or ""),
    }
    return "### Image\n\n| | |\n|---|---|\n" + "".join(f"| {name} | {value} |\n" for name, value in rows.items())


@step(
    3,
    retries=2,
    delay_s=3,
    timeout_s=TIMEOUT_S,
    side_effects="an image on the engine, labelled with its build key",
    present=_present,
    validate=_validate,
)
def build(request: BuildRequest, *, runtime: ContainerRuntime, progress: ProgressSink) -> Image:
    """Build the image, unless the engine has one of the same content."""
    known = runtime.find(build_key=request.key)
    if known is not None:
        return known.changed(reused=True)
    for base in request.dockerfile.bases:
        # BuildKit without a session has no credentials: a private base must be there before
        if runtime.inspect(reference=str(base)) is None:
            runtime.pull(reference=base, platform=request.platform, progress=progress, timeout_s=_PULL_TIMEOUT_S)
    return runtime.build(request=request, progress=progress, timeout_s=TIMEOUT_S - 30)
