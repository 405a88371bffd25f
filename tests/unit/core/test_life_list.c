/* core/daemon: list with its filters, inspect, rename, update of containers over an emulated host. */
#include "core/container/disk.h"
#include "core/daemon/internal.h"
#include "tests/unit/core/life_fixture.h"

static void close_all(struct life *l)
{
    const struct wcd_remove_options options = {.force = true};
    while (l->daemon->container_count > 0) {
        char *id = wcd_text_copy(l->daemon->containers[0]->id);
        life_ok(l, wcd_daemon_remove(l->daemon, id, &options));
        free(id);
    }
    life_close(l);
}

static void assert_says(struct life *l, enum wcd_errc code, const char *message)
{
    assert_string_equal(wcd_error_message(&l->f->err), message);
    assert_string_equal(wcd_errc_name(l->f->err.code), wcd_errc_name(code));
    wcd_error_release(&l->f->err);
}

/* ---- list ---- */

/* Four containers: "old" has ended with 3, "web" and "vm" run, "new" was not started. */
static void open_four(struct life *l, struct layer_fixture *f, enum wcd_engine engine)
{
    life_open(l, f, engine);
    (void)life_create_as(l, "old", "{\"Image\":\"app\",\"Cmd\":[\"exit 3\"],\"ArgsEscaped\":true}",
                         "{}");
    (void)life_create_as(
        l, "web",
        "{\"Image\":\"app\",\"Cmd\":[\"serve\",\"a b\"],\"Labels\":{\"tier\":\"front\","
        "\"only\":\"\"},\"ExposedPorts\":{\"80/tcp\":{},\"53/udp\":{}}}",
        "{\"Isolation\":\"process\",\"Binds\":[\"c:\\\\Windows:c:\\\\w\"],"
        "\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"8080\"}]}}");
    (void)life_create_as(l, "vm",
                         "{\"Image\":\"app\",\"Cmd\":[\"serve\"],\"Labels\":{\"tier\":\"back\"}}",
                         LIFE_HYPERV);
    (void)life_create_as(l, "new", "{\"Image\":\"app\",\"Cmd\":[\"serve\"]}", "{}");
    life_ok(l, wcd_daemon_start_container(l->daemon, "old"));
    life_ok(l, wcd_daemon_start_container(l->daemon, "web"));
    life_ok(l, wcd_daemon_start_container(l->daemon, "vm"));
    life_pass_us(l, 3000000);
}

/* Names of what is listed: "/vm /web". */
static void assert_listed(struct life *l, const char *options, const char *expected)
{
    struct wcd_json *json = options == NULL ? NULL : life_json(options);
    struct wcd_json *list = NULL;
    struct wcd_strlist names = {0};
    (void)wcd_daemon_list_containers(l->daemon, json, &list, &l->f->err);
    if (l->f->err.code != WCD_OK) {
        fail_msg("%s: %s", options, wcd_error_message(&l->f->err));
    }
    for (const struct wcd_json *at = wcd_json_first(list); at != NULL; at = wcd_json_next(at)) {
        assert_true(wcd_strlist_add(&names, wcd_json_string(wcd_json_at(at, "/Names/0"))));
    }
    char *text = wcd_strlist_join(&names, " ");
    if (strcmp(text, expected) != 0) {
        fail_msg("%s: %s", options, text);
    }
    free(text);
    wcd_strlist_release(&names);
    wcd_json_free(list);
    wcd_json_free(json);
}

#define FILTER(text) "{\"All\":true,\"Filters\":{" text "}}"

static void containers_are_listed_the_newest_first(void **state)
{
    struct life l;
    open_four(&l, *state, WCD_ENGINE_V25);
    assert_listed(&l, NULL, "/vm /web");
    assert_listed(&l, "{\"All\":true}", "/new /vm /web /old");
    assert_listed(&l, "{\"Limit\":1}", "/new");
    assert_listed(&l, "{\"Limit\":3}", "/new /vm /web");
    assert_listed(&l, "{\"Limit\":0,\"All\":false}", "/vm /web");
    close_all(&l);
}

static void filters_choose(void **state)
{
    struct life l;
    static const struct {
        const char *options;
        const char *names;
    } cases[] = {
        {FILTER("\"name\":[\"web\"]"), "/web"},
        {FILTER("\"name\":[\"^/?(web|vm)$\"]"), "/vm /web"},
        {FILTER("\"name\":[\"^web\"]"), "/web"},
        {FILTER("\"name\":{\"web\":true,\"old\":true}"), "/web /old"},
        {FILTER("\"name\":[\"(\"]"), ""},
        {FILTER("\"name\":[]"), "/new /vm /web /old"},
        {FILTER("\"id\":[\"none\"]"), ""},
        {"{\"Filters\":{\"status\":[\"exited\"]}}", "/old"},
        {FILTER("\"status\":[\"created\",\"running\"]"), "/new /vm /web"},
        {FILTER("\"exited\":[\"3\"]"), "/old"},
        {FILTER("\"exited\":[\"0\"]"), ""},
        {FILTER("\"label\":[\"tier\"]"), "/vm /web"},
        {FILTER("\"label\":[\"tier=front\"]"), "/web"},
        {FILTER("\"label\":[\"tier\",\"only\"]"), "/web"},
        {FILTER("\"label\":[\"only=\"]"), "/web"},
        {FILTER("\"label\":[\"only=x\"]"), ""},
        {FILTER("\"isolation\":[\"hyperv\"]"), "/vm"},
        {FILTER("\"health\":[\"none\"]"), "/new /vm /web /old"},
        {FILTER("\"health\":[\"healthy\"]"), ""},
        {FILTER("\"ancestor\":[\"app\"]"), "/new /vm /web /old"},
        {FILTER("\"ancestor\":[\"other\"]"), ""},
        {FILTER("\"before\":[\"vm\"]"), "/web /old"},
        {FILTER("\"since\":[\"web\"]"), "/new /vm"},
        {FILTER("\"is-task\":[\"true\"]"), ""},
        {FILTER("\"is-task\":[\"false\"]"), "/new /vm /web /old"},
        {FILTER("\"volume\":[\"c:\\\\w\"]"), "/web"},
        {FILTER("\"volume\":[\"c:\\\\windows\"]"), "/web"},
        {FILTER("\"volume\":[\"d:\"]"), ""},
        {FILTER("\"network\":[\"nat\"]"), "/new /vm /web /old"},
        {FILTER("\"network\":[\"back\"]"), ""},
        {FILTER("\"expose\":[\"80\"]"), "/web"},
        {FILTER("\"expose\":[\"50-60/udp\"]"), "/web"},
        {FILTER("\"expose\":[\"80/udp\"]"), ""},
        {FILTER("\"publish\":[\"8080/tcp\"]"), "/web"},
        {FILTER("\"publish\":[\"80\"]"), ""},
    };
    open_four(&l, *state, WCD_ENGINE_V25);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_listed(&l, cases[i].options, cases[i].names);
    }
    char *by_id = wcd_text_format(FILTER("\"id\":[\"%.20s\"]"), life_get(&l, "vm")->id);
    assert_listed(&l, by_id, "/vm");
    free(by_id);
    close_all(&l);
    /* 2017 looks at names with their slash alone. */
    open_four(&l, *state, WCD_ENGINE_V17);
    assert_listed(&l, FILTER("\"name\":[\"^web\"]"), "");
    assert_listed(&l, FILTER("\"name\":[\"^/web$\"]"), "/web");
    assert_listed(&l, FILTER("\"name\":[\"web\"]"), "/web");
    close_all(&l);
}

static void filters_that_are_refused(void **state)
{
    static const struct {
        const char *options;
        const char *v17;
        const char *v25;
        enum wcd_errc v25_class;
    } cases[] = {
        {FILTER("\"x\":[\"y\"]"), "Invalid filter 'x'", "invalid filter 'x'",
         WCD_E_INVALID_PARAMETER},
        {FILTER("\"status\":[\"up\"]"), "Unrecognised filter value for status: up",
         "invalid filter 'status=up'", WCD_E_INVALID_PARAMETER},
        {FILTER("\"health\":[\"up\"]"), "Unrecognised filter value for health: up",
         "Unrecognised filter value for health: up", WCD_E_INVALID_PARAMETER},
        {FILTER("\"is-task\":[\"maybe\",\"true\"]"), "Invalid filter 'is-task=[maybe true]'",
         "invalid filter 'is-task=[maybe true]'", WCD_E_INVALID_PARAMETER},
        {FILTER("\"exited\":[\"one\"]"), "strconv.ParseInt: parsing \"one\": invalid syntax",
         "strconv.Atoi: parsing \"one\": invalid syntax", WCD_E_PLAIN},
        {FILTER("\"before\":[\"nobody\"]"), "No such container: nobody",
         "No such container: nobody", WCD_E_NOT_FOUND},
        {FILTER("\"since\":[\"nobody\"]"), "No such container: nobody", "No such container: nobody",
         WCD_E_NOT_FOUND},
        {FILTER("\"publish\":[\"a:80\"]"), "Invalid filter 'publish'",
         "filter for 'publish' should not contain ':': a:80", WCD_E_PLAIN},
        {FILTER("\"expose\":[\"http\"]"), "Invalid filter 'expose'",
         "error while looking up for expose http: strconv.ParseUint: parsing \"http\": invalid "
         "syntax",
         WCD_E_PLAIN},
        {FILTER("\"expose\":[\"1-x\"]"), "Invalid filter 'expose'",
         "error while looking up for expose 1-x: strconv.ParseUint: parsing \"x\": invalid syntax",
         WCD_E_PLAIN},
        {FILTER("\"expose\":[\"9-1\"]"), "Invalid filter 'expose'",
         "error while looking up for expose 9-1: invalid range specified for port: 9-1",
         WCD_E_PLAIN},
    };
    for (int i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        for (size_t c = 0; c < COUNT_OF(cases); c++) {
            struct wcd_json *json = life_json(cases[c].options);
            struct wcd_json *list = NULL;
            assert_int_not_equal(wcd_daemon_list_containers(l.daemon, json, &list, &l.f->err),
                                 WCD_OK);
            assert_string_equal(wcd_error_message(&l.f->err), i == 0 ? cases[c].v17 : cases[c].v25);
            if (i == 1) {
                assert_int_equal(l.f->err.code, cases[c].v25_class);
            }
            assert_null(list);
            wcd_error_release(&l.f->err);
            wcd_json_free(json);
        }
        life_close(&l);
    }
}

static void a_row_of_the_list(void **state)
{
    struct life l;
    struct wcd_json *list = NULL;
    open_four(&l, *state, WCD_ENGINE_V25);
    struct wcd_json *options = life_json(FILTER("\"name\":[\"^/web$\"]"));
    assert_int_equal(wcd_daemon_list_containers(l.daemon, options, &list, &l.f->err), WCD_OK);
    const struct wcd_container *web = life_get(&l, "web");
    const struct plat_clock *clock = &l.f->platform.clock;
    char *status =
        wcd_container_state_text(&web->state, l.f->engine, clock->ops->wall_100ns(clock->ctx));
    assert_true(wcd_text_has_prefix(status, "Up "));
    char *text = wcd_json_print(list);
    assert_int_equal(web->networks.count, 1);
    struct wcd_json *nat = wcd_endpoint_settings_to_json(web->networks.items[0], l.f->engine);
    char *settings = wcd_json_print(nat);
    char *expected = wcd_text_format(
        "[{\"Id\":\"%s\",\"Names\":[\"/web\"],\"Image\":\"app\",\"ImageID\":\"%s\",\"Command\":"
        "\"serve 'a b'\",\"Created\":%lld,\"Ports\":[{\"IP\":\"0.0.0.0\",\"PrivatePort\":80,"
        "\"PublicPort\":8080,\"Type\":\"tcp\"},{\"PrivatePort\":53,\"Type\":\"udp\"}],\"Labels\":{\"only\":\"\",\"tier\":"
        "\"front\"},\"State\":\"running\",\"Status\":\"%s\",\"HostConfig\":"
        "{\"NetworkMode\":\"default\"},\"NetworkSettings\":{\"Networks\":{\"nat\":%s}},\"Mounts\":[{\"Type\":"
        "\"bind\",\"Source\":\"c:\\\\windows\",\"Destination\":\"c:\\\\w\",\"Mode\":\"\",\"RW\":"
        "true,\"Propagation\":\"\"}]}]",
        web->id, web->image_id, (long long)wcd_time_unix_s(web->created_100ns), status, settings);
    assert_string_equal(text, expected);
    free(expected);
    free(settings);
    free(status);
    free(text);
    wcd_json_free(nat);
    wcd_json_free(list);
    wcd_json_free(options);
    close_all(&l);
}

/* ---- inspect ---- */

static void what_inspect_says(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        struct wcd_json *json = NULL;
        open_four(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *web = life_get(&l, "web");
        assert_int_equal(wcd_daemon_inspect_container(l.daemon, "web", &json, &l.f->err), WCD_OK);
        struct wcd_strlist names = {0};
        for (const struct wcd_json *at = wcd_json_first(json); at != NULL; at = wcd_json_next(at)) {
            assert_true(wcd_strlist_add(&names, wcd_json_name(at)));
        }
        char *text = wcd_strlist_join(&names, " ");
        assert_string_equal(text, i == 0 ? "Id Created Path Args State Image ResolvConfPath "
                                           "HostnamePath HostsPath LogPath Name RestartCount "
                                           "Driver MountLabel ProcessLabel AppArmorProfile ExecIDs "
                                           "HostConfig GraphDriver Mounts Config NetworkSettings"
                                         : "Id Created Path Args State Image ResolvConfPath "
                                           "HostnamePath HostsPath LogPath Name RestartCount "
                                           "Driver Platform MountLabel ProcessLabel "
                                           "AppArmorProfile ExecIDs HostConfig GraphDriver Mounts "
                                           "Config NetworkSettings");
        free(text);
        wcd_strlist_release(&names);
        assert_string_equal(wcd_json_string(wcd_json_at(json, "/State/Status")), "running");
        assert_string_equal(wcd_json_string(wcd_json_at(json, "/LogPath")), web->log_path);
        assert_string_equal(wcd_json_string(wcd_json_at(json, "/HostConfig/Isolation")), "process");
        assert_string_equal(wcd_json_string(wcd_json_at(json, "/HostConfig/NetworkMode")),
                            "default");
        assert_string_equal(wcd_json_string(wcd_json_at(json, "/HostConfig/LogConfig/Type")),
                            "json-file");
        assert_string_equal(
            wcd_json_string(wcd_json_at(json, "/HostConfig/PortBindings/80~1tcp/0/HostPort")),
            "8080");
        assert_string_equal(wcd_json_string(wcd_json_at(json, "/Config/Labels/tier")), "front");
        assert_true(wcd_json_is(wcd_json_at(json, "/ExecIDs"), WCD_JSON_NULL));
        const char *dir = wcd_json_string(wcd_json_at(json, "/GraphDriver/Data/dir"));
        assert_true(wcd_text_has_prefix(dir, DAEMON_HOME "\\"));
        wcd_json_free(json);
        assert_int_equal(wcd_daemon_inspect_container(l.daemon, "nobody", &json, &l.f->err),
                         WCD_E_NOT_FOUND);
        assert_says(&l, WCD_E_NOT_FOUND, "No such container: nobody");
        close_all(&l);
    }
}

/* ---- rename ---- */

static void a_container_gets_another_name(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_four(&l, *state, (enum wcd_engine)i);
        assert_int_equal(wcd_daemon_rename_container(l.daemon, "web", "front", &l.f->err), WCD_OK);
        assert_string_equal(life_get(&l, "front")->name, "/front");
        const struct wcd_json *event = NULL;
        for (const struct wcd_json *at = wcd_json_first(wcd_daemon_events(l.daemon)); at != NULL;
             at = wcd_json_next(at)) {
            event = at;
        }
        assert_string_equal(wcd_json_string(wcd_json_get(event, "Action")), "rename");
        assert_string_equal(wcd_json_string(wcd_json_at(event, "/Actor/Attributes/oldName")),
                            "/web");
        assert_string_equal(wcd_json_string(wcd_json_at(event, "/Actor/Attributes/name")), "front");
        /* It is on disk. */
        life_assert_state(&l, "front", "running");
        assert_int_equal(wcd_daemon_rename_container(l.daemon, "front", "/web", &l.f->err), WCD_OK);
        close_all(&l);
    }
}

static void names_that_cannot_be_had(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        enum wcd_errc wrong = i == 0 ? WCD_E_PLAIN : WCD_E_INVALID_PARAMETER;
        open_four(&l, *state, (enum wcd_engine)i);
        const struct {
            const char *from;
            const char *to;
            enum wcd_errc code;
            const char *message; /* NULL: the conflict */
        } cases[] = {
            {"", "a", wrong, "Neither old nor new names may be empty"},
            {"web", "", wrong, "Neither old nor new names may be empty"},
            {"nobody", "a", WCD_E_NOT_FOUND, "No such container: nobody"},
            {"web", "web", wrong, "Renaming a container with the same name as its current name"},
            {"web", "/web", wrong, "Renaming a container with the same name as its current name"},
            {"web", "a b", wrong,
             "Error when allocating new name: Invalid container name (/a b), only "
             "[a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"},
            {"web", "vm", i == 0 ? WCD_E_PLAIN : WCD_E_CONFLICT, NULL},
        };
        for (size_t c = 0; c < COUNT_OF(cases); c++) {
            const char *quote = i == 0 ? "" : "\"";
            char *conflict = wcd_text_format(
                "Error when allocating new name: Conflict. The container name \"/vm\" is already "
                "in use by container %s%s%s. You have to remove (or rename) that container to be "
                "able to reuse that name.",
                quote, life_get(&l, "vm")->id, quote);
            (void)wcd_daemon_rename_container(l.daemon, cases[c].from, cases[c].to, &l.f->err);
            assert_says(&l, cases[c].code, cases[c].message == NULL ? conflict : cases[c].message);
            free(conflict);
        }
        close_all(&l);
    }
}

/* ---- update ---- */

static enum wcd_errc update(struct life *l, const char *name, const char *config)
{
    struct wcd_strlist warnings = {0};
    struct wcd_json *json = life_json(config);
    enum wcd_errc code = wcd_daemon_update_container(l->daemon, name, json, &warnings, &l->f->err);
    wcd_json_free(json);
    wcd_strlist_release(&warnings);
    return code;
}

static void the_restart_policy_can_be_changed(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        open_four(&l, *state, (enum wcd_engine)i);
        assert_int_equal(
            update(&l, "web",
                   "{\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":2}}"),
            WCD_OK);
        const struct wcd_container *web = life_get(&l, "web");
        assert_string_equal(web->host_config.restart_policy, "on-failure");
        assert_int_equal(web->host_config.restart_retries_max, 2);
        assert_int_equal(update(&l, "new", "{\"Devices\":[]}"), WCD_OK);
        const struct wcd_json *event = NULL;
        for (const struct wcd_json *at = wcd_json_first(wcd_daemon_events(l.daemon)); at != NULL;
             at = wcd_json_next(at)) {
            event = at;
        }
        assert_string_equal(wcd_json_string(wcd_json_get(event, "Action")), "update");
        struct wcd_container *on_disk = NULL;
        assert_int_equal(wcd_container_load(&on_disk, DAEMON_ROOT "\\containers", web->id,
                                            &l.f->platform, l.f->engine, &l.f->err),
                         WCD_OK);
        assert_string_equal(on_disk->host_config.restart_policy, "on-failure");
        wcd_container_free(on_disk);
        close_all(&l);
    }
}

static void updates_that_are_refused(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct life l;
        life_open(&l, *state, (enum wcd_engine)i);
        const struct wcd_container *brief = life_create_as(
            &l, "brief", "{\"Image\":\"app\",\"Cmd\":[\"serve\"]}", "{\"AutoRemove\":true}");
        const struct wcd_container *web =
            life_create_as(&l, "web", "{\"Image\":\"app\",\"Cmd\":[\"serve\"]}", "{}");
        assert_int_equal(update(&l, "nobody", "{}"), WCD_E_NOT_FOUND);
        assert_says(&l, WCD_E_NOT_FOUND, "No such container: nobody");
        char *message =
            wcd_text_format("Cannot update container %s: %s updating isn't supported on "
                            "Windows",
                            web->id, i == 0 ? "Resource" : "resource");
        assert_int_not_equal(update(&l, "web", "{\"Memory\":1000000000}"), WCD_OK);
        assert_says(&l, WCD_E_PLAIN, message);
        free(message);
        message = wcd_text_format("Cannot update container %s: Restart policy cannot be updated "
                                  "because AutoRemove is enabled for the container",
                                  brief->id);
        assert_int_not_equal(update(&l, "brief", "{\"RestartPolicy\":{\"Name\":\"always\"}}"),
                             WCD_OK);
        assert_says(&l, WCD_E_PLAIN, message);
        free(message);
        assert_int_not_equal(update(&l, "web", "{\"RestartPolicy\":{\"Name\":\"often\"}}"), WCD_OK);
        wcd_error_release(&l.f->err);
        assert_int_equal(update(&l, "brief", "{\"RestartPolicy\":{\"Name\":\"no\"}}"), WCD_OK);
        close_all(&l);
    }
}

/* ---- memory ---- */

static enum wcd_errc ask_everything(struct life *l, const struct wcd_json *options,
                                    const struct wcd_json *changes)
{
    struct wcd_json *answers[2] = {NULL, NULL};
    struct wcd_strlist warnings = {0};
    struct wcd_error *err = &l->f->err;
    enum wcd_errc code = wcd_daemon_list_containers(l->daemon, options, &answers[0], err);
    if (code == WCD_OK) {
        code = wcd_daemon_inspect_container(l->daemon, "web", &answers[1], err);
    }
    if (code == WCD_OK) {
        code = wcd_daemon_rename_container(l->daemon, "web", "front", err);
    }
    if (code == WCD_OK) {
        code = wcd_daemon_update_container(l->daemon, "front", changes, &warnings, err);
    }
    wcd_strlist_release(&warnings);
    wcd_json_free(answers[0]);
    wcd_json_free(answers[1]);
    return code;
}

static void every_allocation_can_fail(void **state)
{
    struct life l;
    struct wcd_json *options = life_json(
        FILTER("\"isolation\":[\"hyperv\",\"process\"],\"ancestor\":[\"app\"],\"publish\":"
               "[\"8080\"],\"expose\":[\"1-100\"],\"is-task\":[\"false\"]"));
    struct wcd_json *changes = life_json("{\"RestartPolicy\":{\"Name\":\"always\"}}");
    open_four(&l, *state, WCD_ENGINE_V25);
    for (size_t n = 1;; n++) {
        alloc_fail_after(n);
        enum wcd_errc code = ask_everything(&l, options, changes);
        bool fired = alloc_fail_off();
        assert_true(fired || code == WCD_OK);
        wcd_error_release(&l.f->err);
        struct wcd_error err = WCD_ERROR_INIT;
        (void)wcd_daemon_rename_container(l.daemon, "front", "web", &err);
        wcd_error_release(&err);
        if (!fired) {
            break;
        }
    }
    wcd_json_free(changes);
    wcd_json_free(options);
    close_all(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(containers_are_listed_the_newest_first),
        layer_test(filters_choose),
        layer_test(filters_that_are_refused),
        layer_test(a_row_of_the_list),
        layer_test(what_inspect_says),
        layer_test(a_container_gets_another_name),
        layer_test(names_that_cannot_be_had),
        layer_test(the_restart_policy_can_be_changed),
        layer_test(updates_that_are_refused),
        layer_test(every_allocation_can_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
