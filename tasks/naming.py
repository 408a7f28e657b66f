"""Names made from what a repository says about itself; each is valid wherever it is used."""

from __future__ import annotations

import re

from tasks.models import Checkout, Component

_LONGEST_SLUG = 60
_SHORT = 12
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){0,3}(?:[-+.][0-9A-Za-z.+-]+)?|[0-9]+(?:\.[0-9]+)*[abrc][a-z]*[0-9]+")


def image_tags(checkout: Checkout, component: Component, image_id: str) -> tuple[str, ...]:
    """Tags, the most exact first: commit (marked when files differ from it), version, branch.

    Without a commit the image's own id takes its place.
    """
    short_id = image_id.removeprefix("sha256:")[:_SHORT]
    if checkout.commit is None:
        exact = f"img-{short_id}"
    else:
        exact = checkout.commit[:_SHORT] + (f"-dirty-{short_id}" if checkout.dirty else "")
    tags = [exact]
    if component.version and _VERSION.fullmatch(component.version) and not checkout.dirty:
        tags.append(component.version.replace("+", "_"))
    if checkout.branch and (branch := slug(checkout.branch)):
        tags.append(branch)
    return tuple(dict.fromkeys(tags))


def slug(text: str) -> str:
    """Lower case letters, digits and single hyphens; empty when nothing of the text is left."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_LONGEST_SLUG].strip("-")
