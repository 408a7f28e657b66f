#!/bin/sh
# python:X.Y-slim into $ROOT: Debian's CPython moved to where the official image has its own, /usr/local, and
# freed of what Debian changed in it (dist-packages, EXTERNALLY-MANAGED, the disabled ensurepip).
# given: ROOT NOTED PYTHON (X.Y) PIP (a version) TOOLS (further packages, may be empty)
set -eu

triple=$(uname -m)-linux-gnu
work="$ROOT/tmp/python"
mkdir -p "$work"
cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
in_root() { chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"; }

in_root apt-get update -qq
debs="python$PYTHON python$PYTHON-minimal libpython$PYTHON-stdlib libpython$PYTHON-minimal python$PYTHON-venv"
debs="$debs libpython$PYTHON libpython$PYTHON-dev python3-pip-whl python3-setuptools-whl"
case "$PYTHON" in # how each suite cuts the standard library into packages
  3.11) debs="$debs python3-gdbm python3-distutils python3-lib2to3" ;;
  *) debs="$debs python$PYTHON-gdbm" ;;
esac
# the sandbox user of apt may not write in /tmp/python
in_root sh -c "cd /tmp/python && apt-get -o APT::Sandbox::User=root download -qq $debs"

needs=$(for deb in "$work"/*.deb; do dpkg-deb --show --showformat='${Depends},${Pre-Depends},' "$deb"; done |
  tr ',' '\n' | sed 's/^ *//; s/[ :|(].*//' | sort -u | grep -vE '^$|^(lib)?python|-dev$')
# shellcheck disable=SC2086 # words are meant
in_root apt-get -o Dpkg::Use-Pty=0 install -y -qq --no-install-recommends $needs tzdata netbase

for deb in "$work"/*.deb; do dpkg-deb -x "$deb" "$work/tree"; done
tree="$work/tree/usr"
local="$ROOT/usr/local"
lib="$local/lib/python$PYTHON"
mkdir -p "$local/bin" "$local/lib" "$local/include"
cp -a "$tree/lib/python$PYTHON" "$local/lib/"
cp -a "$tree/include/." "$local/include/"
cp -a "$tree/lib/$triple/libpython$PYTHON".so* "$local/lib/"
cp -a "$tree/share/python-wheels" "$ROOT/usr/share/"
install -m 755 "$tree/bin/python$PYTHON" "$local/bin/python$PYTHON"
install -m 755 "$tree/bin/$triple-python$PYTHON-config" "$local/bin/python$PYTHON-config"
ln -sf "python$PYTHON" "$local/bin/python3"
ln -sf python3 "$local/bin/python"
ln -sf "python$PYTHON-config" "$local/bin/python3-config"

rm -rf "$lib/EXTERNALLY-MANAGED" "$lib/sitecustomize.py" "$lib/_distutils_system_mod.py" "$lib"/config-*/*.a "$lib/test"
mkdir -p "$lib/site-packages"
sysconfig="$lib/sysconfig.py"
[ -f "$sysconfig" ] || sysconfig="$lib/sysconfig/__init__.py"
sed -i "s/prefix_scheme = 'posix_local'/prefix_scheme = 'posix_prefix'/" "$sysconfig"
# site is a frozen module, compiled into the binary: both names have the same length
LC_ALL=C sed -i 's/dist-packages/site-packages/g' "$local/bin/python$PYTHON" "$local/lib/libpython$PYTHON.so.1.0" "$lib/site.py"
sed -i 's/^\( *\)_ensurepip_is_disabled_in_debian_for_system()$/\1pass/' "$lib/ensurepip/__init__.py"
[ ! -f "$lib/distutils/sysconfig.py" ] || sed -i 's/is_default_prefix = .*/is_default_prefix = False/' "$lib/distutils/sysconfig.py"
sed -i -e "s#/usr/lib/$triple#/usr/local/lib#g" -e 's#/usr/\(lib\|include\|bin\)\b#/usr/local/\1#g' \
  -e "s#'prefix': '/usr'#'prefix': '/usr/local'#; s#'exec_prefix': '/usr'#'exec_prefix': '/usr/local'#" "$lib"/_sysconfigdata*.py

in_root ldconfig
in_root /usr/local/bin/python3 -m ensurepip --default-pip
# shellcheck disable=SC2086 # words are meant
in_root env PIP_ROOT_USER_ACTION=ignore /usr/local/bin/python3 -m pip install --no-cache-dir --no-compile --disable-pip-version-check "pip==$PIP" $TOOLS
[ -n "$TOOLS" ] || in_root env PIP_ROOT_USER_ACTION=ignore /usr/local/bin/python3 -m pip uninstall -y setuptools wheel || :
ln -sf pip3 "$local/bin/pip"

echo "PYTHON_VERSION=$(in_root /usr/local/bin/python3 -c 'import platform; print(platform.python_version())')" >> "$NOTED"
find "$local" -depth -type d -name __pycache__ -exec rm -rf {} +
rm -rf "$work" "$ROOT"/tmp/* "$ROOT"/var/lib/apt/lists/* "$ROOT"/var/cache/apt/* "$ROOT"/var/cache/ldconfig/* "$ROOT"/root/.cache
rm -rf "$ROOT"/var/cache/debconf/*-old "$ROOT"/var/lib/dpkg/*-old "$ROOT"/var/log/apt "$ROOT"/var/log/*.log "$ROOT/etc/resolv.conf"
