/* Isolation modes; see isolation.h. */
#include "core/isolation/isolation.h"

#include "core/base/assert.h"
#include "core/base/utf8.h"

#include <stdlib.h>
#include <string.h>

static bool is_word(const char *isolation, const char *word)
{
    return isolation != NULL && wcd_utf8_equal_lower(isolation, word);
}

bool wcd_isolation_is_default(const char *isolation)
{
    return isolation == NULL || isolation[0] == '\0' || is_word(isolation, WCD_ISOLATION_DEFAULT);
}

bool wcd_isolation_is_process(const char *isolation)
{
    return is_word(isolation, WCD_ISOLATION_PROCESS);
}

bool wcd_isolation_is_hyperv(const char *isolation)
{
    return is_word(isolation, WCD_ISOLATION_HYPERV);
}

bool wcd_isolation_is_valid(const char *isolation)
{
    return wcd_isolation_is_default(isolation) || wcd_isolation_is_process(isolation) ||
           wcd_isolation_is_hyperv(isolation);
}

bool wcd_runs_as_hyperv(const char *default_isolation, const char *isolation)
{
    return wcd_isolation_is_hyperv(wcd_isolation_is_default(isolation) ? default_isolation
                                                                       : isolation);
}

/* "key=value", both trimmed; the key is lowered besides. */
struct exec_opt {
    char *key;
    char *value;
};

static void exec_opt_release(struct exec_opt *opt)
{
    free(opt->key);
    free(opt->value);
}

/* Splits at the first '='; an option without one is an error that quotes it. */
static enum wcd_errc exec_opt_parse(struct exec_opt *out, const char *option,
                                    const struct engine_rules *engine, struct wcd_error *err)
{
    const char *equals = strchr(option, '=');
    *out = (struct exec_opt){0};
    if (equals == NULL) {
        enum wcd_errc code =
            wcd_error_fill(err, WCD_E_PLAIN, engine->exec_opt_parse_message, option);
        WCD_ASSERT(code != WCD_OK);
        return code;
    }
    char *key = wcd_text_copy_n(option, (size_t)(equals - option));
    char *trimmed = key == NULL ? NULL : wcd_utf8_trim(key);
    out->key = trimmed == NULL ? NULL : wcd_utf8_lower(trimmed);
    out->value = wcd_utf8_trim(equals + 1);
    free(key);
    free(trimmed);
    if (out->key == NULL || out->value == NULL) {
        exec_opt_release(out);
        (void)wcd_error_no_memory(err);
        return WCD_E_NO_MEMORY;
    }
    return WCD_OK;
}

static enum wcd_errc exec_opt_apply(const char **isolation, const struct exec_opt *opt,
                                    bool windows_client, const struct engine_rules *engine,
                                    struct wcd_error *err)
{
    if (strcmp(opt->key, "isolation") != 0) {
        /* The line end belongs to the original's message. */
        return wcd_error_set(err, WCD_E_PLAIN, "Unrecognised exec-opt '%s'\n", opt->key);
    }
    if (!wcd_isolation_is_valid(opt->value)) {
        return wcd_error_set(err, WCD_E_PLAIN, "Invalid exec-opt value for 'isolation':'%s'",
                             opt->value);
    }
    if (wcd_isolation_is_hyperv(opt->value)) {
        *isolation = WCD_ISOLATION_HYPERV;
    }
    if (wcd_isolation_is_process(opt->value)) {
        if (engine->client_is_hyperv_only && windows_client) {
            return wcd_error_set(err, WCD_E_PLAIN, "%s", WCD_CLIENT_IS_HYPERV_ONLY_MESSAGE);
        }
        *isolation = WCD_ISOLATION_PROCESS;
    }
    return WCD_OK;
}

enum wcd_errc wcd_set_default_isolation(const char **out, const struct wcd_strlist *exec_opts,
                                        bool windows_client, const struct engine_rules *engine,
                                        const struct wcd_log_sink *log, struct wcd_error *err)
{
    *out = windows_client ? WCD_ISOLATION_HYPERV : WCD_ISOLATION_PROCESS;
    for (size_t i = 0; i < exec_opts->count; i++) {
        struct exec_opt opt;
        enum wcd_errc code = exec_opt_parse(&opt, exec_opts->items[i], engine, err);
        if (code != WCD_OK) {
            return code;
        }
        code = exec_opt_apply(out, &opt, windows_client, engine, err);
        exec_opt_release(&opt);
        if (code != WCD_OK) {
            return code;
        }
    }
    wcd_log(log, WCD_LOG_INFO, "Windows default isolation mode: %s", *out);
    return WCD_OK;
}
