/* The members of a spec, once: what reading, writing and releasing go by. */
#ifndef WCD_OCI_SPEC_TABLE_H
#define WCD_OCI_SPEC_TABLE_H

#include "core/oci/spec.h"

enum spec_kind {
    SPEC_BOOL,            /* false is left out */
    SPEC_TEXT,            /* "" is left out */
    SPEC_TEXT_ALWAYS,     /* "" is written */
    SPEC_UINT32,          /* a uint32_t, always written */
    SPEC_UINT64,          /* a uint64_t, always written */
    SPEC_NUMBER,          /* a struct wcd_spec_number of 64 bits */
    SPEC_NUMBER16,        /* the same of 16 bits */
    SPEC_STRINGS,         /* an empty list is left out */
    SPEC_STRINGS_OR_NULL, /* a list that is not there is null */
    SPEC_ANY,             /* JSON as it comes */
    SPEC_PART,            /* a part that begins with `bool present` */
    SPEC_PART_ALWAYS,     /* a part that is always there */
    SPEC_MOUNTS,
    SPEC_DEVICES,
    SPEC_MAP /* names and values in turn */
};

struct spec_part;

struct spec_member {
    const char *name; /* NULL ends a table */
    enum spec_kind kind;
    size_t offset;
    const struct spec_part *part; /* of a part, or of a list's items */
};

struct spec_part {
    const struct spec_member *members;
};

extern const struct spec_part spec_table;
extern const struct spec_part spec_mount_table;
extern const struct spec_part spec_device_table;

/* Frees the members of a part and zeroes them; `part` points to the structure. */
void spec_part_release(const struct spec_part *table, void *part);

#endif
