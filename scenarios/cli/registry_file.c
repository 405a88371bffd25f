/* `drydock hosts --registry`: what a Wine prefix's registry says when it is to pass for a Windows version, as
 * a file for `regedit` (REGEDIT4: a file of bytes). Everything comes from the tables of the emulated host,
 * but for two values of the version key, which Wine 8 reads otherwise than Windows: it takes major and
 * minor version from CurrentVersion, which says 6.3 on every Windows since 8.1. */
#include "fakes/registry/version.h"
#include "fakes/scm/scm.h"
#include "scenarios/cli/hosts.h"

#include <string.h>

#define KEY_SERVICES   "SYSTEM\\CurrentControlSet\\Services"
#define KEY_CONTAINERS FAKE_REGISTRY_VERSION_KEY "\\Virtualization\\Containers"

static void print_key(FILE *out, const char *path, const char *name)
{
    (void)fprintf(out, "\n[HKEY_LOCAL_MACHINE\\%s%s%s]\n", path, *name != '\0' ? "\\" : "", name);
}

static void print_text(FILE *out, const char *name, const char *text)
{
    (void)fprintf(out, "\"%s\"=\"", name);
    for (; *text != '\0'; text++) {
        (void)fprintf(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    }
    (void)fprintf(out, "\"\n");
}

static void print_number(FILE *out, const char *name, uint32_t number)
{
    (void)fprintf(out, "\"%s\"=dword:%08lx\n", name, (unsigned long)number);
}

/* A value of type `type`, byte by byte. */
static void print_bytes(FILE *out, const char *name, unsigned type, const char *bytes, size_t size)
{
    (void)fprintf(out, "\"%s\"=hex(%x):", name, type);
    for (size_t i = 0; i < size; i++) {
        (void)fprintf(out, "%s%02x", i > 0 ? "," : "", (unsigned)(unsigned char)bytes[i]);
    }
    (void)fprintf(out, "\n");
}

static void print_version(FILE *out, const struct fake_build *build)
{
    struct fake_registry_version version;
    fake_registry_version_init(&version, build);
    print_key(out, FAKE_REGISTRY_VERSION_KEY, "");
    for (size_t i = 0; i < FAKE_REGISTRY_VERSION_ROWS; i++) {
        const struct fake_registry_row *row = &version.rows[i];
        if (strcmp(row->name, "SystemRoot") == 0) {
            continue; /* the prefix's own */
        }
        if (strcmp(row->name, "CurrentVersion") == 0) {
            print_text(out, row->name, "10.0");
        } else if (row->is_number) {
            print_number(out, row->name, row->number);
        } else if (row->text != NULL) {
            print_text(out, row->name, row->text);
        } else {
            (void)fprintf(out, "\"%s\"=-\n", row->name); /* what another version has left */
        }
    }
    print_text(out, "CSDVersion", "");
    size_t size = 0;
    const char *suite = fake_registry_product_suite(build, &size);
    print_key(out, FAKE_REGISTRY_PRODUCT_KEY, "");
    print_text(out, "ProductType", fake_registry_product_type(build));
    print_bytes(out, "ProductSuite", 7, suite, size);
}

/* The services that come with containers; they can be opened, and nothing starts them. */
static void print_services(FILE *out)
{
    size_t count = 0;
    const struct fake_scm_row *rows = fake_scm_rows(&count);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].needs == FAKE_SCM_COMPUTE) {
            print_key(out, KEY_SERVICES, rows[i].name);
            print_text(out, "DisplayName", rows[i].display_name);
            print_bytes(out, "ImagePath", 2, rows[i].image, strlen(rows[i].image) + 1);
            print_number(out, "Type", rows[i].type);
            print_number(out, "Start", (uint32_t)rows[i].start);
            print_number(out, "ErrorControl", 1);
            print_text(out, "ObjectName", "LocalSystem");
        }
    }
}

void cli_print_registry(FILE *out, const struct fake_build *build)
{
    (void)fprintf(out, "REGEDIT4\n");
    print_version(out, build);
    print_key(out, KEY_CONTAINERS, "");
    print_services(out);
}
