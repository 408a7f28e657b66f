#!/bin/sh
# denoland/deno into $ROOT: the binary of the npm package, tini, the user deno and a cache folder that is its own.
# given: ROOT PACKAGES (a folder of npm packages) DENO (its name there)
set -eu

cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
in_root() { chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

mkdir "$ROOT/tmp/deno"
in_root apt-get update -qq
# the sandbox user of apt may not write in /tmp/deno
in_root sh -c "cd /tmp/deno && apt-get -o APT::Sandbox::User=root download -qq tini"
dpkg-deb -x "$ROOT"/tmp/deno/tini*.deb "$ROOT/tmp/deno"
install -m 755 "$ROOT/tmp/deno/usr/bin/tini-static" "$ROOT/tini"
tar -xzf "$PACKAGES/$DENO.tgz" --no-same-owner -C "$ROOT/tmp/deno" package/deno
install -m 755 "$ROOT/tmp/deno/package/deno" "$ROOT/usr/bin/deno"

in_root useradd --uid 1993 --user-group deno
mkdir "$ROOT/deno-dir"
in_root chown deno:deno /deno-dir
cat > "$ROOT/usr/local/bin/docker-entrypoint.sh" <<'END'
#!/bin/sh
set -e
# a subcommand of deno, or an option, is for deno; every other command is run as it is
case "$1" in
  add | approve-scripts | audit | bench | bundle | cache | check | clean | compile | completions | coverage | create | deploy | doc | eval | \
    fmt | help | info | init | install | i | jupyter | lint | lsp | outdated | publish | remove | repl | run | sandbox | serve | task | \
    test | types | uninstall | update | upgrade | vendor | x | -*) exec deno "$@" ;;
  *) exec "$@" ;;
esac
END
chmod 755 "$ROOT/usr/local/bin/docker-entrypoint.sh"
rm -rf "$ROOT"/tmp/* "$ROOT"/var/lib/apt/lists/* "$ROOT"/var/cache/apt/* "$ROOT"/etc/*- "$ROOT/etc/resolv.conf"
