/* Completions that are held back: which operation of which object they belong to. The notifications themselves
 * are held by fault_sink.c. */
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "fakes/wrap/fault_internal.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *function;
    uint32_t notification;
} fault_completions[] = {
    {"HcsCreateComputeSystem", PLAT_HCS_SYSTEM_CREATE_COMPLETED},
    {"HcsStartComputeSystem", PLAT_HCS_SYSTEM_START_COMPLETED},
    {"HcsPauseComputeSystem", PLAT_HCS_SYSTEM_PAUSE_COMPLETED},
    {"HcsResumeComputeSystem", PLAT_HCS_SYSTEM_RESUME_COMPLETED},
    {"HcsSaveComputeSystem", PLAT_HCS_SYSTEM_SAVE_COMPLETED},
    {"HcsShutdownComputeSystem", PLAT_HCS_SYSTEM_EXITED},
    {"HcsTerminateComputeSystem", PLAT_HCS_SYSTEM_EXITED},
    {"HcsTerminateProcess", PLAT_HCS_PROCESS_EXITED},
    {"HcsSignalProcess", PLAT_HCS_PROCESS_EXITED},
};

static uint32_t fault_completion(const char *function)
{
    for (size_t i = 0; i < sizeof(fault_completions) / sizeof(fault_completions[0]); i++) {
        if (strcmp(fault_completions[i].function, function) == 0) {
            return fault_completions[i].notification;
        }
    }
    return 0;
}

bool fault_same_object(const char *a, uint32_t a_process, const char *b, uint32_t b_process)
{
    return a_process == b_process && a != NULL && b != NULL && wcd_utf8_equal_fold(a, b);
}

void fault_withhold(struct fault_call *call, const struct fault_rule *rule)
{
    struct wrap_fault *fault = call->fault;
    fault_withhold_end(call); /* of those that came while this one hung */
    struct fault_withheld *withheld = calloc(1, sizeof(*withheld));
    char *object = wcd_text_copy(wcd_text_or_empty(call->view.object));
    if (withheld == NULL || object == NULL) {
        free(withheld);
        free(object);
        fault_failed(fault);
        return;
    }
    *withheld = (struct fault_withheld){
        .function = call->view.function,
        .object = object,
        .process_id = call->view.process_id,
        .notification = fault_completion(call->view.function),
        .delay_us = rule->wanted.delay_us,
        .rule = rule->id,
    };
    wrap_lock_take(&fault->lock);
    withheld->next = fault->withheld;
    fault->withheld = withheld;
    wrap_lock_give(&fault->lock);
    call->withheld = withheld;
}

/* A platform that is done at once tells nothing later: the decorator does. Exits are told in any case. */
void fault_withhold_answer(struct fault_call *call)
{
    struct wrap_fault *fault = call->fault;
    struct fault_withheld *withheld = call->withheld;
    if (withheld == NULL || call->hr != PLAT_S_OK) {
        return;
    }
    call->hr = PLAT_HCS_OPERATION_PENDING;
    withheld->owed = withheld->notification != PLAT_HCS_SYSTEM_EXITED &&
                     withheld->notification != PLAT_HCS_PROCESS_EXITED;
    if (withheld->owed) {
        const struct plat_clock *clock = &fault->below.clock;
        withheld->since_us = clock->ops->monotonic_us(clock->ctx);
        withheld->owed = !fault_sinks_owe(fault, withheld);
    }
}

void fault_withhold_from(struct fault_sink *sink, struct wrap_fault *fault)
{
    for (struct fault_withheld *withheld = fault->withheld; withheld != NULL;
         withheld = withheld->next) {
        withheld->owed = withheld->owed && !fault_sink_owe(sink, withheld);
    }
}

void fault_withhold_end(struct fault_call *call)
{
    struct wrap_fault *fault = call->fault;
    struct fault_withheld *ended = NULL;
    if (fault->withheld == NULL) {
        return; /* only this thread adds to them */
    }
    wrap_lock_take(&fault->lock);
    for (struct fault_withheld **at = &fault->withheld; *at != NULL;) {
        struct fault_withheld *withheld = *at;
        if (strcmp(withheld->function, call->view.function) == 0 &&
            fault_same_object(withheld->object, withheld->process_id, call->view.object,
                              call->view.process_id)) {
            *at = withheld->next;
            withheld->next = ended;
            ended = withheld;
        } else {
            at = &withheld->next;
        }
    }
    wrap_lock_give(&fault->lock);
    while (ended != NULL) {
        struct fault_withheld *next = ended->next;
        free(ended->object);
        free(ended);
        ended = next;
    }
}

void fault_withheld_release(struct wrap_fault *fault)
{
    while (fault->withheld != NULL) {
        struct fault_withheld *next = fault->withheld->next;
        free(fault->withheld->object);
        free(fault->withheld);
        fault->withheld = next;
    }
}
