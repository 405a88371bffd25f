/* What the results of verbs have for members. */
#ifndef SCN_LANG_GIVES_H
#define SCN_LANG_GIVES_H

#include <stdbool.h>
#include <stddef.h>

/* NULL-terminated; NULL when the verb's members are not listed. */
const char *const *scn_verb_gives(const char *verb);
/* True when the result surely has no such member (len bytes). */
bool scn_verb_gives_not(const char *verb, const char *member, size_t len);

#endif
