/* Nobody serves the pipe: the program has a host of its own, and is told so once. */
#include "tests/dll/client.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <sys/stat.h>

#define ALONE_PIPE  L"\\\\.\\pipe\\drydock"
#define ALONE_LAYER L"C:\\drydock-test-alone"
#define ALONE_BYTES 1024

/* What two calls write to stderr. */
static void calls_on_a_layer(const struct client *client, char said[ALONE_BYTES])
{
    const struct fake_dll_driver driver = {1, L""};
    char name[L_tmpnam];
    uint32_t exists = 0;
    assert_non_null(tmpnam(name));
    int file = _open(name, _O_CREAT | _O_RDWR | _O_BINARY, _S_IREAD | _S_IWRITE);
    int before = _dup(2);
    assert_true(file >= 0 && before >= 0);
    assert_int_equal(_dup2(file, 2), 0);
    uint64_t answers[2] = {client->CreateLayer(&driver, ALONE_LAYER, L""),
                           client->LayerExists(&driver, ALONE_LAYER, &exists)};
    (void)fflush(stderr);
    assert_int_equal(_dup2(before, 2), 0);
    assert_int_equal(_lseek(file, 0, SEEK_SET), 0);
    int got = _read(file, said, ALONE_BYTES - 1);
    assert_true(got >= 0);
    said[got] = '\0';
    (void)_close(before);
    (void)_close(file);
    (void)_unlink(name);
    assert_answer(answers[0], 0);
    assert_answer(answers[1], 0);
    assert_int_equal(exists, 1);
}

static void a_host_of_ones_own_says_so_and_has_no_layers_on_disk(void **state)
{
    (void)state;
    char said[ALONE_BYTES];
    const struct client *client = client_load();
    if (WaitNamedPipeW(ALONE_PIPE, 1) || GetLastError() != ERROR_FILE_NOT_FOUND) {
        skip(); /* somebody does serve it */
    }
    assert_true(SetEnvironmentVariableW(L"DRYDOCK_PIPE", NULL));
    calls_on_a_layer(client, said);
    assert_string_equal(said, "drydock: nobody serves \\\\.\\pipe\\drydock, so this process has a "
                              "host of its own, whose layers are not on disk (DRYDOCK_PIPE=none: "
                              "that is meant)\n");
    assert_int_equal(GetFileAttributesW(ALONE_LAYER), INVALID_FILE_ATTRIBUTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_of_ones_own_says_so_and_has_no_layers_on_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
