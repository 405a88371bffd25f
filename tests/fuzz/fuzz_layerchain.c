/* layerchain.json: what parses is printed as something that parses to the same; what does not leaves nothing. */
#include "core/base/assert.h"
#include "core/base/limits.h"
#include "core/layer/chain.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct wcd_strlist *chain)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_strlist again;
    char *text = wcd_layerchain_print(chain);
    WCD_ASSERT(text != NULL);
    WCD_ASSERT(wcd_layerchain_parse(&again, text, strlen(text), &err) == WCD_OK);
    WCD_ASSERT(again.count == chain->count && chain->count <= WCD_LAYERS_MAX);
    for (size_t i = 0; i < chain->count; i++) {
        WCD_ASSERT(strcmp(again.items[i], chain->items[i]) == 0);
    }
    wcd_strlist_release(&again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_strlist chain;
    if (wcd_layerchain_parse(&chain, (const char *)data, size, &err) == WCD_OK) {
        check_round_trip(&chain);
    } else {
        WCD_ASSERT(chain.count == 0 && wcd_error_message(&err)[0] != '\0');
    }
    wcd_strlist_release(&chain);
    wcd_error_release(&err);
    return 0;
}
