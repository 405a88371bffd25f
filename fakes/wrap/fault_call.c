/* A call on its way: counted, held against the rules, passed on or not, and what it gives back set right
 * for the answer that the daemon gets. */
#include "fakes/wrap/fault_internal.h"

#include "core/base/assert.h"
#include "core/base/text.h"
#include "fakes/wrap/functions.h"

#include <stdlib.h>
#include <string.h>

/* ---- what it is and gives back ---- */

void fault_begin(struct fault_call *call, struct wrap_fault *fault, const char *function,
                 const char *object)
{
    *call = (struct fault_call){
        .fault = fault,
        .view = {.function = function, .object = object},
        .phantom_hr = plat_hr_win32(PLAT_ERROR_INVALID_HANDLE),
    };
}

void fault_begin_on(struct fault_call *call, struct wrap_fault *fault, const char *function,
                    enum wrap_handle_kind kind, plat_handle handle)
{
    const struct wrap_object *object = wrap_objects_find(&fault->objects, kind, handle);
    fault_begin(call, fault, function, object == NULL ? NULL : object->name);
    call->view.process_id = object == NULL ? 0 : object->process_id;
    call->kind = kind;
    call->handle = handle;
}

void fault_begin_close(struct fault_call *call, struct wrap_fault *fault, const char *function,
                       enum wrap_handle_kind kind, plat_handle handle)
{
    fault_begin_on(call, fault, function, kind, handle);
    call->closes = true;
    call->phantom_hr = PLAT_S_OK;
}

static struct fault_out *fault_out(struct fault_call *call, enum fault_out_type type, void *at)
{
    WCD_ASSERT(call->out_count < FAULT_OUTS_MAX);
    struct fault_out *out = &call->outs[call->out_count++];
    out->type = type;
    out->at = at;
    return out;
}

void fault_out_text(struct fault_call *call, char **text)
{
    *text = NULL;
    (void)fault_out(call, FAULT_OUT_TEXT, text);
}

void fault_out_result(struct fault_call *call, char **result)
{
    *result = NULL;
    (void)fault_out(call, FAULT_OUT_RESULT, result);
}

struct fault_out *fault_out_handle(struct fault_call *call, enum wrap_handle_kind kind,
                                   plat_handle *handle)
{
    *handle = PLAT_NO_HANDLE;
    struct fault_out *out = fault_out(call, FAULT_OUT_HANDLE, handle);
    out->kind = kind;
    out->process_id = call->view.process_id;
    return out;
}

void fault_out_owner(struct fault_call *call, void *data, size_t size, void (*release)(void *at))
{
    if (size > 0) {
        memset(data, 0, size);
    }
    struct fault_out *out = fault_out(call, FAULT_OUT_DATA, data);
    out->size = size;
    out->release = release;
}

void fault_out_data(struct fault_call *call, void *data, size_t size)
{
    fault_out_owner(call, data, size, NULL);
}

/* ---- before ---- */

static void fault_count(struct fault_call *call)
{
    struct wrap_fault *fault = call->fault;
    size_t count = 0;
    const struct wrap_function *functions = wrap_functions(&count);
    const struct wrap_function *function = wrap_function_find(call->view.function);
    WCD_ASSERT(function != NULL);
    call->view.number = ++fault->calls;
    call->view.function_number = ++fault->function_calls[function - functions];
}

static bool is_about_calls(enum wrap_fault_action action)
{
    return action <= WRAP_FAULT_HOOK_AFTER;
}

static bool fault_rule_meant(const struct fault_rule *rule, const struct fault_call *call)
{
    const struct wrap_fault_call *view = &call->view;
    const char *function = rule->wanted.function;
    return !rule->removed && is_about_calls(rule->wanted.action) &&
           (function == NULL || strcmp(function, view->function) == 0) &&
           (rule->wanted.method == NULL || wcd_text_equal(rule->wanted.method, view->method)) &&
           (fault_rule_fits(rule, view->object, view->process_id) ||
            (view->source != NULL && fault_rule_fits(rule, view->source, view->process_id)));
}

/* Where time passes by itself other calls come meanwhile, which rules fire on, and which may close what this
 * one is about. */
static void fault_hang(struct fault_call *call)
{
    struct wrap_fault *fault = call->fault;
    if (call->view.object != NULL && call->hung_object == NULL) {
        call->hung_object = wcd_text_copy(call->view.object);
        if (call->hung_object == NULL) {
            fault_failed(fault);
        }
        call->view.object = call->hung_object;
    }
    fault->advance(fault->advance_ctx, call->hang_us);
}

static void fault_hook_after(struct fault_call *call, const struct fault_rule *rule)
{
    const struct fault_rule **after =
        realloc(call->after, (call->after_count + 1) * sizeof(call->after[0]));
    if (after == NULL) {
        fault_failed(call->fault);
        return;
    }
    call->after = after;
    call->after[call->after_count++] = rule;
}

static void fault_act(struct fault_call *call, const struct fault_rule *rule)
{
    uint64_t delay_us = rule->wanted.delay_us;
    switch (rule->wanted.action) {
    case WRAP_FAULT_ANSWER:
    case WRAP_FAULT_REPLACE:
        call->answer = call->answer == NULL ? rule : call->answer;
        return;
    case WRAP_FAULT_WITHHOLD:
        call->withhold = rule;
        return;
    case WRAP_FAULT_HANG:
        call->hangs = true;
        call->hang_us =
            delay_us > UINT64_MAX - call->hang_us ? UINT64_MAX : call->hang_us + delay_us;
        return;
    case WRAP_FAULT_HOOK_BEFORE:
        rule->wanted.hook(rule->wanted.hook_ctx, &call->view);
        return;
    default:
        fault_hook_after(call, rule);
        return;
    }
}

/* All rules count the call now, before it hangs. Those that a hook adds are for the calls that follow. */
static void fault_apply_rules(struct fault_call *call)
{
    struct wrap_fault *fault = call->fault;
    size_t count = fault->rule_count;
    for (size_t i = 0; i < count && !wrap_fault_dead(fault); i++) {
        struct fault_rule *rule = fault->rules[i];
        if (!fault_rule_meant(rule, call)) {
            continue;
        }
        wrap_lock_take(&fault->lock);
        bool fires = fault_rule_fires(rule);
        wrap_lock_give(&fault->lock);
        if (fires) {
            fault_act(call, rule);
        }
    }
}

bool fault_enter(struct fault_call *call)
{
    if (wrap_fault_dead(call->fault)) {
        return false;
    }
    fault_count(call);
    fault_withhold_end(call);
    if (call->fault->spared == NULL || !call->fault->spared(call->fault->spared_ctx)) {
        fault_apply_rules(call);
    }
    if (call->hangs && !wrap_fault_dead(call->fault)) {
        fault_hang(call);
    }
    if (call->withhold != NULL && !wrap_fault_dead(call->fault)) {
        fault_withhold(call, call->withhold);
    }
    bool phantom = (call->handle & FAULT_PHANTOM_BIT) != 0;
    bool answered = call->answer != NULL && call->answer->wanted.action == WRAP_FAULT_ANSWER;
    call->passed = !phantom && !answered && !wrap_fault_dead(call->fault);
    call->hr = call->phantom_hr;
    return call->passed;
}

/* ---- after ---- */

/* Takes back what the daemon is not to see. Handles are closed below, unless the process died: then all of
 * its handles are closed already. */
static void fault_scrub(struct fault_call *call)
{
    struct wrap_fault *fault = call->fault;
    for (size_t i = 0; i < call->out_count; i++) {
        const struct fault_out *out = &call->outs[i];
        if (out->type == FAULT_OUT_HANDLE) {
            plat_handle *handle = out->at;
            if (*handle != PLAT_NO_HANDLE && !wrap_fault_dead(fault)) {
                wrap_objects_remove(&fault->objects, out->kind, *handle);
                fault_close_below(fault, out->kind, *handle);
                fault_sinks_ended(fault, out->kind, *handle);
            }
            *handle = PLAT_NO_HANDLE;
        } else if (out->type == FAULT_OUT_DATA) {
            if (out->release != NULL) {
                out->release(out->at);
            }
            if (out->size > 0) {
                memset(out->at, 0, out->size);
            }
        } else {
            wcd_text_replace(out->at, NULL);
        }
    }
}

static void fault_track(struct wrap_fault *fault, const struct fault_call *call,
                        const struct fault_out *out)
{
    const plat_handle *handle = out->at;
    if (*handle != PLAT_NO_HANDLE && !wrap_objects_add(&fault->objects, out->kind, *handle,
                                                       call->view.object, out->process_id)) {
        fault_failed(fault);
    }
}

/* Keeps the account of handles after a call that was passed on. */
static void fault_settle(struct fault_call *call)
{
    struct wrap_fault *fault = call->fault;
    fault_withhold_answer(call);
    if (!plat_hcs_accepted(call->hr)) {
        return;
    }
    for (size_t i = 0; i < call->out_count; i++) {
        if (call->outs[i].type == FAULT_OUT_HANDLE) {
            fault_track(fault, call, &call->outs[i]);
        }
    }
    if (call->closes) {
        struct wrap_object object = {0};
        fault_sinks_ended(fault, call->kind, call->handle);
        (void)wrap_objects_take(&fault->objects, call->kind, call->handle, &object);
        call->closed_object = object.name;
    }
}

static void fault_run_hooks_after(struct fault_call *call)
{
    for (size_t i = 0; i < call->after_count && !wrap_fault_dead(call->fault); i++) {
        const struct fault_rule *rule = call->after[i];
        if (!rule->removed) {
            rule->wanted.hook(rule->wanted.hook_ctx, &call->view);
        }
    }
}

/* False without memory. */
static bool fault_set_text(struct fault_call *call, char **slot, const char *text)
{
    char *copy = text == NULL ? NULL : wcd_text_copy(text);
    wcd_text_replace(slot, copy);
    if (text != NULL && copy == NULL) {
        fault_failed(call->fault);
        return false;
    }
    return true;
}

/* Gives the outs what belongs to a success that the platform below did not have. */
static bool fault_invent(struct fault_call *call, const char *output)
{
    struct wrap_fault *fault = call->fault;
    bool succeeded = call->passed && plat_hcs_accepted(call->hr);
    for (size_t i = 0; i < call->out_count; i++) {
        const struct fault_out *out = &call->outs[i];
        if (out->type == FAULT_OUT_TEXT && (output != NULL || !succeeded)) {
            if (!fault_set_text(call, out->at, wcd_text_or_empty(output))) {
                return false;
            }
        } else if (out->type == FAULT_OUT_HANDLE && !succeeded) {
            plat_handle *handle = out->at;
            *handle = FAULT_PHANTOM_BIT | ++fault->phantom_last;
            fault_track(fault, call, out);
        }
    }
    return true;
}

static bool fault_set_result(struct fault_call *call, const char *result)
{
    bool done = true;
    for (size_t i = 0; i < call->out_count && done; i++) {
        const struct fault_out *out = &call->outs[i];
        done = out->type != FAULT_OUT_RESULT || fault_set_text(call, out->at, result);
    }
    return done;
}

static plat_hr fault_answer(struct fault_call *call)
{
    const struct wrap_fault_rule *wanted = &call->answer->wanted;
    bool success = plat_hcs_accepted(wanted->hr);
    if (call->passed && !(success && plat_hcs_accepted(call->hr))) {
        fault_scrub(call);
    }
    if (!fault_set_result(call, wanted->result) ||
        (success && !fault_invent(call, wanted->output))) {
        fault_scrub(call);
        return PLAT_E_OUTOFMEMORY;
    }
    return wanted->hr;
}

/* What a call answers on a handle that leads nowhere. */
static plat_hr fault_answer_nowhere(struct fault_call *call)
{
    if (call->closes) {
        wrap_objects_remove(&call->fault->objects, call->kind, call->handle);
    }
    if (plat_succeeded(call->hr) && !fault_invent(call, NULL)) {
        fault_scrub(call);
        return PLAT_E_OUTOFMEMORY;
    }
    return call->hr;
}

/* The daemon lets go of what it believes to have closed, whatever is below. */
static void fault_believed(const struct fault_call *call, plat_hr hr)
{
    bool ended = call->passed && plat_hcs_accepted(call->hr);
    if (call->closes && plat_hcs_accepted(hr) && !ended) {
        fault_sinks_mute(call->fault, call->kind, call->handle);
    }
}

static plat_hr fault_outcome(struct fault_call *call)
{
    if (wrap_fault_dead(call->fault)) {
        fault_scrub(call);
        return call->closes ? PLAT_S_OK : WRAP_FAULT_DEAD;
    }
    if (call->withheld != NULL && (!call->passed || !plat_hcs_accepted(call->hr))) {
        fault_withhold_end(call); /* there is nothing to complete */
    }
    if (call->answer != NULL) {
        return fault_answer(call);
    }
    return call->passed ? call->hr : fault_answer_nowhere(call);
}

plat_hr fault_leave(struct fault_call *call)
{
    if (call->passed) {
        fault_settle(call);
    }
    fault_run_hooks_after(call);
    plat_hr hr = fault_outcome(call);
    fault_believed(call, hr);
    free(call->after);
    free(call->closed_object);
    free(call->hung_object);
    return hr;
}
