"""Why an image cannot run under Pod Security "restricted": read from what the engine says about it."""

from __future__ import annotations

from tasks.models import Image

_FIRST_UNPRIVILEGED_PORT = 1024


def confinement(image: Image, *, port: int | None) -> tuple[str, ...]:
    """One sentence for each reason; empty when the image can run confined.

    port: where the application listens. What the image exposes may be its base's, which no Dockerfile can take back.
    """
    reasons = [user_reason(image.user)]
    if port is not None and port < _FIRST_UNPRIVILEGED_PORT:
        reasons.append(f"port {port} can be opened by root only; listen on one from {_FIRST_UNPRIVILEGED_PORT}")
    return tuple(reason for reason in reasons if reason)


def user_reason(user: str) -> str | None:
    """What is wrong with the value of USER; None for a number other than 0."""
    name = user.partition(":")[0].strip()
    if not name:
        return "it names no USER, so it runs as root"
    if name.isascii() and name.isdigit():
        return "its USER is 0, which is root" if int(name) == 0 else None
    if name == "root":
        return "its USER is root"
    return f"its USER {name!r} is a name: whether it is root cannot be seen from outside; use the number"
