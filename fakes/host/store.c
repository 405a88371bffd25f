/* The state of a host as a document and in a file; see store.h. */
#include "fakes/host/store.h"

#include "core/base/buf.h"
#include "fakes/hns/state.h"
#include "fakes/host/internal.h"

#include <stdlib.h>
#include <string.h>

#define STORE_VERSION     1u
#define STORE_CHUNK_BYTES 65536u

uint64_t fake_host_store_version(const struct fake_host *host)
{
    return host->hns.changes;
}

/* ---- the document ---- */

struct store_head {
    uint32_t version;
    char *build;
};

static const struct fake_state_row store_rows[] = {
    {"version", FAKE_STATE_UINT32, true, offsetof(struct store_head, version), 0},
    {"build", FAKE_STATE_TEXT, true, offsetof(struct store_head, build), 0},
    {"hns", FAKE_STATE_HAND_OBJECT, true, 0, 0},
};
static const struct fake_state_table store_table = {store_rows,
                                                    sizeof(store_rows) / sizeof(store_rows[0])};

struct wcd_json *fake_host_save(const struct fake_host *host)
{
    struct wcd_json *out = wcd_json_new_object();
    bool done = out != NULL && wcd_json_set_int64(out, "version", STORE_VERSION) &&
                wcd_json_set_string(out, "build", host->build->id) &&
                wcd_json_set(out, "hns", fake_hns_save(host));
    return wcd_json_if(done, out);
}

/* A document of another version has other members: its number is looked at first. */
static enum wcd_errc store_check_version(const struct wcd_json *document,
                                         const struct fake_state_at *at)
{
    const struct wcd_json *member = wcd_json_get(document, "version");
    uint64_t version = 0;
    bool number = wcd_json_is(member, WCD_JSON_NUMBER) && wcd_json_uint64(member, &version);
    if (number && version != STORE_VERSION) {
        return wcd_error_set(at->err, WCD_E_INVALID_PARAMETER,
                             "/version: a document of version %s, where %u is known",
                             wcd_json_literal(member), STORE_VERSION);
    }
    return WCD_OK;
}

enum wcd_errc fake_host_load(struct fake_host *host, const struct wcd_json *document,
                             struct wcd_error *err)
{
    const struct fake_state_at at = {.pointer = "", .err = err};
    const struct fake_state_at hns = {.pointer = "/hns", .err = err};
    struct store_head head = {0};
    enum wcd_errc code = store_check_version(document, &at);
    code = code == WCD_OK ? fake_state_read(&store_table, document, &head, &at) : code;
    if (code == WCD_OK && strcmp(head.build, host->build->id) != 0) {
        code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "/build: of %s, and the host is %s",
                             head.build, host->build->id);
    }
    if (code == WCD_OK) {
        code = fake_hns_load(host, wcd_json_get(document, "hns"), true, &hns);
    }
    free(head.build);
    return code;
}

/* ---- in a file ---- */

static enum wcd_errc store_failed(struct wcd_error *err, const char *op, plat_hr hr,
                                  const char *path, const char *what)
{
    return wcd_error_platform(err, WCD_E_SYSTEM, op, hr, "%s: %s: 0x%08X", path, what,
                              (unsigned)plat_hr_bits(hr));
}

static enum wcd_errc store_put(const struct plat_fs *fs, const char *path, const char *text,
                               size_t size, struct wcd_error *err)
{
    plat_handle file = PLAT_NO_HANDLE;
    plat_hr hr = fs->ops->open(fs->ctx, path, PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &file);
    if (plat_failed(hr)) {
        return store_failed(err, "fs.open", hr, path, "cannot be made");
    }
    hr = fs->ops->write(fs->ctx, file, text, size);
    hr = plat_succeeded(hr) ? fs->ops->flush(fs->ctx, file) : hr;
    plat_hr closed = fs->ops->close(fs->ctx, file);
    hr = plat_failed(hr) ? hr : closed;
    return plat_failed(hr) ? store_failed(err, "fs.write", hr, path, "cannot be written") : WCD_OK;
}

/* Beside the file first. What is left of it after a failure goes with the next attempt, if not at once. */
static enum wcd_errc store_replace(const struct plat_fs *fs, const char *path, const char *text,
                                   struct wcd_error *err)
{
    size_t size = strlen(text);
    char *beside = wcd_text_format("%s.new", path);
    if (beside == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = WCD_OK;
    if (size > FAKE_STORE_BYTES_MAX) {
        code =
            wcd_error_set(err, WCD_E_SYSTEM, "%s: the state of the host is larger than %zu bytes",
                          path, FAKE_STORE_BYTES_MAX);
    } else {
        code = store_put(fs, beside, text, size, err);
    }
    if (code == WCD_OK) {
        plat_hr hr = fs->ops->move(fs->ctx, beside, path,
                                   PLAT_MOVE_REPLACE_EXISTING | PLAT_MOVE_WRITE_THROUGH);
        code =
            plat_failed(hr) ? store_failed(err, "fs.move", hr, path, "cannot be replaced") : WCD_OK;
    }
    if (code != WCD_OK) {
        (void)fs->ops->remove_file(fs->ctx, beside);
    }
    free(beside);
    return code;
}

enum wcd_errc fake_store_write(const struct plat_fs *fs, const char *path,
                               const struct fake_host *host, struct wcd_error *err)
{
    struct wcd_json *document = fake_host_save(host);
    char *text = document == NULL ? NULL : wcd_json_print(document);
    wcd_json_free(document);
    enum wcd_errc code =
        text == NULL ? wcd_error_no_memory(err) : store_replace(fs, path, text, err);
    free(text);
    return code;
}

static enum wcd_errc store_get(const struct plat_fs *fs, plat_handle file, const char *path,
                               struct wcd_buf *buf, struct wcd_error *err)
{
    char *chunk = malloc(STORE_CHUNK_BYTES);
    size_t got = chunk == NULL ? 0 : 1;
    enum wcd_errc code = chunk == NULL ? wcd_error_no_memory(err) : WCD_OK;
    while (got > 0 && code == WCD_OK) {
        plat_hr hr = fs->ops->read(fs->ctx, file, chunk, STORE_CHUNK_BYTES, &got);
        if (plat_failed(hr)) {
            code = store_failed(err, "fs.read", hr, path, "cannot be read");
        } else if (buf->len + got > FAKE_STORE_BYTES_MAX) {
            code = wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s: larger than %zu bytes", path,
                                 FAKE_STORE_BYTES_MAX);
        } else {
            wcd_buf_add(buf, chunk, got);
            code = buf->failed ? wcd_error_no_memory(err) : WCD_OK;
        }
    }
    free(chunk);
    return code;
}

static enum wcd_errc store_parse(const char *path, const struct wcd_buf *buf,
                                 struct fake_host *host, struct wcd_error *err)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *document = wcd_json_parse(wcd_buf_str(buf), buf->len, &fault);
    if (document == NULL && strcmp(fault.reason, "out of memory") == 0) {
        return wcd_error_no_memory(err);
    }
    if (document == NULL) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "%s: line %zu, column %zu: %s", path,
                             fault.line, fault.column, fault.reason);
    }
    enum wcd_errc code = fake_host_load(host, document, err);
    wcd_json_free(document);
    return code == WCD_OK ? WCD_OK : wcd_error_wrap(err, "%s", path);
}

enum wcd_errc fake_store_read(const struct plat_fs *fs, const char *path, struct fake_host *host,
                              struct wcd_error *err)
{
    plat_handle file = PLAT_NO_HANDLE;
    plat_hr hr = fs->ops->open(fs->ctx, path, PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file);
    if (hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND) ||
        hr == plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND)) {
        return WCD_OK;
    }
    if (plat_failed(hr)) {
        return store_failed(err, "fs.open", hr, path, "cannot be opened");
    }
    struct wcd_buf buf;
    wcd_buf_init(&buf, FAKE_STORE_BYTES_MAX);
    enum wcd_errc code = store_get(fs, file, path, &buf, err);
    /* Nothing was written: a handle that does not close cleanly takes no data with it. */
    (void)fs->ops->close(fs->ctx, file);
    code = code == WCD_OK ? store_parse(path, &buf, host, err) : code;
    wcd_buf_release(&buf);
    return code;
}
