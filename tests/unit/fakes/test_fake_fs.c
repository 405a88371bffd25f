/* What the emulated file system does beyond the contract: device names, long paths, space,
 * failures. */
#include "fakes/fs/sddl.h"
#include "fakes/host/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HR(error) plat_hr_win32(error)

struct machine {
    struct fake_host *host;
    struct plat_fs fs;
};

static int setup(void **state)
{
    static struct machine machine;
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2019"));
    options.disk_bytes = (uint64_t)64 * 4096;
    assert_int_equal(fake_host_create(&machine.host, &options, &err), WCD_OK);
    machine.fs = fake_host_platform(machine.host).fs;
    *state = &machine;
    return 0;
}

static int teardown(void **state)
{
    struct machine *machine = *state;
    fake_host_destroy(machine->host);
    return 0;
}

static plat_hr make_folder(const struct machine *machine, const char *path)
{
    return machine->fs.ops->create_directory(machine->fs.ctx, path, NULL);
}

static plat_hr info(const struct machine *machine, const char *path)
{
    struct plat_file_info out;
    return machine->fs.ops->info(machine->fs.ctx, path, &out);
}

static void names_of_devices_are_taken(void **state)
{
    static const char *const names[] = {
        "C:\\CON",  "C:\\Windows\\nul", "C:\\aux.txt",     "C:\\com1.a.b",
        "C:\\LPT9", "C:\\prn ",         "C:\\COM\xC2\xB9", "con"};
    const struct machine *machine = *state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(make_folder(machine, names[i]), HR(PLAT_ERROR_DIRECTORY));
        assert_int_equal(info(machine, names[i]), HR(PLAT_ERROR_FILE_NOT_FOUND));
    }
    assert_int_equal(make_folder(machine, "C:\\console"), PLAT_S_OK);
    assert_int_equal(make_folder(machine, "C:\\com0"), PLAT_S_OK);
    assert_int_equal(make_folder(machine, "C:\\com10"), PLAT_S_OK);
    assert_int_equal(make_folder(machine, "\\\\?\\C:\\con"), PLAT_S_OK);
    assert_int_equal(info(machine, "\\\\?\\C:\\CON"), PLAT_S_OK);
}

static void the_null_device_swallows(void **state)
{
    const struct machine *machine = *state;
    const struct plat_fs *fs = &machine->fs;
    plat_handle file = PLAT_NO_HANDLE;
    char data[4];
    size_t got = 9;
    assert_int_equal(fs->ops->open(fs->ctx, "nul", PLAT_GENERIC_READ | PLAT_GENERIC_WRITE,
                                   PLAT_OPEN_EXISTING, &file),
                     PLAT_S_OK);
    assert_int_equal(fs->ops->write(fs->ctx, file, "data", 4), PLAT_S_OK);
    assert_int_equal(fs->ops->read(fs->ctx, file, data, 4, &got), PLAT_S_OK);
    assert_int_equal(got, 0);
    assert_int_equal(fs->ops->close(fs->ctx, file), PLAT_S_OK);
}

static void verbatim_paths_are_taken_as_they_are(void **state)
{
    const struct machine *machine = *state;
    assert_int_equal(make_folder(machine, "\\\\?\\C:\\dot."), PLAT_S_OK);
    assert_int_equal(info(machine, "C:\\dot."), HR(PLAT_ERROR_FILE_NOT_FOUND));
    assert_int_equal(info(machine, "\\\\?\\C:\\dot."), PLAT_S_OK);
    assert_int_equal(info(machine, "\\\\?\\C:\\Windows\\..\\Users"), HR(PLAT_ERROR_INVALID_NAME));
    assert_int_equal(info(machine, "\\\\?\\C:/Windows"), HR(PLAT_ERROR_FILE_NOT_FOUND));
    assert_int_equal(info(machine, "\\\\?\\C:\\Windows/x"), HR(PLAT_ERROR_INVALID_NAME));
    assert_int_equal(info(machine, "\\\\?\\UNC\\server\\share"), HR(53));
    assert_int_equal(info(machine, "\\\\.\\C:\\Windows"), PLAT_S_OK);
}

static void relative_paths_begin_in_the_system_folder(void **state)
{
    const struct machine *machine = *state;
    assert_int_equal(info(machine, "vmcompute.dll"), PLAT_S_OK);
    assert_int_equal(info(machine, "c:vmcompute.dll"), PLAT_S_OK);
    assert_int_equal(info(machine, "..\\TEMP"), PLAT_S_OK);
    assert_int_equal(info(machine, "\\Windows"), PLAT_S_OK);
    assert_int_equal(machine->fs.ops->remove_directory(machine->fs.ctx, "C:\\Windows\\System32"),
                     HR(PLAT_ERROR_DIR_NOT_EMPTY));
    assert_int_equal(info(machine, "\xFF"), HR(1113));
    assert_int_equal(info(machine, ""), HR(PLAT_ERROR_PATH_NOT_FOUND));
}

static void the_registry_switches_long_paths(void **state)
{
    struct machine *machine = *state;
    char path[400] = "C:\\";
    for (size_t i = 0; i < 3; i++) {
        memset(path + strlen(path), 'x', 100);
        assert_true(make_folder(machine, path) ==
                    (i < 2 ? PLAT_S_OK : HR(PLAT_ERROR_FILENAME_EXCED_RANGE)));
        path[strlen(path)] = '\\';
    }
    path[strlen(path) - 1] = '\0';
    const struct plat_registry_value on = {.type = PLAT_REG_DWORD, .number = 1};
    assert_true(fake_registry_put(machine->host, PLAT_HKEY_LOCAL_MACHINE,
                                  "SYSTEM\\CurrentControlSet\\Control\\FileSystem",
                                  "LongPathsEnabled", &on));
    assert_int_equal(make_folder(machine, path), PLAT_S_OK);
}

static void a_full_disk_takes_no_more(void **state)
{
    struct machine *machine = *state;
    const struct plat_fs *fs = &machine->fs;
    static const char block[4096 * 8] = {0};
    plat_handle file = PLAT_NO_HANDLE;
    struct plat_volume_info before;
    struct plat_volume_info after;
    assert_int_equal(fs->ops->volume(fs->ctx, "C:\\", &before), PLAT_S_OK);
    assert_int_equal(fs->ops->open(fs->ctx, "C:\\f", PLAT_GENERIC_WRITE, PLAT_CREATE_NEW, &file),
                     PLAT_S_OK);
    size_t written = 0;
    plat_hr hr = PLAT_S_OK;
    while (plat_succeeded(hr)) {
        hr = fs->ops->write(fs->ctx, file, block, sizeof(block));
        written += plat_succeeded(hr) ? sizeof(block) : 0;
        assert_true(written <= before.bytes_total);
    }
    assert_int_equal(hr, HR(PLAT_ERROR_DISK_FULL));
    size_t size = 0;
    assert_non_null(fake_fs_content(machine->host, "C:\\f", &size));
    assert_int_equal(size, written);
    assert_int_equal(fs->ops->close(fs->ctx, file), PLAT_S_OK);
    assert_int_equal(fs->ops->volume(fs->ctx, "C:\\", &after), PLAT_S_OK);
    assert_true(after.bytes_free == before.bytes_free - written);
    assert_int_equal(fs->ops->remove_file(fs->ctx, "C:\\f"), PLAT_S_OK);
    assert_int_equal(fs->ops->volume(fs->ctx, "C:\\", &after), PLAT_S_OK);
    assert_true(after.bytes_free == before.bytes_free);
}

static void other_drives_can_be_added(void **state)
{
    struct machine *machine = *state;
    const struct plat_fs *fs = &machine->fs;
    assert_true(fake_fs_set_volume(machine->host, "d:", "FAT32", 1 << 20, 1 << 19));
    assert_false(fake_fs_set_volume(machine->host, "E:", "ext4", 1, 1));
    assert_false(fake_fs_set_volume(machine->host, "E", NULL, 1, 1));
    assert_false(fake_fs_set_volume(machine->host, "E:", NULL, 1, 2));
    assert_int_equal(make_folder(machine, "D:\\x"), PLAT_S_OK);
    char *sddl = NULL;
    assert_int_equal(fs->ops->security(fs->ctx, "D:\\x", &sddl), PLAT_S_OK);
    assert_string_equal(sddl, "D:NO_ACCESS_CONTROL");
    free(sddl);
    assert_int_equal(fs->ops->set_security(fs->ctx, "D:\\x", "D:(A;;GA;;;SY)"),
                     HR(PLAT_ERROR_NOT_SUPPORTED));
    plat_handle file = PLAT_NO_HANDLE;
    assert_int_equal(fs->ops->open(fs->ctx, "D:\\f:s", PLAT_GENERIC_WRITE, PLAT_CREATE_NEW, &file),
                     HR(PLAT_ERROR_INVALID_NAME));
    assert_int_equal(fs->ops->move(fs->ctx, "D:\\x", "C:\\x", 0), HR(17));
}

static void failures_cover_what_is_below(void **state)
{
    struct machine *machine = *state;
    const struct plat_fs *fs = &machine->fs;
    plat_handle file = PLAT_NO_HANDLE;
    assert_true(fake_fs_put_file(machine->host, "C:\\data\\f", "x", 1));
    assert_int_equal(
        fs->ops->open(fs->ctx, "C:\\data\\f", PLAT_GENERIC_READ, PLAT_OPEN_EXISTING, &file),
        PLAT_S_OK);
    assert_true(fake_fs_set_failure(machine->host, "c:/DATA/", HR(PLAT_ERROR_NOT_READY)));
    char data[2];
    size_t got = 0;
    assert_int_equal(fs->ops->read(fs->ctx, file, data, 1, &got), HR(PLAT_ERROR_NOT_READY));
    assert_int_equal(info(machine, "C:\\data"), HR(PLAT_ERROR_NOT_READY));
    assert_int_equal(info(machine, "C:\\data\\none\\x"), HR(PLAT_ERROR_NOT_READY));
    assert_int_equal(info(machine, "C:\\data2"), HR(PLAT_ERROR_FILE_NOT_FOUND));
    assert_int_equal(info(machine, "C:\\"), PLAT_S_OK);
    assert_int_equal(fs->ops->close(fs->ctx, file), PLAT_S_OK);
    assert_true(fake_fs_set_failure(machine->host, "C:\\data", PLAT_S_OK));
    assert_int_equal(info(machine, "C:\\data\\f"), PLAT_S_OK);
    assert_false(fake_fs_set_failure(machine->host, "\\\\server\\x", HR(5)));
}

static void security_is_inherited_by_the_rules(void **state)
{
    static const char parent[] = "D:PAI(A;OICI;FA;;;SY)(A;OI;FR;;;BU)(A;CI;FX;;;AU)"
                                 "(A;OICINP;FW;;;BA)(A;;FA;;;LA)(A;OICIIO;GA;;;CO)(A;OIIO;GR;;;NS)";
    (void)state;
    char *folder = fake_sddl_child(parent, NULL, true);
    assert_string_equal(folder, "D:AI(A;OICIID;FA;;;SY)(A;OIIOID;FR;;;BU)(A;CIID;FX;;;AU)"
                                "(A;ID;FW;;;BA)(A;OICIIOID;GA;;;CO)(A;OIIOID;GR;;;NS)");
    free(folder);
    char *file = fake_sddl_child(parent, NULL, false);
    assert_string_equal(file, "D:AI(A;ID;FA;;;SY)(A;ID;FR;;;BU)(A;ID;FW;;;BA)(A;ID;GR;;;NS)");
    free(file);
    char *own = fake_sddl_child("D:(A;OICI;FA;;;SY)", "D:(A;;GR;;;WD)(A;ID;GW;;;WD)", false);
    assert_string_equal(own, "D:AI(A;;GR;;;WD)(A;ID;FA;;;SY)");
    free(own);
    char *apart = fake_sddl_child("D:(A;OICI;FA;;;SY)", "D:P(A;;GR;;;WD)", true);
    assert_string_equal(apart, "D:P(A;;GR;;;WD)");
    free(apart);
}

static void protection_is_a_flag_in_any_place(void **state)
{
    (void)state;
    assert_true(fake_sddl_protected("D:P(A;;GA;;;BA)"));
    assert_true(fake_sddl_protected("D:AIARP(A;;GA;;;BA)"));
    assert_true(fake_sddl_protected("D:NO_ACCESS_CONTROL"));
    assert_false(fake_sddl_protected("D:AI(A;;GA;;;BA)"));
    assert_false(fake_sddl_protected("D:"));
    assert_false(fake_sddl_protected(""));
}

static void security_texts_are_checked(void **state)
{
    static const char *const good[] = {
        "D:",
        "O:BAG:SYD:P",
        "D:PAI(A;OICI;0x1200a9;;;S-1-5-32-544)",
        "O:S-1-5-18D:(D;;GA;;;WD)S:(AU;SAFA;GA;;;WD)",
        "D:(OA;;RP;bf967aba-0de6-11d0-a285-00aa003049e2;;AU)",
        "D:(XA;;FX;;;S-1-1-0;(@User.Title==\"PM\" && (@User.Division==\"Finance\")))",
        "D:NO_ACCESS_CONTROL",
        "D:PNO_ACCESS_CONTROL",
        "D:NO_ACCESS_CONTROLP",
        "D:AIARP",
        "D:PARAI(A;;GA;;;BA)",
    };
    static const char *const bad[] = {
        "",
        "D",
        "D:P(",
        "D:()",
        "D:(A;;GA;;;BA",
        "D:(A;;GA;;;BA))",
        "X:(A;;GA;;;BA)",
        "S:D:S:",
        "D:(A;;GA;;;S-1-5)",
        "D:(A;;GA;;;S-1-5-)",
        "D:(A;;0x;;;BA)",
        "D:(A;;G;;;BA)",
        "D:(A;;GA;1;;BA)",
        "O:D:(A;;GA;;;BA)",
        "D:(A;;GA;;;BA;;)",
        "D:PP",
        "D:PPPARAR",
        "D:ARPAR(A;;GA;;;BA)",
        "D:NO_ACCESS_CONTROLNO_ACCESS_CONTROL",
        "O:PBA",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (!fake_sddl_valid(good[i])) {
            fail_msg("refused: %s", good[i]);
        }
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (fake_sddl_valid(bad[i])) {
            fail_msg("taken: %s", bad[i]);
        }
    }
}

#define FS_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FS_TEST(names_of_devices_are_taken),
        FS_TEST(the_null_device_swallows),
        FS_TEST(verbatim_paths_are_taken_as_they_are),
        FS_TEST(relative_paths_begin_in_the_system_folder),
        FS_TEST(the_registry_switches_long_paths),
        FS_TEST(a_full_disk_takes_no_more),
        FS_TEST(other_drives_can_be_added),
        FS_TEST(failures_cover_what_is_below),
        cmocka_unit_test(security_is_inherited_by_the_rules),
        cmocka_unit_test(protection_is_a_flag_in_any_place),
        cmocka_unit_test(security_texts_are_checked),
    };
    return cmocka_run_group_tests_name("fake fs", tests, NULL, NULL);
}
