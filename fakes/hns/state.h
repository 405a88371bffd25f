/* Objects of HNS as the store keeps them (fakes/host/store.h). Most members are rows of a table; what a row cannot say is
 * written and read by hand. What is read is never trusted. */
#ifndef FAKE_HNS_STATE_H
#define FAKE_HNS_STATE_H

#include "core/base/buf.h"
#include "core/base/error.h"
#include "fakes/hns/hns.h"

enum fake_state_type {
    FAKE_STATE_ID,     /* char[FAKE_GUID_BYTES] in lower case */
    FAKE_STATE_TEXT,   /* char *, never NULL; "" is left out */
    FAKE_STATE_SOME,   /* char *, NULL when it is missing */
    FAKE_STATE_BOOL,   /* bool; false is left out */
    FAKE_STATE_UINT32, /* uint32_t; 0 is left out */
    FAKE_STATE_UINT64, /* uint64_t; 0 is left out */
    FAKE_STATE_LIST,   /* struct wcd_json *, an array; an empty one is left out */
    FAKE_STATE_OBJECT, /* struct wcd_json *, an object; NULL when it is missing */
    /* by hand; the type is checked */
    FAKE_STATE_HAND_TEXT,
    FAKE_STATE_HAND_UINT,
    FAKE_STATE_HAND_LIST,
    FAKE_STATE_HAND_OBJECT
};

struct fake_state_row {
    const char *name;
    enum fake_state_type type;
    bool required;
    size_t offset;
    uint64_t max; /* of numbers; 0: all */
};

struct fake_state_table {
    const struct fake_state_row *rows;
    size_t count; /* up to FAKE_STATE_ROWS_MAX */
};
#define FAKE_STATE_ROWS_MAX 64u

/* 9999-12-31 as FILETIME, and a minute to spare. */
#define FAKE_STATE_TIME_MAX UINT64_C(2650467743990000000)

/* The rows that begin every table of what begins with a struct fake_hns_object. */
#define FAKE_STATE_OBJECT_ROWS                                                                     \
    {"id", FAKE_STATE_ID, true, offsetof(struct fake_hns_object, id), 0},                          \
        {"activity", FAKE_STATE_ID, true, offsetof(struct fake_hns_object, activity_id), 0},       \
    {                                                                                              \
        "updated", FAKE_STATE_UINT64, false, offsetof(struct fake_hns_object, updated_100ns),      \
            FAKE_STATE_TIME_MAX                                                                    \
    }

/* ---- places in the document ---- */

#define FAKE_STATE_POINTER_BYTES 160u

/* A JSON pointer, and where to tell what is wrong there. */
struct fake_state_at {
    char pointer[FAKE_STATE_POINTER_BYTES];
    struct wcd_error *err;
};

/* Item `number` of the member `name`. */
struct fake_state_at fake_state_item(const struct fake_state_at *at, const char *name,
                                     size_t number);
/* WCD_E_INVALID_PARAMETER: "<pointer>/<member>: <why>"; member "" for the place itself. */
enum wcd_errc fake_state_bad(const struct fake_state_at *at, const char *member, const char *why);

/* ---- text ----
 *
 * Written as text at once: a state of thousands of objects is written after every call that changes one. Members of an
 * object have a name, items of a list "". Failures stick to the buffer. */

void fake_state_put_text(struct wcd_buf *out, const char *name, const char *text);
void fake_state_put_number(struct wcd_buf *out, const char *name, uint64_t number);
void fake_state_put_bool(struct wcd_buf *out, const char *name, bool value);
/* '{' or '[', up to the '}' or ']' that ends it. */
void fake_state_open(struct wcd_buf *out, const char *name, char bracket);
void fake_state_close(struct wcd_buf *out, char bracket);

/* ---- objects ---- */

/* Puts the members of the table but those by hand. */
void fake_state_write(const struct fake_state_table *table, const void *object,
                      struct wcd_buf *out);
/* Fills the object, which is zero before. What it holds after a failure is the caller's to free. */
enum wcd_errc fake_state_read(const struct fake_state_table *table, const struct wcd_json *value,
                              void *object, const struct fake_state_at *at);
/* Every item of the list is a text without a NUL; NULL is none. */
enum wcd_errc fake_state_texts(const struct wcd_json *object, const char *name,
                               const struct fake_state_at *at);

/* Each as an item of a list; and back: found as if it had been created. */
void fake_hns_network_save(const struct fake_hns_network *network, struct wcd_buf *out);
enum wcd_errc fake_hns_network_restore(struct fake_host *host, const struct wcd_json *value,
                                       const struct fake_state_at *at);
void fake_hns_endpoint_save(const struct fake_hns_endpoint *endpoint, struct wcd_buf *out);
enum wcd_errc fake_hns_endpoint_restore(struct fake_host *host, const struct wcd_json *value,
                                        const struct fake_state_at *at);
/* accelnet.c: whether what was read as that member is good. */
#define FAKE_STATE_MANAGEMENT_MACS "management_macs"
enum wcd_errc fake_hns_accelnet_restored(struct fake_host *host, const struct fake_state_at *at);
/* lists.c and namespaces.c: all of them, as items. */
void fake_hns_lists_save(const struct fake_host *host, struct wcd_buf *out);
enum wcd_errc fake_hns_list_restore(struct fake_host *host, const struct wcd_json *value,
                                    const struct fake_state_at *at);
void fake_hns_namespaces_save(const struct fake_host *host, struct wcd_buf *out);
enum wcd_errc fake_hns_namespace_restore(struct fake_host *host, const struct wcd_json *value,
                                         const struct fake_state_at *at);

/* ---- the service (store.c) ---- */

/* All that HNS has, as the member of that name. */
void fake_hns_save(const struct fake_host *host, const char *name, struct wcd_buf *out);
/* Takes the place of all that HNS has. With `boot` HNS comes up with it after the machine was off, which ends compute systems
 * with their attachments and what the build does not keep; without, it is as it was. On failure the host is as it was. */
enum wcd_errc fake_hns_load(struct fake_host *host, const struct wcd_json *document, bool boot,
                            const struct fake_state_at *at);

#endif
