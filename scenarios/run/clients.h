/* Clients that are attached to containers and execs, and what containers are called. Internal to
 * scenarios/run. */
#ifndef SCN_RUN_CLIENTS_H
#define SCN_RUN_CLIENTS_H

#include "core/base/buf.h"
#include "core/daemon/life.h"
#include "scenarios/run/world.h"

/* A client's end of the streams. It reads at once what there is, so that nobody waits for it. */
struct scn_client {
    struct scn_client *next;
    char *name;                        /* NULL: nobody asks for it by name */
    struct wcd_attachment *attachment; /* NULL: it went away, or its daemon died */
    struct wcd_buf streams[2];         /* what it got on stdout and stderr, until it is asked */
    bool ended;
};

/* Takes the attachment. `name` may be NULL; one of that name is forgotten. NULL without memory: the
 * attachment is freed. */
struct scn_client *scn_client_add(struct scn_world *world, const char *name,
                                  struct wcd_attachment *attachment);
/* NULL when there is none of that name. */
struct scn_client *scn_client_find(const struct scn_world *world, const char *name);
/* Takes it out and frees it; NULL is fine. */
void scn_client_remove(struct scn_world *world, struct scn_client *client);
/* It goes away; what it got stays. */
void scn_client_detach(struct scn_client *client);
/* Takes what arrived for all clients. */
void scn_clients_read(struct scn_world *world);
/* Their daemon dies. */
void scn_clients_lose(struct scn_world *world);
void scn_clients_release(struct scn_world *world);

/* ---- names of containers, which outlive daemons ---- */

/* A container was made, or has another name now. */
void scn_world_name_container(struct scn_world *world, const char *name, const char *id);
/* The id of the container that was last called so; NULL when none was. */
const char *scn_world_container_id(const struct scn_world *world, const char *name);
/* The id, or the name itself when no container was called so. */
const char *scn_world_object(const struct scn_world *world, const char *name);

#endif
