/* Values of keys: set by a flag, shown as text, turned into JSON. */
#include "core/config/internal.h"

#include "core/base/assert.h"
#include "core/base/goquote.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/config/go_net.h"
#include "core/config/go_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct config_value *config_values_create(const struct config_rules *rules)
{
    return calloc(rules->key_count, sizeof(struct config_value));
}

void config_value_reset(struct config_value *value)
{
    free(value->text);
    wcd_strlist_release(&value->list);
    for (size_t i = 0; i < value->entry_count; i++) {
        free(value->entries[i].group);
        free(value->entries[i].key);
        free(value->entries[i].value);
    }
    free(value->entries);
    wcd_json_free(value->object);
    *value = (struct config_value){0};
}

void config_values_free(const struct config_rules *rules, struct config_value *values)
{
    for (size_t i = 0; values != NULL && i < rules->key_count; i++) {
        config_value_reset(&values[i]);
    }
    free(values);
}

bool config_value_is_zero(enum config_type type, const struct config_value *value)
{
    switch (type) {
    case CONFIG_BOOL:
        return !value->flag;
    case CONFIG_INT:
    case CONFIG_UINT32:
        return value->number == 0;
    case CONFIG_TEXT:
    case CONFIG_IP:
        return value->text == NULL || *value->text == '\0';
    case CONFIG_LIST:
        return value->list.count == 0;
    case CONFIG_MAP:
    case CONFIG_MAP_OF_MAPS:
    case CONFIG_BOOL_MAP:
        return value->entry_count == 0;
    default:
        return value->object == NULL;
    }
}

/* ---- maps ---- */

static int compare_entry(const struct config_entry *entry, const char *group, const char *key)
{
    int order = strcmp(entry->group, group);
    return order != 0 ? order : strcmp(entry->key, key);
}

const char *config_value_entry(const struct config_value *value, const char *group, const char *key)
{
    for (size_t i = 0; i < value->entry_count; i++) {
        if (compare_entry(&value->entries[i], group, key) == 0) {
            return value->entries[i].value;
        }
    }
    return NULL;
}

static bool insert_entry(struct config_value *value, size_t at, const char *group, const char *key,
                         char *text)
{
    struct config_entry entry = {wcd_text_copy(group), wcd_text_copy(key), text};
    size_t size = (value->entry_count + 1) * sizeof(entry);
    struct config_entry *entries = NULL;
    if (entry.group != NULL && entry.key != NULL) {
        entries = realloc(value->entries, size);
    }
    if (entries == NULL) {
        free(entry.group);
        free(entry.key);
        free(text);
        return false;
    }
    memmove(&entries[at + 1], &entries[at], (value->entry_count - at) * sizeof(entry));
    entries[at] = entry;
    value->entries = entries;
    value->entry_count++;
    return true;
}

bool config_value_put(struct config_value *value, const char *group, const char *key,
                      const char *text)
{
    char *copy = wcd_text_copy(text);
    if (copy == NULL) {
        return false;
    }
    size_t at = 0;
    while (at < value->entry_count && compare_entry(&value->entries[at], group, key) < 0) {
        at++;
    }
    if (at < value->entry_count && compare_entry(&value->entries[at], group, key) == 0) {
        wcd_text_replace(&value->entries[at].value, copy);
        return true;
    }
    return insert_entry(value, at, group, key, copy);
}

/* ---- flags ---- */

/* "<function>: parsing "<argument>": <reason>", as Go's strconv says it. */
static enum wcd_errc refuse_number(const char *function, const char *argument, const char *reason,
                                   struct wcd_error *err)
{
    char *quoted = wcd_go_quote(argument);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc result =
        wcd_error_set(err, WCD_E_PLAIN, "strconv.%s: parsing %s: %s", function, quoted, reason);
    free(quoted);
    return result;
}

static enum wcd_errc set_int(const struct config_rules *rules, struct config_value *value,
                             const char *argument, struct wcd_error *err)
{
    switch (go_parse_int(argument, rules->modern_go, &value->number)) {
    case GO_INT_SYNTAX:
        return refuse_number("ParseInt", argument, "invalid syntax", err);
    case GO_INT_RANGE:
        return refuse_number("ParseInt", argument, "value out of range", err);
    case GO_INT_OK:
    default:
        return WCD_OK;
    }
}

static enum wcd_errc set_ip(const struct config_rules *rules, struct config_value *value,
                            const char *argument, struct wcd_error *err)
{
    struct go_ip ip;
    char *trimmed = wcd_utf8_trim(argument);
    if (trimmed == NULL) {
        return wcd_error_no_memory(err);
    }
    bool good = go_ip_parse(trimmed, !rules->modern_go, &ip);
    free(trimmed);
    struct wcd_buf text;
    wcd_buf_init(&text, WCD_BUF_BYTES_MAX);
    if (good) {
        go_ip_text(&text, &ip);
    } else {
        go_quote(&text, argument);
    }
    char *shown = wcd_buf_take(&text);
    if (shown == NULL) {
        return wcd_error_no_memory(err);
    }
    if (good) {
        wcd_text_replace(&value->text, shown);
        return WCD_OK;
    }
    enum wcd_errc result = wcd_error_set(err, WCD_E_PLAIN, "failed to parse IP: %s", shown);
    free(shown);
    return result;
}

static enum wcd_errc refuse_entry(const char *argument, struct wcd_error *err)
{
    char *quoted = wcd_go_quote(argument);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc result = wcd_error_set(
        err, WCD_E_PLAIN, "invalid value %s for map option, should be root-key=key=value", quoted);
    free(quoted);
    return result;
}

/* "key=value"; a key alone has the value "". */
static enum wcd_errc put_entry(struct config_value *value, const char *group, const char *entry,
                               struct wcd_error *err)
{
    size_t len = strcspn(entry, "=");
    char *key = wcd_text_copy_n(entry, len);
    const char *text = entry[len] == '\0' ? "" : entry + len + 1;
    bool done = key != NULL && config_value_put(value, group, key, text);
    free(key);
    return done ? WCD_OK : wcd_error_no_memory(err);
}

/* "group=key=value" */
static enum wcd_errc put_nested_entry(struct config_value *value, const char *argument,
                                      struct wcd_error *err)
{
    const char *equals = strchr(argument, '=');
    if (equals == NULL || strchr(equals + 1, '=') == NULL) {
        return refuse_entry(argument, err);
    }
    char *group = wcd_text_copy_n(argument, (size_t)(equals - argument));
    enum wcd_errc result =
        group == NULL ? wcd_error_no_memory(err) : put_entry(value, group, equals + 1, err);
    free(group);
    return result;
}

static enum wcd_errc set_item(const struct config_rules *rules, const struct config_key *key,
                              struct config_value *value, const char *argument,
                              struct wcd_error *err)
{
    char *normal = NULL;
    enum wcd_errc result = WCD_OK;
    if (key->validate != NULL) {
        result = key->validate(rules, argument, &normal, err);
    }
    if (result == WCD_OK && !wcd_strlist_add(&value->list, normal == NULL ? argument : normal)) {
        result = wcd_error_no_memory(err);
    }
    free(normal);
    return result;
}

enum wcd_errc config_value_set(const struct config_rules *rules, const struct config_key *key,
                               struct config_value *value, const char *argument,
                               struct wcd_error *err)
{
    switch (key->type) {
    case CONFIG_BOOL:
        return go_parse_bool(argument, &value->flag)
                   ? WCD_OK
                   : refuse_number("ParseBool", argument, "invalid syntax", err);
    case CONFIG_INT:
        return set_int(rules, value, argument, err);
    case CONFIG_IP:
        return set_ip(rules, value, argument, err);
    case CONFIG_LIST:
        return set_item(rules, key, value, argument, err);
    case CONFIG_MAP:
        return put_entry(value, "", argument, err);
    case CONFIG_MAP_OF_MAPS:
        return put_nested_entry(value, argument, err);
    default:
        WCD_ASSERT(key->type == CONFIG_TEXT);
        wcd_text_replace(&value->text, wcd_text_copy(argument));
        return value->text == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
}

/* ---- text ---- */

static void list_text(struct wcd_buf *out, const struct wcd_strlist *list)
{
    for (size_t i = 0; i < list->count; i++) {
        wcd_buf_char(out, i == 0 ? '[' : ' ');
        wcd_buf_text(out, list->items[i]);
    }
    wcd_buf_char(out, ']');
}

static void map_text(struct wcd_buf *out, const struct config_value *value, bool nested)
{
    const char *group = NULL;
    wcd_buf_text(out, "map[");
    for (size_t i = 0; i < value->entry_count; i++) {
        const struct config_entry *entry = &value->entries[i];
        if (nested && !wcd_text_equal(group, entry->group)) {
            wcd_buf_format(out, "%s%s:map[", group == NULL ? "" : "] ", entry->group);
            group = entry->group;
        } else if (i > 0) {
            wcd_buf_char(out, ' ');
        }
        wcd_buf_format(out, "%s:%s", entry->key, entry->value);
    }
    wcd_buf_text(out, group == NULL ? "]" : "]]");
}

void config_value_text(struct wcd_buf *out, const struct config_key *key,
                       const struct config_value *value)
{
    switch (key->type) {
    case CONFIG_BOOL:
        wcd_buf_text(out, value->flag ? "true" : "false");
        return;
    case CONFIG_INT:
        wcd_buf_format(out, "%" PRId64, value->number);
        return;
    case CONFIG_LIST:
        list_text(out, &value->list);
        return;
    case CONFIG_MAP:
    case CONFIG_MAP_OF_MAPS:
        map_text(out, value, key->type == CONFIG_MAP_OF_MAPS);
        return;
    default:
        wcd_buf_text(out, value->text == NULL ? "" : value->text);
        return;
    }
}

/* ---- JSON ---- */

static struct wcd_json *list_json(const struct wcd_strlist *list)
{
    struct wcd_json *array = wcd_json_new_array();
    for (size_t i = 0; array != NULL && i < list->count; i++) {
        if (!wcd_json_append(array, wcd_json_new_string(list->items[i]))) {
            wcd_json_free(array);
            return NULL;
        }
    }
    return array;
}

static bool add_entry(struct wcd_json *object, enum config_type type,
                      const struct config_entry *entry)
{
    if (type == CONFIG_BOOL_MAP) {
        return wcd_json_set_bool(object, entry->key, strcmp(entry->value, "true") == 0);
    }
    return wcd_json_set_string(object, entry->key, entry->value);
}

/* The entries of one group, from *at on, which moves behind them. */
static struct wcd_json *group_json(enum config_type type, const struct config_value *value,
                                   size_t *at)
{
    const char *group = *at < value->entry_count ? value->entries[*at].group : "";
    struct wcd_json *object = wcd_json_new_object();
    for (; *at < value->entry_count && strcmp(value->entries[*at].group, group) == 0; (*at)++) {
        if (object != NULL && !add_entry(object, type, &value->entries[*at])) {
            wcd_json_free(object);
            object = NULL;
        }
    }
    return object;
}

static struct wcd_json *map_json(enum config_type type, const struct config_value *value)
{
    size_t at = 0;
    if (type != CONFIG_MAP_OF_MAPS) {
        return group_json(type, value, &at);
    }
    struct wcd_json *object = wcd_json_new_object();
    while (object != NULL && at < value->entry_count) {
        const char *group = value->entries[at].group;
        if (!wcd_json_set(object, group, group_json(type, value, &at))) {
            wcd_json_free(object);
            object = NULL;
        }
    }
    return object;
}

struct wcd_json *config_value_json(const struct config_key *key, const struct config_value *value)
{
    switch (key->type) {
    case CONFIG_BOOL:
        return wcd_json_new_bool(value->flag);
    case CONFIG_INT:
    case CONFIG_UINT32:
        return wcd_json_new_int64(value->number);
    case CONFIG_TEXT:
    case CONFIG_IP:
        return wcd_json_new_string(value->text == NULL ? "" : value->text);
    case CONFIG_LIST:
        return list_json(&value->list);
    case CONFIG_OBJECT:
        return value->object == NULL ? wcd_json_new_object() : wcd_json_copy(value->object);
    default:
        return map_json(key->type, value);
    }
}
