/* The faults that a scenario asked for: rules of the fault decorator that live longer than a process. */
#include "scenarios/run/faults.h"

#include "scenarios/run/clients.h"
#include "scenarios/run/process.h"
#include "scenarios/run/steps.h"

#include <stdlib.h>
#include <string.h>

#define FAULT_TEXTS_MAX 6u

struct scn_fault {
    struct scn_world *world;
    struct scn_place place;
    char *what; /* "fail call HcsStartComputeSystem" */
    struct wrap_fault_rule rule;
    char *texts[FAULT_TEXTS_MAX]; /* what the rule borrows, and the object */
    size_t text_count;
    const char *object; /* as it was written; NULL: any */
    const char *path;   /* of an HNSCall, likewise */
    bool kill_done;     /* of `kill daemon at`: behind the call */
    bool may_not_fire;
    bool over;      /* was ended, or has happened often enough */
    uint64_t id;    /* in the process that lives; 0: none */
    uint64_t seen;  /* in those before */
    uint64_t fired; /* likewise */
};

/* ---- what a fault is about ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool starts_with(const char *text, const char *with, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (lower(text[i]) != lower(with[i])) {
            return false;
        }
    }
    return true;
}

static bool is_border(char c)
{
    return c == '\0' || c == '\\' || c == '/';
}

/* The text is the object, or stands in its path as whole parts. */
static bool is_object(const char *text, const char *object)
{
    size_t len = strlen(text);
    for (const char *at = object; len > 0 && strlen(at) >= len; at++) {
        bool begins = at == object || is_border(at[-1]);
        if (begins && is_border(at[len]) && starts_with(at, text, len)) {
            return true;
        }
    }
    return false;
}

/* The generation of 2017 tells a layer by its id, apart from the folder in which it is. */
static bool is_layer(const char *folder, const char *id)
{
    const char *last = strrchr(folder, '\\');
    return last != NULL && strlen(last + 1) == strlen(id) && starts_with(last + 1, id, strlen(id));
}

/* The path of an HNSCall, whole or up to a star. */
static bool is_path(const char *text, const char *path)
{
    size_t len = strcspn(text, "*");
    return text[len] == '*' ? strlen(path) >= len && starts_with(path, text, len)
                            : strlen(path) == len && starts_with(path, text, len);
}

/* A container is told by its name, and may be made only after the fault was asked for. */
static bool fits(void *ctx, const char *object, uint32_t process_id)
{
    const struct scn_fault *fault = ctx;
    const char *id = scn_world_container_id(fault->world, fault->object);
    (void)process_id;
    if (fault->path != NULL && (object == NULL || !is_path(fault->path, object))) {
        return false;
    }
    if (fault->object == NULL) {
        return true;
    }
    return object != NULL && (is_object(fault->object, object) || is_layer(fault->object, object) ||
                              (id != NULL && is_object(id, object)));
}

static void kill_here(void *ctx, const struct wrap_fault_call *call)
{
    const struct scn_fault *fault = ctx;
    (void)call;
    scn_process_kill(fault->world, scn_world_process(fault->world), fault->kill_done);
}

/* ---- from process to process ---- */

void scn_faults_leave(struct scn_world *world, const struct scn_process *process)
{
    for (size_t i = 0; process != NULL && i < world->fault_count; i++) {
        struct scn_fault *fault = world->faults[i];
        if (fault->id != 0) {
            fault->seen += wrap_fault_seen(process->fault, fault->id);
            fault->fired += wrap_fault_fired(process->fault, fault->id);
            fault->id = 0;
        }
    }
}

/* What is left of the rule behind what it has seen. */
static bool put(struct scn_fault *fault, struct scn_process *process)
{
    struct wrap_fault_rule rule = fault->rule;
    uint64_t first = rule.first == 0 ? 1 : rule.first;
    fault->over = fault->over || (rule.times != 0 && fault->fired >= rule.times);
    if (fault->over) {
        return true;
    }
    rule.first = first > fault->seen ? first - fault->seen : 1;
    rule.times = rule.times == 0 ? 0 : rule.times - fault->fired;
    fault->id = wrap_fault_add(process->fault, &rule);
    return fault->id != 0;
}

bool scn_faults_enter(struct scn_world *world, struct scn_process *process)
{
    for (size_t i = 0; i < world->fault_count; i++) {
        if (!put(world->faults[i], process)) {
            scn_no_memory(world);
            return false;
        }
    }
    return true;
}

static uint64_t fired(const struct scn_world *world, const struct scn_fault *fault)
{
    const struct scn_process *process = scn_world_process(world);
    return fault->fired + (fault->id == 0 ? 0 : wrap_fault_fired(process->fault, fault->id));
}

void scn_faults_check(struct scn_world *world)
{
    for (size_t i = 0; i < world->fault_count; i++) {
        const struct scn_fault *fault = world->faults[i];
        if (!fault->may_not_fire && fired(world, fault) == 0) {
            scn_fail(world, fault->place, "this fault never happened", fault->what,
                     "nothing that it fits");
        }
    }
}

static void free_fault(struct scn_fault *fault)
{
    for (size_t i = 0; i < fault->text_count; i++) {
        free(fault->texts[i]);
    }
    free(fault->what);
    free(fault);
}

void scn_faults_release(struct scn_world *world)
{
    for (size_t i = 0; i < world->fault_count; i++) {
        free_fault(world->faults[i]);
    }
    free(world->faults);
    world->faults = NULL;
    world->fault_count = 0;
}

/* ---- reading them ---- */

static const char *keep(struct scn_fault *fault, char *text)
{
    if (text == NULL || fault->text_count == FAULT_TEXTS_MAX) {
        free(text);
        scn_no_memory(fault->world);
        return NULL;
    }
    return fault->texts[fault->text_count++] = text;
}

/* A document: text as it stands, or a mapping as JSON. */
static const char *document(struct scn_fault *fault, const struct scn_node *node)
{
    if (node == NULL) {
        return NULL;
    }
    if (node->kind == SCN_SCALAR) {
        return keep(fault, wcd_text_copy(node->text));
    }
    struct wcd_json *json = scn_json_of_node(node);
    char *text = json == NULL ? NULL : wcd_json_print(json);
    wcd_json_free(json);
    return keep(fault, text);
}

/* A number that a capture may have brought. */
static bool read_number(struct scn_world *world, const struct scn_node *node, uint64_t *out)
{
    return node == NULL || scn_world_uint(world, node, out);
}

static bool read_times(struct scn_world *world, const struct scn_node *node, uint64_t *out)
{
    uint32_t times = 1;
    if (node != NULL && !scn_parse_times(node->text, &times)) {
        scn_fail(world, node->place, "value", "a number of times", node->text);
        return false;
    }
    *out = times;
    return true;
}

static bool read_error(struct scn_world *world, const struct scn_node *node, plat_hr *out)
{
    uint32_t bits = 0;
    if (node == NULL) {
        return true;
    }
    if (!scn_parse_error(node->text, &bits)) {
        scn_fail(world, node->place, "value", "an error", node->text);
        return false;
    }
    *out = plat_hr_of(bits);
    return true;
}

static bool is_yes(const struct scn_node *node)
{
    return node != NULL && scn_read_yes(node->text);
}

/* False: failure or no memory. */
static bool read_rule(struct scn_world *world, struct scn_fault *fault, const struct scn_node *args)
{
    struct wrap_fault_rule *rule = &fault->rule;
    const struct scn_node *call = scn_node_get(args, "call");
    const struct scn_node *object = scn_node_get(args, "object");
    const struct scn_node *path = scn_node_get(args, "path");
    const struct scn_node *method = scn_node_get(args, "method");
    const struct scn_node *by = scn_node_get(args, "by");
    const struct scn_node *data = scn_node_get(args, "data");
    uint64_t copies = 1;
    bool ok = read_number(world, scn_node_get(args, "nth"), &rule->first) &&
              read_times(world, scn_node_get(args, "times"), &rule->times) &&
              read_number(world, scn_node_get(args, "copies"), &copies) &&
              read_error(world, scn_node_get(args, "with"), &rule->hr) &&
              read_error(world, scn_node_get(args, "status"), &rule->hr) &&
              (by == NULL || scn_world_duration_us(world, by, &rule->delay_us));
    rule->copies = (uint32_t)copies;
    if (rule->action == WRAP_FAULT_WITHHOLD && by == NULL) {
        rule->delay_us = WRAP_FAULT_FOR_EVER;
    }
    rule->notification = scn_notification_type(scn_node_text(scn_node_get(args, "type"), ""));
    rule->result = document(fault, data == NULL ? scn_node_get(args, "result") : data);
    rule->output = document(fault, scn_node_get(args, "output"));
    if (call != NULL) {
        rule->function = keep(fault, wcd_text_copy(call->text));
    }
    if (object != NULL) {
        fault->object = keep(fault, wcd_text_copy(object->text));
    }
    if (path != NULL) {
        fault->path = keep(fault, wcd_text_copy(path->text));
    }
    if (method != NULL) {
        rule->method = keep(fault, wcd_text_copy(method->text));
    }
    if (object != NULL || path != NULL) {
        rule->fits = fits;
        rule->fits_ctx = fault;
    }
    fault->may_not_fire = is_yes(scn_node_get(args, "may not fire"));
    return ok && !world->no_memory;
}

static bool add(struct scn_world *world, struct scn_fault *fault)
{
    struct scn_fault **grown = realloc(world->faults, (world->fault_count + 1) * sizeof(*grown));
    if (grown == NULL) {
        return false;
    }
    world->faults = grown;
    if (!put(fault, scn_world_process(world))) {
        return false;
    }
    world->faults[world->fault_count++] = fault;
    return true;
}

static void begin(struct scn_world *world, const struct scn_node *args,
                  enum wrap_fault_action action)
{
    struct scn_fault *fault = calloc(1, sizeof(*fault));
    const struct scn_node *about = scn_node_get(args, "call");
    about = about == NULL ? scn_node_get(args, "type") : about;
    if (fault == NULL) {
        scn_no_memory(world);
        return;
    }
    fault->world = world;
    fault->place = args->key_place;
    fault->rule.action = action;
    fault->what = wcd_text_format("%s %s", args->key, scn_node_text(about, ""));
    bool after = is_yes(scn_node_get(args, "done"));
    if (action == WRAP_FAULT_ANSWER && after) {
        fault->rule.action = WRAP_FAULT_REPLACE;
    } else if (action == WRAP_FAULT_HOOK_BEFORE) {
        fault->rule.action = after ? WRAP_FAULT_HOOK_AFTER : WRAP_FAULT_HOOK_BEFORE;
        fault->rule.hook = kill_here;
        fault->rule.hook_ctx = fault;
        fault->kill_done = after;
    }
    if (fault->what == NULL) {
        scn_no_memory(world);
    }
    if (!read_rule(world, fault, args)) {
        free_fault(fault);
    } else if (!add(world, fault)) {
        free_fault(fault);
        scn_no_memory(world);
    }
}

/* ---- verbs ---- */

static void fail_call(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    (void)out;
    begin(world, args, WRAP_FAULT_ANSWER);
}

static void delay_call(struct scn_world *world, const struct scn_node *args,
                       struct scn_outcome *out)
{
    (void)out;
    begin(world, args, WRAP_FAULT_HANG);
}

static void hold_completion(struct scn_world *world, const struct scn_node *args,
                            struct scn_outcome *out)
{
    (void)out;
    begin(world, args, WRAP_FAULT_WITHHOLD);
}

static void never_complete(struct scn_world *world, const struct scn_node *args,
                           struct scn_outcome *out)
{
    (void)out;
    begin(world, args, WRAP_FAULT_WITHHOLD); /* without `by` */
}

static void kill_daemon_at(struct scn_world *world, const struct scn_node *args,
                           struct scn_outcome *out)
{
    (void)out;
    begin(world, args, WRAP_FAULT_HOOK_BEFORE);
}

static void drop_notification(struct scn_world *world, const struct scn_node *args,
                              struct scn_outcome *out)
{
    (void)out;
    begin(world, args, WRAP_FAULT_DROP);
}

static void repeat_notification(struct scn_world *world, const struct scn_node *args,
                                struct scn_outcome *out)
{
    (void)out;
    begin(world, args, WRAP_FAULT_REPEAT);
}

static void delay_notification(struct scn_world *world, const struct scn_node *args,
                               struct scn_outcome *out)
{
    (void)out;
    begin(world, args, WRAP_FAULT_DELAY);
}

static void change_notification(struct scn_world *world, const struct scn_node *args,
                                struct scn_outcome *out)
{
    (void)out;
    begin(world, args, WRAP_FAULT_STATUS);
}

static void end_faults(struct scn_world *world, const struct scn_node *args,
                       struct scn_outcome *out)
{
    const struct scn_process *process = scn_world_process(world);
    (void)args;
    (void)out;
    for (size_t i = 0; i < world->fault_count; i++) {
        struct scn_fault *fault = world->faults[i];
        fault->over = true;
        if (fault->id != 0) {
            wrap_fault_remove(process->fault, fault->id);
        }
    }
}

const struct scn_step_verb scn_steps_fault[] = {
    {"fail call", fail_call},
    {"delay call", delay_call},
    {"hold completion", hold_completion},
    {"never complete", never_complete},
    {"kill daemon at", kill_daemon_at},
    {"drop notification", drop_notification},
    {"repeat notification", repeat_notification},
    {"delay notification", delay_notification},
    {"change notification", change_notification},
    {"end faults", end_faults},
    {NULL, NULL},
};
