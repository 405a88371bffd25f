/* `drydock host` in this process, over pipes in memory: what it refuses, what clients get, what it tells. */
#include "tests/run/pipes.h"
#include "tests/run/scratch.h"
#include "tests/run/shell.h"
#include "tests/support/cmocka.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "core/base/queue.h"
#include "core/base/text.h"
#include "core/json/json.h"
#include "fakes/host/host.h"
#include "scenarios/cli/host_report.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define PIPE "\\\\.\\pipe\\drydock"

#define WORDS_MAX 24u

#define LONG_NETWORKS 200u
#define LONG_NAME     400u

/* One run of the program: its words, its streams, and its thread where it serves. */
struct program {
    struct test_pipes *pipes;
    const char *name; /* of the files that it writes to */
    char *words[WORDS_MAX + 1];
    int count;
    struct cli cli;
    pthread_t thread;
    int code;
    char *out;
    char *err;
};

static FILE *open_for(const char *name, const char *what)
{
    char *file = wcd_text_format("%s.%s", name, what);
    FILE *opened = scratch_open(file);
    free(file);
    return opened;
}

static char *text_for(const char *name, const char *what)
{
    char *file = wcd_text_format("%s.%s", name, what);
    char *text = scratch_text(file);
    free(file);
    return text;
}

static void *run_program(void *arg)
{
    struct program *program = arg;
    program->code = drydock_main(program->count, program->words, &program->cli);
    return NULL;
}

/* Words between blanks. */
static void prepare(struct program *program, struct test_pipes *pipes, const char *name,
                    const char *line)
{
    *program = (struct program){.pipes = pipes, .name = name};
    program->words[program->count++] = wcd_text_copy("drydock");
    while (*(line += strspn(line, " ")) != '\0') {
        size_t len = strcspn(line, " ");
        assert_true((size_t)program->count < WORDS_MAX);
        program->words[program->count++] = wcd_text_copy_n(line, len);
        line += len;
    }
    program->cli = (struct cli){.out = open_for(name, "out"), .err = open_for(name, "err")};
    cli_attach(&program->cli);
    program->cli.host_machine = &pipes->machine;
}

static void collect(struct program *program)
{
    assert_int_equal(fclose(program->cli.out), 0);
    assert_int_equal(fclose(program->cli.err), 0);
    program->out = text_for(program->name, "out");
    program->err = text_for(program->name, "err");
    for (int i = 0; i < program->count; i++) {
        free(program->words[i]);
    }
}

static void release(struct program *program)
{
    free(program->out);
    free(program->err);
}

static void run(struct program *program, struct test_pipes *pipes, const char *line)
{
    prepare(program, pipes, "asked", line);
    (void)run_program(program);
    collect(program);
}

static void serve(struct program *program, struct test_pipes *pipes, const char *line)
{
    prepare(program, pipes, "served", line);
    assert_int_equal(pthread_create(&program->thread, NULL, run_program, program), 0);
    test_pipes_await_service(pipes);
}

static void join(struct program *program)
{
    assert_int_equal(pthread_join(program->thread, NULL), 0);
    collect(program);
}

static char *write_file(const char *name, const char *text)
{
    FILE *file = scratch_open(name);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return scratch_path(name);
}

static struct fake_remote *come(struct test_pipes *pipes, uint32_t process)
{
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_remote *remote = NULL;
    pipes->process = process;
    if (fake_remote_connect(&remote, test_pipes_connect(pipes, PIPE), &err) != WCD_OK) {
        fail_msg("%s", wcd_error_message(&err));
    }
    return remote;
}

static plat_hr hns(struct fake_remote *remote, const char *method, const char *path,
                   const char *object, char **response)
{
    struct platform platform = fake_remote_platform(remote);
    return platform.hns.ops->call(platform.hns.ctx, method, path, object, response);
}

/* ---- what it refuses ---- */

static void assert_refused(const char *line, int code, const char *err)
{
    struct test_pipes pipes;
    struct program program;
    test_pipes_init(&pipes);
    run(&program, &pipes, line);
    assert_string_equal(program.err, err);
    assert_string_equal(program.out, "");
    assert_int_equal(program.code, code);
    release(&program);
    test_pipes_release(&pipes);
}

static void bad_words_are_refused(void **state)
{
    (void)state;
    assert_refused("host", 2, "drydock host: which host? Name a file, or see --help\n");
    assert_refused("host a.yaml b.yaml", 2, "drydock host: one file describes the host\n");
    assert_refused("host a.yaml --os server-2018", 2,
                   "drydock host: --os: no emulated Windows is `server-2018`; did you mean "
                   "`server-2016`?\n");
    assert_refused("host --stop --report", 2, "drydock host: --stop prints the report anyway\n");
    assert_refused("host --stop a.yaml", 2, "drydock host: --stop and --report take no file\n");
    assert_refused("host --report", 3, "drydock host: no service is there\n");
    assert_refused("host --stop --pipe other", 3, "drydock host: no service is there\n");
}

static void a_bad_file_is_told_with_its_place(void **state)
{
    (void)state;
    char *path = write_file("bad.yaml", "host: { os: server-2020 }\n");
    char *line = wcd_text_format("host %s", path);
    char *told = wcd_text_format("%s:1:13: error: \"server-2020\" is not an emulated Windows "
                                 "version\n    1 | host: { os: server-2020 }\n      |             "
                                 "^~~~~~~~~~~\n  did you mean \"server-2022\"?\n",
                                 path);
    struct test_pipes pipes;
    struct program program;
    test_pipes_init(&pipes);
    run(&program, &pipes, line);
    assert_int_equal(program.code, 2);
    assert_non_null(strstr(program.err, ":1:13: error: \"server-2020\" is not"));
    release(&program);
    test_pipes_release(&pipes);
    free(told);
    free(line);
    free(path);
}

static void a_host_that_cannot_be_built_is_told(void **state)
{
    (void)state;
    char *path = write_file("host.yaml", "host: { hns: { endpoints: [{ network: none }] } }\n");
    char *line = wcd_text_format("host %s", path);
    struct test_pipes pipes;
    struct program program;
    test_pipes_init(&pipes);
    run(&program, &pipes, line);
    assert_int_equal(program.code, 2);
    assert_non_null(strstr(program.err, "host.yaml:1:"));
    assert_non_null(strstr(program.err, "a network that HNS has"));
    release(&program);
    test_pipes_release(&pipes);
    free(line);
    free(path);
}

static void a_pipe_that_is_taken_is_told(void **state)
{
    (void)state;
    char *path = write_file("host.yaml", "host: { os: server-2019 }\n");
    char *line = wcd_text_format("host %s", path);
    struct test_pipes pipes;
    struct program first;
    struct program second;
    test_pipes_init(&pipes);
    serve(&first, &pipes, line);
    run(&second, &pipes, line);
    assert_string_equal(second.err,
                        "drydock host: process 7 (other.exe) listens on " PIPE " already\n");
    assert_int_equal(second.code, 3);
    release(&second);
    test_pipes_interrupt(&pipes);
    join(&first);
    assert_string_equal(first.err, "");
    assert_int_equal(first.code, 0);
    release(&first);
    test_pipes_release(&pipes);
    free(line);
    free(path);
}

static void on_this_machine_it_says_where_it_runs(void **state)
{
    (void)state;
#ifdef TEST_HAS_PIPES
    skip();
#endif
    char *path = write_file("host.yaml", "host: { os: server-2019 }\n");
    char *line = wcd_text_format("host %s", path);
    struct shell shell;
    shell_run(&shell, line);
    assert_string_equal(shell.err,
                        "drydock host: named pipes are Windows' own; this needs the Windows build "
                        "of drydock, on Windows or under Wine\n");
    assert_int_equal(shell.code, 3);
    shell_release(&shell);
    free(line);
    free(path);
}

/* ---- what clients get ---- */

static void clients_share_a_host(void **state)
{
    (void)state;
    char *path =
        write_file("host.yaml", "host: { os: server-2022, hns: { networks: [{ name: lab }] } "
                                "}\n");
    char *trace = scratch_path("calls.jsonl");
    char *ready = scratch_path("ready");
    char *line = wcd_text_format("host %s --trace %s --ready-file %s", path, trace, ready);
    struct test_pipes pipes;
    struct program service;
    struct program asked;
    char *response = NULL;
    test_pipes_init(&pipes);
    serve(&service, &pipes, line);
    struct fake_remote *one = come(&pipes, 11);
    struct fake_remote *two = come(&pipes, 12);
    assert_int_equal(
        hns(one, "POST", "/networks/", "{\"Name\":\"mine\",\"Type\":\"nat\"}", &response),
        PLAT_S_OK);
    free(response);
    assert_int_equal(hns(two, "GET", "/networks/", "", &response), PLAT_S_OK);
    assert_non_null(strstr(response, "\"Name\":\"mine\""));
    assert_non_null(strstr(response, "\"Name\":\"lab\""));
    free(response);
    run(&asked, &pipes, "host --report");
    assert_string_equal(asked.err, "");
    assert_int_equal(asked.code, 0);
    assert_non_null(strstr(asked.out, "clients now: 2\n"));
    assert_non_null(strstr(asked.out, "  1  process 11 client.exe\n"));
    assert_non_null(strstr(asked.out, "networks: 2\n"));
    release(&asked);
    fake_remote_close(one);
    run(&asked, &pipes, "host --stop --json");
    assert_int_equal(asked.code, 0);
    struct wcd_json_fault fault;
    struct wcd_json *report = wcd_json_parse(asked.out, strlen(asked.out), &fault);
    assert_non_null(report);
    assert_int_equal(wcd_json_size(wcd_json_get(report, "networks")), 2);
    assert_int_equal(wcd_json_size(wcd_json_get(report, "clients")), 0);
    assert_int_equal(wcd_json_size(wcd_json_get(report, "misuse")), 0);
    assert_int_equal(wcd_json_size(wcd_json_get(report, "open")), 0);
    wcd_json_free(report);
    release(&asked);
    assert_int_equal(hns(two, "GET", "/networks/", "", &response),
                     plat_hr_win32(PLAT_RPC_S_SERVER_UNAVAILABLE));
    assert_null(response);
    assert_true(fake_remote_is_lost(two));
    fake_remote_close(two);
    join(&service);
    assert_string_equal(service.err, "");
    assert_true(wcd_text_has_prefix(service.out, "serving server-2022 on " PIPE "\n"));
    assert_int_equal(service.code, 0);
    char *calls = scratch_text("calls.jsonl");
    assert_non_null(strstr(calls, "\"process\":11,\"program\":\"client.exe\",\"seq\":"));
    assert_non_null(
        strstr(calls, "{\"client\":1,\"process\":11,\"program\":\"client.exe\",\"t_us\":"));
    assert_non_null(strstr(calls, "\"event\":\"leaves\"}"));
    free(calls);
    char *file = scratch_text("ready");
    assert_string_equal(file, PIPE "\n");
    free(file);
    release(&service);
    test_pipes_release(&pipes);
    free(line);
    free(ready);
    free(trace);
    free(path);
}

static void faults_hold_for_all(void **state)
{
    (void)state;
    char *path = write_file(
        "host.yaml", "faults:\n"
                     "  - fail call: { call: HNSCall, method: POST, path: '/networks/*', with: "
                     "access denied, nth: 2 }\n"
                     "  - delay call: { call: HNSCall, method: GET, by: 20ms }\n");
    char *line = wcd_text_format("host %s --os server-2019", path);
    struct test_pipes pipes;
    struct program service;
    char *response = NULL;
    const char *nat = "{\"Name\":\"a\",\"Type\":\"nat\"}";
    test_pipes_init(&pipes);
    serve(&service, &pipes, line);
    struct fake_remote *one = come(&pipes, 11);
    struct fake_remote *two = come(&pipes, 12);
    assert_int_equal(hns(one, "POST", "/networks/", nat, &response), PLAT_S_OK);
    free(response);
    assert_int_equal(hns(two, "POST", "/networks/", nat, &response),
                     plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
    free(response);
    assert_int_equal(hns(two, "GET", "/networks/", "", &response), PLAT_S_OK);
    free(response);
    fake_remote_close(one);
    fake_remote_close(two);
    test_pipes_interrupt(&pipes);
    join(&service);
    assert_string_equal(service.err, "");
    assert_int_equal(service.code, 0);
    assert_non_null(strstr(service.out, "serving server-2019"));
    release(&service);
    test_pipes_release(&pipes);
    free(line);
    free(path);
}

/* A virtual machine, registered by who goes without a word. */
static void make_and_go(struct test_pipes *pipes, struct wcd_queue *queue)
{
    static const char document[] =
        "{\"SchemaVersion\":{\"Major\":2,\"Minor\":1},\"VirtualMachine\":{\"ComputeTopology\":"
        "{\"Memory\":{\"SizeInMB\":1024}}}}";
    struct fake_remote *client = come(pipes, 11);
    const struct platform platform = fake_remote_platform(client);
    const struct plat_hcs *hcs = &platform.hcs;
    plat_handle system = PLAT_NO_HANDLE;
    plat_handle registration = PLAT_NO_HANDLE;
    char *result = NULL;
    assert_int_equal(hcs->ops->create_system(hcs->ctx, "vm", document, &system, &result),
                     PLAT_HCS_OPERATION_PENDING);
    assert_int_equal(
        hcs->ops->register_system(hcs->ctx, system, wcd_queue_sink(queue), 1, &registration),
        PLAT_S_OK);
    fake_remote_close(client);
}

static void await_no_clients(struct test_pipes *pipes)
{
    struct program asked;
    bool none = false;
    while (!none) {
        run(&asked, pipes, "host --report");
        none = strstr(asked.out, "clients now: none\n") != NULL;
        release(&asked);
    }
}

static void await_exit(struct fake_remote *client, struct wcd_queue *queue)
{
    struct plat_event event = {0};
    while (event.type != PLAT_HCS_SYSTEM_EXITED) {
        assert_false(fake_remote_is_lost(client));
        if (!wcd_queue_take(queue, &event)) {
            (void)fake_remote_settle(client);
            continue;
        }
        free(event.data);
    }
}

static void no_fault_is_for_what_a_client_leaves_behind(void **state)
{
    (void)state;
    char *path = write_file(
        "host.yaml",
        "host: { hyper-v: yes }\n"
        "faults:\n"
        "  - fail call: { call: HcsUnregisterComputeSystemCallback, with: access denied, "
        "times: for ever }\n"
        "  - fail call: { call: HcsCloseComputeSystem, with: access denied, times: for ever }\n");
    char *line = wcd_text_format("host %s --os server-2019 --latency 1", path);
    struct test_pipes pipes;
    struct program service;
    struct program asked;
    struct wcd_queue *queue = wcd_queue_create(64);
    plat_handle system = PLAT_NO_HANDLE;
    plat_handle registration = PLAT_NO_HANDLE;
    char *result = NULL;
    assert_non_null(queue);
    test_pipes_init(&pipes);
    serve(&service, &pipes, line);
    make_and_go(&pipes, queue);
    await_no_clients(&pipes);
    struct fake_remote *client = come(&pipes, 12);
    const struct platform platform = fake_remote_platform(client);
    const struct plat_hcs *hcs = &platform.hcs;
    assert_int_equal(hcs->ops->open_system(hcs->ctx, "vm", &system, &result), PLAT_S_OK);
    assert_int_equal(
        hcs->ops->register_system(hcs->ctx, system, wcd_queue_sink(queue), 2, &registration),
        PLAT_S_OK);
    assert_true(plat_hcs_accepted(hcs->ops->terminate_system(hcs->ctx, system, "", &result)));
    free(result);
    await_exit(client, queue);
    assert_int_equal(hcs->ops->unregister_system(hcs->ctx, registration),
                     plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
    fake_remote_close(client);
    await_no_clients(&pipes);
    run(&asked, &pipes, "host --stop");
    assert_int_equal(asked.code, 0);
    assert_non_null(strstr(asked.out, "misuse: none\nopen or left behind: none\n"));
    release(&asked);
    join(&service);
    assert_int_equal(service.code, 0);
    release(&service);
    wcd_queue_destroy(queue);
    test_pipes_release(&pipes);
    free(line);
    free(path);
}

static void a_scenario_gives_its_host(void **state)
{
    (void)state;
    char *path =
        write_file("story.yaml", "scenario: A story\n"
                                 "shows: Its host.\n"
                                 "matrix: { os: [server-2016, server-2019] }\n"
                                 "host: { os: '${os}', hns: { networks: [{ name: lab }] } }\n"
                                 "steps:\n"
                                 "  - start daemon\n"
                                 "  - fail call: { call: HNSCall, with: access denied, "
                                 "may not fire: yes }\n");
    char *line = wcd_text_format("host %s --os server-2019", path);
    struct test_pipes pipes;
    struct program service;
    struct program asked;
    char *response = NULL;
    test_pipes_init(&pipes);
    serve(&service, &pipes, line);
    struct fake_remote *client = come(&pipes, 11);
    assert_int_equal(hns(client, "GET", "/networks/", "", &response),
                     plat_hr_win32(PLAT_ERROR_ACCESS_DENIED));
    free(response);
    assert_int_equal(hns(client, "GET", "/networks/", "", &response), PLAT_S_OK);
    assert_non_null(strstr(response, "\"Name\":\"lab\""));
    free(response);
    fake_remote_close(client);
    run(&asked, &pipes, "host --stop");
    assert_non_null(strstr(asked.out, PIPE ": server-2019, up "));
    release(&asked);
    join(&service);
    assert_int_equal(service.code, 0);
    release(&service);
    test_pipes_release(&pipes);
    free(line);
    free(path);
}

static void make_network(struct test_pipes *pipes, const char *name)
{
    struct fake_remote *client = come(pipes, 11);
    char *document = wcd_text_format("{\"Name\":\"%s\",\"Type\":\"nat\"}", name);
    char *response = NULL;
    assert_int_equal(hns(client, "POST", "/networks/", document, &response), PLAT_S_OK);
    free(response);
    free(document);
    fake_remote_close(client);
}

/* The machine's disk, which outlives the services. */
static struct fake_host *make_disk(struct test_pipes *pipes)
{
    const struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    struct fake_host *disk = NULL;
    struct wcd_error err = WCD_ERROR_INIT;
    assert_int_equal(fake_host_create(&disk, &options, &err), WCD_OK);
    pipes->files = fake_host_platform(disk).fs;
    return disk;
}

static void what_outlives_a_boot_is_kept(void **state)
{
    (void)state;
    char *path = write_file("host.yaml", "host: { os: server-2016, storage: emulated }\n");
    char *line = wcd_text_format("host %s --state C:\\state", path);
    struct test_pipes pipes;
    struct program program;
    test_pipes_init(&pipes);
    run(&program, &pipes, line);
    assert_string_equal(program.err, "drydock host: --state: there are no files for it here\n");
    assert_int_equal(program.code, 3);
    release(&program);
    struct fake_host *disk = make_disk(&pipes);
    serve(&program, &pipes, line);
    make_network(&pipes, "kept");
    assert_int_equal(fake_fs_kind_of(disk, "C:\\state\\host.json"), FAKE_FS_FILE);
    test_pipes_interrupt(&pipes);
    join(&program);
    assert_string_equal(program.err, "");
    assert_int_equal(program.code, 0);
    release(&program);
    serve(&program, &pipes, line);
    test_pipes_interrupt(&pipes);
    join(&program);
    assert_non_null(strstr(program.out, "networks: 1\n"));
    assert_non_null(strstr(program.out, "  kept nat\n"));
    release(&program);
    assert_true(fake_fs_put_file(disk, "C:\\state\\host.json", "{}", 2));
    run(&program, &pipes, line);
    assert_non_null(strstr(program.err, "drydock host: C:\\state\\host.json"));
    assert_int_equal(program.code, 2);
    release(&program);
    fake_host_destroy(disk);
    test_pipes_release(&pipes);
    free(line);
    free(path);
}

static void a_state_is_one_hosts(void **state)
{
    (void)state;
    char *path = write_file("host.yaml", "host: { os: server-2019, storage: emulated }\n");
    char *line = wcd_text_format("host %s --state C:\\state", path);
    char *other = wcd_text_format("%s --pipe other", line);
    struct test_pipes pipes;
    struct program first;
    struct program second;
    test_pipes_init(&pipes);
    struct fake_host *disk = make_disk(&pipes);
    serve(&first, &pipes, line);
    run(&second, &pipes, other);
    assert_string_equal(second.err, "drydock host: another host keeps its state in C:\\state\n");
    assert_int_equal(second.code, 3);
    release(&second);
    test_pipes_interrupt(&pipes);
    join(&first);
    assert_int_equal(first.code, 0);
    release(&first);
    serve(&first, &pipes, other);
    test_pipes_interrupt(&pipes);
    join(&first);
    assert_int_equal(first.code, 0);
    release(&first);
    fake_host_destroy(disk);
    test_pipes_release(&pipes);
    free(other);
    free(line);
    free(path);
}

static void a_state_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    char *path = write_file("host.yaml", "host: { os: server-2019, storage: emulated }\n");
    char *line = wcd_text_format("host %s --state C:\\state", path);
    struct test_pipes pipes;
    struct program program;
    test_pipes_init(&pipes);
    struct fake_host *disk = make_disk(&pipes);
    serve(&program, &pipes, line);
    assert_true(fake_fs_set_failure(disk, "C:\\state", plat_hr_win32(PLAT_ERROR_DISK_FULL)));
    make_network(&pipes, "lost");
    test_pipes_interrupt(&pipes);
    join(&program);
    assert_non_null(strstr(program.err, "drydock host: C:\\state\\host.json"));
    assert_non_null(strstr(program.out, "trouble: C:\\state\\host.json"));
    assert_int_equal(program.code, 3);
    release(&program);
    fake_host_destroy(disk);
    test_pipes_release(&pipes);
    free(line);
    free(path);
}

static void a_pipe_that_fails_ends_the_service(void **state)
{
    static const char *const names[] = {PIPE, PIPE "-control"};
    (void)state;
    char *path = write_file("host.yaml", "host: { os: server-2019 }\n");
    char *line = wcd_text_format("host %s", path);
    for (size_t i = 0; i < 2; i++) {
        struct test_pipes pipes;
        struct program service;
        test_pipes_init(&pipes);
        serve(&service, &pipes, line);
        test_pipes_break(&pipes, names[i]);
        join(&service);
        assert_string_equal(service.err,
                            "drydock host: no more clients can be taken in: the pipe has failed\n");
        assert_int_equal(service.code, 3);
        release(&service);
        test_pipes_release(&pipes);
    }
    free(line);
    free(path);
}

static void a_quiet_host_has_nothing_to_tell(void **state)
{
    (void)state;
    char *path = write_file("host.yaml", "host: { os: server-2019 }\n");
    char *line = wcd_text_format("host %s", path);
    struct test_pipes pipes;
    struct program service;
    char *response = NULL;
    test_pipes_init(&pipes);
    serve(&service, &pipes, line);
    struct fake_remote *client = come(&pipes, 11);
    (void)hns(client, "GET", "/networks/", "", &response);
    free(response);
    fake_remote_close(client);
    test_pipes_interrupt(&pipes);
    join(&service);
    assert_non_null(strstr(service.out, "misuse: none\n"));
    assert_int_equal(service.code, 0);
    release(&service);
    test_pipes_release(&pipes);
    free(line);
    free(path);
}

static void misuse_is_an_exit_code(void **state)
{
    (void)state;
    static const char *const reports[] = {"{\"misuse\":[]}", "{\"misuse\":[\"twice\"]}", "[]"};
    for (size_t i = 0; i < 2 * sizeof(reports) / sizeof(reports[0]); i++) {
        const char *report = reports[i / 2];
        struct cli cli = {.out = scratch_open("report.out"), .err = scratch_open("report.err")};
        int code = host_report_show(&cli, report, strlen(report), i % 2 == 1);
        assert_int_equal(code, i / 2 == 0 ? CLI_PASSED : i / 2 == 1 ? CLI_FAILED : CLI_BROKEN);
        assert_int_equal(fclose(cli.out), 0);
        assert_int_equal(fclose(cli.err), 0);
    }
}

/* Whoever asks for a report and stays away while it is told; the report is longer than a pipe holds. */
static void who_does_not_read_holds_up_nobody(void **state)
{
    (void)state;
    struct wcd_buf text;
    wcd_buf_init(&text, WCD_BUF_BYTES_MAX);
    wcd_buf_text(&text, "host: { os: server-2022, hns: { networks: [\n");
    for (unsigned i = 0; i < LONG_NETWORKS; i++) {
        wcd_buf_format(&text, "  { name: n%0*u },\n", (int)LONG_NAME, i);
    }
    wcd_buf_text(&text, " ] } }\n");
    char *whole = wcd_buf_take(&text);
    assert_non_null(whole);
    char *path = write_file("host.yaml", whole);
    char *line = wcd_text_format("host %s", path);
    struct test_pipes pipes;
    struct program service;
    char byte = 0;
    size_t got = 0;
    test_pipes_init(&pipes);
    pipes.machine.patience_ms = 10;
    serve(&service, &pipes, line);
    struct fake_channel asks = test_pipes_connect(&pipes, PIPE "-control");
    assert_true(asks.ops->send(asks.ctx, "report\n", 7));
    assert_true(asks.ops->receive(asks.ctx, &byte, 1, &got));
    test_pipes_interrupt(&pipes);
    join(&service);
    assert_string_equal(service.err, "");
    assert_int_equal(service.code, 0);
    asks.ops->close(asks.ctx);
    asks.ops->release(asks.ctx);
    release(&service);
    test_pipes_release(&pipes);
    free(line);
    free(path);
    free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_words_are_refused),
        cmocka_unit_test(a_bad_file_is_told_with_its_place),
        cmocka_unit_test(a_host_that_cannot_be_built_is_told),
        cmocka_unit_test(a_pipe_that_is_taken_is_told),
        cmocka_unit_test(on_this_machine_it_says_where_it_runs),
        cmocka_unit_test(clients_share_a_host),
        cmocka_unit_test(faults_hold_for_all),
        cmocka_unit_test(no_fault_is_for_what_a_client_leaves_behind),
        cmocka_unit_test(a_scenario_gives_its_host),
        cmocka_unit_test(what_outlives_a_boot_is_kept),
        cmocka_unit_test(a_state_is_one_hosts),
        cmocka_unit_test(a_state_that_cannot_be_written_is_told),
        cmocka_unit_test(a_pipe_that_fails_ends_the_service),
        cmocka_unit_test(a_quiet_host_has_nothing_to_tell),
        cmocka_unit_test(misuse_is_an_exit_code),
        cmocka_unit_test(who_does_not_read_holds_up_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
