/* What things of a recording are called where it is played. */
#ifndef TEST_TRACES_REPLAY_NAMES_H
#define TEST_TRACES_REPLAY_NAMES_H

#include "core/platform/types.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text, or a number of some kind. */
struct replay_name {
    char
        kind; /* 'g' a GUID in lower case, 't' any text, 'v' where a layer is mounted, by its folder, 'h' a handle, 'r' a registration, 'p' a process's number */
    char *recorded;
    uint64_t number;
    char *played;
    uint64_t played_number;
};

/* Zeroed memory knows none. */
struct replay_names {
    struct replay_name *items;
    size_t count;
};
void replay_names_release(struct replay_names *names);
/* Those of the kinds in `kinds` mean nothing any more. */
void replay_names_forget(struct replay_names *names, const char *kinds);

void replay_names_text(struct replay_names *names, char kind, const char *recorded,
                       const char *played);
void replay_names_number(struct replay_names *names, char kind, uint64_t recorded, uint64_t played);
/* False when it is not known. */
bool replay_names_find(const struct replay_names *names, char kind, uint64_t recorded,
                       uint64_t *played);

/* NULL when it is not known. */
const char *replay_names_text_of(const struct replay_names *names, char kind, const char *recorded);

/* The text with all that has another name here renamed; the caller's. */
char *replay_names_translate(const struct replay_names *names, const char *text);

#endif
