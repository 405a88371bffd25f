/* Lists that mean more than their items: labels and generic resources.
 *
 * Evidence: moby daemon/config/config.go GetConflictFreeLabels, swarmkit v2
 * api/genericresource/parse.go. Both keep their items in a Go map, whose order is random: here the
 * order is that of the names. */
#include "core/config/internal.h"

#include "core/base/limits.h"
#include "core/base/utf8.h"
#include "core/config/go_text.h"

#include <stdlib.h>
#include <string.h>

/* ---- labels ---- */

/* An earlier label with the name of items[index] and another value, or NULL. */
static const char *find_conflict(const struct wcd_strlist *labels, size_t index)
{
    const char *label = labels->items[index];
    size_t name = strcspn(label, "=") + 1;
    const char *last = NULL;
    for (size_t i = 0; i < index; i++) {
        if (strncmp(labels->items[i], label, name) == 0) {
            last = labels->items[i];
        }
    }
    return last != NULL && strcmp(last, label) != 0 ? last : NULL;
}

static enum wcd_errc check_label_conflicts(const struct wcd_strlist *labels, struct wcd_error *err)
{
    for (size_t i = 0; i < labels->count; i++) {
        const char *other = find_conflict(labels, i);
        if (other != NULL) {
            return wcd_error_set(err, WCD_E_PLAIN, "conflict labels for %s and %s",
                                 labels->items[i], other);
        }
    }
    return WCD_OK;
}

static enum wcd_errc fold_labels(struct wcd_strlist *labels, struct wcd_error *err)
{
    struct wcd_strlist folded;
    wcd_strlist_init(&folded);
    for (size_t i = 0; i < labels->count; i++) {
        if (!wcd_strlist_contains(&folded, labels->items[i]) &&
            !wcd_strlist_add(&folded, labels->items[i])) {
            wcd_strlist_release(&folded);
            return wcd_error_no_memory(err);
        }
    }
    wcd_strlist_sort(&folded);
    folded.present = true;
    wcd_strlist_release(labels);
    *labels = folded;
    return WCD_OK;
}

enum wcd_errc config_resolve_labels(struct wcd_config *config, struct wcd_error *err)
{
    struct wcd_strlist *labels = &config_value_of(config, "labels")->list;
    enum wcd_errc result = check_label_conflicts(labels, err);
    if (config->rules->label_conflicts_are_errors) {
        return result == WCD_OK ? fold_labels(labels, err) : result;
    }
    if (result != WCD_OK && result != WCD_E_NO_MEMORY) {
        wcd_log(config->log, WCD_LOG_WARN,
                "Engine labels with duplicate keys and conflicting values have been deprecated: %s",
                wcd_error_message(err));
        wcd_error_release(err);
        result = WCD_OK;
    }
    return result;
}

/* ---- generic resources ---- */

/* A resource as "name" and its values; both lists have one item per term. */
struct resources {
    struct wcd_strlist names;
    struct wcd_strlist values;
};

static char *trimmed_part(const char *start, size_t len)
{
    char *part = wcd_text_copy_n(start, len);
    char *trimmed = part == NULL ? NULL : wcd_utf8_trim(part);
    free(part);
    return trimmed;
}

static enum wcd_errc add_term(struct resources *resources, const char *term, struct wcd_error *err)
{
    const char *equals = strchr(term, '=');
    if (equals == NULL || strchr(equals + 1, '=') != NULL) {
        return wcd_error_set(err, WCD_E_PLAIN,
                             "could not parse GenericResource: incorrect term %s, missing '=' or "
                             "malformed expression",
                             term);
    }
    bool added = wcd_strlist_take(&resources->names, trimmed_part(term, (size_t)(equals - term))) &&
                 wcd_strlist_take(&resources->values, trimmed_part(equals + 1, strlen(equals + 1)));
    return added ? WCD_OK : wcd_error_no_memory(err);
}

static bool is_number(const char *text, int64_t *number)
{
    return go_parse_decimal(text, number) == GO_INT_OK;
}

/* Judges all values of one name: one number of 0 or more, or only texts that are no numbers. */
static enum wcd_errc judge_resource(const struct resources *resources, const char *name,
                                    struct wcd_error *err)
{
    struct wcd_strlist values;
    int64_t number = 0;
    bool has_number = false;
    bool added = true;
    wcd_strlist_init(&values);
    for (size_t i = 0; i < resources->names.count && added; i++) {
        if (strcmp(resources->names.items[i], name) == 0) {
            has_number = is_number(resources->values.items[i], &number) || has_number;
            added = wcd_strlist_add(&values, resources->values.items[i]);
        }
    }
    enum wcd_errc result = WCD_OK;
    char *joined = added ? wcd_strlist_join(&values, " ") : NULL;
    if (joined == NULL) {
        result = wcd_error_no_memory(err);
    } else if (has_number && values.count > 1) {
        result = wcd_error_set(err, WCD_E_PLAIN,
                               "could not parse GenericResource: mixed discrete and named "
                               "resources in expression '%s=[%s]'",
                               name, joined);
    } else if (number < 0) {
        result = wcd_error_set(err, WCD_E_PLAIN,
                               "could not parse GenericResource: cannot ask for negative resource "
                               "%s",
                               name);
    }
    free(joined);
    wcd_strlist_release(&values);
    return result;
}

static enum wcd_errc judge_resources(const struct resources *resources, struct wcd_error *err)
{
    struct wcd_strlist sorted;
    wcd_strlist_init(&sorted);
    enum wcd_errc result = WCD_OK;
    if (!wcd_strlist_copy(&sorted, &resources->names)) {
        return wcd_error_no_memory(err);
    }
    wcd_strlist_sort(&sorted);
    for (size_t i = 0; i < sorted.count && result == WCD_OK; i++) {
        result = judge_resource(resources, sorted.items[i], err);
    }
    wcd_strlist_release(&sorted);
    return result;
}

enum wcd_errc config_check_generic_resources(const struct wcd_config *config, struct wcd_error *err)
{
    const struct wcd_strlist *terms = &config_value_of(config, "node-generic-resources")->list;
    struct resources resources;
    enum wcd_errc result = WCD_OK;
    wcd_strlist_init(&resources.names);
    wcd_strlist_init(&resources.values);
    for (size_t i = 0; i < terms->count && result == WCD_OK; i++) {
        result = add_term(&resources, terms->items[i], err);
    }
    if (result == WCD_OK) {
        result = judge_resources(&resources, err);
    }
    wcd_strlist_release(&resources.names);
    wcd_strlist_release(&resources.values);
    return result;
}
