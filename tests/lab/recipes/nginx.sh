#!/bin/sh
# nginx-unprivileged into $ROOT: Debian's nginx with the files, the user and the entry point of the official image.
# given: ROOT NOTED
set -eu

cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
in_root() { chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

in_root groupadd --system --gid 101 nginx
in_root useradd --system --uid 101 --gid nginx --no-create-home --home-dir /nonexistent --shell /bin/false nginx
in_root apt-get update -qq
in_root apt-get -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends nginx-light gettext-base curl

etc="$ROOT/etc/nginx"
rm -rf "$etc"/sites-* "$etc"/snippets "$etc"/modules-* "$etc"/*.params "$etc"/koi-* "$etc"/win-* "$etc/proxy_params" "$ROOT/var/www"
ln -s /usr/lib/nginx/modules "$etc/modules"
mkdir -p "$etc/conf.d" "$ROOT/var/cache/nginx" "$ROOT/docker-entrypoint.d"
cat > "$etc/nginx.conf" <<'END'
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /tmp/nginx.pid;

events {
    worker_connections  1024;
}

http {
    proxy_temp_path /tmp/proxy_temp;
    client_body_temp_path /tmp/client_temp;
    fastcgi_temp_path /tmp/fastcgi_temp;
    uwsgi_temp_path /tmp/uwsgi_temp;
    scgi_temp_path /tmp/scgi_temp;

    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';
    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
END
cat > "$etc/conf.d/default.conf" <<'END'
server {
    listen       8080;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
END
html="$ROOT/usr/share/nginx/html"
mkdir -p "$html"
echo '<!DOCTYPE html><html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1></body></html>' > "$html/index.html"
echo '<!DOCTYPE html><html><head><title>Error</title></head><body><h1>An error occurred.</h1></body></html>' > "$html/50x.html"

cat > "$ROOT/docker-entrypoint.sh" <<'END'
#!/bin/sh
# before nginx starts: what lies in /docker-entrypoint.d, in order; *.envsh is read in, *.sh is run
set -e
say() { [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "$0: $*"; }
if [ "$1" = nginx ] || [ "$1" = nginx-debug ]; then
  for each in /docker-entrypoint.d/*; do
    [ -x "$each" ] || continue
    case "$each" in
      *.envsh) say "Sourcing $each"; . "$each" ;;
      *.sh) say "Launching $each"; "$each" ;;
    esac
  done
  say "Configuration complete; ready for start up"
fi
exec "$@"
END
cat > "$ROOT/docker-entrypoint.d/20-envsubst-on-templates.sh" <<'END'
#!/bin/sh
# each template becomes a file of the configuration, with the variables of the environment in it
set -e
from="${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}"
suffix="${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}"
to="${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}"
[ -d "$from" ] || exit 0
defined=$(printf '${%s} ' $(awk "END { for (name in ENVIRON) { print ( name ~ /${NGINX_ENVSUBST_FILTER:-}/ ) ? name : \"\" } }" < /dev/null))
[ -w "$to" ] || { echo "$0: ERROR: $from exists, but $to is not writable"; exit 0; }
find "$from" -follow -type f -name "*$suffix" | while read -r template; do
  path="${template#"$from/"}"
  mkdir -p "$to/$(dirname "$path")"
  envsubst "$defined" < "$template" > "$to/${path%"$suffix"}"
done
END
chmod 755 "$ROOT/docker-entrypoint.sh" "$ROOT"/docker-entrypoint.d/*.sh
ln -sf /dev/stdout "$ROOT/var/log/nginx/access.log"
ln -sf /dev/stderr "$ROOT/var/log/nginx/error.log"
in_root chown -R 101:0 /var/cache/nginx /etc/nginx
in_root chmod -R g+w /var/cache/nginx /etc/nginx

echo "NGINX_VERSION=$(in_root nginx -v 2>&1 | sed 's#.*nginx/##')" >> "$NOTED"
rm -rf "$ROOT"/tmp/* "$ROOT"/var/lib/apt/lists/* "$ROOT"/var/cache/apt/* "$ROOT"/var/cache/ldconfig/*
rm -rf "$ROOT"/var/cache/debconf/*-old "$ROOT"/var/lib/dpkg/*-old "$ROOT"/var/log/apt "$ROOT"/var/log/*.log "$ROOT/etc/resolv.conf"
