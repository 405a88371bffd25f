/* Benchmarks of the emulated compute service: whole lives per second, beside what it costs to read and print
 * the documents that they send; and what many living systems take of memory. */
#include "tests/bench/emulator.h"

#include "core/base/queue.h"
#include "core/json/json.h"
#include "fakes/host/host.h"
#include "tests/bench/networks.h"
#include "tests/bench/remote.h"

#include <stdlib.h>
#include <string.h>

#define LAYERS "C:\\layers"
#define BASE   LAYERS "\\base"

#define QUEUE_EVENTS 256u
/* Nothing that was accepted takes longer. */
#define STEPS_MAX 10000u

static const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};

static const char parameters[] =
    "{\"CommandLine\":\"cmd /c exit 3\",\"WorkingDirectory\":\"C:\\\\\",\"Environment\":"
    "{\"PATH\":\"C:\\\\Windows\\\\system32;C:\\\\Windows\"},\"CreateStdInPipe\":true,"
    "\"CreateStdOutPipe\":true,\"CreateStdErrPipe\":true,\"ConsoleSize\":[0,0]}";

/* A host with a base layer, and the sink of all that is registered. */
struct rig {
    struct fake_host *host;
    struct platform platform;
    struct wcd_queue *queue;
    char *layer_id;
};

static bool rig_init(struct rig *rig)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    struct wcd_error err = WCD_ERROR_INIT;
    const struct fake_image_layer base = {.folder = BASE,
                                          .utility_vm = true,
                                          .os_build = options.build->build,
                                          .os_revision = options.build->revision};
    options.hyperv = true;
    options.disk_bytes = UINT64_MAX / 2;
    *rig = (struct rig){.queue = wcd_queue_create(QUEUE_EVENTS)};
    if (rig->queue == NULL || fake_host_create(&rig->host, &options, &err) != WCD_OK) {
        wcd_error_release(&err);
        return false;
    }
    rig->platform = fake_host_platform(rig->host);
    const struct plat_storage *storage = &rig->platform.storage;
    const struct plat_os *os = &rig->platform.os;
    return fake_storage_put_layer(rig->host, &base) &&
           os->ops->load_library(os->ctx, "vmcompute.dll") == PLAT_S_OK &&
           storage->ops->name_to_guid(storage->ctx, "base", &rig->layer_id) == PLAT_S_OK;
}

static void rig_release(struct rig *rig)
{
    fake_host_destroy(rig->host);
    wcd_queue_destroy(rig->queue);
    free(rig->layer_id);
}

/* A new scratch, mounted for process isolation; its volume in *volume then. */
static bool make_scratch(struct rig *rig, const char *folder, bool hyperv, char **volume)
{
    const struct plat_storage *storage = &rig->platform.storage;
    const struct plat_layer_descriptor parent = {rig->layer_id, 0, BASE};
    *volume = NULL;
    if (plat_failed(
            storage->ops->create_scratch_layer(storage->ctx, &driver, folder, "", &parent, 1))) {
        return false;
    }
    return hyperv ||
           (plat_succeeded(storage->ops->activate_layer(storage->ctx, &driver, folder)) &&
            plat_succeeded(
                storage->ops->prepare_layer(storage->ctx, &driver, folder, &parent, 1)) &&
            plat_succeeded(storage->ops->layer_mount_path(storage->ctx, &driver, folder, volume)));
}

/* The document of a container as docker sends it; NULL without memory. */
static char *document_of(const struct rig *rig, const char *id, const char *folder,
                         const char *volume)
{
    struct wcd_json *document = wcd_json_new_object();
    struct wcd_json *layers = wcd_json_new_array();
    struct wcd_json *layer = wcd_json_new_object();
    char *text = NULL;
    bool ok = document != NULL && layer != NULL &&
              wcd_json_set_string(layer, "ID", rig->layer_id) &&
              wcd_json_set_string(layer, "Path", BASE) && wcd_json_append(layers, layer) &&
              wcd_json_set_string(document, "SystemType", "Container") &&
              wcd_json_set_string(document, "Name", id) &&
              wcd_json_set_string(document, "Owner", "docker") &&
              wcd_json_set_bool(document, "IgnoreFlushesDuringBoot", true) &&
              wcd_json_set_string(document, "LayerFolderPath", folder) &&
              wcd_json_set_string(document, "HostName", "3f2a8c4b5d6e") &&
              wcd_json_set_bool(document, "AllowUnqualifiedDNSQuery", true) &&
              wcd_json_set(document, "Layers", layers);
    if (ok && volume != NULL) {
        ok = wcd_json_set_string(document, "VolumePath", volume);
    } else if (ok) {
        struct wcd_json *runtime = wcd_json_new_object();
        ok = runtime != NULL && wcd_json_set_string(runtime, "ImagePath", BASE "\\UtilityVM") &&
             wcd_json_set_bool(runtime, "SkipTemplate", true) &&
             wcd_json_set(document, "HvRuntime", runtime) &&
             wcd_json_set_bool(document, "HvPartition", true);
    }
    if (ok) {
        text = wcd_json_print(document);
    }
    wcd_json_free(document);
    return text;
}

/* ---- lives ---- */

/* Lets time pass until an event of that type has come; its status. */
static plat_hr wait_for(struct rig *rig, uint32_t type)
{
    struct plat_event event;
    for (unsigned i = 0; i < STEPS_MAX; i++) {
        while (wcd_queue_take(rig->queue, &event)) {
            free(event.data);
            if (event.type == type) {
                return event.status;
            }
        }
        if (!fake_host_step(rig->host)) {
            break;
        }
    }
    return plat_hr_win32(PLAT_ERROR_TIMEOUT);
}

static plat_hr drop(plat_hr hr, char **result)
{
    free(*result);
    *result = NULL;
    return hr;
}

struct live {
    plat_handle system;
    plat_handle registration;
};

/* Created, registered and started. */
static bool begin_life(struct rig *rig, const char *id, const char *document, struct live *live)
{
    const struct plat_hcs *hcs = &rig->platform.hcs;
    char *result = NULL;
    plat_hr hr =
        drop(hcs->ops->create_system(hcs->ctx, id, document, &live->system, &result), &result);
    if (!plat_hcs_accepted(hr) ||
        plat_failed(hcs->ops->register_system(hcs->ctx, live->system, wcd_queue_sink(rig->queue), 1,
                                              &live->registration)) ||
        plat_failed(wait_for(rig, PLAT_HCS_SYSTEM_CREATE_COMPLETED))) {
        return false;
    }
    hr = drop(hcs->ops->start_system(hcs->ctx, live->system, "", &result), &result);
    return plat_hcs_accepted(hr) && plat_succeeded(wait_for(rig, PLAT_HCS_SYSTEM_START_COMPLETED));
}

static bool run_process(struct rig *rig, plat_handle system)
{
    const struct plat_hcs *hcs = &rig->platform.hcs;
    const struct plat_transport *t = &rig->platform.transport;
    struct plat_hcs_process_info info;
    plat_handle process = PLAT_NO_HANDLE;
    plat_handle registration = PLAT_NO_HANDLE;
    char *result = NULL;
    char *status = NULL;
    plat_hr hr = drop(
        hcs->ops->create_process(hcs->ctx, system, parameters, &info, &process, &result), &result);
    if (plat_failed(hr) ||
        plat_failed(hcs->ops->register_process(hcs->ctx, process, wcd_queue_sink(rig->queue), 2,
                                               &registration)) ||
        plat_failed(wait_for(rig, PLAT_HCS_PROCESS_EXITED))) {
        return false;
    }
    hr = drop(hcs->ops->process_properties(hcs->ctx, process, &status, &result), &result);
    bool exited = plat_succeeded(hr) && strstr(status, "\"ExitCode\":3") != NULL;
    free(status);
    return exited && plat_succeeded(t->ops->close(t->ctx, info.std_input)) &&
           plat_succeeded(t->ops->close(t->ctx, info.std_output)) &&
           plat_succeeded(t->ops->close(t->ctx, info.std_error)) &&
           plat_succeeded(hcs->ops->unregister_process(hcs->ctx, registration)) &&
           plat_succeeded(hcs->ops->close_process(hcs->ctx, process));
}

static bool end_life(struct rig *rig, const struct live *live)
{
    const struct plat_hcs *hcs = &rig->platform.hcs;
    char *result = NULL;
    plat_hr hr = drop(hcs->ops->shutdown_system(hcs->ctx, live->system, "", &result), &result);
    return plat_hcs_accepted(hr) && plat_succeeded(wait_for(rig, PLAT_HCS_SYSTEM_EXITED)) &&
           plat_succeeded(hcs->ops->unregister_system(hcs->ctx, live->registration)) &&
           plat_succeeded(hcs->ops->close_system(hcs->ctx, live->system));
}

static bool live_once(struct rig *rig, const char *document)
{
    struct live live;
    return begin_life(rig, "one", document, &live) && run_process(rig, live.system) &&
           end_life(rig, &live);
}

/* What a client and the service cannot do without: each document is read once and printed once. */
static bool read_and_print(const char *document)
{
    const char *const texts[] = {document, parameters};
    bool ok = true;
    for (size_t i = 0; i < 2 && ok; i++) {
        struct wcd_json_fault fault = {0};
        struct wcd_json *json = wcd_json_parse(texts[i], strlen(texts[i]), &fault);
        char *text = json == NULL ? NULL : wcd_json_print(json);
        ok = text != NULL;
        free(text);
        wcd_json_free(json);
    }
    return ok;
}

static double per_second(uint64_t count, uint64_t us)
{
    return (double)count * 1e6 / (double)(us == 0 ? 1 : us);
}

static bool time_lives(const struct emulator_bench *bench, struct rig *rig, const char *document,
                       const char *isolation)
{
    uint64_t best_us = UINT64_MAX;
    uint64_t bare_us = UINT64_MAX;
    bool ok = true;
    for (uint64_t i = 0; i < bench->rounds && ok; i++) {
        uint64_t start_us = bench->clock_us();
        for (uint64_t j = 0; j < bench->lives && ok; j++) {
            ok = live_once(rig, document);
        }
        uint64_t middle_us = bench->clock_us();
        for (uint64_t j = 0; j < bench->lives && ok; j++) {
            ok = read_and_print(document);
        }
        uint64_t us = middle_us - start_us;
        best_us = us < best_us ? us : best_us;
        us = bench->clock_us() - middle_us;
        bare_us = us < bare_us ? us : bare_us;
    }
    (void)fprintf(bench->out, "%12.0f lives of a compute system per second, %s\n",
                  per_second(bench->lives, best_us), isolation);
    (void)fprintf(bench->out, "%12.0f times their documents read and printed\n",
                  per_second(bench->lives, bare_us));
    return ok;
}

static bool bench_lives(const struct emulator_bench *bench)
{
    static const char *const isolations[] = {"process isolation", "Hyper-V isolation"};
    bool ok = true;
    for (int hyperv = 0; hyperv < 2 && ok; hyperv++) {
        struct rig rig;
        char *volume = NULL;
        ok = rig_init(&rig) && make_scratch(&rig, LAYERS "\\one", hyperv != 0, &volume);
        char *document = ok ? document_of(&rig, "one", LAYERS "\\one", volume) : NULL;
        ok = document != NULL && time_lives(bench, &rig, document, isolations[hyperv]);
        free(document);
        free(volume);
        rig_release(&rig);
    }
    return ok;
}

/* ---- memory ---- */

/* What the process holds in memory, in bytes; 0 where the system does not tell it in this way. */
static uint64_t memory_held(void)
{
    char line[256];
    uint64_t kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            kib = strtoull(line + 6, NULL, 10);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return kib * 1024;
}

/* As long as docker's are. */
static void id_of(uint64_t number, char id[80])
{
    (void)snprintf(id, 80, "%064llu", (unsigned long long)number);
}

/* A host whose systems live, each over a scratch of its own. */
struct crowd {
    struct rig rig;
    bool hyperv;
    char **volumes;
};

static bool live_many(const struct emulator_bench *bench, struct crowd *crowd)
{
    char id[80];
    bool ok = true;
    for (uint64_t i = 0; i < bench->systems && ok; i++) {
        struct live live;
        id_of(i, id);
        char *folder = wcd_text_format(LAYERS "\\%s", id);
        char *document =
            folder == NULL ? NULL : document_of(&crowd->rig, id, folder, crowd->volumes[i]);
        ok = document != NULL && begin_life(&crowd->rig, id, document, &live);
        free(document);
        free(folder);
    }
    return ok && fake_hcs_count(crowd->rig.host) == bench->systems;
}

static bool make_scratches(const struct emulator_bench *bench, struct crowd *crowd)
{
    char id[80];
    bool ok = true;
    for (uint64_t i = 0; i < bench->systems && ok; i++) {
        id_of(i, id);
        char *folder = wcd_text_format(LAYERS "\\%s", id);
        ok = folder != NULL && make_scratch(&crowd->rig, folder, crowd->hyperv, &crowd->volumes[i]);
        free(folder);
    }
    return ok;
}

static bool crowd_gather(const struct emulator_bench *bench, struct crowd *crowd)
{
    uint64_t before = memory_held();
    bool ok = make_scratches(bench, crowd);
    uint64_t scratches = memory_held();
    uint64_t start_us = bench->clock_us();
    ok = ok && live_many(bench, crowd);
    uint64_t us = bench->clock_us() - start_us;
    uint64_t after = memory_held();
    if (ok && after > 0) {
        (void)fprintf(bench->out,
                      "%12.0f bytes of memory for a compute system that lives, %s isolation (of "
                      "%llu: %.0f MiB)\n",
                      (double)(after - scratches) / (double)bench->systems,
                      crowd->hyperv ? "Hyper-V" : "process", (unsigned long long)bench->systems,
                      (double)(after - scratches) / 1048576.0);
        (void)fprintf(bench->out, "%12.0f bytes of memory for the scratch under it\n",
                      (double)(scratches - before) / (double)bench->systems);
        (void)fprintf(bench->out, "%12.0f of them created and started per second\n",
                      per_second(bench->systems, us));
    }
    return ok;
}

/* Both crowds live at once: the second one must not use the memory that the first one gave back. */
static bool bench_memory(const struct emulator_bench *bench)
{
    struct crowd crowds[2] = {{.hyperv = false}, {.hyperv = true}};
    bool ok = true;
    for (size_t i = 0; i < 2 && ok; i++) {
        crowds[i].volumes = calloc((size_t)bench->systems, sizeof(*crowds[i].volumes));
        ok = crowds[i].volumes != NULL && rig_init(&crowds[i].rig) &&
             crowd_gather(bench, &crowds[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        rig_release(&crowds[i].rig);
        for (uint64_t j = 0; crowds[i].volumes != NULL && j < bench->systems; j++) {
            free(crowds[i].volumes[j]);
        }
        free(crowds[i].volumes);
    }
    return ok;
}

bool emulator_bench(const struct emulator_bench *bench)
{
    bool ok =
        bench->lives == 0 || (bench_lives(bench) && networks_bench(bench) && remote_bench(bench));
    if (ok && bench->systems > 0) {
        ok = bench_memory(bench);
    }
    if (!ok) {
        (void)fputs("the emulated services failed\n", bench->out);
    }
    return ok;
}
