/* The choice of the containerd client, one function per way of choosing. */
#include "core/runtime/choose.h"

#include "core/base/assert.h"
#include "core/base/goquote.h"

#include <stdlib.h>
#include <string.h>

typedef enum wcd_errc choose_function(struct wcd_runtime_choice *out,
                                      const struct wcd_runtime_input *input,
                                      const struct wcd_log_sink *log, struct wcd_error *err);

static const struct wcd_runtime_choice local_choice = {WCD_RUNTIME_LOCAL_NAME, false};
static const struct wcd_runtime_choice remote_choice = {WCD_RUNTIME_REMOTE_NAME, true};

static bool is_given(const char *text)
{
    return text != NULL && *text != '\0';
}

static enum wcd_errc choose_local(struct wcd_runtime_choice *out,
                                  const struct wcd_runtime_input *input,
                                  const struct wcd_log_sink *log, struct wcd_error *err)
{
    (void)input;
    (void)log;
    (void)err;
    *out = local_choice;
    return WCD_OK;
}

static enum wcd_errc choose_by_opt_in(struct wcd_runtime_choice *out,
                                      const struct wcd_runtime_input *input,
                                      const struct wcd_log_sink *log, struct wcd_error *err)
{
    (void)err;
    *out = local_choice;
    if (input->experimental && is_given(input->containerd_address) && is_given(input->opt_in)) {
        if (log != NULL) {
            wcd_log(log, WCD_LOG_WARN, "Using ContainerD runtime. This feature is experimental");
        }
        *out = remote_choice;
    }
    return WCD_OK;
}

static enum wcd_errc refuse_remote(const char *name, struct wcd_error *err)
{
    char *quoted = wcd_go_quote(name);
    if (quoted == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc result = wcd_error_set(
        err, WCD_E_PLAIN, "cannot use the specified runtime %s without containerd", quoted);
    free(quoted);
    return result;
}

static enum wcd_errc choose_by_name(struct wcd_runtime_choice *out,
                                    const struct wcd_runtime_input *input,
                                    const struct wcd_log_sink *log, struct wcd_error *err)
{
    (void)log;
    bool has_address = is_given(input->containerd_address);
    const char *name = input->default_runtime;
    if (!is_given(name)) {
        name = has_address ? WCD_RUNTIME_REMOTE_NAME : WCD_RUNTIME_LOCAL_NAME;
    }
    if (strcmp(name, WCD_RUNTIME_LOCAL_NAME) == 0) {
        *out = local_choice;
        return WCD_OK;
    }
    if (strcmp(name, WCD_RUNTIME_REMOTE_NAME) != 0) {
        return wcd_error_set(err, WCD_E_PLAIN, "unknown windows runtime %s", name);
    }
    if (!has_address) {
        return refuse_remote(name, err);
    }
    *out = remote_choice;
    return WCD_OK;
}

enum wcd_errc wcd_runtime_choose_by(struct wcd_runtime_choice *out,
                                    const struct wcd_runtime_input *input,
                                    enum wcd_runtime_selection selection,
                                    const struct wcd_log_sink *log, struct wcd_error *err)
{
    static choose_function *const functions[] = {
        [WCD_RUNTIME_ALWAYS_LOCAL] = choose_local,
        [WCD_RUNTIME_BY_OPT_IN] = choose_by_opt_in,
        [WCD_RUNTIME_BY_NAME] = choose_by_name,
    };
    WCD_ASSERT((size_t)selection < sizeof(functions) / sizeof(functions[0]));
    return functions[selection](out, input, log, err);
}

enum wcd_errc wcd_runtime_choose(struct wcd_runtime_choice *out,
                                 const struct wcd_runtime_input *input,
                                 const struct engine_rules *engine, struct wcd_error *err)
{
    return wcd_runtime_choose_by(out, input, engine->runtime_selection, NULL, err);
}
