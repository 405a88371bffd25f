/* The suites of images and containers; see daemon_fixture.h. */
#include "tests/unit/core/daemon_fixture.h"

#include "core/layer/ids.h"
#include "core/layer/store.h"

struct wcd_daemon *daemon_start_on(struct layer_fixture *f)
{
    struct wcd_daemon *daemon = NULL;
    static const char *const flags[] = {"--debug"};
    struct wcd_daemon_options options = {.platform = &f->platform,
                                         .engine = f->engine,
                                         .flags = flags,
                                         .flag_count = 1,
                                         .log = f->sink};
    assert_int_equal(wcd_daemon_create(&daemon, &options, &f->err), WCD_OK);
    const struct wcd_op *op = wcd_daemon_start(daemon);
    assert_string_equal(wcd_error_message(wcd_op_error(op)), "");
    wcd_strlist_release(&f->log);
    return daemon;
}

struct wcd_daemon *daemon_start_as(struct layer_fixture *f, enum wcd_engine engine)
{
    layer_new_host(f, engine);
    return daemon_start_on(f);
}

enum wcd_errc daemon_try_pull(struct layer_fixture *f, struct wcd_daemon *daemon, const char *name,
                              const char *document, char **id)
{
    const struct wcd_layer_content layers[] = {layer_base_vm, layer_top};
    const struct wcd_pulled_image image = {
        .name = name, .document = document, .layers = layers, .layer_count = COUNT_OF(layers)};
    return wcd_daemon_pull_image(daemon, &image, id, &f->err);
}

char *daemon_pull(struct layer_fixture *f, struct wcd_daemon *daemon, const char *name)
{
    char *id = NULL;
    enum wcd_errc code = daemon_try_pull(f, daemon, name, DAEMON_DOCUMENT("10.0.20348.1"), &id);
    assert_string_equal(wcd_error_message(&f->err), "");
    assert_int_equal(code, WCD_OK);
    wcd_strlist_release(&f->log);
    return id;
}

char *daemon_image_top(void)
{
    char *chain = wcd_chain_id(LAYER_DIFF_A, LAYER_DIFF_B);
    assert_non_null(chain);
    return chain;
}

void daemon_assert_nothing_pulled(struct layer_fixture *f, struct wcd_daemon *daemon)
{
    assert_int_equal(wcd_layer_references(wcd_daemon_layers(daemon), LAYER_DIFF_A), 0);
    layer_assert_tree(f, DAEMON_HOME, "");
    layer_assert_tree(f, DAEMON_ROOT "\\image\\windowsfilter\\imagedb\\content\\sha256", "");
    layer_assert_file(f, DAEMON_ROOT "\\image\\windowsfilter\\repositories.json",
                      "{\"Repositories\":{}}");
}
