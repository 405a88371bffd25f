/* A channel over a stream of transport.h, on either side: a thread that sends or receives waits for the
 * stream's events. */
#ifndef FAKE_REMOTE_STREAM_CHANNEL_H
#define FAKE_REMOTE_STREAM_CHANNEL_H

#include "fakes/remote/remote.h"

/* Takes the stream, which is not attached yet, in every case. The platform is for any thread and outlives the
 * channel. What attaching answered; E_OUTOFMEMORY. */
plat_hr fake_stream_channel_open(struct fake_channel *out, const struct plat_transport *transport,
                                 plat_handle stream);

#endif
