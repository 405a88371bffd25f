/* Structures as JSON objects, by a table of their members: what Go's struct tags are to the original.
 *
 * Reading follows encoding/json: unknown members are passed over, null leaves a member as it is, a wrong type is
 * WCD_E_INVALID_PARAMETER with Go's words. (Names are compared exactly; Go also takes other cases.) */
#ifndef WCD_JSON_MEMBERS_H
#define WCD_JSON_MEMBERS_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/json/json.h"

#include <stddef.h>

enum wcd_member_kind {
    WCD_MEMBER_TEXT,    /* char *, NULL is "" */
    WCD_MEMBER_BOOL,    /* bool */
    WCD_MEMBER_INT,     /* int64_t */
    WCD_MEMBER_UINT32,  /* uint32_t; Go's int, negative ones are refused */
    WCD_MEMBER_TIME,    /* uint64_t, see gotime.h */
    WCD_MEMBER_LIST,    /* struct wcd_strlist, null when it is not present */
    WCD_MEMBER_COMMAND, /* the same; when read, one text stands for a list of it alone */
    WCD_MEMBER_MAP, /* struct wcd_json *, an object whose members are ordered when written; NULL is null */
    WCD_MEMBER_JSON /* struct wcd_json *, any type, NULL is null */
};

struct wcd_member {
    const char *name;
    enum wcd_member_kind kind;
    size_t offset;
    bool omit_empty; /* not written when it is the zero value */
};

/* `type` is the Go structure's name in messages; lists take `words_max` items. `base` keeps what was read before
 * a failure: the caller releases it. */
struct wcd_members {
    const char *type;
    const struct wcd_member *items;
    size_t count;
    size_t words_max;
};

enum wcd_errc wcd_members_read(void *base, const struct wcd_members *members,
                               const struct wcd_json *object, struct wcd_error *err);
/* Adds the members in the table's order; false without memory. */
bool wcd_members_write(const void *base, const struct wcd_members *members,
                       struct wcd_json *object);
/* Frees what the members hold and makes them zero. */
void wcd_members_release(void *base, const struct wcd_members *members);

/* Parts of the above, for structures that are more than a table. */
enum wcd_errc wcd_members_wrong_type(struct wcd_error *err, const struct wcd_json *json,
                                     const char *type, const char *member, const char *go_type);
/* An array of texts; NULL without memory. */
struct wcd_json *wcd_json_new_list(const struct wcd_strlist *list);

#endif
