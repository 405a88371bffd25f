/* daemon.json: where it is looked for, its encoding, its syntax, and values of the wrong type. */
#include "tests/unit/core/config_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void the_file_is_looked_for_below_the_root(void **state)
{
    struct config_fixture *f = *state;
    config_gives(f, "v25", "{\"debug\":true}", NO_FLAGS, "debug", "true");
    assert_string_equal(wcd_config_file(f->config), CONFIG_DEFAULT_FILE);
    config_gives(f, "v25", "{\"debug\":true}", FLAGS("--config-file="), "debug", "true");
    assert_true(fake_fs_set_volume(f->host, "D:", "NTFS", 1000000000u, 1000000000u));
    config_put_bytes(f, "D:\\d\\config\\daemon.json", "{\"debug\":true}", 14);
    config_gives(f, "v25", NULL, FLAGS("--data-root", "D:\\d"), "debug", "true");
    assert_string_equal(wcd_config_file(f->config), "D:\\d\\config\\daemon.json");
    config_gives(f, "v17", NULL, FLAGS("--graph=D:/d"), "debug", "true");
    assert_string_equal(wcd_config_file(f->config), "D:\\d\\config\\daemon.json");
    /* The root of the file itself comes too late. */
    config_gives(f, "v25", "{\"data-root\":\"D:\\\\d\"}", NO_FLAGS, "debug", "false");
    assert_string_equal(wcd_config_root(f->config), "D:\\d");
}

static void a_file_that_was_asked_for_must_be_there(void **state)
{
    config_gives(*state, "v25", NULL, NO_FLAGS, "debug", "false");
    config_gives(*state, "v17", NULL, NO_FLAGS, "debug", "false");
    config_fails(*state, "v25", NULL, FLAGS("--config-file=C:\\none\\x.json"),
                 "unable to configure the Docker daemon with file C:\\none\\x.json: open "
                 "C:\\none\\x.json: The system cannot find the path specified.");
    config_fails(*state, "v25", NULL, FLAGS("--config-file=C:\\x.json"),
                 "unable to configure the Docker daemon with file C:\\x.json: open C:\\x.json: The "
                 "system cannot find the file specified.");
    config_fails(*state, "v17", NULL, FLAGS("--config-file=C:\\x.json"),
                 "unable to configure the Docker daemon with file C:\\x.json: open C:\\x.json: The "
                 "system cannot find the file specified.\n");
    config_fails(
        *state, "v25", NULL, FLAGS("--config-file="),
        IN_FILE("open " CONFIG_DEFAULT_FILE ": The system cannot find the path specified."));
}

static void other_errors_of_the_file_system_are_told(void **state)
{
    struct config_fixture *f = *state;
    config_put(f, "{}");
    assert_true(
        fake_fs_set_failure(f->host, CONFIG_DEFAULT_FILE, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_E_PLAIN);
    assert_int_equal(f->err.hresult, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
    assert_string_equal(f->err.op, "fs.open");
    assert_string_equal(wcd_error_message(&f->err),
                        IN_FILE("open " CONFIG_DEFAULT_FILE ": Access is denied."));
    assert_true(fake_fs_set_failure(f->host, CONFIG_DEFAULT_FILE, 0));
    assert_true(fake_fs_set_failure(f->host, CONFIG_DEFAULT_FILE, PLAT_E_OUTOFMEMORY));
    assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_E_NO_MEMORY);
    wcd_error_release(&f->err);
}

/* The emulated file system with a read that fails. */
static plat_hr failing_read(void *ctx, plat_handle file, void *data, size_t size, size_t *got)
{
    (void)ctx;
    (void)file;
    (void)data;
    (void)size;
    (void)got;
    return plat_hr_win32(PLAT_ERROR_NOT_READY);
}

static plat_hr no_environment(void *ctx, const char *name, char **out)
{
    (void)ctx;
    (void)name;
    *out = NULL;
    return PLAT_E_OUTOFMEMORY;
}

static void errors_while_reading_are_told(void **state)
{
    struct config_fixture *f = *state;
    struct plat_fs_ops fs = *f->platform.fs.ops;
    fs.read = failing_read;
    f->platform.fs.ops = &fs;
    config_put(f, "{}");
    assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_E_PLAIN);
    assert_string_equal(f->err.op, "fs.read");
    assert_string_equal(wcd_error_message(&f->err),
                        IN_FILE("read " CONFIG_DEFAULT_FILE ": The device is not ready."));
    struct plat_os_ops os = *f->platform.os.ops;
    os.environment = no_environment;
    f->platform.os.ops = &os;
    assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_E_NO_MEMORY);
    wcd_error_release(&f->err);
}

static void a_file_has_a_limit(void **state)
{
    struct config_fixture *f = *state;
    size_t size = 1024 * 1024 + 1;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, ' ', size);
    config_put_bytes(f, CONFIG_DEFAULT_FILE, text, size);
    assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_E_PLAIN);
    assert_error(f->err, WCD_E_PLAIN, IN_FILE("larger than 1048576 bytes"));
    config_put_bytes(f, CONFIG_DEFAULT_FILE, text, size - 1);
    assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_OK);
    free(text);
    char deep[256] = "";
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    config_fails(f, "v25", deep, NO_FLAGS, IN_FILE("line 1, column 65: nested too deep"));
}

static void an_empty_file_is_no_error_for_v25(void **state)
{
    struct config_fixture *f = *state;
    config_gives(f, "v25", "", NO_FLAGS, "debug", "false");
    config_gives(f, "v25", " \t\r\n\xC2\x85\xC2\xA0\xE2\x80\x83 ", NO_FLAGS, "debug", "false");
    assert_string_equal(wcd_config_file(f->config), CONFIG_DEFAULT_FILE);
    config_fails(f, "v25", "", FLAGS("--mtu=-5"),
                 IN_FILE("merged configuration validation from file and command line flags failed: "
                         "invalid default MTU: -5"));
    config_fails(f, "v17", "", NO_FLAGS, IN_FILE("EOF\n"));
    config_fails(f, "v17", " \n", NO_FLAGS, IN_FILE("EOF\n"));
    config_gives(f, "v25", "null", NO_FLAGS, "debug", "false");
    config_gives(f, "v17", "null", NO_FLAGS, "debug", "false");
    config_gives(f, "v25", "\xE2\x80\x83{\"debug\":true}\xC2\xA0\n", NO_FLAGS, "debug", "true");
    config_gives(f, "v25", "{}", NO_FLAGS, "debug", "false");
}

static void v25_understands_byte_order_marks(void **state)
{
    static const struct {
        const char *data;
        size_t size;
    } files[] = {
        {"\xEF\xBB\xBF{\"group\":\"\xC3\xA9\"}", 17},
        {"\xFF\xFE{\0\"\0g\0r\0o\0u\0p\0\"\0:\0\"\0\xE9\0\"\0}\0", 28},
        {"\xFE\xFF\0{\0\"\0g\0r\0o\0u\0p\0\"\0:\0\"\0\xE9\0\"\0}", 28},
    };
    struct config_fixture *f = *state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        config_put_bytes(f, CONFIG_DEFAULT_FILE, files[i].data, files[i].size);
        assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_OK);
        assert_string_equal(wcd_config_text(f->config, "group"), "\xC3\xA9");
    }
    config_put_bytes(f, CONFIG_DEFAULT_FILE, "\xFF\xFE", 2);
    assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_OK);
    /* A pair, halves without their partner, and half a unit at the end. */
    config_put_bytes(f, CONFIG_DEFAULT_FILE,
                     "\xFF\xFE{\0\"\0g\0r\0o\0u\0p\0\"\0:\0\"\0\x3D\xD8\0\xDE\0\xD8x\0\0\xDC\0\xD8"
                     "\"\0}\0 ",
                     39);
    assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_E_PLAIN);
    assert_error(f->err, WCD_E_PLAIN,
                 IN_FILE("invalid character '\xC3\xAF' after top-level value"));
    config_put_bytes(f, CONFIG_DEFAULT_FILE,
                     "\xFF\xFE{\0\"\0g\0r\0o\0u\0p\0\"\0:\0\"\0\x3D\xD8\0\xDE\0\xD8x\0\0\xDC\0\xD8"
                     "\"\0}\0",
                     38);
    assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_OK);
    assert_string_equal(wcd_config_text(f->config, "group"),
                        "\xF0\x9F\x98\x80\xEF\xBF\xBDx\xEF\xBF\xBD\xEF\xBF\xBD");
    config_put_bytes(f, CONFIG_DEFAULT_FILE, "\xFF\xFE\0\xD8", 4);
    assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_E_PLAIN);
    assert_error(f->err, WCD_E_PLAIN,
                 IN_FILE("invalid character '\xC3\xAF' looking for beginning of value"));
}

static void v17_trips_over_byte_order_marks(void **state)
{
    config_fails(*state, "v17", "\xEF\xBB\xBF{}", NO_FLAGS,
                 IN_FILE("invalid character '\xC3\xAF' looking for beginning of value\n"));
    config_fails(*state, "v17", "\xFF\xFE{", NO_FLAGS,
                 IN_FILE("invalid character '\xC3\xBF' looking for beginning of value\n"));
    config_fails(*state, "v17", "\xFE\xFF", NO_FLAGS,
                 IN_FILE("invalid character '\xC3\xBE' looking for beginning of value\n"));
}

static void bytes_that_are_no_text(void **state)
{
    struct config_fixture *f = *state;
    config_fails(f, "v25", "{\"group\":\"\xFF\"}", NO_FLAGS,
                 IN_FILE("failed to decode configuration JSON at offset 13: encoding: invalid "
                         "UTF-8"));
    config_fails(f, "v25", "\xEF\xBB\xBF{\"group\":\"\xFF\"}", NO_FLAGS,
                 IN_FILE("failed to decode configuration JSON at offset 16: encoding: invalid "
                         "UTF-8"));
    config_gives(f, "v17", "{\"group\":\"\xFF\"}", NO_FLAGS, "group", "\"\xEF\xBF\xBD\"");
    char *text = malloc(6000);
    assert_non_null(text);
    memset(text, ' ', 6000);
    text[100] = '\xFF';
    config_put_bytes(f, CONFIG_DEFAULT_FILE, text, 6000);
    assert_int_equal(config_load(f, "v25", NO_FLAGS), WCD_E_PLAIN);
    assert_error(f->err, WCD_E_PLAIN,
                 IN_FILE("failed to decode configuration JSON at offset 4096: encoding: invalid "
                         "UTF-8"));
    free(text);
}

static void broken_syntax_has_gos_words(void **state)
{
    config_fails(*state, "v25", "{\"debug\":true,}", NO_FLAGS,
                 IN_FILE("invalid character '}' looking for beginning of object key string"));
    config_fails(*state, "v17", "{\"debug\":true,}", NO_FLAGS,
                 IN_FILE("invalid character '}' looking for beginning of object key string\n"));
    config_fails(*state, "v25", "{\"debug\":", NO_FLAGS, IN_FILE("unexpected end of JSON input"));
    config_fails(*state, "v17", "{\"debug\":", NO_FLAGS, IN_FILE("unexpected EOF\n"));
    config_fails(*state, "v25", "{} {}", NO_FLAGS,
                 IN_FILE("invalid character '{' after top-level value"));
    config_gives(*state, "v17", "{\"debug\":true} and more", NO_FLAGS, "debug", "true");
}

static void the_top_must_be_an_object(void **state)
{
    static const struct {
        const char *text;
        const char *what;
    } cases[] = {{"[]", "array"}, {"\"x\"", "string"}, {"1", "number"}, {"true", "bool"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char message[256];
        (void)snprintf(message, sizeof(message),
                       IN_FILE("json: cannot unmarshal %s into Go value of type "
                               "map[string]interface {}"),
                       cases[i].what);
        config_fails(*state, "v25", cases[i].text, NO_FLAGS, message);
        (void)strncat(message, "\n", sizeof(message) - strlen(message) - 1);
        config_fails(*state, "v17", cases[i].text, NO_FLAGS, message);
    }
    config_fails(*state, "v25", "{\"foo\":[{\"a\":1e999}]}", NO_FLAGS,
                 IN_FILE("json: cannot unmarshal number 1e999 into Go value of type float64"));
    config_fails(*state, "v25", "{\"mtu\":-1e999}", NO_FLAGS,
                 IN_FILE("json: cannot unmarshal number -1e999 into Go value of type float64"));
}

static void wrong_types_have_gos_words(void **state)
{
    static const struct {
        const char *file;
        const char *what;
        const char *field;
        const char *type;
        bool v17;
    } cases[] = {
        {"{\"debug\":1}", "number", "Config.debug", "bool", true},
        {"{\"debug\":\"true\"}", "string", "Config.debug", "bool", true},
        {"{\"debug\":[]}", "array", "Config.debug", "bool", true},
        {"{\"tls\":0}", "number", "Config.tls", "bool", true},
        {"{\"mtu\":\"1\"}", "string", "Config.mtu", "int", true},
        {"{\"mtu\":1.5}", "number 1.5", "Config.mtu", "int", true},
        {"{\"mtu\":1e3}", "number 1e3", "Config.mtu", "int", true},
        {"{\"mtu\":9223372036854775808}", "number 9223372036854775808", "Config.mtu", "int", true},
        {"{\"mtu\":true}", "bool", "Config.mtu", "int", true},
        {"{\"group\":1}", "number", "Config.group", "string", true},
        {"{\"group\":true}", "bool", "Config.group", "string", true},
        {"{\"dns\":\"1.2.3.4\"}", "string", "Config.dns", "[]string", true},
        {"{\"dns\":1}", "number", "Config.dns", "[]string", true},
        {"{\"dns\":[1]}", "number", "Config.dns", "string", true},
        {"{\"dns\":[[]]}", "array", "Config.dns", "string", true},
        {"{\"log-opts\":\"x\"}", "string", "Config.log-opts", "map[string]string", true},
        {"{\"log-opts\":{\"a\":1}}", "number", "Config.log-opts", "string", true},
        {"{\"log-opts\":{\"a\":{}}}", "object", "Config.log-opts", "string", true},
        {"{\"default-network-opts\":[]}", "array", "Config.default-network-opts",
         "map[string]map[string]string", false},
        {"{\"default-network-opts\":{\"a\":1}}", "number", "Config.default-network-opts",
         "map[string]string", false},
        {"{\"default-network-opts\":{\"a\":{\"b\":1}}}", "number", "Config.default-network-opts",
         "string", false},
        {"{\"features\":{\"a\":1}}", "number", "Config.features", "bool", false},
        {"{\"features\":[]}", "array", "Config.features", "map[string]bool", false},
        {"{\"builder\":\"x\"}", "string", "Config.builder", "config.BuilderConfig", false},
        {"{\"host-gateway-ip\":1}", "number", "Config.host-gateway-ip", "net.IP", false},
        {"{\"proxies\":{\"http-proxy\":1}}", "number", "Proxies.proxies.http-proxy", "string",
         false},
        /* An object hides the key it belongs to from the test for unknown keys. */
        {"{\"DEBUG\":{}}", "object", "Config.debug", "bool", true},
        {"{\"live-restore\":{}}", "object", "Config.live-restore", "bool", true},
        {"{\"\xE2\x84\xAA\":{},\"di\xC5\xBF"
         "able\":{},\"data-root\":{}}",
         "object", "Config.data-root", "string", false},
        {"{\"dn\xC5\xBF\":{}}", "object", "Config.dns", "[]string", true},
        {"{\"tl\xC5\xBF\xE2\x84\xAA"
         "ey\":{}}",
         "object", "Config.tlskey", "string", true},
        {"{\"swarm-raft-election-tick\":{}}", "object", "Config.swarm-raft-election-tick", "uint32",
         false},
        /* The first one counts. */
        {"{\"group\":1,\"debug\":\"x\"}", "number", "Config.group", "string", true},
    };
    char message[512];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        (void)snprintf(message, sizeof(message),
                       IN_FILE("json: cannot unmarshal %s into Go struct field %s of type %s"),
                       cases[i].what, cases[i].field, cases[i].type);
        config_fails(*state, "v25", cases[i].file, NO_FLAGS, message);
        (void)snprintf(message, sizeof(message),
                       IN_FILE("json: cannot unmarshal %s into Go value of type %s\n"),
                       cases[i].what, cases[i].type);
        if (cases[i].v17) {
            config_fails(*state, "v17", cases[i].file, NO_FLAGS, message);
        }
    }
}

static void a_bad_address_ends_the_decoding(void **state)
{
    config_fails(*state, "v25", "{\"debug\":1,\"host-gateway-ip\":\"x\"}", NO_FLAGS,
                 IN_FILE("invalid IP address: x"));
    config_gives(*state, "v25", "{\"host-gateway-ip\":\"\"}", NO_FLAGS, "host-gateway-ip", "\"\"");
    config_gives(*state, "v25", "{\"host-gateway-ip\":\"FE80::1\"}", NO_FLAGS, "host-gateway-ip",
                 "\"fe80::1\"");
}

static void null_is_nothing(void **state)
{
    config_gives(*state, "v25",
                 "{\"debug\":null,\"mtu\":null,\"group\":null,\"dns\":null,\"log-opts\":null,"
                 "\"features\":null,\"builder\":null,\"host-gateway-ip\":null}",
                 NO_FLAGS, "mtu", "1500");
}

static void proxies_must_be_a_group(void **state)
{
    config_fails(*state, "v25", "{\"proxies\":null}", NO_FLAGS,
                 IN_FILE("the following directives don't match any configuration option: proxies"));
    config_fails(*state, "v25", "{\"x\":{\"proxies\":{}}}", NO_FLAGS,
                 IN_FILE("the following directives don't match any configuration option: proxies"));
}

static void every_type_has_its_values(void **state)
{
    config_gives(*state, "v25", "{\"mtu\":-0}", NO_FLAGS, "mtu", "1500");
    config_gives(*state, "v25", "{\"dns-opts\":[\"a\",null,\"b\"]}", NO_FLAGS, "dns-opts",
                 "[\"a\",\"\",\"b\"]");
    config_gives(*state, "v25", "{\"dns-opts\":[\"a\"],\"dns-opts\":[\"b\"]}", NO_FLAGS, "dns-opts",
                 "[\"b\"]");
    config_gives(*state, "v25", "{\"log-opts\":{\"b\":\"1\",\"a\":null,\"b\":\"2\"}}", NO_FLAGS,
                 "log-opts", "{\"a\":\"\",\"b\":\"2\"}");
    config_gives(*state, "v25", "{\"log-opts\":{\"a\":\"1\"},\"log-opts\":{\"b\":\"2\"}}", NO_FLAGS,
                 "log-opts", "{\"a\":\"1\",\"b\":\"2\"}");
    config_gives(*state, "v25", "{\"features\":{\"a\":true,\"b\":false,\"c\":null}}", NO_FLAGS,
                 "features", "{\"a\":true,\"b\":false,\"c\":false}");
    config_gives(*state, "v25", "{\"default-network-opts\":{\"b\":{\"x\":\"1\"},\"a\":null}}",
                 NO_FLAGS, "default-network-opts", "{\"b\":{\"x\":\"1\"}}");
    config_gives(*state, "v25", "{\"builder\":{\"gc\":{\"enabled\":true}}}", NO_FLAGS, "builder",
                 "{\"gc\":{\"enabled\":true}}");
    config_gives(*state, "v25", "{\"builder\":{\"a\":1},\"builder\":{\"b\":2}}", NO_FLAGS,
                 "builder", "{\"b\":2}");
    config_gives(*state, "v25", "{\"proxies\":{\"https-proxy\":\"p\"}}", NO_FLAGS, "https-proxy",
                 "\"p\"");
    config_gives(*state, "v25", "{\"x\":{\"debug\":1},\"PROXIES\":{\"no-proxy\":\"n\"}}", NO_FLAGS,
                 "no-proxy", "\"n\"");
    config_gives(*state, "v25", "{\"group\":\"a\\u0000b\"}", NO_FLAGS, "group", "\"a\\u0000b\"");
    config_gives(*state, "v25", "{\"group\":\"\\ud800\"}", NO_FLAGS, "group", "\"\xEF\xBF\xBD\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        config_test(the_file_is_looked_for_below_the_root),
        config_test(a_file_that_was_asked_for_must_be_there),
        config_test(other_errors_of_the_file_system_are_told),
        config_test(errors_while_reading_are_told),
        config_test(a_file_has_a_limit),
        config_test(an_empty_file_is_no_error_for_v25),
        config_test(v25_understands_byte_order_marks),
        config_test(v17_trips_over_byte_order_marks),
        config_test(bytes_that_are_no_text),
        config_test(broken_syntax_has_gos_words),
        config_test(the_top_must_be_an_object),
        config_test(wrong_types_have_gos_words),
        config_test(a_bad_address_ends_the_decoding),
        config_test(null_is_nothing),
        config_test(proxies_must_be_a_group),
        config_test(every_type_has_its_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
