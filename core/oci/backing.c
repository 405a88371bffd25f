/* The volume behind a mount of containerd; see backing.h. */
#include "core/oci/backing.h"

#include "core/base/oserror.h"
#include "core/base/text.h"
#include "core/base/winpath.h"
#include "core/files/content.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SOURCE_STREAM ":containerd.io-source"

/* A path in the stream; longer texts are none. */
#define SOURCE_BYTES_MAX ((size_t)128 * 1024)

static bool exists(const struct platform *platform, const char *path)
{
    struct plat_file_info info = {0};
    return strstr(path, WCD_TEXT_NUL) == NULL &&
           plat_succeeded(platform->fs.ops->info(platform->fs.ctx, path, &info));
}

static enum wcd_errc no_source(struct wcd_error *err, const char *mount_point)
{
    return wcd_error_set(err, WCD_E_PLAIN, "no layer source for mount %s", mount_point);
}

/* What the stream holds; NULL with *err filled. */
static char *read_stream(const struct platform *platform, const char *mount_point,
                         const char *stream, struct wcd_error *err)
{
    char *data = NULL;
    size_t size = 0;
    enum wcd_errc code = wcd_files_read(platform, stream, SOURCE_BYTES_MAX, &data, &size, err);
    if (code != WCD_OK) {
        if (code != WCD_E_NO_MEMORY) {
            (void)wcd_error_wrap(err, "failed to retrieve layer source for mount %s", mount_point);
        }
        return NULL;
    }
    char *text = wcd_files_as_text(data, size);
    free(data);
    if (text == NULL) {
        (void)wcd_error_no_memory(err);
    }
    return text;
}

/* The layer's folder as containerd wrote it; NULL with *err filled. */
static char *read_source(const struct platform *platform, const char *mount_point,
                         struct wcd_error *err)
{
    char *stream = wcd_text_format("%s%s", mount_point, SOURCE_STREAM);
    char *source = NULL;
    if (stream == NULL) {
        (void)wcd_error_no_memory(err);
        return NULL;
    }
    if (exists(platform, stream)) {
        source = read_stream(platform, mount_point, stream, err);
    } else {
        (void)no_source(err, mount_point);
    }
    free(stream);
    return source;
}

/* hcsshim's GetLayerMountPath: it gives vmcompute full paths only, and puts its name before an error. */
static enum wcd_errc layer_mount_path(const struct platform *platform, const char *layer,
                                      char **out, struct wcd_error *err)
{
    static const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};
    const struct plat_storage *storage = &platform->storage;
    char *path = NULL;
    plat_hr hr = storage->ops->layer_mount_path(storage->ctx, &driver, layer, &path);
    if (plat_failed(hr)) {
        char *words = wcd_os_no_memory(hr) ? NULL : wcd_os_error_text(&platform->os, hr);
        enum wcd_errc code =
            words == NULL
                ? wcd_error_no_memory(err)
                : wcd_error_platform(err, WCD_E_PLAIN, "storage.layer_mount_path", hr,
                                     "hcsshim::GetLayerMountPath failed in Win32: %s (0x%" PRIx32
                                     ") (first call)",
                                     words, plat_error_number(hr));
        free(words);
        return code;
    }
    *out = path;
    return WCD_OK;
}

static enum wcd_errc device_of(const struct platform *platform, const char *mount_point,
                               const char *source, char **out, struct wcd_error *err)
{
    if (source[0] == '\0') {
        return no_source(err, mount_point);
    }
    char *layer = wcd_path_clean(source);
    enum wcd_errc code =
        layer == NULL ? wcd_error_no_memory(err) : layer_mount_path(platform, layer, out, err);
    free(layer);
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        code = wcd_error_wrap(err, "failed to retrieve backing device for layer %s", mount_point);
    }
    return code;
}

enum wcd_errc wcd_backing_device(const struct platform *platform, const char *mount_point,
                                 char **out, struct wcd_error *err)
{
    char *clean = wcd_path_clean(mount_point);
    if (clean == NULL) {
        return wcd_error_no_memory(err);
    }
    char *source = read_source(platform, clean, err);
    enum wcd_errc code = source == NULL ? err->code : device_of(platform, clean, source, out, err);
    free(source);
    free(clean);
    return code;
}
