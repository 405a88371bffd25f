/* Documents that clients send, checked member by member against tables. Nothing is shared with the
 * client's side but the JSON reader, so a member that is misspelt there is found here. */
#ifndef FAKE_HCS_CHECK_H
#define FAKE_HCS_CHECK_H

#include "core/json/json.h"
#include "core/platform/types.h"
#include "fakes/host/builds.h"

enum fake_hcs_type {
    FAKE_HCS_BOOL,
    FAKE_HCS_UINT, /* 0 to `max` */
    FAKE_HCS_INT,  /* 64 bits with a sign */
    FAKE_HCS_TEXT,
    FAKE_HCS_WORD, /* one of `words` */
    FAKE_HCS_GUID,
    FAKE_HCS_BYTES,  /* base64 */
    FAKE_HCS_OBJECT, /* of `shape` */
    FAKE_HCS_WHATEVER
};

/* What a member holds: one value, a list of them, or an object of them by any name. */
enum fake_hcs_many {
    FAKE_HCS_ONE,
    FAKE_HCS_LIST,
    FAKE_HCS_MAP
};

struct fake_hcs_shape;

struct fake_hcs_field {
    const char *name;
    enum fake_hcs_type type;
    enum fake_hcs_many many;
    bool required;
    uint32_t minor; /* the schema 2.x it came with; 0: 2.0, 2.1 or schema 1 */
    uint64_t max;   /* UINT; 0: 64 bits */
    const struct fake_hcs_shape *shape;
    const char *const *words; /* up to a NULL, compared with case unless `loose` */
    bool gated;               /* only where the build has `since` */
    enum fake_feature since;
};

struct fake_hcs_shape {
    const struct fake_hcs_field *fields;
    size_t count;
};

#define FAKE_HCS_CHECK_BYTES 320u

/* What is wrong: where in the document and why; "" while nothing is. */
struct fake_hcs_check {
    const struct fake_build *build;
    uint32_t minor; /* the document's schema; members of later ones are not looked at */
    size_t path_len;
    char path[FAKE_HCS_CHECK_BYTES];
    char text[2 * FAKE_HCS_CHECK_BYTES + 4]; /* "path: why" */
};

/* PLAT_HCS_INVALID_JSON unless the value is what the table says. */
plat_hr fake_hcs_check(struct fake_hcs_check *check, const struct fake_hcs_shape *shape,
                       const struct wcd_json *value);
/* Parses a text first; *document is the caller's on success and NULL otherwise. */
plat_hr fake_hcs_read(struct fake_hcs_check *check, const struct fake_build *build,
                      const struct fake_hcs_shape *shape, const char *text,
                      struct wcd_json **document);
/* Says what else is wrong, and answers `hr`. */
plat_hr fake_hcs_blame(struct fake_hcs_check *check, plat_hr hr, const char *format, ...)
    __attribute__((format(__printf__, 3, 4)));
/* The text; NULL when nothing is wrong. */
const char *fake_hcs_check_text(const struct fake_hcs_check *check);

/* Members of documents that have been checked; what is missing or null reads as the default. */
bool fake_hcs_bool(const struct wcd_json *object, const char *name);
uint64_t fake_hcs_uint(const struct wcd_json *object, const char *name);
const char *fake_hcs_text(const struct wcd_json *object, const char *name); /* "" */
/* NULL when it is missing or null. */
const struct wcd_json *fake_hcs_member(const struct wcd_json *object, const char *name);

/* ---- schema 1 (hcs/schema1.c) ---- */

extern const struct fake_hcs_shape fake_hcs_container_config;
extern const struct fake_hcs_shape fake_hcs_process_config;
extern const struct fake_hcs_shape fake_hcs_process_modify;
extern const struct fake_hcs_shape fake_hcs_process_signal;
extern const struct fake_hcs_shape fake_hcs_linux_signal;
extern const struct fake_hcs_shape fake_hcs_system_query;
extern const struct fake_hcs_shape fake_hcs_property_query;
extern const struct fake_hcs_shape fake_hcs_modify_config;
extern const struct fake_hcs_shape fake_hcs_mapped_disk;

/* ---- schema 2 (hcs/schema2.c) ---- */

extern const struct fake_hcs_shape fake_hcs_compute_system;
extern const struct fake_hcs_shape fake_hcs_modify_request;

#endif
