/* Layers on the file system of the machine that the program runs on, below an emulated host: as a platform for the
 * storage suites. */
#include "tests/contract/contract.h"

#include "core/base/text.h"
#include "fakes/guest/guest.h"
#include "fakes/host/host.h"
#include "fakes/layers/layers.h"
#include "real/win32.h"
#include "tests/contract/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MACHINE_FOLDER "C:\\drydock-layers-"
#define DEAF           "deaf.exe"

static const struct plat_layer_driver driver = {PLAT_LAYER_FILTER_DRIVER, ""};

/* What the machine's folders are called, and what they hang on. */
struct layers_host {
    struct win32_machine *machine;
    struct fake_host *host;
    char *root;
    char *folder;
    char *layers;
    char *base;
    char *top;
    size_t misuse_expected;
};

static const struct {
    const char *what;
    bool wine;
    const char *reason;
} deviations[] = {
#define X(what, wine, reason) {what, wine, reason},
#include "tests/contract/layers_deviations.inc"
#undef X
};

static const char *layers_deviation(struct contract_machine *machine, const char *what)
{
    (void)machine;
    for (size_t i = 0; i < sizeof(deviations) / sizeof(deviations[0]); i++) {
        if (strcmp(deviations[i].what, what) == 0 && (!deviations[i].wine || win32_is_wine())) {
            return deviations[i].reason;
        }
    }
    return NULL;
}

/* ---- files ---- */

static char *join(const char *folder, const char *name)
{
    char *path = wcd_text_format("%s\\%s", folder, name);
    assert_non_null(path);
    return path;
}

static void make_folders(const struct plat_fs *fs, const char *root, const char *path)
{
    char *full = join(root, path);
    for (char *at = full + strlen(root); (at = strchr(at + 1, '\\')) != NULL;) {
        *at = '\0';
        (void)fs->ops->create_directory(fs->ctx, full, NULL);
        *at = '\\';
    }
    free(full);
}

static void put_file(const struct plat_fs *fs, const char *root, const char *path, const void *data,
                     size_t size)
{
    plat_handle file = PLAT_NO_HANDLE;
    char *full = join(root, path);
    make_folders(fs, root, path);
    ASSERT_OK(fs->ops->open(fs->ctx, full, PLAT_GENERIC_WRITE, PLAT_CREATE_ALWAYS, &file));
    ASSERT_OK(fs->ops->write(fs->ctx, file, data, size));
    ASSERT_OK(fs->ops->close(fs->ctx, file));
    free(full);
}

/* ---- images: as clients make them ---- */

static void put_base(const struct platform *platform, const char *base)
{
    static const char *const files[] = {
        "Files\\Windows\\System32\\config\\DEFAULT",
        "Files\\Windows\\System32\\config\\SAM",
        "Files\\Windows\\System32\\config\\SECURITY",
        "Files\\Windows\\System32\\config\\SOFTWARE",
        "Files\\Windows\\System32\\config\\SYSTEM",
        "UtilityVM\\Files\\EFI\\Microsoft\\Boot\\BCD",
        "Files\\" CONTRACT_IMAGE_BOTH,
        "Files\\" CONTRACT_IMAGE_BASE,
    };
    const struct plat_storage *storage = &platform->storage;
    ASSERT_OK(storage->ops->create_layer(storage->ctx, &driver, base, ""));
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        put_file(&platform->fs, base, files[i], "base", 4);
    }
    char *utility = join(base, "UtilityVM");
    char *verbatim = wcd_text_format("\\\\?\\%s", base);
    ASSERT_OK(storage->ops->process_base_image(storage->ctx, verbatim));
    ASSERT_OK(storage->ops->process_utility_image(storage->ctx, utility));
    free(verbatim);
    free(utility);
}

static void put_top(const struct platform *platform, const struct layers_host *host)
{
    static const char *const files[] = {"Files\\" CONTRACT_IMAGE_BOTH,
                                        "Files\\" CONTRACT_IMAGE_TOP};
    const struct plat_storage *storage = &platform->storage;
    char *transport = join(host->root, "transport");
    unsigned char data[TRANSPORT_PACKED_BYTES];
    ASSERT_OK(platform->fs.ops->create_directory(platform->fs.ctx, transport, NULL));
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        size_t size = transport_pack(data, PLAT_FILE_ARCHIVE, "top");
        put_file(&platform->fs, transport, files[i], data, size);
    }
    put_file(&platform->fs, transport, "Hives\\System_Delta", "regf", 4);
    char *id = NULL;
    ASSERT_OK(storage->ops->name_to_guid(storage->ctx, "base", &id));
    const struct plat_layer_descriptor parent = {id, 0, host->base};
    ASSERT_OK(storage->ops->create_layer(storage->ctx, &driver, host->top, ""));
    ASSERT_OK(storage->ops->import_layer(storage->ctx, &driver, host->top, transport, &parent, 1));
    free(id);
    free(transport);
}

static void put_program(struct fake_host *host)
{
    static const struct fake_act stay = {.kind = FAKE_ACT_STAY};
    const struct fake_program deaf = {
        .command = DEAF, .acts = &stay, .act_count = 1, .on_shutdown = FAKE_SHUTDOWN_IGNORES};
    assert_true(fake_guest_put_program(host, &deaf));
}

/* ---- set-up ---- */

static void layers_setup(struct contract_machine *machine)
{
    struct layers_host *host = calloc(1, sizeof(*host));
    struct wcd_error err = WCD_ERROR_INIT;
    uint32_t number = 0;
    assert_non_null(host);
    ASSERT_OK(win32_machine_create(&host->machine, NULL));
    const struct platform below = win32_machine_platform(host->machine);
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    options.hyperv = true;
    assert_int_equal(fake_host_create(&host->host, &options, &err), WCD_OK);
    ASSERT_OK(below.os.ops->random(below.os.ctx, &number, sizeof(number)));
    host->root = wcd_text_format(MACHINE_FOLDER "%08x", (unsigned)number);
    assert_non_null(host->root);
    host->folder = join(host->root, "work");
    host->layers = join(host->root, "layers");
    host->base = join(host->layers, "base");
    host->top = join(host->layers, "top");
    ASSERT_OK(below.fs.ops->create_directory(below.fs.ctx, host->root, NULL));
    ASSERT_OK(below.fs.ops->create_directory(below.fs.ctx, host->folder, NULL));
    ASSERT_OK(below.fs.ops->create_directory(below.fs.ctx, host->layers, NULL));
    *machine = (struct contract_machine){
        .host = host,
        .folder = host->folder,
        .layers = host->layers,
        .base = host->base,
        .top = host->top,
        .deaf = DEAF,
    };
    put_program(host->host);
    assert_int_equal(fake_layers_create(&machine->layered, host->host, &below.fs, &err), WCD_OK);
    machine->platform = fake_host_platform(host->host);
    machine->platform.fs = below.fs;
    put_base(&machine->platform, host->base);
    put_top(&machine->platform, host);
}

static void layers_teardown(struct contract_machine *machine)
{
    struct layers_host *host = machine->host;
    const struct plat_storage *storage = &machine->platform.storage;
    struct wcd_strlist list;
    wcd_strlist_init(&list);
    assert_true(fake_host_leftovers(host->host, &list));
    size_t left = contract_tell_list("left behind", &list);
    assert_true(fake_host_misuse(host->host, &list));
    size_t misuse = contract_tell_list("misuse", &list);
    size_t misuse_expected = host->misuse_expected;
    fake_host_reboot(host->host);
    plat_hr destroyed = storage->ops->destroy_layer(storage->ctx, &driver, host->root);
    fake_layers_destroy(machine->layered);
    fake_host_destroy(host->host);
    win32_machine_destroy(host->machine);
    free(host->top);
    free(host->base);
    free(host->layers);
    free(host->folder);
    free(host->root);
    free(host);
    assert_int_equal(left, 0);
    assert_int_equal(misuse, misuse_expected);
    ASSERT_OK(destroyed);
}

static void layers_pass_us(struct contract_machine *machine, uint64_t us)
{
    const struct layers_host *host = machine->host;
    fake_host_advance_us(host->host, us);
}

static void layers_crash(struct contract_machine *machine, const char *id)
{
    const struct layers_host *host = machine->host;
    assert_true(fake_hcs_crash(host->host, id));
}

static void layers_guest_exit(struct contract_machine *machine, const char *id)
{
    const struct layers_host *host = machine->host;
    assert_true(fake_hcs_guest_exit(host->host, id));
}

static void layers_disconnect(struct contract_machine *machine)
{
    const struct layers_host *host = machine->host;
    fake_hcs_disconnect(host->host);
}

static void layers_reconnect(struct contract_machine *machine)
{
    const struct layers_host *host = machine->host;
    fake_hcs_reconnect(host->host);
}

static void layers_expect_misuse(struct contract_machine *machine, size_t count)
{
    struct layers_host *host = machine->host;
    host->misuse_expected = count;
}

static const struct contract_platform contract_layers = {
    .name = "layers",
    .setup = layers_setup,
    .teardown = layers_teardown,
    .pass_us = layers_pass_us,
    .expect_misuse = layers_expect_misuse,
    .crash = layers_crash,
    .guest_exit = layers_guest_exit,
    .disconnect = layers_disconnect,
    .reconnect = layers_reconnect,
    .deviation = layers_deviation,
};

int contract_setup_real(void **state)
{
    return contract_setup(state, &contract_layers);
}
