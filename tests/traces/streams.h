/* The entries of a trace, sorted by what they are about. Calls of the original's goroutines interleave freely;
 * what is fixed is the order of the calls on one object:
 *
 *  - "container 2": the calls on its layers and its compute system, through the handle it was created
 *    with; also those that only prepare such a call (NameToGuid and GetLayerMountPath of an image's layer, the
 *    enumeration before a layer is destroyed);
 *  - "container 2, system 3": those through the third handle on the compute system;
 *  - "container 2, process 4": those through the fourth handle on a process of it, and its notifications;
 *  - "network 5", "endpoint 6": the HNSCalls about it. Those about an endpoint of a container are in that one's stream;
 *  - "networks": HNSCalls that list a collection;
 *  - "host": the rest.
 *
 * Containers, networks and endpoints are numbered in the order in which they appear, as are handles of one
 * container. So two traces of the same story have the same streams. */
#ifndef TEST_TRACES_STREAMS_H
#define TEST_TRACES_STREAMS_H

#include "tests/traces/objects.h"
#include "tests/traces/trace.h"

/* What is known of the objects of a trace, for those that follow it. Zeroed memory knows nothing. */
struct stream_container {
    char *id;
    size_t systems;   /* handles that were opened, since the container appeared */
    size_t processes; /* likewise, of processes */
};

enum stream_handle_kind {
    STREAM_SYSTEM,
    STREAM_PROCESS,
    STREAM_CALLBACK
};

struct stream_handle {
    enum stream_handle_kind kind;
    uint64_t number;
    size_t container;
    size_t
        system; /* 1: the first handle, which belongs to the container's own stream; 0: a process */
    size_t process; /* 1, 2, ...; 0: a system */
};

struct stream_memory {
    struct stream_container *containers;
    size_t container_count;
    struct stream_handle *handles;
    size_t handle_count;
    struct hns_objects objects;
};

void stream_memory_release(struct stream_memory *memory);
/* The daemon was started anew: its handles are gone, containers and their numbers stay. */
void stream_memory_restart(struct stream_memory *memory);

struct stream {
    char *name;
    const struct trace_entry **entries; /* the trace's */
    size_t count;
};

struct streams {
    struct stream *items; /* in the order in which they appear */
    size_t count;
};

/* The trace must outlive the streams. */
void streams_sort(struct streams *out, const struct trace *trace, struct stream_memory *memory);
void streams_release(struct streams *streams);
/* NULL when there is none. */
const struct stream *streams_find(const struct streams *streams, const char *name);

#endif
