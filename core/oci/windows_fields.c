/* The Windows part of a spec: createSpecWindowsFields. */
#include "core/oci/create.h"

#include "core/oci/backing.h"
#include "core/oci/command_line.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_CWD "C:\\"

/* Puts `text` into *slot; a NULL text is want of memory. */
static enum wcd_errc put(char **slot, char *text, struct wcd_error *err)
{
    if (text == NULL) {
        return wcd_error_no_memory(err);
    }
    wcd_text_replace(slot, text);
    return WCD_OK;
}

/* The program and its arguments as one line, the program as it was given. */
static char *command_line(const struct wcd_container *container)
{
    const char *path = wcd_text_or_empty(container->path);
    if (container->args.count == 0) {
        return wcd_text_copy(path);
    }
    char *arguments = wcd_escape_args(&container->args);
    char *line = arguments == NULL ? NULL : wcd_text_format("%s %s", path, arguments);
    free(arguments);
    return line;
}

static enum wcd_errc set_command(struct wcd_spec_process *process,
                                 const struct wcd_container *container, struct wcd_error *err)
{
    if (container->config.args_escaped) {
        return put(&process->command_line, command_line(container), err);
    }
    struct wcd_strlist args = {0};
    bool ok = wcd_strlist_add(&args, wcd_text_or_empty(container->path));
    for (size_t i = 0; ok && i < container->args.count; i++) {
        ok = wcd_strlist_add(&args, container->args.items[i]);
    }
    if (!ok) {
        wcd_strlist_release(&args);
        return wcd_error_no_memory(err);
    }
    wcd_strlist_release(&process->args);
    process->args = args;
    return WCD_OK;
}

static char *backing_volume(const struct wcd_spec_host *host, const struct wcd_container *container,
                            struct wcd_error *err)
{
    char *volume = NULL;
    enum wcd_errc code = wcd_backing_device(host->platform, container->base_fs, &volume, err);
    if (code != WCD_OK && code != WCD_E_NO_MEMORY) {
        (void)wcd_error_wrap(err,
                             "createSpecWindowsFields: Failed to get backing device of BaseFS of "
                             "container %s",
                             wcd_text_or_empty(container->id));
    }
    return volume;
}

/* The volume that base_fs is on, or base_fs itself where it is a volume's path already. NULL with *err
 * filled. */
static char *root_volume(const struct wcd_spec_host *host, const struct wcd_container *container,
                         struct wcd_error *err)
{
    if (wcd_text_or_empty(container->base_fs)[0] == '\0') {
        (void)wcd_error_set(err, WCD_E_PLAIN,
                            "createSpecWindowsFields: BaseFS of container %s is unexpectedly empty",
                            wcd_text_or_empty(container->id));
        return NULL;
    }
    if (host->uses_snapshotter) {
        return backing_volume(host, container, err);
    }
    char *volume = wcd_text_copy(container->base_fs);
    if (volume == NULL) {
        (void)wcd_error_no_memory(err);
    }
    return volume;
}

static enum wcd_errc set_root(struct wcd_spec_root *root, const struct wcd_spec_host *host,
                              const struct wcd_container *container, struct wcd_error *err)
{
    char *volume = root_volume(host, container, err);
    if (volume == NULL) {
        return err->code;
    }
    size_t len = strlen(volume);
    bool ends_well = len > 0 && volume[len - 1] == '\\';
    char *path = wcd_text_format("%s%s", volume, ends_well ? "" : "\\");
    free(volume);
    return put(&root->path, path, err);
}

enum wcd_errc wcd_spec_set_windows_fields(struct wcd_spec *spec, const struct wcd_spec_host *host,
                                          const struct wcd_container *container, bool hyperv,
                                          struct wcd_error *err)
{
    enum wcd_errc code = put(&spec->hostname, wcd_container_full_hostname(container), err);
    if (code == WCD_OK && wcd_text_or_empty(spec->process.cwd)[0] == '\0') {
        code = put(&spec->process.cwd, wcd_text_copy(DEFAULT_CWD), err);
    }
    if (code == WCD_OK) {
        code = set_command(&spec->process, container, err);
    }
    spec->root.readonly = false; /* Windows has no read-only root */
    if (code == WCD_OK && !hyperv) {
        code = set_root(&spec->root, host, container, err);
    }
    if (code != WCD_OK) {
        return code;
    }
    spec->windows.ignore_flushes_during_boot = !container->has_been_started_before;
    const struct wcd_resources *resources = &container->host_config.resources;
    wcd_spec_set_resources(spec, resources, hyperv, host->processors);
    code = wcd_spec_set_credential_spec(spec, host, container, err);
    return code == WCD_OK ? wcd_spec_add_devices(&spec->windows.devices, resources->devices, err)
                          : code;
}
