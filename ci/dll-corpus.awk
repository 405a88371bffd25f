# Compares two transcripts of the same runs: the first call of each run that differs, and a count.
function finish_run() {
    if (run == "") return
    runs++
    if (differs == "") return
    different++
    if (different <= 20) printf "%s\n%s", run, differs
}
function clip(line) { return substr(line, 1, 300) }
function next_other() {
    if ((getline other < second) <= 0) other = ""
    ahead = other == "" || other ~ /^\{"event":"run"/
}
function note_difference(call) {
    if (differs == "") differs = "  alone:   " clip(call) "\n  the DLL: " clip(ahead ? "(no call)" : other) "\n"
}
BEGIN {
    second = ARGV[2]
    ARGV[2] = ""
    next_other()
}
/^\{"event":"run"/ {
    if (run != "" && !ahead) note_difference("(no call)")
    finish_run()
    run = $0
    differs = ""
    while (!ahead) next_other()
    if (other != $0) {
        printf "the runs are not the same: %s\n", $0
        exit 1
    }
    next_other()
    next
}
{
    if (ahead || other != $0) note_difference($0)
    if (!ahead) next_other()
}
END {
    if (run != "" && !ahead) note_difference("(no call)")
    finish_run()
    printf "%d of %d runs differ\n", different, runs
}
