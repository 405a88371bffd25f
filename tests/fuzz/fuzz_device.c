/* Device paths, one a line: what is accepted can be put together again, what is refused leaves nothing. */
#include "core/base/assert.h"
#include "core/oci/create.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_mapping(struct wcd_json *list, const char *data, size_t size)
{
    char *path = wcd_text_copy_n(data, size);
    struct wcd_json *mapping = wcd_json_new_object();
    WCD_ASSERT(path != NULL && wcd_json_set_string(mapping, "PathOnHost", path));
    WCD_ASSERT(wcd_json_append(list, mapping));
    free(path);
}

static struct wcd_json *mappings_of(const char *data, size_t size)
{
    struct wcd_json *list = wcd_json_new_array();
    const char *end = data + size;
    WCD_ASSERT(list != NULL);
    while (data < end) {
        const char *line_end = memchr(data, '\n', (size_t)(end - data));
        line_end = line_end == NULL ? end : line_end;
        add_mapping(list, data, (size_t)(line_end - data));
        data = line_end + 1;
    }
    return list;
}

static void check_device(const struct wcd_spec_device *device, const struct wcd_json *mapping)
{
    const char *path = wcd_json_string(wcd_json_get(mapping, "PathOnHost"));
    bool is_class = wcd_text_has_prefix(path, "class/");
    char *again = wcd_text_format("%s%s%s", device->id_type, is_class ? "/" : "://", device->id);
    WCD_ASSERT(again != NULL && strcmp(again, path) == 0);
    WCD_ASSERT(device->id_type[0] != '\0' && strstr(device->id_type, "://") == NULL);
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_spec_devices devices = {0};
    struct wcd_json *mappings = mappings_of((const char *)data, size);
    if (wcd_spec_add_devices(&devices, mappings, &err) == WCD_OK) {
        WCD_ASSERT(devices.count == wcd_json_size(mappings));
        const struct wcd_json *mapping = wcd_json_first(mappings);
        for (size_t i = 0; i < devices.count; i++, mapping = wcd_json_next(mapping)) {
            check_device(&devices.items[i], mapping);
        }
    } else {
        WCD_ASSERT(devices.count == 0 && devices.items == NULL);
    }
    wcd_spec_devices_release(&devices);
    wcd_json_free(mappings);
    wcd_error_release(&err);
    return 0;
}
