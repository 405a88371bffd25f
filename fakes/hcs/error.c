/* Error documents: what a failure is told with beside its code. Their shape grew with the builds. */
#include "fakes/host/internal.h"

#include <stdio.h>
#include <stdlib.h>

/* Microsoft-Windows-Hyper-V-Compute. */
#define ERROR_PROVIDER "17103e3f-3c6e-4677-bb17-3b267eb5be57"

/* The upper half of the codes of the network service. */
#define ERROR_HNS_FACILITY 0x803Bu

#define ERROR_NO_PROVIDER "00000000-0000-0000-0000-000000000000"
/* Where the agent in a utility VM fails to start a process; code and text follow. */
#define ERROR_TRACE                                                                                  \
    "onecore\\vm\\compute\\management\\orchestration\\vmhostedcontainer\\processmanagement.cpp(173)" \
    "\\vmcomputeagent.exe!00007FF7C1B2A4D5: (caller: 00007FF7C1ADE8AB) Exception(1) tid(3a0) "       \
    "%08X %s\n    CallContext:[\\Bridge_ProcessMessage\\VmHostedContainer_ExecuteProcess]\n"

struct error_event {
    uint32_t id; /* 0: without a number and data */
    const char *system;
    const char *message;
};

static struct wcd_json *error_data(const char *value)
{
    struct wcd_json *item = wcd_json_new_object();
    if (item == NULL || !wcd_json_set_string(item, "Type", "String") ||
        !wcd_json_set_string(item, "Value", value)) {
        wcd_json_free(item);
        return NULL;
    }
    return item;
}

static bool error_add_data(struct wcd_json *event, plat_hr hr, const char *system)
{
    char code[16];
    char text[24];
    (void)snprintf(code, sizeof(code), "0x%08X", plat_hr_bits(hr));
    (void)snprintf(text, sizeof(text), "%%%%%u", plat_hr_bits(hr));
    struct wcd_json *data = wcd_json_new_array();
    bool done = data != NULL && wcd_json_append(data, error_data(system)) &&
                wcd_json_append(data, error_data(text)) && wcd_json_append(data, error_data(code));
    if (!done) {
        wcd_json_free(data);
        return false;
    }
    return wcd_json_set(event, "Data", data);
}

static struct wcd_json *error_events(plat_hr hr, const struct error_event *what)
{
    struct wcd_json *events = wcd_json_new_array();
    struct wcd_json *event = wcd_json_new_object();
    bool done = event != NULL && wcd_json_set_string(event, "Message", what->message) &&
                wcd_json_set_string(event, "Provider", ERROR_PROVIDER);
    if (done && what->id != 0) {
        done = wcd_json_set_int64(event, "EventId", what->id) &&
               error_add_data(event, hr, what->system);
    }
    if (events == NULL || !done) {
        wcd_json_free(event);
        wcd_json_free(events);
        return NULL;
    }
    if (!wcd_json_append(events, event)) {
        wcd_json_free(events);
        return NULL;
    }
    return events;
}

/* Of codes of the network service HCS takes the lower half for a Win32 error (recorded: hcsctl). */
static uint32_t error_number(plat_hr hr)
{
    uint32_t bits = plat_hr_bits(hr);
    return bits >> 16 == ERROR_HNS_FACILITY ? bits & 0xFFFFu : bits;
}

/* Where there are no events, the text takes what they would say. */
static bool error_set_message(struct wcd_json *document, const struct fake_host *host, plat_hr hr,
                              const char *more)
{
    const char *text = fake_os_text(host, error_number(hr));
    char *both = more == NULL ? wcd_text_copy(text) : wcd_text_format("%s (%s)", text, more);
    bool done = both != NULL && wcd_json_set_string(document, "ErrorMessage", both);
    free(both);
    return done;
}

static char *error_document(struct fake_host *host, plat_hr hr, const struct error_event *event)
{
    bool events = fake_build_has(host->build, FAKE_FEATURE_HCS_ERROR_EVENTS);
    struct wcd_json *document = wcd_json_new_object();
    bool said = event != NULL && event->message != NULL;
    bool done = document != NULL && wcd_json_set_int64(document, "Error", hr) &&
                error_set_message(document, host, hr, said && !events ? event->message : NULL);
    if (done && said && events) {
        done = wcd_json_set(document, "ErrorEvents", error_events(hr, event));
    }
    char *text = done ? wcd_json_print(document) : NULL;
    wcd_json_free(document);
    return text;
}

char *fake_hcs_error_document(struct fake_host *host, plat_hr hr, const char *detail)
{
    const struct error_event event = {.message = detail};
    return error_document(host, hr, &event);
}

plat_hr fake_hcs_answer_event(struct fake_host *host, plat_hr hr, uint32_t event, const char *id,
                              const char *message, char **result)
{
    const struct error_event what = {.id = event, .system = id, .message = message};
    *result = error_document(host, hr, &what);
    return hr;
}

/* What the DLL finds out by itself comes without a document. */
static bool error_is_told(plat_hr hr)
{
    static const uint32_t own[] = {PLAT_ERROR_INVALID_HANDLE, PLAT_ERROR_MOD_NOT_FOUND,
                                   PLAT_ERROR_PROC_NOT_FOUND, PLAT_RPC_S_SERVER_UNAVAILABLE};
    bool told = hr != PLAT_E_OUTOFMEMORY;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        told = told && hr != plat_hr_win32(own[i]);
    }
    return told;
}

/* One event; `trace` may be NULL. */
static struct wcd_json *error_bare_event(const char *trace)
{
    struct wcd_json *event = wcd_json_new_object();
    bool done = event != NULL &&
                (trace == NULL || wcd_json_set_string(event, "StackTrace", trace)) &&
                wcd_json_set_string(event, "Provider", ERROR_NO_PROVIDER);
    if (!done) {
        wcd_json_free(event);
        return NULL;
    }
    return event;
}

/* Two that say nothing, and a trace of the agent in the guest. */
static struct wcd_json *error_guest_events(struct fake_host *host, plat_hr hr)
{
    char *trace =
        wcd_text_format(ERROR_TRACE, plat_hr_bits(hr), fake_os_text(host, plat_hr_bits(hr)));
    struct wcd_json *events = wcd_json_new_array();
    bool done = trace != NULL && events != NULL &&
                wcd_json_append(events, error_bare_event(NULL)) &&
                wcd_json_append(events, error_bare_event(NULL)) &&
                wcd_json_append(events, error_bare_event(trace));
    free(trace);
    if (!done) {
        wcd_json_free(events);
        return NULL;
    }
    return events;
}

plat_hr fake_hcs_answer_guest(struct fake_host *host, plat_hr hr, char **result)
{
    struct wcd_json *document = wcd_json_new_object();
    bool done = document != NULL && wcd_json_set_int64(document, "Error", hr) &&
                error_set_message(document, host, hr, NULL);
    if (done && fake_build_has(host->build, FAKE_FEATURE_HCS_ERROR_EVENTS)) {
        done = wcd_json_set(document, "ErrorEvents", error_guest_events(host, hr));
    }
    *result = done ? wcd_json_print(document) : NULL;
    wcd_json_free(document);
    return hr;
}

plat_hr fake_hcs_answer(struct fake_host *host, plat_hr hr, const char *detail, char **result)
{
    if (plat_failed(hr) && hr != PLAT_HCS_OPERATION_PENDING && error_is_told(hr)) {
        *result = fake_hcs_error_document(host, hr, detail);
    }
    return hr;
}
