#!/bin/sh
# ruby:X.Y-slim into $ROOT: Debian's Ruby and Bundler, found where the official image has its own.
# given: ROOT NOTED RUBY (X.Y)
set -eu

cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
in_root() { chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

in_root apt-get update -qq
in_root apt-get -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends "ruby$RUBY" "ruby$RUBY-dev" ruby-bundler ruby-irb rake ruby-rdoc libyaml-dev procps tzdata
for program in ruby gem irb erb bundle bundler rake rdoc ri; do
  path="/usr/bin/$program$RUBY"
  [ -e "$ROOT$path" ] || path="/usr/bin/$program"
  [ ! -e "$ROOT$path" ] || ln -s "$path" "$ROOT/usr/local/bin/$program"
done
mkdir -p "$ROOT/usr/local/etc" "$ROOT/usr/local/bundle"
echo 'gem: --no-document' >> "$ROOT/etc/gemrc"
chmod 1777 "$ROOT/usr/local/bundle"

echo "RUBY_VERSION=$(in_root ruby -e 'print RUBY_VERSION')" >> "$NOTED"
rm -rf "$ROOT"/tmp/* "$ROOT"/var/lib/apt/lists/* "$ROOT"/var/cache/apt/* "$ROOT"/var/cache/ldconfig/*
rm -rf "$ROOT"/var/cache/debconf/*-old "$ROOT"/var/lib/dpkg/*-old "$ROOT"/var/log/apt "$ROOT"/var/log/*.log "$ROOT/etc/resolv.conf"
