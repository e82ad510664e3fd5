#!/usr/bin/env bash
# A driver of ../shared/bench for cccpd: cccpd.sh LABEL LIST CONNECTIONS IN_FLIGHT [--set K=V]…
# Starts build/server/cccpd with the large database on a loopback port, runs `cccpc bench` ROUNDS times, stops it. Without
# arguments: LABEL cccpd, list mix, 4 connections, 4 in flight.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
kit=${BENCH_KIT:-$top/../shared/bench}
. "$kit/peers.sh"
label=${1:-cccpd} list=${2:-mix} connections=${3:-4} in_flight=${4:-4}
shift $(($# < 4 ? $# : 4))
build=${CCCPD_BUILD:-$top/build}
port=$((BENCH_PORT + 90))

folder=$(mktemp -d "${TMPDIR:-/tmp}/cccpd-run.XXXXXX")
[ "$(id -u)" != 0 ] || chown "$BENCH_USER" "$folder"
as_bench_user "$build/server/cccpd" --set "listeners=127.0.0.1:$port" --set "http.address=127.0.0.1:$((port + 1))" \
    --set "server.runtime-dir=$folder" --set "engines.clamav.database=$BENCH_DB/large" \
    --set "engines.clamav.cache=0" "$@" 2>"$folder/log" &
server=$!
STARTED+=("$server")
for turn in $(seq 300); do
    "$build/clients/cccpc/cccpc" ping --server "127.0.0.1:$port" >/dev/null 2>&1 && break
    kill -0 "$server" 2>/dev/null || give_up "$label" "$folder/log"
    sleep .1
done
for _ in $(seq "$ROUNDS"); do
    timeout -k 5 150 "$build/clients/cccpc/cccpc" bench --server "127.0.0.1:$port" --label "$label" \
        -n "$connections" -m "$in_flight" -l "$LISTS/$list.list" --passes "${PASSES:-1}" -P "$server" ||
        echo "# failed: $label ended with status $?"
done
stop "$server"
STARTED=()
rm -rf "$folder"
