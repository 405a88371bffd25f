/* A container's two files; see disk.h. */
#include "core/container/disk.h"

#include "core/base/limits.h"
#include "core/base/winpath.h"
#include "core/config/go_json.h"
#include "core/container/internal.h"
#include "core/files/content.h"

#include <stdlib.h>
#include <string.h>

/* ---- writing ---- */

/* Takes over the document; NULL is one that there was no memory for. As the original's encoder, a line. */
static enum wcd_errc write_document(const struct wcd_container *container, const char *file,
                                    struct wcd_json *document, const struct platform *platform,
                                    struct wcd_error *err)
{
    char *path = wcd_path_join(container->root, file);
    char *printed = document == NULL ? NULL : wcd_json_print(document);
    char *text = printed == NULL ? NULL : wcd_text_format("%s\n", printed);
    enum wcd_errc code = WCD_OK;
    if (path == NULL || text == NULL) {
        code = wcd_error_no_memory(err);
    } else {
        code = wcd_files_replace(platform, path, text, strlen(text), err);
    }
    free(text);
    free(printed);
    free(path);
    wcd_json_free(document);
    return code;
}

enum wcd_errc wcd_container_save_host_config(const struct wcd_container *container,
                                             const struct platform *platform,
                                             const struct engine_rules *engine,
                                             struct wcd_error *err)
{
    return write_document(container, WCD_CONTAINER_HOST_CONFIG_FILE,
                          wcd_host_config_to_json(&container->host_config, engine), platform, err);
}

enum wcd_errc wcd_container_save(const struct wcd_container *container,
                                 const struct platform *platform, const struct engine_rules *engine,
                                 struct wcd_error *err)
{
    enum wcd_errc code = write_document(container, WCD_CONTAINER_CONFIG_FILE,
                                        wcd_container_to_json(container, engine), platform, err);
    return code == WCD_OK ? wcd_container_save_host_config(container, platform, engine, err) : code;
}

/* ---- reading ---- */

/* The first JSON value in the text, as Go's decoder finds it. */
static enum wcd_errc parse(const char *data, size_t size, struct wcd_json **out,
                           struct wcd_error *err)
{
    char *clean = NULL;
    size_t len = 0;
    struct wcd_json_fault fault = {0};
    enum wcd_errc code = go_json_check(data, size, GO_JSON_DECODER, &clean, &len, err);
    if (code != WCD_OK) {
        return code;
    }
    *out = wcd_json_parse(clean, len, &fault);
    free(clean);
    if (*out != NULL) {
        return WCD_OK;
    }
    return strcmp(fault.reason, "out of memory") == 0
               ? wcd_error_no_memory(err)
               : wcd_error_set(err, WCD_E_PLAIN, "%s", fault.reason);
}

/* *out is NULL for a file that is not there, where that is allowed. */
static enum wcd_errc read_document(const struct wcd_container *container, const char *file,
                                   bool may_be_missing, const struct platform *platform,
                                   struct wcd_json **out, struct wcd_error *err)
{
    char *data = NULL;
    size_t size = 0;
    char *path = wcd_path_join(container->root, file);
    *out = NULL;
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        may_be_missing
            ? wcd_files_read_if_there(platform, path, WCD_CONTAINER_FILE_BYTES_MAX, &data, &size,
                                      err)
            : wcd_files_read(platform, path, WCD_CONTAINER_FILE_BYTES_MAX, &data, &size, err);
    if (code == WCD_OK && data != NULL) {
        code = parse(data, size, out, err);
    }
    free(data);
    free(path);
    return code;
}

/* InitDNSHostConfig: lists that were not given are empty ones. */
static enum wcd_errc init_dns(struct wcd_host_config *host_config, struct wcd_error *err)
{
    static const char *const lists[] = {"Dns", "DnsOptions"};
    host_config->dns_search.present = true;
    if (host_config->others == NULL) {
        host_config->others = wcd_json_new_object();
    }
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        bool there = wcd_json_get(host_config->others, lists[i]) != NULL;
        if (host_config->others == NULL ||
            (!there && !wcd_json_set(host_config->others, lists[i], wcd_json_new_array()))) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

static enum wcd_errc read_host_config(struct wcd_container *container,
                                      const struct platform *platform,
                                      const struct engine_rules *engine, struct wcd_error *err)
{
    struct wcd_json *document = NULL;
    enum wcd_errc code =
        read_document(container, WCD_CONTAINER_HOST_CONFIG_FILE, true, platform, &document, err);
    if (code == WCD_OK && document != NULL && !wcd_json_is(document, WCD_JSON_NULL)) {
        code = wcd_host_config_from_json(&container->host_config, document, engine, err);
    }
    if (code == WCD_OK && document != NULL) {
        code = init_dns(&container->host_config, err);
    }
    wcd_json_free(document);
    return code;
}

/* What every container has. */
static enum wcd_errc complete(struct wcd_container *container, const char *id,
                              struct wcd_error *err)
{
    if (strcmp(wcd_text_or_empty(container->id), id) != 0) {
        return wcd_error_set(err, WCD_E_PLAIN, "Container %s is stored at %s",
                             wcd_text_or_empty(container->id), id);
    }
    char *given = container->name;
    if (wcd_text_or_empty(given)[0] == '\0') {
        container->name = container_default_name(id);
    } else if (given[0] != '/') {
        container->name = wcd_text_format("/%s", given);
    }
    if (container->name != given) {
        free(given);
    }
    if (wcd_text_or_empty(container->os)[0] == '\0') {
        wcd_text_replace(&container->os, wcd_text_copy("windows"));
    }
    return container->name == NULL || container->os == NULL ? wcd_error_no_memory(err) : WCD_OK;
}

enum wcd_errc wcd_container_load(struct wcd_container **out, const char *folder, const char *id,
                                 const struct platform *platform, const struct engine_rules *engine,
                                 struct wcd_error *err)
{
    struct wcd_json *document = NULL;
    *out = NULL;
    struct wcd_container *container = calloc(1, sizeof(*container));
    if (container == NULL) {
        return wcd_error_no_memory(err);
    }
    container->root = wcd_path_join(folder, id);
    enum wcd_errc code = container->root == NULL ? wcd_error_no_memory(err) : WCD_OK;
    if (code == WCD_OK) {
        code = read_document(container, WCD_CONTAINER_CONFIG_FILE, false, platform, &document, err);
    }
    if (code == WCD_OK) {
        code = wcd_container_from_json(container, document, err);
    }
    wcd_json_free(document);
    if (code == WCD_OK) {
        code = read_host_config(container, platform, engine, err);
    }
    if (code == WCD_OK) {
        code = complete(container, id, err);
    }
    if (code != WCD_OK) {
        wcd_container_free(container);
        return code;
    }
    *out = container;
    return WCD_OK;
}
