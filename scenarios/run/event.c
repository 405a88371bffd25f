/* Ownership of the records that runs leave behind. */
#include "scenarios/run/event.h"

#include <stdlib.h>

const char *scn_status_name(enum scn_status status)
{
    switch (status) {
    case SCN_PASS:
        return "pass";
    case SCN_FAIL:
        return "fail";
    case SCN_SKIP:
        return "skip";
    case SCN_GAP:
        return "gap";
    }
    return "unknown";
}

void scn_failure_release(struct scn_failure *failure)
{
    free(failure->file);
    free(failure->source_line);
    free(failure->what);
    free(failure->expected);
    free(failure->got);
    wcd_strlist_release(&failure->calls);
    *failure = (struct scn_failure){0};
}

void scn_run_result_release(struct scn_run_result *result)
{
    for (size_t i = 0; i < result->failure_count; i++) {
        scn_failure_release(&result->failures[i]);
    }
    free(result->failures);
    free(result->reason);
    free(result->difference);
    free(result->trace);
    free(result->step_calls);
    wcd_strlist_release(&result->documents);
    *result = (struct scn_run_result){0};
}
