/* Rules of a whole OCI spec. */
#include "core/oci/create.h"
#include "scenarios/eval/oci_host.h"

#include <stdlib.h>
#include <string.h>

#define PROCESSORS_DEFAULT 4u

/* ---- reading a container ---- */

static enum wcd_errc read_text(char **out, const struct wcd_json *input, const char *name,
                               struct wcd_error *err)
{
    const char *text = NULL;
    enum wcd_errc code = eval_text(input, name, "", &text, err);
    if (code == WCD_OK) {
        wcd_text_replace(out, wcd_text_copy(text));
        code = *out == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    return code;
}

static enum wcd_errc read_texts(struct wcd_container *container, const struct wcd_json *input,
                                struct wcd_error *err)
{
    const struct {
        const char *name;
        char **out;
    } texts[] = {
        {"id", &container->id},
        {"root", &container->root},
        {"path", &container->path},
        {"base_fs", &container->base_fs},
        {"hostname", &container->config.hostname},
        {"domainname", &container->config.domainname},
        {"user", &container->config.user},
        {"working_dir", &container->config.working_dir},
        {"isolation", &container->host_config.isolation},
        {"network_mode", &container->host_config.network_mode},
        {"network_shared_container_id", &container->shared_network_container_id},
    };
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < sizeof(texts) / sizeof(texts[0]); i++) {
        code = read_text(texts[i].out, input, texts[i].name, err);
    }
    return code;
}

static enum wcd_errc read_lists(struct wcd_container *container, const struct wcd_json *input,
                                struct wcd_error *err)
{
    const struct {
        const char *name;
        struct wcd_strlist *out;
    } lists[] = {
        {"args", &container->args},
        {"env", &container->config.env},
        {"dns_search", &container->host_config.dns_search},
        {"security_opt", &container->host_config.security_opt},
        {"shared_endpoint_list", &container->shared_endpoints},
    };
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < sizeof(lists) / sizeof(lists[0]); i++) {
        code = eval_strings(input, lists[i].name, lists[i].out, err);
    }
    return code;
}

static enum wcd_errc read_flags(struct wcd_container *container, const struct wcd_json *input,
                                struct wcd_error *err)
{
    const struct {
        const char *name;
        bool *out;
    } flags[] = {
        {"args_escaped", &container->config.args_escaped},
        {"tty", &container->config.tty},
        {"has_been_started_before", &container->has_been_started_before},
    };
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < sizeof(flags) / sizeof(flags[0]); i++) {
        code = eval_bool(input, flags[i].name, false, flags[i].out, err);
    }
    return code;
}

/* A number of 64 bits, which may be a string of digits. */
static bool read_uint64(const struct wcd_json *json, uint64_t *out)
{
    char *end = NULL;
    if (wcd_json_is(json, WCD_JSON_NUMBER)) {
        return wcd_json_uint64(json, out);
    }
    if (!wcd_json_is(json, WCD_JSON_STRING)) {
        return false;
    }
    const char *digits = wcd_json_string(json);
    *out = strtoull(digits, &end, 10);
    return digits[0] >= '0' && digits[0] <= '9' && *end == '\0';
}

static enum wcd_errc read_console(struct wcd_host_config *out, const struct wcd_json *input,
                                  struct wcd_error *err)
{
    const struct wcd_json *size = wcd_json_get(input, "console_size");
    if (size == NULL || wcd_json_is(size, WCD_JSON_NULL)) {
        return WCD_OK;
    }
    const struct wcd_json *height = wcd_json_is(size, WCD_JSON_ARRAY) ? wcd_json_first(size) : NULL;
    const struct wcd_json *width = height == NULL ? NULL : wcd_json_next(height);
    if (width == NULL || !read_uint64(height, &out->console_height) ||
        !read_uint64(width, &out->console_width)) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "input member \"console_size\" must be two whole numbers");
    }
    return WCD_OK;
}

static enum wcd_errc read_annotations(struct wcd_strlist *out, const struct wcd_json *input,
                                      struct wcd_error *err)
{
    const struct wcd_json *all = wcd_json_get(input, "annotations");
    if (all == NULL || wcd_json_is(all, WCD_JSON_NULL)) {
        return WCD_OK;
    }
    bool ok = wcd_json_is(all, WCD_JSON_OBJECT);
    for (const struct wcd_json *item = ok ? wcd_json_first(all) : NULL; ok && item != NULL;
         item = wcd_json_next(item)) {
        ok = wcd_json_is(item, WCD_JSON_STRING);
        if (ok && (!wcd_strlist_add(out, wcd_json_name(item)) ||
                   !wcd_strlist_add(out, wcd_json_string(item)))) {
            return wcd_error_no_memory(err);
        }
    }
    return ok ? WCD_OK
              : wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                              "input member \"annotations\" must be an object of strings");
}

static enum wcd_errc read_mount(struct wcd_container_mount *out, const struct wcd_json *json,
                                struct wcd_error *err)
{
    if (!wcd_json_is(json, WCD_JSON_OBJECT)) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                             "input member \"mounts\" must be a list of objects");
    }
    enum wcd_errc code = read_text(&out->source, json, "source", err);
    if (code == WCD_OK) {
        code = read_text(&out->destination, json, "destination", err);
    }
    return code == WCD_OK ? eval_bool(json, "writable", false, &out->writable, err) : code;
}

static enum wcd_errc read_mounts(struct wcd_container_mounts *out, const struct wcd_json *input,
                                 struct wcd_error *err)
{
    const struct wcd_json *all = wcd_json_get(input, "mounts");
    size_t count = wcd_json_is(all, WCD_JSON_ARRAY) ? wcd_json_size(all) : 0;
    if (count == 0) {
        return WCD_OK;
    }
    out->items = calloc(count, sizeof(*out->items));
    if (out->items == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_json *json = wcd_json_first(all); code == WCD_OK && json != NULL;
         json = wcd_json_next(json)) {
        code = read_mount(&out->items[out->count++], json, err);
    }
    return code;
}

/* So many references to files; without a store nobody asks what is in them. */
static enum wcd_errc read_references(struct wcd_container_references *out,
                                     const struct wcd_json *input, const char *name,
                                     struct wcd_error *err)
{
    uint32_t count = 0;
    enum wcd_errc code = eval_uint32(input, name, 0, &count, err);
    if (code != WCD_OK || count == 0) {
        return code;
    }
    if (count > WCD_CONTAINER_MOUNTS_MAX) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "input member \"%s\" is too large",
                             name);
    }
    out->items = calloc(count, sizeof(*out->items));
    if (out->items == NULL) {
        return wcd_error_no_memory(err);
    }
    out->count = count;
    for (size_t i = 0; i < count; i++) {
        out->items[i].is_file = true;
    }
    return WCD_OK;
}

static enum wcd_errc read_container(struct wcd_container *container, const struct wcd_json *input,
                                    const struct engine_rules *engine, struct wcd_error *err)
{
    enum wcd_errc code = read_texts(container, input, err);
    if (code == WCD_OK) {
        code = read_lists(container, input, err);
    }
    if (code == WCD_OK) {
        code = read_flags(container, input, err);
    }
    if (code == WCD_OK) {
        code = read_console(&container->host_config, input, err);
    }
    if (code == WCD_OK) {
        code = read_annotations(&container->host_config.annotations, input, err);
    }
    if (code == WCD_OK) {
        code = read_mounts(&container->mounts, input, err);
    }
    if (code == WCD_OK) {
        code = read_references(&container->secrets, input, "secret_refs", err);
    }
    if (code == WCD_OK) {
        code = read_references(&container->configs, input, "config_refs", err);
    }
    return code == WCD_OK
               ? eval_resources(&container->host_config.resources, input, "resources", engine, err)
               : code;
}

/* ---- what the daemon brings ---- */

struct daemon {
    struct wcd_spec_host host;
    struct wcd_strlist dns_search;
    struct wcd_strlist layer_folders;
    const char *layer_error; /* NULL: none */
};

static enum wcd_errc layer_folders(void *ctx, const struct wcd_container *container,
                                   struct wcd_strlist *out, struct wcd_error *err)
{
    const struct daemon *daemon = ctx;
    (void)container;
    if (daemon->layer_error != NULL) {
        return wcd_error_set(err, WCD_E_PLAIN, "%s", daemon->layer_error);
    }
    return wcd_strlist_copy(out, &daemon->layer_folders) ? WCD_OK : wcd_error_no_memory(err);
}

/* The recorder had no layer to mount. */
static enum wcd_errc mount(void *ctx, struct wcd_container *container, struct wcd_error *err)
{
    (void)ctx, (void)container;
    return wcd_error_set(err, WCD_E_NOT_IMPLEMENTED, "no layer can be mounted here");
}

static void unmount(void *ctx, struct wcd_container *container)
{
    (void)ctx, (void)container;
}

static enum wcd_errc read_daemon(struct daemon *daemon, const struct oci_host *oci,
                                 const struct engine_rules *engine, const struct wcd_json *input,
                                 struct wcd_error *err)
{
    struct wcd_spec_host *host = &daemon->host;
    *host = (struct wcd_spec_host){.platform = &oci->platform,
                                   .engine = engine,
                                   .dns_search = &daemon->dns_search,
                                   .layer_folders = layer_folders,
                                   .mount = mount,
                                   .unmount = unmount,
                                   .ctx = daemon};
    enum wcd_errc code = eval_text(input, "daemon_root", OCI_HOST_ROOT, &host->root, err);
    if (code == WCD_OK) {
        code = eval_text(input, "default_isolation", "", &host->default_isolation, err);
    }
    if (code == WCD_OK) {
        code = eval_text(input, "image_os", "", &host->image_os, err);
    }
    if (code == WCD_OK) {
        code = eval_text(input, "layer_error", NULL, &daemon->layer_error, err);
    }
    if (code == WCD_OK) {
        code = eval_uint32(input, "num_cpu", PROCESSORS_DEFAULT, &host->processors, err);
    }
    if (code == WCD_OK) {
        code = eval_bool(input, "uses_snapshotter", false, &host->uses_snapshotter, err);
    }
    if (code == WCD_OK) {
        code = eval_strings(input, "config_dns_search", &daemon->dns_search, err);
    }
    return code == WCD_OK ? eval_strings(input, "layer_folders", &daemon->layer_folders, err)
                          : code;
}

/* ---- answers ---- */

/* "spec_json": the document as text, null for none. */
static enum wcd_errc put_spec(struct wcd_json *output, const struct wcd_spec *spec,
                              struct wcd_error *err)
{
    if (spec == NULL) {
        return wcd_json_set(output, "spec_json", wcd_json_new_null()) ? WCD_OK
                                                                      : wcd_error_no_memory(err);
    }
    struct wcd_json *json = wcd_spec_to_json(spec);
    char *text = json == NULL ? NULL : wcd_json_print(json);
    bool ok = text != NULL && wcd_json_set_string(output, "spec_json", text);
    free(text);
    wcd_json_free(json);
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

/* ---- the rules ---- */

/* A rule with all that it is given. */
struct context {
    struct oci_host oci;
    struct daemon daemon;
    struct wcd_container *container;
    struct wcd_spec spec;
    struct wcd_error outcome;
};

static enum wcd_errc context_read(struct context *context, const char *rule,
                                  const struct engine_rules *engine, const struct wcd_json *input,
                                  struct wcd_error *err)
{
    enum wcd_errc code = eval_wants(engine, WCD_ENGINE_V25, rule, err);
    if (code == WCD_OK) {
        code = oci_host_create(&context->oci, input, err);
    }
    if (code == WCD_OK) {
        code = read_daemon(&context->daemon, &context->oci, engine, input, err);
    }
    if (code == WCD_OK) {
        context->container = calloc(1, sizeof(*context->container));
        code = context->container == NULL ? wcd_error_no_memory(err)
                                          : read_container(context->container, input, engine, err);
    }
    return code;
}

static void context_release(struct context *context)
{
    wcd_error_release(&context->outcome);
    wcd_spec_release(&context->spec);
    wcd_container_free(context->container);
    wcd_strlist_release(&context->daemon.dns_search);
    wcd_strlist_release(&context->daemon.layer_folders);
    oci_host_release(&context->oci);
}

enum wcd_errc eval_create_spec_windows_fields(const struct engine_rules *engine,
                                              const struct wcd_json *input, struct wcd_json *output,
                                              struct wcd_error *err)
{
    struct context context = {0};
    struct wcd_spec *spec = &context.spec;
    bool hyperv = false;
    enum wcd_errc code = context_read(&context, "create_spec_windows_fields", engine, input, err);
    if (code == WCD_OK) {
        code = eval_bool(input, "is_hyperv", false, &hyperv, err);
    }
    if (code == WCD_OK) {
        code = read_text(&spec->process.cwd, input, "initial_cwd", err);
    }
    spec->process.present = true;
    spec->root.present = true;
    spec->windows.present = true;
    spec->version = wcd_text_copy(WCD_OCI_VERSION);
    if (code == WCD_OK && spec->version == NULL) {
        code = wcd_error_no_memory(err);
    }
    if (code == WCD_OK) {
        (void)wcd_spec_set_windows_fields(spec, &context.daemon.host, context.container, hyperv,
                                          &context.outcome);
        code = oci_host_put_error(&context.oci, output, &context.outcome, err);
    }
    if (code == WCD_OK) {
        code = put_spec(output, spec, err);
    }
    context_release(&context);
    return code;
}

/* As at a container's start: folders, mounts, then the spec, whose first step is to find the image. */
static enum wcd_errc create(struct context *context, const char *image_error)
{
    struct wcd_container_mounts mounts = {0};
    struct wcd_error *outcome = &context->outcome;
    const struct wcd_spec_host *host = &context->daemon.host;
    enum wcd_errc code = wcd_container_setup_dirs(host, context->container, &mounts, outcome);
    if (code == WCD_OK) {
        code = wcd_container_sorted_mounts(context->container, &mounts, outcome);
    }
    if (code == WCD_OK && image_error != NULL) {
        code = wcd_error_set(outcome, WCD_E_NOT_FOUND, "%s", image_error);
    }
    if (code == WCD_OK) {
        code = wcd_spec_create(&context->spec, host, context->container, &mounts, outcome);
    }
    wcd_container_mounts_release(&mounts);
    return code;
}

enum wcd_errc eval_create_spec(const struct engine_rules *engine, const struct wcd_json *input,
                               struct wcd_json *output, struct wcd_error *err)
{
    struct context context = {0};
    const char *image_error = NULL;
    enum wcd_errc code = context_read(&context, "create_spec", engine, input, err);
    if (code == WCD_OK) {
        code = eval_text(input, "image_error", NULL, &image_error, err);
    }
    if (code == WCD_OK) {
        bool made = create(&context, image_error) == WCD_OK;
        code = oci_host_put_error(&context.oci, output, &context.outcome, err);
        if (code == WCD_OK) {
            code = put_spec(output, made ? &context.spec : NULL, err);
        }
    }
    context_release(&context);
    return code;
}

/* ---- create_spec_networks ---- */

/* The endpoint of the container in the network, NULL when it has none there. */
static const char *endpoint_in(const struct wcd_json *endpoints, const char *network,
                               const char *container)
{
    char *name = wcd_text_format("%s/%s", network, container);
    const struct wcd_json *id = name == NULL ? NULL : wcd_json_get(endpoints, name);
    free(name);
    return wcd_json_is(id, WCD_JSON_STRING) ? wcd_json_string(id) : NULL;
}

static bool add_endpoint(struct wcd_container_endpoint *out, const char *network, const char *id)
{
    out->network = wcd_text_copy(network);
    out->hns_id = id == NULL ? NULL : wcd_text_copy(id);
    /* The driver allows it in networks of type nat; the recorded one has the type's name. */
    out->allow_unqualified_dns_query = id != NULL && strcmp(network, "nat") == 0;
    return out->network != NULL && (id == NULL || out->hns_id != NULL);
}

static enum wcd_errc add_endpoints(struct wcd_container_endpoints *out,
                                   const struct wcd_strlist *networks, const char *container,
                                   const struct wcd_json *endpoints, struct wcd_error *err)
{
    out->items = calloc(networks->count + 1, sizeof(*out->items));
    if (out->items == NULL) {
        return wcd_error_no_memory(err);
    }
    for (size_t i = 0; i < networks->count; i++) {
        const char *id = endpoint_in(endpoints, networks->items[i], container);
        out->count++;
        if (!add_endpoint(&out->items[i], networks->items[i], id)) {
            return wcd_error_no_memory(err);
        }
    }
    return WCD_OK;
}

static enum wcd_errc read_endpoints(struct wcd_container *container, const struct wcd_json *input,
                                    struct wcd_error *err)
{
    struct wcd_strlist networks = {0};
    const char *name = NULL;
    enum wcd_errc code = eval_text(input, "container_name", "", &name, err);
    if (code == WCD_OK) {
        code = eval_strings(input, "networks", &networks, err);
    }
    if (code == WCD_OK) {
        wcd_strlist_sort(&networks);
        code = add_endpoints(&container->endpoints, &networks, name[0] == '/' ? name + 1 : name,
                             wcd_json_get(input, "endpoints"), err);
    }
    wcd_strlist_release(&networks);
    return code;
}

static enum wcd_errc share_network(struct wcd_container *container, const struct wcd_json *input,
                                   struct wcd_error *err)
{
    bool shares = false;
    enum wcd_errc code = eval_bool(input, "network_mode_container", false, &shares, err);
    if (code != WCD_OK || !shares) {
        return code;
    }
    wcd_text_replace(&container->host_config.network_mode, wcd_text_copy("container:other"));
    wcd_text_replace(&container->shared_network_container_id, wcd_text_copy("other"));
    bool ok = container->host_config.network_mode != NULL &&
              container->shared_network_container_id != NULL &&
              wcd_strlist_add(&container->shared_endpoints, "shared1") &&
              wcd_strlist_add(&container->shared_endpoints, "shared2");
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

/* A list of the one variant that this order of networks gives. */
static enum wcd_errc put_network(struct wcd_json *output, const struct wcd_spec *spec,
                                 struct wcd_error *err)
{
    struct wcd_json *json = wcd_spec_to_json(spec);
    struct wcd_json *list = wcd_json_new_array();
    const struct wcd_json *network =
        json == NULL ? NULL : wcd_json_get(wcd_json_get(json, "windows"), "network");
    bool ok = network != NULL && wcd_json_append(list, wcd_json_copy(network));
    ok = wcd_json_set(output, "windows_network_any_of", list) && ok;
    wcd_json_free(json);
    return ok ? WCD_OK : wcd_error_no_memory(err);
}

enum wcd_errc eval_create_spec_networks(const struct engine_rules *engine,
                                        const struct wcd_json *input, struct wcd_json *output,
                                        struct wcd_error *err)
{
    struct context context = {0};
    enum wcd_errc code = context_read(&context, "create_spec_networks", engine, input, err);
    if (code == WCD_OK) {
        code = read_endpoints(context.container, input, err);
    }
    if (code == WCD_OK) {
        code = share_network(context.container, input, err);
    }
    context.daemon.host.default_isolation = "hyperv"; /* wants no base_fs */
    if (code == WCD_OK) {
        code = wcd_spec_create(&context.spec, &context.daemon.host, context.container, NULL, err);
    }
    if (code == WCD_OK) {
        code = put_network(output, &context.spec, err);
    }
    context_release(&context);
    return code;
}
