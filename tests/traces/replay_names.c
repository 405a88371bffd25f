/* See replay_names.h. */
#include "tests/traces/replay_names.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "fakes/host/guid.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

static void name_release(struct replay_name *name)
{
    free(name->recorded);
    free(name->played);
}

void replay_names_release(struct replay_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        name_release(&names->items[i]);
    }
    free(names->items);
    *names = (struct replay_names){0};
}

void replay_names_forget(struct replay_names *names, const char *kinds)
{
    size_t kept = 0;
    for (size_t i = 0; i < names->count; i++) {
        if (strchr(kinds, names->items[i].kind) != NULL) {
            name_release(&names->items[i]);
        } else {
            names->items[kept++] = names->items[i];
        }
    }
    names->count = kept;
}

/* The entry of that name, made if it is new. */
static struct replay_name *name_of(struct replay_names *names, char kind, const char *recorded,
                                   uint64_t number)
{
    for (size_t i = 0; i < names->count; i++) {
        struct replay_name *name = &names->items[i];
        if (name->kind == kind && name->number == number &&
            wcd_text_equal(name->recorded, recorded)) {
            return name;
        }
    }
    struct replay_name *items = realloc(names->items, (names->count + 1) * sizeof(names->items[0]));
    assert_non_null(items);
    names->items = items;
    struct replay_name *name = &items[names->count++];
    *name = (struct replay_name){.kind = kind, .number = number};
    name->recorded = recorded == NULL ? NULL : wcd_text_copy(recorded);
    assert_true(recorded == NULL || name->recorded != NULL);
    return name;
}

void replay_names_text(struct replay_names *names, char kind, const char *recorded,
                       const char *played)
{
    char lower[FAKE_GUID_BYTES];
    bool guid = kind == 'g';
    assert_true(!guid || fake_guid_lower(recorded, lower));
    struct replay_name *name = name_of(names, kind, guid ? lower : recorded, 0);
    char *copy = wcd_text_copy(played);
    assert_non_null(copy);
    wcd_text_replace(&name->played, copy);
}

void replay_names_number(struct replay_names *names, char kind, uint64_t recorded, uint64_t played)
{
    name_of(names, kind, NULL, recorded)->played_number = played;
}

bool replay_names_find(const struct replay_names *names, char kind, uint64_t recorded,
                       uint64_t *played)
{
    for (size_t i = names->count; i > 0; i--) {
        const struct replay_name *name = &names->items[i - 1];
        if (name->kind == kind && name->number == recorded) {
            *played = name->played_number;
            return true;
        }
    }
    return false;
}

const char *replay_names_text_of(const struct replay_names *names, char kind, const char *recorded)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct replay_name *name = &names->items[i];
        if (name->kind == kind && wcd_text_equal(name->recorded, recorded)) {
            return name->played;
        }
    }
    return NULL;
}

/* The name that the text begins with; NULL when it begins with none. */
static const struct replay_name *name_at(const struct replay_names *names, const char *text,
                                         size_t *len)
{
    char lower[FAKE_GUID_BYTES];
    bool guid = strlen(text) >= FAKE_GUID_TEXT_LEN && fake_guid_lower(text, lower);
    for (size_t i = 0; i < names->count; i++) {
        const struct replay_name *name = &names->items[i];
        bool here = (name->kind == 'g' && guid && strcmp(name->recorded, lower) == 0) ||
                    (name->kind == 't' && wcd_text_has_prefix(text, name->recorded));
        if (here) {
            *len = strlen(name->recorded);
            return name;
        }
    }
    return NULL;
}

char *replay_names_translate(const struct replay_names *names, const char *text)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&buf, "");
    while (*text != '\0') {
        size_t len = 1;
        const struct replay_name *name = name_at(names, text, &len);
        if (name == NULL) {
            wcd_buf_char(&buf, *text);
        } else {
            wcd_buf_text(&buf, name->played);
        }
        text += len;
    }
    char *out = wcd_buf_take(&buf);
    assert_non_null(out);
    return out;
}
