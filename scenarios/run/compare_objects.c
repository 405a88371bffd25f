/* What calls are about: see compare.h. Handles are numbers that each stage gives out as it likes, and uses again. */
#include "core/json/json.h"
#include "scenarios/run/compare.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Each kind has numbers of its own. */
enum handle_kind {
    HANDLE_NONE,
    HANDLE_SYSTEM,
    HANDLE_PROCESS,
    HANDLE_CALLBACK,
    HANDLE_FILE, /* and the streams of processes */
    HANDLE_KEY,
    HANDLE_SERVICE,
    HANDLE_TIMER
};

struct scn_object_handle {
    enum handle_kind kind;
    uint64_t number;
    char *object;
};

/* Members that name what a call is about, the best first. */
static const char *const names[] = {
    "system",   "id",     "vmid",       "path",        "lpFileName",         "lpSymlinkFileName",
    "lpSubKey", "lpName", "lpPathName", "pObjectName", "lpExistingFileName", "lpServiceName",
    "srcId",    "dstId",  "name",       "Id",          "lpLibFileName"};

static const struct {
    const char *member;
    enum handle_kind kind;
} arguments[] = {
    {"computeSystem", HANDLE_SYSTEM}, {"process", HANDLE_PROCESS},  {"callback", HANDLE_CALLBACK},
    {"hObject", HANDLE_FILE},         {"hFile", HANDLE_FILE},       {"FileHandle", HANDLE_FILE},
    {"hNamedPipe", HANDLE_FILE},      {"hDevice", HANDLE_FILE},     {"hKey", HANDLE_KEY},
    {"hSCObject", HANDLE_SERVICE},    {"hService", HANDLE_SERVICE}, {"pti", HANDLE_TIMER},
    {"hSCManager", HANDLE_SERVICE},
};

/* What is opened is the call's own object, or a part of it that goes its own way. */
static const struct {
    const char *member;
    enum handle_kind kind;
    bool apart;
} results[] = {
    {"computeSystem", HANDLE_SYSTEM, false}, {"process", HANDLE_PROCESS, true},
    {"callback", HANDLE_CALLBACK, false},    {"StdInput", HANDLE_FILE, true},
    {"StdOutput", HANDLE_FILE, true},        {"StdError", HANDLE_FILE, true},
};

static const char *text_of(const struct wcd_json *object, const char *name)
{
    const struct wcd_json *value = object == NULL ? NULL : wcd_json_get(object, name);
    return value != NULL && wcd_json_is(value, WCD_JSON_STRING) ? wcd_json_string(value) : "";
}

static bool number_of(const struct wcd_json *object, const char *name, uint64_t *out)
{
    const struct wcd_json *value = object == NULL ? NULL : wcd_json_get(object, name);
    return value != NULL && wcd_json_is(value, WCD_JSON_NUMBER) && wcd_json_uint64(value, out);
}

static struct scn_object_handle *find(const struct scn_objects *objects, enum handle_kind kind,
                                      uint64_t number)
{
    for (size_t i = 0; i < objects->count; i++) {
        struct scn_object_handle *handle = &objects->handles[i];
        if (handle->kind == kind && handle->number == number) {
            return handle;
        }
    }
    return NULL;
}

/* Takes the text. */
static bool opened(struct scn_objects *objects, enum handle_kind kind, uint64_t number,
                   char *object)
{
    struct scn_object_handle *handle = find(objects, kind, number);
    if (handle == NULL && objects->count == objects->capacity && object != NULL) {
        size_t capacity = objects->capacity == 0 ? 32 : 2 * objects->capacity;
        struct scn_object_handle *grown =
            realloc(objects->handles, capacity * sizeof(objects->handles[0]));
        if (grown == NULL) {
            free(object);
            return false;
        }
        objects->handles = grown;
        objects->capacity = capacity;
    }
    if (object == NULL) {
        return false;
    }
    if (handle == NULL) {
        handle = &objects->handles[objects->count++];
        *handle = (struct scn_object_handle){.kind = kind, .number = number};
    }
    wcd_text_replace(&handle->object, object);
    return true;
}

static enum handle_kind kind_of_result(const char *dll, const char *function)
{
    if (strcmp(function, "SetThreadpoolTimer") == 0) {
        return HANDLE_TIMER;
    }
    if (strcmp(dll, "advapi32.dll") != 0) {
        return HANDLE_FILE;
    }
    return wcd_text_has_prefix(function, "Reg") ? HANDLE_KEY : HANDLE_SERVICE;
}

static bool note_results(struct scn_objects *objects, const struct wcd_json *call,
                         const char *object)
{
    const struct wcd_json *result = wcd_json_get(call, "result");
    uint64_t number = 0;
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof(results) / sizeof(results[0]); i++) {
        if (number_of(result, results[i].member, &number)) {
            ok = opened(objects, results[i].kind, number,
                        results[i].apart ? wcd_text_format("%s %s %zu", object, results[i].member,
                                                           ++objects->apart)
                                         : wcd_text_copy(object));
        }
    }
    if (ok && number_of(result, "handle", &number)) {
        ok = opened(objects, kind_of_result(text_of(call, "dll"), text_of(call, "fn")), number,
                    wcd_text_copy(object));
    }
    return ok;
}

static const char *object_by_name(const struct wcd_json *args)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *text = text_of(args, names[i]);
        if (*text != '\0') {
            return text;
        }
    }
    return NULL;
}

static const char *object_by_handle(const struct scn_objects *objects, const struct wcd_json *args)
{
    uint64_t number = 0;
    for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
        const struct scn_object_handle *handle = number_of(args, arguments[i].member, &number)
                                                     ? find(objects, arguments[i].kind, number)
                                                     : NULL;
        if (handle != NULL) {
            return handle->object;
        }
    }
    return NULL;
}

static char *object_of(const struct scn_objects *objects, const struct wcd_json *call)
{
    const struct wcd_json *args = wcd_json_get(call, "args");
    const char *function = text_of(call, "fn");
    uint64_t number = 0;
    if (strcmp(function, "CALLBACK") == 0 && number_of(args, "callback", &number)) {
        return wcd_text_format("%s callback %" PRIu64, text_of(args, "system"), number);
    }
    const char *object = object_by_name(args);
    object = object == NULL ? object_by_handle(objects, args) : object;
    return wcd_text_copy(object == NULL ? function : object);
}

char *scn_objects_of_call(struct scn_objects *objects, const char *line, size_t len)
{
    struct wcd_json_fault fault;
    struct wcd_json *call = wcd_json_parse(line, len, &fault);
    if (call == NULL && strcmp(fault.reason, "out of memory") == 0) {
        return NULL;
    }
    if (call == NULL || !wcd_json_is(call, WCD_JSON_OBJECT)) {
        wcd_json_free(call);
        return wcd_text_copy("");
    }
    char *object = object_of(objects, call);
    if (object != NULL && !note_results(objects, call, object)) {
        wcd_text_replace(&object, NULL);
    }
    wcd_json_free(call);
    return object;
}

void scn_objects_release(struct scn_objects *objects)
{
    for (size_t i = 0; i < objects->count; i++) {
        free(objects->handles[i].object);
    }
    free(objects->handles);
    *objects = (struct scn_objects){0};
}
