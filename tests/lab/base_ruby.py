"""ruby:X.Y-slim: Debian's Ruby and Bundler, with gems in a folder of the image's own."""

from base_image import SYSTEM_PATH, Base, debian
from layers import Layer

# the suite that carries each release
_RELEASES = {"3.3": "trixie", "3.1": "bookworm"}
_ENV = (
    f"PATH=/usr/local/bundle/bin:{SYSTEM_PATH}",
    "LANG=C.UTF-8",
    "GEM_HOME=/usr/local/bundle",
    "BUNDLE_SILENCE_ROOT_WARNING=1",
    "BUNDLE_APP_CONFIG=/usr/local/bundle",
)


def rubies() -> list[Base]:
    """The releases that Debian has."""
    return [
        Base(
            "library/ruby",
            (f"{release}-slim", f"{release}-slim-{suite}"),
            Layer(f"ruby-{release}", "ruby", (("RUBY", release),), debian(suite)),
            ("irb",),
            _ENV,
        )
        for release, suite in _RELEASES.items()
    ]
