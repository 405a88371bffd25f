/* The tables of faults: what goes wrong at the seam, and when. */
#include "scenarios/lang/schema.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct scn_scalar error_scalar = {SCN_ERROR, "an error", NULL, 0, 0};
static const struct scn_scalar nth_scalar = {SCN_UINT, "a number of a call", NULL, 1, UINT32_MAX};
const struct scn_shape scn_error_shape = {.name = "error", .scalar = &error_scalar};
static const struct scn_shape nth_shape = {.name = "nth", .scalar = &nth_scalar};

static const char *const service_words[] = {"vmcompute", "hns", NULL};
static const struct scn_scalar service_scalar = {SCN_WORD, "a service that can disconnect",
                                                 service_words, 0, 0};
const struct scn_shape scn_service_shape = {.name = "service", .scalar = &service_scalar};

static const struct scn_scalar notification_scalar = {SCN_NOTIFICATION, "a notification", NULL, 0,
                                                      0};
const struct scn_shape scn_notification_shape = {.name = "notification",
                                                 .scalar = &notification_scalar};

/* The rows that all faults have behind what they are about. */
#define WHICH_ROWS(noun)                                                                           \
    {"object", &scn_text_shape, 0,                                                                 \
     "Of which " noun "s: a container's name or id, a handle's name; left out: of any.", "web"},   \
        {"nth", &nth_shape, 0, "Which of these " noun "s, from now on; left out: the first.",      \
         "2"},                                                                                     \
        {"times", &scn_times_shape, 0, "How many from there on; left out: one.", "for ever"},      \
    {                                                                                              \
        "may not fire", &scn_yes_shape, 0,                                                         \
            "It is fine if it never happens; left out: that fails the run.", "yes"                 \
    }

#define CALL_ROW                                                                                   \
    {                                                                                              \
        "call", &scn_function_shape, SCN_REQUIRED, "The Windows function.",                        \
            "HcsStartComputeSystem"                                                                \
    }

/* Which calls of HNS, whose path says what they are about. */
#define HNS_ROWS                                                                                   \
    {"method", &scn_hns_method_shape, 0, "Of HNSCall: with this method; left out: with any.",      \
     "POST"},                                                                                      \
    {                                                                                              \
        "path", &scn_text_shape, 0,                                                                \
            "Of HNSCall: on this path, whole or up to a `*`; left out: on any.", "'/endpoints/*'"  \
    }

static const struct scn_field fail_fields[] = {
    CALL_ROW,
    HNS_ROWS,
    {"with", &scn_error_shape, SCN_REQUIRED, "What it answers.", "invalid state"},
    {"result", &scn_free_shape, 0, "The document that comes with it: a mapping, or text.",
     "{ Error: -1070137082 }"},
    {"output", &scn_free_shape, 0, "The document that it gives, when `with` is `none`.", "'[]'"},
    {"done", &scn_yes_shape, 0, "It fails after it has done its work; left out: no.", "yes"},
    WHICH_ROWS("call"),
};
static const struct scn_map fail_map = {.title = "fail call",
                                        .fields = fail_fields,
                                        .count = COUNT(fail_fields),
                                        .rule = SCN_RULE_HNS_CALL};

static const struct scn_field delay_call_fields[] = {
    CALL_ROW,
    HNS_ROWS,
    {"by", &scn_duration_shape, SCN_REQUIRED, "How long it hangs before it does its work.", "30s"},
    WHICH_ROWS("call"),
};
static const struct scn_map delay_call_map = {.title = "delay call",
                                              .fields = delay_call_fields,
                                              .count = COUNT(delay_call_fields),
                                              .rule = SCN_RULE_HNS_CALL};
const struct scn_shape scn_delay_call_shape = {.map = &delay_call_map};
const struct scn_shape scn_fail_call_shape = {.map = &fail_map};

static const struct scn_field hold_fields[] = {
    CALL_ROW,
    {"by", &scn_duration_shape, SCN_REQUIRED,
     "How much later its completion comes. The call itself answers that it is pending.", "30s"},
    WHICH_ROWS("call"),
};
static const struct scn_map hold_map = {
    .title = "hold completion", .fields = hold_fields, .count = COUNT(hold_fields)};
const struct scn_shape scn_hold_shape = {.map = &hold_map};

static const struct scn_field never_fields[] = {
    CALL_ROW,
    WHICH_ROWS("call"),
};
static const struct scn_map never_map = {
    .title = "never complete", .fields = never_fields, .count = COUNT(never_fields)};
const struct scn_shape scn_never_shape = {.map = &never_map};

static const struct scn_field kill_fields[] = {
    CALL_ROW,
    HNS_ROWS,
    {"object", &scn_text_shape, 0, "Of which calls: as in `fail call`; left out: of any.", "web"},
    {"nth", &nth_shape, 0, "Which of these calls, from now on; left out: the first.", "2"},
    {"done", &scn_yes_shape, 0, "It dies when the call has done its work; left out: no.", "yes"},
    {"may not fire", &scn_yes_shape, 0,
     "It is fine if it never happens; left out: that fails the run.", "yes"},
};
static const struct scn_map kill_map = {.title = "kill daemon at",
                                        .fields = kill_fields,
                                        .count = COUNT(kill_fields),
                                        .rule = SCN_RULE_HNS_CALL};
const struct scn_shape scn_kill_at_shape = {.map = &kill_map};

/* ---- notifications ---- */

#define TYPE_ROW                                                                                   \
    {                                                                                              \
        "type", &scn_notification_shape, SCN_REQUIRED, "The notification.", "SystemExited"         \
    }

static const struct scn_field drop_fields[] = {
    TYPE_ROW,
    WHICH_ROWS("notification"),
};
static const struct scn_map drop_map = {
    .title = "drop notification", .fields = drop_fields, .count = COUNT(drop_fields)};
const struct scn_shape scn_drop_shape = {.map = &drop_map};

static const struct scn_field repeat_fields[] = {
    TYPE_ROW,
    {"copies", &nth_shape, 0, "How many more of it come; left out: one.", "2"},
    WHICH_ROWS("notification"),
};
static const struct scn_map repeat_map = {
    .title = "repeat notification", .fields = repeat_fields, .count = COUNT(repeat_fields)};
const struct scn_shape scn_repeat_shape = {.map = &repeat_map};

static const struct scn_field delay_fields[] = {
    TYPE_ROW,
    {"by", &scn_duration_shape, SCN_REQUIRED, "How much later it comes.", "5s"},
    WHICH_ROWS("notification"),
};
static const struct scn_map delay_map = {
    .title = "delay notification", .fields = delay_fields, .count = COUNT(delay_fields)};
const struct scn_shape scn_delay_shape = {.map = &delay_map};

static const struct scn_field change_fields[] = {
    TYPE_ROW,
    {"status", &scn_error_shape, SCN_REQUIRED, "Its status.", "unexpected exit"},
    {"data", &scn_free_shape, 0, "Its document, a mapping or text; left out: none.", "'{}'"},
    WHICH_ROWS("notification"),
};
static const struct scn_map change_map = {
    .title = "change notification", .fields = change_fields, .count = COUNT(change_fields)};
const struct scn_shape scn_change_shape = {.map = &change_map};
