/* The Windows functions that calls of the seam stand for: the names that traces show and
 * expectations may use. A name that is not here can never be in a trace. */
#ifndef FAKE_WRAP_FUNCTIONS_H
#define FAKE_WRAP_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct wrap_function {
    const char *name; /* "OpenServiceW" */
    const char *dll;  /* "advapi32.dll" */
    /* What a trace may call its arguments and results, NULL-terminated. */
    const char *const *args;
    const char *const *results;
};

/* All of them, sorted by name. */
const struct wrap_function *wrap_functions(size_t *count);
const struct wrap_function *wrap_function_find(const char *name); /* NULL: there is none */
bool wrap_function_known(const char *name);
/* True when the list has the name, or is NULL. */
bool wrap_names_have(const char *const *names, const char *name);

#endif
