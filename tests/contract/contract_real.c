/* The machine that the program runs on, as a platform for the suites; what it cannot be set up for or is known
 * to do otherwise is in a table. */
#include "tests/contract/contract.h"

#include "core/base/text.h"
#include "real/win32.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Exists on every Windows, is started on demand, and nobody on a test machine needs it. */
#define REAL_SERVICE "BITS"

#define REAL_FOLDER "C:\\drydock-contract-"
#define REAL_KEY    "SOFTWARE\\drydock-contract-"

/* Folders inside one another that a test leaves. */
#define REAL_DEPTH_MAX 64

struct real_host {
    struct win32_machine *machine;
    char *folder;
    char *key;
};

/* ---- what is known to be otherwise ---- */

enum real_where {
    ON_ANY, /* no machine of its own can be made so */
    ON_WINE
};

struct real_deviation {
    const char *what;
    enum real_where where;
    const char *reason;
};

static const struct real_deviation deviations[] = {
#include "tests/contract/real_deviations.inc"
};

static const char *real_deviation(struct contract_machine *machine, const char *what)
{
    (void)machine;
    for (size_t i = 0; i < sizeof(deviations) / sizeof(deviations[0]); i++) {
        if (strcmp(deviations[i].what, what) == 0 &&
            (deviations[i].where == ON_ANY || win32_is_wine())) {
            return deviations[i].reason;
        }
    }
    return NULL;
}

/* ---- set-up ---- */

static uint32_t some_number(const struct platform *platform)
{
    uint32_t number = 0;
    ASSERT_OK(platform->os.ops->random(platform->os.ctx, &number, sizeof(number)));
    return number;
}

static void real_setup(struct contract_machine *machine)
{
    struct real_host *host = calloc(1, sizeof(*host));
    assert_non_null(host);
    ASSERT_OK(win32_machine_create(&host->machine, NULL));
    const struct platform platform = win32_machine_platform(host->machine);
    uint32_t number = some_number(&platform);
    host->folder = wcd_text_format(REAL_FOLDER "%08x", (unsigned)number);
    host->key = wcd_text_format(REAL_KEY "%08x", (unsigned)number);
    assert_non_null(host->folder);
    assert_non_null(host->key);
    ASSERT_OK(platform.fs.ops->create_directory(platform.fs.ctx, host->folder, NULL));
    plat_handle key = PLAT_NO_HANDLE;
    bool created = false;
    ASSERT_OK(platform.registry.ops->create(platform.registry.ctx, PLAT_HKEY_LOCAL_MACHINE,
                                            host->key, PLAT_KEY_ALL_ACCESS, &key, &created));
    ASSERT_OK(platform.registry.ops->close(platform.registry.ctx, key));
    *machine = (struct contract_machine){
        .platform = platform,
        .host = host,
        .folder = host->folder,
        .key = host->key,
        .service = REAL_SERVICE,
    };
}

/* ---- clearing up ---- */

/* Empties a folder of all but its folders, of which the path of one is returned; NULL when none is left. */
static char *clear_files(const struct plat_fs *fs, const char *folder)
{
    struct plat_dir_list list = {0};
    char *below = NULL;
    if (plat_failed(fs->ops->list(fs->ctx, folder, &list))) {
        return NULL;
    }
    for (size_t i = 0; i < list.count; i++) {
        uint32_t attributes = list.entries[i].info.attributes;
        char *path = wcd_text_format("%s\\%s", folder, list.entries[i].name);
        assert_non_null(path);
        if ((attributes & PLAT_FILE_DIRECTORY) == 0) {
            (void)fs->ops->set_attributes(fs->ctx, path, PLAT_FILE_NORMAL);
            (void)fs->ops->remove_file(fs->ctx, path);
        } else if ((attributes & PLAT_FILE_REPARSE_POINT) != 0 ||
                   plat_succeeded(fs->ops->remove_directory(fs->ctx, path))) {
            (void)fs->ops->remove_directory(fs->ctx, path);
        } else {
            free(below);
            below = path;
            path = NULL;
        }
        free(path);
    }
    plat_dir_list_free(&list);
    return below;
}

/* From the innermost folder outwards, as long as there is one below. */
static void clear_folder(const struct plat_fs *fs, const char *folder)
{
    for (int round = 0; round < REAL_DEPTH_MAX * REAL_DEPTH_MAX; round++) {
        char *at = wcd_text_format("\\\\?\\%s", folder);
        char *below = clear_files(fs, at);
        bool empty = below == NULL;
        while (below != NULL) {
            free(at);
            at = below;
            below = clear_files(fs, at);
        }
        plat_hr hr = fs->ops->remove_directory(fs->ctx, at);
        free(at);
        if (empty || plat_failed(hr)) {
            return;
        }
    }
}

static void real_teardown(struct contract_machine *machine)
{
    struct real_host *host = machine->host;
    const struct platform *platform = &machine->platform;
    clear_folder(&platform->fs, host->folder);
    (void)platform->registry.ops->remove_tree(platform->registry.ctx, PLAT_HKEY_LOCAL_MACHINE,
                                              host->key);
    struct plat_file_info info;
    plat_hr left = platform->fs.ops->info(platform->fs.ctx, host->folder, &info);
    win32_machine_destroy(host->machine);
    free(host->folder);
    free(host->key);
    free(host);
    ASSERT_WIN32(left, PLAT_ERROR_FILE_NOT_FOUND);
}

static void real_pass_us(struct contract_machine *machine, uint64_t us)
{
    const struct real_host *host = machine->host;
    win32_machine_wait_us(host->machine, us);
}

/* Windows does not count. */
static void real_expect_misuse(struct contract_machine *machine, size_t count)
{
    (void)machine, (void)count;
}

static const struct contract_platform contract_real = {
    .name = "real",
    .setup = real_setup,
    .teardown = real_teardown,
    .pass_us = real_pass_us,
    .expect_misuse = real_expect_misuse,
    .deviation = real_deviation,
    .time_divisor = 40,
};

int contract_setup_real(void **state)
{
    return contract_setup(state, &contract_real);
}
