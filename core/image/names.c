/* repositories.json. Evidence: moby reference/store.go. */
#include "core/image/names.h"

#include "core/base/limits.h"
#include "core/base/oserror.h"
#include "core/base/text.h"
#include "core/files/content.h"

#include <stdlib.h>
#include <string.h>

#define NAMES_MEMBER "Repositories"

void wcd_image_names_close(struct wcd_image_names *names)
{
    free(names->path);
    wcd_json_free(names->document);
    *names = (struct wcd_image_names){0};
}

static struct wcd_json *empty_document(void)
{
    struct wcd_json *document = wcd_json_new_object();
    if (document != NULL && !wcd_json_set(document, NAMES_MEMBER, wcd_json_new_object())) {
        wcd_json_free(document);
        return NULL;
    }
    return document;
}

/* What is no mapping of mappings of texts is refused, not guessed at. */
static bool is_document(const struct wcd_json *document)
{
    const struct wcd_json *names = wcd_json_get(document, NAMES_MEMBER);
    if (!wcd_json_is(names, WCD_JSON_OBJECT)) {
        return false;
    }
    for (const struct wcd_json *name = wcd_json_first(names); name != NULL;
         name = wcd_json_next(name)) {
        if (!wcd_json_is(name, WCD_JSON_OBJECT)) {
            return false;
        }
        for (const struct wcd_json *tag = wcd_json_first(name); tag != NULL;
             tag = wcd_json_next(tag)) {
            if (!wcd_json_is(tag, WCD_JSON_STRING)) {
                return false;
            }
        }
    }
    return true;
}

static enum wcd_errc parse(struct wcd_image_names *names, const char *content, size_t size,
                           struct wcd_error *err)
{
    struct wcd_json_fault fault = {0};
    names->document = wcd_json_parse(content, size, &fault);
    if (names->document == NULL) {
        return strcmp(fault.reason, "out of memory") == 0
                   ? wcd_error_no_memory(err)
                   : wcd_error_set(err, WCD_E_PLAIN, "%s: line %zu, column %zu: %s", names->path,
                                   fault.line, fault.column, fault.reason);
    }
    return is_document(names->document)
               ? WCD_OK
               : wcd_error_set(err, WCD_E_PLAIN, "%s: not a list of repositories", names->path);
}

static enum wcd_errc save(const struct wcd_image_names *names, const struct platform *platform,
                          const struct wcd_json *document, struct wcd_error *err)
{
    char *text = wcd_json_print_sorted(document);
    if (text == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_files_replace(platform, names->path, text, strlen(text), err);
    free(text);
    return code;
}

static enum wcd_errc make_new(struct wcd_image_names *names, const struct platform *platform,
                              struct wcd_error *err)
{
    names->document = empty_document();
    return names->document == NULL ? wcd_error_no_memory(err)
                                   : save(names, platform, names->document, err);
}

enum wcd_errc wcd_image_names_open(struct wcd_image_names *out, const struct platform *platform,
                                   const char *path, struct wcd_error *err)
{
    char *content = NULL;
    size_t size = 0;
    *out = (struct wcd_image_names){.path = wcd_text_copy(path)};
    if (out->path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        wcd_files_read_if_there(platform, path, WCD_IMAGE_BYTES_MAX, &content, &size, err);
    if (code == WCD_OK) {
        code = content == NULL ? make_new(out, platform, err) : parse(out, content, size, err);
    }
    free(content);
    if (code != WCD_OK) {
        wcd_image_names_close(out);
    }
    return code;
}

/* "<name>:<tag>". */
static bool is_key_of(const char *key, const struct wcd_reference *reference)
{
    size_t len = strlen(reference->name);
    return strncmp(key, reference->name, len) == 0 && key[len] == ':' &&
           strcmp(key + len + 1, reference->tag) == 0;
}

const char *wcd_image_names_find(const struct wcd_image_names *names,
                                 const struct wcd_reference *reference)
{
    const struct wcd_json *all = wcd_json_get(names->document, NAMES_MEMBER);
    const struct wcd_json *tags = wcd_json_get(all, reference->name);
    for (const struct wcd_json *tag = wcd_json_first(tags); tag != NULL; tag = wcd_json_next(tag)) {
        if (is_key_of(wcd_json_name(tag), reference)) {
            return wcd_json_string(tag);
        }
    }
    return NULL;
}

size_t wcd_image_names_count(const struct wcd_image_names *names, const char *id)
{
    size_t count = 0;
    const struct wcd_json *all = wcd_json_get(names->document, NAMES_MEMBER);
    for (const struct wcd_json *name = wcd_json_first(all); name != NULL;
         name = wcd_json_next(name)) {
        for (const struct wcd_json *tag = wcd_json_first(name); tag != NULL;
             tag = wcd_json_next(tag)) {
            count += strcmp(wcd_json_string(tag), id) == 0 ? 1 : 0;
        }
    }
    return count;
}

/* ---- changing ---- */

/* One change of the names: what is not `dropped_id` is copied, then `put` points to `id`. */
struct change {
    const char *dropped_id;              /* NULL: nothing goes by its id */
    const struct wcd_reference *dropped; /* NULL: nothing goes by its name */
    const struct wcd_reference *put;     /* NULL: nothing comes */
    const char *id;
};

static struct wcd_json *copy_tags(const struct wcd_json *tags, const char *name,
                                  const struct change *change)
{
    struct wcd_json *copy = wcd_json_new_object();
    bool ok = copy != NULL;
    for (const struct wcd_json *tag = wcd_json_first(tags); ok && tag != NULL;
         tag = wcd_json_next(tag)) {
        bool goes =
            (change->dropped_id != NULL && strcmp(wcd_json_string(tag), change->dropped_id) == 0) ||
            (change->dropped != NULL && is_key_of(wcd_json_name(tag), change->dropped)) ||
            (change->put != NULL && is_key_of(wcd_json_name(tag), change->put));
        ok = goes || wcd_json_set_string(copy, wcd_json_name(tag), wcd_json_string(tag));
    }
    if (ok && change->put != NULL && strcmp(change->put->name, name) == 0) {
        char *key = wcd_reference_text(change->put);
        ok = key != NULL && wcd_json_set_string(copy, key, change->id);
        free(key);
    }
    if (!ok) {
        wcd_json_free(copy);
        return NULL;
    }
    return copy;
}

static bool copy_name(struct wcd_json *to, const struct wcd_json *tags, const char *name,
                      const struct change *change)
{
    struct wcd_json *copy = copy_tags(tags, name, change);
    if (copy != NULL && wcd_json_size(copy) == 0) {
        wcd_json_free(copy);
        return true;
    }
    return wcd_json_set(to, name, copy);
}

static struct wcd_json *changed(const struct wcd_json *document, const struct change *change)
{
    const struct wcd_json *all = wcd_json_get(document, NAMES_MEMBER);
    struct wcd_json *names = wcd_json_new_object();
    bool ok = names != NULL;
    for (const struct wcd_json *name = wcd_json_first(all); ok && name != NULL;
         name = wcd_json_next(name)) {
        ok = copy_name(names, name, wcd_json_name(name), change);
    }
    if (ok && change->put != NULL && wcd_json_get(all, change->put->name) == NULL) {
        ok = copy_name(names, NULL, change->put->name, change);
    }
    struct wcd_json *copy = ok ? wcd_json_new_object() : NULL;
    if (copy == NULL) {
        wcd_json_free(names);
        return NULL;
    }
    if (!wcd_json_set(copy, NAMES_MEMBER, names)) {
        wcd_json_free(copy);
        return NULL;
    }
    return copy;
}

static enum wcd_errc apply(struct wcd_image_names *names, const struct platform *platform,
                           const struct change *change, struct wcd_error *err)
{
    struct wcd_json *document = changed(names->document, change);
    if (document == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = save(names, platform, document, err);
    if (code != WCD_OK) {
        wcd_json_free(document);
        return code;
    }
    wcd_json_free(names->document);
    names->document = document;
    return WCD_OK;
}

enum wcd_errc wcd_image_names_put(struct wcd_image_names *names, const struct platform *platform,
                                  const struct wcd_reference *reference, const char *id,
                                  struct wcd_error *err)
{
    return apply(names, platform, &(struct change){.put = reference, .id = id}, err);
}

enum wcd_errc wcd_image_names_drop_one(struct wcd_image_names *names,
                                       const struct platform *platform,
                                       const struct wcd_reference *reference, struct wcd_error *err)
{
    return apply(names, platform, &(struct change){.dropped = reference}, err);
}

enum wcd_errc wcd_image_names_drop(struct wcd_image_names *names, const struct platform *platform,
                                   const char *id, struct wcd_error *err)
{
    return wcd_image_names_count(names, id) == 0
               ? WCD_OK
               : apply(names, platform, &(struct change){.dropped_id = id}, err);
}
