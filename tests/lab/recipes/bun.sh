#!/bin/sh
# oven/bun:X-slim into $ROOT: the binary of the npm package, the user bun, and Node's name for programs that want it.
# given: ROOT PACKAGES (a folder of npm packages) BUN (its name there)
set -eu

local="$ROOT/usr/local"
mkdir -p "$local/bin" "$local/bun-node-fallback-bin"
tar -xzf "$PACKAGES/$BUN.tgz" --no-same-owner -C "$ROOT/tmp" package/bin/bun
install -m 755 "$ROOT/tmp/package/bin/bun" "$local/bin/bun"
rm -rf "$ROOT/tmp/package"
ln -s /usr/local/bin/bun "$local/bin/bunx"
ln -s /usr/local/bin/bun "$local/bun-node-fallback-bin/node"
cat > "$local/bin/docker-entrypoint.sh" <<'END'
#!/bin/sh
set -e
# an option, or a word that is no command, is for bun
if [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ] || { [ -f "${1}" ] && ! [ -x "${1}" ]; }; then
  set -- /usr/local/bin/bun "$@"
fi
exec "$@"
END
chmod 755 "$local/bin/docker-entrypoint.sh"
chroot "$ROOT" groupadd --gid 1000 bun
chroot "$ROOT" useradd --uid 1000 --gid bun --shell /bin/sh --create-home bun
mkdir -p "$ROOT/home/bun/app"
