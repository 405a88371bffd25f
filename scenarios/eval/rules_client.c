/* Rules of what the runtime of 2017 starts: containers and execs. */
#include "scenarios/eval/client_world.h"

#include <stdlib.h>
#include <string.h>

#define BUILD_DEFAULT      16299u
#define PROCESSORS_DEFAULT 4u
#define MODE_VHDX          1u
#define NO_PID             (-1)

/* ---- options ---- */

/* The lists that options point to. */
struct lists {
    struct wcd_strlist layers;
    struct wcd_strlist endpoints;
    struct wcd_strlist dns_search;
};

struct options {
    struct wcd_runtime_option *items;
    struct lists *lists; /* of each */
    size_t count;
};

static void options_release(struct options *options)
{
    for (size_t i = 0; i < options->count; i++) {
        wcd_strlist_release(&options->lists[i].layers);
        wcd_strlist_release(&options->lists[i].endpoints);
        wcd_strlist_release(&options->lists[i].dns_search);
    }
    free(options->items);
    free(options->lists);
}

static enum wcd_errc read_list(const struct wcd_json *json, const char *name,
                               struct wcd_strlist *list, const struct wcd_strlist **out,
                               struct wcd_error *err)
{
    enum wcd_errc code = eval_strings(json, name, list, err);
    *out = list->present ? list : NULL;
    return code;
}

static enum wcd_errc read_lcow(struct wcd_runtime_option *option, const struct wcd_json *json,
                               struct wcd_error *err)
{
    const struct wcd_json *config = wcd_json_get(json, "Config");
    const struct text {
        const char *name;
        const char **value;
    } texts[] = {
        {"Vhdx", &option->vhdx},
        {"KirdPath", &option->image_path},
        {"KernelFile", &option->kernel_file},
        {"InitrdFile", &option->initrd_file},
        {"BootParameters", &option->boot_parameters},
    };
    uint32_t mode = 0;
    option->has_config = wcd_json_is(config, WCD_JSON_OBJECT);
    enum wcd_errc code = eval_uint32(config, "ActualMode", 0, &mode, err);
    option->vhdx_mode = mode == MODE_VHDX;
    for (size_t i = 0; code == WCD_OK && i < sizeof(texts) / sizeof(texts[0]); i++) {
        code = eval_text(config, texts[i].name, "", texts[i].value, err);
    }
    return code;
}

static enum wcd_errc read_network(struct wcd_runtime_option *option, struct lists *lists,
                                  const struct wcd_json *json, struct wcd_error *err)
{
    enum wcd_errc code = eval_bool(json, "AllowUnqualifiedDNSQuery", false, &option->flag, err);
    if (code == WCD_OK) {
        code = read_list(json, "Endpoints", &lists->endpoints, &option->endpoints, err);
    }
    if (code == WCD_OK) {
        code = read_list(json, "DNSSearchList", &lists->dns_search, &option->dns_search, err);
    }
    return code == WCD_OK
               ? eval_text(json, "NetworkSharedContainerID", NULL, &option->shared_container, err)
               : code;
}

static enum wcd_errc read_option(struct wcd_runtime_option *option, struct lists *lists,
                                 const struct wcd_json *json, struct wcd_error *err)
{
    static const struct kind {
        const char *type;
        enum wcd_runtime_option_kind kind;
        const char *flag; /* NULL: it says no yes or no */
    } kinds[] = {
        {"Servicing", WCD_OPTION_SERVICING, "IsServicing"},
        {"Flush", WCD_OPTION_FLUSH, "IgnoreFlushesDuringBoot"},
        {"HyperVIsolation", WCD_OPTION_HYPERV, "IsHyperV"},
        {"Layer", WCD_OPTION_LAYER, NULL},
        {"NetworkEndpoints", WCD_OPTION_NETWORK, NULL},
        {"Credentials", WCD_OPTION_CREDENTIALS, NULL},
        {"LCOW", WCD_OPTION_LCOW, NULL},
    };
    const char *type = NULL;
    enum wcd_errc code = eval_text(json, "type", "", &type, err);
    const struct kind *kind = kinds;
    const struct kind *end = kinds + sizeof(kinds) / sizeof(kinds[0]);
    while (code == WCD_OK && kind < end && strcmp(kind->type, type) != 0) {
        kind++;
    }
    if (code != WCD_OK) {
        return code;
    }
    if (kind == end) {
        return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "no option is called \"%s\"", type);
    }
    option->kind = kind->kind;
    if (kind->flag != NULL) {
        return eval_bool(json, kind->flag, false, &option->flag, err);
    }
    switch (kind->kind) {
    case WCD_OPTION_NETWORK:
        return read_network(option, lists, json, err);
    case WCD_OPTION_CREDENTIALS:
        return eval_text(json, "Credentials", "", &option->credentials, err);
    case WCD_OPTION_LCOW:
        return read_lcow(option, json, err);
    default:
        code = eval_text(json, "LayerFolderPath", "", &option->layer_folder, err);
        return code == WCD_OK
                   ? read_list(json, "LayerPaths", &lists->layers, &option->layer_paths, err)
                   : code;
    }
}

static enum wcd_errc read_options(struct options *options, const struct wcd_json *input,
                                  struct wcd_error *err)
{
    const struct wcd_json *list = wcd_json_get(input, "options");
    size_t count = wcd_json_size(list);
    enum wcd_errc code = WCD_OK;
    options->items = calloc(count + 1, sizeof(*options->items));
    options->lists = calloc(count + 1, sizeof(*options->lists));
    if (options->items == NULL || options->lists == NULL) {
        return wcd_error_no_memory(err);
    }
    for (const struct wcd_json *item = wcd_json_first(list); code == WCD_OK && item != NULL;
         item = wcd_json_next(item)) {
        size_t at = options->count++;
        code = read_option(&options->items[at], &options->lists[at], item, err);
    }
    return code;
}

/* ---- specs ---- */

static enum wcd_errc parse_spec(const struct wcd_json *input, struct wcd_json **out,
                                struct wcd_error *err)
{
    const char *text = NULL;
    struct wcd_json_fault fault = {0};
    enum wcd_errc code = eval_text(input, "spec_json", "{}", &text, err);
    if (code != WCD_OK) {
        return code;
    }
    *out = wcd_json_parse(text, strlen(text), &fault);
    if (*out == NULL && strcmp(fault.reason, "out of memory") == 0) {
        return wcd_error_no_memory(err);
    }
    return *out != NULL ? WCD_OK
                        : wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                                        "input member \"spec_json\" is no JSON: %s", fault.reason);
}

/* ---- client_create ---- */

struct creation {
    struct client_world world;
    struct wcd_json *document; /* the spec's */
    struct wcd_spec spec;
    struct options options;
    struct wcd_runtime_request request;
};

static void creation_release(struct creation *creation)
{
    client_world_release(&creation->world);
    options_release(&creation->options);
    wcd_spec_release(&creation->spec);
    wcd_json_free(creation->document);
}

/* The errors that the record gives to calls. */
static enum wcd_errc read_faults(struct client_world *world, const struct wcd_json *input,
                                 struct wcd_error *err)
{
    const char **answers = world->host.answers;
    const struct fault {
        const char *name;
        const char **words;
    } faults[] = {
        {"create_error", &answers[HCS_HOST_CREATE]},
        {"start_error", &answers[HCS_HOST_START]},
        {"create_process_error", &answers[HCS_HOST_CREATE_PROCESS]},
        {"terminate_error", &answers[HCS_HOST_TERMINATE]},
        {"wait_error", &answers[HCS_HOST_WAIT]},
        {"stdio_error", &world->stdio_error},
        {"attach_error", &world->attach_error},
        {"state_changed_error", &world->state_error},
    };
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < sizeof(faults) / sizeof(faults[0]); i++) {
        code = eval_text(input, faults[i].name, NULL, faults[i].words, err);
    }
    return code == WCD_OK ? eval_uint32(input, "exit_code", 0, &world->host.exit_code, err) : code;
}

static enum wcd_errc read_creation(struct creation *creation, const struct wcd_json *input,
                                   struct wcd_error *err)
{
    struct client_world *world = &creation->world;
    struct wcd_runtime_request *request = &creation->request;
    enum wcd_errc code = read_faults(world, input, err);
    if (code == WCD_OK) {
        code = eval_uint32(input, "build", BUILD_DEFAULT, &world->host.build, err);
    }
    if (code == WCD_OK) {
        code = parse_spec(input, &creation->document, err);
    }
    if (code == WCD_OK) {
        code = wcd_spec_from_json(&creation->spec, creation->document, err);
    }
    if (code == WCD_OK) {
        code = read_options(&creation->options, input, err);
    }
    *request = (struct wcd_runtime_request){.spec = &creation->spec,
                                            .spec_document = creation->document,
                                            .options = creation->options.items,
                                            .option_count = creation->options.count,
                                            .attach = client_world_attach,
                                            .attach_ctx = world};
    if (code == WCD_OK) {
        code = eval_text(input, "id", "", &request->id, err);
    }
    if (code == WCD_OK) {
        code = eval_text(wcd_json_get(creation->document, "platform"), "os", "", &request->os, err);
    }
    return code == WCD_OK
               ? eval_uint32(input, "num_cpu", PROCESSORS_DEFAULT, &request->processors, err)
               : code;
}

/* A servicing container's process ends by itself. */
static bool is_servicing(const struct options *options)
{
    bool servicing = false;
    for (size_t i = 0; i < options->count; i++) {
        servicing =
            servicing || (options->items[i].kind == WCD_OPTION_SERVICING && options->items[i].flag);
    }
    return servicing;
}

static enum wcd_errc put_creation(struct creation *creation, struct wcd_json *output,
                                  struct wcd_error *err)
{
    struct client_world *world = &creation->world;
    const struct hcs_host *host = &world->host;
    enum wcd_errc code = client_world_put(world, output, true, err);
    struct wcd_json *document = host->container_document == NULL
                                    ? wcd_json_new_null()
                                    : wcd_json_new_string(host->container_document);
    bool ok = wcd_json_set(output, "container_config_json", document) &&
              wcd_json_set_bool(output, "container_registered",
                                client_world_has(world, creation->request.id)) &&
              hcs_host_put_error(host, output, &world->outcome) &&
              wcd_json_set(output, "name_to_guid", wcd_json_copy(host->guids));
    return code != WCD_OK || ok ? code : wcd_error_no_memory(err);
}

enum wcd_errc eval_client_create(const struct engine_rules *engine, const struct wcd_json *input,
                                 struct wcd_json *output, struct wcd_error *err)
{
    struct creation creation = {0};
    enum wcd_errc code = client_world_create(&creation.world, engine, "client_create", err);
    if (code == WCD_OK) {
        code = read_creation(&creation, input, err);
    }
    if (code == WCD_OK) {
        creation.world.host.processes_end = is_servicing(&creation.options);
        client_world_start(&creation.world, &creation.request);
        code = put_creation(&creation, output, err);
    }
    creation_release(&creation);
    return code;
}

/* ---- client_add_process ---- */

/* The record's "case" in words; what it does not say is as in the cases. */
static void set_case(struct client_world *world, const char *name)
{
    if (strstr(name, "stdio") != NULL) {
        world->stdio_error = "boom";
    } else if (strstr(name, "attach") != NULL) {
        world->attach_error = "boom";
    } else if (strstr(name, "reate") != NULL) {
        world->host.answers[HCS_HOST_CREATE_PROCESS] = "boom";
    }
}

/* {"process": the input's, or one that runs x}. */
static struct wcd_json *process_spec(const struct wcd_json *input)
{
    const char *plain = "{\"process\":{\"args\":[\"x\"]}}";
    struct wcd_json_fault fault;
    const struct wcd_json *process = wcd_json_get(input, "process");
    struct wcd_json *spec =
        process == NULL ? wcd_json_parse(plain, strlen(plain), &fault) : wcd_json_new_object();
    if (spec != NULL && process != NULL && !wcd_json_set(spec, "process", wcd_json_copy(process))) {
        wcd_json_free(spec);
        return NULL;
    }
    return spec;
}

static enum wcd_errc read_process(struct wcd_spec *spec, const struct wcd_json *input,
                                  struct wcd_error *err)
{
    struct wcd_json *json = process_spec(input);
    enum wcd_errc code =
        json == NULL ? wcd_error_no_memory(err) : wcd_spec_from_json(spec, json, err);
    wcd_json_free(json);
    return code;
}

static enum wcd_errc add_process(struct client_world *world, const struct wcd_json *input,
                                 struct wcd_json *output, struct wcd_error *err)
{
    struct wcd_spec spec = {0};
    const char *container = NULL;
    const char *name = NULL;
    uint32_t pid = 0;
    enum wcd_errc code = read_process(&spec, input, err);
    if (code == WCD_OK) {
        code = eval_text(input, "container", CLIENT_WORLD_ID, &container, err);
    }
    if (code == WCD_OK) {
        code = eval_text(input, "case", "", &name, err);
    }
    if (code == WCD_OK) {
        struct wcd_runtime_exec exec = {.id = CLIENT_WORLD_EXEC,
                                        .process = &spec.process,
                                        .attach = client_world_attach,
                                        .attach_ctx = world};
        set_case(world, name);
        bool added = world->runtime->ops->exec(world->runtime, container, &exec, &pid,
                                               &world->outcome) == WCD_OK;
        hcs_host_run(&world->host);
        code = client_world_put(world, output, true, err);
        bool ok = wcd_json_set_int64(output, "pid", added ? (int64_t)pid : NO_PID) &&
                  wcd_json_set_bool(output, "process_registered",
                                    client_world_has_exec(world, CLIENT_WORLD_EXEC)) &&
                  hcs_host_put_error(&world->host, output, &world->outcome);
        code = code != WCD_OK || ok ? code : wcd_error_no_memory(err);
    }
    wcd_spec_release(&spec);
    return code;
}

enum wcd_errc eval_client_add_process(const struct engine_rules *engine,
                                      const struct wcd_json *input, struct wcd_json *output,
                                      struct wcd_error *err)
{
    struct client_world world;
    struct client_world_container container = CLIENT_WORLD_CONTAINER_INIT;
    enum wcd_errc code = client_world_create(&world, engine, "client_add_process", err);
    if (code == WCD_OK) {
        code = eval_text(input, "container_cwd", container.cwd, &container.cwd, err);
    }
    if (code == WCD_OK) {
        code = eval_text(input, "platform_os", container.os, &container.os, err);
    }
    if (code == WCD_OK) {
        code = client_world_set_up(&world, &container, err);
    }
    if (code == WCD_OK) {
        code = add_process(&world, input, output, err);
    }
    client_world_release(&world);
    return code;
}
