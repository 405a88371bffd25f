/* A DLL of ours that stands in for vmcompute.dll and computenetwork.dll: answers as it is told and keeps what it
 * was called with. Its data is what the export "stand_in_data" returns. */
#ifndef TEST_REAL_STAND_IN_H
#define TEST_REAL_STAND_IN_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#define STAND_IN_UNITS 256u
#define STAND_IN_TEXTS 4u

typedef void(CALLBACK *stand_in_callback)(DWORD type, void *ctx, HRESULT status, PCWSTR data);

struct stand_in_process {
    DWORD process_id;
    DWORD reserved;
    HANDLE streams[3];
};

struct stand_in_layer {
    GUID id;
    ULONG flags;
    PCWSTR path;
};

struct stand_in {
    /* ---- what calls answer ---- */
    uint64_t answer;       /* the whole register: an HRESULT is its lower half */
    const wchar_t *text;   /* the call's text, from CoTaskMemAlloc; NULL: none */
    const wchar_t *detail; /* result or error record */
    void *handle;
    struct stand_in_process process;
    GUID guid;
    bool
        calls_on_unregister; /* a last notification comes while unregistering, one after that is too late */

    /* ---- what the last call was ---- */
    unsigned calls; /* so far */
    char function[64];
    void *object;
    wchar_t texts[STAND_IN_TEXTS][STAND_IN_UNITS]; /* in the order of the parameters */
    unsigned text_count;
    bool null_text; /* one of them was NULL */
    GUID id;
    uint64_t number;
    uint64_t flavour;
    uint64_t parent_count;
    struct stand_in_layer first_parent;
    wchar_t parent_path[STAND_IN_UNITS];

    /* ---- who is registered ---- */
    stand_in_callback callback;
    void *ctx;
};

typedef struct stand_in *(*stand_in_data_function)(void);

#endif
