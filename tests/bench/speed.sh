#!/usr/bin/env bash
# cccpd beside clamd: speed.sh [TURNS]   (7 by default; about 2 minutes a turn)
# Large database, list mix, two cores; in turns, so that all see the same machine. Prints medians, ranges and ratios to clamd.
# Needs the packages of ./check and: clamav-daemon liblmdb-dev. Everything generated goes to $BENCH_DIR.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export BENCH_KIT=${BENCH_KIT:-$here/../../../shared/bench} PROFILE=full
. "$BENCH_KIT/environment.sh"
mkdir -p "$BENCH_DIR/drivers"

# row NAME ARGUMENTS…: a driver for compare.sh, which calls drivers without arguments
drivers=()
row() {
    local name=$1
    shift
    printf '#!/bin/sh\nexec %q' "$here/cccpd.sh" >"$BENCH_DIR/drivers/$name"
    printf ' %q' "$name" "$@" >>"$BENCH_DIR/drivers/$name"
    echo >>"$BENCH_DIR/drivers/$name"
    chmod +x "$BENCH_DIR/drivers/$name"
    drivers+=("$BENCH_DIR/drivers/$name")
}
row cccpd-parts mix 4 2 --set engines.clamav.mode=parts
row cccpd-whole mix 4 2 --set engines.clamav.mode=message
row cccpd-union mix 4 2 --set engines.clamav.mode=union
row cccpd-without-clamav mix 4 8 --set engines.clamav.enabled=no --set engines.attachment.enabled=no

cat >"$BENCH_DIR/drivers/clamd" <<CLAMD
#!/bin/bash
. "$BENCH_KIT/peers.sh"
start_clamd large "\$CORES"
load clamd-large clamd-idsession "\$PORT_CLAMD" 8 mix -P "\$PID_CLAMD"
stop "\$PID_CLAMD"
CLAMD
chmod +x "$BENCH_DIR/drivers/clamd"

exec "$BENCH_KIT/compare.sh" -n "${1:-7}" -r clamd-large@8 "$BENCH_DIR/drivers/clamd" "${drivers[@]}"
