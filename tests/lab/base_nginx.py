"""nginxinc/nginx-unprivileged: Debian's nginx, set up to serve on 8080 as a user without rights."""

from base_image import Base, debian
from layers import Layer


def nginxes() -> list[Base]:
    """The stable line."""
    return [
        Base(
            "nginxinc/nginx-unprivileged",
            ("stable", "stable-bookworm"),
            Layer("nginx-unprivileged", "nginx", (), debian("bookworm")),
            ("nginx", "-g", "daemon off;"),
            entrypoint=("/docker-entrypoint.sh",),
            user="101",
            ports=("8080/tcp",),
            stop_signal="SIGQUIT",
        )
    ]
