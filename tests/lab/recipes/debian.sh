#!/bin/sh
# debian:SUITE-slim into $ROOT, as the official image is: no manuals, no package lists, apt set up for image builds.
# given: ROOT SUITE SITES (folders of certificates and package sources as this machine has them, one a suite)
set -eu

SITE="$SITES/$SUITE"
sources="$SITE/etc/apt/sources.list.d/debian.sources"
mmdebstrap --variant=minbase --include=ca-certificates,usr-is-merged --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
  --aptopt="$SITE/etc/apt/apt.conf.d/90this-machine" \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-include=/usr/share/doc/*/copyright' --dpkgopt=force-unsafe-io \
  "$SUITE" "$ROOT" "$sources"
rm -f "$ROOT"/etc/apt/sources.list "$ROOT"/etc/apt/sources.list.d/* "$ROOT/etc/apt/apt.conf.d/99mmdebstrap"
cp -a "$SITE/." "$ROOT/"
mv "$ROOT/etc/dpkg/dpkg.cfg.d/99mmdebstrap" "$ROOT/etc/dpkg/dpkg.cfg.d/docker"

cat > "$ROOT/etc/apt/apt.conf.d/docker-clean" <<'END'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
END
echo 'Acquire::Languages "none";' > "$ROOT/etc/apt/apt.conf.d/docker-no-languages"
echo 'Acquire::GzipIndexes "true";' > "$ROOT/etc/apt/apt.conf.d/docker-gzip-indexes"
echo 'Apt::AutoRemove::SuggestsImportant "false";' > "$ROOT/etc/apt/apt.conf.d/docker-autoremove-suggests"
printf '#!/bin/sh\nexit 101\n' > "$ROOT/usr/sbin/policy-rc.d"
chmod 755 "$ROOT/usr/sbin/policy-rc.d"
chroot "$ROOT" update-ca-certificates

rm -rf "$ROOT"/var/lib/apt/lists/* "$ROOT"/var/cache/apt/* "$ROOT"/var/cache/debconf/*-old "$ROOT"/var/cache/ldconfig/*
rm -rf "$ROOT"/var/log/*.log "$ROOT"/var/log/apt "$ROOT"/var/lib/dpkg/*-old "$ROOT"/etc/*- "$ROOT"/tmp/*
rm -rf "$ROOT"/etc/resolv.conf "$ROOT"/etc/hostname "$ROOT"/etc/machine-id "$ROOT"/run/*
! grep -qF " $ROOT/" /proc/self/mountinfo  # nothing of the machine may be removed through a mount
rm -rf "$ROOT"/dev/*
