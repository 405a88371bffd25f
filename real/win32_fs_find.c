/* core/platform/fs.h on kernel32: what a folder holds, and the streams of a file. */
#include "real/win32_internal.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 16u

/* Room for one more of a list that doubles as it grows. */
static bool make_room(void **items, size_t count, size_t item_bytes)
{
    if (count != 0 && (count < FIRST_ROOM || (count & (count - 1)) != 0)) {
        return true;
    }
    size_t room = count < FIRST_ROOM ? FIRST_ROOM : count * 2;
    void *grown = realloc(*items, room * item_bytes);
    if (grown == NULL) {
        return false;
    }
    *items = grown;
    return true;
}

/* ---- folders ---- */

static bool is_dots(const wchar_t *name)
{
    return wcscmp(name, L".") == 0 || wcscmp(name, L"..") == 0;
}

static plat_hr add_entry(struct plat_dir_list *list, const WIN32_FIND_DATAW *data)
{
    char *name = NULL;
    void *entries = list->entries;
    plat_hr hr = win32_text(data->cFileName, wcslen(data->cFileName), &name);
    if (plat_failed(hr)) {
        return hr;
    }
    if (!make_room(&entries, list->count, sizeof(*list->entries))) {
        free(name);
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    list->entries = entries;
    struct plat_dir_entry *entry = &list->entries[list->count++];
    entry->name = name;
    const struct win32_path_info info = {.attributes = data->dwFileAttributes,
                                         .size_low = data->nFileSizeLow,
                                         .size_high = data->nFileSizeHigh,
                                         .created = data->ftCreationTime,
                                         .written = data->ftLastWriteTime};
    win32_file_info(&info, &entry->info);
    return PLAT_S_OK;
}

static plat_hr list_matches(const wchar_t *pattern, struct plat_dir_list *out)
{
    WIN32_FIND_DATAW data;
    HANDLE find = FindFirstFileExW(pattern, FindExInfoBasic, &data, FindExSearchNameMatch, NULL,
                                   FIND_FIRST_EX_LARGE_FETCH);
    if (find == INVALID_HANDLE_VALUE) {
        plat_hr hr = win32_last();
        /* Only the root of a drive can hold nothing at all: other folders have their dots. */
        return hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND) ? PLAT_S_OK : hr;
    }
    plat_hr hr = PLAT_S_OK;
    do {
        if (!is_dots(data.cFileName)) {
            hr = add_entry(out, &data);
        }
    } while (plat_succeeded(hr) && FindNextFileW(find, &data));
    if (plat_succeeded(hr) && GetLastError() != ERROR_NO_MORE_FILES) {
        hr = win32_last();
    }
    (void)FindClose(find);
    return hr;
}

/* In the order of NTFS, which other file systems need not have: by units of the upper-cased name. */
static int by_name(const void *a, const void *b)
{
    const struct plat_dir_entry *left = a;
    const struct plat_dir_entry *right = b;
    wchar_t *names[2] = {NULL, NULL};
    int order = 0;
    if (plat_succeeded(win32_wide(left->name, &names[0])) &&
        plat_succeeded(win32_wide(right->name, &names[1]))) {
        order = CompareStringOrdinal(names[0], -1, names[1], -1, TRUE) - CSTR_EQUAL;
    }
    free(names[0]);
    free(names[1]);
    return order;
}

plat_hr win32_fs_list(void *ctx, const char *path, struct plat_dir_list *out)
{
    (void)ctx;
    wchar_t *wide = NULL;
    *out = (struct plat_dir_list){.entries = NULL};
    char *pattern = wcd_text_format("%s\\*", path);
    if (pattern == NULL) {
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    plat_hr hr = win32_wide(pattern, &wide);
    if (plat_succeeded(hr)) {
        hr = list_matches(wide, out);
    }
    free(wide);
    free(pattern);
    if (plat_failed(hr)) {
        plat_dir_list_free(out);
    } else if (out->count > 1) {
        qsort(out->entries, out->count, sizeof(*out->entries), by_name);
    }
    return hr;
}

/* ---- streams ---- */

/* Windows says ":name:$DATA"; the unnamed stream is "::$DATA". */
static plat_hr add_stream(struct plat_stream_list *list, const WIN32_FIND_STREAM_DATA *data)
{
    const wchar_t *first = data->cStreamName + (data->cStreamName[0] == L':' ? 1 : 0);
    const wchar_t *end = wcschr(first, L':');
    size_t units = end != NULL ? (size_t)(end - first) : wcslen(first);
    char *name = NULL;
    void *entries = list->entries;
    plat_hr hr = win32_text(first, units, &name);
    if (plat_failed(hr)) {
        return hr;
    }
    if (!make_room(&entries, list->count, sizeof(*list->entries))) {
        free(name);
        return plat_hr_win32(PLAT_ERROR_NOT_ENOUGH_MEMORY);
    }
    list->entries = entries;
    list->entries[list->count++] =
        (struct plat_stream_entry){.name = name, .size_bytes = (uint64_t)data->StreamSize.QuadPart};
    return PLAT_S_OK;
}

static plat_hr list_streams(const wchar_t *path, struct plat_stream_list *out)
{
    WIN32_FIND_STREAM_DATA data;
    HANDLE find = FindFirstStreamW(path, FindStreamInfoStandard, &data, 0);
    if (find == INVALID_HANDLE_VALUE) {
        plat_hr hr = win32_last();
        return hr == plat_hr_win32(PLAT_ERROR_HANDLE_EOF) ? PLAT_S_OK : hr; /* a folder with none */
    }
    plat_hr hr = PLAT_S_OK;
    do {
        hr = add_stream(out, &data);
    } while (plat_succeeded(hr) && FindNextStreamW(find, &data));
    if (plat_succeeded(hr) && GetLastError() != ERROR_HANDLE_EOF) {
        hr = win32_last();
    }
    (void)FindClose(find);
    return hr;
}

plat_hr win32_fs_streams(void *ctx, const char *path, struct plat_stream_list *out)
{
    (void)ctx;
    wchar_t *wide = NULL;
    *out = (struct plat_stream_list){.entries = NULL};
    plat_hr hr = win32_wide(path, &wide);
    if (plat_succeeded(hr)) {
        hr = list_streams(wide, out);
    }
    free(wide);
    if (plat_failed(hr)) {
        plat_stream_list_free(out);
    }
    return hr;
}
