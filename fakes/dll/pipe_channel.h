/* A channel to a service over a named pipe of Windows. */
#ifndef FAKE_DLL_PIPE_CHANNEL_H
#define FAKE_DLL_PIPE_CHANNEL_H

#include "fakes/remote/remote.h"

#include <windows.h>

/* ERROR_FILE_NOT_FOUND when nobody listens there; ERROR_PIPE_BUSY when the service takes no more clients for
 * a while. */
plat_hr fake_pipe_channel_open(struct fake_channel *out, const wchar_t *name);

#endif
