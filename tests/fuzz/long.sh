#!/usr/bin/env bash
# Runs every fuzz target with clang, ASan and UBSan: long.sh [SECONDS each, 120 by default]. New inputs go to a folder below
# $TMPDIR; one that breaks a target belongs in seeds/NAME, where it is replayed for ever.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/support/setup.sh
install_packages "${CHECK_PACKAGES[@]}"
seconds=${1:-120}
export CC=clang
build_in build-fuzz -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false -Dc_args=-fsanitize=fuzzer-no-link
export G_SLICE=always-malloc UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
work=$(mktemp -d "${TMPDIR:-/tmp}/cccpd-fuzz.XXXXXX")
failed=0
for source in tests/fuzz/fuzz_*.c; do
    name=$(basename "$source" .c)
    mkdir -p "$work/$name"
    dictionary=tests/fuzz/${name#fuzz_}.dict
    words=()
    [ ! -f "$dictionary" ] || words=(-dict="$dictionary")
    if build-fuzz/tests/fuzz/"$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
        -print_final_stats=1 "${words[@]}" -artifact_prefix="$work/$name-" "$work/$name" \
        "tests/fuzz/seeds/${name#fuzz_}" >"$work/$name.log" 2>&1; then
        echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$name.log") executions," \
            "$(sed -n 's/.*\(cov: [0-9]*\).*/\1/p' "$work/$name.log" | tail -n 1)," \
            "$(sed -n 's/^stat::new_units_added: *//p' "$work/$name.log") inputs found"
    else
        echo "$name: broken by an input below $work; $work/$name.log" >&2
        failed=1
    fi
done
[ $failed = 1 ] || rm -rf "$work"
exit $failed
