/* Whether a run can take place on a real machine: what the scenario wants is known from its text, what the machine is
 * and has is asked of it. */
#include "scenarios/run/quay.h"

#include "core/base/limits.h"
#include "core/base/utf8.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What an emulated host has that is not told how many. */
#define QUAY_PROCESSORS 4u

/* ---- what no machine of somebody else's can be made to do ---- */

struct refusal {
    const char *key;
    const char *reason;
};

static const struct refusal host_keys[] = {
    {"memory", "the machine has the memory it has"},
    {"name", "the machine's name is not the scenario's to give"},
    {"version", "Windows tells its own version"},
    {"product type", "Windows tells its own edition"},
    {"scm", "the service control manager is not the scenario's to break"},
    {"registry", "the machine's registry is not the scenario's to change"},
    {"programs", "programs in containers do what they do, not what a script says"},
    {"container users", "the users of a container are those of its image"},
    {"container lacks", "what a container lacks is its image's matter"},
    {"hcs", "the compute service answers in its own way"},
    {"drives", "the machine has the drives it has"},
    {"time", "the machine's clock is not the scenario's to set"},
};

static const struct refusal hns_keys[] = {
    {"adapters", "the machine has the network adapters it has"},
    {"used ports", "ports of the machine are not the scenario's to take"},
    {"nat object", "NetNat objects of the machine are not the scenario's to make"},
};

static const struct refusal verbs[] = {
    {"fail call", "faults are the emulator's"},
    {"delay call", "faults are the emulator's"},
    {"hold completion", "faults are the emulator's"},
    {"never complete", "faults are the emulator's"},
    {"kill daemon at", "faults are the emulator's"},
    {"drop notification", "faults are the emulator's"},
    {"repeat notification", "faults are the emulator's"},
    {"delay notification", "faults are the emulator's"},
    {"change notification", "faults are the emulator's"},
    {"end faults", "faults are the emulator's"},
    {"fail file", "faults are the emulator's"},
    {"fail layer", "faults are the emulator's"},
    {"reboot host", "the machine is not the scenario's to reboot"},
    {"disconnect", "services of the machine are not the scenario's to end"},
    {"connect", "services of the machine are not the scenario's to end"},
    {"set service", "services of the machine are not the scenario's to change"},
    {"set scm", "the service control manager is not the scenario's to break"},
    {"set dll", "libraries of the machine are not the scenario's to remove"},
    {"set registry", "the machine's registry is not the scenario's to change"},
    {"crash guest", "no guest crashes when it is asked to"},
    {"end guest", "no guest ends when it is asked to"},
    {"connect adapter", "the machine has the network adapters it has"},
    {"disconnect adapter", "the machine has the network adapters it has"},
    {"remove adapter", "the machine has the network adapters it has"},
    {"use port", "ports of the machine are not the scenario's to take"},
    {"free port", "ports of the machine are not the scenario's to take"},
    {"set nat object", "NetNat objects of the machine are not the scenario's to make"},
};

static const struct refusal expectations[] = {
    {"virtual time", "time is real here"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *refusal_of(const struct refusal *table, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].key, key) == 0) {
            return table[i].reason;
        }
    }
    return NULL;
}

/* The first child whose key is in the table. */
static const char *refused_child(const struct scn_node *map, const struct refusal *table,
                                 size_t count, const struct scn_node **about)
{
    for (size_t i = 0; map != NULL && map->kind == SCN_MAP && i < map->count; i++) {
        const char *reason = refusal_of(table, count, map->children[i].key);
        if (reason != NULL) {
            *about = &map->children[i];
            return reason;
        }
    }
    return NULL;
}

/* A key of that name anywhere in the tree. */
static const struct scn_node *find_key(const struct scn_node *node, const char *key, unsigned depth)
{
    for (size_t i = 0; node != NULL && depth > 0 && i < node->count; i++) {
        const struct scn_node *child = &node->children[i];
        if (node->kind == SCN_MAP && strcmp(child->key, key) == 0) {
            return child;
        }
        const struct scn_node *below = find_key(child, key, depth - 1);
        if (below != NULL) {
            return below;
        }
    }
    return NULL;
}

static const char *refused_step(const struct scn_node *step, const struct scn_node **about)
{
    if (step->kind == SCN_SCALAR) {
        *about = step;
        return refusal_of(verbs, COUNT(verbs), step->text);
    }
    const struct scn_node *runners = scn_node_get(step, "race");
    for (size_t i = 0; runners != NULL && i < runners->count; i++) {
        const struct scn_node *runner = &runners->children[i];
        const char *reason = runner->kind == SCN_SCALAR
                                 ? refusal_of(verbs, COUNT(verbs), runner->text)
                                 : refused_child(runner, verbs, COUNT(verbs), about);
        if (reason != NULL) {
            *about = runner;
            return reason;
        }
    }
    return refused_child(step, verbs, COUNT(verbs), about);
}

static const char *refused_expectation(const struct scn_node *expect, const struct scn_node **about)
{
    for (size_t i = 0; expect != NULL && i < expect->count; i++) {
        const char *reason =
            refused_child(&expect->children[i], expectations, COUNT(expectations), about);
        if (reason != NULL) {
            return reason;
        }
    }
    return NULL;
}

const char *scn_quay_refuses(const struct scn_world *world, const struct scn_node **about)
{
    const struct scn_node *root = &world->instance.root;
    const struct scn_node *host = scn_node_get(root, "host");
    const struct scn_node *steps = scn_node_get(root, "steps");
    const char *reason = refused_child(host, host_keys, COUNT(host_keys), about);
    if (reason == NULL) {
        reason = refused_child(scn_node_get(host, "hns"), hns_keys, COUNT(hns_keys), about);
    }
    if (reason == NULL && (*about = scn_node_get(root, "faults")) != NULL) {
        reason = "faults are the emulator's";
    }
    if (reason == NULL && (*about = find_key(scn_node_get(host, "files"), "fails", 3)) != NULL) {
        reason = "faults are the emulator's";
    }
    for (size_t i = 0; reason == NULL && steps != NULL && i < steps->count; i++) {
        reason = refused_step(&steps->children[i], about);
    }
    return reason != NULL ? reason : refused_expectation(scn_node_get(root, "expect"), about);
}

/* ---- what the machine is ---- */

/* "Server", "Server Core", "Client"; NULL where Windows does not say. */
static char *installation_type(const struct plat_registry *registry)
{
    struct plat_registry_value value = {0};
    plat_hr hr =
        scn_registry_read(registry, "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
                          "InstallationType", &value);
    char *text = plat_succeeded(hr) && value.type == PLAT_REG_SZ
                     ? wcd_text_copy_n(value.data == NULL ? "" : value.data, value.size)
                     : NULL;
    free(value.data);
    return text;
}

static char *other_windows(const struct scn_world *world)
{
    const struct plat_os *os = &world->quay->whole.os;
    const struct fake_build *build = world->instance.build;
    struct plat_os_version version = {0};
    if (plat_failed(os->ops->version(os->ctx, &version)) || version.build != build->build ||
        version.product_type != build->product_type) {
        return wcd_text_format(
            "it is for build %" PRIu32 " %s, the machine is build %" PRIu32 " %s", build->build,
            build->product_type == PLAT_PRODUCT_WORKSTATION ? "client" : "server", version.build,
            version.product_type == PLAT_PRODUCT_WORKSTATION ? "client" : "server");
    }
    char *installed = installation_type(&world->quay->whole.registry);
    bool same = installed == NULL || strcmp(installed, build->installation_type) == 0;
    char *reason = same ? NULL
                        : wcd_text_format("it is for the installation type %s, the machine is %s",
                                          build->installation_type, installed);
    free(installed);
    return reason;
}

/* "running", "stopped", "missing", "unknown". */
static const char *condition_of(const struct plat_scm *scm, const char *name)
{
    plat_handle manager = PLAT_NO_HANDLE;
    plat_handle service = PLAT_NO_HANDLE;
    struct plat_service_status status = {0};
    if (plat_failed(scm->ops->open_manager(scm->ctx, PLAT_SC_MANAGER_CONNECT, &manager))) {
        return "unknown";
    }
    plat_hr hr =
        scm->ops->open_service(scm->ctx, manager, name, PLAT_SERVICE_QUERY_STATUS, &service);
    bool missing = hr == plat_hr_win32(PLAT_ERROR_SERVICE_DOES_NOT_EXIST);
    if (plat_succeeded(hr)) {
        hr = scm->ops->query_status(scm->ctx, service, &status);
        (void)scm->ops->close(scm->ctx, service);
    }
    (void)scm->ops->close(scm->ctx, manager);
    if (plat_failed(hr)) {
        return missing ? "missing" : "unknown";
    }
    return status.state == PLAT_SERVICE_RUNNING ? "running" : "stopped";
}

/* A text of the scenario holds this. */
static bool mentions(const struct scn_node *node, const char *part, unsigned depth)
{
    if (node->kind == SCN_SCALAR && node->text != NULL && strstr(node->text, part) != NULL) {
        return true;
    }
    for (size_t i = 0; depth > 0 && i < node->count; i++) {
        if (mentions(&node->children[i], part, depth - 1)) {
            return true;
        }
    }
    return false;
}

/* Who says nothing of them counts on those of the emulated host, if at all. */
static char *other_processors(const struct scn_world *world, const struct scn_node *host)
{
    const struct plat_os *os = &world->quay->whole.os;
    const struct scn_node *root = &world->instance.root;
    const struct scn_node *cpus = scn_node_get(host, "cpus");
    bool matters = cpus != NULL || mentions(root, "CPUs", SCN_DEPTH_MAX) ||
                   find_key(scn_node_get(root, "expect"), "processors", SCN_DEPTH_MAX) != NULL;
    uint64_t right = cpus == NULL ? QUAY_PROCESSORS : scn_read_uint(cpus->text);
    uint32_t count = 0;
    bool known = plat_succeeded(os->ops->processor_count(os->ctx, &count));
    return !matters || (known && count == right)
               ? NULL
               : wcd_text_copy("the machine has another number of processors");
}

static bool wanted(const struct scn_node *host, const char *key, bool otherwise)
{
    const struct scn_node *node = scn_node_get(host, key);
    return node == NULL ? otherwise : scn_read_yes(node->text);
}

static char *other_services(const struct scn_world *world, const struct scn_node *host)
{
    static const char *const names[] = {"hns", "vmcompute"};
    const struct plat_scm *scm = &world->quay->whole.scm;
    const struct scn_node *services = scn_node_get(host, "services");
    bool feature = wanted(host, "containers feature", true);
    const struct scn_node *hyperv = scn_node_get(host, "hyper-v");
    for (size_t i = 0; i < COUNT(names); i++) {
        bool there = strcmp(condition_of(scm, names[i]), "missing") != 0;
        if (there != feature && scn_node_get(services, names[i]) == NULL) {
            return wcd_text_format(there ? "the machine has the service %s"
                                         : "the machine has no service %s",
                                   names[i]);
        }
    }
    bool virtual = strcmp(condition_of(scm, "vmms"), "missing") != 0;
    if (hyperv != NULL && scn_read_yes(hyperv->text) != virtual) {
        return wcd_text_copy(virtual ? "the machine has Hyper-V" : "the machine has no Hyper-V");
    }
    for (size_t i = 0; services != NULL && i < services->count; i++) {
        const struct scn_node *service = &services->children[i];
        const char *is = condition_of(scm, service->key);
        if (strcmp(is, service->text) != 0) {
            return wcd_text_format("service %s is %s on the machine, and is to be %s", service->key,
                                   is, service->text);
        }
    }
    return NULL;
}

static char *other_libraries(const struct scn_world *world, const struct scn_node *host)
{
    const struct plat_os *os = &world->quay->whole.os;
    const struct scn_node *dlls = scn_node_get(host, "dlls");
    bool feature = wanted(host, "containers feature", true);
    bool vmcompute = plat_succeeded(os->ops->load_library(os->ctx, "vmcompute.dll"));
    if (vmcompute != feature && scn_node_get(dlls, "vmcompute.dll") == NULL) {
        return wcd_text_copy(vmcompute ? "the machine has vmcompute.dll"
                                       : "the machine has no vmcompute.dll");
    }
    for (size_t i = 0; dlls != NULL && i < dlls->count; i++) {
        const struct scn_node *dll = &dlls->children[i];
        bool there = plat_succeeded(os->ops->load_library(os->ctx, dll->key));
        if (there != (strcmp(dll->text, "present") == 0)) {
            return wcd_text_format(there ? "the machine has %s" : "the machine has no %s",
                                   dll->key);
        }
    }
    return NULL;
}

/* A daemon takes the networks that it finds for its own. */
static char *other_networks(const struct scn_world *world)
{
    struct wcd_json *list = scn_quay_hns_list(&world->quay->whole.hns, "networks");
    const struct wcd_json *first = list == NULL ? NULL : wcd_json_first(list);
    const struct wcd_json *name = wcd_json_get(first, "Name");
    char *reason = NULL;
    if (list == NULL && strcmp(condition_of(&world->quay->whole.scm, "hns"), "running") == 0) {
        reason = wcd_text_copy("HNS does not tell whether the machine has networks");
    }
    if (first != NULL) {
        reason = wcd_text_format(
            "the machine has networks, which a daemon would use (the first is `%s`)",
            wcd_json_is(name, WCD_JSON_STRING) ? wcd_json_string(name) : "?");
    }
    wcd_json_free(list);
    return reason;
}

/* A network of a kind that stands on an adapter. */
static bool wants_adapter(const struct scn_node *node, unsigned depth)
{
    static const char *const kinds[] = {"transparent", "l2bridge", "l2tunnel", "overlay",
                                        "mirrored"};
    for (size_t i = 0; node != NULL && depth > 0 && i < node->count; i++) {
        const struct scn_node *child = &node->children[i];
        bool kind = node->kind == SCN_MAP && child->kind == SCN_SCALAR && child->text != NULL &&
                    (strcmp(child->key, "driver") == 0 || strcmp(child->key, "type") == 0);
        for (size_t word = 0; kind && word < COUNT(kinds); word++) {
            if (wcd_utf8_equal_fold(child->text, kinds[word])) {
                return true;
            }
        }
        if (wants_adapter(child, depth - 1)) {
            return true;
        }
    }
    return false;
}

static char *other_adapters(const struct scn_world *world)
{
    const struct scn_node *root = &world->instance.root;
    bool takes = !world->quay->machine->is_wine &&
                 (wants_adapter(scn_node_get(root, "host"), SCN_DEPTH_MAX) ||
                  wants_adapter(scn_node_get(root, "steps"), SCN_DEPTH_MAX));
    return takes ? wcd_text_copy("a network would take an adapter of the machine") : NULL;
}

/* ---- Wine ---- */

/* Scenarios of whose course Wine is known to make something else than Windows does. */
static const struct refusal on_wine[] = {
#include "scenarios/run/quay_wine.inc"
};

static char *other_than_windows(const struct scn_world *world, const struct scn_node **about)
{
    const struct scn_node *root = &world->instance.root;
    const struct scn_node *expect = scn_node_get(root, "expect");
    const char *path = scenario_path(world->scenario);
    if (!world->quay->machine->is_wine) {
        return NULL;
    }
    for (size_t i = 0; i < COUNT(on_wine); i++) {
        size_t len = strlen(on_wine[i].key);
        size_t whole = strlen(path);
        if (whole >= len && strcmp(path + whole - len, on_wine[i].key) == 0) {
            return wcd_text_format("Wine: %s", on_wine[i].reason);
        }
    }
    const struct scn_node *acl = find_key(expect, "acl", SCN_DEPTH_MAX);
    if (acl != NULL) {
        *about = acl;
        return wcd_text_copy("Wine: access lists are those of the files below it");
    }
    return NULL;
}

/* ---- layers ---- */

/* A vmcompute.dll that has files of its own does not see what the daemon writes. */
static char *other_layers(const struct scn_world *world, const struct scn_node *host,
                          const struct scn_node **about)
{
    const struct plat_storage *storage = &world->quay->whole.storage;
    const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};
    const struct scn_node *images = scn_node_get(host, "images");
    const struct scn_node *pulled =
        find_key(scn_node_get(&world->instance.root, "steps"), "pull image", SCN_DEPTH_MAX);
    *about = images != NULL && images->count > 0 ? images : pulled;
    if (*about == NULL) {
        return NULL;
    }
    /* The emulator's vmcompute.dll takes the made-up ones, Windows' own would not. */
    if (!world->quay->machine->is_wine && world->quay->machine->base_layer == NULL) {
        return wcd_text_copy("there is no base layer of this Windows (--base-layer)");
    }
    bool exists = false;
    plat_hr hr = storage->ops->layer_exists(storage->ctx, &driver, world->quay->folder, &exists);
    if (plat_failed(hr) || !exists) {
        return wcd_text_copy("vmcompute.dll does not see the machine's files");
    }
    return NULL;
}

char *scn_quay_lacks(struct scn_world *world, const struct scn_node **about)
{
    const struct scn_node *root = &world->instance.root;
    const struct scn_node *host = scn_node_get(root, "host");
    *about = host == NULL ? root : host;
    char *reason = other_windows(world);
    if (reason == NULL) {
        reason = other_than_windows(world, about);
    }
    if (reason == NULL) {
        reason = other_processors(world, host);
    }
    if (reason == NULL) {
        reason = other_services(world, host);
    }
    if (reason == NULL) {
        reason = other_libraries(world, host);
    }
    if (reason == NULL) {
        reason = other_networks(world);
    }
    if (reason == NULL) {
        reason = other_adapters(world);
    }
    if (reason == NULL) {
        const struct scn_node *layers = NULL;
        reason = other_layers(world, host, &layers);
        *about = layers != NULL ? layers : *about;
    }
    return reason;
}
