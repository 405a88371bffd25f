/* The calls of the operating system. A DLL is there when its file is in the system folder. */
#include "core/base/assert.h"
#include "fakes/host/internal.h"
#include "fakes/host/name.h"

#include <stdlib.h>
#include <string.h>

#define OS_PROCESSORS_DEFAULT   4u
#define OS_MEMORY_BYTES_DEFAULT ((uint64_t)16 * 1024 * 1024 * 1024)
#define OS_HOST_NAME_DEFAULT    "WIN-DRYDOCK"
#define OS_NETBIOS_CHARS_MAX    15

static plat_hr os_version(void *ctx, struct plat_os_version *out)
{
    const struct fake_host *host = ctx;
    *out = host->os.version;
    return PLAT_S_OK;
}

static plat_hr os_product_info(void *ctx, uint32_t *out)
{
    const struct fake_host *host = ctx;
    if (host->os.version.major < 6) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    *out = host->os.product_info;
    return PLAT_S_OK;
}

static plat_hr os_processor_count(void *ctx, uint32_t *out)
{
    const struct fake_host *host = ctx;
    *out = host->os.processors;
    return PLAT_S_OK;
}

/* A quarter of the memory is in use, and the paging file adds an eighth: a quiet machine,
 * invented. */
static plat_hr os_memory(void *ctx, struct plat_memory_status *out)
{
    const struct fake_host *host = ctx;
    uint64_t total = host->os.memory_bytes;
    *out = (struct plat_memory_status){
        .physical_bytes_total = total,
        .physical_bytes_free = total - total / 4,
        .commit_bytes_limit = total + total / 8,
        .commit_bytes_free = total - total / 8,
    };
    return PLAT_S_OK;
}

static plat_hr os_copy(const char *text, char **out)
{
    *out = wcd_text_copy(text);
    return *out == NULL ? FAKE_NO_MEMORY : PLAT_S_OK;
}

static plat_hr os_host_name(void *ctx, char **out)
{
    const struct fake_host *host = ctx;
    return os_copy(host->os.host_name, out);
}

/* Index of the variable's name in the list; its value follows. `count` when there is none. */
static size_t os_variable(const struct fake_os *os, const char *name)
{
    for (size_t i = 0; i < os->environment.count; i += 2) {
        if (fake_name_equal(os->environment.items[i], name)) {
            return i;
        }
    }
    return os->environment.count;
}

static plat_hr os_environment(void *ctx, const char *name, char **out)
{
    const struct fake_host *host = ctx;
    *out = NULL;
    size_t at = os_variable(&host->os, name);
    if (at == host->os.environment.count) {
        return plat_hr_win32(PLAT_ERROR_ENVVAR_NOT_FOUND);
    }
    return os_copy(host->os.environment.items[at + 1], out);
}

/* The file that LoadLibraryExW looks for; NULL without memory. A name without a dot gets ".dll". */
static char *os_dll_path(const char *name)
{
    const char *ending = strchr(name, '.') == NULL ? ".dll" : "";
    return wcd_text_format(FAKE_OS_SYSTEM32 "\\%s%s", name, ending);
}

static bool os_dll_name_valid(const char *name)
{
    size_t units = 0;
    return name[0] != '\0' && name[strcspn(name, "/\\:")] == '\0' && fake_utf16_units(name, &units);
}

static bool os_dll_loaded(const struct fake_os *os, const char *name)
{
    for (size_t i = 0; i < os->loaded.count; i++) {
        if (fake_name_equal(os->loaded.items[i], name)) {
            return true;
        }
    }
    return false;
}

void fake_os_unload_dlls(struct fake_host *host)
{
    wcd_strlist_release(&host->os.loaded);
    wcd_strlist_init(&host->os.loaded);
}

bool fake_os_has_dll(const struct fake_host *host, const char *name)
{
    if (os_dll_loaded(&host->os, name)) {
        return true;
    }
    const struct fake_node *folder = fake_fs_volume(&host->fs, 'C')->root;
    static const char *const names[] = {"Windows", "System32"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && folder != NULL; i++) {
        folder = fake_node_child(folder, names[i]);
    }
    return folder != NULL && fake_node_child(folder, name) != NULL;
}

static plat_hr os_load_library(void *ctx, const char *name)
{
    struct fake_host *host = ctx;
    if (!os_dll_name_valid(name)) {
        return plat_hr_win32(PLAT_ERROR_INVALID_PARAMETER);
    }
    if (os_dll_loaded(&host->os, name)) {
        return PLAT_S_OK;
    }
    char *path = os_dll_path(name);
    if (path == NULL) {
        return FAKE_NO_MEMORY;
    }
    struct fake_place place;
    plat_hr hr = fake_fs_find_existing(host, path, &place);
    if (plat_succeeded(hr) && place.node->directory) {
        hr = plat_hr_win32(PLAT_ERROR_ACCESS_DENIED);
    }
    fake_place_release(&place);
    free(path);
    if (hr == plat_hr_win32(PLAT_ERROR_FILE_NOT_FOUND) ||
        hr == plat_hr_win32(PLAT_ERROR_PATH_NOT_FOUND)) {
        return plat_hr_win32(PLAT_ERROR_MOD_NOT_FOUND);
    }
    if (plat_failed(hr)) {
        return hr;
    }
    return wcd_strlist_add(&host->os.loaded, name) ? PLAT_S_OK : FAKE_NO_MEMORY;
}

const char *fake_os_text(const struct fake_host *host, uint32_t error)
{
    size_t low = 0;
    size_t high = 0;
    const struct fake_os_message *rows = fake_os_messages(&high);
    error = plat_error_number(plat_hr_of(error));
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct fake_os_message *row = &rows[middle];
        if (row->error == error) {
            bool newer = fake_build_has(host->build, FAKE_FEATURE_HCS_TEXTS_OF_2018);
            return newer || row->before == NULL ? row->text : row->before;
        }
        if (row->error < error) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return "";
}

static plat_hr os_message(void *ctx, uint32_t error, char **out)
{
    const char *text = fake_os_text(ctx, error);
    *out = NULL;
    return text[0] == '\0' ? plat_hr_win32(PLAT_ERROR_MR_MID_NOT_FOUND) : os_copy(text, out);
}

static plat_hr os_random(void *ctx, void *data, size_t size)
{
    struct fake_host *host = ctx;
    unsigned char *bytes = data;
    for (size_t i = 0; i < size;) {
        uint64_t number = fake_random_next(&host->random);
        for (size_t j = 0; j < sizeof(number) && i < size; j++, i++) {
            bytes[i] = (unsigned char)(number >> (8 * j));
        }
    }
    return PLAT_S_OK;
}

const struct plat_os_ops fake_os_ops = {
    .version = os_version,
    .product_info = os_product_info,
    .processor_count = os_processor_count,
    .memory = os_memory,
    .host_name = os_host_name,
    .environment = os_environment,
    .random = os_random,
    .load_library = os_load_library,
    .message = os_message,
};

/* ---- set-up ---- */

bool fake_os_set_dll(struct fake_host *host, const char *name, bool present)
{
    if (!os_dll_name_valid(name)) {
        return false;
    }
    char *path = os_dll_path(name);
    if (path == NULL) {
        return false;
    }
    bool done = present ? fake_fs_put_file(host, path, "MZ", 2) : fake_fs_drop(host, path);
    free(path);
    return done;
}

bool fake_os_set_environment(struct fake_host *host, const char *name, const char *value)
{
    struct wcd_strlist *list = &host->os.environment;
    size_t units = 0;
    if (name[0] == '\0' || strchr(name + 1, '=') != NULL || !fake_utf16_units(name, &units)) {
        return false;
    }
    size_t at = os_variable(&host->os, name);
    if (value == NULL) {
        if (at < list->count) {
            free(list->items[at]);
            free(list->items[at + 1]);
            size_t after = list->count - at - 2;
            memmove(list->items + at, list->items + at + 2, after * sizeof(*list->items));
            list->count -= 2;
        }
        return true;
    }
    char *copy = wcd_text_copy(value);
    if (copy == NULL) {
        return false;
    }
    if (at < list->count) {
        wcd_text_replace(&list->items[at + 1], copy);
        return true;
    }
    if (!wcd_strlist_add(list, name)) {
        free(copy);
        return false;
    }
    if (!wcd_strlist_take(list, copy)) {
        free(list->items[--list->count]);
        return false;
    }
    return true;
}

void fake_os_set_version(struct fake_host *host, uint32_t major, uint32_t minor, uint32_t build)
{
    host->os.version.major = major;
    host->os.version.minor = minor;
    host->os.version.build = build;
}

void fake_os_set_product_type(struct fake_host *host, enum plat_product_type type)
{
    host->os.version.product_type = (uint8_t)type;
}

void fake_os_set_processors(struct fake_host *host, uint32_t count)
{
    host->os.processors = count == 0 ? 1 : count;
}

/* What a service that runs as LocalSystem finds. */
static bool os_init_environment(struct fake_host *host)
{
    static const char *const fixed[][2] = {
        {"ALLUSERSPROFILE", "C:\\ProgramData"},
        {"CommonProgramFiles", "C:\\Program Files\\Common Files"},
        {"ComSpec", "C:\\Windows\\system32\\cmd.exe"},
        {"OS", "Windows_NT"},
        {"Path", "C:\\Windows\\system32;C:\\Windows;C:\\Windows\\System32\\Wbem"},
        {"PATHEXT", ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC"},
        {"PROCESSOR_ARCHITECTURE", "AMD64"},
        {"ProgramData", "C:\\ProgramData"},
        {"ProgramFiles", "C:\\Program Files"},
        {"PUBLIC", "C:\\Users\\Public"},
        {"SystemDrive", "C:"},
        {"SystemRoot", "C:\\Windows"},
        {"TEMP", "C:\\Windows\\TEMP"},
        {"TMP", "C:\\Windows\\TEMP"},
        {"USERNAME", "SYSTEM"},
        {"USERPROFILE", "C:\\Windows\\system32\\config\\systemprofile"},
        {"windir", "C:\\Windows"},
    };
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
        if (!fake_os_set_environment(host, fixed[i][0], fixed[i][1])) {
            return false;
        }
    }
    char *count = wcd_text_format("%u", (unsigned)host->os.processors);
    bool done = count != NULL && fake_os_set_environment(host, "NUMBER_OF_PROCESSORS", count);
    free(count);
    char *name = wcd_text_copy(host->os.host_name);
    if (name == NULL) {
        return false;
    }
    /* The NetBIOS name: the first label, upper case, cut to what the protocol allows. */
    name[strcspn(name, ".")] = '\0';
    for (size_t i = 0; name[i] != '\0'; i++) {
        if (i == OS_NETBIOS_CHARS_MAX) {
            name[i] = '\0';
            break;
        }
        if (name[i] >= 'a' && name[i] <= 'z') {
            name[i] = (char)(name[i] - 'a' + 'A');
        }
    }
    done = done && fake_os_set_environment(host, "COMPUTERNAME", name);
    free(name);
    return done;
}

static bool os_init_dlls(struct fake_host *host)
{
    size_t count = 0;
    const struct fake_os_dll *rows = fake_os_dlls(&count);
    for (size_t i = 0; i < count; i++) {
        bool there = rows[i].needs == FAKE_OS_ALWAYS || fake_host_has_compute(host);
        there = there && (!rows[i].gated || fake_build_has(host->build, rows[i].since));
        if (there && !fake_os_set_dll(host, rows[i].name, true)) {
            return false;
        }
    }
    return true;
}

bool fake_os_init(struct fake_host *host, const struct fake_host_options *options)
{
    const struct fake_build *build = options->build;
    struct fake_os *os = &host->os;
    os->version = (struct plat_os_version){
        .major = 10,
        .build = build->build,
        .suite_mask = build->suite_mask,
        .product_type = build->product_type,
    };
    os->product_info = build->product_info;
    os->processors = options->processors == 0 ? OS_PROCESSORS_DEFAULT : options->processors;
    os->memory_bytes = options->memory_bytes == 0 ? OS_MEMORY_BYTES_DEFAULT : options->memory_bytes;
    os->host_name =
        wcd_text_copy(options->host_name == NULL ? OS_HOST_NAME_DEFAULT : options->host_name);
    return os->host_name != NULL && os_init_environment(host) && os_init_dlls(host);
}

void fake_os_release(struct fake_host *host)
{
    free(host->os.host_name);
    wcd_strlist_release(&host->os.environment);
    wcd_strlist_release(&host->os.loaded);
}
