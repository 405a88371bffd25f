/* What HNSCalls are about: networks, endpoints, policy lists. An id stands in the path of a call or, for what is being
 * made, in the answer. */
#ifndef TEST_TRACES_OBJECTS_H
#define TEST_TRACES_OBJECTS_H

#include "tests/traces/trace.h"

#define HNS_ENDPOINT "endpoint" /* kinds are called as the first part of a path, without its "s" */

struct hns_object {
    char *kind;
    char *id;
    char *container; /* of an endpoint: whose it is; NULL: nobody's, or not known */
    size_t number;   /* the first of its kind that appears has 1; 0: has not appeared yet */
};

/* Zeroed memory knows none. */
struct hns_objects {
    struct hns_object *items;
    size_t count;
};
void hns_objects_release(struct hns_objects *objects);

/* Takes from an entry, of whatever function, which container an endpoint belongs to: the documents of compute systems
 * name it. What was learnt first stays. */
void hns_objects_note(struct hns_objects *objects, const struct trace_entry *entry);

bool is_hns_call(const struct trace_entry *entry);
/* "HNSCall DELETE /endpoints/{id}". The caller frees. */
char *hns_call_name(const struct trace_entry *entry);
/* The id of what the call is about, "" where that is a collection. The caller frees. */
char *hns_call_id(const struct trace_entry *entry);
/* "network" of a path that begins with "/networks/". The caller frees. */
char *hns_call_kind(const struct trace_entry *entry);
/* Borrowed until another one is sought; added when it is not known. */
struct hns_object *hns_object_of(struct hns_objects *objects, const char *kind, const char *id);
/* It appears, if it has not yet. */
void hns_object_appears(const struct hns_objects *objects, struct hns_object *object);

#endif
