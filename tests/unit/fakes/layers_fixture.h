/* Layers on a file system, for tests: the files are those of one emulated host, the layers those of another, and a
 * fault decorator lies between. */
#ifndef TEST_UNIT_FAKES_LAYERS_FIXTURE_H
#define TEST_UNIT_FAKES_LAYERS_FIXTURE_H

#include "core/base/text.h"
#include "fakes/host/host.h"
#include "fakes/layers/layers.h"
#include "fakes/wrap/fault.h"
#include "tests/contract/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LAYERS    "C:\\layers"
#define BASE      LAYERS "\\base"
#define TOP       LAYERS "\\top"
#define SCRATCH   LAYERS "\\s"
#define VOLUME    SCRATCH "\\sandbox.volume"
#define NEW       LAYERS "\\new"
#define TRANSPORT "C:\\transport"
#define OUT       "C:\\out"

#define HR(error)         plat_hr_win32(error)
#define ASSERT_HR(hr, to) assert_int_equal(plat_hr_bits(hr), plat_hr_bits(to))
#define ASSERT_OK(hr)     ASSERT_HR(hr, PLAT_S_OK)

struct layers_world {
    struct fake_host *files;
    struct platform below;
    struct fake_host *host;
    struct wrap_fault *fault;
    struct fake_layers *layers;
    struct plat_storage storage;
    char *ids[2];
    struct plat_layer_descriptor parents[2];
};

extern const struct plat_layer_driver layers_driver;

/* With the layers base and top, and the folder for exports. */
void layers_world_begin(struct layers_world *world);
void layers_world_end(struct layers_world *world);
/* The process that has the layers begins, and ends: what it had open is closed. */
void layers_process_begin(struct layers_world *world);
void layers_process_end(struct layers_world *world);

plat_hr layers_call_create(struct layers_world *world);
plat_hr layers_call_activate(struct layers_world *world);
plat_hr layers_call_prepare(struct layers_world *world);
plat_hr layers_call_unprepare(struct layers_world *world);
plat_hr layers_call_deactivate(struct layers_world *world);
plat_hr layers_call_export(struct layers_world *world);
plat_hr layers_call_import(struct layers_world *world);
plat_hr layers_call_destroy(struct layers_world *world, const char *layer);
bool layers_is_there(struct layers_world *world, const char *layer);

/* A scratch that is activated and prepared; and one that is no more. */
void layers_mount(struct layers_world *world);
void layers_unmount(struct layers_world *world);

/* ---- files ---- */

void layers_put_file(struct layers_world *world, const char *path, const void *data, size_t size);
/* A small folder in transport format at TRANSPORT. */
void layers_put_transport(struct layers_world *world);
/* All that is below a folder, one line each: attributes, content, streams, targets; without the folder WcSandboxState of a
 * volume. The caller's. */
char *layers_describe(struct layers_world *world, const char *folder);
/* Are two folders the same? Says where not. */
void layers_assert_same(struct layers_world *world, const char *a, const char *b);
/* The names in a folder: "base top". */
void layers_assert_names(struct layers_world *world, const char *folder, const char *names);

#endif
