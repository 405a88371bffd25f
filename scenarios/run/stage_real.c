/* A real machine as a stage: the platform is the machine's, below a berth of the run's own; the emulated host
 * that stands beside it only gives the environment. */
#include "scenarios/run/images.h"
#include "scenarios/run/process.h"
#include "scenarios/run/quay.h"

#include "core/base/winpath.h"
#include "core/files/content.h"
#include "core/files/files.h"
#include "core/layer/windowsfilter.h"

#include <stdlib.h>
#include <string.h>

/* How often what may have happened is looked for, and how long what happens at once may take. */
#define REAL_STEP_US   ((uint64_t)1000)
#define REAL_SETTLE_US ((uint64_t)3000)

/* ---- time ---- */

static uint64_t clock_us(const struct scn_quay *quay)
{
    const struct plat_clock *clock = &quay->whole.clock;
    return clock->ops->monotonic_us(clock->ctx);
}

static uint64_t real_now_us(struct scn_world *world)
{
    return clock_us(world->quay) - world->quay->began_us;
}

static void real_advance_us(struct scn_world *world, uint64_t us)
{
    const struct scn_quay *quay = world->quay;
    quay->machine->wait_us(quay->instance, us == 0 ? REAL_SETTLE_US : us);
}

/* Windows does not tell when. */
static bool real_next_due_us(struct scn_world *world, uint64_t *due_us)
{
    *due_us = real_now_us(world) + REAL_STEP_US;
    return true;
}

static void real_step(struct scn_world *world)
{
    real_advance_us(world, REAL_STEP_US);
}

/* ---- set-up, through the berth and below the trace ---- */

/* Refusals are the caller's to report; want of memory is the run's. */
static bool went_well(struct scn_world *world, enum wcd_errc code, struct wcd_error *err)
{
    if (code == WCD_E_NO_MEMORY) {
        scn_no_memory(world);
    }
    wcd_error_release(err);
    return code == WCD_OK;
}

static bool make_all(struct scn_world *world, const char *path)
{
    struct wcd_error err = WCD_ERROR_INIT;
    return went_well(world, wcd_files_make_all(&world->below, path, &err), &err);
}

/* The folders above a path. */
static bool make_parent(struct scn_world *world, const char *path)
{
    const char *last = strrchr(path, '\\');
    char *parent = last == NULL ? NULL : wcd_text_copy_n(path, (size_t)(last - path));
    bool ok = last == NULL || (parent != NULL && (strlen(parent) <= 2 || make_all(world, parent)));
    free(parent);
    return ok;
}

static bool real_put_file(struct scn_world *world, const char *path, const void *data, size_t size)
{
    struct wcd_error err = WCD_ERROR_INIT;
    return make_parent(world, path) &&
           went_well(world, wcd_files_write(&world->below, path, data, size, WCD_FILES_MODE, &err),
                     &err);
}

static bool real_put_directory(struct scn_world *world, const char *path, const char *sddl)
{
    const struct plat_fs *fs = &world->below.fs;
    if (sddl == NULL) {
        return make_all(world, path);
    }
    return make_parent(world, path) &&
           plat_succeeded(fs->ops->create_directory(fs->ctx, path, sddl));
}

static void no_log(void *ctx, enum wcd_log_level level, const char *message)
{
    (void)ctx, (void)level, (void)message;
}

static const char *last_part(const char *path)
{
    const char *last = strrchr(path, '\\');
    return last == NULL ? path : last + 1;
}

static bool is_on_machine(const struct scn_quay *quay, const char *folder, const char *name)
{
    const struct plat_fs *fs = &quay->whole.fs;
    struct plat_file_info info = {0};
    char *path = wcd_text_format("%s\\%s", folder, name);
    bool there = path != NULL && plat_succeeded(fs->ops->info(fs->ctx, path, &info));
    free(path);
    return there;
}

/* The layer that all runs share, where the layer is to be. Windows finishes it when the first one comes. */
static bool link_base(struct scn_world *world, const struct fake_image_layer *layer)
{
    const struct scn_quay *quay = world->quay;
    const struct plat_storage *storage = &quay->whole.storage;
    const struct plat_fs *fs = &quay->whole.fs;
    const char *base = quay->machine->base_layer;
    char *folder = wrap_berth_outside(quay->berth, layer->folder);
    plat_hr hr = PLAT_S_OK;
    if (!is_on_machine(quay, base, "blank.vhdx") && !is_on_machine(quay, base, "blank-base.vhdx")) {
        hr = storage->ops->process_base_image(storage->ctx, base);
    }
    bool ok = folder != NULL && plat_succeeded(hr) && make_parent(world, layer->folder) &&
              plat_succeeded(fs->ops->create_symlink(fs->ctx, folder, base, true));
    free(folder);
    return ok;
}

/* As a daemon does that was sent the layer. */
static bool real_put_layer(struct scn_world *world, const struct fake_image_layer *layer)
{
    if (layer->parent_count == 0 && world->quay->machine->base_layer != NULL) {
        return link_base(world, layer);
    }
    const struct wcd_log_sink log = {.write = no_log};
    const char *id = last_part(layer->folder);
    char *home = wcd_text_copy_n(layer->folder, (size_t)(id - layer->folder) - 1);
    const char *parent = layer->parent_count == 0 ? "" : last_part(layer->parents[0]);
    struct wcd_windowsfilter_options options = {
        .platform = &world->below, .engine = world->engine, .log = &log, .home = home};
    struct wcd_windowsfilter *driver = NULL;
    struct wcd_layer_content content = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    uint64_t size = 0;
    bool ok = home != NULL && scn_layer_content(layer, &content);
    if (!ok) {
        scn_no_memory(world);
    }
    ok = ok && make_all(world, home) && make_all(world, "C:\\Windows\\TEMP");
    enum wcd_errc code = WCD_E_PLAIN;
    if (ok) {
        code = wcd_windowsfilter_open(&driver, &options, &err);
    }
    if (code == WCD_OK) {
        code = wcd_windowsfilter_create(driver, id, parent, &err);
    }
    if (code == WCD_OK) {
        code =
            wcd_windowsfilter_apply(driver, id, parent, &content, "C:\\Windows\\TEMP", &size, &err);
    }
    wcd_windowsfilter_close(driver);
    wcd_layer_content_release(&content);
    free(home);
    return went_well(world, code, &err);
}

static plat_hr real_hns_call(struct scn_world *world, const char *method, const char *path,
                             const char *document, char **response)
{
    const struct plat_hns *hns = &world->below.hns;
    return hns->ops->call(hns->ctx, method, path, document, response);
}

/* ---- ends ---- */

static bool real_leftovers(struct scn_world *world, struct wcd_strlist *out)
{
    const struct scn_process *process = scn_world_process(world);
    return process == NULL || wrap_fault_open_handles(process->fault, out);
}

/* Windows does not count. */
static bool real_misuse(struct scn_world *world, struct wcd_strlist *out)
{
    (void)world, (void)out;
    return true;
}

static void real_process_ended(struct scn_world *world)
{
    (void)world;
}

/* ---- its own life ---- */

/* What every Windows has, and daemons and scenarios count on. */
static bool real_furnish(struct scn_world *world)
{
    static const char *const folders[] = {
        "C:\\Windows\\System32\\config\\systemprofile",
        "C:\\Windows\\System32\\drivers\\etc",
        "C:\\Windows\\TEMP",
        "C:\\Program Files",
        "C:\\ProgramData\\Microsoft\\Windows",
        "C:\\Users\\Public",
    };
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof(folders) / sizeof(folders[0]); i++) {
        ok = make_all(world, folders[i]);
    }
    return ok;
}

/* A folder that nobody has: its name is of the machine's own random bytes. */
static bool make_folder(struct scn_quay *quay)
{
    const struct platform *whole = &quay->whole;
    uint32_t number[2] = {0, 0};
    if (plat_failed(whole->os.ops->random(whole->os.ctx, number, sizeof(number)))) {
        return false;
    }
    quay->folder = wcd_text_format("%s\\drydock-run-%08x%08x", quay->machine->work,
                                   (unsigned)number[0], (unsigned)number[1]);
    char *drive = quay->folder == NULL ? NULL : wcd_text_format("%s\\C", quay->folder);
    bool ok = drive != NULL &&
              plat_succeeded(whole->fs.ops->create_directory(whole->fs.ctx, quay->folder, NULL)) &&
              plat_succeeded(whole->fs.ops->create_directory(whole->fs.ctx, drive, NULL));
    free(drive);
    return ok;
}

static bool real_open(struct scn_world *world)
{
    const struct scn_machine *machine = world->options->machine;
    const struct platform fake = fake_host_platform(world->host);
    struct scn_quay *quay = calloc(1, sizeof(*quay));
    if (quay == NULL) {
        scn_no_memory(world);
        return false;
    }
    world->quay = quay;
    quay->machine = machine;
    plat_hr hr = machine->create(&quay->instance);
    if (plat_failed(hr)) {
        scn_fail(world, (struct scn_place){0}, "the machine", "one that can be used",
                 "its platform cannot be made");
        return false;
    }
    quay->whole = machine->platform(quay->instance);
    quay->began_us = clock_us(quay);
    if (!make_folder(quay)) {
        scn_fail(world, (struct scn_place){0}, "a folder for the run", "one that can be made",
                 wcd_text_or_empty(quay->folder));
        return false;
    }
    const struct wrap_berth_options options = {.folder = quay->folder,
                                               .adapters = machine->is_wine,
                                               .environment = &fake.os,
                                               .words = machine->is_wine ? &fake.os : NULL};
    quay->berth = wrap_berth_create(&quay->whole, &options);
    if (quay->berth == NULL) {
        scn_no_memory(world);
        return false;
    }
    world->below = wrap_berth_platform(quay->berth);
    return true;
}

/* The process first: what it has open is closed through the machine. */
static void real_close(struct scn_world *world)
{
    struct scn_quay *quay = world->quay;
    struct wcd_strlist left;
    if (quay == NULL) {
        return;
    }
    if (scn_world_process(world) != NULL) {
        scn_process_kill(world, scn_world_process(world), false);
    }
    wcd_strlist_init(&left);
    if (quay->folder != NULL && !scn_quay_clear(quay, &left)) {
        scn_no_memory(world);
    }
    if (left.count > 0) {
        struct wcd_strlist none;
        wcd_strlist_init(&none);
        world->result->status = SCN_FAIL;
        scn_fail_lists(world, (struct scn_place){0}, "left on the machine", &none, &left);
    }
    wcd_strlist_release(&left);
    if (quay->instance != NULL) {
        quay->machine->destroy(quay->instance);
    }
    wrap_berth_destroy(quay->berth);
    free(quay->folder);
    free(quay);
    world->quay = NULL;
}

const struct scn_stage scn_stage_real = {
    .name = "real",
    .open = real_open,
    .close = real_close,
    .lacks = scn_quay_lacks,
    .furnish = real_furnish,
    .patience_us = SCN_MACHINE_PATIENCE_US,
    .now_us = real_now_us,
    .advance_us = real_advance_us,
    .next_due_us = real_next_due_us,
    .step = real_step,
    .put_file = real_put_file,
    .put_directory = real_put_directory,
    .put_layer = real_put_layer,
    .kind_of = scn_quay_kind_of,
    .content = scn_quay_content,
    .sddl = scn_quay_sddl,
    .layer_state = scn_quay_layer_state,
    .layer_version = scn_quay_layer_version,
    .system = scn_quay_system,
    .systems = scn_quay_systems,
    .hns_state = scn_quay_hns_state,
    .endpoint_containers = scn_quay_endpoint_containers,
    .hns_call = real_hns_call,
    .leftovers = real_leftovers,
    .misuse = real_misuse,
    .process_ended = real_process_ended,
};
