/* What the built DLL exports, against the list in exports.inc. */
#include "tests/dll/client.h"

#include <string.h>

/* Sorted by bytes, as the linker sorts. */
static const char *const listed[] = {
#define EXPORT(name, evidence, source) #name,
#define OWN_EXPORT(name)               #name,
#include "fakes/dll/exports.inc"
#undef OWN_EXPORT
#undef EXPORT
};
#define LISTED (sizeof(listed) / sizeof(listed[0]))

static const void *at(const unsigned char *image, DWORD offset)
{
    return image + offset;
}

static bool is_listed(const char *name)
{
    for (size_t i = 0; i < LISTED; i++) {
        if (strcmp(listed[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void the_export_table_is_the_list(void **state)
{
    (void)state;
    const unsigned char *image = (const unsigned char *)client_load()->dll;
    const IMAGE_DOS_HEADER *dos = at(image, 0);
    const IMAGE_NT_HEADERS64 *nt = at(image, (DWORD)dos->e_lfanew);
    assert_int_equal(nt->Signature, IMAGE_NT_SIGNATURE);
    assert_int_equal(nt->FileHeader.Machine, IMAGE_FILE_MACHINE_AMD64);
    const IMAGE_DATA_DIRECTORY *directory =
        &nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT];
    const IMAGE_EXPORT_DIRECTORY *exports = at(image, directory->VirtualAddress);
    const DWORD *names = at(image, exports->AddressOfNames);
    assert_string_equal(at(image, exports->Name), "vmcompute.dll");
    for (DWORD i = 0; i < exports->NumberOfNames; i++) {
        const char *name = at(image, names[i]);
        if (!is_listed(name)) {
            fail_msg("%s is exported and not in the list", name);
        }
    }
    assert_int_equal(exports->NumberOfNames, LISTED);
    assert_int_equal(exports->NumberOfFunctions, LISTED);
}

static void every_listed_function_is_found_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < LISTED; i++) {
        if (GetProcAddress(client_load()->dll, listed[i]) == NULL) {
            fail_msg("%s is in the list and not exported", listed[i]);
        }
        if (i > 0 && strcmp(listed[i - 1], listed[i]) >= 0) {
            fail_msg("%s is out of order", listed[i]);
        }
    }
}

/* hcsshim takes another road through the DLL when it finds these. */
static void the_stream_functions_of_layers_are_absent(void **state)
{
    (void)state;
    static const char *const names[] = {"ImportLayerBegin", "ImportLayerNext",  "ImportLayerWrite",
                                        "ImportLayerEnd",   "ExportLayerBegin", "ExportLayerNext",
                                        "ExportLayerRead",  "ExportLayerEnd"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_null(GetProcAddress(client_load()->dll, names[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_export_table_is_the_list),
        cmocka_unit_test(every_listed_function_is_found_by_name),
        cmocka_unit_test(the_stream_functions_of_layers_are_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
