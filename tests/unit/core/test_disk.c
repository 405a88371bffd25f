/* core/container: a container on disk, and the documents of its configurations. */
#include "core/container/config.h"
#include "core/container/create.h"
#include "core/container/disk.h"
#include "core/files/files.h"
#include "tests/unit/core/layer_fixture.h"

#define FOLDER LAYER_ROOT "\\containers"
#define CONFIG FOLDER "\\" LAYER_BOX "\\config.v2.json"
#define HOST   FOLDER "\\" LAYER_BOX "\\hostconfig.json"

static struct wcd_json *parse(const char *text)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *json = wcd_json_parse(text, strlen(text), &fault);
    if (json == NULL) {
        fail_msg("%s: %s", fault.reason, text);
    }
    return json;
}

static void assert_document(struct wcd_json *document, const char *expected)
{
    char *text = wcd_json_print(document);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
    wcd_json_free(document);
}

/* ---- host configurations ---- */

#define TAIL_V25                                                                                     \
    "\"CapAdd\":null,\"CapDrop\":null,\"CgroupnsMode\":\"\",\"Dns\":[\"1.1.1.1\"],\"DnsOptions\":"   \
    "null,\"DnsSearch\":null,\"ExtraHosts\":null,\"GroupAdd\":null,\"IpcMode\":\"\",\"Cgroup\":\"\"" \
    ",\"Links\":null,\"OomScoreAdj\":0,\"PidMode\":\"\",\"Privileged\":false,\"PublishAllPorts\":"   \
    "true,\"ReadonlyRootfs\":false,\"SecurityOpt\":[],\"StorageOpt\":{\"size\":\"20G\"},\"UTSMode\"" \
    ":\"\",\"UsernsMode\":\"\",\"ShmSize\":0,\"Runtime\":\"r\",\"Isolation\":\"hyperv\","            \
    "\"CpuShares\":0,\"Memory\":42,\"NanoCpus\":0,\"CgroupParent\":\"\",\"BlkioWeight\":0,"          \
    "\"BlkioWeightDevice\":null,\"BlkioDeviceReadBps\":null,\"BlkioDeviceWriteBps\":null,"           \
    "\"BlkioDeviceReadIOps\":null,\"BlkioDeviceWriteIOps\":null,\"CpuPeriod\":0,\"CpuQuota\":0,"     \
    "\"CpuRealtimePeriod\":0,\"CpuRealtimeRuntime\":0,\"CpusetCpus\":\"\",\"CpusetMems\":\"\","      \
    "\"Devices\":[],\"DeviceCgroupRules\":null,\"DeviceRequests\":null,\"MemoryReservation\":0,"     \
    "\"MemorySwap\":0,\"MemorySwappiness\":null,\"OomKillDisable\":null,\"PidsLimit\":null,"         \
    "\"Ulimits\":null,\"CpuCount\":0,\"CpuPercent\":0,\"IOMaximumIOps\":0,\"IOMaximumBandwidth\":"   \
    "0,\"MaskedPaths\":null,\"ReadonlyPaths\":null}"

#define HEAD                                                                                       \
    "{\"Binds\":[\"c:\\\\a:c:\\\\b\"],\"ContainerIDFile\":\"f\",\"LogConfig\":{\"Type\":\"none\"," \
    "\"Config\":{\"a\":\"1\",\"b\":\"2\"}},\"NetworkMode\":\"nat\",\"PortBindings\":{\"80/tcp\":"  \
    "[{\"HostIp\":\"\",\"HostPort\":\"8080\"}]},\"RestartPolicy\":{\"Name\":\"on-failure\","       \
    "\"MaximumRetryCount\":3},\"AutoRemove\":true,\"VolumeDriver\":\"\",\"VolumesFrom\":null,"

#define HOST_V25 HEAD "\"ConsoleSize\":[24,80],\"Annotations\":{\"x\":\"y\"}," TAIL_V25

static void a_host_configuration_comes_back_whole(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_json *json = parse(HOST_V25);
    struct wcd_host_config config;
    assert_int_equal(wcd_host_config_from_json(&config, json, f->engine, &f->err), WCD_OK);
    assert_string_equal(config.log_driver, "none");
    assert_document(wcd_host_config_to_json(&config, f->engine), HOST_V25);
    for (size_t n = 1;; n++) {
        struct wcd_host_config again;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_host_config_from_json(&again, json, f->engine, &f->err);
        struct wcd_json *document =
            code == WCD_OK ? wcd_host_config_to_json(&again, f->engine) : NULL;
        bool fired = alloc_fail_off();
        assert_int_equal(fired, document == NULL);
        wcd_json_free(document);
        wcd_error_release(&f->err);
        wcd_host_config_release(&again);
        if (!fired) {
            break;
        }
    }
    wcd_host_config_release(&config);
    wcd_json_free(json);
}

static void what_2017_writes_of_a_host_configuration(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_json *json = parse("{\"PidsLimit\":7,\"ConsoleSize\":[1,2],\"InitPath\":\"p\","
                                  "\"MaskedPaths\":[\"not of 2017\"]}");
    struct wcd_host_config config;
    const struct engine_rules *v17 = engine_rules_find("v17");
    assert_int_equal(wcd_host_config_from_json(&config, json, v17, &f->err), WCD_OK);
    struct wcd_json *document = wcd_host_config_to_json(&config, v17);
    assert_null(wcd_json_get(document, "MaskedPaths"));
    assert_null(wcd_json_get(document, "CgroupnsMode"));
    assert_null(wcd_json_get(document, "Annotations"));
    assert_string_equal(wcd_json_literal(wcd_json_get(document, "PidsLimit")), "7");
    assert_string_equal(wcd_json_literal(wcd_json_get(document, "DiskQuota")), "0");
    assert_string_equal(wcd_json_string(wcd_json_get(document, "InitPath")), "p");
    wcd_json_free(document);
    wcd_host_config_release(&config);
    wcd_json_free(json);
}

static void members_that_nobody_looks_at_have_types_all_the_same(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"{\"Dns\":\"1.1.1.1\"}", "json: cannot unmarshal string into Go struct field "
                                  "HostConfig.Dns of type []string"},
        {"{\"Dns\":[1]}",
         "json: cannot unmarshal number into Go struct field HostConfig.Dns of type string"},
        {"{\"ShmSize\":1.5}",
         "json: cannot unmarshal number 1.5 into Go struct field HostConfig.ShmSize of type int64"},
        {"{\"Tmpfs\":{\"a\":1}}",
         "json: cannot unmarshal number into Go struct field HostConfig.Tmpfs of type string"},
        {"{\"LogConfig\":1}", "json: cannot unmarshal number into Go struct field "
                              "HostConfig.LogConfig of type container.LogConfig"},
        {"{\"LogConfig\":{\"Type\":1}}",
         "json: cannot unmarshal number into Go struct field HostConfig.Type of type string"},
        {"{\"LogConfig\":{\"Config\":[]}}", "json: cannot unmarshal array into Go struct field "
                                            "HostConfig.LogConfig.Config of type "
                                            "map[string]string"},
        {"{\"LogConfig\":{\"Config\":{\"a\":1}}}", "json: cannot unmarshal number into Go struct "
                                                   "field HostConfig.LogConfig.Config of type "
                                                   "string"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_host_config config;
        struct wcd_json *json = parse(cases[i].text);
        assert_int_equal(wcd_host_config_from_json(&config, json, f->engine, &f->err),
                         WCD_E_INVALID_PARAMETER);
        assert_string_equal(wcd_error_message(&f->err), cases[i].message);
        wcd_error_release(&f->err);
        wcd_json_free(json);
    }
}

/* ---- log drivers ---- */

static const char *no_option(const void *ctx, const char *name)
{
    (void)ctx;
    (void)name;
    return NULL;
}

static const char *some_option(const void *ctx, const char *name)
{
    (void)ctx;
    return strcmp(name, "max-size") == 0 ? "10m" : NULL;
}

static void a_container_has_the_daemons_log_driver(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        const char *engine;
        const char *own;
        const char *daemons;
        const char *expected; /* LogConfig, or the error */
    } cases[] = {
        {"v25", "{}", NULL, "{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"10m\"}}"},
        {"v25", "{\"Config\":{\"max-size\":\"1k\"}}", "json-file",
         "{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"1k\"}}"},
        {"v25", "{\"Type\":\"none\"}", NULL, "{\"Type\":\"none\",\"Config\":{}}"},
        {"v25", "{}", "none", "{\"Type\":\"none\",\"Config\":{\"max-size\":\"10m\"}}"},
        {"v25", "{\"Type\":\"local\"}", NULL, "{\"Type\":\"local\",\"Config\":{}}"},
        {"v17", "{\"Type\":\"local\"}", NULL, "logger: no log driver named 'local' is registered"},
        {"v25", "{\"Type\":\"journald\"}", NULL,
         "logger: no log driver named 'journald' is registered"},
        {"v25", "{\"Config\":{\"size\":\"1\"}}", NULL,
         "unknown log opt 'size' for json-file log driver"},
        {"v17", "{\"Config\":{\"mode\":\"blocking\"}}", NULL,
         "unknown log opt 'mode' for json-file log driver"},
        {"v25", "{\"Type\":\"etwlogs\",\"Config\":{\"any\":\"1\"}}", NULL,
         "{\"Type\":\"etwlogs\",\"Config\":{\"any\":\"1\"}}"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_host_config config;
        const struct engine_rules *engine = engine_rules_find(cases[i].engine);
        char *text = wcd_text_format("{\"LogConfig\":%s}", cases[i].own);
        struct wcd_json *json = parse(text);
        struct wcd_log_defaults defaults = {.driver = cases[i].daemons, .option = some_option};
        assert_int_equal(wcd_host_config_from_json(&config, json, engine, &f->err), WCD_OK);
        enum wcd_errc code = wcd_log_config_merge(&config, &defaults, engine, &f->err);
        if (code == WCD_OK) {
            struct wcd_json *document = wcd_host_config_to_json(&config, engine);
            assert_document(wcd_json_copy(wcd_json_get(document, "LogConfig")), cases[i].expected);
            wcd_json_free(document);
        } else {
            assert_string_equal(wcd_error_message(&f->err), cases[i].expected);
            assert_int_equal(code, engine->verify_error_class);
        }
        wcd_error_release(&f->err);
        wcd_host_config_release(&config);
        wcd_json_free(json);
        free(text);
    }
}

static void the_log_drivers_allocations_can_fail(void **state)
{
    struct layer_fixture *f = *state;
    for (size_t n = 1;; n++) {
        struct wcd_host_config config = {0};
        struct wcd_log_defaults defaults = {.option = n % 2 == 0 ? no_option : some_option};
        alloc_fail_after(n / 2 + 1);
        enum wcd_errc code = wcd_log_config_merge(&config, &defaults, f->engine, &f->err);
        bool fired = alloc_fail_off();
        assert_int_equal(code, fired ? WCD_E_NO_MEMORY : WCD_OK);
        wcd_error_release(&f->err);
        wcd_host_config_release(&config);
        if (!fired && n % 2 == 1) {
            break;
        }
    }
}

/* ---- configurations ---- */

#define CONFIG_TEXT                                                                                \
    "{\"Hostname\":\"h\",\"Domainname\":\"\",\"User\":\"u\",\"AttachStdin\":false,"                \
    "\"AttachStdout\":true,\"AttachStderr\":true,\"ExposedPorts\":{\"443/tcp\":{},\"80/tcp\":{}}," \
    "\"Tty\":false,\"OpenStdin\":true,\"StdinOnce\":true,\"Env\":[\"A=1\"],\"Cmd\":[\"c\"],"       \
    "\"Healthcheck\":{\"Test\":[\"CMD\",\"x\"],\"Interval\":1000000,\"Timeout\":2000000,"          \
    "\"StartPeriod\":3000000,\"StartInterval\":4000000,\"Retries\":2},\"ArgsEscaped\":true,"       \
    "\"Image\":\"i\",\"Volumes\":{\"c:\\\\v\":{}},\"WorkingDir\":\"w\",\"Entrypoint\":null,"       \
    "\"NetworkDisabled\":true,\"MacAddress\":\"m\",\"OnBuild\":null,\"Labels\":{\"a\":\"1\","      \
    "\"b\":\"\"},\"StopSignal\":\"SIGTERM\",\"StopTimeout\":0,\"Shell\":[\"pwsh\"]}"

static void a_configuration_comes_back_whole(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_json *json = parse(CONFIG_TEXT);
    struct wcd_container_config config;
    assert_int_equal(wcd_container_config_from_json(&config, json, &f->err), WCD_OK);
    assert_true(config.stop_timeout_s.present);
    assert_int_equal(config.health_check.retries, 2);
    assert_document(wcd_container_config_to_json(&config), CONFIG_TEXT);
    for (size_t n = 1;; n++) {
        struct wcd_container_config again;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_container_config_from_json(&again, json, &f->err);
        struct wcd_json *document = code == WCD_OK ? wcd_container_config_to_json(&again) : NULL;
        bool fired = alloc_fail_off();
        assert_int_equal(fired, document == NULL);
        wcd_json_free(document);
        wcd_error_release(&f->err);
        wcd_container_config_release(&again);
        if (!fired) {
            break;
        }
    }
    wcd_container_config_release(&config);
    wcd_json_free(json);
}

static void maps_and_times_of_the_wrong_type(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"{\"Labels\":[\"a=1\"]}", "json: cannot unmarshal array into Go struct field "
                                   "Config.Labels of type map[string]string"},
        {"{\"Labels\":{\"a\":1}}",
         "json: cannot unmarshal number into Go struct field Config.Labels of type string"},
        {"{\"ExposedPorts\":{\"80\":1}}", "json: cannot unmarshal number into Go struct field "
                                          "Config.ExposedPorts of type struct {}"},
        {"{\"Volumes\":1}", "json: cannot unmarshal number into Go struct field Config.Volumes of "
                            "type map[string]struct {}"},
        {"{\"StopTimeout\":\"1\"}",
         "json: cannot unmarshal string into Go struct field Config.StopTimeout of type int"},
        {"{\"Healthcheck\":1}", "json: cannot unmarshal number into Go value of type HealthConfig"},
        {"{\"Healthcheck\":{\"Test\":1}}", "json: cannot unmarshal number into Go struct field "
                                           "HealthConfig.Test of type []string"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_container_config config;
        struct wcd_json *json = parse(cases[i].text);
        assert_int_equal(wcd_container_config_from_json(&config, json, &f->err),
                         WCD_E_INVALID_PARAMETER);
        assert_string_equal(wcd_error_message(&f->err), cases[i].message);
        wcd_error_release(&f->err);
        wcd_json_free(json);
    }
}

static void health_checks_are_judged(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        struct wcd_health_check check;
        const char *v17;
        const char *v25;
    } cases[] = {
        {{.interval_ns = 0}, "", ""},
        {{.interval_ns = 999999},
         "Interval in Healthcheck cannot be less than one second",
         "Interval in Healthcheck cannot be less than 1ms"},
        {{.timeout_ns = 1000000}, "Timeout in Healthcheck cannot be less than one second", ""},
        {{.timeout_ns = -1},
         "Timeout in Healthcheck cannot be less than one second",
         "Timeout in Healthcheck cannot be less than 1ms"},
        {{.retries = -1},
         "Retries in Healthcheck cannot be negative",
         "Retries in Healthcheck cannot be negative"},
        {{.start_period_ns = 1}, "", "StartPeriod in Healthcheck cannot be less than 1ms"},
        {{.start_interval_ns = 1}, "", "StartInterval in Healthcheck cannot be less than 1ms"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_container_config config = {.health_check = cases[i].check};
        (void)wcd_container_config_verify(&config, engine_rules_find("v17"), &f->err);
        assert_string_equal(wcd_error_message(&f->err), cases[i].v17);
        wcd_error_release(&f->err);
        (void)wcd_container_config_verify(&config, engine_rules_find("v25"), &f->err);
        assert_string_equal(wcd_error_message(&f->err), cases[i].v25);
        wcd_error_release(&f->err);
    }
}

#define IMAGE                                                                                      \
    "{\"Cmd\":[\"i\"],\"Labels\":{\"a\":\"image\",\"c\":\"3\"},\"ExposedPorts\":{\"1/udp\":{}},"   \
    "\"Volumes\":{\"d:\":{}},\"StopSignal\":\"9\",\"Healthcheck\":{\"Test\":[\"CMD\",\"i\"],"      \
    "\"Interval\":5,\"Retries\":7}}"

static void check_merge(const char *own, const char *expected)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct wcd_json *json = parse(own);
    struct wcd_json *image_json = parse(IMAGE);
    struct wcd_container_config config;
    struct wcd_container_config image;
    assert_int_equal(wcd_container_config_from_json(&image, image_json, &err), WCD_OK);
    assert_int_equal(wcd_container_config_from_json(&config, json, &err), WCD_OK);
    assert_int_equal(wcd_container_config_merge(&config, &image, &err), WCD_OK);
    struct wcd_json *merged = wcd_container_config_to_json(&config);
    struct wcd_json *wanted = parse(expected);
    for (const struct wcd_json *at = wcd_json_first(wanted); at != NULL; at = wcd_json_next(at)) {
        const struct wcd_json *got = wcd_json_get(merged, wcd_json_name(at));
        if (got == NULL || !wcd_json_equal(at, got)) {
            fail_msg("%s: %s", wcd_json_name(at), wcd_json_print(merged));
        }
    }
    wcd_json_free(wanted);
    wcd_json_free(merged);
    wcd_container_config_release(&config);
    wcd_container_config_release(&image);
    wcd_json_free(json);
    wcd_json_free(image_json);
}

static void an_image_fills_what_the_container_leaves_open(void **state)
{
    (void)state;
    check_merge("{}", IMAGE);
    check_merge("{\"Labels\":{\"a\":\"own\",\"b\":\"2\"},\"ExposedPorts\":{\"2/tcp\":{}},"
                "\"StopSignal\":\"15\",\"Healthcheck\":{\"Test\":[\"NONE\"],\"Timeout\":6}}",
                "{\"Labels\":{\"a\":\"own\",\"b\":\"2\",\"c\":\"3\"},\"ExposedPorts\":{\"2/tcp\":"
                "{},\"1/udp\":{}},\"StopSignal\":\"15\",\"Healthcheck\":{\"Test\":[\"NONE\"],"
                "\"Interval\":5,\"Timeout\":6,\"Retries\":7}}");
}

/* ---- the files ---- */

static struct wcd_container *make_container(struct layer_fixture *f)
{
    struct wcd_container_config config;
    struct wcd_host_config host;
    struct wcd_container *container = NULL;
    struct wcd_json *json = parse(CONFIG_TEXT);
    struct wcd_json *host_json = parse("{\"Binds\":[\"c:\\\\Windows:c:\\\\w:ro\","
                                       "\"\\\\\\\\.\\\\pipe\\\\p:\\\\\\\\.\\\\pipe\\\\q\"]}");
    struct wcd_json *endpoints =
        parse("[{\"network\":\"nat\",\"hnsid\":\"e1\",\"unqualified dns\":true}]");
    struct wcd_json *secrets = parse("[{\"id\":\"s1\",\"name\":\"key\",\"file\":\"key.txt\"}]");
    const struct wcd_container_names names = {
        .name = "web", .image_id = LAYER_DIFF_A, .root = FOLDER};
    assert_int_equal(wcd_container_config_from_json(&config, json, &f->err), WCD_OK);
    assert_int_equal(wcd_host_config_from_json(&host, host_json, f->engine, &f->err), WCD_OK);
    assert_int_equal(wcd_container_new(&container, &f->platform, &names, &config, &host, &f->err),
                     WCD_OK);
    assert_int_equal(wcd_container_read_endpoints(&container->endpoints, endpoints, &f->err),
                     WCD_OK);
    container->endpoints_given = true;
    assert_int_equal(wcd_container_read_references(&container->secrets, secrets, &f->err), WCD_OK);
    container->secrets.items[0].mode = 0444;
    wcd_text_replace(&container->id, wcd_text_copy(LAYER_BOX));
    wcd_text_replace(&container->root, wcd_text_copy(FOLDER "\\" LAYER_BOX));
    container->restart_count = 2;
    container->has_been_started_before = true;
    container->log_path = wcd_text_copy("the log");
    wcd_container_state_set_running(&container->state, 7, container->created_100ns);
    assert_int_equal(wcd_files_make_all(&f->platform, container->root, &f->err), WCD_OK);
    wcd_json_free(secrets);
    wcd_json_free(endpoints);
    wcd_json_free(host_json);
    wcd_json_free(json);
    return container;
}

static enum wcd_errc load(struct layer_fixture *f, struct wcd_container **out)
{
    return wcd_container_load(out, FOLDER, LAYER_BOX, &f->platform, f->engine, &f->err);
}

static void a_container_is_read_back(void **state)
{
    struct layer_fixture *f = *state;
    for (int generation = 0; generation < 2; generation++) {
        f->engine = engine_rules_of((enum wcd_engine)generation);
        struct wcd_container *container = make_container(f);
        struct wcd_container *back = NULL;
        assert_int_equal(wcd_container_save(container, &f->platform, f->engine, &f->err), WCD_OK);
        assert_int_equal(load(f, &back), WCD_OK);
        struct wcd_json *first = wcd_container_to_json(container, f->engine);
        struct wcd_json *second = wcd_container_to_json(back, f->engine);
        assert_true(wcd_json_equal(first, second));
        assert_string_equal(back->root, container->root);
        assert_int_equal(back->mounts.count, 2);
        assert_string_equal(wcd_container_mount_type(&back->mounts.items[0]), "bind");
        assert_false(back->mounts.items[0].writable);
        assert_string_equal(wcd_container_mount_type(&back->mounts.items[1]), "npipe");
        assert_string_equal(back->endpoints.items[0].hns_id, "e1");
        assert_string_equal(back->secrets.items[0].file_name, "key.txt");
        assert_int_equal(back->secrets.items[0].mode, 0444);
        assert_string_equal(back->os, "windows");
        assert_true(back->host_config.dns_search.present);
        wcd_json_free(first);
        wcd_json_free(second);
        wcd_container_free(container);
        wcd_container_free(back);
    }
}

static void members_stand_in_the_originals_order(void **state)
{
    struct layer_fixture *f = *state;
    static const char *const expected[] = {
        "StreamConfig State ID Created Managed Path Args Config Image NetworkSettings LogPath Name "
        "Driver MountLabel ProcessLabel RestartCount HasBeenStartedBefore HasBeenManuallyStopped "
        "MountPoints SecretReferences Endpoints",
        "StreamConfig State ID Created Managed Path Args Config Image ImageManifest "
        "NetworkSettings LogPath Name Driver OS MountLabel ProcessLabel RestartCount "
        "HasBeenStartedBefore HasBeenManuallyStopped MountPoints SecretReferences "
        "ConfigReferences AppArmorProfile HostnamePath HostsPath ShmPath ResolvConfPath "
        "SeccompProfile NoNewPrivileges LocalLogCacheMeta Endpoints"};
    struct wcd_container *container = make_container(f);
    for (int generation = 0; generation < 2; generation++) {
        struct wcd_strlist names = {0};
        struct wcd_json *json =
            wcd_container_to_json(container, engine_rules_of((enum wcd_engine)generation));
        for (const struct wcd_json *at = wcd_json_first(json); at != NULL; at = wcd_json_next(at)) {
            assert_true(wcd_strlist_add(&names, wcd_json_name(at)));
        }
        char *text = wcd_strlist_join(&names, " ");
        assert_string_equal(text, expected[generation]);
        free(text);
        wcd_strlist_release(&names);
        wcd_json_free(json);
    }
    wcd_container_free(container);
}

static void damaged_files(void **state)
{
    struct layer_fixture *f = *state;
    static const struct {
        const char *config; /* NULL: none */
        const char *host;
        const char *message;
    } cases[] = {
        {NULL, NULL, "open " CONFIG ": The system cannot find the file specified."},
        {"", NULL, "EOF"},
        {"{\"ID\":", NULL, "unexpected EOF"},
        {"{]", NULL, "invalid character ']' looking for beginning of object key string"},
        {"[]", NULL, "json: cannot unmarshal array into Go value of type Container"},
        {"{\"ID\":\"other\"}", NULL, "Container other is stored at " LAYER_BOX},
        {"{}", NULL, "Container  is stored at " LAYER_BOX},
        {"{\"ID\":5}", NULL,
         "json: cannot unmarshal number into Go struct field Container.ID of type string"},
        {"{\"Config\":[]}", NULL, "json: cannot unmarshal array into Go value of type Config"},
        {"{\"State\":5}", NULL, "json: cannot unmarshal number into Go value of type State"},
        {"{\"MountPoints\":[]}", NULL,
         "json: cannot unmarshal array into Go struct field "
         "Container.MountPoints of type "
         "map[string]*mounts.MountPoint"},
        {"{\"MountPoints\":{\"c:\\\\x\":{\"RW\":1}}}", NULL,
         "json: cannot unmarshal number into Go struct field MountPoint.RW of type bool"},
        {"{\"SecretReferences\":{}}", NULL,
         "json: cannot unmarshal object into Go struct field "
         "Container.SecretReferences of type "
         "[]*swarm.SecretReference"},
        {"{\"ConfigReferences\":[{\"ConfigID\":1}]}", NULL,
         "json: cannot unmarshal number into Go struct field ConfigReference.ConfigID of type "
         "string"},
        {"{\"NetworkSettings\":1}", NULL,
         "json: cannot unmarshal number into Go struct field "
         "Container.NetworkSettings of type network.Settings"},
        {"{\"ID\":\"" LAYER_BOX "\"}", "{\"Dns\":1}",
         "json: cannot unmarshal number into Go struct field HostConfig.Dns of type []string"},
        {"{\"ID\":\"" LAYER_BOX "\"}", "nil",
         "invalid character 'i' in literal null (expecting 'u')"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wcd_container *container = NULL;
        layer_new_host(f, WCD_ENGINE_V25);
        assert_int_equal(wcd_files_make_all(&f->platform, FOLDER "\\" LAYER_BOX, &f->err), WCD_OK);
        if (cases[i].config != NULL) {
            layer_put(f, CONFIG, cases[i].config);
        }
        if (cases[i].host != NULL) {
            layer_put(f, HOST, cases[i].host);
        }
        assert_int_not_equal(load(f, &container), WCD_OK);
        assert_string_equal(wcd_error_message(&f->err), cases[i].message);
        assert_null(container);
        wcd_error_release(&f->err);
    }
}

static void what_is_missing_is_made_up(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_container *container = NULL;
    assert_int_equal(wcd_files_make_all(&f->platform, FOLDER "\\" LAYER_BOX, &f->err), WCD_OK);
    layer_put(f, CONFIG, "{\"ID\":\"" LAYER_BOX "\",\"State\":null,\"More\":{}} and more");
    assert_int_equal(load(f, &container), WCD_OK);
    assert_string_equal(container->name, "/b0c500000000");
    assert_string_equal(wcd_container_state_name(&container->state), "created");
    assert_int_equal(container->mounts.count, 0);
    wcd_container_free(container);
    layer_put(f, CONFIG,
              "{\"ID\":\"" LAYER_BOX "\",\"Name\":\"bare\",\"OS\":\"linux\","
              "\"MountPoints\":{\"c:\\\\x\":{\"RW\":true},\"d:\":null}}");
    layer_put(f, HOST, "null");
    assert_int_equal(load(f, &container), WCD_OK);
    assert_string_equal(container->name, "/bare");
    assert_string_equal(container->os, "linux");
    assert_int_equal(container->mounts.count, 1);
    assert_string_equal(container->mounts.items[0].destination, "c:\\x");
    assert_string_equal(container->mounts.items[0].source, "");
    wcd_container_free(container);
}

static void a_file_that_cannot_be_written_keeps_the_old_one(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_container *container = make_container(f);
    assert_int_equal(wcd_container_save(container, &f->platform, f->engine, &f->err), WCD_OK);
    char *before = layer_tree(f, FOLDER);
    plat_handle held = PLAT_NO_HANDLE;
    assert_int_equal(f->platform.fs.ops->open(f->platform.fs.ctx, CONFIG ".tmp", PLAT_GENERIC_WRITE,
                                              PLAT_CREATE_ALWAYS, &held),
                     PLAT_S_OK);
    container->restart_count = 99;
    assert_int_not_equal(wcd_container_save(container, &f->platform, f->engine, &f->err), WCD_OK);
    assert_string_equal(wcd_error_message(&f->err),
                        "open " CONFIG ".tmp: The process cannot access the file because it is "
                        "being used by another process.");
    wcd_error_release(&f->err);
    assert_int_equal(f->platform.fs.ops->close(f->platform.fs.ctx, held), PLAT_S_OK);
    assert_int_equal(f->platform.fs.ops->remove_file(f->platform.fs.ctx, CONFIG ".tmp"), PLAT_S_OK);
    layer_assert_tree(f, FOLDER, before);
    free(before);
    wcd_container_free(container);
}

static void every_allocation_of_a_round_trip_can_fail(void **state)
{
    struct layer_fixture *f = *state;
    struct wcd_container *container = make_container(f);
    for (size_t n = 1;; n++) {
        struct wcd_container *back = NULL;
        alloc_fail_after(n);
        enum wcd_errc code = wcd_container_save(container, &f->platform, f->engine, &f->err);
        if (code == WCD_OK) {
            code = load(f, &back);
        }
        bool fired = alloc_fail_off();
        if (fired) {
            assert_int_not_equal(code, WCD_OK);
            assert_null(back);
        }
        wcd_container_free(back);
        wcd_error_release(&f->err);
        if (!fired) {
            assert_int_equal(code, WCD_OK);
            break;
        }
    }
    wcd_container_free(container);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        layer_test(a_host_configuration_comes_back_whole),
        layer_test(what_2017_writes_of_a_host_configuration),
        layer_test(members_that_nobody_looks_at_have_types_all_the_same),
        layer_test(a_container_has_the_daemons_log_driver),
        layer_test(the_log_drivers_allocations_can_fail),
        layer_test(a_configuration_comes_back_whole),
        layer_test(maps_and_times_of_the_wrong_type),
        layer_test(health_checks_are_judged),
        layer_test(an_image_fills_what_the_container_leaves_open),
        layer_test(a_container_is_read_back),
        layer_test(members_stand_in_the_originals_order),
        layer_test(damaged_files),
        layer_test(what_is_missing_is_made_up),
        layer_test(a_file_that_cannot_be_written_keeps_the_old_one),
        layer_test(every_allocation_of_a_round_trip_can_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
