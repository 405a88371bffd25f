#include "tests/unit/core/config_fixture.h"

#include <stdlib.h>
#include <string.h>

static void write_log(void *ctx, enum wcd_log_level level, const char *message)
{
    struct wcd_strlist *log = ctx;
    (void)wcd_strlist_addf(log, "%s: %s", wcd_log_level_name(level), message);
}

int config_fixture_setup(void **state)
{
    struct config_fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    assert_int_equal(fake_host_create(&f->host, &options, &f->err), WCD_OK);
    f->platform = fake_host_platform(f->host);
    assert_true(fake_os_set_environment(f->host, "ProgramData", "C:\\ProgramData"));
    assert_true(fake_os_set_environment(f->host, "USERPROFILE", "C:\\Users\\admin"));
    wcd_strlist_init(&f->log);
    *state = f;
    return 0;
}

int config_fixture_teardown(void **state)
{
    struct config_fixture *f = *state;
    struct wcd_strlist left;
    wcd_strlist_init(&left);
    assert_true(fake_host_leftovers(f->host, &left));
    assert_int_equal(left.count, 0);
    wcd_strlist_release(&left);
    wcd_config_free(f->config);
    wcd_error_release(&f->err);
    wcd_strlist_release(&f->log);
    fake_host_destroy(f->host);
    free(f);
    return 0;
}

void config_put_bytes(struct config_fixture *f, const char *path, const void *data, size_t size)
{
    assert_true(fake_fs_put_file(f->host, path, data, size));
}

void config_put(struct config_fixture *f, const char *text)
{
    if (text == NULL) {
        (void)f->platform.fs.ops->remove_file(f->platform.fs.ctx, CONFIG_DEFAULT_FILE);
        return;
    }
    config_put_bytes(f, CONFIG_DEFAULT_FILE, text, strlen(text));
}

struct wcd_log_sink config_log(struct config_fixture *f)
{
    return (struct wcd_log_sink){.write = write_log, .ctx = &f->log};
}

enum wcd_errc config_load(struct config_fixture *f, const char *engine, const char *const *flags)
{
    struct wcd_log_sink log = config_log(f);
    size_t count = 0;
    while (flags[count] != NULL) {
        count++;
    }
    wcd_config_free(f->config);
    wcd_strlist_release(&f->log);
    return wcd_config_load(&f->config, engine_rules_find(engine), &f->platform, flags, count, &log,
                           &f->err);
}

void config_fails(struct config_fixture *f, const char *engine, const char *file,
                  const char *const *flags, const char *message)
{
    config_put(f, file);
    enum wcd_errc result = config_load(f, engine, flags);
    assert_null(f->config);
    assert_int_equal(result, f->err.code);
    assert_error(f->err, WCD_E_PLAIN, message);
}

void config_gives(struct config_fixture *f, const char *engine, const char *file,
                  const char *const *flags, const char *key, const char *json)
{
    config_put(f, file);
    enum wcd_errc result = config_load(f, engine, flags);
    assert_string_equal(wcd_error_message(&f->err), "");
    assert_int_equal(result, WCD_OK);
    struct wcd_json *all = wcd_config_to_json(f->config);
    assert_non_null(all);
    const struct wcd_json *value = wcd_json_get(all, key);
    assert_non_null(value);
    char *text = wcd_json_print(value);
    assert_string_equal(text, json);
    free(text);
    wcd_json_free(all);
}
