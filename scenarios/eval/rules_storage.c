/* Rules of container storage, as the emulated host answers them. */
#include "core/base/oserror.h"
#include "fakes/host/host.h"
#include "scenarios/eval/internal.h"

#include <stdlib.h>

#define STORAGE_HOST "server-2022"

/* NameToGuid: the same on every host, whichever generation asks. */
enum wcd_errc eval_name_to_guid(const struct engine_rules *engine, const struct wcd_json *input,
                                struct wcd_json *output, struct wcd_error *err)
{
    (void)engine;
    const char *name = NULL;
    struct fake_host *host = NULL;
    enum wcd_errc code = eval_text(input, "name", "", &name, err);
    if (code != WCD_OK) {
        return code;
    }
    struct fake_host_options options = fake_host_defaults(fake_build_find(STORAGE_HOST));
    code = fake_host_create(&host, &options, err);
    if (code != WCD_OK) {
        return code;
    }
    char *guid = NULL;
    const struct platform platform = fake_host_platform(host);
    plat_hr hr = platform.storage.ops->name_to_guid(platform.storage.ctx, name, &guid);
    if (plat_failed(hr) && !wcd_os_no_memory(hr)) {
        code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "input member \"name\" must be text");
    } else if (plat_failed(hr) || !wcd_json_set_string(output, "guid", guid)) {
        code = wcd_error_no_memory(err);
    }
    free(guid);
    fake_host_destroy(host);
    return code;
}
