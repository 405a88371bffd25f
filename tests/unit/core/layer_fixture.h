/* What the suites of layers, images and containers share: an emulated host, what layers are made of, and
 * ways to compare what is on the host. */
#ifndef TEST_UNIT_CORE_LAYER_FIXTURE_H
#define TEST_UNIT_CORE_LAYER_FIXTURE_H

#include "core/base/log.h"
#include "core/engine/engine.h"
#include "core/layer/store.h"
#include "core/layer/windowsfilter.h"
#include "fakes/host/host.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define HR(error)       plat_hr_win32(PLAT_ERROR_##error)

#define LAYER_ROOT "C:\\d"
#define LAYER_HOME LAYER_ROOT "\\windowsfilter"
#define LAYER_TMP  LAYER_ROOT "\\tmp"
#define LAYER_DB   LAYER_ROOT "\\image\\windowsfilter\\layerdb"
#define LAYER_BOX  "b0c5000000000000000000000000000000000000000000000000000000000001"

/* Of as many digits as a real one has. */
#define LAYER_DIFF_A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LAYER_DIFF_B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define LAYER_DIFF_C "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

struct layer_fixture {
    struct fake_host *host;
    struct platform platform;
    const struct engine_rules *engine;
    bool hyperv;            /* of hosts that are made from now on */
    const char *build;      /* the same; NULL: server-2022 */
    struct wcd_strlist log; /* "debug: text" */
    struct wcd_log_sink sink;
    struct wcd_error err;
};

/* A host of Server 2022 with a daemon of v25. */
int layer_set_up(void **state);
/* Nothing may be left mounted or open. */
int layer_tear_down(void **state);

#define layer_test(test) cmocka_unit_test_setup_teardown(test, layer_set_up, layer_tear_down)

/* A new host in place of the old one; the log begins anew. */
void layer_new_host(struct layer_fixture *f, enum wcd_engine engine);

/* A base layer: hives, Files\app\base.txt and Files\app\gone.txt. With a utility VM: its boot files too. */
extern const struct wcd_layer_content layer_base;
extern const struct wcd_layer_content layer_base_vm;
/* What lies over a base: a folder, Files\app\top.txt, an empty file, a hive, and the removal of gone.txt.
 * With a utility VM: a file in it and its boot file. */
extern const struct wcd_layer_content layer_top;
extern const struct wcd_layer_content layer_top_vm;

/* All that stands below a folder, a line each: "folder\" or "file = content" (of a file that is short and
 * text; otherwise its size). The caller frees. */
char *layer_tree(const struct layer_fixture *f, const char *folder);
/* The same tree now as then. */
void layer_assert_tree(const struct layer_fixture *f, const char *folder, const char *expected);

/* A file's content. */
void layer_assert_file(const struct layer_fixture *f, const char *path, const char *content);
void layer_put(struct layer_fixture *f, const char *path, const char *content);

/* The items of a list, one a line, are this text. */
void layer_assert_lines(const struct wcd_strlist *list, const char *expected);
/* What the log holds; empties it. */
void layer_assert_log(struct layer_fixture *f, const char *expected);

/* The driver over the host, or over a platform in front of it; with the layers "base" and "top". The log begins
 * anew. */
struct wcd_windowsfilter *layer_open_driver(struct layer_fixture *f);
struct wcd_windowsfilter *layer_open_driver_over(struct layer_fixture *f,
                                                 const struct platform *platform);
struct wcd_windowsfilter *layer_open_driver_with_layers(struct layer_fixture *f);
/* Creates a layer and fills it; `parent` is "" for a base layer. */
void layer_import(struct layer_fixture *f, struct wcd_windowsfilter *driver, const char *id,
                  const char *parent, const struct wcd_layer_content *content);
/* A scratch over "top". */
void layer_make_scratch(struct layer_fixture *f, struct wcd_windowsfilter *driver, const char *id);

/* The layer store over the host; the log then has what the reading of the records said. */
struct wcd_layer_store_options layer_store_options(struct layer_fixture *f);
struct wcd_layer_store *layer_open_store(struct layer_fixture *f);
/* Imports a layer and holds it: layer_base without a parent, layer_top with one. The caller frees the name. */
char *layer_add(struct layer_fixture *f, struct wcd_layer_store *store, const char *parent,
                const char *diff_id);
void layer_give_back(struct layer_fixture *f, struct wcd_layer_store *store, const char *chain);
/* The folder of a read-only layer; the caller frees. */
char *layer_folder_of(struct layer_fixture *f, struct wcd_layer_store *store, const char *chain);

/* A base, a layer over it, and the container's layer LAYER_BOX, which alone holds them. */
struct layer_stack {
    char *base;
    char *top;
};
struct layer_stack layer_make_stack(struct layer_fixture *f, struct wcd_layer_store *store);
void layer_free_stack(struct layer_stack *stack);

#endif
