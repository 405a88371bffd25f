/* The tables of `expect`: what must be true at the end of a run. */
#include "fakes/wrap/functions.h"
#include "scenarios/lang/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- the daemon ---- */

static const char *const state_words[] = {"not started", "running", "failed", "stopped", NULL};
static const struct scn_scalar state_scalar = {SCN_WORD, "a state of the daemon", state_words, 0,
                                               0};
static const struct scn_shape state_shape = {.scalar = &state_scalar};

static const struct scn_field daemon_fields[] = {
    {"state", &state_shape, 0, "How it stands.", "running"},
    {"exit code", &scn_uint_shape, 0, "The process's exit code, once it has ended.", "1"},
    {"error", &scn_text_shape, 0, "The whole message of the last start or stop that failed.", NULL},
    {"default isolation", &scn_text_shape, 0, "What containers get that ask for none.", "process"},
    {"root", &scn_text_shape, 0, "The folder it keeps its data in.", "'C:\\ProgramData\\docker'"},
    {"exec root", &scn_text_shape, 0, "The folder for state files.", NULL},
    {"plugin exec root", &scn_text_shape, 0, "The folder for plugins' state files.", NULL},
    {"runtime", &scn_text_shape, 0, "The runtime that was chosen.", "com.docker.hcsshim.v1"},
    {"remote runtime", &scn_yes_shape, 0, "It works through containerd.", "no"},
    {"bridge", &scn_yes_shape, 0, "It makes the default network.", "yes"},
    {"parallel limit", &scn_uint_shape, 0, "How many containers it starts or stops at once.", "8"},
    {"processors", &scn_uint_shape, 0, "The processors it counted.", "4"},
};
static const struct scn_map daemon_map = {.title = "expect: daemon",
                                          .fields = daemon_fields,
                                          .count = COUNT(daemon_fields),
                                          .filled = true};
static const struct scn_shape daemon_shape = {.map = &daemon_map};

/* ---- logs ---- */

static const char *const level_words[] = {"debug", "info", "warning", "error", "fatal", NULL};
static const struct scn_scalar level_scalar = {SCN_WORD, "a level", level_words, 0, 0};
static const struct scn_shape level_shape = {.scalar = &level_scalar};
static const struct scn_field log_fields[] = {
    {"level", &level_shape, 0, "The level; left out: any.", "warning"},
    {"message", &scn_text_shape, 0, "The whole message.", NULL},
    {"contains", &scn_text_shape, 0, "A part of the message.", NULL},
    {"debug", &scn_text_shape, SCN_ALONE, "`debug: x` is the same as { level: debug, message: x }.",
     NULL},
    {"info", &scn_text_shape, SCN_ALONE, "The same for the level info.", NULL},
    {"warning", &scn_text_shape, SCN_ALONE, "The same for the level warning.", NULL},
    {"error", &scn_text_shape, SCN_ALONE, "The same for the level error.", NULL},
    {"fatal", &scn_text_shape, SCN_ALONE, "The same for the level fatal.", NULL},
};

static const char *const log_not_both[] = {"message", "contains", NULL};
const struct scn_map scn_log_map = {.title = "a log line",
                                    .fields = log_fields,
                                    .count = COUNT(log_fields),
                                    .not_both = log_not_both,
                                    .filled = true};
static const struct scn_scalar line_scalar = {SCN_LOG_LINE, "a log line", NULL, 0, 0};
static const struct scn_shape line_shape = {
    .name = "log line", .scalar = &line_scalar, .map = &scn_log_map};
static const struct scn_shape lines_shape = {.item = &line_shape};

static const struct scn_map counts_map = {.any = &scn_uint_shape, .any_name = "a line"};
static const struct scn_shape counts_shape = {.name = "counts", .map = &counts_map};

static const struct scn_field logs_fields[] = {
    {"in order", &lines_shape, 0, "These lines, in this order, others between them or not.", NULL},
    {"any order", &lines_shape, 0, "These lines, wherever.", NULL},
    {"never", &lines_shape, 0, "None of these.", NULL},
    {"only", &lines_shape, 0, "Exactly these lines in this order and no others; [] for none.",
     NULL},
    {"at most", &counts_shape, 0, "How often a line may stand there.",
     "{ 'warning: low memory': 1 }"},
};
static const struct scn_map logs_map = {
    .title = "expect: logs", .fields = logs_fields, .count = COUNT(logs_fields), .filled = true};
static const struct scn_shape logs_shape = {.map = &logs_map};

/* ---- calls ---- */

static const struct scn_scalar function_scalar = {SCN_FUNCTION, "a function that traces show", NULL,
                                                  0, 0};
const struct scn_shape scn_function_shape = {.name = "function", .scalar = &function_scalar};
static const struct scn_field call_fields[] = {
    {"fn", &scn_function_shape, 0, "The Windows function.", "OpenServiceW"},
    {"notification", &scn_notification_shape, 0, "A notification that came, by its name.",
     "SystemExited"},
    {"container", &scn_text_shape, 0, "The container whose compute system it is about.", "web"},
    {"args", &scn_free_map_shape, 0, "Its arguments; only those named are compared.",
     "{ lpServiceName: hns }"},
    {"hr", &scn_code_shape, 0, "What it answered.", "0x80070424"},
    {"result", &scn_free_map_shape, 0, "What it gave back; only members named are compared.", NULL},
};
static const char *const call_one_of[] = {"fn", "notification", NULL};
const struct scn_map scn_call_map = {
    .title = "a call", .fields = call_fields, .count = COUNT(call_fields), .one_of = call_one_of};
static const struct scn_shape call_shape = {
    .name = "call", .scalar = &function_scalar, .map = &scn_call_map};
static const struct scn_shape call_list_shape = {.item = &call_shape};
static bool function_name(size_t index, const char **word)
{
    size_t count = 0;
    const struct wrap_function *functions = wrap_functions(&count);
    if (index >= count) {
        return false;
    }
    *word = functions[index].name;
    return true;
}

static const struct scn_map call_counts_map = {.title = "at most",
                                               .any = &scn_uint_shape,
                                               .any_name = "a function that traces show",
                                               .any_word = function_name};
static const struct scn_shape call_counts_shape = {.name = "call counts", .map = &call_counts_map};
static const struct scn_field calls_fields[] = {
    {"in order", &call_list_shape, 0, "These calls, in this order, others between them or not.",
     "[OpenSCManagerW, { fn: OpenServiceW, args: { lpServiceName: hns } }]"},
    {"any order", &call_list_shape, 0, "These calls, wherever.", NULL},
    {"never", &call_list_shape, 0, "None of these.", "[CreateDirectoryW]"},
    {"only", &call_list_shape, 0, "Exactly these calls in this order and no others.", NULL},
    {"at most", &call_counts_shape, 0, "How often a function may be called.",
     "{ RegOpenKeyExW: 2 }"},
};
static const struct scn_map calls_map = {
    .title = "expect: calls", .fields = calls_fields, .count = COUNT(calls_fields), .filled = true};
static const struct scn_shape calls_shape = {.map = &calls_map};

/* ---- the host ---- */

static const char *const kind_words[] = {"file", "directory", "nothing", NULL};
static const struct scn_scalar kind_scalar = {SCN_WORD, "what stands there", kind_words, 0, 0};
static const struct scn_shape kind_shape = {.scalar = &kind_scalar};
static const struct scn_field file_fields[] = {
    {"kind", &kind_shape, 0, "What is there.", "directory"},
    {"content", &scn_text_shape, 0, "The file's whole content.", NULL},
    {"contains", &scn_text_shape, 0, "A part of the content.", NULL},
    {"acl", &scn_text_shape, 0, "The access list, as SDDL.", NULL},
};
static const char *const file_not_both[] = {"content", "contains", NULL};
static const struct scn_map file_map = {.title = "an expected file",
                                        .fields = file_fields,
                                        .count = COUNT(file_fields),
                                        .not_both = file_not_both,
                                        .filled = true};
static const struct scn_shape file_shape = {.map = &file_map};
static const struct scn_map files_map = {.any = &file_shape, .any_name = "a path"};
static const struct scn_shape files_shape = {.map = &files_map};

static const struct scn_field registry_fields[] = {
    {"key", &scn_reg_key_shape, SCN_REQUIRED, "The key, with its root.", NULL},
    {"value", &scn_text_shape, 0, "The value's name; left out: the key's default value.", NULL},
    {"type", &scn_reg_type_shape, 0, "The value's type.", NULL},
    {"data", &scn_data_shape, 0, "What it holds.", NULL},
    {"missing", &scn_yes_shape, 0, "It is not there.", "yes"},
};
static const char *const registry_one_of[] = {"data", "missing", NULL};
static const struct scn_map registry_map = {.title = "an expected value",
                                            .fields = registry_fields,
                                            .count = COUNT(registry_fields),
                                            .one_of = registry_one_of,
                                            .rule = SCN_RULE_REGISTRY};
static const struct scn_shape registry_entry_shape = {.map = &registry_map};
static const struct scn_shape registry_shape = {.item = &registry_entry_shape};

static const struct scn_field host_fields[] = {
    {"files", &files_shape, 0, "Files and folders by path.",
     "{ 'C:\\docker': { kind: directory } }"},
    {"registry", &registry_shape, 0, "Registry values.", NULL},
    {"services", &scn_services_shape, 0, "Services and the condition each is in.",
     "{ hns: running }"},
};
static const struct scn_map host_map = {
    .title = "expect: host", .fields = host_fields, .count = COUNT(host_fields), .filled = true};
static const struct scn_shape host_shape = {.map = &host_map};

/* ---- compute systems ---- */

static const struct scn_field system_fields[] = {
    {"container", &scn_text_shape, 0, "The container that it is.", "web"},
    {"id", &scn_text_shape, 0, "Its id.", "'${web.id}'"},
    {"state", &scn_text_shape, 0,
     "Its state: created, starting, running, paused, saved, stopping, ...", "running"},
    {"isolation", &scn_text_shape, 0, "process, hyperv, machine or hosted.", "process"},
    {"owner", &scn_text_shape, 0, "Who made it.", "docker"},
    {"processes", &scn_uint_shape, 0, "How many processes live in it that HCS made.", "1"},
    {"handles", &scn_uint_shape, 0, "How many handles are open on it.", "1"},
};
static const char *const system_one_of[] = {"container", "id", NULL};
static const struct scn_map system_map = {.title = "a compute system",
                                          .fields = system_fields,
                                          .count = COUNT(system_fields),
                                          .one_of = system_one_of};
static const struct scn_shape system_shape = {.map = &system_map};
static const char *const nothing_words[] = {"nothing", NULL};
static const struct scn_scalar nothing_scalar = {SCN_WORD, "the word for an empty list",
                                                 nothing_words, 0, 0};
static const struct scn_shape systems_shape = {.scalar = &nothing_scalar, .item = &system_shape};

/* ---- all ---- */

static const struct scn_shape left_shape = {.scalar = &nothing_scalar, .item = &scn_text_shape};
static const struct scn_scalar span_scalar = {SCN_SPAN, "a span of virtual time", NULL, 0, 0};
static const struct scn_shape span_shape = {.scalar = &span_scalar};

/* What can be true at any time. */
#define MOMENT_ROWS                                                                                \
    {"daemon", &daemon_shape, 0, "The daemon, by the members named.", "{ state: running }"},       \
        {"container NAME", &scn_expect_container_shape, SCN_NAMED,                                 \
         "A container, by the members named, or `missing`.", "{ state: exited, exit code: 3 }"},   \
        {"network NAME", &scn_expect_network_shape, SCN_NAMED,                                     \
         "A network of the daemon, by the members named, or `missing`.", "{ driver: nat }"},       \
        {"networks", &scn_texts_shape, 0,                                                          \
         "The names of the daemon's networks: exactly these, in any order.", "[nat, none]"},       \
        {"hns", &scn_expect_hns_shape, 0, "What the network service has.",                         \
         "{ networks: [nat], endpoints: 0 }"},                                                     \
        {"output of NAME", &scn_output_shape, SCN_NAMED,                                           \
         "What a container wrote, as its logs have it: a text, a list of lines, or more.",         \
         "[one, two]"},                                                                            \
        {"events", &scn_events_shape, 0, "What the daemons told of what happened.",                \
         "{ in order: [start web, die web exitCode=3] }"},                                         \
        {"compute systems", &systems_shape, 0,                                                     \
         "What the compute service runs: `nothing`, or a list.", "[{ container: web }]"},          \
        {"logs", &logs_shape, 0, "What the daemon logged.", NULL},                                 \
        {"calls", &calls_shape, 0, "The platform calls that were made.", NULL},                    \
        {"host", &host_shape, 0, "What is on the host.", NULL},                                    \
    {                                                                                              \
        "virtual time", &span_shape, 0, "How long the run took on the virtual clock.", "under 2m"  \
    }

#define EXPECT_ROWS                                                                                  \
    MOMENT_ROWS,                                                                                     \
    {                                                                                                \
        "left on host", &left_shape, 0,                                                              \
            "Handles that stay open, compute systems and endpoints that stay: `nothing` (also when " \
            "left out), or a list of texts.",                                                        \
            "nothing"                                                                                \
    }

static const struct scn_field expect_fields[] = {EXPECT_ROWS};
const struct scn_map scn_expect_map = {
    .title = "expect", .fields = expect_fields, .count = COUNT(expect_fields), .filled = true};

static const struct scn_field moment_fields[] = {MOMENT_ROWS};
static const struct scn_map moment_map = {
    .title = "check", .fields = moment_fields, .count = COUNT(moment_fields), .filled = true};
const struct scn_shape scn_check_shape = {.name = "moment", .map = &moment_map};

static const struct scn_field entry_fields[] = {
    {"when", &scn_when_shape, 0, "The runs for which the entry counts.", "{ os: clients }"},
    EXPECT_ROWS,
};
const struct scn_map scn_expect_entry_map = {.title = "an entry of expect",
                                             .fields = entry_fields,
                                             .count = COUNT(entry_fields),
                                             .filled = true};
static const struct scn_shape entry_shape = {.name = "expectation entry",
                                             .map = &scn_expect_entry_map};
const struct scn_shape scn_expect_shape = {
    .item = &entry_shape, .map = &scn_expect_map, .fixed = true};
