/* core/image: documents, references, names, the store, and which images a host takes. */
#include "core/image/image.h"
#include "core/image/names.h"
#include "core/image/reference.h"
#include "core/image/store.h"
#include "core/layer/ids.h"
#include "tests/unit/core/layer_fixture.h"

#define DB      LAYER_ROOT "\\image\\windowsfilter"
#define CONTENT DB "\\imagedb\\content\\sha256"
#define NAMES   DB "\\repositories.json"
#define DENIED  ": Access is denied."

#define DOCUMENT                                                                                   \
    "{\"os\":\"windows\",\"os.version\":\"10.0.20348.1\",\"architecture\":\"amd64\","              \
    "\"config\":{\"Cmd\":[\"cmd\"]},"                                                              \
    "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" LAYER_DIFF_A "\"]}}"
#define BARE "{\"rootfs\":{}}"

/* ---- documents ---- */

static enum wcd_errc read_image(struct wcd_image *out, const char *text, struct wcd_error *err)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    assert_non_null(json);
    enum wcd_errc code = wcd_image_from_json(out, json, err);
    wcd_json_free(json);
    return code;
}

static void a_document_is_read(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_image image;
    assert_int_equal(read_image(&image, DOCUMENT, &err), WCD_OK);
    assert_null(image.id);
    assert_string_equal(image.os, "windows");
    assert_string_equal(image.os_version, "10.0.20348.1");
    assert_string_equal(image.architecture, "amd64");
    layer_assert_lines(&image.diff_ids, LAYER_DIFF_A);
    layer_assert_lines(&image.config.cmd, "cmd");
    wcd_image_release(&image);
    assert_int_equal(read_image(&image,
                                "{\"os\":\"\",\"os.version\":null,\"config\":null,\"rootfs\":{"
                                "\"diff_ids\":null}}",
                                &err),
                     WCD_OK);
    assert_string_equal(image.os, "windows");
    assert_string_equal(image.os_version, "");
    assert_string_equal(image.architecture, "");
    assert_int_equal(image.diff_ids.count, 0);
    assert_null(wcd_image_chain_id(&image, 0));
    wcd_image_release(&image);
}

static void a_document_that_is_no_image_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
        enum wcd_errc code;
    } cases[] = {
        {"[]", "invalid image JSON, no RootFS key", WCD_E_PLAIN},
        {"{}", "invalid image JSON, no RootFS key", WCD_E_PLAIN},
        {"{\"rootfs\":[]}", "invalid image JSON, no RootFS key", WCD_E_PLAIN},
        {"{\"os\":1,\"rootfs\":{}}",
         "json: cannot unmarshal number into Go struct field Image.os of type string", WCD_E_PLAIN},
        {"{\"os.version\":[],\"rootfs\":{}}",
         "json: cannot unmarshal array into Go struct field Image.os.version of type string",
         WCD_E_PLAIN},
        {"{\"architecture\":true,\"rootfs\":{}}",
         "json: cannot unmarshal bool into Go struct field Image.architecture of type string",
         WCD_E_PLAIN},
        {"{\"rootfs\":{\"diff_ids\":[1]}}", "invalid checksum digest format", WCD_E_PLAIN},
        {"{\"rootfs\":{\"diff_ids\":[\"sha256:1\"]}}", "invalid checksum digest format",
         WCD_E_PLAIN},
        {"{\"rootfs\":{\"diff_ids\":{\"a\":\"" LAYER_DIFF_A "\"}}}",
         "json: cannot unmarshal object into Go struct field RootFS.rootfs.diff_ids of type "
         "[]layer.DiffID",
         WCD_E_PLAIN},
        {"{\"rootfs\":{},\"config\":{\"Cmd\":1}}",
         "json: cannot unmarshal number into Go struct field Config.Cmd of type []string",
         WCD_E_INVALID_PARAMETER},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_image image;
        (void)read_image(&image, cases[i].text, &err);
        assert_error(err, cases[i].code, cases[i].message);
        assert_null(image.os);
    }
}

static void a_chain_id_is_that_of_the_first_layers(void **state)
{
    (void)state;
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_image image;
    assert_int_equal(
        read_image(&image,
                   "{\"rootfs\":{\"diff_ids\":[\"" LAYER_DIFF_A "\",\"" LAYER_DIFF_B "\"]}}", &err),
        WCD_OK);
    char *one = wcd_image_chain_id(&image, 1);
    char *two = wcd_image_chain_id(&image, 2);
    char *expected = wcd_chain_id(LAYER_DIFF_A, LAYER_DIFF_B);
    assert_string_equal(one, LAYER_DIFF_A);
    assert_string_equal(two, expected);
    free(one);
    free(two);
    free(expected);
    for (size_t n = 1; n <= 2; n++) {
        alloc_fail_after(n);
        assert_null(wcd_image_chain_id(&image, 2));
        assert_true(alloc_fail_off());
    }
    wcd_image_release(&image);
}

static void documents_without_memory(void **state)
{
    (void)state;
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(DOCUMENT, strlen(DOCUMENT), &fault);
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_image image;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_image_from_json(&image, json, &err);
        fired = alloc_fail_off();
        assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_error_release(&err);
        wcd_image_release(&image);
    }
    wcd_json_free(json);
}

/* ---- builds ---- */

static void an_image_of_a_later_windows_is_refused(void **state)
{
    (void)state;
    static const struct plat_os_version host = {.major = 10, .minor = 0, .build = 17763};
    static const struct {
        const char *os;
        const char *version;
        const char *message; /* NULL: taken */
    } cases[] = {
        {"windows", "10.0.17763.2628", NULL},
        {"windows", "10.0.14393", NULL},
        {"windows", "10.0.20348.1",
         "a Windows version 10.0.20348-based image is incompatible with a 10.0.17763 host"},
        {"windows", "10.0.20348",
         "a Windows version 10.0.20348-based image is incompatible with a 10.0.17763 host"},
        {"windows", "10.0.+20348.x.y",
         "a Windows version 10.0.+20348-based image is incompatible with a 10.0.17763 host"},
        {"windows", "", NULL},
        {"windows", "10", NULL},
        {"windows", "10.0", NULL},
        {"windows", "10.0.", NULL},
        {"windows", "10.0.x", NULL},
        {"windows", "10.0.20348x.1", NULL},
        {"windows", "10.0.99999999999999999999", NULL},
        {"linux", "10.0.20348.1", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        enum wcd_errc code = wcd_image_check_build(engine_rules_of(WCD_ENGINE_V25), cases[i].os,
                                                   cases[i].version, &host, &err);
        assert_string_equal(wcd_error_message(&err), wcd_text_or_empty(cases[i].message));
        assert_int_equal(code, cases[i].message == NULL ? WCD_OK : WCD_E_PLAIN);
        wcd_error_release(&err);
        assert_int_equal(wcd_image_check_build(engine_rules_of(WCD_ENGINE_V17), cases[i].os,
                                               cases[i].version, &host, &err),
                         WCD_OK);
    }
}

/* ---- references ---- */

#define HEX_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void references_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *familiar; /* NULL: refused */
    } cases[] = {
        {"app", "app:latest"},
        {"app:1.0", "app:1.0"},
        {"a/b", "a/b:latest"},
        {"docker.io/library/app", "app:latest"},
        {"index.docker.io/library/app:x", "app:x"},
        {"docker.io/a/app", "a/app:latest"},
        {"index.docker.io/a/app", "a/app:latest"},
        {"library/app", "app:latest"},
        {"docker.io/library/a/b", "library/a/b:latest"},
        {"localhost/app", "localhost/app:latest"},
        {"localhost:5000/app:T_1.-", "localhost:5000/app:T_1.-"},
        {"Reg.Example-1.com/a/b_c/d__e/f-g/h--i/j.k",
         "Reg.Example-1.com/a/b_c/d__e/f-g/h--i/j.k:latest"},
        {HEX_64, "sha256:" HEX_64},
        {"sha256:" HEX_64, "sha256:" HEX_64},
        {HEX_64 "-init", HEX_64 "-init:latest"},
        {"", NULL},
        {":", NULL},
        {"app:", NULL},
        {"app:-x", NULL},
        {"app:.x", NULL},
        {"app:a b", NULL},
        {"app:a/b:", NULL},
        {"a//b", NULL},
        {"/a", NULL},
        {"a/", NULL},
        {"-a", NULL},
        {"a-", NULL},
        {"a..b", NULL},
        {"a._b", NULL},
        {"a___b", NULL},
        {"a b", NULL},
        {"a@sha256", NULL},
        {"reg.com:/a", NULL},
        {"reg.com:8x/a", NULL},
        {"reg_.com/a", NULL},
        {":5/a", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        struct wcd_reference reference;
        enum wcd_errc code =
            wcd_reference_parse(&reference, cases[i].text, engine_rules_of(WCD_ENGINE_V25), &err);
        if (cases[i].familiar == NULL) {
            if (code == WCD_OK) {
                fail_msg("taken: %s", cases[i].text);
            }
            assert_error(err, WCD_E_INVALID_PARAMETER, "invalid reference format");
        } else {
            assert_string_equal(wcd_error_message(&err), "");
            char *text = wcd_reference_text(&reference);
            assert_string_equal(text, cases[i].familiar);
            free(text);
        }
        wcd_reference_release(&reference);
    }
}

static void a_name_has_small_letters_and_an_end(void **state)
{
    (void)state;
    static const char *const messages[] = {
        [WCD_ENGINE_V17] = "invalid reference format: repository name must be lowercase",
        [WCD_ENGINE_V25] =
            "invalid reference format: repository name (library/App) must be lowercase",
    };
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_reference reference;
    for (size_t i = 0; i < COUNT_OF(messages); i++) {
        (void)wcd_reference_parse(&reference, "App", engine_rules_of((enum wcd_engine)i), &err);
        assert_error(err, WCD_E_INVALID_PARAMETER, messages[i]);
    }
    const struct engine_rules *engine = engine_rules_of(WCD_ENGINE_V25);
    (void)wcd_reference_parse(&reference, "reg.com/a/App", engine, &err);
    assert_error(err, WCD_E_INVALID_PARAMETER,
                 "invalid reference format: repository name (a/App) must be lowercase");
    char name[300];
    memset(name, 'a', sizeof(name));
    name[255 - strlen("docker.io/library/")] = '\0';
    assert_int_equal(wcd_reference_parse(&reference, name, engine, &err), WCD_OK);
    wcd_reference_release(&reference);
    name[strlen(name)] = 'a';
    name[256 - strlen("docker.io/library/")] = '\0';
    (void)wcd_reference_parse(&reference, name, engine, &err);
    assert_error(err, WCD_E_INVALID_PARAMETER,
                 "repository name must not be more than 255 characters");
    memcpy(name, "app:", 4);
    memset(name + 4, 't', 129);
    name[4 + 128] = '\0';
    assert_int_equal(wcd_reference_parse(&reference, name, engine, &err), WCD_OK);
    wcd_reference_release(&reference);
    name[4 + 128] = 't';
    name[4 + 129] = '\0';
    (void)wcd_reference_parse(&reference, name, engine, &err);
    assert_error(err, WCD_E_INVALID_PARAMETER, "invalid reference format");
}

static void references_without_memory(void **state)
{
    (void)state;
    static const char *const texts[] = {"app", HEX_64, "App"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        bool fired = true;
        for (size_t n = 1; fired; n++) {
            struct wcd_error err = WCD_ERROR_INIT;
            struct wcd_reference reference;
            alloc_fail_after(n);
            enum wcd_errc code =
                wcd_reference_parse(&reference, texts[i], engine_rules_of(WCD_ENGINE_V25), &err);
            fired = alloc_fail_off();
            assert_int_equal(code, fired    ? WCD_E_NO_MEMORY
                                   : i == 2 ? WCD_E_INVALID_PARAMETER
                                            : WCD_OK);
            wcd_error_release(&err);
            wcd_reference_release(&reference);
        }
    }
}

/* ---- names ---- */

static void put_name(struct layer_fixture *f, struct wcd_image_names *names, const char *name,
                     const char *id)
{
    struct wcd_reference reference;
    assert_int_equal(wcd_reference_parse(&reference, name, f->engine, &f->err), WCD_OK);
    assert_int_equal(wcd_image_names_put(names, &f->platform, &reference, id, &f->err), WCD_OK);
    wcd_reference_release(&reference);
}

static void assert_name(struct layer_fixture *f, const struct wcd_image_names *names,
                        const char *name, const char *id)
{
    struct wcd_reference reference;
    assert_int_equal(wcd_reference_parse(&reference, name, f->engine, &f->err), WCD_OK);
    const char *found = wcd_image_names_find(names, &reference);
    assert_string_equal(wcd_text_or_empty(found), id);
    wcd_reference_release(&reference);
}

static void names_are_kept_in_a_file(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_image_names names;
    assert_int_equal(wcd_image_names_open(&names, &f->platform, "C:\\d\\names", &f->err), WCD_OK);
    layer_assert_file(f, "C:\\d\\names", "{\"Repositories\":{}}");
    put_name(f, &names, "b:2", "sha256:2");
    put_name(f, &names, "a", "sha256:1");
    put_name(f, &names, "b:1", "sha256:1");
    layer_assert_file(f, "C:\\d\\names",
                      "{\"Repositories\":{\"a\":{\"a:latest\":\"sha256:1\"},\"b\":{\"b:1\":"
                      "\"sha256:1\",\"b:2\":\"sha256:2\"}}}");
    put_name(f, &names, "b:1", "sha256:2");
    assert_name(f, &names, "a", "sha256:1");
    assert_name(f, &names, "b:1", "sha256:2");
    assert_name(f, &names, "b:3", "");
    assert_name(f, &names, "c", "");
    wcd_image_names_close(&names);
    assert_int_equal(wcd_image_names_open(&names, &f->platform, "C:\\d\\names", &f->err), WCD_OK);
    assert_name(f, &names, "b:1", "sha256:2");
    assert_int_equal(wcd_image_names_drop(&names, &f->platform, "sha256:2", &f->err), WCD_OK);
    layer_assert_file(f, "C:\\d\\names", "{\"Repositories\":{\"a\":{\"a:latest\":\"sha256:1\"}}}");
    assert_name(f, &names, "b:1", "");
    wcd_image_names_close(&names);
}

static void a_file_that_holds_no_names_is_refused(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"{", "C:\\d\\names: line 1, column 2: a member needs a name in double quotes"},
        {"[]", "C:\\d\\names: not a list of repositories"},
        {"{\"Repositories\":[]}", "C:\\d\\names: not a list of repositories"},
        {"{\"Repositories\":{\"a\":1}}", "C:\\d\\names: not a list of repositories"},
        {"{\"Repositories\":{\"a\":{\"a:b\":1}}}", "C:\\d\\names: not a list of repositories"},
    };
    struct wcd_image_names names;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        layer_put(f, "C:\\d\\names", cases[i].text);
        (void)wcd_image_names_open(&names, &f->platform, "C:\\d\\names", &f->err);
        assert_error(f->err, WCD_E_PLAIN, cases[i].message);
        assert_null(names.path);
    }
}

static void names_that_cannot_be_written_stay(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_image_names names;
    struct wcd_reference reference;
    assert_int_equal(wcd_image_names_open(&names, &f->platform, "C:\\d\\names", &f->err), WCD_OK);
    put_name(f, &names, "a", "sha256:1");
    assert_true(fake_fs_set_failure(f->host, "C:\\d\\names.tmp", HR(ACCESS_DENIED)));
    assert_int_equal(wcd_reference_parse(&reference, "b", f->engine, &f->err), WCD_OK);
    (void)wcd_image_names_put(&names, &f->platform, &reference, "sha256:2", &f->err);
    assert_error(f->err, WCD_E_PLAIN, "open C:\\d\\names.tmp" DENIED);
    wcd_reference_release(&reference);
    assert_name(f, &names, "a", "sha256:1");
    assert_name(f, &names, "b", "");
    layer_assert_file(f, "C:\\d\\names", "{\"Repositories\":{\"a\":{\"a:latest\":\"sha256:1\"}}}");
    wcd_image_names_close(&names);
}

static void names_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_image_names names = {0};
    struct wcd_reference reference;
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        const struct plat_fs *fs = &f->platform.fs;
        (void)fs->ops->remove_file(fs->ctx, "C:\\d\\names");
        wcd_image_names_close(&names);
        alloc_fail_after(n);
        enum wcd_errc code = wcd_image_names_open(&names, &f->platform, "C:\\d\\names", &f->err);
        fired = alloc_fail_off();
        assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_error_release(&f->err);
    }
    put_name(f, &names, "a", "sha256:1");
    put_name(f, &names, "b:1", "sha256:2");
    static const char content[] = "{\"Repositories\":{\"a\":{\"a:latest\":\"sha256:1\"},\"b\":{"
                                  "\"b:1\":\"sha256:2\"}}}";
    static const char *const put[] = {"b:2", "c"};
    for (size_t i = 0; i < COUNT_OF(put); i++) {
        assert_int_equal(wcd_reference_parse(&reference, put[i], f->engine, &f->err), WCD_OK);
        fired = true;
        for (size_t n = 1; fired; n++) {
            alloc_fail_after(n);
            enum wcd_errc code =
                wcd_image_names_put(&names, &f->platform, &reference, "sha256:3", &f->err);
            fired = alloc_fail_off();
            assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
            wcd_error_release(&f->err);
            if (fired) {
                layer_assert_file(f, "C:\\d\\names", content);
            }
        }
        wcd_reference_release(&reference);
        assert_int_equal(wcd_image_names_drop(&names, &f->platform, "sha256:3", &f->err), WCD_OK);
    }
    layer_assert_file(f, "C:\\d\\names", content);
    wcd_image_names_close(&names);
    fired = true;
    for (size_t n = 1; fired; n++) {
        alloc_fail_after(n);
        enum wcd_errc code = wcd_image_names_open(&names, &f->platform, "C:\\d\\names", &f->err);
        fired = alloc_fail_off();
        assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_error_release(&f->err);
    }
    wcd_image_names_close(&names);
}

/* ---- the store ---- */

struct stores {
    struct wcd_layer_store *layers;
    struct wcd_image_store *images;
};

static enum wcd_errc try_open(struct layer_fixture *f, struct stores *stores)
{
    struct wcd_image_store_options options = {.platform = &f->platform,
                                              .engine = f->engine,
                                              .log = &f->sink,
                                              .root = LAYER_ROOT,
                                              .layers = stores->layers};
    return wcd_image_store_open(&stores->images, &options, &f->err);
}

static struct stores open_stores(struct layer_fixture *f)
{
    struct stores stores = {.layers = layer_open_store(f)};
    enum wcd_errc code = try_open(f, &stores);
    assert_string_equal(wcd_error_message(&f->err), "");
    assert_int_equal(code, WCD_OK);
    return stores;
}

static void close_stores(struct stores *stores)
{
    wcd_image_store_close(stores->images);
    wcd_layer_store_close(stores->layers);
}

/* The image of DOCUMENT, which alone holds its layer, under the name "app". */
static char *add_image(struct layer_fixture *f, struct stores *stores)
{
    char *id = NULL;
    char *chain = layer_add(f, stores->layers, NULL, LAYER_DIFF_A);
    assert_int_equal(wcd_image_create(stores->images, DOCUMENT, &id, &f->err), WCD_OK);
    assert_int_equal(wcd_image_tag(stores->images, "app", id, &f->err), WCD_OK);
    layer_give_back(f, stores->layers, chain);
    free(chain);
    wcd_strlist_release(&f->log);
    return id;
}

static void assert_no_image(struct layer_fixture *f, const struct stores *stores,
                            const char *reference, enum wcd_errc code, const char *message)
{
    const struct wcd_image *image = NULL;
    (void)wcd_image_get(stores->images, reference, &image, &f->err);
    assert_error(f->err, code, message);
    assert_null(image);
}

static void images_are_kept_found_and_read_back(void **state)
{
    struct layer_fixture *f = *state;
    struct stores stores = open_stores(f);
    char *id = add_image(f, &stores);
    char *again = NULL;
    assert_int_equal(wcd_image_create(stores.images, DOCUMENT, &again, &f->err), WCD_OK);
    assert_string_equal(again, id);
    char *expected = wcd_digest_of(DOCUMENT, strlen(DOCUMENT));
    assert_string_equal(id, expected);
    char *path = wcd_text_format(CONTENT "\\%s", wcd_digest_hex(id));
    layer_assert_file(f, path, DOCUMENT);
    for (size_t i = 0; i < 2; i++) {
        const char *terms[] = {"app", "app:latest",       "docker.io/library/app",
                               id,    wcd_digest_hex(id), NULL};
        char *start = wcd_text_copy_n(wcd_digest_hex(id), 5);
        terms[5] = start;
        for (size_t j = 0; j < COUNT_OF(terms); j++) {
            const struct wcd_image *image = NULL;
            assert_int_equal(wcd_image_get(stores.images, terms[j], &image, &f->err), WCD_OK);
            assert_string_equal(image->id, id);
        }
        free(start);
        assert_int_equal(wcd_image_count(stores.images), 1);
        assert_int_equal(wcd_layer_references(stores.layers, LAYER_DIFF_A), 1);
        close_stores(&stores);
        stores = open_stores(f);
        layer_assert_log(f, "");
    }
    assert_no_image(f, &stores, "other:1", WCD_E_NOT_FOUND, "No such image: other:1");
    assert_no_image(f, &stores, LAYER_DIFF_C, WCD_E_NOT_FOUND, "No such image: " LAYER_DIFF_C);
    assert_no_image(f, &stores, "a b", WCD_E_INVALID_PARAMETER, "invalid reference format");
    (void)wcd_image_tag(stores.images, id, id, &f->err);
    assert_error(f->err, WCD_E_INVALID_PARAMETER,
                 "refusing to create a tag with a digest reference");
    (void)wcd_image_tag(stores.images, "a b", id, &f->err);
    assert_error(f->err, WCD_E_INVALID_PARAMETER, "invalid reference format");
    free(path);
    free(again);
    free(expected);
    free(id);
    close_stores(&stores);
    wcd_image_store_close(NULL);
}

/* The beginning of an id that two images have names none. */
static void a_beginning_must_be_of_one_image(void **state)
{
    struct layer_fixture *f = *state;
    struct stores stores = open_stores(f);
    char hex[2] = "";
    char seen[17] = "";
    for (size_t i = 0; strchr(seen, hex[0]) == NULL || i == 0; i++) {
        char *id = NULL;
        assert_true(i < sizeof(seen));
        seen[i == 0 ? 0 : i - 1] = hex[0];
        char *document = wcd_text_format("{\"rootfs\":{},\"n\":%zu}", i);
        assert_int_equal(wcd_image_create(stores.images, document, &id, &f->err), WCD_OK);
        hex[0] = wcd_digest_hex(id)[0];
        free(id);
        free(document);
    }
    char *message = wcd_text_format("No such image: %s:latest", hex);
    assert_no_image(f, &stores, hex, WCD_E_NOT_FOUND, message);
    free(message);
    close_stores(&stores);
}

static void documents_that_are_wrong_are_passed_over(void **state)
{
    struct layer_fixture *f = *state;
    char *digest = wcd_digest_of("{", 1);
    char *path = wcd_text_format(CONTENT "\\%s", wcd_digest_hex(digest));
    layer_put(f, path, "{");
    layer_put(f, CONTENT "\\" HEX_64, BARE);
    layer_put(f, CONTENT "\\x", BARE);
    struct stores stores = open_stores(f);
    assert_int_equal(f->log.count, 3);
    assert_true(wcd_strlist_contains(&f->log, "debug: Skipping invalid digest sha256:x: invalid "
                                              "checksum digest format"));
    assert_true(wcd_strlist_contains(&f->log, "error: invalid image sha256:" HEX_64
                                              ", failed to verify image: sha256:" HEX_64));
    char *line =
        wcd_text_format("error: invalid image %s, a member needs a name in double quotes", digest);
    assert_true(wcd_strlist_contains(&f->log, line));
    assert_int_equal(wcd_image_count(stores.images), 0);
    free(line);
    free(path);
    free(digest);
    close_stores(&stores);
}

static void a_store_needs_layers_folders_and_names(void **state)
{
    struct layer_fixture *f = *state;
    struct stores stores = open_stores(f);
    char *id = NULL;
    (void)wcd_image_create(stores.images, DOCUMENT, &id, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "layer does not exist");
    assert_null(id);
    layer_assert_tree(f, CONTENT, "");
    (void)wcd_image_create(stores.images, "{", &id, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "a member needs a name in double quotes");
    assert_true(fake_fs_set_failure(f->host, CONTENT, HR(ACCESS_DENIED)));
    (void)wcd_image_create(stores.images, BARE, &id, &f->err);
    char *digest = wcd_digest_of(BARE, strlen(BARE));
    char *message = wcd_text_format("open " CONTENT "\\%s.tmp" DENIED, wcd_digest_hex(digest));
    assert_error(f->err, WCD_E_PLAIN, message);
    free(message);
    free(digest);
    wcd_image_store_close(stores.images);
    (void)try_open(f, &stores);
    assert_error(f->err, WCD_E_PLAIN, "mkdir " CONTENT DENIED);
    assert_true(fake_fs_set_failure(f->host, CONTENT, PLAT_S_OK));
    layer_put(f, NAMES, "[]");
    (void)try_open(f, &stores);
    assert_error(f->err, WCD_E_PLAIN,
                 "Couldn't create reference store repository: " NAMES
                 ": not a list of repositories");
    digest = wcd_digest_of(DOCUMENT, strlen(DOCUMENT));
    char *path = wcd_text_format(CONTENT "\\%s", wcd_digest_hex(digest));
    layer_put(f, path, DOCUMENT);
    f->engine = engine_rules_of(WCD_ENGINE_V17);
    (void)try_open(f, &stores);
    assert_error(f->err, WCD_E_PLAIN, "layer does not exist");
    free(path);
    free(digest);
    assert_null(stores.images);
    close_stores(&stores);
}

static void an_image_goes_with_its_names_and_layers(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_strlist removed = {0};
    struct stores stores = open_stores(f);
    char *id = add_image(f, &stores);
    char *bare = NULL;
    assert_int_equal(wcd_image_tag(stores.images, "app:2", id, &f->err), WCD_OK);
    assert_int_equal(wcd_image_create(stores.images, BARE, &bare, &f->err), WCD_OK);
    assert_int_equal(wcd_image_tag(stores.images, "bare", bare, &f->err), WCD_OK);
    (void)wcd_image_delete(stores.images, "none", &removed, &f->err);
    assert_error(f->err, WCD_E_NOT_FOUND, "No such image: none:latest");
    assert_true(fake_fs_set_failure(f->host, CONTENT, HR(ACCESS_DENIED)));
    assert_int_equal(wcd_image_delete(stores.images, "app", &removed, &f->err), WCD_E_PLAIN);
    wcd_error_release(&f->err);
    assert_int_equal(wcd_image_count(stores.images), 2);
    assert_true(fake_fs_set_failure(f->host, CONTENT, PLAT_S_OK));
    assert_int_equal(wcd_image_delete(stores.images, id, &removed, &f->err), WCD_OK);
    layer_assert_lines(&removed, LAYER_DIFF_A);
    assert_int_equal(wcd_image_count(stores.images), 1);
    layer_assert_tree(f, LAYER_HOME, "");
    assert_no_image(f, &stores, "app:2", WCD_E_NOT_FOUND, "No such image: app:2");
    assert_int_equal(wcd_image_delete(stores.images, "bare", NULL, &f->err), WCD_OK);
    layer_assert_tree(f, CONTENT, "");
    layer_assert_file(f, NAMES, "{\"Repositories\":{}}");
    wcd_strlist_release(&removed);
    free(bare);
    free(id);
    close_stores(&stores);
}

/* A name that points to an image that is not there any more is none. */
static void a_name_without_its_image_finds_nothing(void **state)
{
    struct layer_fixture *f = *state;
    layer_put(f, NAMES, "{\"Repositories\":{\"app\":{\"app:latest\":\"" LAYER_DIFF_C "\"}}}");
    struct stores stores = open_stores(f);
    assert_no_image(f, &stores, "app", WCD_E_NOT_FOUND, "No such image: app:latest");
    close_stores(&stores);
}

static bool ended(struct layer_fixture *f, enum wcd_errc code)
{
    bool fired = alloc_fail_off();
    assert_true(code == WCD_OK || (fired && code == WCD_E_NO_MEMORY));
    wcd_error_release(&f->err);
    return fired;
}

static void a_store_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct stores stores = open_stores(f);
    char *chain = layer_add(f, stores.layers, NULL, LAYER_DIFF_A);
    char *before = layer_tree(f, LAYER_ROOT);
    char *id = NULL;
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        alloc_fail_after(n);
        enum wcd_errc code = wcd_image_create(stores.images, DOCUMENT, &id, &f->err);
        fired = ended(f, code);
        assert_int_equal(id != NULL, code == WCD_OK);
        if (code != WCD_OK) {
            layer_assert_tree(f, LAYER_ROOT, before);
            assert_int_equal(wcd_layer_references(stores.layers, chain), 1);
        } else if (fired) {
            assert_int_equal(wcd_image_delete(stores.images, id, NULL, &f->err), WCD_OK);
            wcd_text_replace(&id, NULL);
        }
    }
    fired = true;
    for (size_t n = 1; fired; n++) {
        alloc_fail_after(n);
        fired = ended(f, wcd_image_tag(stores.images, "app", id, &f->err));
    }
    static const char *const terms[] = {"app", "none"};
    for (size_t i = 0; i < COUNT_OF(terms); i++) {
        fired = true;
        for (size_t n = 1; fired; n++) {
            const struct wcd_image *image = NULL;
            alloc_fail_after(n);
            enum wcd_errc code = wcd_image_get(stores.images, terms[i], &image, &f->err);
            fired = alloc_fail_off();
            assert_int_equal(code, fired ? WCD_E_NO_MEMORY : i == 0 ? WCD_OK : WCD_E_NOT_FOUND);
            wcd_error_release(&f->err);
        }
    }
    wcd_image_store_close(stores.images);
    fired = true;
    for (size_t n = 1; fired; n++) {
        alloc_fail_after(n);
        enum wcd_errc code = try_open(f, &stores);
        fired = ended(f, code);
        if (code == WCD_OK && fired) {
            wcd_image_store_close(stores.images);
        }
    }
    free(before);
    free(id);
    free(chain);
    close_stores(&stores);
}

/* What a deletion without memory leaves can be deleted again, by its id. */
static void deletions_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct stores stores = open_stores(f);
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        char *id = add_image(f, &stores);
        alloc_fail_after(n);
        enum wcd_errc code = wcd_image_delete(stores.images, "app", NULL, &f->err);
        fired = ended(f, code);
        if (wcd_image_count(stores.images) > 0) {
            assert_int_equal(wcd_image_delete(stores.images, id, NULL, &f->err), WCD_OK);
        }
        free(id);
        close_stores(&stores);
        stores = open_stores(f);
        if (wcd_layer_acquire(stores.layers, LAYER_DIFF_A, &f->err) == WCD_OK) {
            layer_give_back(f, stores.layers, LAYER_DIFF_A);
        }
        wcd_error_release(&f->err);
        assert_int_equal(wcd_layer_store_cleanup(stores.layers, &f->err), WCD_OK);
        layer_assert_tree(f, LAYER_HOME, "");
        layer_assert_tree(f, CONTENT, "");
        layer_assert_file(f, NAMES, "{\"Repositories\":{}}");
    }
    close_stores(&stores);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_read),
        cmocka_unit_test(a_document_that_is_no_image_is_refused),
        cmocka_unit_test(a_chain_id_is_that_of_the_first_layers),
        cmocka_unit_test(documents_without_memory),
        cmocka_unit_test(an_image_of_a_later_windows_is_refused),
        cmocka_unit_test(references_are_read_as_people_write_them),
        cmocka_unit_test(a_name_has_small_letters_and_an_end),
        cmocka_unit_test(references_without_memory),
        layer_test(names_are_kept_in_a_file),
        layer_test(a_file_that_holds_no_names_is_refused),
        layer_test(names_that_cannot_be_written_stay),
        layer_test(names_without_memory),
        layer_test(images_are_kept_found_and_read_back),
        layer_test(a_beginning_must_be_of_one_image),
        layer_test(documents_that_are_wrong_are_passed_over),
        layer_test(a_store_needs_layers_folders_and_names),
        layer_test(an_image_goes_with_its_names_and_layers),
        layer_test(a_name_without_its_image_finds_nothing),
        layer_test(a_store_without_memory),
        layer_test(deletions_without_memory),
    };
    return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
