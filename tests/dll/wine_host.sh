#!/usr/bin/env bash
# Tries ci/wine-host: makes a host of one Windows version, lets a program look at it (test_prefix.c), makes
# it another version, looks again; then what it refuses.
#
#   tests/dll/wine_host.sh BIN      BIN: the folder with dll_prefix.exe

set -eu
bin=$(cd "$1" && pwd)
ci=$(cd "$(dirname "$0")/../../ci" && pwd)
. "$ci/lib.sh"

mkdir -p "$ci_cache"
work=$(mktemp -d "$ci_cache/host.XXXXXX")
host="$work/a host"
finish() {
    # Nothing of it may outlive the test, which waits for all who have its output.
    (host_settings "$host" && "$wine_server" -k) >/dev/null 2>&1 </dev/null || true
    rm -rf "$work"
}
trap finish EXIT

failures=0
wrong() {
    printf 'wrong: %s\n' "$1"
    failures=$((failures + 1))
}

# refused MESSAGE ARGUMENT...: fails with these last words, without a change of anything.
refused() {
    local message=$1 said
    shift
    if said=$("$ci/wine-host" "$@" 2>&1 </dev/null); then wrong "accepted: $*"; fi
    case $said in
    *"$message"*) ;;
    *) wrong "$* said: $said" ;;
    esac
}

looks_right() {
    "$ci/wine-host" "$host" --os "$1" --program "$bin/dll_prefix.exe" >"$work/said" 2>&1 </dev/null ||
        { cat "$work/said"; wrong "wine-host --os $1"; return; }
    grep -qF "run' 'C:\\drydock\\dll_prefix.exe'" "$work/said" || { cat "$work/said"; wrong 'no command to start'; }
    timeout 300 "$host/run" 'C:\drydock\dll_prefix.exe' "$1" >"$work/said" 2>&1 </dev/null || wrong "a program in $1"
    cat "$work/said"
    # What it stands on now is the service's.
    timeout 300 "$host/stop" >"$work/said" 2>&1 </dev/null || wrong "the service of $1 does not stop"
    grep -q "$1, up " "$work/said" || { cat "$work/said"; wrong "no service of $1 was there"; }
}

refused 'which folder?' --os server-2022
refused '--os is missing' "$host"
refused 'no such program' "$host" --os server-2022 --program "$work/none.exe"
refused 'is not empty' "$ci" --os server-2022
[ ! -e "$host" ] || wrong 'a folder was made'
looks_right server-2022
touch "$host/drive_c/kept"
looks_right server-2019 # which has no DisplayVersion
[ -e "$host/drive_c/kept" ] || wrong 'what was there is gone'
refused '"server-2020" is not an emulated Windows version' "$host" --os server-2020

[ "$failures" -eq 0 ]
