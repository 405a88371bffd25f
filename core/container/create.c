/* Making a container. Evidence: moby daemon/container.go (newContainer, getEntrypointAndArgs), names.go. */
#include "core/container/create.h"

#include "core/base/winpath.h"
#include "core/container/config.h"
#include "core/container/internal.h"
#include "core/layer/ids.h"

#include <stdlib.h>
#include <string.h>

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* A name may be given as the API gives it back: with a slash in front. */
static const char *without_slash(const char *name)
{
    return name[0] == '/' ? name + 1 : name;
}

enum wcd_errc wcd_container_check_name(const char *name, struct wcd_error *err)
{
    const char *at = without_slash(name);
    bool ok = is_letter_or_digit(*at) && at[1] != '\0';
    for (at++; ok && *at != '\0'; at++) {
        ok = is_letter_or_digit(*at) || strchr("_.-", *at) != NULL;
    }
    return ok ? WCD_OK
              : wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                              "Invalid container name (%s), only [a-zA-Z0-9][a-zA-Z0-9_.-] are "
                              "allowed",
                              name);
}

/* The program and its arguments: the entrypoint, and the command behind it. */
static bool split_command(struct wcd_container *container)
{
    const struct wcd_container_config *config = &container->config;
    const struct wcd_strlist *parts[] = {&config->entrypoint, &config->cmd};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof(parts) / sizeof(parts[0]); i++) {
        for (size_t j = 0; ok && j < parts[i]->count; j++) {
            if (container->path == NULL) {
                container->path = wcd_text_copy(parts[i]->items[j]);
                ok = container->path != NULL;
            } else {
                ok = wcd_strlist_add(&container->args, parts[i]->items[j]);
            }
        }
    }
    return ok;
}

static bool fill(struct wcd_container *container, const struct wcd_container_names *names)
{
    container->driver = wcd_text_copy("windowsfilter");
    container->os = wcd_text_copy("windows");
    if (wcd_text_or_empty(names->name)[0] == '\0') {
        container->name = container_default_name(container->id);
    } else {
        container->name = wcd_text_format("/%s", without_slash(names->name));
    }
    container->root = wcd_path_join(names->root, container->id);
    if (names->image_id != NULL) {
        container->image_id = wcd_text_copy(names->image_id);
    }
    struct wcd_container_config *config = &container->config;
    if (wcd_text_or_empty(config->hostname)[0] == '\0') {
        wcd_text_replace(&config->hostname,
                         wcd_text_copy_n(container->id, CONTAINER_SHORT_ID_DIGITS));
    }
    return container->driver != NULL && container->os != NULL && container->name != NULL &&
           container->root != NULL && config->hostname != NULL &&
           (names->image_id == NULL || container->image_id != NULL) && split_command(container);
}

enum wcd_errc wcd_container_new(struct wcd_container **out, const struct platform *platform,
                                const struct wcd_container_names *names,
                                struct wcd_container_config *config,
                                struct wcd_host_config *host_config, struct wcd_error *err)
{
    struct wcd_container *container = calloc(1, sizeof(*container));
    if (container == NULL) {
        wcd_container_config_release(config);
        wcd_host_config_release(host_config);
        return wcd_error_no_memory(err);
    }
    container->config = *config;
    container->host_config = *host_config;
    *config = (struct wcd_container_config){0};
    *host_config = (struct wcd_host_config){0};
    container->created_100ns = platform->clock.ops->wall_100ns(platform->clock.ctx);
    enum wcd_errc code = wcd_random_id(platform, &container->id, err);
    if (code == WCD_OK && !fill(container, names)) {
        code = wcd_error_no_memory(err);
    }
    if (code == WCD_OK) {
        code = wcd_container_read_binds(platform, &container->host_config.binds, &container->mounts,
                                        err);
    }
    if (code != WCD_OK) {
        wcd_container_free(container);
        return code;
    }
    *out = container;
    return WCD_OK;
}
