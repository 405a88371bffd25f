/* Steps that look at how things stand, and wait until they do. */
#include "core/base/limits.h"
#include "core/daemon/life.h"
#include "scenarios/run/clients.h"
#include "scenarios/run/container_view.h"
#include "scenarios/run/expect.h"
#include "scenarios/run/stage.h"
#include "scenarios/run/steps.h"

#include <stdlib.h>
#include <string.h>

#define UNTIL_US_MAX (10u * UINT64_C(60000000))

static void check(struct scn_world *world, const struct scn_node *args, struct scn_outcome *out)
{
    (void)out;
    world->result->virtual_us = world->stage->now_us(world);
    scn_expect_moment(world, args);
}

/* ---- wait until ---- */

struct until {
    struct scn_world *world;
    const struct scn_node *args;
    const char *container; /* NULL: it is about something else */
};

/* The members of the view that the step names. */
static bool view_fits(const struct until *until, const struct wcd_json *view)
{
    static const char *const others[] = {"container", "output", "within"};
    bool fits = true;
    for (size_t i = 0; fits && i < until->args->count; i++) {
        const struct scn_node *child = &until->args->children[i];
        bool other = false;
        for (size_t j = 0; j < sizeof(others) / sizeof(others[0]); j++) {
            other = other || strcmp(child->key, others[j]) == 0;
        }
        fits = other || scn_value_matches(child, wcd_json_get(view, child->key));
    }
    return fits;
}

static bool container_fits(const struct until *until)
{
    struct wcd_error err = WCD_ERROR_INIT;
    const struct scn_node *output = scn_node_get(until->args, "output");
    struct wcd_json *view = scn_container_view(until->world, until->container, &err);
    bool fits =
        view != NULL && view_fits(until, view) &&
        (output == NULL || scn_container_wrote(until->world, until->container, output->text));
    wcd_json_free(view);
    wcd_error_release(&err);
    return fits || until->world->no_memory;
}

static bool is_so(void *ctx)
{
    const struct until *until = ctx;
    const struct scn_node *client = scn_node_get(until->args, "client");
    if (until->container != NULL) {
        return container_fits(until);
    }
    if (client != NULL) {
        const struct scn_client *found = scn_client_find(until->world, client->text);
        return found != NULL && found->ended;
    }
    const struct wcd_op *restored =
        until->world->daemon == NULL ? NULL : wcd_daemon_restored(until->world->daemon);
    return restored != NULL && wcd_op_done(restored);
}

/* Those members of the view that the step names, as it would write them. NULL without memory. */
static char *view_text(const struct until *until, const struct wcd_json *view)
{
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    for (size_t i = 0; i < until->args->count; i++) {
        const char *key = until->args->children[i].key;
        const struct wcd_json *member = wcd_json_get(view, key);
        char *text = member == NULL ? NULL : scn_json_text(member);
        if (member != NULL && text == NULL) {
            buf.failed = true;
        } else if (member != NULL) {
            wcd_buf_format(&buf, "%s%s: %s", buf.len == 0 ? "" : ", ", key, text);
        }
        free(text);
    }
    return wcd_buf_take(&buf);
}

/* What is so instead, for the message. */
static void explain(const struct until *until, struct wcd_error *err)
{
    struct wcd_error why = WCD_ERROR_INIT;
    struct wcd_json *view =
        until->container == NULL ? NULL : scn_container_view(until->world, until->container, &why);
    char *text = view == NULL ? NULL : view_text(until, view);
    char *told = wcd_text_copy(wcd_error_message(err));
    if (told != NULL && (text != NULL || why.code != WCD_OK)) {
        enum wcd_errc code = err->code;
        wcd_error_release(err);
        (void)wcd_error_set(err, code, "%s (%s)", told,
                            text != NULL ? text : wcd_error_message(&why));
    }
    free(text);
    free(told);
    wcd_json_free(view);
    wcd_error_release(&why);
}

static void wait_until(struct scn_world *world, const struct scn_node *args,
                       struct scn_outcome *out)
{
    struct until until = {.world = world,
                          .args = args,
                          .container = scn_node_text(scn_node_get(args, "container"), NULL)};
    const struct scn_node *within = scn_node_get(args, "within");
    uint64_t limit_us = UNTIL_US_MAX;
    if (!scn_daemon_is_running(world, out) ||
        (within != NULL && !scn_world_duration_us(world, within, &limit_us))) {
        return;
    }
    scn_world_settle(world);
    if (!scn_world_wait(world, is_so, &until, limit_us, &out->error)) {
        explain(&until, &out->error);
    }
}

const struct scn_step_verb scn_steps_check[] = {
    {"check", check},
    {"wait until", wait_until},
    {NULL, NULL},
};
