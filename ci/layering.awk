# The rules of ci/layering. Input: "top NAME" for each entry at the top of the tree, then
# "file PATH" for each of the project's files, relative to the current folder.

BEGIN {
    # Design section 1. Key: who looks; value: prefixes it may include. The longest key wins, so
    # that the foundations of core know nothing above them: the seam, base on it, json on base.
    may["core/"] = "core/"
    may["core/platform/"] = "core/platform/"
    may["core/base/"] = "core/base/ core/platform/"
    may["core/json/"] = "core/json/ core/base/"
    may["fakes/"] = "fakes/ core/platform/ core/base/ core/json/"
    may["real/"] = "real/ core/platform/ core/base/ core/json/"
    may["scenarios/"] = "scenarios/ core/ fakes/"
    # Where the program is put together.
    may["scenarios/cli/main.c"] = "scenarios/ core/ fakes/ real/"
    may["scenarios/cli/console"] = "scenarios/ core/ fakes/ real/"
    may["tests/"] = "core/ fakes/ real/ scenarios/ tests/"

    words(top_allowed, "CMakeLists.txt CMakePresets.json README.md CHANGELOG.md core fakes real " \
        "scenarios tests ci build")
    words(standard, "assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h " \
        "locale.h math.h setjmp.h signal.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h " \
        "stdint.h stdio.h stdlib.h stdnoreturn.h string.h tgmath.h time.h uchar.h wchar.h wctype.h")

    # Third-party headers and the rooms that own them.
    library["cjson/cJSON.h"] = library["cJSON.h"] = "core/json/ tests/"
    library["libfyaml.h"] = "scenarios/ tests/"
    # POSIX threads, which mingw-w64 has as well.
    library["pthread.h"] = "real/ fakes/live/ fakes/remote/ fakes/dll/ fakes/wrap/detour scenarios/cli/host_service tests/"
    words(libmd, "md2.h md4.h md5.h ripemd.h rmd160.h sha.h sha1.h sha2.h sha256.h sha512.h")
    for (header in libmd) library[header] = "core/base/digest.c"
    library["cmocka.h"] = library["cmocka_pbc.h"] = "tests/"

    words(platform_words, "_WIN32 _WIN64 WIN32 __WIN32__ __linux__ __linux __MINGW32__ __MINGW64__ " \
        "_MSC_VER __unix__ __unix __APPLE__ __CYGWIN__ __GLIBC__ __ANDROID__ __FreeBSD__")
    words(banned, "strcpy strcat sprintf vsprintf gets strtok atoi atol rand sleep usleep")
    max_function = 70
    max_file = 800
}

function words(set, list,    parts, n, i) {
    n = split(list, parts, " ")
    for (i = 1; i <= n; i++) set[parts[i]] = 1
}

function report(file, line, rule, text) {
    printf "%s:%d: %s: %s\n", file, line, rule, text
    violations++
}

# True when path begins with one of the prefixes in list.
function under(path, list,    parts, n, i) {
    n = split(list, parts, " ")
    for (i = 1; i <= n; i++) if (index(path, parts[i]) == 1) return 1
    return 0
}

$1 == "top" {
    name = substr($0, 5)
    if (name !~ /^\./ && !(name in top_allowed))
        report(name, 1, "top", "not one of the entries that stand at the top (design.md, section 1)")
    next
}

$1 == "file" {
    path = substr($0, 6)
    if (path !~ /^(ci|build|\.[^\/]*)\// || path ~ /CMakeLists\.txt$|\.cmake$/) files[++count] = path
    exists[path] = 1
}

END {
    for (i = 1; i <= count; i++)
        if (files[i] ~ /(^|\/)CMakeLists\.txt$|\.cmake$/) read_cmake(files[i])
    for (i = 1; i <= count; i++)
        if (files[i] ~ /\.[ch]$/) {
            checked++
            check(files[i])
        }
    printf "layering: %d files, %d violations\n", checked, violations
    exit violations > 0
}

# Collects the sources that a CMake file names, relative to itself or to the root. A name may hold
# the variable of a foreach() over words: "test_${suite}.c".
function read_cmake(path,    line, folder, parts, n, i, loop, loops) {
    folder = path
    if (!sub(/[^\/]*$/, "", folder)) folder = ""
    loop = ""
    split("", loops)
    while ((getline line < path) > 0) {
        sub(/#.*/, "", line)
        gsub(/\)/, " ) ", line)
        gsub(/["(;,<>:]/, " ", line) # what surrounds a name, in generator expressions too
        n = split(line, parts, /[ \t]+/)
        for (i = 1; i <= n; i++) {
            if (parts[i] == "foreach") {
                loop = parts[++i]
                loops[loop] = ""
            } else if (parts[i] == ")") loop = ""
            else if (loop != "") loops[loop] = loops[loop] " " parts[i]
            else if (parts[i] ~ /\.c$/) list_source(folder, parts[i], loops)
        }
    }
    close(path)
}

function list_source(folder, name, loops,    key, variable, items, n, i, expanded) {
    for (key in loops) {
        variable = "${" key "}"
        if (!index(name, variable)) continue
        n = split(loops[key], items, " ")
        for (i = 1; i <= n; i++) {
            expanded = substr(name, 1, index(name, variable) - 1) items[i] \
                substr(name, index(name, variable) + length(variable))
            list_source(folder, expanded, loops)
        }
        return
    }
    if (sub(/^\$\{(CMAKE_SOURCE_DIR|PROJECT_SOURCE_DIR|CMAKE_CURRENT_LIST_DIR|CMAKE_CURRENT_SOURCE_DIR)\}\//, "", name))
        listed[name] = 1
    listed[folder name] = 1
}

# Chooses the rules for a file, then goes through its lines.
function check(path,    line, code, key, free, windows, number, opened, in_comment) {
    allowed = ""
    longest = 0
    for (key in may)
        if (index(path, key) == 1 && length(key) > longest) {
            longest = length(key)
            allowed = may[key]
        }
    if (path ~ /\.c$/ && !(path in listed))
        report(path, 1, "unlisted", "no CMakeLists.txt names this file, so nothing compiles it")
    free = path ~ /^(real|fakes\/dll)\//
    # What tests real/ and the DLLs makes Windows' own calls, and is compiled for Windows alone: no conditional is needed.
    windows = free || path ~ /^tests\/(unit\/real|dll)\//

    number = opened = 0
    comment = 0
    while ((getline line < path) > 0) {
        number++
        in_comment = comment
        code = strip(line)
        if (!in_comment && line ~ /^[ \t]*#[ \t]*include/) check_include(path, number, line, windows)
        else check_words(path, number, code, free)
        if (line ~ /^\{/) opened = number
        else if (line ~ /^\}/) {
            if (opened && number - opened - 1 > max_function)
                report(path, opened, "function-length", \
                    "a body of " (number - opened - 1) " lines; the limit is " max_function)
            opened = 0
        }
    }
    close(path)
    if (number > max_file)
        report(path, number, "file-length", number " lines; the limit is " max_file)
}

function check_include(path, number, line, windows,    name) {
    sub(/^[ \t]*#[ \t]*include[ \t]*/, "", line)
    if (line ~ /^"/) {
        name = substr(line, 2)
        sub(/".*/, "", name)
        if (!(name in exists))
            report(path, number, "include", "\"" name "\" is not the path of a header from the top of the tree")
        else if (!under(name, allowed))
            report(path, number, "include", "\"" name "\" is out of bounds here; allowed: " allowed)
    } else if (line ~ /^</) {
        name = substr(line, 2)
        sub(/>.*/, "", name)
        if (name in library) {
            if (!under(path, library[name]))
                report(path, number, "include", "<" name "> belongs to " library[name])
        } else if (name == "assert.h" && path ~ /^core\// && path !~ /^core\/base\//)
            report(path, number, "assert", "use the assertions of core/base")
        else if (!windows && !(name in standard))
            report(path, number, "os-header", "<" name "> is not a header of the C language")
    } else
        report(path, number, "include", "the included file must be named in the line itself")
}

function check_words(path, number, code, free,    word, before, rest) {
    rest = code
    before = ""
    while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
        word = substr(rest, RSTART, RLENGTH)
        before = substr(before substr(rest, 1, RSTART - 1), 1)
        rest = substr(rest, RSTART + RLENGTH)
        if (!free && word in platform_words)
            report(path, number, "platform", word " outside real/ and fakes/dll/")
        else if (word in banned && rest ~ /^[ \t]*\(/ && before !~ /(\.|->)[ \t]*$/)
            report(path, number, "banned", word "() is not used in this project")
        before = word
    }
}

# Returns the line without comments and without what is inside quotes. The global `comment` says
# whether the line begins, and afterwards ends, inside a comment.
function strip(line,    out, token, end) {
    out = ""
    while (line != "") {
        if (comment) {
            end = index(line, "*/")
            if (!end) return out
            line = substr(line, end + 2)
            comment = 0
            out = out " "
            continue
        }
        if (!match(line, /"|'|\/\*|\/\//)) return out line
        token = substr(line, RSTART, RLENGTH)
        out = out substr(line, 1, RSTART - 1)
        line = substr(line, RSTART)
        if (token == "//") return out
        if (token == "/*") {
            comment = 1
            line = substr(line, 3)
        } else if (match(line, token == "\"" ? "^\"([^\"\\\\]|\\\\.)*\"" : "^'([^'\\\\]|\\\\.)*'")) {
            out = out token token
            line = substr(line, RLENGTH + 1)
        } else
            return out # a lone quote: an apostrophe in an #error, or a literal continued below
    }
    return out
}
