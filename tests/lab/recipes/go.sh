#!/bin/sh
# golang:X.Y into $ROOT: a release where the official image has it, and a GOPATH that every user may write to.
# given: ROOT PACKAGES (a folder with the release in it) GO (its name there) SETTINGS (lines for go.env, may be empty)
set -eu

go="$ROOT/usr/local/go"
mkdir -p "$go"
# a release in the module cache is read-only, and has none of its tests
tar -C "$PACKAGES/$GO/" --exclude=./test -cf - . | tar -C "$go" --no-same-owner -xf -
chmod -R u+w "$go"
printf '%s' "$SETTINGS" >> "$go/go.env"
mkdir -p "$ROOT/go/src" "$ROOT/go/bin"
chmod -R 1777 "$ROOT/go"
