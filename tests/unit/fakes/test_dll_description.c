/* The description of the host behind the DLL. */
#include "fakes/dll/description.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

static struct fake_host *host_of(const struct fake_dll_description *description)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *host = NULL;
    enum wcd_errc code = fake_dll_describe(description, &host, &err);
    if (code != WCD_OK) {
        fail_msg("%s", wcd_error_message(&err));
    }
    return host;
}

static void nothing_said_is_a_server(void **state)
{
    (void)state;
    struct fake_host *host = host_of(&(struct fake_dll_description){0});
    assert_string_equal(fake_host_build(host)->id, FAKE_DLL_OS);
    fake_host_destroy(host);
}

static void the_environment_takes_the_place_of_members(void **state)
{
    (void)state;
    const struct fake_dll_description description = {
        .document = "{\"os\":\"server-2016\",\"latency_percent\":0,\"seed\":1}",
        .os = "server-2019",
        .seed = "18446744073709551",
        .latency_percent = "5"};
    struct fake_host *host = host_of(&description);
    assert_string_equal(fake_host_build(host)->id, "server-2019");
    fake_host_destroy(host);
}

static void what_is_described_is_there(void **state)
{
    (void)state;
    const struct fake_dll_description description = {
        .document =
            "{\"os\":\"server-2019\",\"containers_feature\":true,\"hyperv\":false,\"processors\":2,"
            "\"memory_mb\":2048,\"host_name\":\"DOCK\",\"synchronous\":true,"
            "\"folders\":[\"C:\\\\work\"],\"layers\":[{\"folder\":\"C:\\\\layers\\\\base\","
            "\"utility_vm\":true,\"files\":{\"Windows\\\\a.txt\":\"said\"}},"
            "{\"folder\":\"C:\\\\layers\\\\old\",\"os_build\":14393,\"os_revision\":206},"
            "{\"folder\":\"C:\\\\layers\\\\top\",\"parents\":[\"C:\\\\layers\\\\base\"]}]}",
        .start_100ns = 131968512000000000u};
    struct fake_host *host = host_of(&description);
    struct platform platform = fake_host_platform(host);
    uint32_t build = 0;
    uint32_t revision = 0;
    char *name = NULL;
    size_t size = 0;
    assert_int_equal(fake_fs_kind_of(host, "C:\\work"), FAKE_FS_DIRECTORY);
    assert_true(fake_storage_image_version(host, "C:\\layers\\base", &build, &revision));
    assert_int_equal(build, 17763);
    assert_int_equal(revision, fake_host_build(host)->revision);
    assert_true(fake_storage_image_version(host, "C:\\layers\\old", &build, &revision));
    assert_int_equal(build, 14393);
    assert_int_equal(revision, 206);
    assert_int_equal(fake_storage_state(host, "C:\\layers\\top"), FAKE_LAYER_IMAGE);
    const char *content = fake_fs_content(host, "C:\\layers\\base\\Files\\Windows\\a.txt", &size);
    assert_non_null(content);
    assert_memory_equal(content, "said", 4);
    assert_int_equal(platform.os.ops->host_name(platform.os.ctx, &name), PLAT_S_OK);
    assert_string_equal(name, "DOCK");
    assert_true(platform.clock.ops->wall_100ns(platform.clock.ctx) == description.start_100ns);
    free(name);
    fake_host_destroy(host);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    static const struct {
        struct fake_dll_description description;
        const char *message;
    } cases[] = {
        {{.document = "{"}, "line 1, column 2: "},
        {{.document = "[]"}, "the document must be an object"},
        {{.document = "{\"OS\":\"server-2019\"}"}, "there is no member OS"},
        {{.document = "{\"os\":1}"}, "os must be a text"},
        {{.document = "{\"os\":\"server-2012\"}"},
         "no such Windows: server-2012 ('drydock hosts' lists them)"},
        {{.os = "server-2012"}, "no such Windows: server-2012 ('drydock hosts' lists them)"},
        {{.document = "{\"hyperv\":1}"}, "hyperv must be true or false"},
        {{.document = "{\"seed\":-1}"}, "seed must be a number in its range"},
        {{.seed = "x"}, "seed must be a number in its range"},
        {{.seed = ""}, "seed must be a number in its range"},
        {{.seed = "99999999999999999999"}, "seed must be a number in its range"},
        {{.latency_percent = "1000001"}, "latency_percent must be a number in its range"},
        {{.latency_percent = "0"}, "latency_percent must be 1 or more"},
        {{.document = "{\"processors\":4294967296}"}, "processors must be a number in its range"},
        {{.document = "{\"folders\":{}}"}, "folders must be a list"},
        {{.document = "{\"folders\":[1]}"}, "folders must be a list of folders"},
        {{.document = "{\"folders\":[\"\"]}"}, "the folder  cannot be made"},
        {{.document = "{\"layers\":[1]}"}, "layers must be a list of objects"},
        {{.document = "{\"layers\":[{}]}"}, "folder must be given for every layer"},
        {{.document = "{\"layers\":[{\"path\":\"C:\\\\a\"}]}"}, "there is no member path"},
        {{.document = "{\"layers\":[{\"folder\":\"C:\\\\a\",\"files\":[]}]}"},
         "files must be an object"},
        {{.document = "{\"layers\":[{\"folder\":\"C:\\\\a\",\"files\":{\"b\":1}}]}"},
         "files must be an object of texts"},
        {{.document = "{\"layers\":[{\"folder\":\"C:\\\\a\",\"parents\":[1]}]}"},
         "parents must be a list of folders"},
        {{.document = "{\"layers\":[{\"folder\":\"C:\\\\a\",\"parents\":[\"C:\\\\none\"]}]}"},
         "the layer C:\\a cannot be made"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct fake_host *host = NULL;
        assert_int_equal(fake_dll_describe(&cases[i].description, &host, &err),
                         WCD_E_INVALID_PARAMETER);
        assert_null(host);
        const char *message = wcd_error_message(&err);
        const char *prefix = "description of the host: ";
        assert_memory_equal(message, prefix, strlen(prefix));
        message += strlen(prefix);
        if (strncmp(message, cases[i].message, strlen(cases[i].message)) != 0) {
            fail_msg("%zu: \"%s\", not \"%s\"", i, message, cases[i].message);
        }
        wcd_error_release(&err);
    }
}

static void a_description_has_a_limit(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *host = NULL;
    char *text = malloc(FAKE_DLL_DESCRIPTION_BYTES_MAX + 2);
    assert_non_null(text);
    memset(text, ' ', FAKE_DLL_DESCRIPTION_BYTES_MAX + 1);
    text[FAKE_DLL_DESCRIPTION_BYTES_MAX + 1] = '\0';
    const struct fake_dll_description description = {.document = text};
    assert_int_equal(fake_dll_describe(&description, &host, &err), WCD_E_INVALID_PARAMETER);
    assert_error(err, WCD_E_INVALID_PARAMETER, "description of the host: more than 1048576 bytes");
    free(text);
}

static void want_of_memory_is_a_failure(void **state)
{
    (void)state;
    const struct fake_dll_description description = {
        .document =
            "{\"folders\":[\"C:\\\\work\"],\"layers\":[{\"folder\":\"C:\\\\layers\\\\base\","
            "\"files\":{\"a\":\"b\"}}]}",
        .os = "server-2019"};
    bool failed = true;
    for (size_t n = 1; failed; n++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct fake_host *host = NULL;
        alloc_fail_after(n);
        enum wcd_errc code = fake_dll_describe(&description, &host, &err);
        failed = alloc_fail_off();
        assert_int_equal(failed, code != WCD_OK);
        assert_int_equal(failed, host == NULL);
        fake_host_destroy(host);
        wcd_error_release(&err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_said_is_a_server),
        cmocka_unit_test(the_environment_takes_the_place_of_members),
        cmocka_unit_test(what_is_described_is_there),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(a_description_has_a_limit),
        cmocka_unit_test(want_of_memory_is_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
