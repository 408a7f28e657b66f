#!/bin/sh
# Debian packages into $ROOT, and nothing that their installation leaves behind.
# given: ROOT DEBS (names of packages)
set -eu

cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
in_root() { chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

in_root apt-get update -qq
# shellcheck disable=SC2086 # words are meant
in_root apt-get -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends $DEBS

find "$ROOT/usr" -depth -type d -name __pycache__ -exec rm -rf {} +
rm -rf "$ROOT"/tmp/* "$ROOT"/var/lib/apt/lists/* "$ROOT"/var/cache/apt/* "$ROOT"/var/cache/ldconfig/*
rm -rf "$ROOT"/var/cache/debconf/*-old "$ROOT"/var/lib/dpkg/*-old "$ROOT"/var/log/apt "$ROOT"/var/log/*.log "$ROOT/etc/resolv.conf"
