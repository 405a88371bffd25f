/* daemon.json and the command line: what neither may say, what both may not say, and who wins.
 *
 * Evidence: moby daemon/config/config.go MergeDaemonConfigurations, getConflictFreeConfiguration
 * and findConfigurationConflicts; imdario/mergo: a value of the file wins unless it is the zero
 * value of its type. Unknown keys come in the order of a Go map, which is random: here they are
 * sorted. Of a key and a member of a group with the same name, of which Go keeps a random one, the
 * later is kept. */
#include "core/config/internal.h"

#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/config/go_text.h"
#include "core/config/go_url.h"

#include <stdlib.h>
#include <string.h>

/* ---- the document without types ---- */

static enum wcd_errc refuse_document(const struct wcd_json *document, struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_PLAIN,
                         "json: cannot unmarshal %s into Go value of type map[string]interface {}",
                         wcd_json_type_name(wcd_json_type_of(document)));
}

/* Every number becomes a float64 before anybody knows what it is for. */
static enum wcd_errc check_floats(const struct wcd_json *value, struct wcd_error *err)
{
    double number = 0;
    if (wcd_json_is(value, WCD_JSON_NUMBER) && !go_float_fits(wcd_json_literal(value), &number)) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "json: cannot unmarshal number %s into Go value of type float64",
                             wcd_json_literal(value));
    }
    enum wcd_errc result = WCD_OK;
    for (const struct wcd_json *item = wcd_json_first(value); item != NULL && result == WCD_OK;
         item = wcd_json_next(item)) {
        result = check_floats(item, err);
    }
    return result;
}

/* Of several values of one name the last one counts. */
const struct wcd_json *config_file_value(const struct wcd_config *config, const char *name)
{
    for (size_t i = config->file_value_count; i > 0; i--) {
        if (wcd_text_equal(config->file_values[i - 1].name, name)) {
            return config->file_values[i - 1].value;
        }
    }
    return NULL;
}

static void put_file_value(struct wcd_config *config, const struct wcd_json *member)
{
    config->file_values[config->file_value_count++] =
        (struct config_file_value){wcd_json_name(member), member};
}

/* A member of the document and its place in it. */
struct placed_member {
    const struct wcd_json *member;
    size_t place;
};

static int compare_place(const void *a, const void *b)
{
    const struct placed_member *left = a;
    const struct placed_member *right = b;
    return left->place < right->place ? -1 : left->place > right->place;
}

static int compare_name(const void *a, const void *b)
{
    const struct placed_member *left = a;
    const struct placed_member *right = b;
    int order = strcmp(wcd_json_name(left->member), wcd_json_name(right->member));
    return order != 0 ? order : compare_place(a, b);
}

/* Lists the members that Go's map holds: of one name the last, in the order of the text. *count is
 * how many; the caller frees the list, which is NULL without memory. */
static struct placed_member *list_members(const struct wcd_json *document, size_t *count)
{
    size_t size = wcd_json_size(document);
    size_t kept = 0;
    struct placed_member *list = calloc(size + 1, sizeof(*list));
    *count = 0;
    if (list == NULL) {
        return NULL;
    }
    for (const struct wcd_json *member = wcd_json_first(document); member != NULL;
         member = wcd_json_next(member)) {
        list[*count] = (struct placed_member){member, *count};
        *count += 1;
    }
    qsort(list, size, sizeof(*list), compare_name);
    for (size_t i = 0; i < size; i++) {
        bool again = i + 1 < size && wcd_text_equal(wcd_json_name(list[i].member),
                                                    wcd_json_name(list[i + 1].member));
        if (!again) {
            list[kept++] = list[i];
        }
    }
    qsort(list, kept, sizeof(*list), compare_place);
    *count = kept;
    return list;
}

static bool is_group(const struct config_rules *rules, const struct wcd_json *member)
{
    return wcd_json_is(member, WCD_JSON_OBJECT) &&
           !config_in_list(rules->unflattened, wcd_json_name(member));
}

/* Fills file_values: a group vanishes and its members take its place, whatever its name. */
static enum wcd_errc flatten_members(struct wcd_config *config, const struct placed_member *members,
                                     size_t count, struct wcd_error *err)
{
    size_t values = 1; /* so that an empty list is no want of memory */
    for (size_t i = 0; i < count; i++) {
        values += is_group(config->rules, members[i].member) ? wcd_json_size(members[i].member) : 1;
    }
    config->file_values = calloc(values, sizeof(*config->file_values));
    if (config->file_values == NULL) {
        return wcd_error_no_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_group(config->rules, members[i].member)) {
            put_file_value(config, members[i].member);
            continue;
        }
        for (const struct wcd_json *inner = wcd_json_first(members[i].member); inner != NULL;
             inner = wcd_json_next(inner)) {
            put_file_value(config, inner);
        }
    }
    return WCD_OK;
}

static enum wcd_errc flatten(struct wcd_config *config, struct wcd_error *err)
{
    size_t count = 0;
    struct placed_member *members = list_members(config->document, &count);
    enum wcd_errc result =
        members == NULL ? wcd_error_no_memory(err) : flatten_members(config, members, count, err);
    free(members);
    return result;
}

/* ---- unknown keys and conflicts ---- */

static bool is_known(const struct config_rules *rules, const char *name)
{
    WCD_ASSERT(name != NULL);
    return config_find_flag(rules, name, strlen(name)) < rules->key_count ||
           config_in_list(rules->unchecked, name) ||
           config_find_named(rules, name) < rules->key_count;
}

static void sort_unique(struct wcd_strlist *list)
{
    size_t kept = 0;
    wcd_strlist_sort(list);
    for (size_t i = 0; i < list->count; i++) {
        if (kept > 0 && strcmp(list->items[kept - 1], list->items[i]) == 0) {
            free(list->items[i]);
        } else {
            list->items[kept++] = list->items[i];
        }
    }
    list->count = kept;
}

static enum wcd_errc refuse_list(const char *what, struct wcd_strlist *list, struct wcd_error *err)
{
    char *joined = wcd_strlist_join(list, ", ");
    enum wcd_errc result = joined == NULL ? wcd_error_no_memory(err)
                                          : wcd_error_set(err, WCD_E_PLAIN, "%s: %s", what, joined);
    free(joined);
    return result;
}

static enum wcd_errc check_unknown(const struct wcd_config *config, struct wcd_error *err)
{
    struct wcd_strlist unknown;
    enum wcd_errc result = WCD_OK;
    wcd_strlist_init(&unknown);
    for (size_t i = 0; i < config->file_value_count && result == WCD_OK; i++) {
        const char *name = config->file_values[i].name;
        if (!is_known(config->rules, name) && !wcd_strlist_add(&unknown, name)) {
            result = wcd_error_no_memory(err);
        }
    }
    if (result == WCD_OK && unknown.count > 0) {
        sort_unique(&unknown);
        result = refuse_list("the following directives don't match any configuration option",
                             &unknown, err);
    }
    wcd_strlist_release(&unknown);
    return result;
}

/* The text with a URL's user and password made unreadable; what is no URL stays. */
static char *mask_credentials(const char *text)
{
    struct go_url url;
    struct wcd_error ignored = WCD_ERROR_INIT;
    enum wcd_errc parsed = go_url_parse(text, true, &url, &ignored);
    wcd_error_release(&ignored);
    if (parsed == WCD_E_NO_MEMORY) {
        return NULL;
    }
    if (parsed != WCD_OK) {
        return wcd_text_copy(text);
    }
    char *masked = url.has_user ? go_url_text(&url, "xxxxx:xxxxx") : wcd_text_copy(text);
    go_url_release(&url);
    return masked;
}

static char *conflict_text(const struct wcd_config *config, const struct config_key *key,
                           const struct config_value *value, const struct wcd_json *in_file,
                           bool file_side)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    if (file_side) {
        go_value(&buf, in_file);
    } else {
        config_value_text(&buf, key, value);
    }
    char *text = wcd_buf_take(&buf);
    bool mask = config->rules->credentials_are_masked &&
                (strcmp(key->flag, "http-proxy") == 0 || strcmp(key->flag, "https-proxy") == 0);
    if (mask && text != NULL) {
        char *masked = mask_credentials(text);
        free(text);
        return masked;
    }
    return text;
}

static bool add_conflict(const struct wcd_config *config, size_t index, const char *name,
                         const struct wcd_json *in_file, struct wcd_strlist *conflicts)
{
    const struct config_key *key = &config->rules->keys[index];
    const struct config_value *value = &config->values[index];
    char *from_flag = conflict_text(config, key, value, in_file, false);
    char *from_file = conflict_text(config, key, value, in_file, true);
    bool added = from_flag != NULL && from_file != NULL &&
                 wcd_strlist_addf(conflicts, "%s: (from flag: %s, from file: %s)", name, from_flag,
                                  from_file);
    free(from_flag);
    free(from_file);
    return added;
}

/* The table is sorted by flag: so are the conflicts. */
static enum wcd_errc check_conflicts(const struct wcd_config *config, struct wcd_error *err)
{
    struct wcd_strlist conflicts;
    enum wcd_errc result = WCD_OK;
    wcd_strlist_init(&conflicts);
    for (size_t i = 0; i < config->rules->key_count && result == WCD_OK; i++) {
        const struct config_key *key = &config->rules->keys[i];
        const char *name = key->named ? key->json : key->flag;
        if (!config->values[i].given) {
            continue;
        }
        const struct wcd_json *in_file = config_file_value(config, name);
        if (in_file != NULL && !add_conflict(config, i, name, in_file, &conflicts)) {
            result = wcd_error_no_memory(err);
        }
    }
    if (result == WCD_OK && conflicts.count > 0) {
        result = refuse_list("the following directives are specified both as a flag and in the "
                             "configuration file",
                             &conflicts, err);
    }
    wcd_strlist_release(&conflicts);
    return result;
}

/* Bools that the file sets through the flag's variable, by the flag's name alone: it may stand in
 * any group. What does not read as a bool is false, and no error here. */
static enum wcd_errc set_bools_at_once(struct wcd_config *config, struct wcd_error *err)
{
    for (size_t i = 0; i < config->rules->key_count; i++) {
        const struct config_key *key = &config->rules->keys[i];
        const struct wcd_json *in_file = NULL;
        if ((key->marks & CONFIG_FROM_FILE_AT_ONCE) != 0) {
            in_file = config_file_value(config, key->flag);
        }
        if (in_file == NULL) {
            continue;
        }
        struct wcd_buf text;
        bool flag = false;
        wcd_buf_init(&text, WCD_BUF_BYTES_MAX);
        go_value(&text, in_file);
        bool failed = text.failed;
        config->values[i].flag = go_parse_bool(wcd_buf_str(&text), &flag) && flag;
        wcd_buf_release(&text);
        if (failed) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

/* ---- merging ---- */

static void merge_values(struct wcd_config *config, struct config_value *file)
{
    for (size_t i = 0; i < config->rules->key_count; i++) {
        struct config_value *value = &config->values[i];
        bool present = value->present || file[i].present;
        bool given = value->given;
        if (!config_value_is_zero(config->rules->keys[i].type, &file[i])) {
            struct config_value old = *value;
            *value = file[i];
            file[i] = old;
        } else if (config->rules->keys[i].type == CONFIG_LIST && value->list.count == 0) {
            value->list.present = value->list.present || file[i].list.present;
        }
        value->present = present;
        value->given = given;
    }
}

static enum wcd_errc validate_merged(const struct wcd_config *config, struct wcd_error *err)
{
    enum wcd_errc result = config_validate(config, err);
    if (result == WCD_OK || result == WCD_E_NO_MEMORY) {
        return result;
    }
    char *message = wcd_text_format("%s%s%s", config->rules->merged_error_begin,
                                    wcd_error_message(err), config->rules->merged_error_end);
    if (message == NULL) {
        return wcd_error_no_memory(err);
    }
    wcd_text_replace(&err->message, message);
    return result;
}

static enum wcd_errc merge_decoded(struct wcd_config *config, struct config_value *file,
                                   struct wcd_error *err)
{
    enum wcd_errc result = config_decode(config->rules, config->document, file, err);
    if (result == WCD_OK && config->rules->file_is_validated_alone) {
        struct wcd_config alone = *config;
        alone.values = file;
        result = validate_merged(&alone, err);
    }
    if (result == WCD_OK) {
        merge_values(config, file);
        result = validate_merged(config, err);
    }
    return result;
}

enum wcd_errc config_merge_file(struct wcd_config *config, struct wcd_error *err)
{
    if (config->document == NULL) {
        return validate_merged(config, err);
    }
    if (!wcd_json_is(config->document, WCD_JSON_OBJECT) &&
        !wcd_json_is(config->document, WCD_JSON_NULL)) {
        return refuse_document(config->document, err);
    }
    enum wcd_errc result = check_floats(config->document, err);
    if (result == WCD_OK) {
        result = flatten(config, err);
    }
    if (result == WCD_OK) {
        result = check_unknown(config, err);
    }
    if (result == WCD_OK) {
        result = check_conflicts(config, err);
    }
    if (result == WCD_OK) {
        result = set_bools_at_once(config, err);
    }
    if (result != WCD_OK) {
        return result;
    }
    struct config_value *file = config_values_create(config->rules);
    result = file == NULL ? wcd_error_no_memory(err) : merge_decoded(config, file, err);
    config_values_free(config->rules, file);
    return result;
}
