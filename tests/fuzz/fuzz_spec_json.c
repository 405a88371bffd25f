/* Any JSON as an OCI spec: what is taken for one is written as a document that reads as the same spec. */
#include "core/base/assert.h"
#include "core/oci/spec.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct wcd_spec *spec)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_spec again;
    struct wcd_json *first = wcd_spec_to_json(spec);
    WCD_ASSERT(first != NULL);
    WCD_ASSERT(wcd_spec_from_json(&again, first, &err) == WCD_OK);
    struct wcd_json *second = wcd_spec_to_json(&again);
    WCD_ASSERT(second != NULL && wcd_json_equal(first, second));
    wcd_spec_release(&again);
    wcd_json_free(first);
    wcd_json_free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wcd_json_fault fault = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_spec spec;
    struct wcd_json *json = wcd_json_parse((const char *)data, size, &fault);
    if (json != NULL && wcd_spec_from_json(&spec, json, &err) == WCD_OK) {
        check_round_trip(&spec);
        wcd_spec_release(&spec);
    }
    wcd_error_release(&err);
    wcd_json_free(json);
    return 0;
}
