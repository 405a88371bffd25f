# Reads CTest's JUnit report and prints "ran skipped failed" for ci/test. What was skipped is
# appended, one name per line, to the file named by the variable `skips`; the beginning of what the
# failed tests printed goes to the file named by `failures`.
#
# A test that lists its own cases counts as those cases: cmocka's lines, or a line of the form
# "N passed, N failed, N skipped". Any other test counts as one.
#
# CTest calls "notrun" both a test that asked to be skipped and one that could not be started. Only
# the first is a skip here. `ctest_status` is CTest's exit code: it has the last word.

function attribute(name) {
    if (!match($0, " " name "=\"[^\"]*\"")) return ""
    return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
}

function skip(name) {
    skipped++
    print name >>skips
}

function plain(text) {
    gsub(/&lt;/, "<", text)
    gsub(/&gt;/, ">", text)
    gsub(/&quot;/, "\"", text)
    gsub(/&apos;/, "'", text)
    gsub(/&amp;/, "\\&", text)
    return text
}

function finish() {
    if (test == "") return
    if (state == "disabled" || (state == "notrun" && asked_to_be_skipped)) skip(test)
    else {
        if (state != "run" && !case_failed) case_failed = 1
        # It passed, so the failures it talks of are what it wanted to see: one case.
        if (state == "run" && case_failed) case_passed = case_failed = case_skipped = 0
        if (case_passed + case_failed + case_skipped == 0) case_passed = 1
        if (case_failed) print "failed: " test "\n" output >>failures
        ran += case_passed + case_failed
        failed += case_failed
        skipped += case_skipped
    }
    test = ""
}

{ sub(/(\r|&#13;|&#xD;)$/, "") }

/^[ \t]*<testcase / {
    finish()
    test = attribute("name")
    state = attribute("status")
    asked_to_be_skipped = case_passed = case_failed = case_skipped = in_summary = lines = 0
    output = ""
}
test == "" { next }
/<\/testcase>/ { finish() }
/<skipped message="SKIP_/ { asked_to_be_skipped = 1 }
/^[ \t]*<(testcase |\/testcase>|skipped message=|failure message=)/ { next }
{
    sub(/^[ \t]*<system-out>/, "")
    sub(/<\/system-out>$/, "")
}

# Enough to see what went wrong, without the parts that went well.
!/^\[( RUN      |       OK |==========|  PASSED  )\]|^$/ && lines < 40 {
    lines++
    output = output "    " plain($0) "\n"
}

# cmocka names what failed and what was skipped again at the end of a group.
/^\[==========\]/ { in_summary = / run\.$/ }
in_summary { next }
# What a suite leaves out on a machine (tests/contract) is counted like a case that was skipped, once.
/^left out on this machine: / {
    case_skipped++
    left_out = 1
    print test ": " plain(substr($0, 27)) >>skips
    next
}
/^\[ RUN      \] / { left_out = 0 }
/^\[  SKIPPED \] / && left_out { next }
/^\[       OK \] / { case_passed++ }
/^\[  FAILED  \] / { case_failed++ }
/^\[  SKIPPED \] / {
    case_skipped++
    print test ": " substr($0, 14) >>skips
}
/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped/ {
    case_passed += $1
    case_failed += $3
    case_skipped += $5
    if ($5 > 0) print test ": " $5 " of its cases" >>skips
}

END {
    finish()
    if (ctest_status != 0 && !failed) {
        ran++
        failed++
    }
    print ran + 0, skipped + 0, failed + 0
}
