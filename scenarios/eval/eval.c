/* Reading records, applying a rule, writing answers; see eval.h. */
#include "scenarios/eval/eval.h"

#include "core/platform/types.h"
#include "scenarios/eval/internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The largest magnitude up to which a double holds every integer. */
#define EXACT_IN_DOUBLE ((int64_t)1 << 53)

static const struct eval_rule rules[] = {
    {"client_add_process", "an exec as the runtime of 2017 starts it", eval_client_add_process},
    {"client_create", "a container as the runtime of 2017 creates and starts it",
     eval_client_create},
    {"client_ops", "the other calls of the runtime of 2017", eval_client_ops},
    {"create_spec", "a container's OCI spec", eval_create_spec},
    {"create_spec_networks", "the endpoints in a container's OCI spec", eval_create_spec_networks},
    {"create_spec_windows_fields", "the Windows part of an OCI spec",
     eval_create_spec_windows_fields},
    {"daemon_misc", "isolation and network-mode predicates, runtime, parallel limit, system check",
     eval_daemon_misc},
    {"daemon_stats", "statistics of HCS as the API has them", eval_daemon_stats},
    {"escape_args", "arguments to a command line", eval_escape_args},
    {"init_network_controller", "the daemon's networks at its start", eval_init_network_controller},
    {"local_create_windows", "a spec to the container's document, and what follows",
     eval_local_create_windows},
    {"local_process_config", "a process of v25's local runtime to its document",
     eval_local_process_config},
    {"local_task_ops", "what v25's local runtime does with a task", eval_local_task_ops},
    {"name_to_guid", "a layer's name to the GUID that Windows calls it by", eval_name_to_guid},
    {"set_default_isolation", "exec-opts to the daemon's default isolation",
     eval_set_default_isolation},
    {"set_resources_in_spec", "a container's resources in an OCI spec", eval_set_resources_in_spec},
    {"set_windows_credential_spec", "security options to a credential spec",
     eval_set_windows_credential_spec},
    {"setup_windows_devices", "device mappings in an OCI spec", eval_setup_windows_devices},
    {"verify_container_resources", "a container's resources", eval_verify_container_resources},
    {"verify_platform_container_settings", "a host configuration under a daemon's default",
     eval_verify_platform_settings},
};

const struct eval_rule *eval_rules(size_t *count)
{
    *count = sizeof(rules) / sizeof(rules[0]);
    return rules;
}

const struct eval_rule *eval_rule_find(const char *name)
{
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (strcmp(rules[i].name, name) == 0) {
            return &rules[i];
        }
    }
    return NULL;
}

/* ---- input ---- */

static enum wcd_errc wrong_type(struct wcd_error *err, const char *name, const char *wanted)
{
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "input member \"%s\" must be %s", name,
                         wanted);
}

static const struct wcd_json *member_of(const struct wcd_json *input, const char *name)
{
    const struct wcd_json *json = wcd_json_get(input, name);
    return wcd_json_is(json, WCD_JSON_NULL) ? NULL : json;
}

enum wcd_errc eval_text(const struct wcd_json *input, const char *name, const char *otherwise,
                        const char **out, struct wcd_error *err)
{
    const struct wcd_json *json = member_of(input, name);
    if (json != NULL && !wcd_json_is(json, WCD_JSON_STRING)) {
        return wrong_type(err, name, "a string");
    }
    *out = json == NULL ? otherwise : wcd_json_string(json);
    return WCD_OK;
}

enum wcd_errc eval_bool(const struct wcd_json *input, const char *name, bool otherwise, bool *out,
                        struct wcd_error *err)
{
    const struct wcd_json *json = member_of(input, name);
    if (json != NULL && !wcd_json_is(json, WCD_JSON_BOOL)) {
        return wrong_type(err, name, "true or false");
    }
    *out = json == NULL ? otherwise : wcd_json_bool(json);
    return WCD_OK;
}

enum wcd_errc eval_uint32(const struct wcd_json *input, const char *name, uint32_t otherwise,
                          uint32_t *out, struct wcd_error *err)
{
    const struct wcd_json *json = member_of(input, name);
    uint64_t value = otherwise;
    if (json != NULL && (!wcd_json_is(json, WCD_JSON_NUMBER) || !wcd_json_uint64(json, &value) ||
                         value > UINT32_MAX)) {
        return wrong_type(err, name, "a whole number of 32 bits");
    }
    *out = (uint32_t)value;
    return WCD_OK;
}

enum wcd_errc eval_strings(const struct wcd_json *input, const char *name, struct wcd_strlist *out,
                           struct wcd_error *err)
{
    const struct wcd_json *json = member_of(input, name);
    if (json == NULL) {
        return WCD_OK;
    }
    if (!wcd_json_is(json, WCD_JSON_ARRAY)) {
        return wrong_type(err, name, "a list of strings");
    }
    out->present = true;
    for (const struct wcd_json *item = wcd_json_first(json); item != NULL;
         item = wcd_json_next(item)) {
        if (!wcd_json_is(item, WCD_JSON_STRING)) {
            return wrong_type(err, name, "a list of strings");
        }
        if (!wcd_strlist_add(out, wcd_json_string(item))) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

/* ---- output ---- */

bool eval_put_strings(struct wcd_json *output, const char *name, const struct wcd_strlist *list)
{
    if (!list->present) {
        return wcd_json_set(output, name, wcd_json_new_null());
    }
    struct wcd_json *array = wcd_json_new_array();
    for (size_t i = 0; array != NULL && i < list->count; i++) {
        if (!wcd_json_append(array, wcd_json_new_string(list->items[i]))) {
            wcd_json_free(array);
            return false;
        }
    }
    return wcd_json_set(output, name, array);
}

bool eval_put_message(struct wcd_json *output, const struct wcd_error *error)
{
    if (error->code == WCD_OK) {
        return wcd_json_set(output, "error", wcd_json_new_null());
    }
    return wcd_json_set_string(output, "error", wcd_error_message(error));
}

bool eval_put_error(struct wcd_json *output, const struct wcd_error *error, const char *os_text)
{
    if (error->code == WCD_OK) {
        return wcd_json_set(output, "error", wcd_json_new_null());
    }
    struct wcd_json *object = wcd_json_new_object();
    bool ok = wcd_json_set_string(object, "class", wcd_errc_name(error->code)) &&
              wcd_json_set_string(object, "msg", wcd_error_message(error));
    if (ok && os_text != NULL) {
        ok = wcd_json_set_int64(object, "errno", (int64_t)plat_error_number(error->hresult)) &&
             wcd_json_set_string(object, "os_text", os_text);
    }
    if (!ok) {
        wcd_json_free(object);
        return false;
    }
    return wcd_json_set(output, "error", object);
}

/* A copy of `value` in which integers that a double cannot hold are strings. */
static struct wcd_json *encode(const struct wcd_json *value)
{
    int64_t number = 0;
    bool ok = true;
    struct wcd_json *copy = NULL;
    switch (wcd_json_type_of(value)) {
    case WCD_JSON_NUMBER:
        if (wcd_json_int64(value, &number) && number >= -EXACT_IN_DOUBLE &&
            number <= EXACT_IN_DOUBLE) {
            return wcd_json_copy(value);
        }
        return wcd_json_new_string(wcd_json_literal(value));
    case WCD_JSON_ARRAY:
        copy = wcd_json_new_array();
        for (const struct wcd_json *item = wcd_json_first(value); ok && item != NULL;
             item = wcd_json_next(item)) {
            ok = wcd_json_append(copy, encode(item));
        }
        break;
    case WCD_JSON_OBJECT:
        copy = wcd_json_new_object();
        for (const struct wcd_json *item = wcd_json_first(value); ok && item != NULL;
             item = wcd_json_next(item)) {
            ok = wcd_json_set(copy, wcd_json_name(item), encode(item));
        }
        break;
    default:
        return wcd_json_copy(value);
    }
    if (!ok) {
        wcd_json_free(copy);
        return NULL;
    }
    return copy;
}

/* Prints {"id": id, member: value}; takes value. */
static char *answer(const struct wcd_json *id, const char *member, struct wcd_json *value)
{
    struct wcd_json *object = wcd_json_new_object();
    bool ok = object != NULL;
    if (ok && id != NULL) {
        ok = wcd_json_set(object, "id", wcd_json_copy(id));
    }
    if (!ok) {
        wcd_json_free(value);
        wcd_json_free(object);
        return NULL;
    }
    char *text = wcd_json_set(object, member, value) ? wcd_json_print(object) : NULL;
    wcd_json_free(object);
    return text;
}

static enum wcd_errc apply(const struct eval_rule *rule, const struct engine_rules *engine,
                           const struct wcd_json *record, struct wcd_json **output,
                           struct wcd_error *err)
{
    const struct wcd_json *input = wcd_json_get(record, "input");
    if (!wcd_json_is(input, WCD_JSON_OBJECT)) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "a record needs an object \"input\"");
    }
    struct wcd_json *plain = wcd_json_new_object();
    if (plain == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = rule->apply(engine, input, plain, err);
    if (code == WCD_OK) {
        *output = encode(plain);
        code = *output == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    wcd_json_free(plain);
    return code;
}

char *eval_line(const struct eval_rule *rule, const struct engine_rules *engine, const char *line,
                size_t len)
{
    bool answered = false;
    return eval_line_checked(rule, engine, line, len, &answered);
}

char *eval_line_checked(const struct eval_rule *rule, const struct engine_rules *engine,
                        const char *line, size_t len, bool *answered)
{
    struct wcd_json_fault fault = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *output = NULL;
    struct wcd_json *record = wcd_json_parse(line, len, &fault);
    *answered = false;
    if (record == NULL) {
        (void)wcd_error_set(&err, WCD_E_INVALID_PARAMETER, "column %zu: %s", fault.column,
                            fault.reason);
    } else if (apply(rule, engine, record, &output, &err) == WCD_OK) {
        *answered = true;
    }
    const struct wcd_json *id = record == NULL ? NULL : wcd_json_get(record, "id");
    char *text = *answered ? answer(id, "output", output)
                           : answer(id, "error", wcd_json_new_string(wcd_error_message(&err)));
    wcd_json_free(record);
    wcd_error_release(&err);
    return text;
}
