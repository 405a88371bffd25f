/* The tables of what runs in containers, and of how the compute service answers. */
#include "scenarios/lang/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct scn_scalar text_scalar = {SCN_TEXT, "a text", NULL, 0, 0};
static const struct scn_scalar size_scalar = {SCN_SIZE, "a size", NULL, 0, 0};
static const struct scn_scalar code_scalar = {SCN_UINT, "an exit code", NULL, 0, UINT32_MAX};
static const struct scn_scalar times_scalar = {SCN_TIMES, "a number of times", NULL, 0, 0};
static const struct scn_scalar percent_scalar = {SCN_UINT, "a percentage of one processor", NULL, 0,
                                                 UINT32_MAX};
static const struct scn_shape lines_shape = {
    .name = "output lines", .scalar = &text_scalar, .item = &scn_text_shape};
static const struct scn_shape size_shape = {.name = "amount", .scalar = &size_scalar};
static const struct scn_shape code_shape = {.name = "exit code", .scalar = &code_scalar};
static const struct scn_shape percent_shape = {.scalar = &percent_scalar};
const struct scn_shape scn_times_shape = {.name = "times", .scalar = &times_scalar};

/* ---- what a program does ---- */

static const struct scn_field load_fields[] = {
    {"cpu", &percent_shape, 0, "Percent of one processor; left out: 0.", "250"},
    {"memory", &size_shape, 0, "Memory that it holds; left out: none.", "100MiB"},
};
static const struct scn_map load_map = {
    .title = "load", .fields = load_fields, .count = COUNT(load_fields), .filled = true};
static const struct scn_shape load_shape = {.map = &load_map};

static const struct scn_field act_fields[] = {
    {"output", &lines_shape, SCN_ALONE, "Writes lines to stdout.", "[one, two]"},
    {"error", &lines_shape, SCN_ALONE, "Writes lines to stderr.", "no such file"},
    {"write", &scn_text_shape, SCN_ALONE, "Writes a text to stdout, without a line end.", "'> '"},
    {"write error", &scn_text_shape, SCN_ALONE, "The same to stderr.", "'...'"},
    {"wait", &scn_duration_shape, SCN_ALONE, "Lets time pass.", "2s"},
    {"flood", &size_shape, SCN_ALONE, "Writes so much to stdout, as fast as it is read.", "10MiB"},
    {"spawn", &scn_text_shape, SCN_ALONE, "Starts another program, by its command line.", "worker"},
    {"run", &scn_text_shape, SCN_ALONE, "The same, and waits for its end.", "worker"},
    {"load", &load_shape, SCN_ALONE, "Uses processor and memory from now on.",
     "{ cpu: 50, memory: 100MiB }"},
    {"read disk", &size_shape, SCN_ALONE, "Reads so much from the disk.", "1MiB"},
    {"write disk", &size_shape, SCN_ALONE, "Writes so much to the disk.", "1MiB"},
    {"repeat", &scn_times_shape, SCN_ALONE, "All acts before it, so often in all.", "for ever"},
    {"exit", &code_shape, SCN_ALONE, "Ends with this exit code.", "3"},
    {"crash", &code_shape, SCN_ALONE, "Ends as after an exception that nobody handled.",
     "0xC0000005"},
};
static const struct scn_map act_map = {
    .title = "an act", .fields = act_fields, .count = COUNT(act_fields), .filled = true};
static const char *const act_words[] = {
    "read line", "echo", "copy input", "flood", "stay", "shut down guest", "crash guest", NULL};
static const struct scn_scalar act_scalar = {SCN_WORD, "an act that takes nothing", act_words, 0,
                                             0};
static const struct scn_shape act_shape = {.name = "act", .scalar = &act_scalar, .map = &act_map};
static const struct scn_shape acts_shape = {.name = "acts", .item = &act_shape};

static const char *const shutdown_words[] = {"dies", "ignores it", NULL};
static const struct scn_scalar shutdown_scalar = {SCN_WORD, "what it does when it is shut down",
                                                  shutdown_words, 0, 0};
static const struct scn_field shutdown_fields[] = {
    {"exit", &code_shape, SCN_REQUIRED, "Ends with this exit code.", "0"},
    {"after", &scn_duration_shape, 0, "After that time; left out: at once.", "3s"},
};
static const struct scn_map shutdown_map = {
    .title = "on shutdown", .fields = shutdown_fields, .count = COUNT(shutdown_fields)};
static const struct scn_shape shutdown_shape = {.scalar = &shutdown_scalar, .map = &shutdown_map};

static const char *const runs_words[] = {"real", NULL};
static const struct scn_scalar runs_scalar = {SCN_WORD, "what runs", runs_words, 0, 0};
static const struct scn_shape runs_shape = {.scalar = &runs_scalar};

static const struct scn_field program_fields[] = {
    {"output", &lines_shape, 0, "Lines that it writes to stdout at once.", "hello"},
    {"error", &lines_shape, 0, "Lines that it writes to stderr at once.", "no such file"},
    {"after", &scn_duration_shape, 0, "How long it takes until it ends; left out: no time.", "2s"},
    {"exit", &code_shape, 0, "Its exit code; left out: 0.", "3"},
    {"crash", &code_shape, 0, "It ends as after an exception that nobody handled.", "0xC0000005"},
    {"stays", &scn_yes_shape, 0, "It does not end by itself.", "yes"},
    {"acts", &acts_shape, 0, "What it does, one after the other, instead of all this.",
     "[output: ready, wait: 2s, exit: 3]"},
    {"runs", &runs_shape, 0,
     "It is a real program of the machine that `drydock host` runs on, with the command line as it is "
     "asked for; elsewhere it cannot be started (ERROR_NOT_SUPPORTED).",
     "real"},
    {"root", &scn_text_shape, 0,
     "The machine's folder that a real program takes for C:\\; left out: the container's own tree.",
     "'C:\\trees\\web'"},
    {"on shutdown", &shutdown_shape, 0,
     "What it does when it is shut down; left out: it dies, which is 0xC000013A.", "ignores it"},
    {"refused with", &scn_error_shape, 0, "It cannot be started: CreateProcess answers this.",
     "access denied"},
};
static const char *const program_not_both[] = {
    "acts",  "output", "acts",  "error", "acts",         "after",        "acts", "exit",
    "acts",  "crash",  "acts",  "stays", "exit",         "crash",        "exit", "stays",
    "crash", "stays",  "after", "stays", "refused with", "acts",         "runs", "output",
    "runs",  "error",  "runs",  "after", "runs",         "exit",         "runs", "crash",
    "runs",  "stays",  "runs",  "acts",  "runs",         "refused with", NULL};
static const char *const program_if_then[] = {"root", "runs", NULL};
static const struct scn_map program_map = {.title = "program",
                                           .fields = program_fields,
                                           .count = COUNT(program_fields),
                                           .if_then = program_if_then,
                                           .not_both = program_not_both,
                                           .filled = true};
static const struct scn_shape program_shape = {
    .name = "program", .item = &act_shape, .map = &program_map};
static const struct scn_map programs_map = {.any = &program_shape,
                                            .any_name = "a program, or a whole command line"};
const struct scn_shape scn_programs_shape = {.name = "programs", .map = &programs_map};

/* ---- the compute service ---- */

static const char *const completion_words[] = {"pending", "synchronous", NULL};
static const struct scn_scalar completion_scalar = {SCN_WORD, "a way of completion",
                                                    completion_words, 0, 0};
static const struct scn_shape completion_shape = {.scalar = &completion_scalar};
static const struct scn_scalar latency_scalar = {SCN_UINT, "a percentage", NULL, 1, 1000000};
static const struct scn_shape latency_shape = {.scalar = &latency_scalar};
static const struct scn_field hcs_fields[] = {
    {"completion", &completion_shape, 0,
     "Whether operations answer that they are pending, or do all at once; left out: pending.",
     "synchronous"},
    {"latency", &latency_shape, 0, "How long they take, in percent of the usual; left out: 100.",
     "500"},
};
static const struct scn_map hcs_map = {
    .title = "hcs", .fields = hcs_fields, .count = COUNT(hcs_fields), .filled = true};
const struct scn_shape scn_hcs_shape = {.map = &hcs_map};
