/* `drydock host` as a process of its own, for tests with several clients. */
#ifndef TEST_DLL_SERVICE_H
#define TEST_DLL_SERVICE_H

#include "fakes/dll/vmcompute.h"

#include <stdbool.h>
#include <stddef.h>

#define SERVICE_REPORT_BYTES_MAX ((size_t)256 * 1024)

struct service {
    HANDLE process;
    HANDLE job; /* ends what is in it with this process */
    DWORD id;
    wchar_t pipe[64];
    wchar_t ready[MAX_PATH];
    wchar_t output[MAX_PATH];
    char report[SERVICE_REPORT_BYTES_MAX]; /* the last one */
};

/* Starts it on a pipe of this process's own and waits until it is ready; DRYDOCK_TEST_PIPE names the pipe
 * then. `file` describes the host; `more` are further words ("" for none). */
void service_start(struct service *service, const wchar_t *file, const wchar_t *more);
/* As if it crashed. */
void service_kill(struct service *service);
/* `drydock host --stop`; the last report stays. Answers the service's exit code. */
DWORD service_stop(struct service *service);

/* Asks for a report, as JSON on one line. */
const char *service_report(struct service *service);
/* Asks until so many clients are there. */
void service_await_clients(struct service *service, size_t count);
/* A member of the report that is a list has nothing in it. */
bool service_has_none(const struct service *service, const char *list);

/* Starts this program once more, with these words, in the job of the service. The caller closes. */
HANDLE service_start_client(const struct service *service, const wchar_t *words);

/* Open handles of a process, as Windows counts them. */
size_t process_handles(DWORD process);
/* Bytes of memory that are a process's own, or those that are resident where nobody counts the others, as in Wine. */
size_t process_memory(DWORD process);

#endif
