/* One recorded call, made again. */
#include "tests/traces/replay_internal.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"
#include "tests/traces/objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A call on its way. */
struct call {
    struct replay *replay;
    const struct trace *trace;
    size_t number; /* of the entry */
    const struct trace_entry *entry;
    char *name; /* for people, and for the tables */
    char *text; /* the document, renamed; NULL: none */
    plat_hr hr;
    char *output; /* a document; NULL: none */
    char *result;
};

/* ---- arguments ---- */

static uint64_t argument_number(const struct trace_entry *entry, const char *name)
{
    uint64_t number = 0;
    (void)trace_number(entry->args, name, &number);
    return number;
}

static uint64_t result_number(const struct trace_entry *entry, const char *name)
{
    uint64_t number = 0;
    (void)trace_number(entry->result, name, &number);
    return number;
}

/* What the recorded number stands for; 0 and a difference when it is not known. */
static uint64_t played_number(struct call *call, char kind, const char *name)
{
    uint64_t recorded = argument_number(call->entry, name);
    uint64_t played = 0;
    if (wcd_json_size(call->entry->args) == 0 && kind == 'h') {
        return call->replay
            ->last_system; /* an injected failure came before the arguments were written */
    }
    if (!replay_names_find(&call->replay->names, kind, recorded, &played)) {
        replay_differ(call->replay, call->name, name, "something that was made", "it was not");
    }
    return played;
}

static const char *renamed(struct call *call, const char *name)
{
    const char *text = trace_text(call->entry, name);
    free(call->text);
    call->text = replay_names_translate(&call->replay->names, text == NULL ? "" : text);
    return call->text;
}

static const char *id_of(const struct call *call)
{
    const char *id = trace_text(call->entry, "id");
    return id == NULL ? "" : id;
}

/* ---- folders of the daemon's ---- */

/* docker renames a layer before it destroys it. */
static void rename_layer(const struct call *call, const char *id)
{
    static const char suffix[] = "-removing";
    const struct plat_fs *fs = &call->replay->machine.fs;
    size_t len = strlen(id);
    if (len < sizeof(suffix) || strcmp(id + len - (sizeof(suffix) - 1), suffix) != 0) {
        return;
    }
    char *from = wcd_text_copy_n(id, len - (sizeof(suffix) - 1));
    assert_non_null(from);
    plat_hr hr = fs->ops->move(fs->ctx, from, id, 0);
    if (plat_failed(hr)) {
        char played[16];
        (void)snprintf(played, sizeof(played), "0x%08X", (unsigned)plat_hr_bits(hr));
        replay_differ(call->replay, call->name, "rename", "0x00000000", played);
    }
    free(from);
}

/* ---- layers ---- */

static const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};

struct descriptors {
    struct plat_layer_descriptor items[REPLAY_LAYERS_MAX];
    char *ids[REPLAY_LAYERS_MAX];
    size_t count;
};

/* Each layer's id is what NameToGuid answers here, which is another one than the stand-ins'. */
static void descriptors_read(struct call *call, struct descriptors *out)
{
    const struct plat_storage *storage = &call->replay->platform.storage;
    const struct wcd_json *list = wcd_json_get(call->entry->args, "descriptors");
    *out = (struct descriptors){0};
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL; at = wcd_json_next(at)) {
        const char *path = wcd_json_string(wcd_json_get(at, "Path"));
        const char *name = strrchr(path, '\\');
        assert_true(out->count < REPLAY_LAYERS_MAX && name != NULL);
        char **id = &out->ids[out->count];
        assert_int_equal(storage->ops->name_to_guid(storage->ctx, name + 1, id), PLAT_S_OK);
        out->items[out->count++] = (struct plat_layer_descriptor){.id = *id, .path = path};
        replay_names_text(&call->replay->names, 'g', wcd_json_string(wcd_json_get(at, "LayerId")),
                          *id);
    }
}

static void descriptors_release(struct descriptors *descriptors)
{
    for (size_t i = 0; i < descriptors->count; i++) {
        free(descriptors->ids[i]);
    }
}

static plat_hr play_layer(struct call *call)
{
    typedef plat_hr layer_op(void *ctx, const struct plat_layer_driver *driver, const char *id);
    const struct plat_storage *storage = &call->replay->platform.storage;
    const struct {
        const char *fn;
        layer_op *op;
    } rows[] = {
        {"ActivateLayer", storage->ops->activate_layer},
        {"DeactivateLayer", storage->ops->deactivate_layer},
        {"DestroyLayer", storage->ops->destroy_layer},
        {"UnprepareLayer", storage->ops->unprepare_layer},
    };
    rename_layer(call, id_of(call));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].fn, call->entry->fn) == 0) {
            return rows[i].op(storage->ctx, &driver, id_of(call));
        }
    }
    return PLAT_E_NOTIMPL;
}

static plat_hr play_layer_over(struct call *call)
{
    const struct plat_storage *storage = &call->replay->platform.storage;
    struct descriptors parents;
    descriptors_read(call, &parents);
    plat_hr hr = strcmp(call->entry->fn, "PrepareLayer") == 0
                     ? storage->ops->prepare_layer(storage->ctx, &driver, id_of(call),
                                                   parents.items, parents.count)
                     : storage->ops->create_scratch_layer(storage->ctx, &driver, id_of(call), "",
                                                          parents.items, parents.count);
    descriptors_release(&parents);
    return hr;
}

static plat_hr play_expand(struct call *call)
{
    const struct plat_storage *storage = &call->replay->platform.storage;
    return storage->ops->expand_scratch_layer(storage->ctx, &driver, id_of(call),
                                              argument_number(call->entry, "size"));
}

/* As it stands in a JSON text. */
static char *escaped(const char *path)
{
    struct wcd_json *json = wcd_json_new_string(path);
    char *quoted = json == NULL ? NULL : wcd_json_print(json);
    char *out = quoted == NULL ? NULL : wcd_text_copy_n(quoted + 1, strlen(quoted) - 2);
    assert_non_null(out);
    wcd_json_free(json);
    free(quoted);
    return out;
}

static plat_hr play_mount_path(struct call *call)
{
    const struct plat_storage *storage = &call->replay->platform.storage;
    char *path = NULL;
    plat_hr hr = storage->ops->layer_mount_path(storage->ctx, &driver, id_of(call), &path);
    if (plat_succeeded(hr)) {
        replay_names_text(&call->replay->names, 'v', id_of(call), path);
    }
    free(path);
    return hr;
}

static plat_hr play_name_to_guid(struct call *call)
{
    const struct plat_storage *storage = &call->replay->platform.storage;
    char *guid = NULL;
    plat_hr hr = storage->ops->name_to_guid(storage->ctx, trace_text(call->entry, "name"), &guid);
    assert_true(plat_failed(hr) || strlen(guid) == 36);
    free(guid);
    return hr;
}

/* What a container's document names that is not HCS's: volumes that the daemon made, and the mounted scratch. The stand-ins
 * mounted it elsewhere. */
static void know_container(struct replay *replay, const char *configuration)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(configuration, strlen(configuration), &fault);
    const struct wcd_json *list = wcd_json_get(json, "MappedDirectories");
    const struct wcd_json *volume = wcd_json_get(json, "VolumePath");
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL; at = wcd_json_next(at)) {
        const char *path = wcd_json_string(wcd_json_get(at, "HostPath"));
        if (fake_fs_kind_of(replay->host, path) == FAKE_FS_NOTHING) {
            (void)fake_fs_put_directory(replay->host, path, NULL);
        }
    }
    if (volume != NULL) {
        const struct wcd_json *folder = wcd_json_get(json, "LayerFolderPath");
        const char *mounted = replay_names_text_of(&replay->names, 'v', wcd_json_string(folder));
        char *recorded = escaped(wcd_json_string(volume));
        char *played = escaped(mounted == NULL ? "" : mounted);
        replay_names_text(&replay->names, 't', recorded, played);
        free(recorded);
        free(played);
    }
    wcd_json_free(json);
}

/* ---- networks ---- */

/* What HNS made has another id here. */
static void learn_id(struct call *call)
{
    const struct wcd_json *recorded = wcd_json_get(call->entry->result, "response");
    struct wcd_json_fault fault = {0};
    if (recorded == NULL || call->output == NULL) {
        return;
    }
    struct wcd_json *theirs =
        wcd_json_parse(wcd_json_string(recorded), strlen(wcd_json_string(recorded)), &fault);
    struct wcd_json *ours = wcd_json_parse(call->output, strlen(call->output), &fault);
    const struct wcd_json *from = wcd_json_at(theirs, "/Output/ID");
    const struct wcd_json *to = wcd_json_at(ours, "/Output/ID");
    if (from != NULL && to != NULL) {
        replay_names_text(&call->replay->names, 'g', wcd_json_string(from), wcd_json_string(to));
    }
    wcd_json_free(theirs);
    wcd_json_free(ours);
}

static plat_hr play_hns(struct call *call)
{
    const struct plat_hns *hns = &call->replay->platform.hns;
    char *path = replay_names_translate(&call->replay->names, trace_text(call->entry, "path"));
    plat_hr hr = hns->ops->call(hns->ctx, trace_text(call->entry, "method"), path,
                                renamed(call, "object"), &call->output);
    learn_id(call);
    free(path);
    return hr;
}

/* ---- systems ---- */

static void learn_handle(struct call *call, const char *name, plat_handle handle)
{
    uint64_t recorded = result_number(call->entry, name);
    if (handle != PLAT_NO_HANDLE && recorded != 0) {
        replay_names_number(&call->replay->names, 'h', recorded, handle);
    }
}

static plat_hr play_enumerate(struct call *call)
{
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    return hcs->ops->enumerate_systems(hcs->ctx, renamed(call, "query"), &call->output,
                                       &call->result);
}

static plat_hr play_create(struct call *call)
{
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    plat_handle handle = PLAT_NO_HANDLE;
    const char *configuration = trace_text(call->entry, "configuration");
    if (configuration != NULL) {
        know_container(call->replay, configuration);
    }
    plat_hr hr = hcs->ops->create_system(hcs->ctx, id_of(call), renamed(call, "configuration"),
                                         &handle, &call->result);
    call->replay->last_system = handle;
    learn_handle(call, "computeSystem", handle);
    return hr;
}

static plat_hr play_open(struct call *call)
{
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    plat_handle handle = PLAT_NO_HANDLE;
    plat_hr hr = hcs->ops->open_system(hcs->ctx, id_of(call), &handle, &call->result);
    learn_handle(call, "computeSystem", handle);
    return hr;
}

static plat_hr play_operation(struct call *call)
{
    typedef plat_hr operation(void *ctx, plat_handle system, const char *options, char **result);
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    const struct {
        const char *fn;
        operation *op;
    } rows[] = {
        {"HcsStartComputeSystem", hcs->ops->start_system},
        {"HcsShutdownComputeSystem", hcs->ops->shutdown_system},
        {"HcsTerminateComputeSystem", hcs->ops->terminate_system},
        {"HcsPauseComputeSystem", hcs->ops->pause_system},
        {"HcsResumeComputeSystem", hcs->ops->resume_system},
    };
    plat_handle system = played_number(call, 'h', "computeSystem");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].fn, call->entry->fn) == 0) {
            return rows[i].op(hcs->ctx, system, renamed(call, "options"), &call->result);
        }
    }
    return PLAT_E_NOTIMPL;
}

static plat_hr play_properties(struct call *call)
{
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    plat_handle system = played_number(call, 'h', "computeSystem");
    return hcs->ops->system_properties(hcs->ctx, system, renamed(call, "propertyQuery"),
                                       &call->output, &call->result);
}

static plat_hr play_modify(struct call *call)
{
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    plat_handle system = played_number(call, 'h', "computeSystem");
    return hcs->ops->modify_system(hcs->ctx, system, renamed(call, "configuration"), &call->result);
}

static plat_hr play_close(struct call *call)
{
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    return hcs->ops->close_system(hcs->ctx, played_number(call, 'h', "computeSystem"));
}

/* ---- registrations ---- */

static plat_hr play_register(struct call *call)
{
    typedef plat_hr registering(void *ctx, plat_handle object, struct plat_event_sink sink,
                                uint64_t key, plat_handle *registration);
    struct replay *replay = call->replay;
    const struct plat_hcs *hcs = &replay->platform.hcs;
    bool system = strcmp(call->entry->fn, "HcsRegisterComputeSystemCallback") == 0;
    registering *op = system ? hcs->ops->register_system : hcs->ops->register_process;
    plat_handle registration = PLAT_NO_HANDLE;
    uint64_t recorded = result_number(call->entry, "callback");
    plat_hr hr = op(hcs->ctx, played_number(call, 'h', "handle"), wcd_queue_sink(replay->queue),
                    replay->epoch * REPLAY_EPOCH + recorded, &registration);
    replay_names_number(&replay->names, 'r', recorded, registration);
    return hr;
}

static plat_hr play_unregister(struct call *call)
{
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    bool system = strcmp(call->entry->fn, "HcsUnregisterComputeSystemCallback") == 0;
    plat_handle registration = played_number(call, 'r', "callback");
    return system ? hcs->ops->unregister_system(hcs->ctx, registration)
                  : hcs->ops->unregister_process(hcs->ctx, registration);
}

/* ---- processes ---- */

static plat_hr play_create_process(struct call *call)
{
    struct replay *replay = call->replay;
    const struct plat_hcs *hcs = &replay->platform.hcs;
    struct plat_hcs_process_info info = {0};
    plat_handle handle = PLAT_NO_HANDLE;
    plat_handle system = played_number(call, 'h', "computeSystem");
    plat_hr hr = hcs->ops->create_process(hcs->ctx, system, renamed(call, "processParameters"),
                                          &info, &handle, &call->result);
    if (plat_succeeded(hr)) {
        uint64_t recorded = result_number(call->entry, "process");
        learn_handle(call, "process", handle);
        replay_names_number(&replay->names, 'p', result_number(call->entry, "ProcessId"),
                            info.process_id);
        replay_add_streams(replay, recorded, &info);
    }
    return hr;
}

static plat_hr play_open_process(struct call *call)
{
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    plat_handle handle = PLAT_NO_HANDLE;
    plat_handle system = played_number(call, 'h', "computeSystem");
    plat_hr hr = hcs->ops->open_process(hcs->ctx, system, (uint32_t)played_number(call, 'p', "pid"),
                                        &handle, &call->result);
    learn_handle(call, "process", handle);
    return hr;
}

static plat_hr play_close_process(struct call *call)
{
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    replay_close_streams(call->replay, argument_number(call->entry, "process"));
    return hcs->ops->close_process(hcs->ctx, played_number(call, 'h', "process"));
}

static plat_hr play_terminate_process(struct call *call)
{
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    return hcs->ops->terminate_process(hcs->ctx, played_number(call, 'h', "process"),
                                       &call->result);
}

static plat_hr play_process_properties(struct call *call)
{
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    return hcs->ops->process_properties(hcs->ctx, played_number(call, 'h', "process"),
                                        &call->output, &call->result);
}

/* The registration of a process, by its recorded handle; 0: it has none yet. */
static uint64_t registration_of(const struct call *call, uint64_t process)
{
    uint64_t found = 0;
    for (size_t i = 0; i < call->number; i++) {
        const struct trace_entry *entry = &call->trace->entries[i];
        if (strcmp(entry->fn, "HcsRegisterProcessCallback") == 0 &&
            argument_number(entry, "handle") == process) {
            found = result_number(entry, "callback");
        }
    }
    return found;
}

/* A process that was found to have ended had done so before the call. */
static plat_hr play_modify_process(struct call *call)
{
    const struct plat_hcs *hcs = &call->replay->platform.hcs;
    uint64_t process = argument_number(call->entry, "process");
    if (strcmp(call->entry->hr, "0x80070490") == 0) {
        (void)replay_await(call->replay, registration_of(call, process), PLAT_HCS_PROCESS_EXITED);
    }
    return hcs->ops->modify_process(hcs->ctx, played_number(call, 'h', "process"),
                                    renamed(call, "settings"), &call->result);
}

/* ---- the table ---- */

struct player {
    const char *fn;
    plat_hr (*play)(struct call *call);
};

static const struct player players[] = {
    {"ActivateLayer", play_layer},
    {"CreateSandboxLayer", play_layer_over},
    {"DeactivateLayer", play_layer},
    {"DestroyLayer", play_layer},
    {"ExpandSandboxSize", play_expand},
    {"GetLayerMountPath", play_mount_path},
    {"HNSCall", play_hns},
    {"HcsCloseComputeSystem", play_close},
    {"HcsCloseProcess", play_close_process},
    {"HcsCreateComputeSystem", play_create},
    {"HcsCreateProcess", play_create_process},
    {"HcsEnumerateComputeSystems", play_enumerate},
    {"HcsGetComputeSystemProperties", play_properties},
    {"HcsGetProcessProperties", play_process_properties},
    {"HcsModifyComputeSystem", play_modify},
    {"HcsModifyProcess", play_modify_process},
    {"HcsOpenComputeSystem", play_open},
    {"HcsOpenProcess", play_open_process},
    {"HcsPauseComputeSystem", play_operation},
    {"HcsRegisterComputeSystemCallback", play_register},
    {"HcsRegisterProcessCallback", play_register},
    {"HcsResumeComputeSystem", play_operation},
    {"HcsShutdownComputeSystem", play_operation},
    {"HcsStartComputeSystem", play_operation},
    {"HcsTerminateComputeSystem", play_operation},
    {"HcsTerminateProcess", play_terminate_process},
    {"HcsUnregisterComputeSystemCallback", play_unregister},
    {"HcsUnregisterProcessCallback", play_unregister},
    {"NameToGuid", play_name_to_guid},
    {"PrepareLayer", play_layer_over},
    {"UnprepareLayer", play_layer},
};

/* "HNSCall POST /endpoints/", "HcsGetComputeSystemProperties Statistics". */
static char *name_of(const struct trace_entry *entry)
{
    const char *query = trace_text(entry, "propertyQuery");
    const char *section = query == NULL ? NULL : strstr(query, "[\"");
    if (is_hns_call(entry)) {
        return hns_call_name(entry);
    }
    return section == NULL ? wcd_text_copy(entry->fn)
                           : wcd_text_format("%s %.*s", entry->fn, (int)strcspn(section + 2, "\""),
                                             section + 2);
}

/* ---- notifications ---- */

static void meet(struct replay *replay, const struct trace_entry *entry)
{
    uint32_t type = (uint32_t)strtoul(trace_text(entry, "notificationType"), NULL, 16);
    const char *status = trace_text(entry, "status");
    char *name = wcd_text_format("CALLBACK 0x%08X", type);
    assert_non_null(name);
    /* What made it crash nobody has recorded. */
    if (type == PLAT_HCS_SYSTEM_EXITED &&
        strtoul(status, NULL, 16) == plat_hr_bits(PLAT_HCS_UNEXPECTED_EXIT)) {
        (void)fake_hcs_crash(replay->host, trace_text(entry, "system"));
    }
    struct replay_note *note = replay_await(replay, argument_number(entry, "callback"), type);
    char played[16] = "nothing";
    if (note != NULL) {
        note->met = true;
        (void)snprintf(played, sizeof(played), "0x%08X", (unsigned)plat_hr_bits(note->status));
    }
    if (strcmp(played, status) != 0) {
        replay_differ(replay, name, "told", status, played);
    }
    free(name);
}

/* ---- answers ---- */

static bool is_refused(const char *response)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(response, strlen(response), &fault);
    const struct wcd_json *success = wcd_json_get(json, "Success");
    bool refused = success == NULL || !wcd_json_bool(success);
    wcd_json_free(json);
    return refused;
}

static void check_code(struct call *call)
{
    plat_hr recorded = plat_hr_of((uint32_t)strtoul(call->entry->hr, NULL, 16));
    char played[16];
    char at[24];
    (void)snprintf(played, sizeof(played), "0x%08X", (unsigned)plat_hr_bits(call->hr));
    (void)snprintf(at, sizeof(at), "hr %s", played);
    bool same =
        call->hr == recorded || (plat_hcs_accepted(call->hr) && plat_hcs_accepted(recorded));
    if (same && call->output != NULL && is_hns_call(call->entry)) {
        same = !is_refused(call->output);
    }
    if (!same) {
        replay_differ(call->replay, call->name, at, call->entry->hr, played);
    }
}

void replay_entry(struct replay *replay, const struct trace *trace, size_t number)
{
    const struct trace_entry *entry = &trace->entries[number];
    struct call call = {.replay = replay, .trace = trace, .number = number, .entry = entry};
    const struct player *player = NULL;
    for (size_t i = 0; i < sizeof(players) / sizeof(players[0]); i++) {
        player = strcmp(players[i].fn, entry->fn) == 0 ? &players[i] : player;
    }
    replay->calls++;
    if (strcmp(entry->fn, "CALLBACK") == 0) {
        meet(replay, entry);
        return;
    }
    /* How a path's length is asked for is the binding's matter. */
    if (strcmp(entry->fn, "GetLayerMountPath") == 0 && argument_number(entry, "length") == 0) {
        return;
    }
    if (player == NULL) {
        fail_msg("%s: nobody plays %s", replay->recording, entry->fn);
        return;
    }
    call.name = name_of(entry);
    assert_non_null(call.name);
    call.hr = player->play(&call);
    check_code(&call);
    if (plat_succeeded(call.hr)) {
        replay_check_shape(replay, call.name, call.output);
    }
    free(call.name);
    free(call.text);
    free(call.output);
    free(call.result);
}
