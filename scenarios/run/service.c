/* A host without a story; see service.h. */
#include "scenarios/run/service.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "scenarios/lang/host_file.h"
#include "scenarios/run/faults.h"
#include "scenarios/run/process.h"
#include "scenarios/run/report.h"
#include "scenarios/run/stage.h"
#include "scenarios/run/steps.h"

#include <stdlib.h>
#include <string.h>

struct scn_service {
    struct scenario *scenario;
    struct scn_service_options options;
    struct scn_run_result result;
    struct scn_world world;
    struct platform platform;
};

void scn_service_destroy(struct scn_service *service)
{
    if (service != NULL) {
        scn_world_release(&service->world);
        scn_run_result_release(&service->result);
        scenario_free(service->scenario);
        free(service);
    }
}

static enum wcd_errc report(const struct scn_run_result *result, struct wcd_error *err)
{
    const struct scn_paint plain = scn_paint_of(false);
    struct wcd_buf buf;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    bool ok = true;
    for (size_t i = 0; ok && i < result->failure_count; i++) {
        ok = scn_report_failure(&buf, &result->failures[i], &plain);
    }
    size_t len = buf.len;
    char *text = wcd_buf_take(&buf);
    while (text != NULL && len > 0 && text[len - 1] == '\n') {
        text[--len] = '\0';
    }
    enum wcd_errc code = ok && text != NULL
                             ? wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s", text)
                             : wcd_error_no_memory(err);
    free(text);
    return code;
}

/* ---- which run ---- */

static enum wcd_errc choose_run(struct scn_service *service, struct wcd_error *err)
{
    const char *os = service->options.os;
    struct scn_instance *instance = &service->world.instance;
    for (size_t i = 0; i < scenario_run_count(service->scenario); i++) {
        if (!scenario_instance(service->scenario, i, instance)) {
            return wcd_error_no_memory(err);
        }
        if (os == NULL || strcmp(instance->build->id, os) == 0) {
            return WCD_OK;
        }
        scn_instance_release(instance);
    }
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s has no run on %s",
                         scenario_path(service->scenario), os == NULL ? "any host" : os);
}

static enum wcd_errc set_os(const struct scn_service *service, struct wcd_error *err)
{
    struct scn_diags diags = {0};
    struct wcd_buf buf;
    enum wcd_errc code = WCD_OK;
    wcd_buf_init(&buf, WCD_BUF_BYTES_MAX);
    if (!scenario_set_os(service->scenario, service->options.os, &diags)) {
        code = wcd_error_no_memory(err);
    } else if (diags.count > 0) {
        scn_diags_print(&diags, scenario_source(service->scenario), &buf);
        code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "it cannot be on %s:\n%s",
                             service->options.os, wcd_buf_str(&buf));
    }
    wcd_buf_release(&buf);
    scn_diags_release(&diags);
    return code;
}

/* ---- the host ---- */

static bool put_faults(struct scn_world *world)
{
    const struct scn_node *steps = scn_node_get(&world->instance.root, "steps");
    bool ok = true;
    for (size_t i = 0; ok && steps != NULL && i < steps->count; i++) {
        if (scn_is_fault(&steps->children[i])) {
            ok = scn_step_execute(world, &steps->children[i]);
        }
    }
    return ok && world->result->failure_count == 0;
}

static void stack(struct scn_service *service)
{
    struct scn_world *world = &service->world;
    struct scn_process *process = scn_world_process(world);
    if (service->options.hang != NULL) {
        wrap_fault_on_advance(process->fault, service->options.hang, service->options.hang_ctx);
    }
    wrap_fault_spare(process->fault, service->options.spared, service->options.spared_ctx);
    service->platform = world->fault_count > 0 ? process->broken : world->below;
    if (service->options.call != NULL) {
        wrap_trace_hand_over(process->trace, service->options.call, service->options.call_ctx);
        service->platform = process->platform;
    }
}

static enum wcd_errc build(struct scn_service *service, struct wcd_error *err)
{
    struct scn_world *world = &service->world;
    world->scenario = service->scenario;
    world->options = &service->options.run;
    world->result = &service->result;
    world->stage = &scn_stage_fake;
    world->disk = service->options.disk;
    enum wcd_errc code = WCD_OK;
    if (service->options.os != NULL && !scenario_has_os_axis(service->scenario)) {
        code = set_os(service, err);
    }
    if (code == WCD_OK) {
        code = choose_run(service, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    world->engine = engine_rules_find(world->instance.engine);
    bool ok = scn_world_make_host(world) && scn_world_furnish_host(world) && put_faults(world);
    if (world->no_memory) {
        return wcd_error_no_memory(err);
    }
    if (!ok) {
        return report(&service->result, err);
    }
    stack(service);
    return WCD_OK;
}

enum wcd_errc scn_service_create(struct scn_service **out, struct scenario *scenario,
                                 const struct scn_service_options *options, struct wcd_error *err)
{
    struct scn_service *service = calloc(1, sizeof(*service));
    *out = NULL;
    if (service == NULL) {
        scenario_free(scenario);
        return wcd_error_no_memory(err);
    }
    service->scenario = scenario;
    service->options = *options;
    enum wcd_errc code = build(service, err);
    if (code != WCD_OK) {
        scn_service_destroy(service);
        return code;
    }
    *out = service;
    return WCD_OK;
}

struct fake_host *scn_service_host(struct scn_service *service)
{
    return service->world.host;
}

const struct platform *scn_service_platform(const struct scn_service *service)
{
    return &service->platform;
}

const struct scn_node *scn_service_description(const struct scn_service *service)
{
    return scn_node_get(&service->world.instance.root, "host");
}

bool scn_service_failed(const struct scn_service *service)
{
    return scn_world_calls_failed(&service->world);
}
