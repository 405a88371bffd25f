/* core/files/content: whole files, read, written, replaced, renamed, on an emulated host. */
#include "core/base/oserror.h"
#include "core/files/content.h"
#include "tests/unit/core/layer_fixture.h"

#define FILE_A LAYER_ROOT "\\a"
#define FILE_B LAYER_ROOT "\\b"

static void assert_read(struct layer_fixture *f, const char *path, const char *content)
{
    char *data = NULL;
    size_t size = 0;
    assert_int_equal(wcd_files_read(&f->platform, path, 10000, &data, &size, &f->err), WCD_OK);
    assert_int_equal(size, strlen(content));
    assert_string_equal(data, content);
    free(data);
}

static void what_was_written_is_read(void **state)
{
    struct layer_fixture *f = *state;
    struct plat_file_info info;
    char large[5001];
    memset(large, 'x', sizeof(large) - 1);
    large[sizeof(large) - 1] = '\0';
    static const char *const texts[] = {"", "abc"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_int_equal(
            wcd_files_write(&f->platform, FILE_A, texts[i], strlen(texts[i]), 0600, &f->err),
            WCD_OK);
        assert_read(f, FILE_A, texts[i]);
    }
    assert_int_equal(wcd_files_write(&f->platform, FILE_A, large, 5000, 0400, &f->err), WCD_OK);
    assert_read(f, FILE_A, large);
    const struct plat_fs *fs = &f->platform.fs;
    assert_int_equal(fs->ops->info(fs->ctx, FILE_A, &info), PLAT_S_OK);
    assert_true((info.attributes & PLAT_FILE_READONLY) != 0);
    (void)wcd_files_write(&f->platform, FILE_A, "x", 1, 0600, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "open " FILE_A ": Access is denied.");
}

static void what_cannot_be_read_is_told(void **state)
{
    struct layer_fixture *f = *state;
    char *data = NULL;
    size_t size = 7;
    layer_put(f, FILE_A, "abc");
    (void)wcd_files_read(&f->platform, FILE_A, 2, &data, &size, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "read " FILE_A ": larger than 2 bytes");
    assert_null(data);
    assert_int_equal(size, 0);
    assert_int_equal(wcd_files_read(&f->platform, FILE_A, 3, &data, &size, &f->err), WCD_OK);
    free(data);
    (void)wcd_files_read(&f->platform, FILE_B, 3, &data, &size, &f->err);
    assert_int_equal(f->err.hresult, HR(FILE_NOT_FOUND));
    assert_error(f->err, WCD_E_PLAIN,
                 "open " FILE_B ": The system cannot find the file specified.");
    (void)wcd_files_read(&f->platform, LAYER_ROOT, 3, &data, &size, &f->err);
    assert_string_equal(f->err.op, "fs.read");
    assert_error(f->err, WCD_E_PLAIN, "read " LAYER_ROOT ": Incorrect function.");
    (void)wcd_files_read(&f->platform, "a" WCD_TEXT_NUL, 3, &data, &size, &f->err);
    assert_int_equal(f->err.hresult, WCD_GO_EINVAL);
    assert_error(f->err, WCD_E_PLAIN, "open a" WCD_TEXT_NUL ": invalid argument");
    assert_int_equal(wcd_files_read_if_there(&f->platform, FILE_B, 3, &data, &size, &f->err),
                     WCD_OK);
    assert_null(data);
    assert_int_equal(size, 0);
    (void)wcd_files_read_if_there(&f->platform, LAYER_ROOT, 3, &data, &size, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "read " LAYER_ROOT ": Incorrect function.");
    assert_true(fake_fs_set_failure(f->host, FILE_A, HR(ACCESS_DENIED)));
    (void)wcd_files_read(&f->platform, FILE_A, 3, &data, &size, &f->err);
    assert_error(f->err, WCD_E_PLAIN, "open " FILE_A ": Access is denied.");
}

/* A handle's calls that fail behind the open. */
static plat_hr failing_read(void *ctx, plat_handle file, void *data, size_t size, size_t *got)
{
    (void)ctx;
    (void)file;
    (void)data;
    (void)size;
    *got = 0;
    return HR(GEN_FAILURE);
}

static plat_hr failing_flush(void *ctx, plat_handle file)
{
    (void)ctx;
    (void)file;
    return HR(GEN_FAILURE);
}

static plat_hr failing_close(void *ctx, plat_handle file)
{
    (void)fake_host_platform(ctx).fs.ops->close(ctx, file);
    return HR(GEN_FAILURE);
}

static void what_fails_behind_the_open_is_told(void **state)
{
    struct layer_fixture *f = *state;
    static const char not_functioning[] =
        "write " FILE_A ": A device attached to the system is not functioning.";
    char *data = NULL;
    size_t size = 0;
    const struct plat_fs_ops plain = *f->platform.fs.ops;
    struct plat_fs_ops ops = plain;
    struct platform platform = f->platform;
    platform.fs.ops = &ops;
    layer_put(f, FILE_A, "abc");
    ops.read = failing_read;
    (void)wcd_files_read(&platform, FILE_A, 3, &data, &size, &f->err);
    assert_error(f->err, WCD_E_PLAIN,
                 "read " FILE_A ": A device attached to the system is not functioning.");
    ops.flush = failing_flush;
    (void)wcd_files_write(&platform, FILE_A, "x", 1, 0600, &f->err);
    assert_error(f->err, WCD_E_PLAIN, not_functioning);
    ops = plain;
    ops.close = failing_close;
    (void)wcd_files_write(&platform, FILE_A, "x", 1, 0600, &f->err);
    assert_error(f->err, WCD_E_PLAIN, not_functioning);
    ops.flush = failing_flush;
    (void)wcd_files_write(&platform, FILE_A, "x", 1, 0600, &f->err);
    assert_error(f->err, WCD_E_PLAIN, not_functioning);
    assert_true(fake_fs_set_volume(f->host, "D:", "NTFS", 100, 10));
    (void)wcd_files_write(&f->platform, "D:\\a", "0123456789abcdef", 16, 0600, &f->err);
    assert_int_equal(f->err.hresult, HR(DISK_FULL));
    assert_error(f->err, WCD_E_PLAIN, "write D:\\a: There is not enough space on the disk.");
}

static void a_file_is_replaced_or_stays(void **state)
{
    struct layer_fixture *f = *state;
    layer_put(f, FILE_A, "old");
    assert_int_equal(wcd_files_replace(&f->platform, FILE_A, "new", 3, &f->err), WCD_OK);
    layer_assert_file(f, FILE_A, "new");
    assert_true(fake_fs_set_failure(f->host, FILE_A, HR(ACCESS_DENIED)));
    (void)wcd_files_replace(&f->platform, FILE_A, "x", 1, &f->err);
    assert_string_equal(f->err.op, "fs.move");
    assert_error(f->err, WCD_E_PLAIN, "rename " FILE_A ".tmp " FILE_A ": Access is denied.");
    layer_assert_file(f, FILE_A, "new");
    assert_int_equal(fake_fs_kind_of(f->host, FILE_A ".tmp"), FAKE_FS_NOTHING);
    assert_true(fake_fs_set_failure(f->host, FILE_A, PLAT_S_OK));
    assert_int_equal(wcd_files_rename(&f->platform, FILE_A, FILE_B, &f->err), WCD_OK);
    layer_assert_file(f, FILE_B, "new");
    (void)wcd_files_rename(&f->platform, FILE_A, FILE_B, &f->err);
    assert_error(f->err, WCD_E_PLAIN,
                 "rename " FILE_A " " FILE_B ": The system cannot find the file specified.");
}

static void bytes_become_text(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *text;
    } cases[] = {
        {"abc", 3, "abc"},
        {"\xC3\xA9", 2, "\xC3\xA9"},
        {"a\0b", 3, "a" WCD_TEXT_NUL "b"},
        {"a\xFF"
         "b",
         3,
         "a\xEF\xBF\xBD"
         "b"},
        {"\xC0\x80", 2, "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xE2\x82", 2, "\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = wcd_files_as_text(cases[i].bytes, cases[i].size);
        assert_string_equal(text, cases[i].text);
        free(text);
    }
    alloc_fail_after(1);
    assert_null(wcd_files_as_text("a", 1));
    assert_true(alloc_fail_off());
}

static enum wcd_errc use_files(struct layer_fixture *f)
{
    char *data = NULL;
    size_t size = 0;
    enum wcd_errc code = wcd_files_replace(&f->platform, FILE_A, "new", 3, &f->err);
    if (code == WCD_OK) {
        code = wcd_files_read(&f->platform, FILE_A, 3, &data, &size, &f->err);
    }
    free(data);
    return code;
}

static void files_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        layer_put(f, FILE_A, "old");
        alloc_fail_after(n);
        enum wcd_errc code = use_files(f);
        fired = alloc_fail_off();
        assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_error_release(&f->err);
        size_t size = 0;
        const char *content = fake_fs_content(f->host, FILE_A, &size);
        assert_int_equal(size, 3);
        assert_true(memcmp(content, "new", 3) == 0 || (fired && memcmp(content, "old", 3) == 0));
    }
    layer_put(f, FILE_A, "");
    fired = true;
    for (size_t n = 1; fired; n++) {
        char *data = NULL;
        size_t size = 0;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_files_read(&f->platform, FILE_A, 3, &data, &size, &f->err);
        fired = alloc_fail_off();
        assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_error_release(&f->err);
        free(data);
    }
    fired = true;
    for (size_t n = 1; fired; n++) {
        alloc_fail_after(n);
        enum wcd_errc code = wcd_files_rename(&f->platform, FILE_B, FILE_A, &f->err);
        fired = alloc_fail_off();
        /* The system's words can be lost alone: its number stands in for them. */
        assert_true(code == WCD_E_PLAIN || (fired && code == WCD_E_NO_MEMORY));
        wcd_error_release(&f->err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(what_was_written_is_read),
        layer_test(what_cannot_be_read_is_told),
        layer_test(what_fails_behind_the_open_is_told),
        layer_test(a_file_is_replaced_or_stays),
        cmocka_unit_test(bytes_become_text),
        layer_test(files_without_memory),
    };
    return cmocka_run_group_tests_name("content", tests, NULL, NULL);
}
