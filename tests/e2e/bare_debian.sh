#!/usr/bin/env bash
# ./run and ./check as a newcomer meets them: a clean clone on a bare Debian 12 (debootstrap, minbase), nothing installed
# before. Needs root, the package debootstrap and about 3 GB below $TMPDIR. The mirror is the one this machine uses.
#   bare_debian.sh [--run-only]
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$top/tests/support/setup.sh"
[ "$(id -u)" = 0 ] || { echo "needs root for chroot" >&2; exit 77; }
install_packages debootstrap

mirror=$(sed -n 's/^URIs: *//p; s/^deb [^h]*\(http[^ ]*\) .*/\1/p' \
    /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null | head -n 1 || true)
[ -n "$mirror" ] || { echo "no mirror in /etc/apt" >&2; exit 77; }
bare=$(mktemp -d "${TMPDIR:-/tmp}/cccpd-bare.XXXXXX")
finish() {
    for place in proc dev; do
        mountpoint -q "$bare/$place" && umount -l "$bare/$place"
    done
    rm -rf --one-file-system "$bare"
}
trap finish EXIT

debootstrap --variant=minbase --include=ca-certificates bookworm "$bare" "$mirror"
cp /etc/apt/sources.list.d/*.sources "$bare/etc/apt/sources.list.d/" 2>/dev/null || true
cp /etc/apt/apt.conf.d/99* "$bare/etc/apt/apt.conf.d/" 2>/dev/null || true
[ ! -s "$bare/etc/apt/sources.list" ] || ! ls "$bare"/etc/apt/sources.list.d/*.sources >/dev/null 2>&1 ||
    : >"$bare/etc/apt/sources.list"
cp /etc/resolv.conf /etc/hosts "$bare/etc/"
mount -t proc proc "$bare/proc"
mount --rbind /dev "$bare/dev"
mount --make-rslave "$bare/dev"

git clone -q "$top" "$bare/root/cccpd"
[ ! -d "$top/../shared/corpus" ] || cp -r "$top/../shared" "$bare/root/shared"
clean=(env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8)
time chroot "$bare" "${clean[@]}" /bin/bash -c 'cd /root/cccpd && ./run' </dev/null
[ "${1:-}" = --run-only ] ||
    time chroot "$bare" "${clean[@]}" /bin/bash -c 'cd /root/cccpd && ./check' </dev/null
