/* A host with images, in the time of its test, with a service and clients at channels. */
#ifndef TEST_UNIT_REMOTE_FIXTURE_H
#define TEST_UNIT_REMOTE_FIXTURE_H

#include "fakes/live/live.h"
#include "fakes/remote/remote.h"
#include "tests/support/channel_pair.h"
#include "tests/unit/fakes/hcs_fixture.h"

#include <stdatomic.h>

struct remote_bed {
    struct hcs_fixture f; /* its platform is the host's own, for set-up and looks */
    struct fake_live *live;
    struct platform served;
    _Atomic uint64_t now_us;
};

/* One client of the bed. */
struct remote_user {
    struct remote_bed *bed;
    struct channel_service *service;
    struct fake_remote *remote; /* NULL: no connection came about */
    struct platform platform;
    struct wcd_queue *queue;
};

void remote_bed_init(struct remote_bed *bed);
/* Checks that no handle is left and nothing was misused. */
void remote_bed_release(struct remote_bed *bed);
/* Ends a system that outlived its clients; fine when there is none. No client may be there. */
void remote_bed_drop_system(struct remote_bed *bed, const char *id);

/* Connects; the bytes after which the ways to the service and from it break, UINT64_MAX: never. */
void remote_user_init(struct remote_user *user, struct remote_bed *bed, uint64_t cut_to,
                      uint64_t cut_from);
/* Ends the channel, and waits until the service has closed all. */
void remote_user_release(struct remote_user *user);
/* Waits until the client knows that the service is lost, and has told it. */
void remote_user_wait_lost(struct remote_user *user);
/* Lets time go by, and what comes of it come; false when the service is lost. */
bool remote_pass_us(struct remote_user *user, uint64_t us);
/* The next event, of that key; others are dropped, ServiceDisconnect too, which `lost` counts. False when there is
 * none. */
bool remote_next(struct remote_user *user, uint64_t key, struct plat_event *event, unsigned *lost);

/* ---- a story: a container's life with a process that says a word, and a network ---- */

#define STORY_KEYS 4u

struct remote_story {
    struct remote_user *user;
    const char *id;
    char *document;
    plat_handle system;
    plat_handle system_registration;
    plat_handle process;
    plat_handle process_registration;
    plat_handle streams[3];
    bool frail; /* the host may lack memory: what the process says may be lost */
    bool done;
    unsigned lost[STORY_KEYS]; /* ServiceDisconnects by key; the key is the index */
    plat_hr hr;                /* of what failed first */
};

/* The scratch is made with the host's own calls. */
void remote_story_init(struct remote_story *story, struct remote_user *user, const char *id);
/* Tells the story up to its end, or the first failure. */
bool remote_story_start(struct remote_story *story); /* until the system runs */
bool remote_story_tell(struct remote_story *story);
/* Closes what is open, as a client does that cares for its handles; then drops the scratch. */
void remote_story_release(struct remote_story *story);

#endif
