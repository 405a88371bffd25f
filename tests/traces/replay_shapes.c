/* The shapes of answers: shapes.inc. */
#include "tests/traces/replay_internal.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shape {
    const char *call;
    const char
        *pointer; /* "*" stands for every item; a row of a container comes before those in it */
    enum wcd_json_type type;
    bool always; /* in every recorded one that had what it is in */
};

#define ALWAYS    true
#define SOMETIMES false

static const struct shape shapes[] = {
#define SHAPE(call, pointer, type, always) {(call), (pointer), WCD_JSON_##type, (always)},
#include "tests/traces/shapes.inc"
#undef SHAPE
};

static void shape_differs(struct replay *replay, const struct shape *shape, const char *played)
{
    replay_differ(replay, shape->call, shape->pointer, wcd_json_type_name(shape->type), played);
}

/* What is left of a pointer is looked for in `value`, in every item where it says so. */
static void shape_look(struct replay *replay, const struct shape *shape, const char *pointer,
                       const struct wcd_json *value)
{
    while (value != NULL && *pointer == '/' && pointer[1] != '*') {
        size_t len = strcspn(pointer + 1, "/");
        char *name = wcd_text_copy_n(pointer + 1, len);
        assert_non_null(name);
        bool last = pointer[len + 1] == '\0';
        const struct wcd_json *member = wcd_json_get(value, name);
        free(name);
        if (member == NULL) {
            if (last && shape->always) {
                shape_differs(replay, shape, "missing");
            }
            return;
        }
        value = member;
        pointer += len + 1;
    }
    if (*pointer == '/') {
        for (const struct wcd_json *item = wcd_json_first(value); item != NULL;
             item = wcd_json_next(item)) {
            shape_look(replay, shape, pointer + 2, item);
        }
        return;
    }
    if (!wcd_json_is(value, shape->type)) {
        shape_differs(replay, shape, wcd_json_type_name(wcd_json_type_of(value)));
    }
}

void replay_check_shape(struct replay *replay, const char *call, const char *played)
{
    struct wcd_json *json = NULL;
    struct wcd_json_fault fault = {0};
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        if (strcmp(shapes[i].call, call) != 0) {
            continue;
        }
        if (json == NULL && played != NULL) {
            json = wcd_json_parse(played, strlen(played), &fault);
        }
        if (json == NULL) {
            replay_differ(replay, call, "", "a document", played == NULL ? "none" : fault.reason);
            return;
        }
        shape_look(replay, &shapes[i], shapes[i].pointer, json);
    }
    wcd_json_free(json);
}
