/* The calls of the service control manager. A started or stopped service is pending for a moment of
 * virtual time, then running or stopped. */
#include "core/base/assert.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define SCM_ERROR_INVALID_SERVICE_CONTROL 1052u
#define SCM_ERROR_ALREADY_RUNNING         1056u
#define SCM_ERROR_CANNOT_ACCEPT_CTRL      1061u
#define SCM_NAME_UNITS_MAX                256u

/* How long a start and a stop take: a guess of a usual time for a small service. */
#define SCM_START_US ((uint64_t)200 * 1000)
#define SCM_STOP_US  ((uint64_t)100 * 1000)

#define SCM_SERVICE_START   0x0010u
#define SCM_MAXIMUM_ALLOWED 0x02000000u
#define SCM_GENERIC_ALL     0x10000000u
#define SCM_GENERIC_READ    0x80000000u
#define SCM_GENERIC_WRITE   0x40000000u
#define SCM_GENERIC_EXECUTE 0x20000000u

/* What a generic right stands for (Microsoft Learn, Service Security and Access Rights). */
struct scm_generic {
    uint32_t generic;
    uint32_t manager;
    uint32_t service;
};

static const struct scm_generic scm_generics[] = {
    {SCM_GENERIC_READ, 0x20014u, 0x2008Du},
    {SCM_GENERIC_WRITE, 0x20022u, 0x20002u},
    {SCM_GENERIC_EXECUTE, 0x20009u, 0x20170u},
    {SCM_GENERIC_ALL, PLAT_SC_MANAGER_ALL_ACCESS, PLAT_SERVICE_ALL_ACCESS},
    {SCM_MAXIMUM_ALLOWED, PLAT_SC_MANAGER_ALL_ACCESS, PLAT_SERVICE_ALL_ACCESS},
};

/* What a control needs: a right of the handle, and a bit that the service accepts (0: always). */
struct scm_control_rule {
    uint32_t first;
    uint32_t last;
    uint32_t right;
    uint32_t accept;
};

#define SCM_CONTROL_STOP        1u
#define SCM_CONTROL_INTERROGATE 4u

static const struct scm_control_rule scm_control_rules[] = {
    {SCM_CONTROL_STOP, SCM_CONTROL_STOP, 0x20u, 0x1u},
    {2, 3, 0x40u, 0x2u},
    {SCM_CONTROL_INTERROGATE, SCM_CONTROL_INTERROGATE, 0x80u, 0},
    {6, 6, 0x40u, 0x8u},
    {7, 10, 0x40u, 0x10u},
    {128, 255, 0x100u, 0},
};

/* The rights that the handle will have. False for bits that mean nothing. */
static bool scm_rights(uint32_t asked, bool manager, uint32_t *granted)
{
    uint32_t all = manager ? PLAT_SC_MANAGER_ALL_ACCESS : PLAT_SERVICE_ALL_ACCESS;
    uint32_t rights = asked & all;
    uint32_t rest = asked & ~all;
    for (size_t i = 0; i < sizeof(scm_generics) / sizeof(scm_generics[0]); i++) {
        const struct scm_generic *row = &scm_generics[i];
        if ((rest & row->generic) != 0) {
            rights |= manager ? row->manager : row->service;
            rest &= ~row->generic;
        }
    }
    *granted = rights;
    return rest == 0;
}

static struct fake_service *scm_find(const struct fake_host *host, const char *name)
{
    for (size_t i = 0; i < host->scm.count; i++) {
        if (fake_name_equal(host->scm.services[i]->name, name)) {
            return host->scm.services[i];
        }
    }
    return NULL;
}

/* The same for the services that every call asks for. */
static struct fake_service *scm_find_again(struct fake_host *host, const char *name)
{
    struct fake_scm *scm = &host->scm;
    if (scm->found == NULL || strcmp(scm->found->name, name) != 0) {
        scm->found = scm_find(host, name);
    }
    return scm->found;
}

static void scm_set_state(struct fake_host *host, struct fake_service *service,
                          enum plat_service_state state)
{
    bool alive = state != PLAT_SERVICE_STOPPED;
    bool compute = fake_name_equal(service->name, FAKE_HCS_SERVICE);
    bool network = fake_name_equal(service->name, FAKE_HNS_SERVICE);
    if (compute && !alive && service->status.process_id != 0) {
        fake_hcs_service_stopped(host);
    }
    if (network && !alive && service->status.process_id != 0) {
        fake_hns_service_stopped(host);
    }
    if (network && state == PLAT_SERVICE_RUNNING) {
        fake_hns_service_started(host);
    }
    if (alive && service->status.process_id == 0) {
        host->scm.pid_last += 4;
        service->status.process_id = host->scm.pid_last;
    }
    if (!alive) {
        service->status.process_id = 0;
    }
    service->dead = service->dead && !alive;
    service->status.state = state;
    service->status.exit_code = 0;
    service->status.service_exit_code = 0;
    service->status.controls_accepted = state == PLAT_SERVICE_RUNNING ? service->accepts : 0;
    service->change++;
}

static plat_hr scm_open_manager(void *ctx, uint32_t access, plat_handle *out)
{
    struct fake_host *host = ctx;
    uint32_t rights = 0;
    *out = PLAT_NO_HANDLE;
    if (host->scm.failure != PLAT_S_OK) {
        return host->scm.failure;
    }
    if (!scm_rights(access, true, &rights)) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    /* The manager grants the right to connect whether it was asked for or not. */
    struct fake_handle *handle =
        fake_handles_open(&host->handles, FAKE_HANDLE_SCM_MANAGER, NULL,
                          rights | PLAT_SC_MANAGER_CONNECT, wcd_text_copy("scm manager"));
    if (handle == NULL) {
        return FAKE_NO_MEMORY;
    }
    *out = handle->id;
    return PLAT_S_OK;
}

static bool scm_name_valid(const char *name)
{
    size_t units = 0;
    return name[0] != '\0' && name[strcspn(name, "/\\")] == '\0' &&
           fake_utf16_units(name, &units) && units <= SCM_NAME_UNITS_MAX;
}

static plat_hr scm_open_service(void *ctx, plat_handle manager, const char *name, uint32_t access,
                                plat_handle *out)
{
    struct fake_host *host = ctx;
    uint32_t rights = 0;
    *out = PLAT_NO_HANDLE;
    if (host->scm.failure != PLAT_S_OK) {
        return host->scm.failure;
    }
    if (fake_handle_use(host, FAKE_HANDLE_SCM_MANAGER, manager, "OpenServiceW") == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    if (!scm_name_valid(name)) {
        return plat_hr_win32(PLAT_ERROR_INVALID_NAME);
    }
    struct fake_service *service = scm_find(host, name);
    if (service == NULL || service->missing) {
        return plat_hr_win32(PLAT_ERROR_SERVICE_DOES_NOT_EXIST);
    }
    if (service->access_denied || !scm_rights(access, false, &rights)) {
        return plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    struct fake_handle *handle =
        fake_handles_open(&host->handles, FAKE_HANDLE_SCM_SERVICE, service, rights,
                          wcd_text_format("scm service %s", service->name));
    if (handle == NULL) {
        return FAKE_NO_MEMORY;
    }
    *out = handle->id;
    return PLAT_S_OK;
}

static plat_hr scm_close(void *ctx, plat_handle id)
{
    struct fake_host *host = ctx;
    struct fake_handle *handle = fake_handles_find(&host->handles, id);
    bool manager = handle != NULL && handle->kind == FAKE_HANDLE_SCM_MANAGER;
    if (!manager &&
        fake_handle_use(host, FAKE_HANDLE_SCM_SERVICE, id, "CloseServiceHandle") == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
    }
    fake_handles_close(&host->handles, id);
    return PLAT_S_OK;
}

/* The service a handle is open on, if the manager answers and the handle has the right; NULL, and
 * *hr says why. */
static struct fake_service *scm_service_of(struct fake_host *host, plat_handle id, uint32_t right,
                                           const char *function, plat_hr *hr)
{
    *hr = host->scm.failure;
    if (*hr != PLAT_S_OK) {
        return NULL;
    }
    struct fake_handle *handle = fake_handle_use(host, FAKE_HANDLE_SCM_SERVICE, id, function);
    if (handle == NULL) {
        *hr = plat_hr_win32(PLAT_ERROR_INVALID_HANDLE);
        return NULL;
    }
    if ((handle->access & right) != right) {
        *hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
        return NULL;
    }
    return handle->object;
}

static plat_hr scm_query_status(void *ctx, plat_handle id, struct plat_service_status *out)
{
    plat_hr hr = PLAT_S_OK;
    const struct fake_service *service =
        scm_service_of(ctx, id, PLAT_SERVICE_QUERY_STATUS, "QueryServiceStatusEx", &hr);
    if (service != NULL) {
        *out = service->status;
    }
    return hr;
}

/* A pending state ends: key is the service's index, arg the change that started it. */
static void scm_settle(struct fake_host *host, const struct fake_due *due)
{
    WCD_ASSERT(due->key < host->scm.count);
    struct fake_service *service = host->scm.services[due->key];
    if (service->change != due->arg) {
        return;
    }
    bool starting = service->status.state == PLAT_SERVICE_START_PENDING;
    scm_set_state(host, service, starting ? PLAT_SERVICE_RUNNING : PLAT_SERVICE_STOPPED);
}

/* Brings the service into a pending state that ends after `us`. */
static plat_hr scm_pend(struct fake_host *host, struct fake_service *service,
                        enum plat_service_state state, uint64_t us)
{
    size_t index = 0;
    while (host->scm.services[index] != service) {
        index++;
    }
    struct fake_due due = {
        .due_us = host->now_us + us,
        .run = scm_settle,
        .key = index,
        .arg = service->change + 1,
    };
    if (!fake_queue_add(&host->queue, due)) {
        return FAKE_NO_MEMORY;
    }
    scm_set_state(host, service, state);
    return PLAT_S_OK;
}

static plat_hr scm_start(void *ctx, plat_handle id)
{
    struct fake_host *host = ctx;
    plat_hr hr = PLAT_S_OK;
    struct fake_service *service =
        scm_service_of(host, id, SCM_SERVICE_START, "StartServiceW", &hr);
    if (service == NULL) {
        return hr;
    }
    if (service->missing) {
        return plat_hr_win32(PLAT_ERROR_SERVICE_DOES_NOT_EXIST);
    }
    if (service->status.state != PLAT_SERVICE_STOPPED) {
        return plat_hr_win32(SCM_ERROR_ALREADY_RUNNING);
    }
    if (service->disabled) {
        return plat_hr_win32(PLAT_ERROR_SERVICE_DISABLED);
    }
    return scm_pend(host, service, PLAT_SERVICE_START_PENDING, SCM_START_US);
}

static const struct scm_control_rule *scm_control_find(uint32_t control)
{
    for (size_t i = 0; i < sizeof(scm_control_rules) / sizeof(scm_control_rules[0]); i++) {
        const struct scm_control_rule *rule = &scm_control_rules[i];
        if (control >= rule->first && control <= rule->last) {
            return rule;
        }
    }
    return NULL;
}

/* May the service get this control in its present state? */
static plat_hr scm_control_allowed(const struct fake_service *service,
                                   const struct scm_control_rule *rule)
{
    uint32_t state = service->status.state;
    if (state == PLAT_SERVICE_STOPPED) {
        return plat_hr_win32(PLAT_ERROR_SERVICE_NOT_ACTIVE);
    }
    if (state == PLAT_SERVICE_START_PENDING || state == PLAT_SERVICE_STOP_PENDING) {
        return plat_hr_win32(SCM_ERROR_CANNOT_ACCEPT_CTRL);
    }
    if (rule->accept != 0 && (service->status.controls_accepted & rule->accept) == 0) {
        return plat_hr_win32(SCM_ERROR_INVALID_SERVICE_CONTROL);
    }
    return PLAT_S_OK;
}

static plat_hr scm_control(void *ctx, plat_handle id, uint32_t control,
                           struct plat_service_status *out)
{
    struct fake_host *host = ctx;
    const struct scm_control_rule *rule = scm_control_find(control);
    plat_hr hr = PLAT_S_OK;
    struct fake_service *service =
        scm_service_of(host, id, rule == NULL ? 0 : rule->right, "ControlService", &hr);
    if (service == NULL) {
        return hr;
    }
    if (rule == NULL) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    hr = scm_control_allowed(service, rule);
    if (plat_succeeded(hr) && control == SCM_CONTROL_STOP) {
        hr = scm_pend(host, service, PLAT_SERVICE_STOP_PENDING, SCM_STOP_US);
    }
    if (plat_succeeded(hr)) {
        *out = service->status;
    }
    return hr;
}

const struct plat_scm_ops fake_scm_ops = {
    .open_manager = scm_open_manager,
    .open_service = scm_open_service,
    .close = scm_close,
    .query_status = scm_query_status,
    .start = scm_start,
    .control = scm_control,
};

/* ---- set-up ---- */

static struct fake_service *scm_add(struct fake_host *host, const char *name,
                                    const struct fake_scm_row *row)
{
    struct fake_scm *scm = &host->scm;
    if (scm->count == scm->capacity) {
        size_t capacity = scm->capacity == 0 ? 32 : scm->capacity * 2;
        struct fake_service **services = realloc(scm->services, capacity * sizeof(*services));
        if (services == NULL) {
            return NULL;
        }
        scm->services = services;
        scm->capacity = capacity;
    }
    struct fake_service *service = calloc(1, sizeof(*service));
    if (service == NULL) {
        return NULL;
    }
    service->name = wcd_text_copy(name);
    if (service->name == NULL) {
        free(service);
        return NULL;
    }
    service->row = row;
    service->accepts = row == NULL ? 0x5u : row->accepts;
    service->status.state = PLAT_SERVICE_STOPPED;
    scm->services[scm->count++] = service;
    return service;
}

/* Keeps the key of the service in step with what the manager says. */
static bool scm_write_key(struct fake_host *host, const struct fake_service *service)
{
    const struct fake_scm_row *row = service->row;
    char *path = wcd_text_format("SYSTEM\\CurrentControlSet\\Services\\%s", service->name);
    if (path == NULL) {
        return false;
    }
    bool done = true;
    if (service->missing) {
        fake_registry_drop(host, path);
    } else {
        uint32_t start = row == NULL ? FAKE_SCM_DEMAND : (uint32_t)row->start;
        start = service->disabled ? FAKE_SCM_DISABLED : start;
        done = fake_registry_put_text(host, path, "DisplayName",
                                      row == NULL ? service->name : row->display_name) &&
               fake_registry_put_text(host, path, "ImagePath", row == NULL ? "" : row->image) &&
               fake_registry_put_dword(host, path, "Start", start) &&
               fake_registry_put_dword(host, path, "Type", row == NULL ? 0x10u : row->type) &&
               fake_registry_put_dword(host, path, "ErrorControl", 1);
    }
    free(path);
    return done;
}

static bool scm_row_applies(const struct fake_host *host, const struct fake_scm_row *row)
{
    switch (row->needs) {
    case FAKE_SCM_COMPUTE:
        return fake_host_has_compute(host);
    case FAKE_SCM_HYPERV:
        return host->hyperv;
    case FAKE_SCM_ALWAYS:
        break;
    }
    return true;
}

bool fake_scm_init(struct fake_host *host)
{
    size_t count = 0;
    const struct fake_scm_row *rows = fake_scm_rows(&count);
    host->scm.pid_last = 640;
    for (size_t i = 0; i < count; i++) {
        if (!scm_row_applies(host, &rows[i])) {
            continue;
        }
        struct fake_service *service = scm_add(host, rows[i].name, &rows[i]);
        if (service == NULL || !scm_write_key(host, service)) {
            return false;
        }
        if (rows[i].running) {
            scm_set_state(host, service, PLAT_SERVICE_RUNNING);
        }
    }
    return true;
}

void fake_scm_release(struct fake_host *host)
{
    for (size_t i = 0; i < host->scm.count; i++) {
        free(host->scm.services[i]->name);
        free(host->scm.services[i]);
    }
    free(host->scm.services);
}

plat_hr fake_scm_reach(struct fake_host *host, const char *name)
{
    struct fake_service *service = scm_find_again(host, name);
    if (service == NULL || service->missing || service->dead) {
        return plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE);
    }
    if (service->status.state == PLAT_SERVICE_RUNNING) {
        return PLAT_S_OK;
    }
    if (service->disabled || service->status.state == PLAT_SERVICE_STOP_PENDING) {
        return plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE);
    }
    scm_set_state(host, service, PLAT_SERVICE_RUNNING);
    return PLAT_S_OK;
}

void fake_scm_set_dead(struct fake_host *host, const char *name, bool dead)
{
    struct fake_service *service = scm_find(host, name);
    if (service != NULL && !service->missing && (dead || service->dead)) {
        scm_set_state(host, service, dead ? PLAT_SERVICE_STOPPED : PLAT_SERVICE_RUNNING);
        service->dead = dead;
    }
}

void fake_scm_reboot(struct fake_host *host)
{
    for (size_t i = 0; i < host->scm.count; i++) {
        struct fake_service *service = host->scm.services[i];
        bool running = service->row != NULL && service->row->running && !service->disabled &&
                       !service->missing;
        scm_set_state(host, service, running ? PLAT_SERVICE_RUNNING : PLAT_SERVICE_STOPPED);
        service->dead = false;
    }
}

/* The row of Windows for a service that this host lacks: its role is being installed by hand. */
static const struct fake_scm_row *scm_row_of(const char *name)
{
    size_t count = 0;
    const struct fake_scm_row *rows = fake_scm_rows(&count);
    for (size_t i = 0; i < count; i++) {
        if (fake_name_equal(rows[i].name, name)) {
            return &rows[i];
        }
    }
    return NULL;
}

bool fake_scm_set_service(struct fake_host *host, const char *name,
                          enum fake_service_condition condition)
{
    if (!scm_name_valid(name)) {
        return false;
    }
    struct fake_service *service = scm_find(host, name);
    if (service == NULL) {
        service = scm_add(host, name, scm_row_of(name));
    }
    if (service == NULL) {
        return false;
    }
    service->missing = condition == FAKE_SERVICE_MISSING;
    service->access_denied = condition == FAKE_SERVICE_ACCESS_DENIED;
    service->disabled = condition == FAKE_SERVICE_DISABLED;
    service->dead = false;
    if (condition != FAKE_SERVICE_ACCESS_DENIED) {
        bool running = condition == FAKE_SERVICE_RUNNING;
        scm_set_state(host, service, running ? PLAT_SERVICE_RUNNING : PLAT_SERVICE_STOPPED);
    }
    return scm_write_key(host, service);
}

void fake_scm_set_failure(struct fake_host *host, plat_hr hr)
{
    host->scm.failure = hr;
}
