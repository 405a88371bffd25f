/* The container's data; see container.h. */
#include "core/container/container.h"

#include "core/container/config.h"
#include "core/container/internal.h"

#include <stdlib.h>

void wcd_container_mounts_release(struct wcd_container_mounts *mounts)
{
    for (size_t i = 0; i < mounts->count; i++) {
        free(mounts->items[i].source);
        free(mounts->items[i].destination);
        free(mounts->items[i].mode);
    }
    free(mounts->items);
    *mounts = (struct wcd_container_mounts){0};
}

void wcd_container_references_release(struct wcd_container_references *references)
{
    for (size_t i = 0; i < references->count; i++) {
        free(references->items[i].id);
        free(references->items[i].name);
        free(references->items[i].file_name);
        free(references->items[i].data);
    }
    free(references->items);
    *references = (struct wcd_container_references){0};
}

void wcd_container_endpoints_release(struct wcd_container_endpoints *endpoints)
{
    for (size_t i = 0; i < endpoints->count; i++) {
        free(endpoints->items[i].network);
        free(endpoints->items[i].hns_id);
        free(endpoints->items[i].gateway_hns_id);
    }
    free(endpoints->items);
    *endpoints = (struct wcd_container_endpoints){0};
}

void wcd_container_free(struct wcd_container *container)
{
    if (container == NULL) {
        return;
    }
    free(container->id);
    free(container->name);
    free(container->image_id);
    free(container->root);
    free(container->path);
    wcd_strlist_release(&container->args);
    wcd_container_config_release(&container->config);
    wcd_host_config_release(&container->host_config);
    wcd_container_mounts_release(&container->mounts);
    wcd_container_references_release(&container->secrets);
    wcd_container_references_release(&container->configs);
    free(container->log_path);
    free(container->driver);
    free(container->os);
    wcd_network_settings_release(&container->networks);
    wcd_container_state_release(&container->state);
    free(container->base_fs);
    wcd_container_endpoints_release(&container->endpoints);
    wcd_strlist_release(&container->shared_endpoints);
    free(container->shared_network_container_id);
    free(container);
}

char *wcd_container_full_hostname(const struct wcd_container *container)
{
    const char *hostname = wcd_text_or_empty(container->config.hostname);
    const char *domainname = wcd_text_or_empty(container->config.domainname);
    if (domainname[0] == '\0') {
        return wcd_text_copy(hostname);
    }
    return wcd_text_format("%s.%s", hostname, domainname);
}

char *container_default_name(const char *id)
{
    return wcd_text_format("/%.*s", CONTAINER_SHORT_ID_DIGITS, id);
}

const char *wcd_container_mount_type(const struct wcd_container_mount *mount)
{
    return wcd_text_has_prefix(mount->source, "\\\\.\\pipe\\") ? "npipe" : "bind";
}

int64_t wcd_container_stop_timeout_s(const struct wcd_container *container,
                                     const struct engine_rules *engine)
{
    const struct wcd_optional_int *own = &container->config.stop_timeout_s;
    return own->present ? own->value : engine->stop_timeout_s;
}

void wcd_container_reset_restart(struct wcd_container *container, bool reset_count)
{
    if (container->restart.made) {
        wcd_restart_cancel(&container->restart);
    }
    if (reset_count) {
        container->restart_count = 0;
    }
    container->restart = (struct wcd_restart_manager){0};
}

enum wcd_errc wcd_container_should_restart(struct wcd_container *container,
                                           const struct engine_rules *engine, bool *restart,
                                           uint64_t *delay_us, struct wcd_error *err)
{
    const struct wcd_restart_policy policy = {.name = container->host_config.restart_policy,
                                              .retries_max =
                                                  container->host_config.restart_retries_max};
    const struct wcd_container_state *state = &container->state;
    bool ran = state->finished_100ns > state->started_100ns;
    const struct wcd_restart_end end = {.exit_code = (uint32_t)state->exit_code,
                                        .manually_stopped = container->has_been_manually_stopped,
                                        .ran_100ns =
                                            ran ? state->finished_100ns - state->started_100ns : 0};
    wcd_container_restart_manager(container);
    return wcd_restart_decide(&container->restart, &policy, &end, engine, restart, delay_us, err);
}

struct wcd_restart_manager *wcd_container_restart_manager(struct wcd_container *container)
{
    if (!container->restart.made) {
        container->restart =
            (struct wcd_restart_manager){.made = true, .count = container->restart_count};
    }
    return &container->restart;
}
