/* core/daemon: containers of a running daemon, over an emulated host. */
#include "core/layer/ids.h"
#include "core/layer/store.h"
#include "tests/unit/core/daemon_fixture.h"

#define DENIED ": Access is denied."

/* ---- creating ---- */

struct request {
    const char *name;
    const char *config;
    const char *host_config; /* NULL: none */
    const char *endpoints;   /* NULL: none */
};

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = text == NULL ? NULL : wcd_json_parse(text, strlen(text), &fault);
    assert_true(text == NULL || json != NULL);
    return json;
}

static enum wcd_errc try_create(struct layer_fixture *f, struct wcd_daemon *daemon,
                                const struct request *request, const struct wcd_container **out)
{
    struct wcd_strlist warnings = {0};
    struct wcd_json *config = parse(request->config);
    struct wcd_json *host_config = parse(request->host_config);
    struct wcd_json *endpoints = parse(request->endpoints);
    const struct wcd_container_request asked = {.name = request->name,
                                                .config = config,
                                                .host_config = host_config,
                                                .endpoints = endpoints};
    enum wcd_errc code = wcd_daemon_create_container(daemon, &asked, &warnings, out, &f->err);
    wcd_strlist_release(&warnings);
    wcd_json_free(config);
    wcd_json_free(host_config);
    wcd_json_free(endpoints);
    return code;
}

static const struct wcd_container *create(struct layer_fixture *f, struct wcd_daemon *daemon,
                                          const char *name, const char *host_config)
{
    const struct wcd_container *container = NULL;
    const struct request request = {
        name, "{\"Image\":\"app\"}", host_config,
        "[{\"network\":\"nat\",\"hnsid\":\"e1\",\"gateway\":\"g1\",\"unqualified dns\":true},"
        "{\"hnsid\":1}]"};
    enum wcd_errc code = try_create(f, daemon, &request, &container);
    assert_string_equal(wcd_error_message(&f->err), "");
    assert_int_equal(code, WCD_OK);
    return container;
}

static char *scratch_of(const struct wcd_container *container)
{
    char *folder = wcd_text_format(DAEMON_HOME "\\%s", container->id);
    assert_non_null(folder);
    return folder;
}

static void a_container_is_created_found_and_removed(void **state)
{
    struct layer_fixture *f = *state;
    for (size_t i = 0; i < 2; i++) {
        struct wcd_strlist removed = {0};
        const struct wcd_container *found = NULL;
        struct wcd_daemon *daemon = daemon_start_as(f, (enum wcd_engine)i);
        char *id = daemon_pull(f, daemon, "app");
        char *before = layer_tree(f, DAEMON_HOME);
        const struct wcd_container *web = create(f, daemon, "web", "{}");
        const struct wcd_container *other = create(f, daemon, NULL, "{}");
        char *scratch = scratch_of(web);
        char *checkpoints = wcd_text_format(DAEMON_ROOT "\\containers\\%s\\checkpoints", web->id);
        assert_string_equal(web->image_id, id);
        assert_string_equal(web->path, "cmd");
        layer_assert_lines(&web->args, "/c dir");
        layer_assert_lines(&web->config.env, "A=1");
        assert_string_equal(web->host_config.isolation, "process");
        assert_int_equal(web->endpoints.count, 2);
        assert_string_equal(web->endpoints.items[0].gateway_hns_id, "g1");
        assert_true(web->endpoints.items[0].allow_unqualified_dns_query);
        assert_null(web->endpoints.items[1].hns_id);
        assert_int_equal(fake_storage_state(f->host, scratch), FAKE_LAYER_SCRATCH);
        assert_int_equal(fake_fs_kind_of(f->host, checkpoints), FAKE_FS_DIRECTORY);
        char *start_of_id = wcd_text_copy_n(web->id, 20);
        const char *names[] = {"web", "/web", web->id, start_of_id};
        for (size_t j = 0; j < COUNT_OF(names); j++) {
            assert_int_equal(wcd_daemon_container(daemon, names[j], &found, &f->err), WCD_OK);
            assert_ptr_equal(found, web);
        }
        free(start_of_id);
        (void)wcd_daemon_container(daemon, "", &found, &f->err);
        assert_error(f->err, WCD_E_INVALID_PARAMETER, f->engine->no_name_message);
        assert_int_equal(wcd_daemon_remove_container(daemon, "web", &removed, &f->err), WCD_OK);
        assert_int_equal(removed.count, 0);
        (void)wcd_daemon_remove_container(daemon, "web", &removed, &f->err);
        assert_error(f->err, WCD_E_NOT_FOUND, "No such container: web");
        assert_int_equal(wcd_daemon_remove_container(daemon, other->name + 1, &removed, &f->err),
                         WCD_OK);
        layer_assert_tree(f, DAEMON_HOME, before);
        layer_assert_tree(f, DAEMON_ROOT "\\containers", "");
        free(checkpoints);
        free(scratch);
        free(before);
        free(id);
        wcd_daemon_destroy(daemon);
    }
}

static void what_cannot_be_created_leaves_nothing(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        struct request request;
        const char *message;
        enum wcd_errc code;
    } cases[] = {
        {{"web", NULL, NULL, NULL},
         "config cannot be empty in order to create a container",
         WCD_E_INVALID_PARAMETER},
        {{"web", "{\"Cmd\":1}", NULL, NULL},
         "json: cannot unmarshal number into Go struct field Config.Cmd of type []string",
         WCD_E_INVALID_PARAMETER},
        {{"web", "{\"Image\":\"app\"}", "{\"Isolation\":\"x\"}", NULL},
         "Invalid isolation: \"x\". Windows supports 'default', 'process', or 'hyperv'",
         WCD_E_INVALID_PARAMETER},
        {{"web", "{\"Image\":\"none\"}", "{}", NULL},
         "No such image: none:latest",
         WCD_E_NOT_FOUND},
        {{"web", "{}", "{}", NULL}, "no command specified", WCD_E_INVALID_PARAMETER},
        {{"w b", "{\"Image\":\"app\"}", "{}", NULL},
         "Invalid container name (w b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
         WCD_E_INVALID_PARAMETER},
        {{"web", "{\"Image\":\"app\"}", "{\"Binds\":[\"x\"]}", NULL},
         "invalid volume specification: 'x'",
         WCD_E_INVALID_PARAMETER},
    };
    struct wcd_daemon *daemon = daemon_start_on(f);
    char *id = daemon_pull(f, daemon, "app");
    char *before = layer_tree(f, DAEMON_ROOT);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct wcd_container *container = NULL;
        (void)try_create(f, daemon, &cases[i].request, &container);
        assert_error(f->err, cases[i].code, cases[i].message);
        assert_null(container);
        layer_assert_tree(f, DAEMON_ROOT, before);
    }
    free(before);
    free(id);
    wcd_daemon_destroy(daemon);
}

static void a_name_is_taken_once(void **state)
{
    struct layer_fixture *f = *state;
    static const char *const quotes[] = {[WCD_ENGINE_V17] = "", [WCD_ENGINE_V25] = "\""};
    static const char *const names[] = {"web", "/web"};
    for (size_t i = 0; i < 2; i++) {
        struct wcd_daemon *daemon = daemon_start_as(f, (enum wcd_engine)i);
        free(daemon_pull(f, daemon, "app"));
        const struct wcd_container *web = create(f, daemon, "web", "{}");
        char *message = wcd_text_format(
            "Conflict. The container name \"/web\" is already in use by container %s%s%s. You have "
            "to remove (or rename) that container to be able to reuse that name.",
            quotes[i], web->id, quotes[i]);
        for (size_t j = 0; j < COUNT_OF(names); j++) {
            const struct wcd_container *none = NULL;
            const struct request request = {names[j], "{\"Image\":\"app\"}", "{}", NULL};
            (void)try_create(f, daemon, &request, &none);
            assert_error(f->err, WCD_E_CONFLICT, message);
        }
        free(message);
        wcd_daemon_destroy(daemon);
    }
}

static void a_scratch_that_cannot_be_made_has_its_class(void **state)
{
    struct layer_fixture *f = *state;
    static const enum wcd_errc classes[] = {
        [WCD_ENGINE_V17] = WCD_E_PLAIN, [WCD_ENGINE_V25] = WCD_E_SYSTEM};
    const struct request request = {"web", "{\"Image\":\"app\"}", "{}", NULL};
    for (size_t i = 0; i < 2; i++) {
        const struct wcd_container *container = NULL;
        struct wcd_daemon *daemon = daemon_start_as(f, (enum wcd_engine)i);
        free(daemon_pull(f, daemon, "app"));
        char *before = layer_tree(f, DAEMON_HOME);
        assert_true(fake_storage_set_failure(f->host, "CreateSandboxLayer", NULL, HR(DISK_FULL)));
        assert_int_equal(try_create(f, daemon, &request, &container), classes[i]);
        assert_int_equal(f->err.hresult, HR(DISK_FULL));
        wcd_error_release(&f->err);
        assert_true(fake_storage_set_failure(f->host, "CreateSandboxLayer", NULL, PLAT_S_OK));
        assert_true(fake_fs_set_failure(f->host, DAEMON_ROOT "\\containers", HR(ACCESS_DENIED)));
        assert_int_equal(try_create(f, daemon, &request, &container), WCD_E_PLAIN);
        wcd_error_release(&f->err);
        assert_true(fake_fs_set_failure(f->host, DAEMON_ROOT "\\containers", PLAT_S_OK));
        layer_assert_tree(f, DAEMON_HOME, before);
        layer_assert_tree(f, DAEMON_ROOT "\\containers", "");
        free(before);
        wcd_daemon_destroy(daemon);
    }
}

/* ---- mounting ---- */

static void a_containers_files_are_mounted_while_somebody_needs_them(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_daemon *daemon = daemon_start_on(f);
    free(daemon_pull(f, daemon, "app"));
    const struct wcd_container *web = create(f, daemon, "web", "{}");
    wcd_strlist_release(&f->log);
    (void)wcd_daemon_unmount_container(daemon, "web", &f->err);
    assert_error(f->err, WCD_E_PLAIN, "not mounted");
    layer_assert_log(f, "error: error unmounting container: not mounted");
    (void)wcd_daemon_mount_container(daemon, "none", &f->err);
    assert_error(f->err, WCD_E_NOT_FOUND, "No such container: none");
    (void)wcd_daemon_unmount_container(daemon, "none", &f->err);
    assert_error(f->err, WCD_E_NOT_FOUND, "No such container: none");
    for (size_t i = 1; i <= 2; i++) {
        assert_int_equal(wcd_daemon_mount_container(daemon, "web", &f->err), WCD_OK);
        assert_int_equal(wcd_rw_layer_mounts(wcd_daemon_layers(daemon), web->id), i);
        assert_true(wcd_text_has_prefix(web->base_fs, "\\\\?\\Volume{"));
    }
    assert_int_equal(wcd_daemon_unmount_container(daemon, "web", &f->err), WCD_OK);
    assert_non_null(web->base_fs);
    assert_int_equal(wcd_daemon_unmount_container(daemon, "web", &f->err), WCD_OK);
    assert_null(web->base_fs);
    assert_true(fake_storage_set_failure(f->host, "ActivateLayer", NULL, HR(NOT_READY)));
    assert_int_equal(wcd_daemon_mount_container(daemon, "web", &f->err), WCD_E_PLAIN);
    wcd_error_release(&f->err);
    assert_null(web->base_fs);
    wcd_daemon_destroy(daemon);
}

static void a_daemon_that_stops_unmounts_and_cleans_up(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_daemon *daemon = daemon_start_on(f);
    free(daemon_pull(f, daemon, "app"));
    const struct wcd_container *web = create(f, daemon, "web", "{}");
    char *scratch = scratch_of(web);
    assert_int_equal(wcd_daemon_mount_container(daemon, "web", &f->err), WCD_OK);
    assert_int_equal(wcd_daemon_mount_container(daemon, "web", &f->err), WCD_OK);
    assert_true(fake_fs_put_directory(f->host, DAEMON_HOME "\\x-removing", NULL));
    assert_int_equal(fake_storage_state(f->host, scratch), FAKE_LAYER_PREPARED);
    (void)wcd_daemon_stop(daemon);
    assert_int_equal(wcd_daemon_info(daemon).exit_code, 0);
    assert_int_equal(fake_storage_state(f->host, scratch), FAKE_LAYER_SCRATCH);
    assert_int_equal(fake_fs_kind_of(f->host, DAEMON_HOME "\\x-removing"), FAKE_FS_NOTHING);
    free(scratch);
    wcd_daemon_destroy(daemon);
    /* What it cannot do it tells, and stops all the same. */
    daemon = daemon_start_on(f);
    assert_true(fake_fs_set_failure(f->host, DAEMON_HOME, HR(ACCESS_DENIED)));
    (void)wcd_daemon_stop(daemon);
    layer_assert_log(f, "debug: daemon configured with a 15 seconds minimum shutdown timeout\n"
                        "debug: start clean shutdown of all containers with a 35 seconds "
                        "timeout...\n"
                        "error: Error during layer Store.Cleanup(): open " DAEMON_HOME DENIED
                        "\ndebug: Clean shutdown succeeded");
    assert_int_equal(wcd_daemon_info(daemon).exit_code, 0);
    wcd_daemon_destroy(daemon);
}

/* ---- removing ---- */

static void an_image_that_is_used_stays(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_strlist removed = {0};
    struct wcd_daemon *daemon = daemon_start_on(f);
    char *id = daemon_pull(f, daemon, "app");
    char *top = daemon_image_top();
    const char *hex = wcd_digest_hex(id);
    const struct wcd_container *web = create(f, daemon, "web", "{}");
    char *by_name = wcd_text_format("conflict: unable to remove repository reference \"app\" (must "
                                    "force) - container %.12s is using its referenced image %.12s",
                                    web->id, hex);
    char *by_id = wcd_text_format("conflict: unable to delete %.12s (must be forced) - image is "
                                  "being used by stopped container %.12s",
                                  hex, web->id);
    (void)wcd_daemon_remove_image(daemon, "app", &removed, &f->err);
    assert_error(f->err, WCD_E_CONFLICT, by_name);
    const char *ids[] = {id, hex};
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        (void)wcd_daemon_remove_image(daemon, ids[i], &removed, &f->err);
        assert_error(f->err, WCD_E_CONFLICT, by_id);
    }
    (void)wcd_daemon_remove_image(daemon, "none", &removed, &f->err);
    assert_error(f->err, WCD_E_NOT_FOUND, "No such image: none:latest");
    assert_int_equal(wcd_daemon_remove_container(daemon, "web", NULL, &f->err), WCD_OK);
    assert_int_equal(wcd_daemon_remove_image(daemon, "app", &removed, &f->err), WCD_OK);
    assert_int_equal(removed.count, 2);
    assert_string_equal(removed.items[0], top);
    assert_string_equal(removed.items[1], LAYER_DIFF_A);
    daemon_assert_nothing_pulled(f, daemon);
    wcd_strlist_release(&removed);
    free(by_name);
    free(by_id);
    free(top);
    free(id);
    wcd_daemon_destroy(daemon);
}

static void a_removal_that_fails_keeps_the_container(void **state)
{
    struct layer_fixture *f = *state;
    const struct wcd_container *found = NULL;
    struct wcd_daemon *daemon = daemon_start_on(f);
    free(daemon_pull(f, daemon, "app"));
    const struct wcd_container *web = create(f, daemon, "web", "{}");
    char *layer_id = wcd_text_format(DAEMON_HOME "\\%s\\layerID", web->id);
    char *message = wcd_text_format("container %s: driver \"windowsfilter\" failed to remove root "
                                    "filesystem: open %s" DENIED,
                                    web->id, layer_id);
    assert_true(fake_fs_set_failure(f->host, layer_id, HR(ACCESS_DENIED)));
    (void)wcd_daemon_remove_container(daemon, "web", NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN, message);
    assert_true(fake_fs_set_failure(f->host, layer_id, PLAT_S_OK));
    assert_true(fake_fs_set_failure(f->host, web->root, HR(ACCESS_DENIED)));
    wcd_text_replace(&message,
                     wcd_text_format("unable to remove filesystem for %s: remove %s" DENIED,
                                     web->id, web->root));
    (void)wcd_daemon_remove_container(daemon, "web", NULL, &f->err);
    assert_error(f->err, WCD_E_PLAIN, message);
    assert_int_equal(wcd_daemon_container(daemon, "web", &found, &f->err), WCD_OK);
    assert_true(fake_fs_set_failure(f->host, web->root, PLAT_S_OK));
    assert_int_equal(wcd_daemon_remove_container(daemon, "web", NULL, &f->err), WCD_OK);
    layer_assert_tree(f, DAEMON_ROOT "\\containers", "");
    free(message);
    free(layer_id);
    wcd_daemon_destroy(daemon);
}

/* ---- the spec ---- */

static void the_spec_is_of_the_images_layers(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_spec spec;
    struct wcd_daemon *daemon = daemon_start_on(f);
    free(daemon_pull(f, daemon, "app"));
    const struct wcd_container *web = create(f, daemon, "web", "{}");
    char *top = daemon_image_top();
    const struct wcd_layer_store *layers = wcd_daemon_layers(daemon);
    char *folders[3] = {NULL};
    assert_int_equal(wcd_layer_folder(layers, top, &folders[0], &f->err), WCD_OK);
    assert_int_equal(wcd_layer_folder(layers, LAYER_DIFF_A, &folders[1], &f->err), WCD_OK);
    folders[2] = scratch_of(web);
    char *expected = wcd_text_format("%s\n%s\n%s", folders[0], folders[1], folders[2]);
    static const char *const isolations[] = {"web", "vm"};
    (void)create(f, daemon, "vm", "{\"Isolation\":\"hyperv\"}");
    for (size_t i = 0; i < COUNT_OF(isolations); i++) {
        const struct wcd_container *container = NULL;
        enum wcd_errc code = wcd_daemon_make_spec(daemon, isolations[i], &spec, &f->err);
        assert_string_equal(wcd_error_message(&f->err), "");
        assert_int_equal(code, WCD_OK);
        if (i == 0) {
            layer_assert_lines(&spec.windows.layer_folders, expected);
        }
        assert_int_equal(spec.windows.layer_folders.count, 3);
        struct wcd_json *json = wcd_spec_to_json(&spec);
        const struct wcd_json *root = wcd_json_at(json, "/root/path");
        assert_true(wcd_text_has_prefix(wcd_json_string(root), i == 0 ? "\\\\?\\Volume{" : ""));
        assert_int_equal(wcd_json_string(root)[0] == '\0', i == 1);
        wcd_json_free(json);
        wcd_spec_release(&spec);
        /* It is unmounted again. */
        assert_int_equal(wcd_daemon_container(daemon, isolations[i], &container, &f->err), WCD_OK);
        assert_null(container->base_fs);
        assert_int_equal(wcd_rw_layer_mounts(layers, container->id), 0);
    }
    free(expected);
    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        free(folders[i]);
    }
    free(top);
    wcd_daemon_destroy(daemon);
}

/* A Hyper-V container is mounted for its secrets alone. */
static void secrets_of_a_vm_are_linked_while_it_is_mounted(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_spec spec;
    struct wcd_strlist warnings = {0};
    const struct wcd_container *container = NULL;
    struct wcd_daemon *daemon = daemon_start_on(f);
    free(daemon_pull(f, daemon, "app"));
    struct wcd_json *config = parse("{\"Image\":\"app\"}");
    struct wcd_json *host_config = parse("{\"Isolation\":\"hyperv\"}");
    struct wcd_json *secrets = parse("[{\"id\":\"1\",\"file\":\"s.txt\",\"data\":\"x\"}]");
    const struct wcd_container_request request = {.name = "vm",
                                                  .config = config,
                                                  .host_config = host_config,
                                                  .is_task = true,
                                                  .secrets = secrets};
    assert_int_equal(wcd_daemon_create_container(daemon, &request, &warnings, &container, &f->err),
                     WCD_OK);
    assert_true(fake_fs_set_failure(f->host, container->root, HR(ACCESS_DENIED)));
    assert_int_equal(wcd_daemon_make_spec(daemon, "vm", &spec, &f->err), WCD_E_PLAIN);
    assert_int_equal(f->err.hresult, HR(ACCESS_DENIED));
    wcd_error_release(&f->err);
    assert_true(fake_fs_set_failure(f->host, container->root, PLAT_S_OK));
    wcd_strlist_release(&f->log);
    assert_int_equal(wcd_daemon_make_spec(daemon, "vm", &spec, &f->err), WCD_OK);
    wcd_spec_release(&spec);
    char *scratch = scratch_of(container);
    size_t mounts = 0;
    for (size_t i = 0; i < f->log.count; i++) {
        mounts += wcd_text_has_prefix(f->log.items[i], "debug: container mounted via layerStore: ");
    }
    assert_int_equal(mounts, 1);
    assert_int_equal(fake_storage_state(f->host, scratch), FAKE_LAYER_SCRATCH);
    assert_null(container->base_fs);
    free(scratch);
    wcd_json_free(secrets);
    wcd_json_free(host_config);
    wcd_json_free(config);
    wcd_strlist_release(&warnings);
    wcd_daemon_destroy(daemon);
}

static void assert_no_spec(struct layer_fixture *f, struct wcd_daemon *daemon, const char *name,
                           enum wcd_errc code, const char *message)
{
    struct wcd_spec spec;
    (void)wcd_daemon_make_spec(daemon, name, &spec, &f->err);
    assert_error(f->err, code, message);
    assert_int_equal(spec.windows.layer_folders.count, 0);
}

static void what_has_no_spec_is_told(void **state)
{
    struct layer_fixture *f = *state;
    const struct wcd_container *container = NULL;
    const struct request bare = {"bare", "{\"Cmd\":[\"c\"]}", "{\"Isolation\":\"hyperv\"}", NULL};
    struct wcd_daemon *daemon = daemon_start_as(f, WCD_ENGINE_V17);
    assert_no_spec(f, daemon, "web", WCD_E_NOT_IMPLEMENTED,
                   "generation v17 has no spec of its own: its client takes options");
    wcd_daemon_destroy(daemon);
    daemon = daemon_start_as(f, WCD_ENGINE_V25);
    assert_no_spec(f, daemon, "web", WCD_E_NOT_FOUND, "No such container: web");
    /* Nothing to stand on: Windows makes no such scratch. */
    assert_int_equal(try_create(f, daemon, &bare, &container), WCD_E_SYSTEM);
    wcd_error_release(&f->err);
    free(daemon_pull(f, daemon, "app"));
    (void)create(f, daemon, "web", "{}");
    assert_true(fake_storage_set_failure(f->host, "ActivateLayer", NULL, HR(NOT_READY)));
    assert_no_spec(f, daemon, "web", WCD_E_PLAIN,
                   "hcsshim::ActivateLayer failed in Win32: The device is not ready. (0x15)");
    assert_true(fake_storage_set_failure(f->host, "ActivateLayer", NULL, PLAT_S_OK));
    assert_true(fake_storage_set_failure(f->host, "DeactivateLayer", NULL, HR(NOT_READY)));
    assert_no_spec(f, daemon, "web", WCD_E_PLAIN,
                   "hcsshim::DeactivateLayer failed in Win32: The device is not ready. (0x15)");
    assert_true(fake_storage_set_failure(f->host, "DeactivateLayer", NULL, PLAT_S_OK));
    assert_int_equal(wcd_daemon_remove_container(daemon, "web", NULL, &f->err), WCD_OK);
    wcd_daemon_destroy(daemon);
}

static void a_network_can_be_shared(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_spec spec;
    struct wcd_daemon *daemon = daemon_start_on(f);
    free(daemon_pull(f, daemon, "app"));
    const struct wcd_container *web = create(f, daemon, "web", "{}");
    const struct wcd_container *side =
        create(f, daemon, "side", "{\"NetworkMode\":\"container:web\"}");
    (void)create(f, daemon, "vm", "{\"Isolation\":\"hyperv\"}");
    (void)create(f, daemon, "of-vm", "{\"NetworkMode\":\"container:vm\"}");
    (void)create(f, daemon, "own", "{\"NetworkMode\":\"container:own\"}");
    (void)create(f, daemon, "lost", "{\"NetworkMode\":\"container:none\"}");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(wcd_daemon_make_spec(daemon, "side", &spec, &f->err), WCD_OK);
        layer_assert_lines(&side->shared_endpoints, "g1\ne1");
        assert_string_equal(side->shared_network_container_id, web->id);
        wcd_spec_release(&spec);
    }
    assert_no_spec(f, daemon, "of-vm", WCD_E_PLAIN,
                   "sharing of hyperv containers network is not supported");
    assert_no_spec(f, daemon, "own", WCD_E_PLAIN, "cannot join own network");
    assert_no_spec(f, daemon, "lost", WCD_E_NOT_FOUND, "No such container: none");
    wcd_daemon_destroy(daemon);
}

/* ---- no memory ---- */

static bool ended(struct layer_fixture *f, enum wcd_errc code)
{
    bool fired = alloc_fail_off();
    assert_true(code == WCD_OK || (fired && code == WCD_E_NO_MEMORY));
    wcd_error_release(&f->err);
    wcd_strlist_release(&f->log);
    return fired;
}

/* A stop tells want of memory; all else it only logs. */
static void a_stop_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        layer_new_host(f, WCD_ENGINE_V25);
        struct wcd_daemon *daemon = daemon_start_on(f);
        free(daemon_pull(f, daemon, "app"));
        const struct wcd_container *web = create(f, daemon, "web", "{}");
        assert_int_equal(wcd_daemon_mount_container(daemon, "web", &f->err), WCD_OK);
        alloc_fail_after(n);
        const struct wcd_op *op = wcd_daemon_stop(daemon);
        fired = alloc_fail_off();
        enum wcd_errc code = wcd_op_error(op)->code;
        assert_true(code == WCD_OK || (fired && code == WCD_E_NO_MEMORY));
        assert_int_equal(wcd_daemon_info(daemon).exit_code, code == WCD_OK ? 0 : 1);
        char *scratch = scratch_of(web);
        if (code == WCD_OK) {
            assert_int_equal(fake_storage_state(f->host, scratch), FAKE_LAYER_SCRATCH);
        }
        wcd_daemon_destroy(daemon);
        char *disk = wcd_text_format("%s\\sandbox.vhdx", scratch);
        (void)f->platform.storage.ops->detach_disk(f->platform.storage.ctx, disk);
        free(disk);
        free(scratch);
    }
}

static void containers_without_memory(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_daemon *daemon = daemon_start_on(f);
    free(daemon_pull(f, daemon, "app"));
    const struct wcd_container *web = create(f, daemon, "web", "{}");
    (void)create(f, daemon, "side", "{\"NetworkMode\":\"container:web\"}");
    assert_int_equal(wcd_daemon_remove_container(daemon, web->id, NULL, &f->err), WCD_OK);
    (void)create(f, daemon, "web", "{}");
    struct wcd_json *config = parse("{\"Image\":\"app\"}");
    struct wcd_json *host_config = parse("{}");
    struct wcd_json *list = parse("[{\"id\":\"1\",\"data\":\"x\",\"network\":\"nat\"}]");
    const struct wcd_container_request request = {.name = "new",
                                                  .config = config,
                                                  .host_config = host_config,
                                                  .is_task = true,
                                                  .secrets = list,
                                                  .configs = list,
                                                  .endpoints = list};
    char *before = layer_tree(f, DAEMON_ROOT);
    bool fired = true;
    for (size_t n = 1; fired; n++) {
        struct wcd_strlist warnings = {0};
        const struct wcd_container *container = NULL;
        alloc_fail_after(n);
        enum wcd_errc code =
            wcd_daemon_create_container(daemon, &request, &warnings, &container, &f->err);
        fired = ended(f, code);
        if (code == WCD_OK) {
            assert_true(container->has_dependency_store);
            assert_int_equal(wcd_daemon_remove_container(daemon, "new", NULL, &f->err), WCD_OK);
        }
        wcd_strlist_release(&warnings);
        layer_assert_tree(f, DAEMON_ROOT, before);
    }
    fired = true;
    for (size_t n = 1; fired; n++) {
        struct wcd_spec spec;
        const struct wcd_container *side = NULL;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_daemon_make_spec(daemon, "side", &spec, &f->err);
        fired = ended(f, code);
        wcd_spec_release(&spec);
        assert_int_equal(wcd_daemon_container(daemon, "side", &side, &f->err), WCD_OK);
        /* An unmount that could not be tried can be repeated. */
        size_t mounts = wcd_rw_layer_mounts(wcd_daemon_layers(daemon), side->id);
        assert_true(mounts == 0 || (code != WCD_OK && mounts == 1));
        if (mounts > 0) {
            assert_int_equal(wcd_daemon_unmount_container(daemon, "side", &f->err), WCD_OK);
        }
        char *scratch = scratch_of(side);
        enum fake_layer_state left = fake_storage_state(f->host, scratch);
        assert_true(left == FAKE_LAYER_SCRATCH || (fired && left == FAKE_LAYER_ACTIVATED));
        if (left == FAKE_LAYER_ACTIVATED) {
            const struct plat_storage *storage = &f->platform.storage;
            struct plat_layer_driver plain = {PLAT_LAYER_FILTER_DRIVER, ""};
            assert_int_equal(storage->ops->deactivate_layer(storage->ctx, &plain, scratch),
                             PLAT_S_OK);
        }
        free(scratch);
    }
    assert_int_equal(wcd_daemon_remove_container(daemon, "side", NULL, &f->err), WCD_OK);
    free(before);
    wcd_json_free(list);
    wcd_json_free(host_config);
    wcd_json_free(config);
    wcd_daemon_destroy(daemon);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(a_container_is_created_found_and_removed),
        layer_test(what_cannot_be_created_leaves_nothing),
        layer_test(a_name_is_taken_once),
        layer_test(a_scratch_that_cannot_be_made_has_its_class),
        layer_test(a_containers_files_are_mounted_while_somebody_needs_them),
        layer_test(a_daemon_that_stops_unmounts_and_cleans_up),
        layer_test(an_image_that_is_used_stays),
        layer_test(a_removal_that_fails_keeps_the_container),
        layer_test(the_spec_is_of_the_images_layers),
        layer_test(secrets_of_a_vm_are_linked_while_it_is_mounted),
        layer_test(what_has_no_spec_is_told),
        layer_test(a_network_can_be_shared),
        layer_test(containers_without_memory),
        layer_test(a_stop_without_memory),
    };
    return cmocka_run_group_tests_name("daemon containers", tests, NULL, NULL);
}
