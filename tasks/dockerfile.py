"""Step 2: the Dockerfile, the repository's own or one of ours."""

from __future__ import annotations

from tasks import dockerfiles
from tasks.models import Dockerfile, ImagePlan
from tasks.step import step


def _present(dockerfile: Dockerfile) -> str:
    return (
        f"### Dockerfile ({dockerfile.origin})\n\n```dockerfile\n{dockerfile.text}```\n\n"
        f"### .dockerignore\n\n```\n{dockerfile.dockerignore}```\n"
    )


@step(2, retries=1, timeout_s=30, present=_present)
def dockerfile(request: ImagePlan) -> Dockerfile:
    """Write the Dockerfile and the .dockerignore for a component."""
    return dockerfiles.render(request)
