/* The emulated host as a stage. */
#include "scenarios/run/stage.h"

static bool stage_open(struct scn_world *world)
{
    world->below = fake_host_platform(world->host);
    if (world->options->road == NULL) {
        return true;
    }
    world->detour = wrap_detour_create(&world->below, world->options->road);
    if (world->detour == NULL) {
        scn_no_memory(world);
        return false;
    }
    world->below = wrap_detour_platform(world->detour);
    return true;
}

static void stage_close(struct scn_world *world)
{
    (void)world;
}

/* What it lacks is among a scenario's `needs`. */
static char *stage_lacks(struct scn_world *world, const struct scn_node **about)
{
    (void)world, (void)about;
    return NULL;
}

/* It is made with all that. */
static bool stage_furnish(struct scn_world *world)
{
    (void)world;
    return true;
}

static uint64_t stage_now_us(struct scn_world *world)
{
    return fake_host_now_us(world->host);
}

static void stage_advance_us(struct scn_world *world, uint64_t us)
{
    fake_host_advance_us(world->host, us);
    scn_world_deliver(world);
}

static bool stage_next_due_us(struct scn_world *world, uint64_t *due_us)
{
    return fake_host_next_due_us(world->host, due_us);
}

static void stage_step(struct scn_world *world)
{
    (void)fake_host_step(world->host);
    scn_world_deliver(world);
}

static bool stage_put_file(struct scn_world *world, const char *path, const void *data, size_t size)
{
    return fake_fs_put_file(world->host, path, data, size);
}

static bool stage_put_directory(struct scn_world *world, const char *path, const char *sddl)
{
    return fake_fs_put_directory(world->host, path, sddl);
}

static bool stage_put_layer(struct scn_world *world, const struct fake_image_layer *layer)
{
    return fake_storage_put_layer(world->host, layer);
}

static enum fake_fs_kind stage_kind_of(struct scn_world *world, const char *path)
{
    return fake_fs_kind_of(world->host, path);
}

static char *stage_content(struct scn_world *world, const char *path, size_t *size)
{
    const char *content = fake_fs_content(world->host, path, size);
    char *copy = content == NULL ? NULL : wcd_text_copy_n(content, *size);
    if (content != NULL && copy == NULL) {
        scn_no_memory(world);
    }
    return copy;
}

static char *stage_sddl(struct scn_world *world, const char *path)
{
    const char *sddl = fake_fs_sddl(world->host, path);
    char *copy = sddl == NULL ? NULL : wcd_text_copy(sddl);
    if (sddl != NULL && copy == NULL) {
        scn_no_memory(world);
    }
    return copy;
}

static enum fake_layer_state stage_layer_state(struct scn_world *world, const char *folder)
{
    return fake_storage_state(world->host, folder);
}

static bool stage_layer_version(struct scn_world *world, const char *folder, uint32_t *build,
                                uint32_t *revision)
{
    return fake_storage_image_version(world->host, folder, build, revision);
}

static bool stage_system(struct scn_world *world, const char *id, struct fake_hcs_view *view)
{
    return fake_hcs_system(world->host, id, view);
}

static size_t stage_systems(struct scn_world *world)
{
    return fake_hcs_count(world->host);
}

static struct wcd_json *stage_hns_state(struct scn_world *world)
{
    return fake_hns_state(world->host);
}

static bool stage_endpoint_containers(struct scn_world *world, const char *id,
                                      struct wcd_strlist *out)
{
    return fake_hns_endpoint_containers(world->host, id, out);
}

static plat_hr stage_hns_call(struct scn_world *world, const char *method, const char *path,
                              const char *document, char **response)
{
    return fake_hns_foreign_call(world->host, method, path, document, response);
}

static bool stage_leftovers(struct scn_world *world, struct wcd_strlist *out)
{
    return fake_host_leftovers(world->host, out);
}

static bool stage_misuse(struct scn_world *world, struct wcd_strlist *out)
{
    return fake_host_misuse(world->host, out);
}

static void stage_process_ended(struct scn_world *world)
{
    if (world->detour != NULL) {
        wrap_detour_next_process(world->detour);
    }
    fake_host_process_ended(world->host);
    fake_os_unload_dlls(world->host);
}

const struct scn_stage scn_stage_fake = {
    .name = "fake",
    .open = stage_open,
    .close = stage_close,
    .lacks = stage_lacks,
    .furnish = stage_furnish,
    .patience_us = SCN_OPERATION_US_MAX,
    .now_us = stage_now_us,
    .advance_us = stage_advance_us,
    .next_due_us = stage_next_due_us,
    .step = stage_step,
    .put_file = stage_put_file,
    .put_directory = stage_put_directory,
    .put_layer = stage_put_layer,
    .kind_of = stage_kind_of,
    .content = stage_content,
    .sddl = stage_sddl,
    .layer_state = stage_layer_state,
    .layer_version = stage_layer_version,
    .system = stage_system,
    .systems = stage_systems,
    .hns_state = stage_hns_state,
    .endpoint_containers = stage_endpoint_containers,
    .hns_call = stage_hns_call,
    .leftovers = stage_leftovers,
    .misuse = stage_misuse,
    .process_ended = stage_process_ended,
};
