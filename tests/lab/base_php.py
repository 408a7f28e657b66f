"""php:X.Y-cli, -apache and -fpm: Debian's PHP with the folders, scripts and extensions of the official one."""

from base_image import SYSTEM_PATH, Base, debian
from layers import Layer

# the suite that carries each release
_RELEASES = {"8.2": "bookworm", "8.4": "trixie"}
_ENV = (
    f"PATH={SYSTEM_PATH}",
    "PHPIZE_DEPS=autoconf dpkg-dev file g++ gcc libc-dev make pkg-config re2c",
    "PHP_INI_DIR=/usr/local/etc/php",
)
_APACHE_ENV = ("APACHE_CONFDIR=/etc/apache2", "APACHE_ENVVARS=/etc/apache2/envvars")
_ENTRYPOINT = ("docker-php-entrypoint",)
_HTML = "/var/www/html"


def phps() -> list[Base]:
    """The three ways to run each release."""
    return [base for release in _RELEASES for base in _release(release)]


def _release(release: str) -> list[Base]:
    suite = _RELEASES[release]
    cli, apache, fpm = (f"{release}-{name}" for name in ("cli", "apache", "fpm"))
    lowest = Layer(f"php-{cli}", "php", (("PHP", release),), debian(suite))
    above = {
        name: Layer(f"php-{name}", "php_server", (("PHP", release), ("SERVER", name[4:])), lowest)
        for name in (apache, fpm)
    }
    name = "library/php"
    return [
        Base(name, (cli, f"{cli}-{suite}", release), lowest, ("php", "-a"), _ENV, _ENTRYPOINT),
        Base(
            name,
            (apache, f"{apache}-{suite}"),
            above[apache],
            ("apache2-foreground",),
            (*_ENV, *_APACHE_ENV),
            _ENTRYPOINT,
            workdir=_HTML,
            ports=("80/tcp",),
            stop_signal="SIGWINCH",
        ),
        Base(
            name,
            (fpm, f"{fpm}-{suite}"),
            above[fpm],
            ("php-fpm",),
            _ENV,
            _ENTRYPOINT,
            workdir=_HTML,
            ports=("9000/tcp",),
            stop_signal="SIGQUIT",
        ),
    ]
