#!/bin/sh
# php:X.Y-cli into $ROOT: Debian's PHP with its configuration where the official image has it, the same extensions
# switched on, and scripts that install others from Debian's packages instead of from PHP's source.
# given: ROOT NOTED PHP (X.Y)
set -eu

cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
in_root() { chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

in_root apt-get update -qq
debs="php$PHP-cli php$PHP-curl php$PHP-mbstring php$PHP-mysql php$PHP-sqlite3 php$PHP-xml"
[ "$PHP" != 8.2 ] || debs="$debs php$PHP-opcache php$PHP-readline"
# shellcheck disable=SC2086 # words are meant
in_root apt-get -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends $debs curl xz-utils
printf 'Package: php*\nPin: release *\nPin-Priority: -1\n' > "$ROOT/etc/apt/preferences.d/no-debian-php"

ini="$ROOT/usr/local/etc/php"
mkdir -p "$ini/conf.d" "$ROOT/var/www/html"
cp "$ROOT/usr/lib/php/$PHP"/php.ini-* "$ini/"
for mod in "$ROOT/etc/php/$PHP/cli/conf.d"/*.ini; do
  case "$(basename "$mod" .ini | cut -d- -f2)" in
    ctype | curl | dom | fileinfo | ftp | iconv | mbstring | mysqlnd | opcache | pdo | pdo_sqlite | phar | posix | readline | \
      simplexml | sodium | sqlite3 | tokenizer | xml | xmlreader | xmlwriter) cp -a "$mod" "$ini/conf.d/" ;;
  esac
done
rm -rf "$ROOT/etc/php/$PHP/cli/conf.d" "$ROOT/etc/php/$PHP/cli/php.ini"
ln -s /usr/local/etc/php/conf.d "$ROOT/etc/php/$PHP/cli/conf.d"
ln -s /usr/local/etc/php/php.ini "$ROOT/etc/php/$PHP/cli/php.ini"
ln -s "/usr/bin/php$PHP" "$ROOT/usr/local/bin/php"
in_root chown www-data:www-data /var/www/html
chmod 1777 "$ROOT/var/www/html"

cat > "$ROOT/usr/local/bin/docker-php-entrypoint" <<'END'
#!/bin/sh
set -e
if [ "${1#-}" != "$1" ]; then set -- php "$@"; fi
exec "$@"
END
sed "s/@PHP@/$PHP/" > "$ROOT/usr/local/bin/docker-php-ext-install" <<'END'
#!/bin/sh
# the extensions, from Debian's packages
set -e
mods=/etc/php/@PHP@/mods-available
debs=
while [ $# -gt 0 ]; do
  case "$1" in
    -j | --jobs) shift ;;
    -*) ;;
    *) names="$names $1" ;;
  esac
  shift
done
for name in $names; do
  case "$name" in
    pdo_mysql | mysqli) deb=mysql ;;
    pdo_pgsql) deb=pgsql ;;
    pdo_odbc) deb=odbc ;;
    pdo_dblib) deb=sybase ;;
    xsl) deb=xml ;;
    *) deb=$name ;;
  esac
  [ -e "$mods/$name.ini" ] || php -m | grep -qix "$name" || debs="$debs php@PHP@-$deb"
done
if [ -n "$debs" ]; then
  had=$(ls -A /var/lib/apt/lists)
  apt-get update -qq
  # Debian's PHP is pinned away, as in the official image
  apt-get -o Dir::Etc::PreferencesParts=/dev/null install -y -qq --no-install-recommends $debs
  [ -n "$had" ] || rm -rf /var/lib/apt/lists/*
fi
exec docker-php-ext-enable $names
END
sed "s/@PHP@/$PHP/" > "$ROOT/usr/local/bin/docker-php-ext-enable" <<'END'
#!/bin/sh
# the extensions, switched on
set -e
mods=/etc/php/@PHP@/mods-available
for name in "$@"; do
  case "$name" in -*) continue ;; esac
  if php -m | grep -qix -e "$name" -e "zend $name"; then continue; fi
  [ -e "$mods/$name.ini" ] || { echo "error: '$name' does not exist" >&2; exit 1; }
  ln -sf "$mods/$name.ini" "/usr/local/etc/php/conf.d/docker-php-ext-$name.ini"
done
END
sed -i 's/@PHP@/'"$PHP"'/g' "$ROOT"/usr/local/bin/docker-php-ext-*
printf '#!/bin/sh\nexit 0\n' > "$ROOT/usr/local/bin/docker-php-ext-configure"
printf '#!/bin/sh\nexit 0\n' > "$ROOT/usr/local/bin/docker-php-source"
cat > "$ROOT/usr/local/bin/pecl" <<'END'
#!/bin/sh
# `pecl install NAME-VERSION`, from Debian's packages in whichever version they have
set -e
[ "$1" = install ] || exit 0
shift
for each in "$@"; do
  case "$each" in -*) ;; *) docker-php-ext-install "${each%%-*}" ;; esac
done
END
chmod 755 "$ROOT"/usr/local/bin/docker-php-* "$ROOT/usr/local/bin/pecl"

echo "PHP_VERSION=$(in_root php -r 'echo PHP_MAJOR_VERSION.".".PHP_MINOR_VERSION.".".PHP_RELEASE_VERSION;')" >> "$NOTED"
rm -rf "$ROOT"/tmp/* "$ROOT"/var/lib/apt/lists/* "$ROOT"/var/cache/apt/* "$ROOT"/var/cache/ldconfig/* "$ROOT"/etc/*-
rm -rf "$ROOT"/var/cache/debconf/*-old "$ROOT"/var/lib/dpkg/*-old "$ROOT"/var/log/apt "$ROOT"/var/log/*.log "$ROOT/etc/resolv.conf"
