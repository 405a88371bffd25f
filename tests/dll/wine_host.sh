#!/usr/bin/env bash
# Tries ci/wine-host: makes a host of one Windows version, lets a program look at it and make a network
# (test_prefix.c), makes it another version, looks again, and goes back; then what it refuses, and a service that
# does not come up, or does not end.
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

# lives PID: it has not ended. One that has, and that nobody has asked how, has a state all the same.
lives() {
    grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/task/"*/status 2>/dev/null
}

# looks_right BUILD NETWORK: for the program; it makes a network, has the one, or has none.
looks_right() {
    "$ci/wine-host" "$host" --os "$1" --program "$bin/dll_prefix.exe" >"$work/said" 2>&1 </dev/null ||
        { cat "$work/said"; wrong "wine-host --os $1"; return; }
    grep -qF "run' 'C:\\drydock\\dll_prefix.exe'" "$work/said" || { cat "$work/said"; wrong 'no command to start'; }
    timeout 300 "$host/run" 'C:\drydock\dll_prefix.exe' "$1" "$2" >"$work/said" 2>&1 </dev/null ||
        wrong "a program in $1, network: $2"
    cat "$work/said"
    # Ended means gone: the next one may have what this one had.
    local service
    service=$(cat "$host/service")
    timeout 300 "$host/stop" >"$work/said" 2>&1 </dev/null || wrong "the service of $1 does not stop"
    if lives "$service"; then wrong 'the service has stopped, but is still there'; fi
    grep -q "$1, up " "$work/said" || { cat "$work/said"; wrong "no service of $1 was there"; }
}

# One that never says that it is ready has not come up, and is not left behind.
comes_too_late() {
    if DRYDOCK_START_SECONDS=2 timeout 300 "$host/serve" --ready-file 'C:\drydock\elsewhere' >"$work/said" 2>&1 </dev/null; then
        wrong 'a service that is not ready was taken for one'
    fi
    grep -q 'does not start' "$work/said" || { cat "$work/said"; wrong 'not said: the service does not start'; }
    [ ! -e "$host/service" ] || wrong 'a service that did not come up is still there'
    timeout 300 "$host/serve" >"$work/said" 2>&1 </dev/null || { cat "$work/said"; wrong 'no service after that'; }
}

# One that does not do as it is told is killed.
does_not_end() {
    local code=0 service
    service=$(cat "$host/service")
    kill -STOP "$service"
    DRYDOCK_STOP_SECONDS=2 timeout 300 "$host/stop" >"$work/said" 2>&1 </dev/null || code=$?
    if [ "$code" -ne 3 ]; then cat "$work/said"; wrong "a service that hangs: exit code $code"; fi
    grep -q 'and is killed' "$work/said" || { cat "$work/said"; wrong 'not said: the service is killed'; }
    if lives "$service"; then wrong 'a service that hangs is still there'; fi
}

# A session that empties a host takes none that it has not made.
keeps_what_is_mine() {
    if "$ci/dockerd-session" --dockerd "$bin/dll_prefix.exe" --keep "$host" >"$work/said" 2>&1 </dev/null; then
        wrong 'a session took a host that it had not made'
    fi
    grep -q 'a host that no session has made' "$work/said" || { cat "$work/said"; wrong 'not said: no session has made it'; }
    [ -e "$host/drive_c/drydock/state/server-2022/host.json" ] || wrong 'the state is gone'
}

refused 'which folder?' --os server-2022
refused '--os is missing' "$host"
refused 'no such program' "$host" --os server-2022 --program "$work/none.exe"
refused 'is not empty' "$ci" --os server-2022
[ ! -e "$host" ] || wrong 'a folder was made'
looks_right server-2022 makes
touch "$host/drive_c/kept"
looks_right server-2019 none # which has no DisplayVersion
[ -e "$host/drive_c/kept" ] || wrong 'what was there is gone'
looks_right server-2022 has
refused '"server-2020" is not an emulated Windows version' "$host" --os server-2020
comes_too_late
does_not_end
keeps_what_is_mine

[ "$failures" -eq 0 ]
