/* Paths of containers as paths of the machine; see places.h. */
#include "fakes/guest/places.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "fakes/fs/path.h"
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

/* As Windows takes it: without "." and "..", with backslashes. NULL with *memory true: it is no path of a drive. */
static char *full_of(const char *path, size_t len, bool *memory)
{
    char *text = wcd_text_copy_n(path, len);
    char *full = NULL;
    plat_hr hr = text == NULL ? plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY)
                              : fake_path_full("C:\\", text, &full);
    free(text);
    *memory = hr != plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    if (full != NULL && !begins_path(full)) {
        free(full);
        return NULL;
    }
    return full;
}

/* Does the path lie in the folder? Both are full, and theirs to change: the path is as before in the end, the folder has
 * no separator there. *behind is what follows, without a separator. */
static bool lies_in(char *path, char *folder, size_t *behind)
{
    size_t len = length_of(folder);
    folder[len] = '\0';
    if (strlen(path) < len || (path[len] != '\0' && !is_separator(path[len]))) {
        return false;
    }
    char end = path[len];
    path[len] = '\0';
    bool same = fake_name_equal(path, folder);
    path[len] = end;
    *behind = len + (end == '\0' ? 0 : 1);
    return same;
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

/* The longest place that the full path lies in; false: in none, or there is no memory. */
static bool find_place(const struct fake_places *places, char *full, bool trees, size_t *place,
                       size_t *behind, bool *memory)
{
    bool found = false;
    *memory = true;
    for (size_t i = 0; *memory && i + 1 < places->pairs.count; i += 2) {
        const char *container = places->pairs.items[i];
        size_t after = 0;
        char *folder =
            !trees && is_tree(container) ? NULL : full_of(container, strlen(container), memory);
        if (folder != NULL && lies_in(full, folder, &after) && (!found || after > *behind)) {
            found = true;
            *place = i;
            *behind = after;
        }
        free(folder);
    }
    return found && *memory;
}

/* The machine's folder with what follows. */
static char *joined(const char *machine, const char *rest)
{
    size_t len = length_of(machine);
    bool drive = len > 0 && machine[len - 1] == ':';
    return wcd_text_format("%.*s%s%s", (int)len, machine, *rest != '\0' || drive ? "\\" : "", rest);
}

/* NULL with *memory true: it lies in no place. */
static char *replaced(const struct fake_places *places, const char *path, size_t len, bool trees,
                      bool *memory)
{
    size_t place = 0;
    size_t behind = 0;
    char *full = full_of(path, len, memory);
    if (full == NULL || !find_place(places, full, trees, &place, &behind, memory)) {
        free(full);
        return NULL;
    }
    char *whole = joined(places->pairs.items[place + 1], full + behind);
    free(full);
    *memory = whole != NULL;
    if (whole != NULL && is_tree(places->pairs.items[place]) && !tree_has(places, whole)) {
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
static size_t path_length(const char *text, bool quoted, bool listed)
{
    return strcspn(text, quoted ? "\";" : listed ? ";" : " \t\",;<>|&");
}

/* `variable`: a list of paths, or a text with paths. */
static char *replace_all(const struct fake_places *places, const char *text, bool variable)
{
    struct wcd_buf buf;
    bool quoted = false;
    bool memory = true;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (const char *at = text; *at != '\0' && memory;) {
        bool begins = at == text || may_begin(at[-1]);
        bool listed = variable && (at == text || at[-1] == ';');
        size_t len = begins && begins_path(at) ? path_length(at, quoted, listed) : 0;
        char *path = len == 0 ? NULL : replaced(places, at, len, !variable, &memory);
        if (path != NULL) {
            bool quotes = !variable && !quoted && strchr(path, ' ') != NULL;
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

char *fake_places_command(const struct fake_places *places, const char *line)
{
    return replace_all(places, line, false);
}

char *fake_places_variable(const struct fake_places *places, const char *value)
{
    return replace_all(places, value, true);
}
