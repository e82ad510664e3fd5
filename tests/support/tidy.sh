#!/usr/bin/env bash
# clang-tidy over all sources (.clang-tidy): prints nothing when they are clean.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/support/setup.sh
install_packages "${BUILD_PACKAGES[@]}" clang-tidy
[ -f build/compile_commands.json ] || build_in build
git ls-files 'protocol/*.c' 'engines/*.c' 'server/*.c' 'clients/*.c' |
    xargs -P "$(nproc)" -n 10 clang-tidy -p build --quiet 2>/dev/null
