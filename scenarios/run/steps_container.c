/* Steps about containers of the running daemon that do not run. */
#include "core/daemon/containers.h"
#include "core/layer/store.h"
#include "scenarios/run/request.h"

#include <stdlib.h>
#include <string.h>

static void create_container(struct scn_world *world, const struct scn_node *args,
                             struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        (void)scn_create_container(world, args, out);
    }
}

/* What a mount or unmount left: where the files are, and for how many. */
static void give_mounts(struct scn_world *world, const char *name, struct scn_outcome *out)
{
    const struct wcd_container *container = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    if (wcd_daemon_container(world->daemon, name, &container, &err) == WCD_OK) {
        size_t mounts = wcd_rw_layer_mounts(wcd_daemon_layers(world->daemon), container->id);
        const char *path = container->base_fs;
        out->result = wcd_json_new_object();
        if (out->result == NULL ||
            !wcd_json_set(out->result, "mounts", wcd_json_new_uint64(mounts)) ||
            !wcd_json_set(out->result, "path",
                          path == NULL ? wcd_json_new_null() : wcd_json_new_string(path))) {
            scn_no_memory(world);
        }
    }
    wcd_error_release(&err);
}

static void mount_container(struct scn_world *world, const struct scn_node *args,
                            struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        (void)wcd_daemon_mount_container(world->daemon, args->text, &out->error);
        give_mounts(world, args->text, out);
    }
}

static void unmount_container(struct scn_world *world, const struct scn_node *args,
                              struct scn_outcome *out)
{
    if (scn_daemon_is_running(world, out)) {
        (void)wcd_daemon_unmount_container(world->daemon, args->text, &out->error);
        give_mounts(world, args->text, out);
    }
}

static void make_spec(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    struct wcd_spec spec = {0};
    if (!scn_daemon_is_running(world, out) ||
        wcd_daemon_make_spec(world->daemon, args->text, &spec, &out->error) != WCD_OK) {
        return;
    }
    out->result = wcd_spec_to_json(&spec);
    wcd_spec_release(&spec);
    if (out->result == NULL) {
        scn_no_memory(world);
    } else if (world->options->documents &&
               !wcd_strlist_take(&world->result->documents, wcd_json_print_pretty(out->result))) {
        scn_no_memory(world);
    }
}

const struct scn_step_verb scn_steps_container[] = {
    {"create container", create_container},
    {"mount container", mount_container},
    {"unmount container", unmount_container},
    {"make spec", make_spec},
    {NULL, NULL},
};
