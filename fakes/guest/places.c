/* Paths of containers as paths of the machine; see places.h. */
#include "fakes/guest/places.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define PLACES_DRIVE_BYTES ((size_t)3) /* "C:\" */

bool fake_places_add(struct wcd_strlist *pairs, const char *container, const char *machine)
{
    return wcd_strlist_add(pairs, container) && wcd_strlist_add(pairs, machine);
}

static bool is_separator(char c)
{
    return c == '\\' || c == '/';
}

static bool begins_path(const char *text)
{
    char letter = (char)(text[0] | 0x20);
    return letter >= 'a' && letter <= 'z' && text[1] == ':' && is_separator(text[2]);
}

/* Without the separator at its end. */
static size_t length_of(const char *folder)
{
    size_t len = strlen(folder);
    while (len > 0 && is_separator(folder[len - 1])) {
        len--;
    }
    return len;
}

/* Does the path lie in the folder? *behind is what stands behind it, without a separator. Backslashes and
 * slashes are the same. */
static bool lies_in(const char *path, size_t path_len, const char *folder, size_t *behind)
{
    size_t len = length_of(folder);
    if (len > path_len) {
        return false;
    }
    char *first = wcd_text_copy_n(path, len);
    char *second = wcd_text_copy_n(folder, len);
    for (size_t i = 0; first != NULL && second != NULL && i < len; i++) {
        first[i] = first[i] == '/' ? '\\' : first[i];
        second[i] = second[i] == '/' ? '\\' : second[i];
    }
    bool same = first != NULL && second != NULL && fake_name_equal(first, second);
    free(first);
    free(second);
    if (!same || (len < path_len && !is_separator(path[len]))) {
        return false;
    }
    while (len < path_len && is_separator(path[len])) {
        len++;
    }
    *behind = len;
    return true;
}

static bool is_tree(const char *container)
{
    return begins_path(container) && container[PLACES_DRIVE_BYTES] == '\0';
}

/* The tree has it, or the folder that it would be in. */
static bool tree_has(const struct fake_places *places, const char *path)
{
    if (places->exists == NULL || places->exists(places->ctx, path)) {
        return true;
    }
    const char *name = path;
    for (const char *at = path; *at != '\0'; at++) {
        name = is_separator(*at) ? at : name;
    }
    char *folder = wcd_text_copy_n(path, (size_t)(name - path));
    bool has = folder != NULL && places->exists(places->ctx, folder);
    free(folder);
    return has;
}

/* NULL with *memory true: it lies in no place. */
static char *replaced(const struct fake_places *places, const char *path, size_t len, bool trees,
                      bool *memory)
{
    size_t best = 0;
    size_t best_behind = 0;
    bool found = false;
    *memory = true;
    for (size_t i = 0; i + 1 < places->pairs.count; i += 2) {
        size_t behind = 0;
        if ((trees || !is_tree(places->pairs.items[i])) &&
            lies_in(path, len, places->pairs.items[i], &behind) &&
            (!found || behind > best_behind)) {
            found = true;
            best = i;
            best_behind = behind;
        }
    }
    if (!found) {
        return NULL;
    }
    const char *machine = places->pairs.items[best + 1];
    const char *between = best_behind < len ? "\\" : "";
    char *whole = wcd_text_format("%.*s%s%.*s", (int)length_of(machine), machine, between,
                                  (int)(len - best_behind), path + best_behind);
    *memory = whole != NULL;
    if (whole != NULL && is_tree(places->pairs.items[best]) && !tree_has(places, whole)) {
        free(whole);
        return NULL;
    }
    return whole;
}

char *fake_places_path(const struct fake_places *places, const char *path)
{
    bool memory = true;
    char *whole = begins_path(path) ? replaced(places, path, strlen(path), true, &memory) : NULL;
    return whole != NULL || !memory ? whole : wcd_text_copy(path);
}

/* ---- texts ---- */

static bool may_begin(char before)
{
    return before == ' ' || before == '\t' || before == '"' || before == '=' || before == ',' ||
           before == ';';
}

/* Up to where the path goes. */
static size_t path_length(const char *text, bool quoted)
{
    return strcspn(text, quoted ? "\";" : " \t\",;<>|&");
}

char *fake_places_text(const struct fake_places *places, const char *text, bool trees)
{
    struct wcd_buf buf;
    bool quoted = false;
    bool memory = true;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (const char *at = text; *at != '\0' && memory;) {
        bool begins = at == text || may_begin(at[-1]);
        size_t len = begins && begins_path(at) ? path_length(at, quoted) : 0;
        char *path = len == 0 ? NULL : replaced(places, at, len, trees, &memory);
        if (path != NULL) {
            bool quotes = !quoted && strchr(path, ' ') != NULL;
            wcd_buf_format(&buf, "%s%s%s", quotes ? "\"" : "", path, quotes ? "\"" : "");
            at += len;
        } else {
            quoted = *at == '"' ? !quoted : quoted;
            wcd_buf_char(&buf, *at++);
        }
        free(path);
    }
    if (!memory) {
        wcd_buf_release(&buf);
        return NULL;
    }
    return wcd_buf_take(&buf);
}
