/* Steps about images of the running daemon, and about layers on the host. */
#include "scenarios/run/stage.h"
#include "scenarios/run/steps.h"

#include "core/daemon/containers.h"
#include "core/layer/chain.h"
#include "core/layer/store.h"
#include "scenarios/run/images.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- pulling ---- */

static void pull(struct scn_world *world, const struct scn_node *args, const char *version,
                 struct scn_outcome *out)
{
    struct scn_pulled pulled;
    char *id = NULL;
    bool ok = scn_pulled_layers(scn_node_get(args, "layers"), version, &pulled);
    char *document =
        ok ? scn_image_document(scn_node_text(scn_node_get(args, "os"), "windows"), version,
                                scn_node_get(args, "config"), &pulled.diff_ids)
           : NULL;
    if (document == NULL) {
        scn_no_memory(world);
    } else {
        struct wcd_pulled_image image = {.name = scn_node_text(scn_node_get(args, "name"), ""),
                                         .document = document,
                                         .layers = pulled.layers,
                                         .layer_count = pulled.count};
        if (wcd_daemon_pull_image(world->daemon, &image, &id, &out->error) == WCD_OK) {
            out->result = wcd_json_new_object();
            if (out->result == NULL || !wcd_json_set_string(out->result, "id", id)) {
                scn_no_memory(world);
            }
        }
    }
    free(id);
    free(document);
    scn_pulled_release(&pulled);
}

static void pull_image(struct scn_world *world, const struct scn_node *args,
                       struct scn_outcome *out)
{
    const struct scn_node *given = scn_node_get(args, "version");
    if (!scn_daemon_is_running(world, out)) {
        return;
    }
    char *version = given == NULL
                        ? wcd_text_format("10.0.%" PRIu32 ".1", world->instance.build->build)
                        : wcd_text_copy(given->text);
    if (version == NULL) {
        scn_no_memory(world);
    } else {
        pull(world, args, version, out);
    }
    free(version);
}

static void remove_image(struct scn_world *world, const struct scn_node *args,
                         struct scn_outcome *out)
{
    struct wcd_strlist removed;
    wcd_strlist_init(&removed);
    if (scn_daemon_is_running(world, out)) {
        (void)wcd_daemon_remove_image(world->daemon, args->text, &removed, &out->error);
        out->result = wcd_json_new_object();
        if (out->result == NULL ||
            !wcd_json_set(out->result, "removed", scn_strings_json(&removed))) {
            scn_no_memory(world);
        }
    }
    wcd_strlist_release(&removed);
}

static void read_image(struct scn_world *world, const struct scn_node *args,
                       struct scn_outcome *out)
{
    const struct wcd_image *image = NULL;
    if (!scn_daemon_is_running(world, out) ||
        wcd_daemon_image(world->daemon, args->text, &image, &out->error) != WCD_OK) {
        return;
    }
    size_t layers = image->diff_ids.count;
    char *chain = wcd_image_chain_id(image, layers);
    size_t references =
        chain == NULL ? 0 : wcd_layer_references(wcd_daemon_layers(world->daemon), chain);
    out->result = wcd_json_new_object();
    bool ok = out->result != NULL && wcd_json_set_string(out->result, "id", image->id) &&
              wcd_json_set_string(out->result, "os", image->os) &&
              wcd_json_set_string(out->result, "version", image->os_version) &&
              wcd_json_set(out->result, "layers", wcd_json_new_uint64(layers)) &&
              wcd_json_set(out->result, "references", wcd_json_new_uint64(references)) &&
              wcd_json_set(out->result, "chain",
                           chain == NULL ? wcd_json_new_null() : wcd_json_new_string(chain));
    free(chain);
    if (!ok) {
        scn_no_memory(world);
    }
}

/* ---- layers ---- */

static const char *state_name(enum fake_layer_state state)
{
    switch (state) {
    case FAKE_LAYER_NOTHING:
        return "nothing";
    case FAKE_LAYER_IMAGE:
        return "image";
    case FAKE_LAYER_SCRATCH:
        return "scratch";
    case FAKE_LAYER_ACTIVATED:
        return "activated";
    case FAKE_LAYER_PREPARED:
        return "prepared";
    }
    return "unknown";
}

/* layerchain.json as a value: null when there is none, or when it cannot be read. */
static struct wcd_json *chain_json(struct scn_world *world, const char *folder)
{
    char *path = wcd_text_format("%s\\layerchain.json", folder);
    size_t size = 0;
    char *content = path == NULL ? NULL : world->stage->content(world, path, &size);
    struct wcd_strlist chain;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *json = NULL;
    if (content == NULL || wcd_layerchain_parse(&chain, content, size, &err) != WCD_OK) {
        json = path == NULL ? NULL : wcd_json_new_null();
    } else {
        json = scn_strings_json(&chain);
        wcd_strlist_release(&chain);
    }
    wcd_error_release(&err);
    free(content);
    free(path);
    return json;
}

static void read_layer(struct scn_world *world, const struct scn_node *args,
                       struct scn_outcome *out)
{
    uint32_t build = 0;
    uint32_t revision = 0;
    bool told = world->stage->layer_version(world, args->text, &build, &revision);
    enum fake_layer_state state = world->stage->layer_state(world, args->text);
    out->result = wcd_json_new_object();
    if (out->result == NULL || !wcd_json_set_string(out->result, "state", state_name(state)) ||
        !wcd_json_set(out->result, "chain", chain_json(world, args->text)) ||
        !wcd_json_set(out->result, "build",
                      told ? wcd_json_new_uint64(build) : wcd_json_new_null()) ||
        !wcd_json_set(out->result, "revision",
                      told ? wcd_json_new_uint64(revision) : wcd_json_new_null())) {
        scn_no_memory(world);
    }
}

static void fail_layer(struct scn_world *world, const struct scn_node *args,
                       struct scn_outcome *out)
{
    const char *call = scn_node_text(scn_node_get(args, "call"), "");
    const char *layer = scn_node_text(scn_node_get(args, "layer"), NULL);
    const struct scn_node *lies = scn_node_get(args, "lies");
    plat_hr hr = PLAT_S_OK;
    (void)out;
    bool ok = true;
    if (lies != NULL) {
        ok = fake_storage_set_undead(world->host, layer, scn_read_yes(lies->text));
    } else if (scn_world_win32_error(world, scn_node_get(args, "with"), &hr)) {
        ok = fake_storage_set_failure(world->host, call, layer, hr);
    }
    if (!ok) {
        (void)scn_host_refused(world, args->place, "layer", call);
    }
}

const struct scn_step_verb scn_steps_image[] = {
    {"pull image", pull_image}, {"remove image", remove_image}, {"read image", read_image},
    {"read layer", read_layer}, {"fail layer", fail_layer},     {NULL, NULL},
};
