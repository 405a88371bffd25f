/* The log driver of a container: the daemon's where it names none, and the checks of its options.
 *
 * Evidence: moby daemon/logs.go (mergeAndVerifyLogConfig), daemon/logger/factory.go (ValidateLogOpts),
 * daemon/logger/jsonfilelog (ValidateLogOpt), daemon/logdrivers_windows.go; of 2017 and v25. */
#include "core/hostconfig/hostconfig.h"

#include <string.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

#define V17  (1u << WCD_ENGINE_V17)
#define V25  (1u << WCD_ENGINE_V25)
#define BOTH (V17 | V25)

struct word {
    const char *text;
    unsigned int engines;
};

static const struct word drivers[] = {
    {"json-file", BOTH},  {"awslogs", BOTH}, {"etwlogs", BOTH}, {"fluentd", BOTH}, {"gelf", BOTH},
    {"logentries", BOTH}, {"splunk", BOTH},  {"syslog", BOTH},  {"gcplogs", V25},  {"local", V25},
};

static const struct word json_file_options[] = {
    {"max-file", BOTH},
    {"max-size", BOTH},
    {"labels", BOTH},
    {"env", BOTH},
    {"labels-regex", V25},
    {"env-regex", V25},
    {"tag", V25},
    {"compress", V25},
    {"mode", V25},
    {"max-buffer-size", V25},
    {"cache-disabled", V25},
    {"cache-max-size", V25},
    {"cache-max-file", V25},
    {"cache-compress", V25},
};

static bool has_word(const struct word *words, size_t count, const char *text,
                     const struct engine_rules *engine)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i].text, text) == 0) {
            return (words[i].engines & (1u << engine->engine)) != 0;
        }
    }
    return false;
}

static enum wcd_errc check(const struct wcd_host_config *host_config,
                           const struct engine_rules *engine, struct wcd_error *err)
{
    const char *driver = host_config->log_driver;
    if (strcmp(driver, "none") == 0) {
        return WCD_OK;
    }
    if (!has_word(drivers, LENGTH_OF(drivers), driver, engine)) {
        return wcd_error_set(err, engine->verify_error_class,
                             "logger: no log driver named '%s' is registered", driver);
    }
    if (strcmp(driver, "json-file") != 0) {
        return WCD_OK;
    }
    for (const struct wcd_json *option = wcd_json_first(host_config->log_options); option != NULL;
         option = wcd_json_next(option)) {
        const char *name = wcd_json_name(option);
        if (!has_word(json_file_options, LENGTH_OF(json_file_options), name, engine)) {
            return wcd_error_set(err, engine->verify_error_class,
                                 "unknown log opt '%s' for json-file log driver", name);
        }
    }
    return WCD_OK;
}

/* The daemon's options, where the container has the daemon's driver and not that option. */
static bool inherit(struct wcd_host_config *host_config, const struct wcd_log_defaults *defaults)
{
    for (size_t i = 0; i < LENGTH_OF(json_file_options); i++) {
        const char *name = json_file_options[i].text;
        const char *value = defaults->option(defaults->ctx, name);
        if (value != NULL && wcd_json_get(host_config->log_options, name) == NULL &&
            !wcd_json_set_string(host_config->log_options, name, value)) {
            return false;
        }
    }
    return true;
}

enum wcd_errc wcd_log_config_merge(struct wcd_host_config *host_config,
                                   const struct wcd_log_defaults *defaults,
                                   const struct engine_rules *engine, struct wcd_error *err)
{
    const char *driver = defaults->driver == NULL ? "json-file" : defaults->driver;
    if (wcd_text_or_empty(host_config->log_driver)[0] == '\0') {
        wcd_text_replace(&host_config->log_driver, wcd_text_copy(driver));
    }
    if (host_config->log_options == NULL) {
        host_config->log_options = wcd_json_new_object();
    }
    if (host_config->log_driver == NULL || host_config->log_options == NULL) {
        return wcd_error_no_memory(err);
    }
    if (strcmp(host_config->log_driver, driver) == 0 && !inherit(host_config, defaults)) {
        return wcd_error_no_memory(err);
    }
    return check(host_config, engine, err);
}
