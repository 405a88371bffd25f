/* The filters of docker ps. Names, ids, states and isolations are matched as regular expressions, as the original
 * does.
 *
 * Evidence: moby daemon/list.go (foldFilter, includeContainerInList), daemon/list_windows.go, api/types/filters
 * (Args) of both generations. */
#include "core/daemon/list_filters.h"

#include "core/base/utf8.h"
#include "core/daemon/filter_args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PORT_MAX 65535

/* ---- values ---- */

static const struct wcd_json *field_of(const struct list_filters *filters, const char *name)
{
    return filter_field(filters->fields, name);
}

static bool matches(const struct list_filters *filters, const char *name, const char *text)
{
    return filter_matches(filters->fields, name, text);
}

/* ---- reading ---- */

static const struct {
    const char *name;
    bool ports;
} known[] = {
    {"ancestor", false},  {"before", false}, {"exited", false}, {"id", false},
    {"isolation", false}, {"label", false},  {"name", false},   {"status", false},
    {"health", false},    {"since", false},  {"volume", false}, {"network", false},
    {"is-task", false},   {"publish", true}, {"expose", true},
};

static enum wcd_errc refuse(const struct list_filters *filters, const char *message,
                            const char *value, struct wcd_error *err)
{
    const struct engine_rules *engine = filters->daemon->engine;
    return wcd_error_fill(err, engine->filter_class, message, value);
}

static bool is_known(const struct engine_rules *engine, const char *name)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i].name, name) == 0) {
            return !known[i].ports || engine->ports_can_be_filtered;
        }
    }
    return false;
}

static enum wcd_errc check_names(const struct list_filters *filters, struct wcd_error *err)
{
    for (const struct wcd_json *field = wcd_json_first(filters->fields); field != NULL;
         field = wcd_json_next(field)) {
        if (!is_known(filters->daemon->engine, wcd_json_name(field))) {
            return refuse(filters, filters->daemon->engine->invalid_filter_message,
                          wcd_json_name(field), err);
        }
    }
    return WCD_OK;
}

static bool read_int(const char *text, int64_t *out)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    *out = number;
    return errno == 0 && end != text && *end == '\0' && strchr(" \t\n\v\f\r", text[0]) == NULL;
}

static enum wcd_errc check_exited(const struct list_filters *filters, const char *value,
                                  struct wcd_error *err)
{
    int64_t number = 0;
    return read_int(value, &number)
               ? WCD_OK
               : wcd_error_fill(err, WCD_E_PLAIN, filters->daemon->engine->atoi_message, value);
}

static enum wcd_errc check_status(const struct list_filters *filters, const char *value,
                                  struct wcd_error *err)
{
    return wcd_container_state_name_is_valid(value)
               ? WCD_OK
               : refuse(filters, filters->daemon->engine->status_filter_message, value, err);
}

static enum wcd_errc check_health(const struct list_filters *filters, const char *value,
                                  struct wcd_error *err)
{
    return wcd_health_status_is_valid(value)
               ? WCD_OK
               : refuse(filters, "Unrecognised filter value for health: {}", value, err);
}

/* "80", "80/tcp", "8000-8080". */
static enum wcd_errc check_port(const char *name, const char *value, struct wcd_error *err)
{
    int64_t low = 0;
    int64_t high = 0;
    if (strchr(value, ':') != NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "filter for '%s' should not contain ':': %s", name,
                             value);
    }
    size_t len = strcspn(value, "/");
    size_t dash = strcspn(value, "-/");
    char *first = wcd_text_copy_n(value, dash);
    char *last = value[dash] == '-' ? wcd_text_copy_n(value + dash + 1, len - dash - 1)
                                    : wcd_text_copy_n(value, dash);
    enum wcd_errc code = WCD_OK;
    if (first == NULL || last == NULL) {
        code = wcd_error_no_memory(err);
    } else if (!read_int(first, &low) || !read_int(last, &high) || low < 0 || high > PORT_MAX) {
        const char *wrong = read_int(first, &low) && low >= 0 ? last : first;
        code = wcd_error_set(err, WCD_E_PLAIN,
                             "error while looking up for %s %s: strconv.ParseUint: parsing \"%s\": "
                             "invalid syntax",
                             name, value, wrong);
    } else if (high < low) {
        code = wcd_error_set(err, WCD_E_PLAIN,
                             "error while looking up for %s %s: invalid range specified for port: "
                             "%s",
                             name, value, value);
    }
    free(first);
    free(last);
    return code;
}

static enum wcd_errc check_publish(const struct list_filters *filters, const char *value,
                                   struct wcd_error *err)
{
    (void)filters;
    return check_port("publish", value, err);
}

static enum wcd_errc check_expose(const struct list_filters *filters, const char *value,
                                  struct wcd_error *err)
{
    (void)filters;
    return check_port("expose", value, err);
}

static enum wcd_errc walk(const struct list_filters *filters, const char *name,
                          enum wcd_errc (*check)(const struct list_filters *filters,
                                                 const char *value, struct wcd_error *err),
                          struct wcd_error *err)
{
    const struct wcd_json *field = field_of(filters, name);
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(field); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        code = check(filters, filter_value(field, item), err);
    }
    return code;
}

/* "true" or "false", alone; the values of a wrong one are printed as Go prints a list. */
static enum wcd_errc check_task(const struct list_filters *filters, struct wcd_error *err)
{
    const struct wcd_json *field = field_of(filters, "is-task");
    struct wcd_strlist values = {0};
    if (field == NULL ||
        (wcd_json_size(field) == 1 && (filter_has(field, "true") || filter_has(field, "false")))) {
        return WCD_OK;
    }
    bool ok = true;
    for (const struct wcd_json *item = wcd_json_first(field); ok && item != NULL;
         item = wcd_json_next(item)) {
        ok = wcd_strlist_add(&values, filter_value(field, item));
    }
    char *joined = ok ? wcd_strlist_join(&values, " ") : NULL;
    char *value = joined == NULL ? NULL : wcd_text_format("is-task=[%s]", joined);
    enum wcd_errc code =
        value == NULL
            ? wcd_error_no_memory(err)
            : refuse(filters, filters->daemon->engine->invalid_filter_message, value, err);
    free(value);
    free(joined);
    wcd_strlist_release(&values);
    return code;
}

/* The last value counts. */
static enum wcd_errc find_container(const struct list_filters *filters, const char *name,
                                    const struct wcd_container **out, struct wcd_error *err)
{
    const struct wcd_json *field = field_of(filters, name);
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(field); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        struct wcd_container *found = NULL;
        code = daemon_get_container(filters->daemon, filter_value(field, item), &found, err);
        *out = found;
    }
    return code;
}

/* Images that are not there only leave a warning. */
static enum wcd_errc find_images(struct list_filters *filters, struct wcd_error *err)
{
    const struct wcd_json *field = field_of(filters, "ancestor");
    filters->images.present = field != NULL;
    for (const struct wcd_json *item = wcd_json_first(field); item != NULL;
         item = wcd_json_next(item)) {
        const struct wcd_image *image = NULL;
        struct wcd_error failure = WCD_ERROR_INIT;
        const char *name = filter_value(field, item);
        enum wcd_errc code = wcd_image_get(filters->daemon->images, name, &image, &failure);
        if (code == WCD_OK) {
            code = wcd_strlist_add(&filters->images, image->id) ? WCD_OK : WCD_E_NO_MEMORY;
        } else if (code != WCD_E_NO_MEMORY) {
            wcd_log(&filters->daemon->log, WCD_LOG_WARN, "Error while looking up for image %s",
                    name);
        }
        wcd_error_release(&failure);
        if (code == WCD_E_NO_MEMORY) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

static enum wcd_errc check_values(struct list_filters *filters, struct wcd_error *err)
{
    enum wcd_errc code = walk(filters, "exited", check_exited, err);
    if (code == WCD_OK) {
        code = walk(filters, "status", check_status, err);
    }
    filters->all = filters->all || field_of(filters, "status") != NULL;
    if (code == WCD_OK) {
        code = check_task(filters, err);
    }
    if (code == WCD_OK) {
        code = walk(filters, "health", check_health, err);
    }
    if (code == WCD_OK) {
        code = find_container(filters, "before", &filters->before, err);
    }
    if (code == WCD_OK) {
        code = find_container(filters, "since", &filters->since, err);
    }
    if (code == WCD_OK) {
        code = find_images(filters, err);
    }
    if (code == WCD_OK) {
        code = walk(filters, "publish", check_publish, err);
    }
    return code == WCD_OK ? walk(filters, "expose", check_expose, err) : code;
}

enum wcd_errc list_filters_read(struct list_filters *out, struct wcd_daemon *daemon,
                                const struct wcd_json *options, struct wcd_error *err)
{
    const struct wcd_json *all = wcd_json_get(options, "All");
    const struct wcd_json *limit = wcd_json_get(options, "Limit");
    *out = (struct list_filters){.daemon = daemon, .fields = wcd_json_get(options, "Filters")};
    out->all = wcd_json_is(all, WCD_JSON_BOOL) && wcd_json_bool(all);
    if (wcd_json_is(limit, WCD_JSON_NUMBER) && !wcd_json_int64(limit, &out->limit)) {
        out->limit = 0;
    }
    enum wcd_errc code = check_names(out, err);
    return code == WCD_OK ? check_values(out, err) : code;
}

void list_filters_release(struct list_filters *filters)
{
    wcd_strlist_release(&filters->images);
}

/* ---- judging ---- */

static bool has_name(const struct list_filters *filters, const struct wcd_container *container)
{
    return matches(filters, "name", container->name) ||
           (!filters->daemon->engine->names_match_with_slash_only &&
            matches(filters, "name", container->name + 1));
}

static bool has_labels(const struct list_filters *filters, const struct wcd_container *container)
{
    return filter_labels(filters->fields, "label", container->config.labels);
}

static bool has_isolation(const struct list_filters *filters, const struct wcd_container *container)
{
    const char *isolation = wcd_text_or_empty(container->host_config.isolation);
    if (field_of(filters, "isolation") == NULL) {
        return true;
    }
    char *lower = wcd_utf8_lower(isolation[0] == '\0' ? "default" : isolation);
    bool found = lower != NULL && matches(filters, "isolation", lower);
    free(lower);
    return found;
}

static bool has_exited_with(const struct list_filters *filters,
                            const struct wcd_container *container)
{
    const struct wcd_json *field = field_of(filters, "exited");
    const struct wcd_container_state *state = &container->state;
    for (const struct wcd_json *item = wcd_json_first(field); item != NULL;
         item = wcd_json_next(item)) {
        int64_t code = 0;
        if (read_int(filter_value(field, item), &code) && code == state->exit_code &&
            !state->running && state->started_100ns != 0) {
            return true;
        }
    }
    return field == NULL;
}

/* Any of the volumes: by its source or its place in the container. */
static bool has_volume(const struct list_filters *filters, const struct wcd_container *container)
{
    const struct wcd_json *field = field_of(filters, "volume");
    for (size_t i = 0; i < container->mounts.count; i++) {
        if (filter_has(field, container->mounts.items[i].source) ||
            filter_has(field, container->mounts.items[i].destination)) {
            return true;
        }
    }
    return field == NULL;
}

/* In v25 the beginning of an id is enough. */
static bool has_id(const struct list_filters *filters, const struct wcd_json *field, const char *id)
{
    if (!filters->daemon->engine->network_ids_may_be_short) {
        return id[0] != '\0' && filter_has(field, id);
    }
    for (const struct wcd_json *item = wcd_json_first(field); item != NULL;
         item = wcd_json_next(item)) {
        if (wcd_text_has_prefix(id, filter_value(field, item))) {
            return true;
        }
    }
    return false;
}

static bool has_network(const struct list_filters *filters, const struct wcd_container *container)
{
    const struct wcd_json *field = field_of(filters, "network");
    for (size_t i = 0; i < container->endpoints.count; i++) {
        if (filter_has(field, wcd_text_or_empty(container->endpoints.items[i].network))) {
            return true;
        }
    }
    for (size_t i = 0; i < container->networks.count; i++) {
        const struct wcd_endpoint_settings *item = container->networks.items[i];
        if (filter_has(field, item->network) ||
            has_id(filters, field, wcd_text_or_empty(item->network_id))) {
            return true;
        }
    }
    return field == NULL;
}

/* Whether a port such as "80/tcp" is in what was asked for. */
static bool is_port(const char *port, const char *wanted)
{
    size_t dash = strcspn(wanted, "-/");
    const char *wanted_protocol = wanted + strcspn(wanted, "/");
    const char *protocol = port + strcspn(port, "/");
    long number = strtol(port, NULL, 10);
    long low = strtol(wanted, NULL, 10);
    long high = wanted[dash] == '-' ? strtol(wanted + dash + 1, NULL, 10) : low;
    const char *left = protocol[0] == '\0' ? "/tcp" : protocol;
    const char *right = wanted_protocol[0] == '\0' ? "/tcp" : wanted_protocol;
    return number >= low && number <= high && strcmp(left, right) == 0;
}

static bool is_wanted_port(const struct wcd_json *field, const char *port)
{
    for (const struct wcd_json *item = wcd_json_first(field); item != NULL;
         item = wcd_json_next(item)) {
        if (is_port(port, filter_value(field, item))) {
            return true;
        }
    }
    return false;
}

static bool exposes(const struct list_filters *filters, const struct wcd_container *container)
{
    const struct wcd_json *field = field_of(filters, "expose");
    for (const struct wcd_json *port = wcd_json_first(container->config.exposed_ports);
         field != NULL && port != NULL; port = wcd_json_next(port)) {
        if (is_wanted_port(field, wcd_json_name(port))) {
            return true;
        }
    }
    return field == NULL;
}

/* Published ports, as far as the host configuration names them: the networks are asked for the others. */
static bool publishes(const struct list_filters *filters, const struct wcd_container *container)
{
    const struct wcd_json *field = field_of(filters, "publish");
    const struct wcd_json *bindings = wcd_json_get(container->host_config.others, "PortBindings");
    for (const struct wcd_json *port = wcd_json_first(bindings); field != NULL && port != NULL;
         port = wcd_json_next(port)) {
        const char *protocol = wcd_json_name(port) + strcspn(wcd_json_name(port), "/");
        for (const struct wcd_json *binding = wcd_json_first(port); binding != NULL;
             binding = wcd_json_next(binding)) {
            const struct wcd_json *host = wcd_json_get(binding, "HostPort");
            char *published = wcd_json_is(host, WCD_JSON_STRING)
                                  ? wcd_text_format("%s%s", wcd_json_string(host), protocol)
                                  : NULL;
            bool found = published != NULL && is_wanted_port(field, published);
            free(published);
            if (found) {
                return true;
            }
        }
    }
    return field == NULL;
}

static bool is_of_image(const struct list_filters *filters, const struct wcd_container *container)
{
    return !filters->images.present ||
           (container->image_id != NULL &&
            wcd_strlist_contains(&filters->images, container->image_id));
}

static bool is_task(const struct list_filters *filters, const struct wcd_container *container)
{
    const struct wcd_json *field = field_of(filters, "is-task");
    return field == NULL || filter_has(field, container->managed ? "true" : "false");
}

static bool has_health(const struct list_filters *filters, const struct wcd_container *container)
{
    const struct wcd_json *field = field_of(filters, "health");
    return field == NULL || filter_has(field, wcd_health_status(&container->state.health));
}

enum list_action list_filters_judge(struct list_filters *filters,
                                    const struct wcd_container *container)
{
    if (filters->before != NULL) {
        if (container == filters->before) {
            filters->before = NULL;
        }
        return LIST_EXCLUDE;
    }
    if (container == filters->since) {
        return LIST_STOP;
    }
    if ((!container->state.running && !filters->all && filters->limit <= 0) ||
        !has_name(filters, container) || !matches(filters, "id", container->id) ||
        !is_task(filters, container) || !has_labels(filters, container) ||
        !has_isolation(filters, container)) {
        return LIST_EXCLUDE;
    }
    if (filters->limit > 0 && filters->found == filters->limit) {
        return LIST_STOP;
    }
    bool included = has_exited_with(filters, container) &&
                    matches(filters, "status", wcd_container_state_name(&container->state)) &&
                    has_health(filters, container) && has_volume(filters, container) &&
                    is_of_image(filters, container) && has_network(filters, container) &&
                    publishes(filters, container) && exposes(filters, container);
    filters->found += included ? 1 : 0;
    return included ? LIST_INCLUDE : LIST_EXCLUDE;
}
