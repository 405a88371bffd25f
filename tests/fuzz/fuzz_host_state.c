/* Any text as the stored state of a host: it is refused with a message and changes nothing, or the host that comes of it is
 * sound: it can be saved and loaded again, answers, and can be emptied.
 *
 * The first byte chooses the build, 0 to 4. */
#include "core/base/assert.h"
#include "fakes/host/store.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES_MAX ((size_t)256 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct fake_host *host_of(uint8_t which)
{
    static const char *const builds[] = {"server-2016", "server-1709", "server-1803",
                                         "windows-10-1809", "server-2022"};
    const struct fake_host_options options = fake_host_defaults(fake_build_find(builds[which % 5]));
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *host = NULL;
    WCD_ASSERT(fake_host_create(&host, &options, &err) == WCD_OK);
    return host;
}

static char *text_of(const struct fake_host *host)
{
    struct wcd_json *document = fake_host_save(host);
    char *text = document == NULL ? NULL : wcd_json_print(document);
    WCD_ASSERT(text != NULL);
    wcd_json_free(document);
    return text;
}

/* A success only. */
static void ask(struct fake_host *host, const char *method, const char *path)
{
    char *response = NULL;
    plat_hr hr = fake_hns_foreign_call(host, method, path, "", &response);
    WCD_ASSERT(hr == PLAT_S_OK && strstr(response, "\"Error\"") == NULL);
    free(response);
}

static void empty(struct fake_host *host)
{
    struct wcd_json *document = fake_host_save(host);
    WCD_ASSERT(document != NULL);
    for (const struct wcd_json *at = wcd_json_first(wcd_json_at(document, "/hns/networks"));
         at != NULL; at = wcd_json_next(at)) {
        char *path = wcd_text_format("/networks/%s", wcd_json_string(wcd_json_get(at, "id")));
        WCD_ASSERT(path != NULL);
        char *response = NULL;
        plat_hr hr = fake_hns_foreign_call(host, "DELETE", path, "", &response);
        WCD_ASSERT(hr == PLAT_S_OK);
        free(response);
        free(path);
    }
    wcd_json_free(document);
    char *text = text_of(host);
    WCD_ASSERT(strstr(text, "\"networks\":[],\"endpoints\":[]") != NULL);
    free(text);
}

/* A host that was loaded and saved is loaded and saved alike, but for what a boot brings new. */
static void check(struct fake_host *host, uint8_t which)
{
    struct fake_host *other = host_of(which);
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *document = fake_host_save(host);
    WCD_ASSERT(document != NULL && fake_host_load(other, document, &err) == WCD_OK);
    fake_host_reboot(host);
    wcd_json_free(document);
    char *texts[] = {text_of(host), text_of(other)};
    WCD_ASSERT(strcmp(texts[0], texts[1]) == 0);
    free(texts[0]);
    free(texts[1]);
    ask(host, "GET", "/networks/");
    ask(host, "GET", "/endpoints/");
    empty(host);
    empty(other);
    fake_host_destroy(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wcd_json_fault fault = {0};
    struct wcd_error err = WCD_ERROR_INIT;
    if (size < 1 || size > TEXT_BYTES_MAX) {
        return 0;
    }
    struct wcd_json *document = wcd_json_parse((const char *)data + 1, size - 1, &fault);
    if (document == NULL) {
        return 0;
    }
    struct fake_host *host = host_of(data[0]);
    char *before = text_of(host);
    if (fake_host_load(host, document, &err) == WCD_OK) {
        check(host, data[0]);
    } else {
        char *after = text_of(host);
        WCD_ASSERT(err.code == WCD_E_INVALID_PARAMETER && wcd_error_message(&err)[0] != '\0');
        WCD_ASSERT(strcmp(before, after) == 0);
        free(after);
        wcd_error_release(&err);
    }
    free(before);
    fake_host_destroy(host);
    wcd_json_free(document);
    return 0;
}
