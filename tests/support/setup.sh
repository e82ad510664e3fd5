# Sourced by ./run, ./check and the tests in tests/e2e: packages, builds, samples. Bash.
# shellcheck shell=bash

BUILD_PACKAGES=(gcc libc6-dev meson ninja-build pkg-config
    libuv1-dev libgmime-3.0-dev libclamav-dev libicu-dev libsodium-dev libyaml-dev libssl-dev
    libmicrohttpd-dev libseccomp-dev libpcre2-dev libarchive-dev zlib1g-dev libcmocka-dev)
# python3: second conformance driver, grammar test; clang: fuzz targets; the rest: test material
CHECK_PACKAGES=("${BUILD_PACKAGES[@]}" python3 clang libclang-rt-14-dev clamav-testfiles zip openssl curl
    procps file perl libmime-tools-perl libemail-mime-perl php-cli php-mailparse ruby-mail ripmime mpack uudeview python3-dkim)

say() { printf '\n== %s\n' "$*"; }

# Installs the packages that are not there yet. Needs root or sudo only when something is missing.
install_packages() {
    local missing=() package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
            missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "Installing ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || {
            echo "these packages are missing, and there is no sudo: ${missing[*]}" >&2
            exit 77
        }
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# build_in DIR [meson options]: sets up once, builds; quiet unless it fails.
build_in() {
    local dir=$1
    shift
    say "Building in $dir"
    if [ ! -f "$dir/build.ninja" ]; then
        meson setup "$dir" "$@" >"$dir.log" 2>&1 || { cat "$dir.log" >&2; return 70; }
    fi
    meson compile -C "$dir" >"$dir.log" 2>&1 || { cat "$dir.log" >&2; return 70; }
    rm -f "$dir.log"
}

# samples DIR: the shipped sample messages; those with EICAR are made here, so that no virus scanner
# on a developer's machine takes the source tree away.
samples() {
    build/clients/cccpc/cccpc samples "$1"
}
