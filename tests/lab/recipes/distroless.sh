#!/bin/sh
# distroless into $ROOT: what is in Debian packages and nothing of what their scripts would do; the first layer brings
# users, certificates and folders.
# given: ROOT DEBS (names of packages) SUITE SITES (folders of certificates and package sources, one a suite)
set -eu

site="$SITES/$SUITE"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/debs"
: > "$work/status"
apt() {
  apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$site/etc/apt/sources.list.d" -o Dir::Cache="$work/cache" \
    -o Dir::State::lists="$work/lists" -o Dir::State::status="$work/status" -o APT::Sandbox::User=root "$@"
}
apt update
# shellcheck disable=SC2086 # words are meant
(cd "$work/debs" && apt download $DEBS)

mkdir -p "$ROOT/var/lib/dpkg/status.d"
for deb in "$work"/debs/*.deb; do
  dpkg-deb -x "$deb" "$work/tree"
  dpkg-deb -f "$deb" > "$ROOT/var/lib/dpkg/status.d/$(dpkg-deb -f "$deb" Package)"
done
rm -rf "$work"/tree/usr/share/man "$work"/tree/usr/share/info "$work"/tree/usr/share/locale "$work"/tree/usr/share/lintian
rm -rf "$work"/tree/usr/sbin/update-ca-certificates "$work"/tree/usr/share/base-files "$work"/tree/etc/ca-certificates
cp -a "$work/tree/." "$ROOT/"

if [ -d "$ROOT/usr/share/ca-certificates" ] && [ ! -f "$ROOT/etc/passwd" ]; then
  mkdir -p "$ROOT/etc/ssl/certs" "$ROOT/root" "$ROOT/home/nonroot" "$ROOT/dev" "$ROOT/proc" "$ROOT/sys"
  cat "$ROOT"/usr/share/ca-certificates/mozilla/*.crt > "$ROOT/etc/ssl/certs/ca-certificates.crt"
  find "$site/usr/local/share/ca-certificates" -name '*.crt' -exec cat {} + >> "$ROOT/etc/ssl/certs/ca-certificates.crt" || :
  cat > "$ROOT/etc/passwd" <<'END'
root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin
END
  cat > "$ROOT/etc/group" <<'END'
root:x:0:
nobody:x:65534:
tty:x:5:
staff:x:50:
nonroot:x:65532:
END
  echo 'hosts: files dns' > "$ROOT/etc/nsswitch.conf"
  printf 'PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="12"\n' > "$ROOT/usr/lib/os-release"
  chmod 700 "$ROOT/root" "$ROOT/home/nonroot"
  chown 65532:65532 "$ROOT/home/nonroot"
fi
