/* See streams.h. */
#include "tests/traces/streams.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define NO_CONTAINER SIZE_MAX
#define REMOVING     "-removing" /* what docker puts behind a layer's name before it destroys it */

/* What one entry is about. */
struct subject {
    size_t container; /* NO_CONTAINER: none */
    size_t system;
    size_t process;
    char *object; /* "network 5", of what has a stream of its own; NULL: nothing */
};

/* ---- memory ---- */

void stream_memory_release(struct stream_memory *memory)
{
    for (size_t i = 0; i < memory->container_count; i++) {
        free(memory->containers[i].id);
    }
    free(memory->containers);
    free(memory->handles);
    hns_objects_release(&memory->objects);
    *memory = (struct stream_memory){0};
}

void stream_memory_restart(struct stream_memory *memory)
{
    memory->handle_count = 0;
}

/* The latest of that number: a trace of several hosts may use one twice. */
static const struct stream_handle *find_handle(const struct stream_memory *memory,
                                               enum stream_handle_kind kind, uint64_t number)
{
    for (size_t i = memory->handle_count; i > 0; i--) {
        const struct stream_handle *handle = &memory->handles[i - 1];
        if (handle->kind == kind && handle->number == number) {
            return handle;
        }
    }
    return NULL;
}

static void add_handle(struct stream_memory *memory, struct stream_handle handle)
{
    struct stream_handle *handles =
        realloc(memory->handles, (memory->handle_count + 1) * sizeof(handles[0]));
    assert_non_null(handles);
    memory->handles = handles;
    handles[memory->handle_count++] = handle;
}

static size_t find_container(const struct stream_memory *memory, const char *id, size_t len)
{
    for (size_t i = 0; i < memory->container_count; i++) {
        if (strlen(memory->containers[i].id) == len &&
            memcmp(memory->containers[i].id, id, len) == 0) {
            return i;
        }
    }
    return NO_CONTAINER;
}

static void add_container(struct stream_memory *memory, const char *id, size_t len)
{
    if (len == 0 || find_container(memory, id, len) != NO_CONTAINER) {
        return;
    }
    struct stream_container *containers =
        realloc(memory->containers, (memory->container_count + 1) * sizeof(containers[0]));
    assert_non_null(containers);
    memory->containers = containers;
    char *copy = wcd_text_copy_n(id, len);
    assert_non_null(copy);
    containers[memory->container_count++] = (struct stream_container){.id = copy};
}

/* ---- whose an entry is ---- */

/* The last part of a layer's path without "-removing". */
static const char *layer_name(const char *path, size_t *len)
{
    const char *last = strrchr(path, '\\');
    const char *name = last == NULL ? path : last + 1;
    const char *end = strstr(name, REMOVING);
    *len = end == NULL ? strlen(name) : (size_t)(end - name);
    return name;
}

/* Containers are what a scratch layer or a compute system was made or looked for, and what is unmounted. */
static void note_containers(struct stream_memory *memory, const struct trace *trace)
{
    static const char *const makers[] = {"CreateSandboxLayer", "HcsCreateComputeSystem",
                                         "HcsOpenComputeSystem", "UnprepareLayer"};
    for (size_t i = 0; i < trace->count; i++) {
        const char *id = trace_text(&trace->entries[i], "id");
        for (size_t m = 0; id != NULL && m < sizeof(makers) / sizeof(makers[0]); m++) {
            if (strcmp(trace->entries[i].fn, makers[m]) == 0) {
                size_t len = 0;
                const char *name = layer_name(id, &len);
                add_container(memory, name, len);
            }
        }
    }
}

/* By a handle among the arguments; false when there is none that is known. */
static bool by_handle(const struct stream_memory *memory, const struct trace_entry *entry,
                      struct subject *subject)
{
    static const struct {
        const char *name;
        enum stream_handle_kind kind;
    } arguments[] = {
        {"callback", STREAM_CALLBACK},
        {"process", STREAM_PROCESS},
        {"computeSystem", STREAM_SYSTEM},
        {"handle", STREAM_PROCESS}, /* of a registration: a process's, */
        {"handle", STREAM_SYSTEM},  /* or a system's */
    };
    bool of_process = strstr(entry->fn, "Process") != NULL;
    for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
        uint64_t number = 0;
        bool registration = strcmp(arguments[i].name, "handle") == 0;
        if (!trace_number(entry->args, arguments[i].name, &number) ||
            (registration && of_process != (arguments[i].kind == STREAM_PROCESS))) {
            continue;
        }
        const struct stream_handle *handle = find_handle(memory, arguments[i].kind, number);
        if (handle != NULL) {
            *subject = (struct subject){handle->container, handle->system, handle->process, NULL};
            return true;
        }
    }
    return false;
}

static struct subject subject_of(const struct stream_memory *memory,
                                 const struct trace_entry *entry)
{
    struct subject subject = {.container = NO_CONTAINER};
    if (by_handle(memory, entry, &subject)) {
        return subject;
    }
    const char *id = trace_text(entry, "system");
    id = id == NULL ? trace_text(entry, "id") : id;
    if (id != NULL) {
        size_t len = 0;
        const char *name = layer_name(id, &len);
        subject.container = find_container(memory, name, len);
    }
    return subject;
}

/* An endpoint whose container no document names belongs to that of the entry before the one that makes it. */
static void adopt_endpoint(const struct stream_memory *memory, struct hns_object *object,
                           const struct trace_entry *entry, const struct subject *before)
{
    const char *method = trace_text(entry, "method");
    bool made = method != NULL && strcmp(method, "POST") == 0 && object->number == 0;
    if (made && strcmp(object->kind, HNS_ENDPOINT) == 0 && object->container == NULL &&
        before != NULL && before->container != NO_CONTAINER) {
        object->container = wcd_text_copy(memory->containers[before->container].id);
        assert_non_null(object->container);
    }
}

/* Of the container whose endpoint the call is about, or of a network or an endpoint itself. */
static struct subject subject_of_hns(struct stream_memory *memory, const struct trace_entry *entry,
                                     const struct subject *before)
{
    struct subject subject = {.container = NO_CONTAINER};
    char *id = hns_call_id(entry);
    char *kind = hns_call_kind(entry);
    if (id[0] != '\0') {
        struct hns_object *object = hns_object_of(&memory->objects, kind, id);
        adopt_endpoint(memory, object, entry, before);
        if (object->container != NULL) {
            subject.container =
                find_container(memory, object->container, strlen(object->container));
        }
        if (subject.container == NO_CONTAINER) {
            hns_object_appears(&memory->objects, object);
            subject.object = wcd_text_format("%s %zu", kind, object->number);
            assert_non_null(subject.object);
        }
    }
    free(kind);
    free(id);
    return subject;
}

/* Handles that the entry's answer gives out. */
static void note_handles(struct stream_memory *memory, const struct trace_entry *entry,
                         struct subject *subject)
{
    uint64_t number = 0;
    if (subject->container == NO_CONTAINER) {
        return;
    }
    struct stream_container *container = &memory->containers[subject->container];
    struct stream_handle handle = {.container = subject->container};
    if (trace_number(entry->result, "computeSystem", &number)) {
        handle.kind = STREAM_SYSTEM;
        handle.system = ++container->systems;
        subject->system = handle.system; /* the opening itself stands before what follows */
    } else if (trace_number(entry->result, "process", &number)) {
        handle.kind = STREAM_PROCESS;
        handle.process = ++container->processes;
    } else if (trace_number(entry->result, "callback", &number)) {
        handle.kind = STREAM_CALLBACK;
        handle.system = subject->system;
        handle.process = subject->process;
    } else {
        return;
    }
    handle.number = number;
    add_handle(memory, handle);
}

/* ---- streams ---- */

static char *stream_name(const struct trace_entry *entry, const struct subject *subject)
{
    if (subject->object != NULL) {
        return wcd_text_copy(subject->object);
    }
    if (subject->container == NO_CONTAINER) {
        return wcd_text_copy(is_hns_call(entry) ? "networks" : "host");
    }
    size_t container = subject->container + 1;
    if (subject->process > 0) {
        return wcd_text_format("container %zu, process %zu", container, subject->process);
    }
    if (subject->system > 1) {
        return wcd_text_format("container %zu, system %zu", container, subject->system);
    }
    return wcd_text_format("container %zu", container);
}

static struct stream *need_stream(struct streams *streams, char *name)
{
    assert_non_null(name);
    for (size_t i = 0; i < streams->count; i++) {
        if (strcmp(streams->items[i].name, name) == 0) {
            free(name);
            return &streams->items[i];
        }
    }
    struct stream *items = realloc(streams->items, (streams->count + 1) * sizeof(items[0]));
    assert_non_null(items);
    streams->items = items;
    items[streams->count] = (struct stream){.name = name};
    return &items[streams->count++];
}

static void add_entry(struct stream *stream, const struct trace_entry *entry)
{
    const struct trace_entry **entries =
        realloc(stream->entries, (stream->count + 1) * sizeof(entries[0]));
    assert_non_null(entries);
    stream->entries = entries;
    entries[stream->count++] = entry;
}

/* The text whose user a preparing call waits for; NULL when the entry prepares nothing. An enumeration is
 * about no layer: what it waits for is "". */
static const char *prepared(const struct trace_entry *entry)
{
    const char *name = NULL;
    if (strcmp(entry->fn, "NameToGuid") == 0) {
        name = trace_text(entry, "name");
    } else if (strcmp(entry->fn, "GetLayerMountPath") == 0) {
        size_t len = 0;
        name = trace_text(entry, "id");
        name = name == NULL ? NULL : layer_name(name, &len);
    } else if (strcmp(entry->fn, "HcsEnumerateComputeSystems") == 0) {
        name = "";
    }
    return name;
}

static bool mentions(const struct trace_entry *entry, const char *name)
{
    char *text = wcd_json_print(entry->args);
    assert_non_null(text);
    bool found = strstr(text, name) != NULL;
    free(text);
    return found;
}

static bool uses(const struct trace_entry *entry, const char *name)
{
    return name[0] == '\0' ? strcmp(entry->fn, "DestroyLayer") == 0
                           : prepared(entry) == NULL && mentions(entry, name);
}

/* Two calls that prepare the same. */
static bool prepare_alike(const struct trace_entry *a, const struct trace_entry *b)
{
    return strcmp(a->fn, b->fn) == 0 && wcd_json_equal(a->args, b->args);
}

/* Of the container whose call comes next that uses it, and has no such call before it yet. */
static size_t user_of(const struct trace *trace, const struct subject *subjects,
                      const size_t *users, size_t at, const char *name)
{
    for (size_t i = at + 1; i < trace->count; i++) {
        bool taken = subjects[i].container == NO_CONTAINER || !uses(&trace->entries[i], name);
        for (size_t before = 0; before < at && !taken; before++) {
            taken =
                users[before] == i && prepare_alike(&trace->entries[before], &trace->entries[at]);
        }
        if (!taken) {
            return i;
        }
    }
    return SIZE_MAX;
}

static void assign_preparations(const struct trace *trace, struct subject *subjects)
{
    size_t *users = calloc(trace->count + 1, sizeof(users[0]));
    assert_non_null(users);
    for (size_t i = 0; i < trace->count; i++) {
        const char *name = prepared(&trace->entries[i]);
        users[i] = SIZE_MAX;
        if (name != NULL && subjects[i].container == NO_CONTAINER) {
            users[i] = user_of(trace, subjects, users, i, name);
        }
    }
    for (size_t i = 0; i < trace->count; i++) {
        if (users[i] != SIZE_MAX) {
            subjects[i] = (struct subject){.container = subjects[users[i]].container};
        }
    }
    free(users);
}

/* An injected failure was recorded without its arguments: it belongs to whom the entry before does. */
static void assign_bare_entries(const struct trace *trace, struct subject *subjects)
{
    for (size_t i = 1; i < trace->count; i++) {
        bool bare = wcd_json_size(trace->entries[i].args) == 0;
        if (bare && subjects[i].container == NO_CONTAINER) {
            subjects[i] = (struct subject){.container = subjects[i - 1].container};
        }
    }
}

void streams_sort(struct streams *out, const struct trace *trace, struct stream_memory *memory)
{
    *out = (struct streams){0};
    struct subject *subjects = calloc(trace->count + 1, sizeof(subjects[0]));
    assert_non_null(subjects);
    note_containers(memory, trace);
    for (size_t i = 0; i < trace->count; i++) {
        hns_objects_note(&memory->objects, &trace->entries[i]);
    }
    for (size_t i = 0; i < trace->count; i++) {
        const struct trace_entry *entry = &trace->entries[i];
        subjects[i] = is_hns_call(entry)
                          ? subject_of_hns(memory, entry, i == 0 ? NULL : &subjects[i - 1])
                          : subject_of(memory, entry);
        note_handles(memory, &trace->entries[i], &subjects[i]);
    }
    assign_bare_entries(trace, subjects);
    assign_preparations(trace, subjects);
    for (size_t i = 0; i < trace->count; i++) {
        const struct trace_entry *entry = &trace->entries[i];
        add_entry(need_stream(out, stream_name(entry, &subjects[i])), entry);
        free(subjects[i].object);
    }
    free(subjects);
}

void streams_release(struct streams *streams)
{
    for (size_t i = 0; i < streams->count; i++) {
        free(streams->items[i].name);
        free(streams->items[i].entries);
    }
    free(streams->items);
    *streams = (struct streams){0};
}

const struct stream *streams_find(const struct streams *streams, const char *name)
{
    for (size_t i = 0; i < streams->count; i++) {
        if (strcmp(streams->items[i].name, name) == 0) {
            return &streams->items[i];
        }
    }
    return NULL;
}
