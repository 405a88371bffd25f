/* core/oci: a container's spec and its parts. What the recorded answers cover is not repeated here. */
#include "tests/unit/core/oci_fixture.h"

#include "core/files/content.h"
#include "core/oci/backing.h"

#include <stdlib.h>
#include <string.h>

#define SPECS OCI_ROOT "\\CredentialSpecs"
#define SPECS_KEY                                                                                  \
    "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Virtualization\\Containers\\CredentialSpecs"
#define BAD_VALUE                                                                                  \
    "invalid credential spec security option - value must be prefixed by 'file://', "              \
    "'registry://', or 'raw://' followed by a non-empty value"
#define NOT_UNDER "invalid credential spec: file:// path must be under " SPECS

static void put_value(struct oci_fixture *f, const char *name, uint32_t type, const char *text)
{
    char *data = wcd_text_copy(text);
    assert_non_null(data);
    struct plat_registry_value value = {.type = type, .data = data, .size = strlen(text)};
    assert_true(fake_registry_put(f->fake, PLAT_HKEY_LOCAL_MACHINE, SPECS_KEY, name, &value));
    free(data);
}

static void credential(struct oci_fixture *f, const char *option, const char *expected,
                       enum wcd_errc class)
{
    struct wcd_spec spec = {0};
    wcd_strlist_release(&f->container->host_config.security_opt);
    oci_add(&f->container->host_config.security_opt, option);
    enum wcd_errc code = wcd_spec_set_credential_spec(&spec, &f->host, f->container, &f->err);
    assert_string_equal(wcd_errc_name(code), wcd_errc_name(class));
    if (code == WCD_OK) {
        assert_int_equal(spec.windows.present, expected != NULL);
        if (expected != NULL) {
            assert_string_equal(wcd_json_string(spec.windows.credential_spec), expected);
        }
    } else {
        assert_string_equal(wcd_error_message(&f->err), expected);
    }
    wcd_error_release(&f->err);
    wcd_spec_release(&spec);
}

static void refused(struct oci_fixture *f, const char *option, const char *message)
{
    credential(f, option, message, WCD_E_INVALID_PARAMETER);
}

static void credential_files_lie_in_their_folder(void **state)
{
    struct oci_fixture *f = *state;
    oci_file(f, SPECS "\\a.json", "{}");
    oci_file(f, SPECS "2\\x", "sibling");
    oci_file(f, SPECS ".json", "sibling");
    assert_true(fake_fs_put_file(f->fake, SPECS "\\raw", "a\0\xFF\xC3\xBC", 5));
    credential(f, "credentialspec=file://a.json", "{}", WCD_OK);
    credential(f, "credentialspec=file://..\\CredentialSpecs\\a.json", "{}", WCD_OK);
    credential(f, "credentialspec=file://raw", "a" WCD_TEXT_NUL "\xEF\xBF\xBD\xC3\xBC", WCD_OK);
    refused(f, "credentialspec=file://..\\CredentialSpecs2\\x", NOT_UNDER);
    refused(f, "credentialspec=file://..\\CredentialSpecs.json", NOT_UNDER);
    refused(f, "credentialspec=file://..\\CredentialSpecs:stream", NOT_UNDER);
    refused(f, "credentialspec=file://..", NOT_UNDER);
    refused(f, "credentialspec=file://\\??\\C:\\a.json",
            "invalid credential spec: file:// path cannot be absolute");
    refused(f, "credentialspec=file://..\\CredentialSpecs",
            "failed to load credential spec for container c1: read " SPECS ": Incorrect function.");
    refused(f, "credentialspec=file://none",
            "failed to load credential spec for container c1: open " SPECS
            "\\none: The system cannot find the file specified.");
    refused(f, "credentialspec=file://a" WCD_TEXT_NUL,
            "failed to load credential spec for container c1: open " SPECS "\\a" WCD_TEXT_NUL
            ": invalid argument");
}

static void a_credential_file_has_a_limit(void **state)
{
    struct oci_fixture *f = *state;
    size_t size = 1024 * 1024 + 1;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, ' ', size);
    assert_true(fake_fs_put_file(f->fake, SPECS "\\big", text, size));
    refused(f, "credentialspec=file://big",
            "failed to load credential spec for container c1: read " SPECS
            "\\big: larger than 1048576 bytes");
    free(text);
}

static void credentials_of_the_registry(void **state)
{
    struct oci_fixture *f = *state;
    refused(f, "credentialspec=registry://x",
            "failed handling spec \"x\" for container c1 - registry key " SPECS_KEY
            " could not be opened: The system cannot find the file specified.");
    put_value(f, "text", PLAT_REG_SZ, "{}");
    put_value(f, "expand", PLAT_REG_EXPAND_SZ, "{1}");
    put_value(f, "binary", PLAT_REG_BINARY, "xx");
    put_value(f, "empty", PLAT_REG_SZ, "");
    credential(f, "credentialspec=REGISTRY://Text", "{}", WCD_OK);
    credential(f, "credentialspec=registry://expand", "{1}", WCD_OK);
    credential(f, "credentialspec=registry://empty", NULL, WCD_OK);
    refused(f, "credentialspec=registry://no\\ne",
            "registry credential spec \"no\\\\ne\" for container c1 was not found");
    refused(f, "credentialspec=registry://binary",
            "error reading credential spec \"binary\" from registry for container c1: unexpected "
            "key value type");
    refused(f, "credentialspec=registry://a" WCD_TEXT_NUL,
            "error reading credential spec \"a\\x00\" from registry for container c1: invalid "
            "argument");
    assert_true(fake_registry_set_failure(f->fake, PLAT_HKEY_LOCAL_MACHINE, SPECS_KEY,
                                          plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    refused(f, "credentialspec=registry://text",
            "failed handling spec \"text\" for container c1 - registry key " SPECS_KEY
            " could not be opened: Access is denied.");
    (void)fake_registry_set_failure(f->fake, PLAT_HKEY_LOCAL_MACHINE, SPECS_KEY, 0);
}

static void credentials_of_the_config_store(void **state)
{
    struct oci_fixture *f = *state;
    struct wcd_container_references *configs = &f->container->configs;
    refused(f, "credentialspec=config://a", BAD_VALUE);
    f->container->has_dependency_store = true;
    configs->items = calloc(3, sizeof(*configs->items));
    assert_non_null(configs->items);
    configs->count = 3;
    oci_put(&configs->items[1].id, "a");
    oci_put(&configs->items[1].data, "{}");
    configs->items[1].size = 2;
    configs->items[1].found = true;
    oci_put(&configs->items[2].id, "gone");
    credential(f, "credentialspec=config://a", "{}", WCD_OK);
    credential(f, "credentialspec=config://gone",
               "error getting value from config store: config gone not found", WCD_E_SYSTEM);
    credential(f, "credentialspec=config://b",
               "error getting value from config store: task not authorized to access config b",
               WCD_E_SYSTEM);
}

static void the_volume_behind_a_mount_of_containerd(void **state)
{
    struct oci_fixture *f = *state;
    char *device = NULL;
    assert_int_equal(wcd_backing_device(&f->platform, OCI_BASE_FS "\\", &device, &f->err),
                     WCD_E_PLAIN);
    assert_error(f->err, WCD_E_PLAIN, "no layer source for mount " OCI_BASE_FS);
    oci_file(f, OCI_BASE_FS ":containerd.io-source", "");
    (void)wcd_backing_device(&f->platform, OCI_BASE_FS, &device, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "no layer source for mount " OCI_BASE_FS);
    oci_file(f, OCI_BASE_FS ":containerd.io-source", "C:\\layers\\none\\");
    (void)wcd_backing_device(&f->platform, OCI_BASE_FS, &device, &f->err);
    assert_int_equal(f->err.code, WCD_E_PLAIN);
    assert_non_null(strstr(wcd_error_message(&f->err),
                           "failed to retrieve backing device for layer " OCI_BASE_FS
                           ": hcsshim::GetLayerMountPath failed in Win32: "));
    assert_non_null(strstr(wcd_error_message(&f->err), ") (first call)"));
    wcd_error_release(&f->err);
    f->host.uses_snapshotter = true;
    struct wcd_spec spec = {0};
    (void)wcd_spec_set_windows_fields(&spec, &f->host, f->container, false, &f->err);
    assert_non_null(strstr(wcd_error_message(&f->err),
                           "createSpecWindowsFields: Failed to get backing device of BaseFS of "
                           "container c1: failed to retrieve"));
    wcd_error_release(&f->err);
    wcd_spec_release(&spec);
}

static plat_hr volume_of_layer(void *ctx, const struct plat_layer_driver *driver, const char *id,
                               char **path)
{
    (void)ctx;
    assert_int_equal(driver->flavour, PLAT_LAYER_FILTER_DRIVER);
    assert_string_equal(driver->home, "");
    assert_string_equal(id, "C:\\layers\\c1");
    *path = wcd_text_copy("\\\\?\\Volume{1}");
    return *path == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

static void a_snapshotters_root_is_the_volume(void **state)
{
    struct oci_fixture *f = *state;
    struct plat_storage_ops storage = *f->platform.storage.ops;
    storage.layer_mount_path = volume_of_layer;
    f->platform.storage.ops = &storage;
    f->host.uses_snapshotter = true;
    oci_file(f, OCI_BASE_FS ":containerd.io-source", "C:\\layers\\x\\..\\c1");
    for (size_t n = 1;; n++) {
        struct wcd_spec spec = {0};
        alloc_fail_after(n);
        enum wcd_errc code =
            wcd_spec_set_windows_fields(&spec, &f->host, f->container, false, &f->err);
        bool fired = alloc_fail_off();
        if (code == WCD_OK) {
            assert_string_equal(spec.root.path, "\\\\?\\Volume{1}\\");
        }
        wcd_error_release(&f->err);
        wcd_spec_release(&spec);
        if (!fired) {
            assert_int_equal(code, WCD_OK);
            break;
        }
    }
}

static void fill(struct oci_fixture *f)
{
    struct wcd_container *c = f->container;
    struct wcd_container_endpoints *endpoints = &c->endpoints;
    oci_add(&c->args, "a b");
    oci_put(&c->config.hostname, "h");
    oci_put(&c->config.domainname, "d");
    oci_put(&c->config.user, "u");
    oci_add(&c->config.env, "A=1");
    oci_add(&c->config.env, "B");
    oci_add(&c->host_config.annotations, "n");
    oci_add(&c->host_config.annotations, "v");
    oci_add(&c->host_config.security_opt, "credentialspec=raw://{}");
    oci_put(&c->host_config.network_mode, "container:x");
    oci_put(&c->shared_network_container_id, "x");
    oci_add(&c->shared_endpoints, "shared");
    c->config.tty = true;
    c->host_config.console_height = 2;
    c->host_config.resources.cpu_count = 1;
    endpoints->items = calloc(3, sizeof(*endpoints->items));
    assert_non_null(endpoints->items);
    endpoints->count = 3;
    oci_put(&endpoints->items[0].hns_id, "e1");
    oci_put(&endpoints->items[0].gateway_hns_id, "g1");
    endpoints->items[0].allow_unqualified_dns_query = true;
    oci_put(&endpoints->items[1].hns_id, "e2");
    oci_put(&endpoints->items[1].gateway_hns_id, "g2");
}

#define DOCUMENT                                                                                   \
    "{\"ociVersion\":\"1.1.0\",\"process\":{\"terminal\":true,\"consoleSize\":{\"height\":2,"      \
    "\"width\":0},\"user\":{\"uid\":0,\"gid\":0,\"username\":\"u\"},\"args\":[\"cmd\",\"a b\"],"   \
    "\"env\":[\"A=1\"],\"cwd\":\"C:\\\\\"},\"root\":{\"path\":\"C:\\\\mnt\\\\\"},\"hostname\":"    \
    "\"h.d\",\"mounts\":[{\"destination\":\"D\",\"source\":\"S\",\"options\":[\"ro\"]}],"          \
    "\"annotations\":{\"n\":\"v\"},\"windows\":{\"layerFolders\":[\"C:\\\\layers\\\\1\","          \
    "\"C:\\\\layers\\\\c1\"],\"resources\":{\"cpu\":{\"count\":1,\"shares\":0,\"maximum\":0}},"    \
    "\"credentialSpec\":\"{}\",\"ignoreFlushesDuringBoot\":true,\"network\":{\"endpointList\":["   \
    "\"e1\",\"e2\",\"shared\",\"g2\"],\"allowUnqualifiedDNSQuery\":true,\"DNSSearchList\":["       \
    "\"s.com\"],\"networkSharedContainerName\":\"x\"}}}"

static void a_spec_in_full(void **state)
{
    struct oci_fixture *f = *state;
    struct wcd_strlist dns_search = {0};
    char source[] = "S";
    char destination[] = "D";
    struct wcd_container_mount mount = {.source = source, .destination = destination};
    struct wcd_container_mounts mounts = {&mount, 1};
    fill(f);
    oci_add(&dns_search, "s.com");
    f->host.dns_search = &dns_search;
    f->host.debug = true;
    for (size_t n = 1;; n++) {
        struct wcd_spec spec;
        wcd_strlist_release(&f->log);
        alloc_fail_after(n);
        enum wcd_errc code = wcd_spec_create(&spec, &f->host, f->container, &mounts, &f->err);
        bool fired = alloc_fail_off();
        /* The log does without. */
        assert_true(code == WCD_OK || (fired && code == WCD_E_NO_MEMORY));
        wcd_error_release(&f->err);
        wcd_spec_release(&spec);
        if (!fired) {
            break;
        }
    }
    assert_string_equal(f->log.items[0], "debug: Generated spec: " DOCUMENT);
    wcd_strlist_release(&dns_search);
}

static void the_program_stands_in_the_command_line_as_it_is(void **state)
{
    struct oci_fixture *f = *state;
    struct wcd_spec spec;
    f->container->config.args_escaped = true;
    oci_put(&f->container->path, "a b.exe");
    oci_add(&f->container->args, "c d");
    f->host.default_isolation = "hyperv";
    assert_int_equal(wcd_spec_create(&spec, &f->host, f->container, NULL, &f->err), WCD_OK);
    assert_string_equal(spec.process.command_line, "a b.exe \"c d\"");
    assert_int_equal(spec.process.args.count, 0);
    assert_true(spec.windows.hyperv.present);
    assert_null(spec.root.path);
    wcd_spec_release(&spec);
    f->layer_failure = WCD_E_CONFLICT;
    assert_int_equal(wcd_spec_create(&spec, &f->host, f->container, NULL, &f->err), WCD_E_CONFLICT);
    assert_error(f->err, WCD_E_CONFLICT, "GetLayerFolders failed: container c1: no layers");
    assert_null(spec.version);
    f->host.image_os = "Window\xC5\xBF";
    f->layer_failure = WCD_OK;
    assert_int_equal(wcd_spec_create(&spec, &f->host, f->container, NULL, &f->err), WCD_OK);
    wcd_spec_release(&spec);
    f->host.image_os = "linux";
    (void)wcd_spec_create(&spec, &f->host, f->container, NULL, &f->err);
    assert_error(f->err, WCD_E_INVALID_PARAMETER, "operating system is not supported");
}

static void devices_that_are_no_mappings(void **state)
{
    struct oci_fixture *f = *state;
    struct wcd_spec_devices devices = {0};
    const char *text = "[{\"PathOnHost\":\"class/a\"}]";
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        enum wcd_errc code = wcd_spec_add_devices(&devices, json, &f->err);
        if (!alloc_fail_off()) {
            assert_int_equal(code, WCD_OK);
            break;
        }
        assert_int_equal(code, WCD_E_NO_MEMORY);
        wcd_error_release(&f->err);
    }
    assert_int_equal(wcd_spec_add_devices(&devices, json, &f->err), WCD_OK);
    assert_int_equal(devices.count, 2);
    wcd_json_free(json);
    json = wcd_json_parse("[1]", 3, &fault);
    (void)wcd_spec_add_devices(&devices, json, &f->err);
    assert_error(f->err, WCD_E_PLAIN,
                 "invalid device assignment path: '', must be 'class/ID' or 'IDType://ID'");
    assert_int_equal(devices.count, 2);
    wcd_spec_devices_release(&devices);
    wcd_json_free(json);
}

static void credentials_without_memory(void **state)
{
    static const char *const options[] = {"credentialspec=file://a", "credentialspec=file://..\\a",
                                          "credentialspec=registry://a",
                                          "credentialspec=registry://b", "credentialspec=raw://a"};
    struct oci_fixture *f = *state;
    oci_file(f, SPECS "\\a", "{}");
    put_value(f, "a", PLAT_REG_SZ, "{}");
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        wcd_strlist_release(&f->container->host_config.security_opt);
        oci_add(&f->container->host_config.security_opt, options[i]);
        for (size_t n = 1;; n++) {
            struct wcd_spec spec = {0};
            alloc_fail_after(n);
            enum wcd_errc code =
                wcd_spec_set_credential_spec(&spec, &f->host, f->container, &f->err);
            bool fired = alloc_fail_off();
            assert_true(!fired || code == WCD_E_NO_MEMORY);
            wcd_error_release(&f->err);
            wcd_spec_release(&spec);
            if (!fired) {
                break;
            }
        }
    }
}

static void files_are_written_or_it_is_said(void **state)
{
    struct oci_fixture *f = *state;
    size_t size = 0;
    assert_int_equal(wcd_files_write(&f->platform, "C:\\mnt\\e", "", 0, 0600, &f->err), WCD_OK);
    assert_non_null(fake_fs_content(f->fake, "C:\\mnt\\e", &size));
    assert_int_equal(size, 0);
    (void)wcd_files_write(&f->platform, "C:\\mnt", "", 0, 0600, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "open C:\\mnt: Access is denied.");
    assert_true(fake_fs_set_volume(f->fake, "D:", "NTFS", 1 << 20, 0));
    (void)wcd_files_write(&f->platform, "D:\\x", "xxxx", 4, 0600, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "write D:\\x: There is not enough space on the disk.");
}

static void a_container_gives_back_what_it_holds(void **state)
{
    struct oci_fixture *f = *state;
    wcd_container_free(NULL);
    fill(f);
    oci_put(&f->container->config.domainname, "");
    char *name = wcd_container_full_hostname(f->container);
    assert_string_equal(name, "h");
    free(name);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, oci_set_up, oci_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(credential_files_lie_in_their_folder),
        TEST(a_credential_file_has_a_limit),
        TEST(credentials_of_the_registry),
        TEST(credentials_of_the_config_store),
        TEST(the_volume_behind_a_mount_of_containerd),
        TEST(a_snapshotters_root_is_the_volume),
        TEST(a_spec_in_full),
        TEST(the_program_stands_in_the_command_line_as_it_is),
        TEST(devices_that_are_no_mappings),
        TEST(credentials_without_memory),
        TEST(files_are_written_or_it_is_said),
        TEST(a_container_gives_back_what_it_holds),
    };
    return cmocka_run_group_tests_name("oci", tests, NULL, NULL);
}
