/* References in texts: ${name}, ${name.member}, and $${ for the two characters themselves. */
#ifndef SCN_LANG_REFS_H
#define SCN_LANG_REFS_H

#include <stdbool.h>
#include <stddef.h>

enum scn_ref_kind {
    SCN_REF_NONE,    /* no more */
    SCN_REF_VALUE,   /* ${name} or ${name.member} */
    SCN_REF_LITERAL, /* $${ */
    SCN_REF_BAD      /* "${" that begins no reference */
};

struct scn_ref {
    const char *start; /* of the whole */
    size_t size;       /* of the whole */
    const char *name;  /* the first word */
    size_t name_len;
    const char *path; /* what follows its dot; NULL when nothing does */
    size_t path_len;
};

/* The next reference at or after text. */
enum scn_ref_kind scn_ref_next(const char *text, struct scn_ref *ref);

#endif
