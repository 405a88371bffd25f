/* What networks and endpoints are made of; see types.h. */
#include "core/network/types.h"

#include <stdint.h>
#include <stdlib.h>

static void release_config(struct wcd_ipam_config *config)
{
    free(config->preferred_pool);
    free(config->sub_pool);
    free(config->gateway);
    wcd_json_free(config->aux_addresses);
}

void wcd_ipam_configs_release(struct wcd_ipam_configs *configs)
{
    for (size_t i = 0; i < configs->count; i++) {
        release_config(&configs->items[i]);
    }
    free(configs->items);
    *configs = (struct wcd_ipam_configs){0};
}

void wcd_port_bindings_release(struct wcd_port_bindings *bindings)
{
    for (size_t i = 0; i < bindings->count; i++) {
        free(bindings->items[i].host_ip);
    }
    free(bindings->items);
    *bindings = (struct wcd_port_bindings){0};
}

/* A copy of a text that may be NULL. */
static bool copy_text(char **to, const char *from)
{
    *to = from == NULL ? NULL : wcd_text_copy(from);
    return from == NULL || *to != NULL;
}

/* Makes room for one more item; the lists are short, so each item costs one reallocation. */
static bool grow(void **items, size_t count, size_t size)
{
    void *more = count >= SIZE_MAX / size - 1 ? NULL : realloc(*items, (count + 1) * size);
    if (more == NULL) {
        return false;
    }
    *items = more;
    return true;
}

static struct wcd_ipam_config *add_config(struct wcd_ipam_configs *configs)
{
    void *items = configs->items;
    if (!grow(&items, configs->count, sizeof(*configs->items))) {
        return NULL;
    }
    configs->items = items;
    struct wcd_ipam_config *config = &configs->items[configs->count++];
    *config = (struct wcd_ipam_config){0};
    return config;
}

/* Takes the last one away again unless it is whole. */
static bool keep_if(struct wcd_ipam_configs *configs, bool whole)
{
    if (!whole) {
        release_config(&configs->items[--configs->count]);
    }
    return whole;
}

bool wcd_ipam_configs_add(struct wcd_ipam_configs *configs, const char *pool, const char *gateway)
{
    struct wcd_ipam_config *to = add_config(configs);
    return to != NULL && keep_if(configs, copy_text(&to->preferred_pool, pool) &&
                                              copy_text(&to->gateway, gateway));
}

static bool add_copy(struct wcd_ipam_configs *configs, const struct wcd_ipam_config *from)
{
    if (!wcd_ipam_configs_add(configs, from->preferred_pool, from->gateway)) {
        return false;
    }
    struct wcd_ipam_config *to = &configs->items[configs->count - 1];
    if (from->aux_addresses != NULL) {
        to->aux_addresses = wcd_json_copy(from->aux_addresses);
    }
    return keep_if(configs, copy_text(&to->sub_pool, from->sub_pool) &&
                                (from->aux_addresses == NULL || to->aux_addresses != NULL));
}

bool wcd_ipam_configs_append(struct wcd_ipam_configs *configs, const struct wcd_ipam_configs *more)
{
    for (size_t i = 0; i < more->count; i++) {
        if (!add_copy(configs, &more->items[i])) {
            return false;
        }
    }
    return true;
}

bool wcd_ipam_configs_copy(struct wcd_ipam_configs *to, const struct wcd_ipam_configs *from)
{
    struct wcd_ipam_configs copy = {0};
    if (!wcd_ipam_configs_append(&copy, from)) {
        wcd_ipam_configs_release(&copy);
        return false;
    }
    wcd_ipam_configs_release(to);
    *to = copy;
    return true;
}

bool wcd_port_bindings_add(struct wcd_port_bindings *bindings, const struct wcd_port_binding *from)
{
    void *items = bindings->items;
    if (!grow(&items, bindings->count, sizeof(*bindings->items))) {
        return false;
    }
    bindings->items = items;
    struct wcd_port_binding *to = &bindings->items[bindings->count];
    *to = *from;
    if (!copy_text(&to->host_ip, from->host_ip)) {
        return false;
    }
    bindings->count++;
    return true;
}
