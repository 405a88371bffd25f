# Shared by the scripts in ci/: messages, the repository root, the cache folder and the Wine settings.
# Sourced, never run. The caller has already chosen `set -eu`.

ci_name=${0##*/}
ci_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Everything that is costly to make and not part of the tree lives here, shared by all checkouts.
ci_cache=${DRYDOCK_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/drydock}
case $ci_cache in
/*) ;;
*) printf '%s: error: DRYDOCK_CACHE and XDG_CACHE_HOME must be absolute paths\n' "$ci_name" >&2; exit 1 ;;
esac

say() {
    printf '%s: %s\n' "$ci_name" "$*" >&2
}

die() {
    printf '%s: error: %s\n' "$ci_name" "$*" >&2
    exit 1
}

# Prints the comment block that opens the calling script: the one place where its usage is written.
usage() {
    sed -n '2,/^$/ { /^#/!q; s/^# \{0,1\}//; p; }' "$0"
}

# Waits up to $2 seconds for the exclusive lock on file $1, held by this shell until it ends.
lock_exclusive() {
    mkdir -p "$(dirname "$1")"
    exec 9>"$1"
    flock -w "$2" 9 || die "another run has held $1 for $2 s; is it stuck?"
}

# The project's own files, one per line, relative to the root: everything git knows or would add.
# Without git (an unpacked archive) every file outside build/ and hidden folders.
project_files() {
    if git -C "$ci_root" rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git -C "$ci_root" -c core.quotePath=off ls-files --cached --others --exclude-standard |
            while IFS= read -r file; do
                if [ -f "$ci_root/$file" ]; then printf '%s\n' "$file"; fi
            done | sort -u
    else
        (cd "$ci_root" && find . \( -path ./build -o -name '.?*' \) -prune -o -type f -print) |
            sed 's,^\./,,' | sort
    fi
}

# Sets the environment every Wine process of ours runs in. The prefix is deliberately outside the
# source tree: it holds links to / and to the home folder, and tools that walk the tree follow them.
wine_settings() {
    prefix_settings "$ci_cache/wine"
    wine_lock="$ci_cache/wine.lock"
}

# The same for a host in folder $1 (ci/wine-host), which has a home of its own.
host_settings() {
    prefix_settings "$1"
    export HOME="$1/home"
}

# What host_settings sets, as words for a shell.
host_words() {
    host_settings "$1"
    printf "%s='%s' " WINEPREFIX "$WINEPREFIX" HOME "$HOME" WINEDLLOVERRIDES "$WINEDLLOVERRIDES"
    printf '%s\n' "WINEARCH=$WINEARCH"
}

prefix_settings() {
    export WINEPREFIX="$1"
    export WINEDEBUG=-all
    # No Mono, no browser engine, no menu entries on the developer's desktop, no debugger on a crash.
    export WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d'
    export WINEARCH=win64
    unset DISPLAY WAYLAND_DISPLAY
    wine_exe=$(find_wine wine64)
    wine_server=$(find_wine wineserver64)
}

# Prints the path of Wine's program $1; Debian keeps the 64-bit ones out of PATH.
find_wine() {
    if [ -x "/usr/lib/wine/$1" ]; then
        printf '%s\n' "/usr/lib/wine/$1"
    else
        command -v "$1" || command -v "${1%64}" || die "$1 is not installed; run: ci/bootstrap mingw"
    fi
}

# True when a server for our prefix is alive (signal 0 asks without disturbing).
wine_is_up() {
    [ -e "$WINEPREFIX/.ready" ] && "$wine_server" -k0 >/dev/null 2>&1
}
