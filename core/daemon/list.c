/* docker ps. Evidence: moby daemon/list.go, container/view.go (transform), api/types (Container) of both
 * generations. */
#include "core/base/assert.h"
#include "core/base/buf.h"
#include "core/base/gotime.h"
#include "core/base/limits.h"
#include "core/daemon/inspect.h"
#include "core/daemon/io.h"
#include "core/daemon/list_filters.h"

#include <stdlib.h>
#include <string.h>

static struct wcd_json *names_of(const struct wcd_container *container)
{
    struct wcd_json *names = wcd_json_new_array();
    return wcd_json_append(names, wcd_json_new_string(container->name)) ? names
                                                                        : wcd_json_discard(names);
}

/* The image as it was asked for, as long as that still means the same one. */
static const char *image_of(const struct wcd_daemon *daemon, const struct wcd_container *container)
{
    const char *name = wcd_text_or_empty(container->config.image);
    const char *id = wcd_text_or_empty(container->image_id);
    const struct wcd_image *image = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    if (name[0] == '\0' || strcmp(name, id) == 0) {
        return name;
    }
    bool same =
        wcd_image_get(daemon->images, name, &image, &err) == WCD_OK && strcmp(image->id, id) == 0;
    wcd_error_release(&err);
    return same ? name : id;
}

/* The program and its arguments; those with a blank in quotes. */
static struct wcd_json *command_of(const struct wcd_container *container)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&buf, wcd_text_or_empty(container->path));
    for (size_t i = 0; i < container->args.count; i++) {
        const char *quote = strchr(container->args.items[i], ' ') != NULL ? "'" : "";
        wcd_buf_format(&buf, " %s%s%s", quote, container->args.items[i], quote);
    }
    struct wcd_json *command = buf.failed ? NULL : wcd_json_new_string(wcd_buf_str(&buf));
    wcd_buf_release(&buf);
    return command;
}

static struct wcd_json *status_of(const struct wcd_daemon *daemon,
                                  const struct wcd_container *container)
{
    const struct plat_clock *clock = &daemon->platform->clock;
    char *text = wcd_container_state_text(&container->state, daemon->engine,
                                          clock->ops->wall_100ns(clock->ctx));
    struct wcd_json *out = text == NULL ? NULL : wcd_json_new_string(text);
    free(text);
    return out;
}

static struct wcd_json *host_config_of(const struct wcd_container *container)
{
    const char *mode = wcd_text_or_empty(container->host_config.network_mode);
    struct wcd_json *out = wcd_json_new_object();
    if (out != NULL && mode[0] != '\0' && !wcd_json_set_string(out, "NetworkMode", mode)) {
        return wcd_json_discard(out);
    }
    return out;
}

static struct wcd_json *network_settings_of(const struct wcd_daemon *daemon,
                                            const struct wcd_container *container)
{
    struct wcd_json *out = wcd_json_new_object();
    return wcd_json_set(out, "Networks", inspect_networks(daemon, container, false))
               ? out
               : wcd_json_discard(out);
}

/* A published port, or one that is only exposed (binding NULL). */
static struct wcd_json *port_of(const char *port, const struct wcd_json *binding)
{
    const struct wcd_json *ip = wcd_json_get(binding, "HostIp");
    const struct wcd_json *host = wcd_json_get(binding, "HostPort");
    const char *slash = strchr(port, '/');
    struct wcd_json *out = wcd_json_new_object();
    bool ok = out != NULL &&
              (!wcd_json_is(ip, WCD_JSON_STRING) || wcd_json_string(ip)[0] == '\0' ||
               wcd_json_set_string(out, "IP", wcd_json_string(ip))) &&
              wcd_json_set_int64(out, "PrivatePort", strtol(port, NULL, 10));
    long number = wcd_json_is(host, WCD_JSON_STRING) ? strtol(wcd_json_string(host), NULL, 10) : 0;
    ok = ok && (number == 0 || wcd_json_set_int64(out, "PublicPort", number)) &&
         wcd_json_set_string(out, "Type", slash == NULL ? "tcp" : slash + 1);
    return wcd_json_if(ok, out);
}

static struct wcd_json *ports_of(const struct wcd_container *container)
{
    struct wcd_json *out = wcd_json_new_array();
    for (const struct wcd_json *port = wcd_json_first(container->networks.ports);
         out != NULL && port != NULL; port = wcd_json_next(port)) {
        const char *name = wcd_json_name(port);
        if (wcd_json_first(port) == NULL && !wcd_json_append(out, port_of(name, NULL))) {
            return wcd_json_discard(out);
        }
        for (const struct wcd_json *item = wcd_json_first(port); item != NULL;
             item = wcd_json_next(item)) {
            if (!wcd_json_append(out, port_of(name, item))) {
                return wcd_json_discard(out);
            }
        }
    }
    return out;
}

static struct wcd_json *labels_of(const struct wcd_container *container)
{
    return container->config.labels == NULL ? wcd_json_new_null()
                                            : wcd_json_copy_sorted(container->config.labels);
}

static struct wcd_json *row_of(const struct wcd_daemon *daemon,
                               const struct wcd_container *container)
{
    struct wcd_json *out = wcd_json_new_object();
    if (out == NULL || !wcd_json_set_string(out, "Id", container->id) ||
        !wcd_json_set(out, "Names", names_of(container)) ||
        !wcd_json_set_string(out, "Image", image_of(daemon, container)) ||
        !wcd_json_set_string(out, "ImageID", wcd_text_or_empty(container->image_id)) ||
        !wcd_json_set(out, "Command", command_of(container)) ||
        !wcd_json_set_int64(out, "Created", wcd_time_unix_s(container->created_100ns)) ||
        !wcd_json_set(out, "Ports", ports_of(container)) ||
        !wcd_json_set(out, "Labels", labels_of(container)) ||
        !wcd_json_set_string(out, "State", wcd_container_state_name(&container->state)) ||
        !wcd_json_set(out, "Status", status_of(daemon, container)) ||
        !wcd_json_set(out, "HostConfig", host_config_of(container)) ||
        !wcd_json_set(out, "NetworkSettings", network_settings_of(daemon, container)) ||
        !wcd_json_set(out, "Mounts", inspect_mounts(container))) {
        return wcd_json_discard(out);
    }
    return out;
}

/* ---- order ---- */

/* A container, and its place in the daemon's list: those of one time stay in the order of their creation. */
struct ranked {
    const struct wcd_container *container;
    size_t index;
};

/* The newest first. */
static int compare(const void *a, const void *b)
{
    const struct ranked *left = a;
    const struct ranked *right = b;
    if (left->container->created_100ns != right->container->created_100ns) {
        return left->container->created_100ns > right->container->created_100ns ? -1 : 1;
    }
    return left->index > right->index ? -1 : 1;
}

static struct wcd_json *rows_of(const struct wcd_daemon *daemon, struct list_filters *filters,
                                const struct ranked *ranked, size_t count)
{
    struct wcd_json *rows = wcd_json_new_array();
    for (size_t i = 0; rows != NULL && i < count; i++) {
        enum list_action action = list_filters_judge(filters, ranked[i].container);
        if (action == LIST_STOP) {
            break;
        }
        if (action == LIST_INCLUDE && !wcd_json_append(rows, row_of(daemon, ranked[i].container))) {
            return wcd_json_discard(rows);
        }
    }
    return rows;
}

static struct wcd_json *make_list(const struct wcd_daemon *daemon, struct list_filters *filters)
{
    size_t count = daemon->container_count;
    if (count == 0) {
        return wcd_json_new_array();
    }
    struct ranked *ranked = calloc(count, sizeof(*ranked));
    if (ranked == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        ranked[i] = (struct ranked){.container = daemon->containers[i], .index = i};
    }
    qsort(ranked, count, sizeof(*ranked), compare);
    struct wcd_json *rows = rows_of(daemon, filters, ranked, count);
    free(ranked);
    return rows;
}

enum wcd_errc wcd_daemon_list_containers(struct wcd_daemon *daemon, const struct wcd_json *options,
                                         struct wcd_json **out, struct wcd_error *err)
{
    struct list_filters filters;
    WCD_ASSERT(daemon->state == WCD_DAEMON_RUNNING);
    enum wcd_errc code = list_filters_read(&filters, daemon, options, err);
    if (code == WCD_OK) {
        *out = make_list(daemon, &filters);
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    list_filters_release(&filters);
    return code;
}
