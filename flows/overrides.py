"""What the user knows better than detection, from every place where they can say it."""

from __future__ import annotations

from typing import NamedTuple

from flows.settings import Settings, folder_of, load
from tasks import detection
from tasks.models import AppProfile, Overrides, Pinned, Source


class Known(NamedTuple):
    """What was found, with what was said over it."""

    profile: AppProfile
    component: str | None
    """The one that was chosen by name."""


def overridden(
    profile: AppProfile,
    source: Source,
    settings: Settings,
    *,
    flags: Overrides | None = None,
    component: str | None = None,
) -> Known:
    """The profile with what containerkit.toml, the environment and the flags say, flags winning.

    The file of a git URL is read now that it was fetched, and held to what the application is.
    """
    is_folder = folder_of(source) is not None
    own = settings if is_folder else load(profile.checkout.root, origin="clone")
    chosen = component or own.app.component
    pinned = own.pinned() if flags is None else (*own.pinned(), Pinned(values=detection.pins_of(flags)))
    found = profile.changed(warnings=(*profile.warnings, *own.warnings)) if own.warnings else profile
    return Known(detection.pin(found, pinned, chosen), chosen)
