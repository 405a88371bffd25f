/* What one run works on: the emulated host, the trace over it, the daemon, what it logged,
 * captures, and the failures found so far. Internal to scenarios/run. */
#ifndef SCN_RUN_WORLD_H
#define SCN_RUN_WORLD_H

#include "core/daemon/daemon.h"
#include "core/json/json.h"
#include "fakes/host/host.h"
#include "scenarios/lang/scenario.h"
#include "scenarios/lang/value.h"
#include "scenarios/run/event.h"
#include "scenarios/run/run.h"

/* What a client gets to hear of a daemon that dies while it waits. */
#define SCN_DAEMON_DIED "the daemon's process ended"
#define SCN_DAEMON_JSON "C:\\ProgramData\\docker\\config\\daemon.json"

struct scn_log_line {
    enum wcd_log_level level;
    char *message;
};

struct scn_logs {
    struct scn_log_line *lines;
    size_t count;
    size_t capacity;
};

struct scn_capture {
    char *name;
    struct wcd_json *value;
};

struct scn_world {
    const struct scenario *scenario;
    struct scn_instance instance;
    const struct engine_rules *engine;
    const struct scn_run_options *options;
    struct scn_run_result *result;

    const struct scn_stage *stage; /* stage.h */
    struct fake_host *host;
    struct scn_quay *quay;          /* quay.h: on a real machine */
    struct wrap_detour *detour;     /* NULL: none */
    const struct plat_fs *disk;     /* where layers may lie; NULL: in the host */
    struct fake_layers *layers;     /* there; NULL: they do not */
    struct platform below;          /* the stage's own, or the detour's */
    struct scn_process **processes; /* process.h: the last one lives */
    size_t process_count;
    struct scn_fault **faults; /* faults.h */
    size_t fault_count;

    struct wcd_daemon *daemon; /* NULL: none, or killed */
    bool killed;
    struct wcd_strlist flags;      /* of that daemon, which borrows them */
    struct wcd_error daemon_error; /* of the last start or stop that failed */
    struct wcd_strlist leaked;     /* what daemons that stopped had open still when they ended */
    struct scn_logs logs;
    struct wcd_json *events; /* of the daemons before; NULL: none yet */

    struct scn_task *tasks;     /* tasks.h */
    struct scn_client *clients; /* clients.h */
    struct wcd_strlist container_names;
    struct wcd_strlist container_ids; /* of these */
    struct wcd_strlist network_names;
    struct wcd_strlist network_ids;       /* of these */
    struct wcd_strlist foreign_endpoints; /* ids of those in HNS that no daemon made */

    struct scn_capture *captures;
    size_t capture_count;
    bool suspect; /* something failed that may have been want of memory */
    bool no_memory;
};

/* What a step did. A failed step may still have a result. */
struct scn_outcome {
    struct wcd_json *result; /* owned; NULL: an empty object */
    struct wcd_error error;  /* WCD_OK: succeeded */
};

/* Always NULL / false / nothing: marks the run as void for want of memory. */
void *scn_no_memory(struct scn_world *world);

/* Adds a failure with the last calls before it. The texts are copied. */
void scn_fail(struct scn_world *world, struct scn_place place, const char *what,
              const char *expected, const char *got);
/* The same for two lists with an item per line. */
void scn_fail_lists(struct scn_world *world, struct scn_place place, const char *what,
                    const struct wcd_strlist *expected, const struct wcd_strlist *got);
/* A failure whose `got` is ready and given away (NULL: no memory for it). */
void scn_fail_take(struct scn_world *world, struct scn_place place, const char *what,
                   const char *expected, char *got);
bool scn_same_lists(const struct wcd_strlist *a, const struct wcd_strlist *b);
/* Says of what kind the failures from `first` on are. */
void scn_mark_failures(struct scn_world *world, size_t first, enum scn_failure_kind kind);

/* ---- world_host.c ---- */

/* Makes host, trace and platform, and puts on the host what the `host` mapping says; both. False when the run cannot
 * go on: there is a failure, or no memory. */
bool scn_world_make_host(struct scn_world *world);
bool scn_world_furnish_host(struct scn_world *world);
bool scn_world_build_host(struct scn_world *world);
/* Shared with the steps that change the host. Each puts its failure down itself. */
bool scn_host_services(struct scn_world *world, const struct scn_node *services);
bool scn_host_scm(struct scn_world *world, const struct scn_node *word);
bool scn_host_dlls(struct scn_world *world, const struct scn_node *dlls);
bool scn_host_environment(struct scn_world *world, const struct scn_node *variables);
bool scn_host_registry_value(struct scn_world *world, const struct scn_node *entry);
/* world_hns.c: networks, adapters and ports of the host, and what other programs made in HNS. */
bool scn_host_hns(struct scn_world *world, const struct scn_node *hns);
/* A setup call was refused: that is a failure at `place`, with the reason in `what`. */
bool scn_host_refused(struct scn_world *world, struct scn_place place, const char *what,
                      const char *name);
/* Splits 'HKLM\SOFTWARE\...'; false for a root that is not known. */
bool scn_registry_key(const char *key, enum plat_registry_root *root, const char **path);

/* ---- world_daemon.c ---- */

/* Writes daemon.json as the `daemon` mapping says. */
bool scn_world_configure_daemon(struct scn_world *world);
/* The scenario's flags with `more` (a list, or NULL) behind them. False without memory. */
bool scn_world_flags(struct scn_world *world, const struct scn_node *more, struct wcd_strlist *out);
/* Makes a daemon with these flags, which must outlive it. */
enum wcd_errc scn_world_make_daemon(struct scn_world *world, const struct wcd_strlist *flags,
                                    struct wcd_daemon **out, struct wcd_error *err);
/* Puts a daemon that was not started in the place of one that has ended. */
bool scn_world_new_daemon(struct scn_world *world, const struct scn_node *more,
                          struct wcd_error *err);
/* The daemon's process dies. */
void scn_world_kill_daemon(struct scn_world *world);
/* If the process has died at a call, puts the daemon away. True when it had. */
bool scn_world_bury(struct scn_world *world);
/* The events of all daemons so far, oldest first. NULL without memory; the caller frees. */
struct wcd_json *scn_world_events(struct scn_world *world);
/* The daemon as `gives` and `expect: daemon` see it. NULL without memory. */
struct wcd_json *scn_world_daemon_json(struct scn_world *world);
/* Ends what still runs, in good order, and reports what is left on the host. */
void scn_world_check_leftovers(struct scn_world *world, const struct scn_node *expected);
void scn_world_release(struct scn_world *world);

/* ---- time.c ---- */

/* Lets virtual time run until done(ctx), only as far as needed. False, with *err, when the daemon
 * dies meanwhile, when that never comes, or not within limit_us. */
bool scn_world_wait(struct scn_world *world, bool (*done)(void *ctx), void *ctx, uint64_t limit_us,
                    struct wcd_error *err);
/* Lets happen what can happen without time passing. */
void scn_world_settle(struct scn_world *world);
/* What happened on the host, or in time, reaches whom it is for. */
void scn_world_deliver(struct scn_world *world);
/* Lets that much time pass, from event to event, so that the daemon reacts to each at its own time.
 * False, with *err, when too much happens. */
bool scn_world_advance(struct scn_world *world, uint64_t us, struct wcd_error *err);

/* ---- capture.c ---- */

bool scn_capture_set(struct scn_world *world, const char *name, const struct wcd_json *value);
/* A copy of `node` with all references to captures replaced. A reference that leads nowhere is a
 * failure. False: failure or no memory, nothing to release. */
bool scn_capture_resolve(struct scn_world *world, const struct scn_node *node,
                         struct scn_node *out);

/* Typed reads of scalars that may have held a capture, whose value only the run knows. A text that
 * is not of the type is a failure; false then. */
bool scn_world_uint(struct scn_world *world, const struct scn_node *node, uint64_t *out);
bool scn_world_yes(struct scn_world *world, const struct scn_node *node, bool *out);
bool scn_world_seconds(struct scn_world *world, const struct scn_node *node, int32_t *out);
bool scn_world_duration_us(struct scn_world *world, const struct scn_node *node, uint64_t *out);
bool scn_world_win32_error(struct scn_world *world, const struct scn_node *node, plat_hr *out);

/* ---- steps_read.c: also used by expectations, on the untraced platform ---- */

/* `key` begins with its root. The caller frees out->data. */
plat_hr scn_registry_read(const struct plat_registry *registry, const char *key, const char *name,
                          struct plat_registry_value *out);
const char *scn_registry_type_name(uint32_t type); /* "sz", "dword", ... */
/* Number, text, list of texts, or hex. NULL without memory. */
struct wcd_json *scn_registry_data(const struct plat_registry_value *value);

/* ---- value.c ---- */

/* JSON of a part of the file: mappings, lists, and scalars by YAML 1.2's core rules (quoted ones
 * are texts). NULL without memory. */
struct wcd_json *scn_json_of_node(const struct scn_node *node);
/* The mapping `resources` of a step, its integers as numbers; empty for NULL. NULL without memory. */
struct wcd_json *scn_resources_of_node(const struct scn_node *node);
/* Copies a member, if there is one, under another name. False without memory. */
bool scn_copy_member(struct wcd_json *to, const char *key, const struct wcd_json *from,
                     const char *member);
/* A value as a scenario would write it: strings and numbers as they are, yes and no, none, lists
 * and mappings as JSON. NULL without memory. */
char *scn_json_text(const struct wcd_json *value);
/* The part of the file on one line, as it would be written. NULL without memory. */
char *scn_node_text_of(const struct scn_node *node);
/* Compares a scalar, `yes`/`no`, number or text with a value. */
bool scn_scalar_matches(const char *expected, const struct wcd_json *actual);
/* True when the text is the HRESULT, as 0x80070005 or as the signed number. */
bool scn_hr_is(const char *text, plat_hr hr);
/* Only the members that `expected` names are compared; lists as a whole. A mapping or list fits a text as well that
 * is JSON of it. */
bool scn_value_matches(const struct scn_node *expected, const struct wcd_json *actual);
/* The same, with a failure for every difference. `what` names the value. */
void scn_expect_value(struct scn_world *world, const char *what, const struct scn_node *expected,
                      const struct wcd_json *actual);
/* The same for the member of `object` that is called as `child`; a failure also when there is none. */
void scn_expect_member(struct scn_world *world, const char *what, const struct scn_node *child,
                       const struct wcd_json *object);
/* The failure of a member that is expected of `object` (NULL: there is none) and not there. */
void scn_fail_missing(struct scn_world *world, const char *what, const struct scn_node *expected,
                      const struct wcd_json *object, const char *member);

#endif
