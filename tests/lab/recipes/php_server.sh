#!/bin/sh
# php:X.Y-apache or -fpm into $ROOT, which has the command line's PHP: the server, set up as in the official image.
# given: ROOT PHP (X.Y) SERVER (apache or fpm)
set -eu

cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
in_root() { chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

in_root apt-get update -qq
case "$SERVER" in apache) deb="apache2 libapache2-mod-php$PHP" own=apache2 ;; fpm) deb="php$PHP-fpm systemd-standalone-tmpfiles" own=fpm ;; esac
# shellcheck disable=SC2086 # words are meant
in_root apt-get -o Dir::Etc::PreferencesParts=/dev/null -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends $deb
# what the installation switched on is not what the official image has
find "$ROOT/usr/local/etc/php/conf.d" -newer "$ROOT/etc/resolv.conf" -name '*.ini' -delete
rm -rf "$ROOT/etc/php/$PHP/$own/conf.d" "$ROOT/etc/php/$PHP/$own/php.ini"
ln -s /usr/local/etc/php/conf.d "$ROOT/etc/php/$PHP/$own/conf.d"
ln -s /usr/local/etc/php/php.ini "$ROOT/etc/php/$PHP/$own/php.ini"

if [ "$SERVER" = apache ]; then
  in_root sed -ri 's/^export ([^=]+)=(.*)$/: ${\1:=\2}\nexport \1/' /etc/apache2/envvars
  rm -rf "$ROOT"/var/www/html/*
  for folder in run/lock/apache2 run/apache2 run/apache2/socks var/log/apache2; do
    in_root sh -c "mkdir -p /$folder && chown www-data:www-data /$folder && chmod 1777 /$folder"
  done
  for log in error:stderr access:stdout other_vhosts_access:stdout; do
    ln -sfT "/dev/${log#*:}" "$ROOT/var/log/apache2/${log%:*}.log"
  done
  in_root chown -R --no-dereference www-data:www-data /var/log/apache2
  cat > "$ROOT/etc/apache2/conf-available/docker-php.conf" <<'END'
<FilesMatch \.php$>
	SetHandler application/x-httpd-php
</FilesMatch>

DirectoryIndex disabled
DirectoryIndex index.php index.html

<Directory /var/www/>
	Options -Indexes
	AllowOverride All
</Directory>
END
  in_root a2enconf -q docker-php
  cat > "$ROOT/usr/local/bin/apache2-foreground" <<'END'
#!/bin/bash
# Apache without its control script, with the folders that it wants
set -e
: "${APACHE_CONFDIR:=/etc/apache2}"
: "${APACHE_ENVVARS:=$APACHE_CONFDIR/envvars}"
if test -f "$APACHE_ENVVARS"; then . "$APACHE_ENVVARS"; fi
: "${APACHE_RUN_DIR:=/var/run/apache2}"
: "${APACHE_PID_FILE:=$APACHE_RUN_DIR/apache2.pid}"
rm -f "$APACHE_PID_FILE"
for name in "${!APACHE_@}"; do
  case "$name" in *_DIR) mkdir -p "${!name}" ;; esac
done
exec apache2 -DFOREGROUND "$@"
END
  chmod 755 "$ROOT/usr/local/bin/apache2-foreground"
else
  etc="$ROOT/usr/local/etc"
  mkdir -p "$etc/php-fpm.d" "$ROOT/usr/local/sbin"
  ln -s "/usr/sbin/php-fpm$PHP" "$ROOT/usr/local/sbin/php-fpm.bin"
  printf '#!/bin/sh\nexec /usr/local/sbin/php-fpm.bin --fpm-config /usr/local/etc/php-fpm.conf "$@"\n' > "$ROOT/usr/local/sbin/php-fpm"
  chmod 755 "$ROOT/usr/local/sbin/php-fpm"
  printf '[global]\ninclude=/usr/local/etc/php-fpm.d/*.conf\n' > "$etc/php-fpm.conf"
  cat > "$etc/php-fpm.d/www.conf" <<'END'
[www]
user = www-data
group = www-data
listen = 127.0.0.1:9000
pm = dynamic
pm.max_children = 5
pm.start_servers = 2
pm.min_spare_servers = 1
pm.max_spare_servers = 3
END
  cat > "$etc/php-fpm.d/docker.conf" <<'END'
[global]
error_log = /proc/self/fd/2
log_limit = 8192

[www]
access.log = /proc/self/fd/2
clear_env = no
catch_workers_output = yes
decorate_workers_output = no
END
  cat > "$etc/php-fpm.d/zz-docker.conf" <<'END'
[global]
daemonize = no

[www]
listen = 9000
END
fi

rm -rf "$ROOT"/tmp/* "$ROOT"/var/lib/apt/lists/* "$ROOT"/var/cache/apt/* "$ROOT"/var/cache/ldconfig/*
rm -rf "$ROOT"/var/cache/debconf/*-old "$ROOT"/var/lib/dpkg/*-old "$ROOT"/var/log/apt "$ROOT"/var/log/dpkg.log "$ROOT"/var/log/alternatives.log "$ROOT/etc/resolv.conf"
