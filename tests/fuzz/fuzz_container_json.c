/* Any JSON as config.v2.json and hostconfig.json: what is taken for a container is written as documents that read as
 * the same container, in both generations. */
#include "core/base/assert.h"
#include "core/container/disk.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_container(const struct wcd_json *json, const struct engine_rules *engine)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container *container = calloc(1, sizeof(*container));
    struct wcd_container *again = calloc(1, sizeof(*again));
    WCD_ASSERT(container != NULL && again != NULL);
    if (wcd_container_from_json(container, json, &err) == WCD_OK) {
        struct wcd_json *first = wcd_container_to_json(container, engine);
        WCD_ASSERT(first != NULL);
        WCD_ASSERT(wcd_container_from_json(again, first, &err) == WCD_OK);
        struct wcd_json *second = wcd_container_to_json(again, engine);
        WCD_ASSERT(second != NULL && wcd_json_equal(first, second));
        wcd_json_free(first);
        wcd_json_free(second);
    }
    wcd_error_release(&err);
    wcd_container_free(container);
    wcd_container_free(again);
}

static void check_host_config(const struct wcd_json *json, const struct engine_rules *engine)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_host_config config;
    struct wcd_host_config again;
    if (wcd_host_config_from_json(&config, json, engine, &err) == WCD_OK) {
        struct wcd_json *first = wcd_host_config_to_json(&config, engine);
        WCD_ASSERT(first != NULL);
        WCD_ASSERT(wcd_host_config_from_json(&again, first, engine, &err) == WCD_OK);
        struct wcd_json *second = wcd_host_config_to_json(&again, engine);
        WCD_ASSERT(second != NULL && wcd_json_equal(first, second));
        wcd_json_free(first);
        wcd_json_free(second);
        wcd_host_config_release(&config);
        wcd_host_config_release(&again);
    }
    wcd_error_release(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse((const char *)data, size, &fault);
    for (int i = 0; json != NULL && i < 2; i++) {
        check_container(json, engine_rules_of((enum wcd_engine)i));
        check_host_config(json, engine_rules_of((enum wcd_engine)i));
    }
    wcd_json_free(json);
    return 0;
}
