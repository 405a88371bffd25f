/* Security options, one a line, on a small host: no text may crash the daemon, read a file outside its folder,
 * or leave something open. */
#include "core/base/assert.h"
#include "core/oci/create.h"
#include "fakes/host/host.h"

#include <stdlib.h>
#include <string.h>

#define OUTSIDE "OUTSIDE"
#define ROOT    "C:\\d"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool put(struct fake_host *host, const char *path, const char *text)
{
    return fake_fs_put_file(host, path, text, strlen(text));
}

static void fill(struct fake_host *host)
{
    const char *key =
        "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Virtualization\\Containers\\"
        "CredentialSpecs";
    char text[] = "{}";
    struct plat_registry_value value = {.type = PLAT_REG_SZ, .data = text, .size = 2};
    struct plat_registry_value number = {.type = PLAT_REG_DWORD, .number = 1};
    WCD_ASSERT(put(host, ROOT "\\CredentialSpecs\\a", "{\"a\":1}"));
    WCD_ASSERT(put(host, ROOT "\\CredentialSpecs\\b\\c", "\xFF\x00"));
    WCD_ASSERT(put(host, ROOT "\\CredentialSpecs2\\a", OUTSIDE));
    WCD_ASSERT(put(host, ROOT "\\a", OUTSIDE));
    WCD_ASSERT(put(host, "C:\\a", OUTSIDE));
    WCD_ASSERT(fake_registry_put(host, PLAT_HKEY_LOCAL_MACHINE, key, "a", &value));
    WCD_ASSERT(fake_registry_put(host, PLAT_HKEY_LOCAL_MACHINE, key, "n", &number));
}

static void split(struct wcd_strlist *out, const char *data, size_t size)
{
    const char *end = data + size;
    while (data < end) {
        const char *line_end = memchr(data, '\n', (size_t)(end - data));
        line_end = line_end == NULL ? end : line_end;
        /* As everywhere in the core, a text ends at its first NUL. */
        char *line = wcd_text_copy_n(data, (size_t)(line_end - data));
        WCD_ASSERT(line != NULL && wcd_strlist_add(out, line));
        free(line);
        data = line_end + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *fake = NULL;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    struct wcd_strlist left = {0};
    WCD_ASSERT(fake_host_create(&fake, &options, &err) == WCD_OK);
    fill(fake);
    struct platform platform = fake_host_platform(fake);
    char id[] = "id";
    char name[] = "cfg";
    char text[] = "{}";
    struct wcd_container_reference config = {.id = name, .found = true, .data = text, .size = 2};
    struct wcd_container container = {
        .id = id, .has_dependency_store = true, .configs = {&config, 1}};
    struct wcd_spec_host host = {.platform = &platform, .root = ROOT};
    struct wcd_spec spec = {0};
    split(&container.host_config.security_opt, (const char *)data, size);
    if (wcd_spec_set_credential_spec(&spec, &host, &container, &err) == WCD_OK &&
        spec.windows.credential_spec != NULL) {
        const char *got = wcd_json_string(spec.windows.credential_spec);
        char *options_text = wcd_strlist_join(&container.host_config.security_opt, "\n");
        bool given = options_text != NULL && strstr(options_text, OUTSIDE) != NULL;
        WCD_ASSERT(given || strstr(got, OUTSIDE) == NULL);
        free(options_text);
    }
    WCD_ASSERT(fake_host_leftovers(fake, &left) && left.count == 0);
    wcd_strlist_release(&left);
    wcd_error_release(&err);
    wcd_spec_release(&spec);
    wcd_strlist_release(&container.host_config.security_opt);
    fake_host_destroy(fake);
    return 0;
}
