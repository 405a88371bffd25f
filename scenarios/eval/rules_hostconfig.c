/* Rules of host configuration and isolation. */
#include "core/hostconfig/hostconfig.h"
#include "core/isolation/isolation.h"
#include "scenarios/eval/internal.h"
#include "scenarios/lang/resources.h"

#define PROCESSORS_DEFAULT 2u

enum wcd_errc eval_resources(struct wcd_resources *out, const struct wcd_json *input,
                             const char *name, const struct engine_rules *engine,
                             struct wcd_error *err)
{
    const struct wcd_json *json = wcd_json_get(input, name);
    *out = (struct wcd_resources){0};
    if (json == NULL || wcd_json_is(json, WCD_JSON_NULL)) {
        return WCD_OK;
    }
    if (!wcd_json_is(json, WCD_JSON_OBJECT)) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "input member \"%s\" must be an object",
                             name);
    }
    struct wcd_json *resources = scn_resources_with_numbers(json);
    if (resources == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_resources_from_json(out, resources, engine, err);
    wcd_json_free(resources);
    return code;
}

/* An error of the rule is part of the answer; only want of memory is one of the evaluation. */
static enum wcd_errc put_outcome(struct wcd_json *output, const struct wcd_resources *resources,
                                 const struct wcd_strlist *warnings,
                                 const struct wcd_error *outcome, struct wcd_error *err)
{
    bool ok = outcome->code != WCD_E_NO_MEMORY && eval_put_message(output, outcome) &&
              eval_put_strings(output, "warnings", warnings);
    if (ok && resources != NULL) {
        ok = wcd_json_set(output, "resources", wcd_resources_to_json(resources));
    }
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

enum wcd_errc eval_verify_container_resources(const struct engine_rules *engine,
                                              const struct wcd_json *input, struct wcd_json *output,
                                              struct wcd_error *err)
{
    struct wcd_resources resources = {0};
    struct wcd_strlist warnings = {0};
    struct wcd_error outcome = WCD_ERROR_INIT;
    bool hyperv = false;
    uint32_t processors = 0;
    enum wcd_errc code = eval_bool(input, "is_hyperv", false, &hyperv, err);
    if (code == WCD_OK) {
        code = eval_uint32(input, "num_cpu", PROCESSORS_DEFAULT, &processors, err);
    }
    if (code == WCD_OK) {
        code = eval_resources(&resources, input, "resources", engine, err);
    }
    if (code == WCD_OK) {
        (void)wcd_verify_resources(&resources, hyperv, processors, engine, &warnings, &outcome);
        code = put_outcome(output, &resources, &warnings, &outcome, err);
    }
    wcd_error_release(&outcome);
    wcd_strlist_release(&warnings);
    wcd_resources_release(&resources);
    return code;
}

/* What surrounds the host configuration in an input. */
static enum wcd_errc read_host(struct wcd_settings_host *host, const char **isolation,
                               const struct wcd_json *input, struct wcd_error *err)
{
    enum wcd_errc code = eval_text(input, "default_isolation", "", &host->default_isolation, err);
    if (code == WCD_OK) {
        code = eval_text(input, "isolation", "", isolation, err);
    }
    if (code == WCD_OK) {
        code = eval_bool(input, "windows_client", false, &host->windows_client, err);
    }
    if (code == WCD_OK) {
        code = eval_uint32(input, "num_cpu", PROCESSORS_DEFAULT, &host->processors, err);
    }
    return code;
}

enum wcd_errc eval_verify_platform_settings(const struct engine_rules *engine,
                                            const struct wcd_json *input, struct wcd_json *output,
                                            struct wcd_error *err)
{
    struct wcd_host_config host_config = {0};
    struct wcd_settings_host host = {0};
    struct wcd_strlist warnings = {0};
    struct wcd_error outcome = WCD_ERROR_INIT;
    const char *isolation = "";
    bool given = !wcd_json_is(wcd_json_get(input, "host_config"), WCD_JSON_NULL);
    enum wcd_errc code = read_host(&host, &isolation, input, err);
    if (code == WCD_OK && given) {
        code = eval_resources(&host_config.resources, input, "resources", engine, err);
    }
    if (code == WCD_OK && given) {
        host_config.isolation = wcd_text_copy(isolation);
        code = host_config.isolation == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    if (code == WCD_OK) {
        (void)wcd_verify_settings(given ? &host_config : NULL, &host, engine, &warnings, &outcome);
        code = put_outcome(output, given ? &host_config.resources : NULL, &warnings, &outcome, err);
    }
    if (code == WCD_OK && given &&
        !wcd_json_set_bool(output, "run_as_hyperv",
                           wcd_runs_as_hyperv(host.default_isolation, isolation))) {
        code = wcd_error_no_memory(err);
    }
    wcd_error_release(&outcome);
    wcd_strlist_release(&warnings);
    wcd_host_config_release(&host_config);
    return code;
}

enum wcd_errc eval_set_default_isolation(const struct engine_rules *engine,
                                         const struct wcd_json *input, struct wcd_json *output,
                                         struct wcd_error *err)
{
    struct wcd_strlist exec_opts = {0};
    struct wcd_error outcome = WCD_ERROR_INIT;
    struct wcd_log_sink silent = {0};
    const char *isolation = "";
    bool client = false;
    enum wcd_errc code = eval_strings(input, "exec_opts", &exec_opts, err);
    if (code == WCD_OK) {
        code = eval_bool(input, "windows_client", false, &client, err);
    }
    if (code == WCD_OK) {
        (void)wcd_set_default_isolation(&isolation, &exec_opts, client, engine, &silent, &outcome);
        bool ok = outcome.code != WCD_E_NO_MEMORY &&
                  wcd_json_set_string(output, "default_isolation", isolation) &&
                  eval_put_message(output, &outcome);
        code = ok ? WCD_OK : wcd_error_no_memory(err);
    }
    wcd_error_release(&outcome);
    wcd_strlist_release(&exec_opts);
    return code;
}
