"""The web server that a static site is served by: its command, and the configuration that is written for a site."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final, Literal

START: Final = "nginx -e stderr -c /etc/nginx/site.conf"
SITE: Final = "/srv/site"
"""Where the files lie that are served."""

Routing = Literal["browser", "pages"]
"""browser: the application makes its pages out of one file. pages: each page is a file, and others are missing."""


def configuration(port: int, *, routing: Routing, hashed: bool) -> str:
    """The text for a site that listens at `port`; hashed: its build writes the content's hash into names of files."""
    text = _source("nginx.conf.txt").replace("__PORT__", str(port)).replace("__SITE__", SITE)
    text = text.replace("__ROUTES__\n", _source(f"nginx-{routing}.txt"))
    return text.replace("__IMMUTABLE__\n", _source("nginx-immutable.txt") if hashed else "")


@cache
def _source(name: str) -> str:
    return resources.files("tasks.dockerfiles").joinpath("templates", name).read_text(encoding="utf-8")
