/* The decorator itself: its life and death, and its rules. */
#include "fakes/wrap/fault.h"

#include "core/base/assert.h"
#include "core/base/text.h"
#include "fakes/wrap/fault_internal.h"
#include "fakes/wrap/functions.h"

#include <stdlib.h>
#include <string.h>

struct wrap_fault *wrap_fault_create(const struct platform *below)
{
    size_t functions = 0;
    (void)wrap_functions(&functions);
    struct wrap_fault *fault = calloc(1, sizeof(*fault));
    uint64_t *function_calls = calloc(functions, sizeof(*function_calls));
    if (fault == NULL || function_calls == NULL) {
        free(fault);
        free(function_calls);
        return NULL;
    }
    fault->below = *below;
    fault->function_calls = function_calls;
    wrap_lock_init(&fault->lock);
    atomic_init(&fault->dead, false);
    atomic_init(&fault->failed, false);
    return fault;
}

static void fault_rule_free(struct fault_rule *rule)
{
    if (rule == NULL) {
        return;
    }
    for (size_t i = 0; i < sizeof(rule->texts) / sizeof(rule->texts[0]); i++) {
        free(rule->texts[i]);
    }
    free(rule);
}

void wrap_fault_destroy(struct wrap_fault *fault)
{
    if (fault == NULL) {
        return;
    }
    wrap_fault_kill(fault);
    fault_withheld_release(fault);
    fault_sinks_release(fault);
    fault_timers_release(fault);
    for (size_t i = 0; i < fault->rule_count; i++) {
        fault_rule_free(fault->rules[i]);
    }
    free(fault->rules);
    wrap_objects_release(&fault->objects);
    free(fault->function_calls);
    free(fault);
}

struct platform wrap_fault_platform(struct wrap_fault *fault)
{
    struct platform platform = fault->below;
    platform.os = (struct plat_os){.ops = &wrap_fault_os_ops, .ctx = fault};
    platform.scm = (struct plat_scm){.ops = &wrap_fault_scm_ops, .ctx = fault};
    platform.registry = (struct plat_registry){.ops = &wrap_fault_registry_ops, .ctx = fault};
    platform.fs = (struct plat_fs){.ops = &wrap_fault_fs_ops, .ctx = fault};
    platform.clock = (struct plat_clock){.ops = &wrap_fault_clock_ops, .ctx = fault};
    platform.hcs = (struct plat_hcs){.ops = &wrap_fault_hcs_ops, .ctx = fault};
    platform.hns = (struct plat_hns){.ops = &wrap_fault_hns_ops, .ctx = fault};
    platform.hcn = (struct plat_hcn){.ops = &wrap_fault_hcn_ops, .ctx = fault};
    platform.storage = (struct plat_storage){.ops = &wrap_fault_storage_ops, .ctx = fault};
    platform.transport = (struct plat_transport){.ops = &wrap_fault_transport_ops, .ctx = fault};
    return platform;
}

void wrap_fault_on_advance(struct wrap_fault *fault, void (*advance)(void *ctx, uint64_t us),
                           void *ctx)
{
    fault->advance = advance;
    fault->advance_ctx = ctx;
}

void wrap_fault_spare(struct wrap_fault *fault, bool (*spared)(void *ctx), void *ctx)
{
    fault->spared = spared;
    fault->spared_ctx = ctx;
}

void fault_failed(struct wrap_fault *fault)
{
    atomic_store(&fault->failed, true);
}

bool wrap_fault_failed(const struct wrap_fault *fault)
{
    return atomic_load(&fault->failed);
}

/* ---- rules ---- */

static struct fault_rule *fault_rule_make(const struct wrap_fault_rule *wanted)
{
    struct fault_rule *rule = calloc(1, sizeof(*rule));
    if (rule == NULL) {
        return NULL;
    }
    rule->wanted = *wanted;
    if (wanted->kind != PLAT_EVENT_HCN) {
        rule->wanted.kind = PLAT_EVENT_HCS;
    }
    const char **texts[] = {&rule->wanted.function, &rule->wanted.object, &rule->wanted.method,
                            &rule->wanted.result, &rule->wanted.output};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        rule->texts[i] = *texts[i] == NULL ? NULL : wcd_text_copy(*texts[i]);
        if (*texts[i] != NULL && rule->texts[i] == NULL) {
            fault_rule_free(rule);
            return NULL;
        }
        *texts[i] = rule->texts[i];
    }
    return rule;
}

static bool fault_rules_append(struct wrap_fault *fault, struct fault_rule *rule)
{
    if (fault->rule_count == fault->rule_capacity) {
        size_t capacity = fault->rule_capacity == 0 ? 8 : 2 * fault->rule_capacity;
        struct fault_rule **rules = realloc(fault->rules, capacity * sizeof(rules[0]));
        if (rules == NULL) {
            return false;
        }
        fault->rules = rules;
        fault->rule_capacity = capacity;
    }
    fault->rules[fault->rule_count++] = rule;
    rule->id = fault->rule_count;
    return true;
}

uint64_t wrap_fault_add(struct wrap_fault *fault, const struct wrap_fault_rule *wanted)
{
    bool hook = wanted->action == WRAP_FAULT_HOOK_BEFORE || wanted->action == WRAP_FAULT_HOOK_AFTER;
    WCD_ASSERT(wanted->function == NULL || wrap_function_known(wanted->function));
    WCD_ASSERT(!hook || wanted->hook != NULL);
    WCD_ASSERT(wanted->action != WRAP_FAULT_HANG || fault->advance != NULL);
    struct fault_rule *rule = fault_rule_make(wanted);
    if (rule == NULL) {
        return 0;
    }
    wrap_lock_take(&fault->lock);
    bool added = fault_rules_append(fault, rule);
    wrap_lock_give(&fault->lock);
    if (!added) {
        fault_rule_free(rule);
        return 0;
    }
    return rule->id;
}

static struct fault_rule *fault_rule_at(const struct wrap_fault *fault, uint64_t id)
{
    WCD_ASSERT(id >= 1 && id <= fault->rule_count);
    return fault->rules[id - 1];
}

void wrap_fault_remove(struct wrap_fault *fault, uint64_t id)
{
    wrap_lock_take(&fault->lock);
    fault_rule_at(fault, id)->removed = true;
    wrap_lock_give(&fault->lock);
}

uint64_t wrap_fault_fired(struct wrap_fault *fault, uint64_t id)
{
    wrap_lock_take(&fault->lock);
    uint64_t fired = fault_rule_at(fault, id)->fired;
    wrap_lock_give(&fault->lock);
    return fired;
}

uint64_t wrap_fault_seen(struct wrap_fault *fault, uint64_t id)
{
    wrap_lock_take(&fault->lock);
    uint64_t seen = fault_rule_at(fault, id)->seen;
    wrap_lock_give(&fault->lock);
    return seen;
}

static bool is_part_end(char c)
{
    return c == '\0' || c == '\\' || c == '/';
}

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_bytes(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (ascii_lower(a[i]) != ascii_lower(b[i])) {
            return false;
        }
    }
    return true;
}

/* True when `part` is the object or stands in its path as whole parts. */
static bool object_has(const char *object, const char *part)
{
    size_t object_len = strlen(object);
    size_t len = strlen(part);
    for (size_t at = 0; len > 0 && at + len <= object_len; at++) {
        if ((at == 0 || is_part_end(object[at - 1])) && is_part_end(object[at + len]) &&
            same_bytes(object + at, part, len)) {
            return true;
        }
    }
    return false;
}

bool fault_rule_fits(const struct fault_rule *rule, const char *object, uint32_t process_id)
{
    const struct wrap_fault_rule *wanted = &rule->wanted;
    if (wanted->process_id != 0 && wanted->process_id != process_id) {
        return false;
    }
    if (wanted->object != NULL && (object == NULL || !object_has(object, wanted->object))) {
        return false;
    }
    return wanted->fits == NULL || wanted->fits(wanted->fits_ctx, object, process_id);
}

bool fault_rule_fires(struct fault_rule *rule)
{
    uint64_t first = rule->wanted.first == 0 ? 1 : rule->wanted.first;
    rule->seen++;
    if (rule->seen < first ||
        (rule->wanted.times != 0 && rule->seen - first >= rule->wanted.times)) {
        return false;
    }
    rule->fired++;
    return true;
}

/* ---- the end of the process ---- */

void fault_close_below(struct wrap_fault *fault, enum wrap_handle_kind kind, plat_handle handle)
{
    const struct platform *below = &fault->below;
    switch (kind) {
    case WRAP_HANDLE_SYSTEM:
        (void)below->hcs.ops->close_system(below->hcs.ctx, handle);
        return;
    case WRAP_HANDLE_PROCESS:
        (void)below->hcs.ops->close_process(below->hcs.ctx, handle);
        return;
    case WRAP_HANDLE_SYSTEM_REGISTRATION:
        (void)below->hcs.ops->unregister_system(below->hcs.ctx, handle);
        return;
    case WRAP_HANDLE_PROCESS_REGISTRATION:
        (void)below->hcs.ops->unregister_process(below->hcs.ctx, handle);
        return;
    case WRAP_HANDLE_HCN_NETWORK:
    case WRAP_HANDLE_HCN_ENDPOINT:
    case WRAP_HANDLE_HCN_NAMESPACE:
    case WRAP_HANDLE_HCN_LOAD_BALANCER:
    case WRAP_HANDLE_HCN_SDN_ROUTE:
        (void)below->hcn.ops->close(below->hcn.ctx,
                                    (enum plat_hcn_kind)(kind - WRAP_HANDLE_HCN_NETWORK), handle);
        return;
    case WRAP_HANDLE_HCN_REGISTRATION:
        (void)below->hcn.ops->unregister_service(below->hcn.ctx, handle);
        return;
    case WRAP_HANDLE_FILE:
        (void)below->fs.ops->close(below->fs.ctx, handle);
        return;
    case WRAP_HANDLE_KEY:
        (void)below->registry.ops->close(below->registry.ctx, handle);
        return;
    case WRAP_HANDLE_SCM:
        (void)below->scm.ops->close(below->scm.ctx, handle);
        return;
    case WRAP_HANDLE_STREAM:
        (void)below->transport.ops->close(below->transport.ctx, handle);
        return;
    }
}

void wrap_fault_kill(struct wrap_fault *fault)
{
    if (atomic_exchange(&fault->dead, true)) {
        return;
    }
    fault_held_release(fault);
    fault_timers_cancel(fault);
    struct wrap_object object;
    while (wrap_objects_take_last(&fault->objects, &object)) {
        if ((object.handle & FAULT_PHANTOM_BIT) == 0) {
            fault_close_below(fault, object.kind, object.handle);
        }
        free(object.name);
    }
}

static const char *fault_kind_name(enum wrap_handle_kind kind)
{
    static const char *const names[] = {
        [WRAP_HANDLE_SYSTEM] = "compute system",
        [WRAP_HANDLE_PROCESS] = "process in",
        [WRAP_HANDLE_SYSTEM_REGISTRATION] = "registration for",
        [WRAP_HANDLE_PROCESS_REGISTRATION] = "registration for a process in",
        [WRAP_HANDLE_HCN_NETWORK] = "hcn network",
        [WRAP_HANDLE_HCN_ENDPOINT] = "hcn endpoint",
        [WRAP_HANDLE_HCN_NAMESPACE] = "hcn namespace",
        [WRAP_HANDLE_HCN_LOAD_BALANCER] = "hcn load balancer",
        [WRAP_HANDLE_HCN_SDN_ROUTE] = "hcn route",
        [WRAP_HANDLE_HCN_REGISTRATION] = "hcn registration",
        [WRAP_HANDLE_FILE] = "file",
        [WRAP_HANDLE_KEY] = "registry key",
        [WRAP_HANDLE_SCM] = "scm service",
        [WRAP_HANDLE_STREAM] = "stream of",
    };
    return names[kind];
}

bool wrap_fault_open_handles(const struct wrap_fault *fault, struct wcd_strlist *out)
{
    for (size_t i = 0; i < fault->objects.capacity; i++) {
        const struct wrap_object *object = &fault->objects.slots[i];
        if (object->handle == PLAT_NO_HANDLE) {
            continue;
        }
        if (!wcd_strlist_take(out, wcd_text_format("%s %s", fault_kind_name(object->kind),
                                                   wcd_text_or_empty(object->name)))) {
            return false;
        }
    }
    return true;
}

bool wrap_fault_dead(const struct wrap_fault *fault)
{
    return atomic_load(&fault->dead);
}

/* ---- figures ---- */

uint64_t wrap_fault_calls(const struct wrap_fault *fault)
{
    return fault->calls;
}

uint64_t wrap_fault_calls_of(const struct wrap_fault *fault, const char *function)
{
    size_t count = 0;
    const struct wrap_function *functions = wrap_functions(&count);
    const struct wrap_function *found = wrap_function_find(function);
    WCD_ASSERT(found != NULL);
    return fault->function_calls[found - functions];
}
