/* The container's data; see container.h. */
#include "core/container/container.h"

#include "core/container/config.h"

#include <stdlib.h>

void wcd_container_mounts_release(struct wcd_container_mounts *mounts)
{
    for (size_t i = 0; i < mounts->count; i++) {
        free(mounts->items[i].source);
        free(mounts->items[i].destination);
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
