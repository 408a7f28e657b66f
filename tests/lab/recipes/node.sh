#!/bin/sh
# node:X-slim into $ROOT: Node, npm, corepack and yarn classic where the official image has them, and the user node.
# given: ROOT PACKAGES (a folder of npm packages) NODE NPM COREPACK YARN (their names there; the last two may be empty)
set -eu

local="$ROOT/usr/local"
unpack() { mkdir -p "$2" && tar -xzf "$PACKAGES/$1.tgz" --strip-components=1 --no-same-owner -C "$2"; }

unpack "$NODE" "$ROOT/tmp/node"
mkdir -p "$local/bin" "$local/include" "$local/lib/node_modules"
install -m 755 "$ROOT/tmp/node/bin/node" "$local/bin/node"
cp -a "$ROOT/tmp/node/include/." "$local/include/"
unpack "$NPM" "$local/lib/node_modules/npm"
chmod 755 "$local"/lib/node_modules/npm/bin/*.js
ln -sf node "$local/bin/nodejs"
ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$local/bin/npm"
ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$local/bin/npx"
if [ -n "$COREPACK" ]; then
  unpack "$COREPACK" "$local/lib/node_modules/corepack"
  chmod 755 "$local"/lib/node_modules/corepack/dist/*.js
  ln -sf ../lib/node_modules/corepack/dist/corepack.js "$local/bin/corepack"
fi
if [ -n "$YARN" ]; then
  yarn="yarn-v${YARN#yarn-}"
  unpack "$YARN" "$ROOT/opt/$yarn"
  chmod 755 "$ROOT/opt/$yarn"/bin/*
  ln -sf "/opt/$yarn/bin/yarn" "$local/bin/yarn"
  ln -sf "/opt/$yarn/bin/yarnpkg" "$local/bin/yarnpkg"
fi

cat > "$local/bin/docker-entrypoint.sh" <<'END'
#!/bin/sh
set -e
# an option, or a word that is no command, is for node
if [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ] || { [ -f "${1}" ] && ! [ -x "${1}" ]; }; then
  set -- node "$@"
fi
exec "$@"
END
chmod 755 "$local/bin/docker-entrypoint.sh"
chroot "$ROOT" groupadd --gid 1000 node
chroot "$ROOT" useradd --uid 1000 --gid node --shell /bin/bash --create-home node
rm -rf "$ROOT/tmp/node"
