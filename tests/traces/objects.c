/* See objects.h. */
#include "tests/traces/objects.h"

#include "core/base/text.h"
#include "core/base/utf8.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

static char *need(char *text)
{
    assert_non_null(text);
    return text;
}

void hns_objects_release(struct hns_objects *objects)
{
    for (size_t i = 0; i < objects->count; i++) {
        free(objects->items[i].kind);
        free(objects->items[i].id);
        free(objects->items[i].container);
    }
    free(objects->items);
    *objects = (struct hns_objects){0};
}

struct hns_object *hns_object_of(struct hns_objects *objects, const char *kind, const char *id)
{
    for (size_t i = 0; i < objects->count; i++) {
        if (strcmp(objects->items[i].kind, kind) == 0 &&
            wcd_utf8_equal_fold(objects->items[i].id, id)) {
            return &objects->items[i];
        }
    }
    struct hns_object *items = realloc(objects->items, (objects->count + 1) * sizeof(items[0]));
    assert_non_null(items);
    objects->items = items;
    items[objects->count] =
        (struct hns_object){.kind = need(wcd_text_copy(kind)), .id = need(wcd_text_copy(id))};
    return &items[objects->count++];
}

void hns_object_appears(const struct hns_objects *objects, struct hns_object *object)
{
    if (object->number > 0) {
        return;
    }
    size_t number = 1;
    for (size_t i = 0; i < objects->count; i++) {
        const struct hns_object *other = &objects->items[i];
        number += other->number > 0 && strcmp(other->kind, object->kind) == 0 ? 1 : 0;
    }
    object->number = number;
}

/* ---- calls ---- */

bool is_hns_call(const struct trace_entry *entry)
{
    return strcmp(entry->fn, "HNSCall") == 0 && trace_text(entry, "path") != NULL;
}

/* The path's id, which stands after the second slash, and its length. */
static const char *path_id(const char *path, size_t *len)
{
    const char *slash = path[0] == '/' ? strchr(path + 1, '/') : NULL;
    const char *id = slash == NULL ? "" : slash + 1;
    *len = strcspn(id, "/");
    return id;
}

char *hns_call_name(const struct trace_entry *entry)
{
    size_t len = 0;
    const char *path = trace_text(entry, "path");
    const char *id = path_id(path, &len);
    size_t front = strlen(path) - strlen(id);
    return need(wcd_text_format("HNSCall %s %.*s%s%s",
                                wcd_text_or_empty(trace_text(entry, "method")), (int)front, path,
                                len == 0 ? "" : "{id}", id + len));
}

char *hns_call_kind(const struct trace_entry *entry)
{
    const char *path = trace_text(entry, "path");
    const char *name = path[0] == '/' ? path + 1 : path;
    size_t len = strcspn(name, "/");
    return need(wcd_text_copy_n(name, len > 0 && name[len - 1] == 's' ? len - 1 : len));
}

/* What the service answered; NULL: nothing that can be read. The caller frees. */
static struct wcd_json *answer_of(const struct trace_entry *entry)
{
    const struct wcd_json *response = wcd_json_get(entry->result, "response");
    struct wcd_json_fault fault;
    if (!wcd_json_is(response, WCD_JSON_STRING)) {
        return NULL;
    }
    const char *text = wcd_json_string(response);
    return wcd_json_parse(text, strlen(text), &fault);
}

static const char *text_of(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *member = wcd_json_get(object, name);
    return wcd_json_is(member, WCD_JSON_STRING) ? wcd_json_string(member) : "";
}

char *hns_call_id(const struct trace_entry *entry)
{
    size_t len = 0;
    const char *id = path_id(trace_text(entry, "path"), &len);
    if (len > 0 || strcmp(wcd_text_or_empty(trace_text(entry, "method")), "POST") != 0) {
        return need(wcd_text_copy_n(id, len));
    }
    struct wcd_json *answer = answer_of(entry);
    char *made = need(wcd_text_copy(text_of(wcd_json_get(answer, "Output"), "ID")));
    wcd_json_free(answer);
    return made;
}

/* ---- whose an endpoint is ---- */

static void note(struct hns_objects *objects, const struct wcd_json *endpoint,
                 const char *container)
{
    if (container == NULL || !wcd_json_is(endpoint, WCD_JSON_STRING)) {
        return;
    }
    struct hns_object *object = hns_object_of(objects, HNS_ENDPOINT, wcd_json_string(endpoint));
    if (object->container == NULL) {
        object->container = need(wcd_text_copy(container));
    }
}

/* The endpoints of a new compute system, or the one that is added to it or taken away. */
void hns_objects_note(struct hns_objects *objects, const struct trace_entry *entry)
{
    const char *text = trace_text(entry, "configuration");
    const char *container = trace_text(entry, "id");
    struct wcd_json_fault fault;
    if (text == NULL) {
        return;
    }
    container = container == NULL ? trace_text(entry, "system") : container;
    struct wcd_json *document = wcd_json_parse(text, strlen(text), &fault);
    for (const struct wcd_json *at = wcd_json_first(wcd_json_get(document, "EndpointList"));
         at != NULL; at = wcd_json_next(at)) {
        note(objects, at, container);
    }
    if (strcmp(text_of(document, "ResourceType"), "Network") == 0) {
        note(objects, wcd_json_get(document, "Settings"), container);
    }
    wcd_json_free(document);
}
