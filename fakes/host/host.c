/* The host: what all its services share, and the questions that tests ask about it. */
#include "fakes/host/host.h"

#include "fakes/absent/absent.h"
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

static const char *const host_handle_kinds[FAKE_HANDLE_KIND_COUNT] = {
    [FAKE_HANDLE_SCM_MANAGER] = "scm manager",
    [FAKE_HANDLE_SCM_SERVICE] = "scm service",
    [FAKE_HANDLE_REGISTRY_KEY] = "registry key",
    [FAKE_HANDLE_FILE] = "fs file",
    [FAKE_HANDLE_HCS_SYSTEM] = "hcs system",
    [FAKE_HANDLE_HCS_PROCESS] = "hcs process",
    [FAKE_HANDLE_HCS_SYSTEM_CALLBACK] = "hcs system callback",
    [FAKE_HANDLE_HCS_PROCESS_CALLBACK] = "hcs process callback",
    [FAKE_HANDLE_STREAM] = "stream",
    [FAKE_HANDLE_PIPE_LISTENER] = "pipe listener",
};

/* Days from 1601-01-01 to a civil date, by the usual count of years that begin in March. */
static uint64_t host_days(unsigned year, unsigned month, unsigned day)
{
    unsigned y = month <= 2 ? year - 1 : year;
    unsigned m = month <= 2 ? month + 9 : month - 3;
    unsigned era_days = y * 365 + y / 4 - y / 100 + y / 400;
    unsigned days = era_days + (m * 153 + 2) / 5 + day - 1;
    return (uint64_t)days - 584694u;
}

/* "2019-03-12", as the table of builds has it, at eight in the morning UTC. */
static uint64_t host_start_of(const struct fake_build *build)
{
    unsigned parts[3] = {0, 0, 0};
    size_t part = 0;
    for (const char *at = build->day; *at != '\0' && part < 3; at++) {
        if (*at == '-') {
            part++;
        } else {
            parts[part] = parts[part] * 10 + (unsigned)(*at - '0');
        }
    }
    uint64_t seconds = host_days(parts[0], parts[1], parts[2]) * 86400u + (uint64_t)8 * 3600u;
    return seconds * 10000000u;
}

struct fake_host_options fake_host_defaults(const struct fake_build *build)
{
    return (struct fake_host_options){
        .build = build,
        .containers_feature = true,
        .hyperv = build->hyperv,
    };
}

bool fake_host_has_compute(const struct fake_host *host)
{
    return host->containers_feature || host->hyperv;
}

static enum wcd_errc host_check(const struct fake_host_options *options, struct wcd_error *err)
{
    static const char *const systems[] = {"NTFS", "ReFS", "FAT32", "exFAT"};
    if (options->build == NULL) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "an emulated host needs a build");
    }
    const char *name = options->file_system;
    bool known = name == NULL;
    for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]) && !known; i++) {
        known = strcmp(name, systems[i]) == 0;
    }
    if (!known) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "no such file system: %s (NTFS, ReFS, FAT32, exFAT)", name);
    }
    return WCD_OK;
}

enum wcd_errc fake_host_create(struct fake_host **out, const struct fake_host_options *options,
                               struct wcd_error *err)
{
    *out = NULL;
    enum wcd_errc code = host_check(options, err);
    if (code != WCD_OK) {
        return code;
    }
    struct fake_host *host = calloc(1, sizeof(*host));
    if (host == NULL) {
        return wcd_error_no_memory(err);
    }
    fake_storage_move_home(host);
    host->build = options->build;
    host->containers_feature = options->containers_feature;
    host->hyperv = options->hyperv;
    host->hcs.synchronous = options->hcs_completion == FAKE_HCS_SYNCHRONOUS;
    host->hcs.latency_percent =
        options->hcs_latency_percent == 0 ? 100 : options->hcs_latency_percent;
    host->random = fake_random_seed(options->seed);
    host->start_100ns = options->start_100ns;
    if (host->start_100ns == 0) {
        host->start_100ns = host_start_of(options->build);
    }
    if (!fake_registry_init(host) || !fake_fs_init(host, options) || !fake_os_init(host, options) ||
        !fake_scm_init(host) || !fake_hns_init(host, options->seed)) {
        fake_host_destroy(host);
        return wcd_error_no_memory(err);
    }
    *out = host;
    return WCD_OK;
}

void fake_host_destroy(struct fake_host *host)
{
    if (host == NULL) {
        return;
    }
    fake_hcs_release(host);
    fake_hns_release(host);
    for (const struct fake_handle *at = fake_handles_after(&host->handles, PLAT_NO_HANDLE);
         at != NULL; at = fake_handles_after(&host->handles, at->id)) {
        if (at->kind == FAKE_HANDLE_REGISTRY_KEY) {
            fake_reg_unref(at->object);
        }
    }
    host->transport.silent = true;
    fake_handles_release(&host->handles);
    fake_transport_release(host);
    fake_guest_programs_release(host);
    fake_queue_release(&host->queue);
    fake_storage_release(host);
    fake_scm_release(host);
    fake_os_release(host);
    fake_fs_release(host);
    fake_registry_release(host);
    wcd_strlist_release(&host->misuse);
    free(host);
}

struct platform fake_host_platform(struct fake_host *host)
{
    return (struct platform){
        .version = PLAT_VERSION,
        .os = {.ops = &fake_os_ops, .ctx = host},
        .scm = {.ops = &fake_scm_ops, .ctx = host},
        .registry = {.ops = &fake_registry_ops, .ctx = host},
        .fs = {.ops = &fake_fs_ops, .ctx = host},
        .clock = {.ops = &fake_clock_ops, .ctx = host},
        .hcs = {.ops = &fake_hcs_ops, .ctx = host},
        .hns = {.ops = &fake_hns_ops, .ctx = host},
        .hcn = fake_absent_hcn(),
        .storage = host->storage.calls,
        .transport = {.ops = &fake_transport_ops, .ctx = host},
    };
}

const struct fake_build *fake_host_build(const struct fake_host *host)
{
    return host->build;
}

void fake_misuse(struct fake_host *host, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = wcd_text_vformat(format, args);
    va_end(args);
    if (!wcd_strlist_take(&host->misuse, text)) {
        host->misuse_incomplete = true;
    }
}

struct fake_handle *fake_handle_use(struct fake_host *host, enum fake_handle_kind kind,
                                    plat_handle id, const char *function)
{
    struct fake_handle *handle = fake_handles_find(&host->handles, id);
    if (handle != NULL && handle->kind == kind) {
        return handle;
    }
    unsigned long long number = (unsigned long long)id;
    const char *closed = fake_handles_closed_label(&host->handles, id);
    if (handle != NULL) {
        fake_misuse(host, "%s: handle %llu is a %s, not a %s", function, number,
                    host_handle_kinds[handle->kind], host_handle_kinds[kind]);
    } else if (closed != NULL) {
        fake_misuse(host, "%s: handle %llu (%s) is closed already", function, number, closed);
    } else {
        fake_misuse(host, "%s: handle %llu is not open", function, number);
    }
    return NULL;
}

bool fake_host_leftovers(const struct fake_host *host, struct wcd_strlist *out)
{
    for (const struct fake_handle *handle = fake_handles_after(&host->handles, PLAT_NO_HANDLE);
         handle != NULL; handle = fake_handles_after(&host->handles, handle->id)) {
        if (!wcd_strlist_addf(out, "%s (handle %llu)", handle->label,
                              (unsigned long long)handle->id)) {
            return false;
        }
    }
    for (size_t i = 0; i < host->queue.count; i++) {
        const struct fake_due *due = &host->queue.heap[i];
        if (due->id != PLAT_NO_HANDLE &&
            !wcd_strlist_addf(out, "clock timer (handle %llu)", (unsigned long long)due->id)) {
            return false;
        }
    }
    const struct fake_ground *ground = &host->storage.ground;
    return ground->ops->leftovers(ground->ctx, out) && fake_hcs_leftovers(host, out);
}

bool fake_host_misuse(const struct fake_host *host, struct wcd_strlist *out)
{
    for (size_t i = 0; i < host->misuse.count; i++) {
        if (!wcd_strlist_add(out, host->misuse.items[i])) {
            return false;
        }
    }
    return !host->misuse_incomplete;
}
