/* core/container: configurations and how they merge, names, binds, references; the container itself. */
#include "core/container/config.h"
#include "core/container/create.h"
#include "core/layer/ids.h"
#include "tests/unit/core/layer_fixture.h"

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    assert_non_null(json);
    return json;
}

static enum wcd_errc read_config(struct wcd_container_config *out, const char *text,
                                 struct wcd_error *err)
{
    struct wcd_json *json = parse(text);
    enum wcd_errc code = wcd_container_config_from_json(out, json, err);
    wcd_json_free(json);
    return code;
}

/* ---- configurations ---- */

#define CONFIG                                                                                      \
    "{\"Hostname\":\"h\",\"Domainname\":\"d\",\"User\":\"u\",\"Image\":\"i\",\"WorkingDir\":\"w\"," \
    "\"Env\":[\"A=1\",null],\"Entrypoint\":\"e f\",\"Cmd\":[\"c\",\"d\"],\"Tty\":true,"             \
    "\"OpenStdin\":true,\"ArgsEscaped\":true,\"Unknown\":{}}"

static void a_config_is_read(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container_config config;
    assert_int_equal(read_config(&config, CONFIG, &err), WCD_OK);
    assert_string_equal(config.hostname, "h");
    assert_string_equal(config.domainname, "d");
    assert_string_equal(config.user, "u");
    assert_string_equal(config.image, "i");
    assert_string_equal(config.working_dir, "w");
    layer_assert_lines(&config.env, "A=1\n");
    layer_assert_lines(&config.entrypoint, "e f");
    layer_assert_lines(&config.cmd, "c\nd");
    assert_true(config.tty && config.open_stdin && config.args_escaped);
    wcd_container_config_release(&config);
    assert_int_equal(read_config(&config, "{\"User\":null,\"Cmd\":null,\"Entrypoint\":[]}", &err),
                     WCD_OK);
    assert_null(config.user);
    assert_false(config.cmd.present);
    assert_true(config.entrypoint.present);
    wcd_container_config_release(&config);
}

static void a_wrong_type_is_told_in_gos_words(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"{\"Hostname\":1}",
         "json: cannot unmarshal number into Go struct field Config.Hostname of type string"},
        {"{\"Tty\":\"x\"}",
         "json: cannot unmarshal string into Go struct field Config.Tty of type bool"},
        {"{\"Env\":\"x\"}",
         "json: cannot unmarshal string into Go struct field Config.Env of type []string"},
        {"{\"Cmd\":{}}",
         "json: cannot unmarshal object into Go struct field Config.Cmd of type []string"},
        {"{\"User\":\"u\",\"Cmd\":[\"a\",true]}",
         "json: cannot unmarshal bool into Go struct field Config.Cmd of type string"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_container_config config;
        (void)read_config(&config, cases[i].text, &err);
        assert_error(err, WCD_E_INVALID_PARAMETER, cases[i].message);
        assert_null(config.user);
    }
}

static void a_list_of_a_config_has_an_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_container_config config;
        struct wcd_json *json = wcd_json_new_object();
        struct wcd_json *list = wcd_json_new_array();
        for (size_t j = 0; j < WCD_CONTAINER_WORDS_MAX + i; j++) {
            assert_true(wcd_json_append(list, wcd_json_new_null()));
        }
        assert_true(wcd_json_set(json, "Env", list));
        enum wcd_errc code = wcd_container_config_from_json(&config, json, &err);
        assert_int_equal(config.env.count, i == 0 ? WCD_CONTAINER_WORDS_MAX : 0);
        if (i == 0) {
            assert_int_equal(code, WCD_OK);
        } else {
            assert_error(err, WCD_E_INVALID_PARAMETER, "Config.Env: more than 4096 items");
        }
        wcd_container_config_release(&config);
        wcd_json_free(json);
    }
}

static void configs_without_memory(void **state)
{
    (void)state;
    struct wcd_json *json = parse(CONFIG);
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_container_config config;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_container_config_from_json(&config, json, &err);
        fired = alloc_fail_off();
        assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_error_release(&err);
        wcd_container_config_release(&config);
    }
    wcd_json_free(json);
}

/* ---- merging ---- */

struct merge_case {
    const char *own;
    const char *image;
    const char *message; /* NULL: */
    const char *env;
    const char *entrypoint;
    const char *cmd;
    bool args_escaped;
};

static const struct merge_case merges[] = {
    {"{}", "{}", "no command specified", NULL, NULL, NULL, false},
    {"{\"Entrypoint\":[\"\"]}", "{\"Entrypoint\":[\"e\"]}", "no command specified", NULL, NULL,
     NULL, false},
    {"{}", "{\"Cmd\":[\"c\"],\"ArgsEscaped\":true}", NULL, "", "", "c", true},
    /* The escaping goes with the command. */
    {"{\"Cmd\":[\"own\"]}", "{\"Cmd\":[\"c\"],\"ArgsEscaped\":true}", NULL, "", "", "own", false},
    {"{\"ArgsEscaped\":true,\"Cmd\":[\"own\"]}", "{\"Cmd\":[\"c\"]}", NULL, "", "", "own", true},
    {"{\"ArgsEscaped\":true}", "{\"Cmd\":[\"c\"]}", NULL, "", "", "c", false},
    {"{\"Entrypoint\":[\"own\"]}", "{\"Entrypoint\":[\"e\"],\"Cmd\":[\"c\"],\"ArgsEscaped\":true}",
     NULL, "", "own", "", false},
    {"{\"Entrypoint\":[\"own\"],\"Cmd\":[\"x\"]}", "{\"Entrypoint\":[\"e\"],\"Cmd\":[\"c\"]}", NULL,
     "", "own", "x", false},
    {"{\"Cmd\":[\"own\"]}", "{\"Entrypoint\":[\"e\"],\"Cmd\":[\"c\"]}", NULL, "", "e", "own",
     false},
    /* A list that was given empty is no list that was not given. */
    {"{\"Entrypoint\":[]}", "{\"Entrypoint\":[\"e\"],\"Cmd\":[\"c\"]}", NULL, "", "", "c", false},
    {"{\"Entrypoint\":[\"\"]}", "{\"Entrypoint\":[\"e\"],\"Cmd\":[\"c\"]}", "no command specified",
     NULL, NULL, NULL, false},
    {"{\"Entrypoint\":[\"\"],\"Cmd\":[\"x\"]}", "{\"Entrypoint\":[\"e\"]}", NULL, "", "", "x",
     false},
    {"{\"Cmd\":[\"x\"]}", "{\"Env\":[\"A=1\",\"A=2\"]}", NULL, "A=1\nA=2", "", "x", false},
    {"{\"Cmd\":[\"x\"],\"Env\":[\"path=1\",\"B\"]}",
     "{\"Env\":[\"Path=2\",\"b=3\",\"C=4\",\"c=5\",\"PATHS=6\"]}", NULL, "path=1\nB\nC=4\nPATHS=6",
     "", "x", false},
};

static void an_image_fills_what_a_container_leaves_open(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(merges); i++) {
        const struct merge_case *merge = &merges[i];
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_container_config own;
        struct wcd_container_config image;
        assert_int_equal(read_config(&own, merge->own, &err), WCD_OK);
        assert_int_equal(read_config(&image, merge->image, &err), WCD_OK);
        enum wcd_errc code = wcd_container_config_merge(&own, &image, &err);
        if (merge->message != NULL) {
            assert_int_equal(code, WCD_E_INVALID_PARAMETER);
            assert_error(err, WCD_E_INVALID_PARAMETER, merge->message);
        } else {
            assert_int_equal(code, WCD_OK);
            layer_assert_lines(&own.env, merge->env);
            layer_assert_lines(&own.entrypoint, merge->entrypoint);
            layer_assert_lines(&own.cmd, merge->cmd);
            assert_int_equal(own.args_escaped, merge->args_escaped);
        }
        wcd_container_config_release(&own);
        wcd_container_config_release(&image);
    }
}

static void user_and_folder_come_from_the_image(void **state)
{
    (void)state;
    static const char image_text[] = "{\"User\":\"iu\",\"WorkingDir\":\"iw\",\"Cmd\":[\"c\"]}";
    static const char *const texts[] = {"{}", "{\"User\":\"\",\"WorkingDir\":\"\"}",
                                        "{\"User\":\"u\",\"WorkingDir\":\"w\"}"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_container_config own;
        struct wcd_container_config image;
        assert_int_equal(read_config(&own, texts[i], &err), WCD_OK);
        assert_int_equal(read_config(&image, image_text, &err), WCD_OK);
        assert_int_equal(wcd_container_config_merge(&own, &image, &err), WCD_OK);
        assert_string_equal(own.user, i < 2 ? "iu" : "u");
        assert_string_equal(own.working_dir, i < 2 ? "iw" : "w");
        wcd_container_config_release(&own);
        wcd_container_config_release(&image);
    }
}

static void merges_without_memory(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container_config image;
    assert_int_equal(read_config(&image,
                                 "{\"User\":\"u\",\"WorkingDir\":\"w\",\"Env\":[\"B=1\",\"a=2\"],"
                                 "\"Cmd\":[\"c\"],\"Entrypoint\":[\"e\"]}",
                                 &err),
                     WCD_OK);
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        struct wcd_container_config own;
        assert_int_equal(read_config(&own, "{\"Env\":[\"A=1\"]}", &err), WCD_OK);
        alloc_fail_after(n);
        enum wcd_errc code = wcd_container_config_merge(&own, &image, &err);
        fired = alloc_fail_off();
        assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_error_release(&err);
        wcd_container_config_release(&own);
    }
    wcd_container_config_release(&image);
}

/* ---- names ---- */

static void names_have_few_characters(void **state)
{
    (void)state;
    static const char *const good[] = {"ab", "a1", "1_", "A.b-c_d", "/web"};
    static const char *const bad[] = {"",   "a",   "/",   "/a",   "_a",       ".a",
                                      "-a", "a b", "a/b", "//ab", "a\xC3\xA9"};
    struct wcd_error err = WCD_ERROR_INIT;
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        assert_int_equal(wcd_container_check_name(good[i], &err), WCD_OK);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        (void)wcd_container_check_name(bad[i], &err);
        char *message = wcd_text_format("Invalid container name (%s), only "
                                        "[a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
                                        bad[i]);
        assert_error(err, WCD_E_INVALID_PARAMETER, message);
        free(message);
    }
}

/* ---- binds ---- */

static void binds_are_read(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        const char *spec;
        const char *source;
        const char *destination;
        bool writable;
    } cases[] = {
        {"C:\\data:D:\\in", "c:\\data", "d:\\in", true},
        {"C:\\data:D:\\in:ro", "c:\\data", "d:\\in", false},
        {"C:\\data:D:\\in:RO", "c:\\data", "d:\\in", false},
        {"C:\\data:D:\\in:rw", "c:\\data", "d:\\in", true},
        {"c:/data/:d:/in/x/", "c:\\data", "d:\\in\\x", true},
        {"C:\\data:d:", "c:\\data", "d:", true},
        {"C:\\data:d::ro", "c:\\data", "d:", false},
        {"C:\\data:d:\\", "c:\\data", "d:\\", true},
        {"C:\\:d:\\a\\..\\b", "c:\\", "d:\\a\\..\\b", true},
        {"C:\\data:c:\\in", "c:\\data", "c:\\in", true},
        {"\\\\.\\pipe\\a:\\\\.\\pipe\\b", "\\\\.\\pipe\\a", "\\\\.\\pipe\\b", true},
        {"//./PIPE/a://./pipe/b", "\\\\.\\pipe\\a", "\\\\.\\pipe\\b", true},
        {"C:\\data:\\\\.\\pipe\\a", "c:\\data", "\\\\.\\pipe\\a", true},
    };
    assert_true(fake_fs_put_directory(f->host, "C:\\data", NULL));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_strlist binds = {0};
        struct wcd_container_mounts mounts = {0};
        assert_true(wcd_strlist_add(&binds, cases[i].spec));
        (void)wcd_container_read_binds(&f->platform, &binds, &mounts, &f->err);
        assert_string_equal(wcd_error_message(&f->err), "");
        assert_int_equal(mounts.count, 1);
        assert_string_equal(mounts.items[0].source, cases[i].source);
        assert_string_equal(mounts.items[0].destination, cases[i].destination);
        assert_int_equal(mounts.items[0].writable, cases[i].writable);
        wcd_container_mounts_release(&mounts);
        wcd_strlist_release(&binds);
    }
}

#define SPEC(text) "invalid volume specification: '" text "'"

static void binds_that_are_none_are_refused(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        const char *spec;
        const char *message;
        enum wcd_errc code;
    } cases[] = {
        {"", SPEC(""), WCD_E_INVALID_PARAMETER},
        {":ro", SPEC(":ro"), WCD_E_INVALID_PARAMETER},
        {"C:\\data", "volumes are not offered: c:\\data", WCD_E_NOT_IMPLEMENTED},
        {"C:\\data:ro", SPEC("C:\\data:ro"), WCD_E_INVALID_PARAMETER},
        {"C:\\data:in", SPEC("C:\\data:in"), WCD_E_INVALID_PARAMETER},
        {"C:\\data:d:in", SPEC("C:\\data:d:in"), WCD_E_INVALID_PARAMETER},
        {"C:\\data:\\\\.\\pipe\\", SPEC("C:\\data:\\\\.\\pipe\\"), WCD_E_INVALID_PARAMETER},
        {"C:\\data:c:",
         SPEC("C:\\data:c:") ": invalid mount config for type \"bind\": destination path cannot be "
                             "`c:` or `c:\\`: c:",
         WCD_E_INVALID_PARAMETER},
        {"C:\\data:C:/",
         SPEC(
             "C:\\data:C:/") ": invalid mount config for type \"bind\": destination path cannot be "
                             "`c:` or `c:\\`: c:\\",
         WCD_E_INVALID_PARAMETER},
        {"data\\x:d:\\in", SPEC("data\\x:d:\\in"), WCD_E_INVALID_PARAMETER},
        {"//./pipe/a://./pipe/b:ro",
         SPEC("//./pipe/a://./pipe/b:ro") ": invalid mount config for type \"npipe\": field "
                                          "ReadOnly must not be specified",
         WCD_E_INVALID_PARAMETER},
        {"C:\\none:d:\\in",
         SPEC("C:\\none:d:\\in") ": invalid mount config for type \"bind\": bind source path does "
                                 "not exist: c:\\none",
         WCD_E_INVALID_PARAMETER},
        {"C:\\file:d:\\in",
         SPEC("C:\\file:d:\\in") ": invalid mount config for type \"bind\": source path must be a "
                                 "directory",
         WCD_E_INVALID_PARAMETER},
        {"\\\\.\\pipe\\a:d:\\in",
         SPEC("\\\\.\\pipe\\a:d:\\in") ": invalid mount config for type \"npipe\": 'd:\\in' is not "
                                       "a valid pipe path",
         WCD_E_INVALID_PARAMETER},
        {"volume:d:\\in", "volumes are not offered: volume", WCD_E_NOT_IMPLEMENTED},
    };
    assert_true(fake_fs_put_directory(f->host, "C:\\data", NULL));
    layer_put(f, "C:\\file", "x");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_strlist binds = {0};
        struct wcd_container_mounts mounts = {0};
        assert_true(wcd_strlist_add(&binds, cases[i].spec));
        (void)wcd_container_read_binds(&f->platform, &binds, &mounts, &f->err);
        assert_error(f->err, cases[i].code, cases[i].message);
        assert_int_equal(mounts.count, 0);
        wcd_strlist_release(&binds);
    }
    struct wcd_container_mounts mounts = {0};
    struct wcd_strlist many = {.count = WCD_CONTAINER_MOUNTS_MAX + 1};
    (void)wcd_container_read_binds(&f->platform, &many, &mounts, &f->err);
    assert_error(f->err, WCD_E_INVALID_PARAMETER, "more than 1024 binds");
}

static void binds_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    static const char *const specs[] = {"C:\\data:d:\\in:ro", "C:\\none:d:\\in", "C:\\data:c:"};
    assert_true(fake_fs_put_directory(f->host, "C:\\data", NULL));
    for (size_t i = 0; i < COUNT_OF(specs); i++) {
        struct wcd_strlist binds = {0};
        bool fired = true;
        assert_true(wcd_strlist_add(&binds, specs[i]));
        for (size_t n = 1; fired; n++) {
            struct wcd_container_mounts mounts = {0};
            alloc_fail_after(n);
            enum wcd_errc code = wcd_container_read_binds(&f->platform, &binds, &mounts, &f->err);
            fired = alloc_fail_off();
            assert_int_equal(code, fired    ? WCD_E_NO_MEMORY
                                   : i == 0 ? WCD_OK
                                            : WCD_E_INVALID_PARAMETER);
            wcd_error_release(&f->err);
            wcd_container_mounts_release(&mounts);
        }
        wcd_strlist_release(&binds);
    }
}

/* ---- references ---- */

static void references_are_read(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container_references references;
    struct wcd_json *list = parse("[{\"id\":\"1\",\"name\":\"n\",\"file\":\"f\",\"data\":\"abc\"},"
                                  "{\"id\":\"2\",\"name\":null}]");
    assert_int_equal(wcd_container_read_references(&references, list, &err), WCD_OK);
    assert_int_equal(references.count, 2);
    assert_string_equal(references.items[0].id, "1");
    assert_string_equal(references.items[0].name, "n");
    assert_string_equal(references.items[0].file_name, "f");
    assert_string_equal(references.items[0].data, "abc");
    assert_int_equal(references.items[0].size, 3);
    assert_true(references.items[0].is_file && references.items[0].found);
    assert_string_equal(references.items[1].id, "2");
    assert_null(references.items[1].name);
    assert_false(references.items[1].is_file || references.items[1].found);
    wcd_container_references_release(&references);
    wcd_json_free(list);
    assert_int_equal(wcd_container_read_references(&references, NULL, &err), WCD_OK);
    assert_int_equal(references.count, 0);
    static const char *const members[] = {"id", "name", "file", "data"};
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        char *text = wcd_text_format("[{\"%s\":1}]", members[i]);
        char *message = wcd_text_format("\"%s\" of a reference must be a text", members[i]);
        list = parse(text);
        (void)wcd_container_read_references(&references, list, &err);
        assert_error(err, WCD_E_INVALID_PARAMETER, message);
        assert_int_equal(references.count, 0);
        wcd_json_free(list);
        free(message);
        free(text);
    }
}

static void references_have_an_end(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_container_references references;
    struct wcd_json *list = wcd_json_new_array();
    for (size_t i = 0; i <= WCD_CONTAINER_MOUNTS_MAX; i++) {
        assert_true(wcd_json_append(list, wcd_json_new_null()));
    }
    (void)wcd_container_read_references(&references, list, &err);
    assert_error(err, WCD_E_INVALID_PARAMETER, "more than 1024 references");
    wcd_json_free(list);
}

static void references_without_memory(void **state)
{
    (void)state;
    struct wcd_json *list = parse("[{\"id\":\"1\",\"name\":\"n\",\"file\":\"f\",\"data\":\"a\"}]");
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_container_references references;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_container_read_references(&references, list, &err);
        fired = alloc_fail_off();
        assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
        assert_int_equal(references.count, fired ? 0 : 1);
        wcd_error_release(&err);
        wcd_container_references_release(&references);
    }
    wcd_json_free(list);
}

/* ---- the container ---- */

struct made {
    struct wcd_container_config config;
    struct wcd_host_config host_config;
    struct wcd_container *container;
};

static enum wcd_errc make(struct layer_fixture *f, struct made *made, const char *config,
                          const char *name, const char *bind)
{
    const struct wcd_container_names names = {
        .name = name, .image_id = name == NULL ? NULL : LAYER_DIFF_A, .root = "C:\\d\\containers"};
    *made = (struct made){0};
    assert_int_equal(read_config(&made->config, config, &f->err), WCD_OK);
    assert_true(bind == NULL || wcd_strlist_add(&made->host_config.binds, bind));
    return wcd_container_new(&made->container, &f->platform, &names, &made->config,
                             &made->host_config, &f->err);
}

static void a_container_has_names_program_and_mounts(void **state)
{
    struct layer_fixture *f = *state;
    struct made made;
    assert_true(fake_fs_put_directory(f->host, "C:\\data", NULL));
    assert_int_equal(
        make(f, &made, "{\"Entrypoint\":[\"e\",\"f\"],\"Cmd\":[\"c\"]}", NULL, "C:\\data:d:\\in"),
        WCD_OK);
    struct wcd_container *container = made.container;
    assert_true(wcd_id_is_valid(container->id));
    assert_int_equal(strlen(container->name), 13);
    assert_memory_equal(container->name + 1, container->id, 12);
    assert_string_equal(container->config.hostname, container->name + 1);
    assert_null(container->image_id);
    assert_true(wcd_text_has_prefix(container->root, "C:\\d\\containers\\"));
    assert_string_equal(container->root + strlen("C:\\d\\containers\\"), container->id);
    assert_string_equal(container->path, "e");
    layer_assert_lines(&container->args, "f\nc");
    assert_string_equal(container->mounts.items[0].destination, "d:\\in");
    assert_int_equal(made.config.cmd.count, 0);
    assert_int_equal(made.host_config.binds.count, 0);
    wcd_container_free(container);
    wcd_container_free(NULL);
    assert_int_equal(make(f, &made, "{\"Hostname\":\"h\",\"Cmd\":[\"c\"]}", "web", NULL), WCD_OK);
    assert_string_equal(made.container->name, "/web");
    assert_string_equal(made.container->config.hostname, "h");
    assert_string_equal(made.container->image_id, LAYER_DIFF_A);
    assert_string_equal(made.container->path, "c");
    assert_int_equal(made.container->args.count, 0);
    wcd_container_free(made.container);
    assert_int_equal(make(f, &made, "{\"Cmd\":[\"c\"]}", "/web", NULL), WCD_OK);
    assert_string_equal(made.container->name, "/web");
    wcd_container_free(made.container);
    (void)make(f, &made, "{\"Cmd\":[\"c\"]}", "web", "x");
    assert_error(f->err, WCD_E_INVALID_PARAMETER, SPEC("x"));
    assert_null(made.container);
}

static void a_full_hostname_has_the_domain_behind_it(void **state)
{
    (void)state;
    struct wcd_container container = {0};
    char *name = wcd_container_full_hostname(&container);
    assert_string_equal(name, "");
    free(name);
    container.config.hostname = (char[]){"h"};
    container.config.domainname = (char[]){"d.e"};
    name = wcd_container_full_hostname(&container);
    assert_string_equal(name, "h.d.e");
    free(name);
}

static void containers_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    assert_true(fake_fs_put_directory(f->host, "C:\\data", NULL));
    for (size_t i = 0; i < 2; i++) {
        bool fired = true;
        for (size_t n = 1; fired; n++) {
            struct made made = {0};
            const struct wcd_container_names names = {.name = i == 0 ? NULL : "web",
                                                      .image_id = i == 0 ? NULL : "x",
                                                      .root = "C:\\d\\containers"};
            assert_int_equal(read_config(&made.config, "{\"Cmd\":[\"c\",\"d\"]}", &f->err), WCD_OK);
            assert_true(wcd_strlist_add(&made.host_config.binds, "C:\\data:d:\\in"));
            alloc_fail_after(n);
            enum wcd_errc code = wcd_container_new(&made.container, &f->platform, &names,
                                                   &made.config, &made.host_config, &f->err);
            fired = alloc_fail_off();
            assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
            assert_int_equal(made.container == NULL, fired);
            assert_int_equal(made.config.cmd.count + made.host_config.binds.count, 0);
            wcd_error_release(&f->err);
            wcd_container_free(made.container);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_config_is_read),
        cmocka_unit_test(a_wrong_type_is_told_in_gos_words),
        cmocka_unit_test(a_list_of_a_config_has_an_end),
        cmocka_unit_test(configs_without_memory),
        cmocka_unit_test(an_image_fills_what_a_container_leaves_open),
        cmocka_unit_test(user_and_folder_come_from_the_image),
        cmocka_unit_test(merges_without_memory),
        cmocka_unit_test(names_have_few_characters),
        layer_test(binds_are_read),
        layer_test(binds_that_are_none_are_refused),
        layer_test(binds_without_memory),
        cmocka_unit_test(references_are_read),
        cmocka_unit_test(references_have_an_end),
        cmocka_unit_test(references_without_memory),
        layer_test(a_container_has_names_program_and_mounts),
        cmocka_unit_test(a_full_hostname_has_the_domain_behind_it),
        layer_test(containers_without_memory),
    };
    return cmocka_run_group_tests_name("container", tests, NULL, NULL);
}
