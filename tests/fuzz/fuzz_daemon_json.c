/* daemon.json through the whole of its reading, by the rules of the generation that the first byte
 * picks: no text may crash it, and a text that Go's syntax check lets through is one that core/json
 * reads. */
#include "core/base/assert.h"
#include "core/config/config.h"
#include "core/config/go_json.h"
#include "fakes/host/host.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void drop_line(void *ctx, enum wcd_log_level level, const char *message)
{
    (void)ctx;
    (void)level;
    (void)message;
}

static void check_reader(const char *text, size_t len, enum go_json_reader reader)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json_fault fault = {0};
    char *clean = NULL;
    size_t clean_len = 0;
    if (go_json_check(text, len, reader, &clean, &clean_len, &err) == WCD_OK) {
        struct wcd_json *value = wcd_json_parse(clean, clean_len, &fault);
        /* Only the limit on depth is core/json's own. */
        WCD_ASSERT(value != NULL || strcmp(fault.reason, "nested too deep") == 0);
        wcd_json_free(value);
    }
    free(clean);
    wcd_error_release(&err);
}

static void load(const struct engine_rules *engine, const char *text, size_t len)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *host = NULL;
    struct wcd_config *config = NULL;
    struct wcd_log_sink log = {.write = drop_line};
    const char *const flags[] = {"--config-file=C:\\daemon.json"};
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    WCD_ASSERT(fake_host_create(&host, &options, &err) == WCD_OK);
    WCD_ASSERT(fake_fs_put_file(host, "C:\\daemon.json", text, len));
    struct platform platform = fake_host_platform(host);
    if (wcd_config_load(&config, engine, &platform, flags, 1, &log, &err) == WCD_OK) {
        struct wcd_json *all = wcd_config_to_json(config);
        WCD_ASSERT(all != NULL);
        wcd_json_free(all);
        (void)wcd_config_listen_addresses(config, &err);
        (void)wcd_config_check_registries(config, &log, &err);
    }
    wcd_config_free(config);
    wcd_error_release(&err);
    fake_host_destroy(host);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    const char *text = (const char *)data + 1;
    bool old = data[0] == '7';
    check_reader(text, size - 1, old ? GO_JSON_DECODER : GO_JSON_UNMARSHAL);
    load(engine_rules_of(old ? WCD_ENGINE_V17 : WCD_ENGINE_V25), text, size - 1);
    return 0;
}
