#!/bin/sh
# maven:3-eclipse-temurin-X into $ROOT, which has the JDK: Maven's distribution and the entry point of the official image.
# given: ROOT PACKAGES (a folder with the distribution in it) MAVEN (its name there) SETTINGS (mirrors, may be empty)
set -eu

cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
in_root() { chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

in_root apt-get update -qq
in_root apt-get -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends git openssh-client unzip

maven="$ROOT/usr/share/maven"
mkdir -p "$maven/ref"
tar -xzf "$PACKAGES/$MAVEN.tgz" --strip-components=1 --no-same-owner -C "$maven"
[ -z "$SETTINGS" ] || printf '%s' "$SETTINGS" > "$maven/conf/settings.xml"
ln -s /usr/share/maven/bin/mvn "$ROOT/usr/bin/mvn"
cat > "$maven/ref/settings-docker.xml" <<'END'
<settings><localRepository>/usr/share/maven/ref/repository</localRepository></settings>
END
cat > "$ROOT/usr/local/bin/mvn-entrypoint.sh" <<'END'
#!/bin/sh
# what an image put into /usr/share/maven/ref is there in the user's folder as well, unless that has its own
set -e
if [ "$(id -u)" -ne 0 ] && ! mkdir -p "$MAVEN_CONFIG" 2> /dev/null; then
  echo "Can not write to ${MAVEN_CONFIG}. Wrong volume permissions? Carrying on ..." >&2
elif mkdir -p "$MAVEN_CONFIG" && [ -w "$MAVEN_CONFIG" ]; then
  cp -a --no-clobber /usr/share/maven/ref/. "$MAVEN_CONFIG/"
fi
unset MAVEN_CONFIG  # the wrapper takes it for arguments
exec "$@"
END
chmod 755 "$ROOT/usr/local/bin/mvn-entrypoint.sh"

rm -rf "$ROOT"/tmp/* "$ROOT"/var/lib/apt/lists/* "$ROOT"/var/cache/apt/* "$ROOT"/var/cache/ldconfig/*
rm -rf "$ROOT"/var/cache/debconf/*-old "$ROOT"/var/lib/dpkg/*-old "$ROOT"/var/log/apt "$ROOT"/var/log/*.log "$ROOT/etc/resolv.conf"
