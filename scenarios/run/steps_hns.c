/* Steps of the network service: what other programs ask of it, and what becomes of the host's adapters and ports.
 * They leave no trace. */
#include "scenarios/run/hns.h"
#include "scenarios/run/steps.h"

#include <stdlib.h>
#include <string.h>

/* The document of a call: a text, or a mapping as JSON; "" when there is none. NULL without memory. */
static char *document_of(const struct scn_node *body)
{
    if (body == NULL || body->kind == SCN_SCALAR) {
        return wcd_text_copy(scn_node_text(body, ""));
    }
    struct wcd_json *json = scn_json_of_node(body);
    char *text = json == NULL ? NULL : wcd_json_print(json);
    wcd_json_free(json);
    return text;
}

static void call_hns(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    const struct scn_node *body = scn_node_get(args, "body");
    const char *method = scn_node_text(scn_node_get(args, "method"), body == NULL ? "GET" : "POST");
    const char *path = scn_node_text(scn_node_get(args, "path"), "");
    char *document = document_of(body);
    struct wcd_json *response = NULL;
    if (document == NULL) {
        scn_no_memory(world);
        return;
    }
    scn_hns_call(world, method, path, document, &response, &out->error);
    const struct wcd_json *output = wcd_json_get(response, "Output");
    out->result = wcd_json_new_object();
    bool ok = out->result != NULL &&
              wcd_json_set(out->result, "output",
                           output == NULL ? wcd_json_new_null() : wcd_json_copy(output)) &&
              wcd_json_set(out->result, "response",
                           response == NULL ? wcd_json_new_null() : wcd_json_copy(response));
    if (!ok) {
        scn_no_memory(world);
    }
    wcd_json_free(response);
    free(document);
}

static void use_port(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    (void)out;
    (void)scn_hns_set_port(world, args, true);
}

static void free_port(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    (void)out;
    (void)scn_hns_set_port(world, args, false);
}

static void connect_adapter(struct scn_world *world, const struct scn_node *args,
                            struct scn_outcome *out)
{
    (void)out;
    (void)scn_hns_set_adapter(world, args, scn_node_text(scn_node_get(args, "address"), NULL),
                              true);
}

static void disconnect_adapter(struct scn_world *world, const struct scn_node *args,
                               struct scn_outcome *out)
{
    (void)out;
    (void)scn_hns_set_adapter(world, args, scn_node_text(scn_node_get(args, "address"), NULL),
                              false);
}

static void remove_adapter(struct scn_world *world, const struct scn_node *args,
                           struct scn_outcome *out)
{
    (void)out;
    if (!fake_hns_remove_adapter(world->host, args->text)) {
        (void)scn_host_refused(world, args->place, "adapter", args->text);
    }
}

static void set_nat_object(struct scn_world *world, const struct scn_node *args,
                           struct scn_outcome *out)
{
    (void)out;
    (void)scn_hns_set_nat_object(world, args);
}

const struct scn_step_verb scn_steps_hns[] = {
    {"call hns", call_hns},
    {"use port", use_port},
    {"free port", free_port},
    {"connect adapter", connect_adapter},
    {"disconnect adapter", disconnect_adapter},
    {"remove adapter", remove_adapter},
    {"set nat object", set_nat_object},
    {NULL, NULL},
};
