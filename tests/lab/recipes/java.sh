#!/bin/sh
# eclipse-temurin:X-jre into $ROOT, or what a JDK adds to it: Debian's OpenJDK as one folder that can be copied elsewhere.
# given: ROOT NOTED JAVA (X) PART (jre or jdk)
set -eu

home="$ROOT/opt/java/openjdk"
work="$ROOT/tmp/java"
mkdir -p "$home" "$work"
cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
in_root() { chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

in_root apt-get update -qq
# the sandbox user of apt may not write in /tmp/java
in_root sh -c "cd /tmp/java && apt-get -o APT::Sandbox::User=root download -qq openjdk-$JAVA-$PART-headless"
if [ "$PART" = jre ]; then
  needs=$(dpkg-deb --show --showformat='${Depends}' "$work"/*.deb | tr ',' '\n' | sed 's/^ *//; s/[ :|(].*//' |
    grep -vE '^$|java')
  # shellcheck disable=SC2086 # words are meant
  in_root apt-get -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends $needs
fi
for deb in "$work"/*.deb; do dpkg-deb -x "$deb" "$work/tree"; done
cp -a "$work"/tree/usr/lib/jvm/java-"$JAVA"-openjdk-*/. "$home/"
# Debian has the configuration in /etc, and links to it
find "$home" -type l | while read -r link; do
  target=$(readlink "$link")
  case "$target" in
    /etc/java-*) rm "$link" && cp -a "$work/tree$target" "$link" ;;
  esac
done
find "$home" -xtype l -delete  # manuals, sources: in packages that are not here

if [ "$PART" = jre ]; then
  mount -t proc proc "$ROOT/proc"  # where java finds out where it is; what mounted the root unmounts it after a failure
  in_root trust extract --overwrite --format=java-cacerts --filter=ca-anchors --purpose=server-auth \
    /opt/java/openjdk/lib/security/cacerts
  in_root /opt/java/openjdk/bin/java -Xshare:dump
  umount "$ROOT/proc"
  in_root localedef -i en_US -f UTF-8 en_US.UTF-8
  # Ubuntu has a user 1000 of its own
  in_root useradd --uid 1000 --user-group --create-home --shell /bin/bash ubuntu
  cat > "$ROOT/__cacert_entrypoint.sh" <<'END'
#!/bin/sh
# certificates of /certificates and of the system, for those who ask for them
if [ -n "${USE_SYSTEM_CA_CERTS:-}" ]; then
  if [ -d /certificates ] && [ -n "$(ls -A /certificates)" ]; then cp -aL /certificates/* /usr/local/share/ca-certificates/; fi
  update-ca-certificates > /dev/null
  trust extract --overwrite --format=java-cacerts --filter=ca-anchors --purpose=server-auth "$JAVA_HOME/lib/security/cacerts"
fi
exec "$@"
END
  chmod 755 "$ROOT/__cacert_entrypoint.sh"
  echo "JAVA_VERSION=jdk-$(sed -n 's/^JAVA_RUNTIME_VERSION="\([^-"]*\).*/\1/p' "$home/release")" >> "$NOTED"
fi

rm -rf "$ROOT"/tmp/* "$ROOT"/var/lib/apt/lists/* "$ROOT"/var/cache/apt/* "$ROOT"/var/cache/ldconfig/* "$ROOT"/etc/*-
rm -rf "$ROOT"/var/cache/debconf/*-old "$ROOT"/var/lib/dpkg/*-old "$ROOT"/var/log/apt "$ROOT"/var/log/*.log "$ROOT/etc/resolv.conf"
