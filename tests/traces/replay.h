/* Plays recordings of the original daemon's calls again, call by call, on a platform: each call is made with the recorded
 * documents, and the answer must be such that the daemon that was recorded could have gone on.
 *
 *  - The code is the recorded one; S_OK and pending are one, since clients take both.
 *  - A document that is answered has the members that recorded answers to such calls always had, each of the same type
 *    (shapes.inc). Values are not compared: the recorded ones are the stand-ins'.
 *  - A notification comes to the registration, of the recorded type and with the recorded status, once it is waited for; and
 *    none comes besides.
 *
 * Ids are apart: GUIDs that HNS gives, ids of layers, handles, registrations and numbers of processes in what follows become
 * those that were answered here.
 *
 * Not of the recordings, and done all the same: what the daemon reads from processes, and that it renames a layer before
 * it destroys it. Time passes only while a notification is waited for. */
#ifndef TEST_TRACES_REPLAY_H
#define TEST_TRACES_REPLAY_H

#include "fakes/host/host.h"
#include "fakes/wrap/detour.h"
#include "tests/traces/trace.h"

struct replay;

struct replay_difference {
    char *recording;
    char *call; /* "HNSCall POST /endpoints/", "CALLBACK 0x00000001" */
    char *
        at; /* "hr 0x80070490" (the played one), "told", "told more", or the place in the answer: "/Output/ID" */
    char *recorded; /* what it was to be */
    char *played;
};

struct replay_differences {
    struct replay_difference *items;
    size_t count;
};
void replay_differences_release(struct replay_differences *differences);

/* A machine like the recorded one, called over the road (NULL: directly). */
struct replay *replay_create(const struct wrap_detour_road *road);
void replay_destroy(struct replay *replay);

/* The image layers that the recording needs, unless they are there. */
void replay_put_images(struct replay *replay, const struct trace *trace);
/* The daemon was started anew: handles, registrations and processes are others. */
void replay_restart(struct replay *replay);
/* `name` names it in the differences; "a3-inject-X-0x..." makes X fail once, as when it was recorded. */
void replay_play(struct replay *replay, const char *name, const struct trace *trace,
                 struct replay_differences *out);
/* How many calls were made and notifications met since the beginning. */
size_t replay_calls(const struct replay *replay);

#endif
