/* Any document thrown at an emulated compute service: it answers with a code, keeps its promises about outs and
 * results, and at the end everything can be ended and given back.
 *
 * The first byte chooses the call and the isolation, upper case is Hyper-V: c create, p process, m modify, q
 * properties, e enumerate, x modify process, s signal, v service properties, w modify service, o pause and save
 * options. The rest is the document; @V in it is the path of the container's volume, written as in JSON. */
#include "core/base/assert.h"
#include "core/base/buf.h"
#include "core/base/queue.h"
#include "core/json/json.h"
#include "fakes/host/host.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define QUEUE_EVENTS 1024u
#define SOON_US      ((uint64_t)60000000)
#define DOCUMENT_MAX ((size_t)1024 * 1024)

#define LAYERS  "C:\\layers"
#define BASE    LAYERS "\\base"
#define SCRATCH LAYERS "\\c1"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct rig {
    struct fake_host *host;
    struct platform platform;
    struct wcd_queue *queue;
    bool hyperv;
    char *volume; /* of the scratch, while it is mounted */
    char *layer_id;
    plat_handle system;
    plat_handle system_registration;
    plat_handle process;
    struct plat_hcs_process_info info;
};

static const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};

/* ---- a host with a running container ---- */

static void put_host(struct rig *rig)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    const struct fake_image_layer base = {
        .folder = BASE, .utility_vm = true, .os_build = options.build->build, .os_revision = 1};
    struct wcd_error err = WCD_ERROR_INIT;
    options.hyperv = true;
    options.hcs_latency_percent = 1;
    WCD_ASSERT(fake_host_create(&rig->host, &options, &err) == WCD_OK);
    WCD_ASSERT(fake_storage_put_layer(rig->host, &base));
    rig->platform = fake_host_platform(rig->host);
    rig->queue = wcd_queue_create(QUEUE_EVENTS);
    WCD_ASSERT(rig->queue != NULL);
}

static void mount_scratch(struct rig *rig)
{
    const struct plat_storage *storage = &rig->platform.storage;
    WCD_ASSERT(storage->ops->name_to_guid(storage->ctx, "base", &rig->layer_id) == PLAT_S_OK);
    const struct plat_layer_descriptor parent = {rig->layer_id, 0, BASE};
    WCD_ASSERT(storage->ops->create_scratch_layer(storage->ctx, &driver, SCRATCH, "", &parent, 1) ==
               PLAT_S_OK);
    if (!rig->hyperv) {
        WCD_ASSERT(storage->ops->activate_layer(storage->ctx, &driver, SCRATCH) == PLAT_S_OK);
        WCD_ASSERT(storage->ops->prepare_layer(storage->ctx, &driver, SCRATCH, &parent, 1) ==
                   PLAT_S_OK);
        WCD_ASSERT(storage->ops->layer_mount_path(storage->ctx, &driver, SCRATCH, &rig->volume) ==
                   PLAT_S_OK);
    }
}

/* The text as the inside of a JSON string. */
static void add_escaped(struct wcd_buf *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '\\') {
            wcd_buf_char(out, '\\');
        }
        wcd_buf_char(out, *text);
    }
}

static char *document_of(const struct rig *rig)
{
    struct wcd_buf text;
    wcd_buf_init(&text, DOCUMENT_MAX);
    wcd_buf_format(&text,
                   "{\"SystemType\":\"Container\",\"Name\":\"c1\",\"Owner\":\"fuzz\","
                   "\"LayerFolderPath\":\"C:\\\\layers\\\\c1\",\"Layers\":[{\"ID\":\"%s\","
                   "\"Path\":\"C:\\\\layers\\\\base\"}],",
                   rig->layer_id);
    if (rig->hyperv) {
        wcd_buf_text(&text, "\"HvPartition\":true,\"HvRuntime\":{\"ImagePath\":"
                            "\"C:\\\\layers\\\\base\\\\UtilityVM\",\"SkipTemplate\":true}}");
    } else {
        wcd_buf_text(&text, "\"VolumePath\":\"");
        add_escaped(&text, rig->volume);
        wcd_buf_text(&text, "\"}");
    }
    return wcd_buf_take(&text);
}

static void pass(struct rig *rig)
{
    struct plat_event event;
    fake_host_advance_us(rig->host, SOON_US);
    while (wcd_queue_take(rig->queue, &event)) {
        free(event.data);
    }
}

static void check(plat_hr hr, const char *out, char *result)
{
    WCD_ASSERT(plat_succeeded(hr) || out == NULL);
    if (result != NULL) {
        struct wcd_json_fault fault = {0};
        struct wcd_json *json = wcd_json_parse(result, strlen(result), &fault);
        int64_t error = 0;
        WCD_ASSERT(wcd_json_int64(wcd_json_get(json, "Error"), &error) && error == hr);
        wcd_json_free(json);
        free(result);
    }
}

static void create(struct rig *rig, const char *document)
{
    const struct plat_hcs *hcs = &rig->platform.hcs;
    char *result = NULL;
    plat_hr hr = hcs->ops->create_system(hcs->ctx, "c1", document, &rig->system, &result);
    WCD_ASSERT(plat_hcs_accepted(hr) == (rig->system != PLAT_NO_HANDLE));
    check(hr, NULL, result);
    if (rig->system != PLAT_NO_HANDLE) {
        WCD_ASSERT(hcs->ops->register_system(hcs->ctx, rig->system, wcd_queue_sink(rig->queue), 1,
                                             &rig->system_registration) == PLAT_S_OK);
        pass(rig);
    }
}

static void start(struct rig *rig)
{
    const struct plat_hcs *hcs = &rig->platform.hcs;
    char *result = NULL;
    plat_hr hr = hcs->ops->start_system(hcs->ctx, rig->system, "", &result);
    check(hr, NULL, result);
    pass(rig);
}

static void run(struct rig *rig, const char *parameters)
{
    const struct plat_hcs *hcs = &rig->platform.hcs;
    char *result = NULL;
    plat_hr hr = hcs->ops->create_process(hcs->ctx, rig->system, parameters, &rig->info,
                                          &rig->process, &result);
    WCD_ASSERT(plat_succeeded(hr) == (rig->process != PLAT_NO_HANDLE));
    WCD_ASSERT(plat_succeeded(hr) == (rig->info.process_id != 0));
    check(hr, NULL, result);
}

static void run_shell(struct rig *rig)
{
    run(rig, "{\"CommandLine\":\"cmd\",\"EmulateConsole\":true,\"CreateStdInPipe\":true,"
             "\"CreateStdOutPipe\":true}");
    WCD_ASSERT(rig->process != PLAT_NO_HANDLE);
}

static void end_process(struct rig *rig)
{
    const struct plat_hcs *hcs = &rig->platform.hcs;
    const struct plat_transport *t = &rig->platform.transport;
    const plat_handle streams[] = {rig->info.std_input, rig->info.std_output, rig->info.std_error};
    for (size_t i = 0; i < 3; i++) {
        if (streams[i] != PLAT_NO_HANDLE) {
            WCD_ASSERT(t->ops->close(t->ctx, streams[i]) == PLAT_S_OK);
        }
    }
    if (rig->process != PLAT_NO_HANDLE) {
        WCD_ASSERT(hcs->ops->close_process(hcs->ctx, rig->process) == PLAT_S_OK);
    }
}

/* Systems that are there still, whoever made them: templates, too. */
static void end_all(struct rig *rig)
{
    const struct plat_hcs *hcs = &rig->platform.hcs;
    char *text = NULL;
    char *result = NULL;
    plat_hr hr = hcs->ops->enumerate_systems(hcs->ctx, "", &text, &result);
    check(hr, text, result);
    WCD_ASSERT(plat_succeeded(hr));
    struct wcd_json_fault fault = {0};
    struct wcd_json *list = wcd_json_parse(text, strlen(text), &fault);
    free(text);
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL; at = wcd_json_next(at)) {
        plat_handle handle = PLAT_NO_HANDLE;
        const char *id = wcd_json_string(wcd_json_get(at, "Id"));
        WCD_ASSERT(hcs->ops->open_system(hcs->ctx, id, &handle, &result) == PLAT_S_OK);
        hr = hcs->ops->terminate_system(hcs->ctx, handle, "", &result);
        check(hr, NULL, result);
        WCD_ASSERT(plat_hcs_accepted(hr));
        WCD_ASSERT(hcs->ops->close_system(hcs->ctx, handle) == PLAT_S_OK);
    }
    wcd_json_free(list);
    pass(rig);
    WCD_ASSERT(fake_hcs_count(rig->host) == 0);
}

static void unmount_scratch(struct rig *rig)
{
    const struct plat_storage *storage = &rig->platform.storage;
    if (!rig->hyperv) {
        WCD_ASSERT(storage->ops->unprepare_layer(storage->ctx, &driver, SCRATCH) == PLAT_S_OK);
        WCD_ASSERT(storage->ops->deactivate_layer(storage->ctx, &driver, SCRATCH) == PLAT_S_OK);
    }
    WCD_ASSERT(storage->ops->destroy_layer(storage->ctx, &driver, SCRATCH) == PLAT_S_OK);
}

static void release(struct rig *rig)
{
    const struct plat_hcs *hcs = &rig->platform.hcs;
    struct wcd_strlist list;
    end_process(rig);
    end_all(rig);
    if (rig->system != PLAT_NO_HANDLE) {
        WCD_ASSERT(hcs->ops->unregister_system(hcs->ctx, rig->system_registration) == PLAT_S_OK);
        WCD_ASSERT(hcs->ops->close_system(hcs->ctx, rig->system) == PLAT_S_OK);
    }
    unmount_scratch(rig);
    wcd_strlist_init(&list);
    WCD_ASSERT(fake_host_leftovers(rig->host, &list) && list.count == 0);
    WCD_ASSERT(fake_host_misuse(rig->host, &list) && list.count == 0);
    wcd_strlist_release(&list);
    fake_host_destroy(rig->host);
    wcd_queue_destroy(rig->queue);
    free(rig->volume);
    free(rig->layer_id);
}

/* ---- the calls ---- */

static void throw_text(struct rig *rig, char call, const char *document)
{
    const struct plat_hcs *hcs = &rig->platform.hcs;
    char *text = NULL;
    char *result = NULL;
    plat_hr hr = PLAT_S_OK;
    switch (call) {
    case 'm':
        hr = hcs->ops->modify_system(hcs->ctx, rig->system, document, &result);
        break;
    case 'q':
        hr = hcs->ops->system_properties(hcs->ctx, rig->system, document, &text, &result);
        break;
    case 'e':
        hr = hcs->ops->enumerate_systems(hcs->ctx, document, &text, &result);
        break;
    case 'x':
        hr = hcs->ops->modify_process(hcs->ctx, rig->process, document, &result);
        break;
    case 's':
        hr = hcs->ops->signal_process(hcs->ctx, rig->process, document, &result);
        break;
    case 'v':
        hr = hcs->ops->service_properties(hcs->ctx, document, &text, &result);
        break;
    case 'w':
        hr = hcs->ops->modify_service(hcs->ctx, document, &result);
        break;
    default:
        hr = hcs->ops->pause_system(hcs->ctx, rig->system, document, &result);
        check(hr, NULL, result);
        pass(rig);
        result = NULL;
        hr = hcs->ops->save_system(hcs->ctx, rig->system, document, &result);
        break;
    }
    check(hr, text, result);
    free(text);
    pass(rig);
}

static char *read_document(const struct rig *rig, const uint8_t *data, size_t size)
{
    struct wcd_buf text;
    wcd_buf_init(&text, DOCUMENT_MAX);
    for (size_t i = 0; i < size && data[i] != '\0'; i++) {
        if (data[i] == '@' && i + 1 < size && data[i + 1] == 'V') {
            add_escaped(&text, rig->volume);
            i++;
        } else {
            wcd_buf_char(&text, (char)data[i]);
        }
    }
    return wcd_buf_take(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rig rig = {0};
    if (size == 0) {
        return 0;
    }
    char call = (char)tolower(data[0]);
    rig.hyperv = isupper(data[0]) != 0;
    put_host(&rig);
    mount_scratch(&rig);
    char *document = read_document(&rig, data + 1, size - 1);
    char *own = document_of(&rig);
    WCD_ASSERT(own != NULL);
    if (document != NULL && call == 'c') {
        create(&rig, document);
    } else if (document != NULL) {
        create(&rig, own);
        WCD_ASSERT(rig.system != PLAT_NO_HANDLE);
        start(&rig);
        if (call == 'p') {
            run(&rig, document);
        } else {
            run_shell(&rig);
            throw_text(&rig, call, document);
        }
    }
    pass(&rig);
    free(document);
    free(own);
    release(&rig);
    return 0;
}
