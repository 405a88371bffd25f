/* The tables of a container's life: what its verbs take, and what can be said of it. */
#include "scenarios/lang/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct scn_scalar text_scalar = {SCN_TEXT, "a text", NULL, 0, 0};
static const struct scn_scalar seconds_scalar = {SCN_SECONDS, "a number of seconds", NULL, 0, 0};
static const struct scn_scalar cells_scalar = {SCN_UINT, "a number of cells", NULL, 0, UINT32_MAX};
const struct scn_shape scn_seconds_shape = {.name = "seconds", .scalar = &seconds_scalar};
static const struct scn_shape cells_shape = {.scalar = &cells_scalar};

static const struct scn_map filters_map = {.any = &scn_data_shape, .any_name = "a filter"};
static const struct scn_shape filters_shape = {.map = &filters_map};
static const struct scn_shape words_shape = {.scalar = &text_scalar, .item = &scn_text_shape};
static const struct scn_shape size_shape = {
    .item = &scn_uint_shape, .items_min = 2, .items_max = 2};

#define CONTAINER_ROW                                                                              \
    {                                                                                              \
        "name", &scn_text_shape, SCN_REQUIRED,                                                     \
            "The container: a name, or the beginning of an id.", "web"                             \
    }

/* ---- what health checks and log drivers are ---- */

static const struct scn_field health_fields[] = {
    {"test", &words_shape, SCN_REQUIRED,
     "What is run: a command line, or a list as the API has it.", "'check.exe --fast'"},
    {"interval", &scn_duration_shape, 0, "How long between two probes; left out: 30s.", "10s"},
    {"timeout", &scn_duration_shape, 0, "How long a probe may take; left out: 30s.", "5s"},
    {"start period", &scn_duration_shape, 0, "For how long failures do not count; left out: none.",
     "1m"},
    {"start interval", &scn_duration_shape, 0,
     "How long between two probes in that time; left out: 5s.", "1s"},
    {"retries", &scn_uint_shape, 0, "How many failures in a row are too many; left out: 3.", "2"},
};
static const struct scn_map health_map = {
    .title = "health check", .fields = health_fields, .count = COUNT(health_fields)};
const struct scn_shape scn_health_check_shape = {.scalar = &text_scalar, .map = &health_map};

static const struct scn_field driver_fields[] = {
    {"type", &scn_text_shape, SCN_REQUIRED, "The driver.", "json-file"},
    {"options", &scn_names_shape, 0, "Its options.", "{ max-size: 10m }"},
};
static const struct scn_map driver_map = {
    .title = "log driver", .fields = driver_fields, .count = COUNT(driver_fields)};
const struct scn_shape scn_log_driver_shape = {.scalar = &text_scalar, .map = &driver_map};

/* ---- stopping, signals, waiting, removing ---- */

static const struct scn_field stop_fields[] = {
    CONTAINER_ROW,
    {"timeout", &scn_seconds_shape, 0,
     "How long it has to end by itself; left out: the container's own, else 10s.", "3s"},
    {"signal", &scn_text_shape, 0, "The signal; left out: the container's.", "SIGINT"},
};
static const struct scn_map stop_map = {
    .title = "stop container", .fields = stop_fields, .count = COUNT(stop_fields)};
const struct scn_shape scn_stop_shape = {.name = "stop", .scalar = &text_scalar, .map = &stop_map};

static const struct scn_field kill_fields[] = {
    CONTAINER_ROW,
    {"signal", &scn_text_shape, 0, "The signal as the API takes it; left out: KILL.", "SIGTERM"},
};
static const struct scn_map kill_map = {
    .title = "kill container", .fields = kill_fields, .count = COUNT(kill_fields)};
const struct scn_shape scn_kill_shape = {.scalar = &text_scalar, .map = &kill_map};

static const struct scn_field wait_fields[] = {
    CONTAINER_ROW,
    {"condition", &scn_text_shape, 0,
     "What is waited for, in the API's word: not-running (also when left out), next-exit, removed.",
     "next-exit"},
};
static const struct scn_map wait_map = {
    .title = "wait container", .fields = wait_fields, .count = COUNT(wait_fields)};
const struct scn_shape scn_wait_shape = {.scalar = &text_scalar, .map = &wait_map};

static const struct scn_field remove_fields[] = {
    CONTAINER_ROW,
    {"force", &scn_yes_shape, 0, "Also when it runs; left out: no.", "yes"},
    {"volumes", &scn_yes_shape, 0, "And its volumes; left out: no.", "yes"},
};
static const struct scn_map remove_map = {
    .title = "remove container", .fields = remove_fields, .count = COUNT(remove_fields)};
const struct scn_shape scn_remove_shape = {.scalar = &text_scalar, .map = &remove_map};

static const struct scn_field rename_fields[] = {
    CONTAINER_ROW,
    {"to", &scn_text_shape, SCN_REQUIRED, "Its new name.", "web2"},
};
static const struct scn_map rename_map = {
    .title = "rename container", .fields = rename_fields, .count = COUNT(rename_fields)};
const struct scn_shape scn_rename_shape = {.map = &rename_map};

static const struct scn_field update_fields[] = {
    CONTAINER_ROW,
    {"resources", &scn_resources_shape, 0, "Limits, by their names in the API.",
     "{ CpuShares: 512 }"},
    {"restart policy", &scn_restart_shape, 0, "When it is started again.", "{ name: always }"},
};
static const struct scn_map update_map = {
    .title = "update container", .fields = update_fields, .count = COUNT(update_fields)};
const struct scn_shape scn_update_shape = {.map = &update_map};

/* ---- execs and attached clients ---- */

static const struct scn_field exec_fields[] = {
    {"container", &scn_text_shape, SCN_REQUIRED, "The container.", "web"},
    {"command", &words_shape, SCN_REQUIRED,
     "The command: a list, or a text that is cut at its blanks.", "cmd /c dir"},
    {"tty", &scn_yes_shape, 0, "It has a terminal; left out: no.", "yes"},
    {"console size", &size_shape, 0, "Height and width of the terminal.", "[25, 80]"},
    {"interactive", &scn_yes_shape, 0, "A client writes its input; left out: no.", "yes"},
    {"stdin", &scn_text_shape, 0, "Its whole input, after which it is closed.", "'exit\\n'"},
    {"detach", &scn_yes_shape, 0, "Nobody waits for it; left out: no.", "yes"},
    {"detach keys", &scn_text_shape, 0, "The keys that detach a client.", "'ctrl-x,x'"},
    {"env", &scn_texts_shape, 0, "Variables.", "['A=1']"},
    {"user", &scn_text_shape, 0, "The user.", "ContainerUser"},
    {"working dir", &scn_text_shape, 0, "The folder it begins in.", "'C:\\app'"},
    {"privileged", &scn_yes_shape, 0, "It asks for all rights; left out: no.", "yes"},
};
static const char *const exec_not_both[] = {"detach", "stdin",       "detach", "interactive",
                                            "stdin",  "interactive", NULL};
static const struct scn_map exec_map = {
    .title = "exec", .fields = exec_fields, .count = COUNT(exec_fields), .not_both = exec_not_both};
const struct scn_shape scn_exec_shape = {.map = &exec_map};

static const struct scn_field attach_fields[] = {
    {"container", &scn_text_shape, SCN_REQUIRED, "The container.", "web"},
    {"client", &scn_text_shape, 0, "What the client is called; left out: as the container.", "one"},
    {"input", &scn_yes_shape, 0, "It writes; left out: yes.", "no"},
    {"output", &scn_yes_shape, 0, "It reads what is written to stdout; left out: yes.", "no"},
    {"error", &scn_yes_shape, 0, "It reads what is written to stderr; left out: yes.", "no"},
    {"logs", &scn_yes_shape, 0, "What was written before comes first; left out: no.", "yes"},
    {"detach keys", &scn_text_shape, 0, "The keys that detach it; left out: ctrl-p,ctrl-q.",
     "'ctrl-x,x'"},
};
static const struct scn_map attach_map = {
    .title = "attach", .fields = attach_fields, .count = COUNT(attach_fields)};
const struct scn_shape scn_attach_shape = {.scalar = &text_scalar, .map = &attach_map};

static const struct scn_field write_fields[] = {
    {"to", &scn_text_shape, SCN_REQUIRED,
     "The client: its name, or the one of an exec in the background.", "web"},
    {"text", &scn_text_shape, 0, "What is typed.", "\"abc\\x10\\x11\""},
    {"line", &scn_text_shape, 0, "The same with a line end behind it.", "exit"},
};
static const char *const write_one_of[] = {"text", "line", NULL};
static const struct scn_map write_map = {.title = "write input",
                                         .fields = write_fields,
                                         .count = COUNT(write_fields),
                                         .one_of = write_one_of};
const struct scn_shape scn_write_input_shape = {.map = &write_map};

static const struct scn_field resize_fields[] = {
    CONTAINER_ROW,
    {"height", &cells_shape, SCN_REQUIRED, "Lines.", "25"},
    {"width", &cells_shape, SCN_REQUIRED, "Columns.", "80"},
};
static const struct scn_map resize_map = {
    .title = "resize container", .fields = resize_fields, .count = COUNT(resize_fields)};
const struct scn_shape scn_resize_shape = {.map = &resize_map};

static const struct scn_field resize_exec_fields[] = {
    {"exec", &scn_text_shape, SCN_REQUIRED, "Its id, or the name of an exec in the background.",
     "'${shell.id}'"},
    {"height", &cells_shape, SCN_REQUIRED, "Lines.", "25"},
    {"width", &cells_shape, SCN_REQUIRED, "Columns.", "80"},
};
static const struct scn_map resize_exec_map = {
    .title = "resize exec", .fields = resize_exec_fields, .count = COUNT(resize_exec_fields)};
const struct scn_shape scn_resize_exec_shape = {.map = &resize_exec_map};

/* ---- questions ---- */

static const struct scn_field logs_fields[] = {
    CONTAINER_ROW,
    {"stdout", &scn_yes_shape, 0, "What was written to stdout; left out: yes.", "no"},
    {"stderr", &scn_yes_shape, 0, "What was written to stderr; left out: yes.", "no"},
    {"tail", &scn_text_shape, 0, "How many of the last lines; left out: all.", "10"},
    {"since", &scn_text_shape, 0, "Only lines from that time on, as the API has it.",
     "'1535239939.5'"},
    {"until", &scn_text_shape, 0, "Only lines before that time.", "'1535239939.5'"},
    {"timestamps", &scn_yes_shape, 0, "With their times; left out: no.", "yes"},
};
static const struct scn_map logs_map = {
    .title = "read logs", .fields = logs_fields, .count = COUNT(logs_fields)};
const struct scn_shape scn_read_logs_shape = {.scalar = &text_scalar, .map = &logs_map};

static const struct scn_field top_fields[] = {
    CONTAINER_ROW,
    {"arguments", &scn_text_shape, 0, "Those of ps.", "'-ef'"},
};
static const struct scn_map top_map = {
    .title = "top", .fields = top_fields, .count = COUNT(top_fields)};
const struct scn_shape scn_top_shape = {.scalar = &text_scalar, .map = &top_map};

static const struct scn_field list_fields[] = {
    {"all", &scn_yes_shape, 0, "Also those that do not run; left out: no.", "yes"},
    {"limit", &scn_uint_shape, 0, "At most so many, the last ones that were made.", "3"},
    {"size", &scn_yes_shape, 0, "With their sizes; left out: no.", "yes"},
    {"filters", &filters_shape, 0, "The API's filters.", "{ status: [exited], name: web }"},
};
static const struct scn_map list_map = {
    .title = "list containers", .fields = list_fields, .count = COUNT(list_fields)};
const struct scn_shape scn_list_shape = {.map = &list_map, .empty = true};

/* ---- what is known of a container ---- */

static const char *const state_words[] = {"created",  "running", "paused", "restarting",
                                          "removing", "exited",  "dead",   NULL};
static const struct scn_scalar state_scalar = {SCN_WORD, "a state of a container", state_words, 0,
                                               0};
static const struct scn_shape state_shape = {.name = "container state", .scalar = &state_scalar};
static const char *const health_words[] = {"none", "starting", "healthy", "unhealthy", NULL};
static const struct scn_scalar health_scalar = {SCN_WORD, "a state of health", health_words, 0, 0};
static const struct scn_shape health_shape = {.name = "health", .scalar = &health_scalar};

#define STATE_ROWS                                                                                 \
    {"state", &state_shape, 0, "How it stands.", "exited"},                                        \
        {"exit code", &scn_uint_shape, 0, "The exit code of its last run.", "3221225786"},         \
        {"health", &health_shape, 0, "Its health; none without a health check.", "healthy"},       \
        {"failing streak", &scn_uint_shape, 0, "How many probes failed in a row.", "2"},           \
        {"restart count", &scn_uint_shape, 0, "How often its restart policy started it.", "3"},    \
    {                                                                                              \
        "pid", &scn_uint_shape, 0, "The first process; 0 when it does not run.", "0"               \
    }

static const struct scn_field container_fields[] = {
    STATE_ROWS,
    {"running", &scn_yes_shape, 0, "It runs; also while it is paused or waits for a restart.",
     "yes"},
    {"paused", &scn_yes_shape, 0, "It is paused.", "no"},
    {"restarting", &scn_yes_shape, 0, "It waits for its restart.", "no"},
    {"dead", &scn_yes_shape, 0, "Its removal failed.", "no"},
    {"error", &scn_text_shape, 0, "The whole message of the last start that failed.", "''"},
    {"started at", &scn_text_shape, 0, "When it was last started.", "'0001-01-01T00:00:00Z'"},
    {"finished at", &scn_text_shape, 0, "When it last ended.", "'0001-01-01T00:00:00Z'"},
    {"id", &scn_text_shape, 0, "Its id.", "'${web.id}'"},
    {"image", &scn_text_shape, 0, "The image, as it was asked for.", "servercore"},
    {"isolation", &scn_text_shape, 0, "The isolation it asked for.", "hyperv"},
    {"networks", &scn_expect_networks_shape, 0,
     "Networks that it is in, by name, and what is known of it there.",
     "{ nat: { ip: 172.20.0.2 } }"},
    {"only networks", &scn_texts_shape, 0,
     "The names of the networks it is in: exactly these, in any order.", "[nat]"},
    {"ports", &scn_publish_shape, 0, "Its ports, in any order; those not published alone.",
     "['8080:80/tcp', 53/udp]"},
};
static const struct scn_map container_map = {.title = "expect: container",
                                             .fields = container_fields,
                                             .count = COUNT(container_fields),
                                             .filled = true};
static const char *const missing_words[] = {"missing", NULL};
static const struct scn_scalar missing_scalar = {SCN_WORD, "the word for no container",
                                                 missing_words, 0, 0};
const struct scn_shape scn_expect_container_shape = {
    .name = "expected container", .scalar = &missing_scalar, .map = &container_map};

static const char *const daemon_words[] = {"restored", NULL};
static const struct scn_scalar daemon_scalar = {SCN_WORD, "something to wait for", daemon_words, 0,
                                                0};
static const struct scn_shape daemon_shape = {.scalar = &daemon_scalar};
static const struct scn_field until_fields[] = {
    {"container", &scn_text_shape, 0, "The container that is looked at.", "web"},
    STATE_ROWS,
    {"output", &scn_text_shape, 0, "It has written this, on whatever stream.", "ready"},
    {"client", &scn_text_shape, 0, "The attached client whose streams have ended.", "web"},
    {"daemon", &daemon_shape, 0,
     "The daemon has started all containers that it had to at its start.", "restored"},
    {"within", &scn_duration_shape, 0, "How much virtual time it may take; left out: 10m.", "1h"},
};
static const char *const until_one_of[] = {"container", "client", "daemon", NULL};
static const char *const until_if_then[] = {
    "state",     "container",      "exit code", "container",     "health",
    "container", "failing streak", "container", "restart count", "container",
    "pid",       "container",      "output",    "container",     NULL};
static const struct scn_map until_map = {.title = "wait until",
                                         .fields = until_fields,
                                         .count = COUNT(until_fields),
                                         .one_of = until_one_of,
                                         .if_then = until_if_then};
const struct scn_shape scn_until_shape = {.map = &until_map};

/* ---- what it wrote ---- */

static const struct scn_shape lines_shape = {
    .name = "lines", .scalar = &text_scalar, .item = &scn_text_shape};
static const struct scn_field output_fields[] = {
    {"stdout", &lines_shape, 0, "What it wrote to stdout: a text, or a list of lines.",
     "[one, two]"},
    {"stderr", &lines_shape, 0, "What it wrote to stderr, likewise.", "[]"},
    {"contains", &scn_text_shape, 0, "A part of what it wrote to either.", "ready"},
};
static const struct scn_map output_map = {.title = "expect: output",
                                          .fields = output_fields,
                                          .count = COUNT(output_fields),
                                          .filled = true};
const struct scn_shape scn_output_shape = {
    .name = "output", .scalar = &text_scalar, .item = &scn_text_shape, .map = &output_map};

/* ---- events ---- */

static const struct scn_field event_fields[] = {
    {"type", &scn_text_shape, 0, "What it is about; left out: any.", "container"},
    {"action", &scn_text_shape, SCN_REQUIRED, "What happened.", "die"},
    {"name", &scn_text_shape, 0, "The container's name, or the id of what it is about.", "web"},
    {"attributes", &scn_free_map_shape, 0, "Its attributes; only those named are compared.",
     "{ exitCode: 3 }"},
};
static const struct scn_map event_map = {
    .title = "an event", .fields = event_fields, .count = COUNT(event_fields)};
static const struct scn_shape event_shape = {
    .name = "event", .scalar = &text_scalar, .map = &event_map};
static const struct scn_shape event_list_shape = {.item = &event_shape};
static const struct scn_map event_counts_map = {.any = &scn_uint_shape, .any_name = "an event"};
static const struct scn_shape event_counts_shape = {.map = &event_counts_map};
static const struct scn_field events_fields[] = {
    {"in order", &event_list_shape, 0, "These events, in this order, others between them or not.",
     "[start web, die web exitCode=3]"},
    {"any order", &event_list_shape, 0, "These events, wherever.", NULL},
    {"never", &event_list_shape, 0, "None of these.", "[oom]"},
    {"only", &event_list_shape, 0, "Exactly these events in this order and no others.", NULL},
    {"at most", &event_counts_shape, 0, "How often an event may stand there.", "{ start web: 1 }"},
};
static const struct scn_map events_map = {.title = "expect: events",
                                          .fields = events_fields,
                                          .count = COUNT(events_fields),
                                          .filled = true};
const struct scn_shape scn_events_shape = {.map = &events_map};
