/* Steps that change the emulated host from outside, as an administrator or fate would, and let time
 * pass. They make no platform calls and so leave no trace. */
#include "scenarios/run/stage.h"
#include "scenarios/run/steps.h"

#include <string.h>

static void advance(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    uint64_t us = 0;
    if (scn_world_duration_us(world, args, &us)) {
        (void)scn_world_advance(world, us, &out->error);
    }
}

static void set_service(struct scn_world *world, const struct scn_node *args,
                        struct scn_outcome *out)
{
    (void)out;
    (void)scn_host_services(world, args);
}

static void set_scm(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    (void)out;
    (void)scn_host_scm(world, args);
}

static void set_dll(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    (void)out;
    (void)scn_host_dlls(world, args);
}

static void set_environment(struct scn_world *world, const struct scn_node *args,
                            struct scn_outcome *out)
{
    (void)out;
    (void)scn_host_environment(world, args);
}

static void set_registry(struct scn_world *world, const struct scn_node *args,
                         struct scn_outcome *out)
{
    (void)out;
    (void)scn_host_registry_value(world, args);
}

static void write_file(struct scn_world *world, const struct scn_node *args,
                       struct scn_outcome *out)
{
    const char *path = scn_node_text(scn_node_get(args, "path"), "");
    const char *content = scn_node_text(scn_node_get(args, "content"), "");
    (void)out;
    if (!world->stage->put_file(world, path, content, strlen(content))) {
        (void)scn_host_refused(world, args->place, "file", path);
    }
}

static void make_directory(struct scn_world *world, const struct scn_node *args,
                           struct scn_outcome *out)
{
    const char *path = scn_node_text(args->kind == SCN_MAP ? scn_node_get(args, "path") : args, "");
    (void)out;
    if (!world->stage->put_directory(world, path, scn_node_text(scn_node_get(args, "acl"), NULL))) {
        (void)scn_host_refused(world, args->place, "directory", path);
    }
}

/* There is no setup call for it: the platform's own, untraced. */
static void remove_file(struct scn_world *world, const struct scn_node *args,
                        struct scn_outcome *out)
{
    const struct plat_fs *fs = &world->below.fs;
    plat_hr hr = fs->ops->remove_file(fs->ctx, args->text);
    if (plat_failed(hr)) {
        scn_platform_error(world, out, "fs.remove_file", hr);
    }
}

static void fail_file(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    const char *path = scn_node_text(scn_node_get(args, "path"), "");
    plat_hr hr = PLAT_S_OK;
    (void)out;
    if (scn_world_win32_error(world, scn_node_get(args, "with"), &hr) &&
        !fake_fs_set_failure(world->host, path, hr)) {
        (void)scn_host_refused(world, args->place, "file", path);
    }
}

const struct scn_step_verb scn_steps_host[] = {
    {"advance", advance},
    {"set service", set_service},
    {"set scm", set_scm},
    {"set dll", set_dll},
    {"set environment", set_environment},
    {"set registry", set_registry},
    {"write file", write_file},
    {"make directory", make_directory},
    {"remove file", remove_file},
    {"fail file", fail_file},
    {NULL, NULL},
};
