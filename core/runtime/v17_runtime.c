/* The local runtime of 2017: made and unmade. */
#include "core/runtime/v17_internal.h"

#include <stdlib.h>

struct wcd_local_runtime *wcd_local_runtime_v17(const struct wcd_runtime_options *options)
{
    struct wcd_v17_runtime *runtime = calloc(1, sizeof(*runtime));
    if (runtime == NULL) {
        return NULL;
    }
    *runtime = (struct wcd_v17_runtime){.base = {.ops = &v17_ops}, .options = *options};
    return &runtime->base;
}

void v17_destroy(struct wcd_local_runtime *base)
{
    struct wcd_v17_runtime *runtime = v17_of(base);
    for (size_t i = 0; i < runtime->bucket_count; i++) {
        while (runtime->buckets[i] != NULL) {
            v17_container_free(runtime->buckets[i]);
        }
    }
    while (runtime->errands != NULL) {
        v17_errand_free(runtime->errands);
    }
    free(runtime->buckets);
    free(runtime);
}

enum wcd_errc v17_tell(struct wcd_v17_runtime *runtime, const struct wcd_runtime_event *event,
                       struct wcd_error *err)
{
    return runtime->options.on_event(runtime->options.event_ctx, event, err);
}
