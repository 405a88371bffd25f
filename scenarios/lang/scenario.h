/* A loaded scenario: a checked file and its runs.
 *
 * Loading reads the file and the fragments it names, checks everything against the schema tables
 * for every run of the matrix, and reports all mistakes at once. A scenario that loaded without a
 * mistake can be instantiated for each run: a tree in which choices are made, `when` is decided,
 * matrix variables, let names and built-in names are replaced, and every scalar has been checked
 * against its type. Only captures (`${name.member}`) are left, since only the run knows them. */
#ifndef SCN_LANG_SCENARIO_H
#define SCN_LANG_SCENARIO_H

#include "core/base/text.h"
#include "fakes/host/builds.h"
#include "scenarios/lang/diag.h"
#include "scenarios/lang/node.h"

#include <stdint.h>

#define SCN_FILE_BYTES_MAX     ((size_t)1024 * 1024)
#define SCN_SCALAR_BYTES_MAX   ((size_t)64 * 1024)
#define SCN_DEPTH_MAX          32u
#define SCN_NODES_MAX          10000u
#define SCN_STEPS_MAX          256u
#define SCN_RUNS_MAX           4096u
#define SCN_VARIABLES_MAX      16u
#define SCN_VALUES_MAX         256u
#define SCN_LIKE_DEPTH_MAX     4u
#define SCN_FRAGMENT_FILES_MAX 32u
/* Values of a file times its runs: keeps loading, which tries every run, under a second or two. */
#define SCN_WORK_MAX ((size_t)4 * 1000 * 1000)

struct scenario;

enum scn_load_result {
    SCN_LOAD_OK,
    SCN_LOAD_FRAGMENTS, /* a fragment file: checked, has no runs; *out is NULL */
    SCN_LOAD_BAD,       /* *diags tells; *out is NULL, *source can print them */
    SCN_LOAD_NO_FILE,   /* could not be read: the one diag says why */
    SCN_LOAD_NO_MEMORY
};

/* How files are read: a fuzz target or a test reads from memory. `read` answers malloc'ed bytes, or
 * NULL with *reason when it cannot: a literal, "out of memory" where that is it. The `path` of a
 * fragment is already joined to its file's. */
struct scn_reader {
    char *(*read)(void *ctx, const char *path, size_t *size, const char **reason);
    void *ctx;
};
struct scn_reader scn_reader_files(void); /* reads from disk, at most SCN_FILE_BYTES_MAX */

/* `path` uses / between folders. Scenario and diagnostics borrow names and lines from *source. With
 * SCN_LOAD_OK it belongs to the scenario and goes with it; else the caller frees it, after the
 * diagnostics were printed (NULL is possible with SCN_LOAD_NO_MEMORY). */
enum scn_load_result scn_load(struct scenario **out, const char *path, struct scn_reader reader,
                              struct scn_diags *diags, struct scn_source **source);
void scn_source_free(struct scn_source *source);
/* The text of a line (borrowed, *len bytes without the line end), NULL when unknown. */
const char *scn_source_line(const struct scn_source *source, struct scn_place place, size_t *len);
void scenario_free(struct scenario *scenario);

/* What the file is about: a host for `drydock host` and no story. It is a scenario all the same, of one run,
 * whose steps are the faults. */
bool scenario_is_host_file(const struct scenario *scenario);
/* True when runs differ in their `os`. */
bool scenario_has_os_axis(const struct scenario *scenario);
/* Has a scenario without such a matrix play on another build, whatever it says itself; *diags then tells
 * what cannot be on that build. False without memory. */
bool scenario_set_os(struct scenario *scenario, const char *os, struct scn_diags *diags);

const char *scenario_path(const struct scenario *scenario);
const char *scenario_title(const struct scenario *scenario);
const struct scn_source *scenario_source(const struct scenario *scenario); /* the one of scn_load */
/* The file's mapping as it was written, with its fragments put in. */
const struct scn_node *scenario_tree(const struct scenario *scenario);

/* ---- runs ---- */

size_t scenario_run_count(const struct scenario *scenario);
/* "os=server-2019,engine=v25"; "" when the file has no matrix. Borrowed. */
const char *scenario_run_id(const struct scenario *scenario, size_t run);
/* The value of a matrix variable in a run; NULL when there is no such variable. Borrowed. */
const char *scenario_run_value(const struct scenario *scenario, size_t run, const char *variable);

/* What a run needs beyond the matrix; all resolved. */
struct scn_instance {
    struct scn_node root; /* the file's mapping, resolved, without `matrix`, `let` and `known
                             gap`; steps with a false `when` are
                             gone, `do` steps are replaced by the fragment's steps, `like` is
                             merged, list-form `expect` keeps the entries whose `when` holds
                             and is always a list here; a log line `warning: text` written as
                             a mapping is {level: warning, message: text}; a step that stood
                             alone and got a condition from `do` is {verb: ""} */
    const struct fake_build *build; /* host.os */
    const char *engine;             /* "v17" or "v25" */
    const char *gap;                /* reason of a known gap that holds for this run, or NULL */
    struct scn_place gap_place;     /* of its mark */
};
/* False only without memory. */
bool scenario_instance(const struct scenario *scenario, size_t run, struct scn_instance *out);
void scn_instance_release(struct scn_instance *instance);

/* ---- typed reads of resolved scalars: the schema has checked them, so these assert ---- */

bool scn_read_yes(const char *text);
int64_t scn_read_int(const char *text); /* decimal or 0x hex */
uint64_t scn_read_uint(const char *text);
uint64_t scn_read_duration_us(const char *text);
uint64_t scn_read_size(const char *text);
uint64_t scn_read_time(const char *text); /* FILETIME */
uint32_t scn_read_win32_error(const char *text);

/* True when the text holds ${name} or ${name.member}. In an instance only scalars with node->open
 * do: any other "${" there was written $${ and means the characters. In an open scalar $${ still
 * stands for them. */
bool scn_has_capture(const char *text);

#endif
