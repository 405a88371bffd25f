/* See real_fixture.h. */
#include "tests/unit/real/real_fixture.h"

#include "core/base/queue.h"
#include "tests/support/cmocka.h"

#include <objbase.h>
#include <stdlib.h>
#include <string.h>

/* ---- a spy on CoTaskMemAlloc: a wrong allocator or a text that is not freed shows nowhere else ---- */

struct texts {
    IMallocSpy spy; /* the first member */
    volatile LONG alive;
};

static struct texts *texts_of(IMallocSpy *spy)
{
    return (struct texts *)(void *)spy;
}

static HRESULT STDMETHODCALLTYPE spy_query(IMallocSpy *spy, REFIID id, void **out)
{
    (void)id;
    *out = spy;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE spy_reference(IMallocSpy *spy)
{
    (void)spy;
    return 1;
}

static SIZE_T STDMETHODCALLTYPE spy_pre_alloc(IMallocSpy *spy, SIZE_T size)
{
    (void)spy;
    return size;
}

static void *STDMETHODCALLTYPE spy_post_alloc(IMallocSpy *spy, void *data)
{
    (void)InterlockedIncrement(&texts_of(spy)->alive);
    return data;
}

static void *STDMETHODCALLTYPE spy_pre_free(IMallocSpy *spy, void *data, BOOL spied)
{
    if (data != NULL && spied) {
        (void)InterlockedDecrement(&texts_of(spy)->alive);
    }
    return data;
}

static void STDMETHODCALLTYPE spy_post_free(IMallocSpy *spy, BOOL spied)
{
    (void)spy, (void)spied;
}

static SIZE_T STDMETHODCALLTYPE spy_pre_realloc(IMallocSpy *spy, void *data, SIZE_T size,
                                                void **out, BOOL spied)
{
    (void)spy, (void)spied;
    *out = data;
    return size;
}

static void *STDMETHODCALLTYPE spy_post_realloc(IMallocSpy *spy, void *data, BOOL spied)
{
    (void)spy, (void)spied;
    return data;
}

static void *STDMETHODCALLTYPE spy_pre_size(IMallocSpy *spy, void *data, BOOL spied)
{
    (void)spy, (void)spied;
    return data;
}

static SIZE_T STDMETHODCALLTYPE spy_post_size(IMallocSpy *spy, SIZE_T size, BOOL spied)
{
    (void)spy, (void)spied;
    return size;
}

static int STDMETHODCALLTYPE spy_post_did(IMallocSpy *spy, void *data, BOOL spied, int actual)
{
    (void)spy, (void)data, (void)spied;
    return actual;
}

static void STDMETHODCALLTYPE spy_heap(IMallocSpy *spy)
{
    (void)spy;
}

static struct texts *texts(void)
{
    static IMallocSpyVtbl table = {
        .QueryInterface = spy_query,
        .AddRef = spy_reference,
        .Release = spy_reference,
        .PreAlloc = spy_pre_alloc,
        .PostAlloc = spy_post_alloc,
        .PreFree = spy_pre_free,
        .PostFree = spy_post_free,
        .PreRealloc = spy_pre_realloc,
        .PostRealloc = spy_post_realloc,
        .PreGetSize = spy_pre_size,
        .PostGetSize = spy_post_size,
        .PreDidAlloc = spy_pre_size,
        .PostDidAlloc = spy_post_did,
        .PreHeapMinimize = spy_heap,
        .PostHeapMinimize = spy_heap,
    };
    static struct texts all = {.spy = {.lpVtbl = &table}};
    return &all;
}

long real_fixture_texts(void)
{
    return texts()->alive;
}

/* ---- the machine ---- */

static char *stand_in_path(void)
{
    static char path[1024];
    DWORD len = GetModuleFileNameA(NULL, path, sizeof(path) - 32);
    assert_in_range(len, 1, sizeof(path) - 33);
    char *end = strrchr(path, '\\');
    assert_non_null(end);
    memcpy(end + 1, "stand_in.dll", sizeof("stand_in.dll"));
    return path;
}

int real_fixture_setup(void **state)
{
    struct real_fixture *fixture = calloc(1, sizeof(*fixture));
    assert_non_null(fixture);
    const char *path = stand_in_path();
    const struct win32_dlls dlls = {.vmcompute = path, .computenetwork = path, .virtdisk = path};
    assert_int_equal(win32_machine_create(&fixture->machine, &dlls), PLAT_S_OK);
    fixture->platform = win32_machine_platform(fixture->machine);
    HMODULE dll = LoadLibraryA(path);
    assert_non_null(dll);
    stand_in_data_function data =
        (stand_in_data_function)(void (*)(void))GetProcAddress(dll, "stand_in_data");
    assert_non_null(data);
    fixture->stand_in = data();
    assert_non_null(fixture->stand_in);
    memset(fixture->stand_in, 0, sizeof(*fixture->stand_in));
    fixture->queue = wcd_queue_create(64);
    assert_non_null(fixture->queue);
    texts()->alive = 0;
    assert_int_equal(CoRegisterMallocSpy(&texts()->spy), S_OK);
    *state = fixture;
    return 0;
}

int real_fixture_teardown(void **state)
{
    struct real_fixture *fixture = *state;
    (void)CoRevokeMallocSpy();
    win32_machine_destroy(fixture->machine);
    wcd_queue_destroy(fixture->queue);
    free(fixture);
    assert_int_equal(texts()->alive, 0);
    return 0;
}
