#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds and tests the SDK with the compiler and the libraries of another suite of Debian:
#   run.sh SUITE PACKAGE...
# The suite lives in build/roots/SUITE (0.7 GB), which debootstrap makes once and apt brings up to date each time. Needs
# root. The mounts are in a namespace of this script's own and end with its last process, however that comes: nothing is
# left to unmount, and build/roots can be deleted as any folder can.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if [ "${EASYPOST_CONNECT_IN_NAMESPACE:-}" != yes ]; then
  EASYPOST_CONNECT_IN_NAMESPACE=yes exec unshare --mount bash "$0" "$@"
fi
suite=$1
shift
root=$source/build/roots/$suite

# Debian's mirror as this machine's own apt knows it; without one, debootstrap has its own.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)

make_root() {
  if [ -e "$root/etc/dpkg/dpkg.cfg.d/small" ]; then return; fi
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"}
  # A root is disposable and should be small. Written last: it tells that the root is whole.
  printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/share/man/*' \
    'path-exclude=/usr/share/locale/*' >"$root/etc/dpkg/dpkg.cfg.d/small"
}

# in_root COMMAND...
in_root() {
  chroot "$root" /usr/bin/env --ignore-environment PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    DEBIAN_FRONTEND=noninteractive CCACHE_DIR=/var/cache/ccache "$@"
}

make_root
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
ccache_folder=$(ccache --get-config cache_dir)
mkdir -p "$root/source" "$root/var/cache/ccache" "$ccache_folder"
mount --bind "$source" "$root/source"  # always in the same place, for ccache knows a source by its path
mount -o remount,bind,ro "$root/source"
mount --bind "$ccache_folder" "$root/var/cache/ccache"
cp /etc/hosts /etc/resolv.conf "$root/etc/"

# A mirror may lag behind what a suite that moves is signed for; its signatures are looked at all the same.
echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/lagging-mirror"

in_root apt-get update
in_root apt-get dist-upgrade --yes
in_root apt-get install --yes --no-install-recommends "$@"
in_root rm -rf /var/cache/apt/archives /var/lib/apt/lists
in_root /source/tests/distribution/build_and_test.sh /var/tmp/easypost_connect
in_root rm -rf /var/tmp/easypost_connect  # what ccache has kept is enough for the next time
