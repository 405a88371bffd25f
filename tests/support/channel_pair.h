/* Two ends of a channel in this process. */
#ifndef TEST_SUPPORT_CHANNEL_PAIR_H
#define TEST_SUPPORT_CHANNEL_PAIR_H

#include "fakes/remote/remote.h"

/* What one way holds before its sender waits. */
#define CHANNEL_PAIR_BYTES ((size_t)64 * 1024)

/* Each end belongs to who gets it. False without memory. */
bool channel_pair_create(struct fake_channel ends[2]);
/* The way out of this end breaks once that many bytes have gone through: the other end gets these and then the
 * end, and so does this one. To be said before anything is sent. */
void channel_pair_cut_after(struct fake_channel channel, uint64_t bytes);

bool channel_pair_is_closed(struct fake_channel channel);

/* A service of that platform on a thread of its own; the other end of its channel. */
struct channel_service;
/* NULL when that was not possible. The thread ends with the channel; the way from it breaks after that many
 * bytes, UINT64_MAX: never. */
struct channel_service *channel_service_start(const struct platform *platform,
                                              struct fake_channel *client, uint64_t cut_after);
/* Waits for the thread to end. NULL is fine. */
void channel_service_join(struct channel_service *service);
/* The service's end of the channel, until it is joined: to be cut, or closed. */
struct fake_channel channel_service_end(struct channel_service *service);

#endif
