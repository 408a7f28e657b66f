#!/bin/sh
# rust:X.Y-slim into $ROOT: Debian's compiler and Cargo, found where rustup puts its proxies; a linker and libc's headers.
# given: ROOT NOTED RUST (X.Y) DEBS (names of packages) SETTINGS (Cargo's configuration, may be empty)
set -eu

cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
in_root() { chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

in_root apt-get update -qq
# shellcheck disable=SC2086 # words are meant
in_root apt-get -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends $DEBS gcc libc6-dev

cargo="$ROOT/usr/local/cargo"
rustup="$ROOT/usr/local/rustup"
mkdir -p "$cargo/bin" "$rustup"
for program in cargo rustc rustdoc; do ln -s "/usr/bin/$program" "$cargo/bin/$program"; done
cat > "$cargo/bin/rustup" <<'END'
#!/bin/sh
# one toolchain is here and no other one can be had
host=$(rustc -vV | sed -n 's/^host: //p')
case "$*" in
  --version | -V) echo "rustup 0.0.0 ($(rustc --version))" ;;
  "target list --installed") echo "$host" ;;
  "target add $host" | "show" | "default" | "default stable" | "update"*) rustc --version ;;
  "show active-toolchain" | "toolchain list"*) echo "stable-$host (default)" ;;
  *) echo "error: this image has one toolchain, $(rustc --version) for $host: no \`rustup $*\`" >&2; exit 1 ;;
esac
END
chmod 755 "$cargo/bin/rustup"
[ -z "$SETTINGS" ] || printf '%s' "$SETTINGS" > "$cargo/config.toml"
chmod -R a+w "$cargo" "$rustup"

version=$(in_root rustc --version | cut -d' ' -f2)
case "$version" in "$RUST".*) ;; *) echo "Debian has Rust $version now, not $RUST: change the table" >&2; exit 1 ;; esac
echo "RUST_VERSION=$version" >> "$NOTED"
rm -rf "$ROOT"/tmp/* "$ROOT"/var/lib/apt/lists/* "$ROOT"/var/cache/apt/* "$ROOT"/var/cache/ldconfig/*
rm -rf "$ROOT"/var/cache/debconf/*-old "$ROOT"/var/lib/dpkg/*-old "$ROOT"/var/log/apt "$ROOT"/var/log/*.log "$ROOT/etc/resolv.conf"
