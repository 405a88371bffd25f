/* Compares the trace of a run with the recording of the same story by the original daemon.
 *
 * Streams of one name are laid beside each other: the same functions in the same order, with the same
 * arguments once names are renamed. A name is an id of 64 hexadecimal digits, a GUID, a handle, a
 * registration, a key, a process's number: what stands for one thing in the recording must stand for one
 * thing in the run wherever it occurs, and for no other; the first twelve digits of an id, as in a host name,
 * go with the id. JSON in a text is compared as a document.
 *
 * Answers are not compared: those of a recording are the stand-ins' that were recorded with. But they say how HNS calls
 * what it makes. */
#ifndef TEST_TRACES_MATCH_H
#define TEST_TRACES_MATCH_H

#include "tests/traces/streams.h"

enum difference_kind {
    DIFFERENCE_MISSING, /* the recording has a call that the run has not */
    DIFFERENCE_EXTRA,   /* the other way round */
    DIFFERENCE_MOVED,   /* both have it, at different places of the stream */
    DIFFERENCE_ARGUMENT
};
const char *difference_kind_name(enum difference_kind kind);

struct difference {
    enum difference_kind kind;
    const char *recording; /* borrowed, as given */
    char *stream;
    char *fn; /* with the type of a notification: "CALLBACK 0x00000001" */
    char *at; /* ARGUMENT: where, "/configuration/VolumePath"; else "" */
    char *recorded;
    char *run;
};

struct differences {
    struct difference *items;
    size_t count;
};
void differences_release(struct differences *differences);

/* What one name of the recording is called in the run. */
struct rename {
    char class;   /* 'i' ids and GUIDs, 'h' handles, 'r' registrations, 'k' keys, 'p' processes */
    size_t scope; /* 'p': the container; else 0 */
    char *recorded;
    char *run;
};

/* What goes on from one recording of a story to the next. Zeroed memory is the beginning. */
struct match {
    struct stream_memory recorded;
    struct stream_memory run;
    struct rename *renames;
    size_t rename_count;
};
void match_release(struct match *match);
/* The daemon was started anew: its handles, registrations and keys mean nothing any more. */
void match_restart(struct match *match);

/* Adds what is different. `recording` names it in the differences. */
void match_traces(struct match *match, const char *recording, const struct trace *recorded,
                  const struct trace *run, struct differences *out);

#endif
