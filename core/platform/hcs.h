/* The Host Compute Service (vmcompute.dll): compute systems and the processes in them.
 *
 * The cut is the DLL's own: ids and JSON documents in; an HRESULT, result text and handles out;
 * notifications by key. Documents, of schema 1 or 2, pass through here unread. computecore.dll,
 * which has operations where this DLL has notifications and answers 0x8037xxxx, is another door to
 * the same service and no part of the seam: hcsshim goes through vmcompute.dll with both schemas
 * (client code).
 *
 * Facts say how they are known: documented (Microsoft's pages, SDK headers), client code (a client
 * depends on it), recorded (measured on a host), reported (repository#thread), assumed.
 *
 * RESULT TEXT. `result` may be set whatever the answer is, and the caller frees it in every case.
 * Only the HRESULT decides (client code). After a failure it is NULL, an error document {"Error":
 * the HRESULT as a signed number, "ErrorMessage": the host's language, "ErrorEvents": [...]}
 * (events since about build 16299; reported in moby#30278, for-win#2158, nav-docker#383), or now
 * and then not JSON at all. `systems` and `properties` are JSON on success, never NULL or ""
 * (client code).
 *
 * CODES. Failures come in the 0xC037xxxx family, except PLAT_HCS_PROCESS_ALREADY_STOPPED; a client
 * of 2017 would not know 0x80370110 for "stopped" (client code). Since about build 20348 some calls
 * give 0x8037xxxx (client code), so a caller treats both as equal. Any call can answer, beside the
 * codes named at it:
 *  - ERROR_MOD_NOT_FOUND, ERROR_PROC_NOT_FOUND: the DLL or the export is not there (client code);
 *  - ERROR_INVALID_HANDLE: a handle that is closed or of the wrong kind (assumed);
 *  - RPC_S_SERVER_UNAVAILABLE, RPC_S_CALL_FAILED, RPC_S_CALL_FAILED_DNE, RPC_S_UNKNOWN_IF,
 *    EPT_S_NOT_REGISTERED: the service is down (client code of WSL; reported in hcsshim#1768);
 *  - E_OUTOFMEMORY.
 *
 * PENDING. PLAT_HCS_OPERATION_PENDING has the shape of a failure but says "accepted": outs are
 * valid and a notification will carry the outcome. plat_hcs_accepted() asks for both. Calls that
 * may be pending may also be done at once with S_OK, and then no completion follows (assumed);
 * SystemExited follows an accepted shutdown or terminate in both cases (client code). After a
 * direct failure nothing has changed and no completion follows. There is no deadline here: a
 * completion may never come (reported in hcsshim#152, moby#38306), and time-outs are the caller's
 * (hcsshim: 240 s for create, start, pause, resume and save). One who gives up terminates the
 * system and closes its handle. "Synchronous" below means: never pending.
 *
 * HANDLES. A handle belongs to whoever got it, is a reference to the object and keeps no other
 * alive: a system's handle may be closed before those of its processes (assumed). Several handles
 * to one object are usual: a kill opens its own (client code). Closing ends a system only when its
 * document asks so (TerminateOnLastHandleClosed) and the handle is the last one (documented);
 * otherwise a system outlives its handles and the daemon's process (recorded: multipass, hcsctl).
 * Order of clean-up: unregister, then close (client code). Closing a handle that still has a
 * registration ends the registration too; the emulator reports it (assumed).
 *
 * STATES. What each call answers in which state; I is PLAT_HCS_INVALID_STATE, S is
 * PLAT_HCS_SYSTEM_ALREADY_STOPPED, N is PLAT_HCS_SYSTEM_NOT_FOUND, U is ERROR_NOT_SUPPORTED, + is
 * accepted (S_OK or pending), "held" is the state after the exit while a handle is still open.
 * Cells with * are documented, reported or handled by clients, the others assumed.
 *
 *                    created   starting   running   paused    stopping   held
 *   create, same id  exists*   exists     exists    exists    exists     ok*
 *   open             ok        ok         ok        ok        ok         N*
 *   start            +*        I          I         I         I          S
 *   create_process   I         I          ok*       I         I or S     S*
 *   open_process     I         I          ok*       I         I          S
 *   pause, Hyper-V   I         I          +*        I         I          S
 *   pause, process   U         U          U         U         U          S
 *   resume           I         I          I         +*        I          S
 *   save             I         I          I*        +*        I          S
 *   shutdown         I or S    I          +*        I         +          S*
 *   terminate        +         +          +*        +         + or S     S*
 *   modify           I         I          ok*       I         I          I or S
 *   properties ""    ok*       ok         ok*       ok        ok or I    ok or S
 *   ... Statistics   header    header     ok*       ok        I          header or S
 *   ... ProcessList  [] or I   I          ok*       I         I          S
 *   close            ok        ok         ok        ok        ok         ok*
 *
 * "exists" is PLAT_HCS_SYSTEM_ALREADY_EXISTS and lasts until the system has exited (client code:
 * dockerd up to 20.10 keeps a handle on what it ends at its start, and makes it again);
 * "header" is an answer without the section. A system that has exited is in no enumeration and
 * cannot be opened (recorded: hcsctl). A caller survives N and ERROR_NOT_FOUND wherever S stands
 * (client code). The end of the first process does not end the system: its owner shuts it down
 * (client code).
 *
 * NOTIFICATIONS. Each is a PLAT_EVENT_HCS event with the key of the registration, `type` an enum
 * plat_hcs_notification, the operation's status, and data or NULL.
 *  - N1: Callers register after create or open has returned. Until then CreateCompleted, the
 *    completions of other calls through the handle, and SystemExited or ProcessExited are kept with
 *    the handle, one of each type, and posted in order once it is registered (client code; recorded
 *    by hcsctl for create and exit; assumed for the rest). Other types are not kept.
 *  - N2: A registration gets each completion at most once per operation, and its exit once ever: a
 *    client has room for one of each type and blocks on a second (client code).
 *  - N3: SystemExited goes to every registration of the system, whoever ended it (client code), and
 *    ProcessExited to every one of the process. Completions go to every one of the system too
 *    (assumed), but CreateCompleted only to the creator's handle.
 *  - N4: A handle that was opened before the exit and is registered after it gets the exit by N1.
 *    Opening later answers PLAT_HCS_SYSTEM_NOT_FOUND (recorded: hcsctl), or succeeds and the exit
 *    follows at once; callers survive both.
 *  - N5: Per registration the order is that of the causes (assumed). Between registrations it is
 *    open, but for one thing: a process's exit is not told after its system's exit (client code).
 *  - N6: After unregister returned, no event is posted. One posted before may be in the sink still.
 *  - N7: Clients wait for the types 1 to 5, 8, 0x10000 and 0x01000000 and drop the rest (client
 *    code), so any other type may come at any time.
 *  - N8: A start that fails after it was accepted gives StartCompleted with the failure and then
 *    SystemExited with PLAT_HCS_UNEXPECTED_EXIT, or the exit alone (client code; reported in
 *    for-win#2158). After SystemExited no completion follows on that registration: whoever still
 *    waits takes the exit for the outcome.
 *  - N9: When the vmcompute service stops or crashes, every registration of systems and processes
 *    gets ServiceDisconnect, with a failing status, as its last event (client code; reported in
 *    for-win#9399, moby#40328). Process-isolated systems and utility VMs die with it (reported in
 *    the same threads), and no exit is told. Handles from before stay useless when the service is
 *    back, except that unregister and close succeed (assumed); new ones work.
 *
 * CAUSE AND EFFECT. What follows an accepted operation, in order:
 *  - create: CreateCompleted. With a failure in it the object is gone and no exit follows; the
 *    handle takes only terminate (N or S), unregister and close.
 *  - start: StartCompleted; for process isolation also SiloJobCreated, on either side of it.
 *  - shutdown: ProcessExited of every process (usually exit code 0xC000013A), then SystemExited
 *    with S_OK. Some programs miss the event and hold the exit up (reported in moby#25982,
 *    for-win#5996). A guest that refuses: ShutdownFailed, or silence.
 *  - terminate: an operation under way completes with PLAT_HCS_TERMINATED (the code is documented,
 *    its place here assumed); ProcessExited of every process; SystemExited with S_OK.
 *  - pause, resume, save: PauseCompleted, ResumeCompleted, SaveCompleted. A saved system stays
 *    paused (recorded: hcsctl).
 * Without an operation: a crash gives ProcessExited of every process, whose properties hold a
 * failing LastWaitResult, then SystemExited with PLAT_HCS_UNEXPECTED_EXIT (client code); a guest
 * that ends by itself gives SystemExited with S_OK. */
#ifndef PLAT_HCS_H
#define PLAT_HCS_H

#include "core/platform/event.h"
#include "core/platform/types.h"

/* HCS_NOTIFICATIONS (documented: computedefs.h). Data is NULL unless a type says otherwise. */
enum plat_hcs_notification {
    PLAT_HCS_SYSTEM_EXITED = 0x1, /* schema 2: SystemExitStatus; schema 1: NULL (assumed) */
    PLAT_HCS_SYSTEM_CREATE_COMPLETED = 0x2, /* on failure an error document or NULL */
    PLAT_HCS_SYSTEM_START_COMPLETED = 0x3,  /* the same */
    PLAT_HCS_SYSTEM_PAUSE_COMPLETED = 0x4,
    PLAT_HCS_SYSTEM_RESUME_COMPLETED = 0x5,
    PLAT_HCS_SYSTEM_CRASH_REPORT = 0x6, /* CrashReport document */
    PLAT_HCS_SYSTEM_SILO_JOB_CREATED = 0x7,
    PLAT_HCS_SYSTEM_SAVE_COMPLETED = 0x8,
    PLAT_HCS_SYSTEM_RDP_MODE_CHANGED = 0x9,
    PLAT_HCS_SYSTEM_SHUTDOWN_FAILED = 0xA, /* newer headers call the number ShutdownCompleted */
    PLAT_HCS_SYSTEM_GET_PROPERTIES_COMPLETED = 0xB,
    PLAT_HCS_SYSTEM_MODIFY_COMPLETED = 0xC,
    PLAT_HCS_SYSTEM_CRASH_INITIATED = 0xD,
    PLAT_HCS_SYSTEM_GUEST_CONNECTION_CLOSED = 0xE,
    PLAT_HCS_SYSTEM_OPERATION_COMPLETION = 0xF,
    PLAT_HCS_SYSTEM_PASS_THRU = 0x10,
    PLAT_HCS_PROCESS_EXITED = 0x10000, /* ProcessStatus document on newer builds (client code) */
    PLAT_HCS_SERVICE_DISCONNECT = 0x1000000
};

/* HCS_PROCESS_INFORMATION. The streams are ends of transport.h's kind; each belongs to the caller,
 * who closes it there, and none is closed by close_process (client code). PLAT_NO_HANDLE where the
 * process document did not ask for the pipe, and for std_error with EmulateConsole. */
struct plat_hcs_process_info {
    uint32_t process_id;    /* as seen inside the system; a multiple of 4 */
    plat_handle std_input;  /* for writing */
    plat_handle std_output; /* for reading */
    plat_handle std_error;  /* for reading */
};

/* S_OK or pending: the service took the request. */
static inline bool plat_hcs_accepted(plat_hr hr)
{
    return plat_succeeded(hr) || hr == PLAT_HCS_OPERATION_PENDING;
}

struct plat_hcs_ops {
    /* ---- systems ---- */

    /* HcsEnumerateComputeSystems: a JSON array, "[]" or "null" when empty, of the headers of all
     * systems that match `query` ("" or "{}": all), other owners' too (client code). Synchronous.
     * While any system is being torn down the whole call may answer ERROR_ACCESS_DENIED or
     * PLAT_HCS_INVALID_STATE; docker tries again up to 500 times, 10 ms apart (reported in
     * moby#30278, moby#30989, moby#37562). PLAT_HCS_INVALID_JSON for a bad query (assumed). */
    plat_hr (*enumerate_systems)(void *ctx, const char *query, char **systems, char **result);

    /* HcsCreateComputeSystem, with no identity (clients pass NULL). S_OK, or pending and then
     * CreateCompleted; *system is valid in both cases and PLAT_NO_HANDLE otherwise. The handle
     * works at once for register, terminate and close; other calls wait for the completion. Ids
     * compare without case (assumed). Failures, now or in the completion: PLAT_HCS_INVALID_JSON,
     * PLAT_HCS_SYSTEM_ALREADY_EXISTS, PLAT_HCS_HYPERV_NOT_INSTALLED, PLAT_HCS_IMAGE_MISMATCH,
     * PLAT_HCS_INVALID_LAYER (documented); PLAT_HCS_CONNECT_FAILED, PLAT_HCS_TIMEOUT,
     * ERROR_FILE_NOT_FOUND and ERROR_PATH_NOT_FOUND (layers, mounts), ERROR_NOT_FOUND (an
     * endpoint), ERROR_ACCESS_DENIED (no access to the scratch disk), ERROR_INVALID_PARAMETER,
     * ERROR_INVALID_NAME, ERROR_NOT_SUPPORTED, ERROR_NO_SYSTEM_RESOURCES (network compartments,
     * memory), ERROR_COMMITMENT_LIMIT, ERROR_TIMEOUT (reported in for-win#767, hcsshim#816,
     * hcsshim#715, moby#30148, for-win#1840, hcsshim#437, nch#870, ALops#695); 0x803B0014 (an
     * endpoint in use; recorded: hcsctl). */
    plat_hr (*create_system)(void *ctx, const char *id, const char *configuration,
                             plat_handle *system, char **result);

    /* HcsOpenComputeSystem. Synchronous. PLAT_HCS_SYSTEM_NOT_FOUND (an everyday answer: clients
     * probe with it), ERROR_NOT_FOUND. */
    plat_hr (*open_system)(void *ctx, const char *id, plat_handle *system, char **result);

    /* HcsCloseComputeSystem. Synchronous. ERROR_INVALID_HANDLE when it is closed already: the
     * emulator's rule, on Windows the outcome is not defined. */
    plat_hr (*close_system)(void *ctx, plat_handle system);

    /* HcsStartComputeSystem: S_OK, or pending and then StartCompleted. Clients pass "" as options.
     * The completion's failures: PLAT_HCS_UNEXPECTED_EXIT, PLAT_HCS_TERMINATED_DURING_START,
     * PLAT_HCS_CONNECT_FAILED, PLAT_HCS_TIMEOUT (reported in hcsshim#917, for-win#1846). */
    plat_hr (*start_system)(void *ctx, plat_handle system, const char *options, char **result);

    /* HcsShutdownComputeSystem: asks the guest; pending (or S_OK), then SystemExited in the guest's
     * own time, if ever. A second one meets a stopping or a stopped system; both are usual (client
     * code). ERROR_NOT_SUPPORTED without a connection to the guest (documented);
     * PLAT_HCS_CONNECTION_CLOSED (reported in for-win#7523). Clients pass "". */
    plat_hr (*shutdown_system)(void *ctx, plat_handle system, const char *options, char **result);

    /* HcsTerminateComputeSystem: ends it by force; pending (or S_OK), then SystemExited soon.
     * Clients take S_OK, pending, "stopped" and "not found" alike (client code). They pass "". */
    plat_hr (*terminate_system)(void *ctx, plat_handle system, const char *options, char **result);

    /* HcsPauseComputeSystem: pending, then PauseCompleted. Hyper-V isolation and VMs only:
     * otherwise ERROR_NOT_SUPPORTED (assumed; reported for a Hyper-V container in for-win#832).
     * Options: "" or a PauseOptions document. */
    plat_hr (*pause_system)(void *ctx, plat_handle system, const char *options, char **result);

    /* HcsResumeComputeSystem: pending, then ResumeCompleted. */
    plat_hr (*resume_system)(void *ctx, plat_handle system, const char *options, char **result);

    /* HcsSaveComputeSystem: pending, then SaveCompleted. The system must be paused (documented).
     * Options: a SaveOptions document. Only newer clients know it. */
    plat_hr (*save_system)(void *ctx, plat_handle system, const char *options, char **result);

    /* HcsGetComputeSystemProperties: one JSON object. Synchronous. The query is "" or "{}" for the
     * header alone, or {"PropertyTypes":[...]}. hcsshim asks "{}" right after every create and open
     * and needs SystemType, RuntimeOsType and Owner; State is missing or "" before the start
     * (recorded: hcsctl, multipass). Members at their default value are left out (recorded:
     * hcsctl). PLAT_HCS_INVALID_JSON for an unknown type (assumed); ERROR_NOT_SUPPORTED. */
    plat_hr (*system_properties)(void *ctx, plat_handle system, const char *query,
                                 char **properties, char **result);

    /* HcsModifyComputeSystem, schema 1 or 2 request. Synchronous; clients treat pending as done.
     * ERROR_NOT_SUPPORTED, ERROR_INVALID_DATA, PLAT_HCS_INVALID_JSON and PLAT_HCS_UNKNOWN_MESSAGE
     * all say "not supported" (client code). Before the guest is up it fails, and samples try again
     * 5 times, 5 s apart (documented). ERROR_ALREADY_EXISTS, ERROR_NOT_FOUND for the resource
     * (assumed). */
    plat_hr (*modify_system)(void *ctx, plat_handle system, const char *configuration,
                             char **result);

    /* HcsRegisterComputeSystemCallback: from now on this handle's notifications are events with
     * `key`, first those that N1 kept. Events may be in the sink before the call has returned, so
     * the caller knows its key by then. Any number is a key, 0 too. Synchronous. A second
     * registration of one handle gets what happens from then on (assumed);
     * PLAT_HCS_TOO_MANY_NOTIFICATIONS over the service's limit, which is not known (documented
     * name). */
    plat_hr (*register_system)(void *ctx, plat_handle system, struct plat_event_sink sink,
                               uint64_t key, plat_handle *registration);

    /* HcsUnregisterComputeSystemCallback: waits for a post under way; see N6. Works whatever became
     * of system and service. ERROR_INVALID_HANDLE when it was unregistered already. */
    plat_hr (*unregister_system)(void *ctx, plat_handle registration);

    /* ---- the service ---- */

    /* HcsGetServiceProperties: {"Properties":[...]}, or {"PropertyResponses":{...}} for a query
     * with PropertyQueries (documented). Synchronous. ERROR_PROC_NOT_FOUND where it is not exported
     * (assumed: old builds). */
    plat_hr (*service_properties)(void *ctx, const char *query, char **properties, char **result);

    /* HcsModifyServiceSettings: {"PropertyType":...,"Settings":{...}}; clients add and remove
     * credential guard instances with it. Synchronous. */
    plat_hr (*modify_service)(void *ctx, const char *settings, char **result);

    /* ---- processes ---- */

    /* HcsCreateProcess: runs a program in a running system. Synchronous; clients do not expect
     * pending. On success info->process_id is not 0. Otherwise *info and *process are zero.
     * ERROR_FILE_NOT_FOUND (no such program; reported in hcsshim#674), ERROR_DIRECTORY (no such
     * working directory; docker/cli#4101), ERROR_LOGON_FAILURE (the user; WinC#490),
     * ERROR_PATH_NOT_FOUND, ERROR_BAD_EXE_FORMAT, ERROR_ACCESS_DENIED, ERROR_FILENAME_EXCED_RANGE
     * for a command line over 32767 units (assumed), PLAT_HCS_UNEXPECTED_EXIT (the guest died;
     * docker-handbrake#85). A program may end before its handle is registered: N1. */
    plat_hr (*create_process)(void *ctx, plat_handle system, const char *parameters,
                              struct plat_hcs_process_info *info, plat_handle *process,
                              char **result);

    /* HcsOpenProcess. Synchronous. ERROR_NOT_FOUND for an unknown pid. */
    plat_hr (*open_process)(void *ctx, plat_handle system, uint32_t process_id,
                            plat_handle *process, char **result);

    /* HcsCloseProcess. Synchronous. Ends neither the process nor its streams (client code). */
    plat_hr (*close_process)(void *ctx, plat_handle process);

    /* HcsTerminateProcess: this process, not its children (recorded: hcsctl). S_OK, or pending;
     * then ProcessExited, exit code 1067 (recorded: hcsctl). On one that ends or has ended:
     * ERROR_ACCESS_DENIED, PLAT_HCS_PROCESS_ALREADY_STOPPED, PLAT_HCS_INVALID_STATE,
     * ERROR_NOT_FOUND, all known to clients. */
    plat_hr (*terminate_process)(void *ctx, plat_handle process, char **result);

    /* HcsSignalProcess: a SignalProcessOptions document. S_OK, or pending. Since build 17763:
     * ERROR_PROC_NOT_FOUND before (client code). An older guest: ERROR_NOT_SUPPORTED,
     * PLAT_HCS_UNKNOWN_MESSAGE, PLAT_HCS_INVALID_JSON. HCS takes the signals of one system handle
     * one by one; a signal that hangs blocks the next on that handle (client code). */
    plat_hr (*signal_process)(void *ctx, plat_handle process, const char *options, char **result);

    /* HcsGetProcessInfo: the process's number and fresh streams on each call, the caller's as at
     * create_process; readers of older streams lose data (client code). Synchronous. It is the only
     * way to the streams of a process that another daemon process created. Outs as at
     * create_process. */
    plat_hr (*process_info)(void *ctx, plat_handle process, struct plat_hcs_process_info *info,
                            char **result);

    /* HcsGetProcessProperties: {"ProcessId":..,"Exited":..,"ExitCode":..,"LastWaitResult":..}, all
     * four always there (reported in opengcs#236). Synchronous, also after the exit for as long as
     * the system lives; then PLAT_HCS_SYSTEM_ALREADY_STOPPED or ERROR_NOT_FOUND, and the exit code
     * is lost (client code). ExitCode is an unsigned 32 bit number. */
    plat_hr (*process_properties)(void *ctx, plat_handle process, char **properties, char **result);

    /* HcsModifyProcess: {"Operation":"ConsoleSize",...} or {"Operation":"CloseHandle",...}.
     * Synchronous. Closing the stream alone does not end the guest's input: CloseHandle StdIn does
     * (client code). After the exit: PLAT_HCS_INVALID_STATE, PLAT_HCS_PROCESS_ALREADY_STOPPED or
     * ERROR_NOT_FOUND. Without a console: ERROR_NOT_SUPPORTED or ERROR_INVALID_PARAMETER
     * (assumed). */
    plat_hr (*modify_process)(void *ctx, plat_handle process, const char *settings, char **result);

    /* HcsRegisterProcessCallback: ProcessExited and ServiceDisconnect of this handle, as
     * register_system. The streams reach their end before or after the exit (client code). A system
     * may go without its process's exit being told: whoever waits for a process watches its system
     * too. */
    plat_hr (*register_process)(void *ctx, plat_handle process, struct plat_event_sink sink,
                                uint64_t key, plat_handle *registration);

    /* HcsUnregisterProcessCallback, as unregister_system. */
    plat_hr (*unregister_process)(void *ctx, plat_handle registration);
};

struct plat_hcs {
    const struct plat_hcs_ops *ops;
    void *ctx;
};

#endif
