#!/bin/sh
# Build the hardened wheel of durable-rules for one Python, from the source that the lock pins.
#
#   wheel.sh check PYTHON             say what this machine lacks to build it
#   wheel.sh build PYTHON LOCK OUT    build it into the folder OUT; PYTHON must have setuptools
#
# The package is taken as published and never patched; all we add are flags (its setup.py keeps
# CPPFLAGS):
#   -include zeroed_malloc.h             memory from malloc starts as zeros
#   -ftrivial-auto-var-init=zero         so do local variables (gcc 12, clang 16 and later)
#   -DPyEval_CallObject=PyObject_CallObject
#                                        the old name is gone since Python 3.13: without this the
#                                        build succeeds there and the import fails
set -eu

here=$(cd "$(dirname "$0")" && pwd)

fail() {
    printf 'Cannot build durable-rules: %s\n' "$1" >&2
    exit 1
}

# The compiler that this Python calls when it builds an extension.
compiler() {
    if [ -n "${CC:-}" ]; then
        printf '%s\n' "$CC"
    else
        "$1" -c 'import sysconfig; print(sysconfig.get_config_var("CC") or "cc")'
    fi
}

check() {
    python=$1
    # The compiler may come with options ("gcc -pthread"): words are split on purpose.
    cc=$(compiler "$python")
    # shellcheck disable=SC2086
    command -v ${cc%% *} >/dev/null ||
        fail "there is no C compiler (${cc%% *}). On Debian or Ubuntu: apt-get install gcc libc6-dev"
    # shellcheck disable=SC2086
    echo '#include <stdlib.h>' | $cc -E -x c - >/dev/null 2>&1 ||
        fail "the C library's headers are missing. On Debian or Ubuntu: apt-get install libc6-dev"
    "$python" -c '
import pathlib, sys, sysconfig
sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").is_file())' ||
        fail "the headers of $python are missing. On Debian or Ubuntu: apt-get install $(
            "$python" -c 'import sys; print("python%d.%d-dev" % sys.version_info[:2])')"
}

build() {
    python=$1 lock=$2 out=$3
    check "$python"

    flags="-include $here/zeroed_malloc.h -DPyEval_CallObject=PyObject_CallObject"
    cc=$(compiler "$python")
    # shellcheck disable=SC2086
    if echo 'int nothing;' | $cc -Werror -ftrivial-auto-var-init=zero -c -x c -o /dev/null - 2>/dev/null
    then
        flags="$flags -ftrivial-auto-var-init=zero"
    fi

    rm -rf "$out"
    mkdir -p "$out"
    awk '/^[a-z]/ { ours = /^durable-rules==/ } ours' "$lock" >"$out/durable-rules.lock"
    # No cache: pip would take a wheel that was built before without these flags.
    CPPFLAGS="$flags ${CPPFLAGS:-}" "$python" -m pip wheel -qq --no-cache-dir \
        --no-binary durable-rules --no-build-isolation --no-deps --require-hashes \
        --wheel-dir "$out" --requirement "$out/durable-rules.lock"
}

case "${1:-}:$#" in
    check:2) check "$2" ;;
    build:4) build "$2" "$3" "$4" ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
