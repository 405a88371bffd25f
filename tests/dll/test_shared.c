/* Several processes on one host: what one makes the others see, and what is left of one that dies. The other
 * processes are this program once more, as `dll_shared client ROLE ID`. */
#include "tests/dll/client.h"
#include "tests/dll/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define HOST L"tests\\dll\\host.yaml"

#define KILLS           12u
#define KILL_MS_MAX     400u
#define BUSY_THREADS    4u
#define SHARED_ID_UNITS 32u

static struct service service;

/* ---- the other process ---- */

/* A sign that both processes know; the parent's is made first. */
static HANDLE open_sign(const wchar_t *id)
{
    wchar_t name[64];
    assert_true(swprintf(name, 64, L"Local\\drydock-shared-%ls", id) > 0);
    HANDLE sign = CreateEventW(NULL, TRUE, FALSE, name);
    assert_non_null(sign);
    return sign;
}

static int tell_and_wait(const wchar_t *id)
{
    assert_true(SetEvent(open_sign(id)));
    (void)WaitForSingleObject(GetCurrentProcess(), INFINITE); /* to be killed */
    return 0;
}

/* A running container with a process whose pipes are open, and callbacks of both. */
static int hold(const wchar_t *id)
{
    static struct client_container c;
    static struct client_process p;
    client_start(&c, id);
    client_run(&p, c.system, L"cmd");
    client_watch_process(&p.watch, p.process);
    return tell_and_wait(id);
}

/* A container that is to end with its last handle. */
static int hold_last(const wchar_t *id)
{
    static struct client_watch watch;
    wchar_t document[CLIENT_DOCUMENT_MAX];
    wchar_t whole[CLIENT_DOCUMENT_MAX + 64];
    wchar_t *result = CLIENT_POISON;
    void *system = CLIENT_POISON;
    client_prepare(id, document);
    assert_true(swprintf(whole, CLIENT_DOCUMENT_MAX + 64,
                         L"{\"TerminateOnLastHandleClosed\":true,%ls", document + 1) > 0);
    fake_dll_answer answer =
        client_load()->HcsCreateComputeSystem(id, whole, NULL, &system, &result);
    client_watch_system(&watch, system);
    client_complete(&watch, answer, 2);
    answer = client_load()->HcsStartComputeSystem(system, L"", &result);
    client_complete(&watch, answer, 3);
    return tell_and_wait(id);
}

static DWORD WINAPI busy_thread(void *arg)
{
    const wchar_t *id = arg;
    static volatile LONG count;
    while (id != NULL) { /* until it is killed */
        struct client_container c = {0};
        struct client_process p = {0};
        char output[64];
        wchar_t name[64];
        wchar_t *response = NULL;
        (void)swprintf(name, 64, L"%ls-%ld", id, (long)InterlockedIncrement(&count));
        client_start(&c, name);
        client_run(&p, c.system, L"cmd /c echo alive");
        client_watch_process(&p.watch, p.process);
        (void)client_load()->HNSCall(L"GET", L"/endpoints/", L"", &response);
        CoTaskMemFree(response);
        (void)client_read_all(p.info.std_output, output, sizeof(output));
        (void)client_meet(&p.watch, 0x10000, 0);
        client_unwatch_process(&p.watch);
        client_close(&p);
        client_end(&c);
    }
    return 0;
}

/* Lives without end. */
static int busy(wchar_t *id)
{
    (void)client_load();
    for (unsigned i = 0; i < BUSY_THREADS; i++) {
        assert_non_null(CreateThread(NULL, 0, busy_thread, id, 0, NULL));
    }
    return tell_and_wait(id);
}

static int make_network(const wchar_t *name)
{
    wchar_t document[128];
    wchar_t *response = CLIENT_POISON;
    assert_true(swprintf(document, 128, L"{\"Name\":\"%ls\",\"Type\":\"transparent\"}", name) > 0);
    assert_done(client_load()->HNSCall(L"POST", L"/networks/", document, &response));
    CoTaskMemFree(response);
    return 0;
}

/* ---- networks, which both processes make ---- */

#define NETWORK_LIVES    25u
#define NETWORK_THREADS  4u
#define HNS_ID_UNITS     37u
#define HNS_DOCUMENT_MAX 256u

/* Makes one, and answers its id: members are sorted, so the first is its own. */
static void make_in_hns(const wchar_t *path, const wchar_t *document, wchar_t id[HNS_ID_UNITS])
{
    static const wchar_t member[] = L"\"ID\":\"";
    wchar_t *response = CLIENT_POISON;
    assert_done(client_load()->HNSCall(L"POST", path, document, &response));
    const wchar_t *at = wcsstr(response, member);
    if (at == NULL) {
        (void)fprintf(stderr, "%ls: %ls\n", document, response);
        fail();
        return;
    }
    memcpy(id, at + wcslen(member), (HNS_ID_UNITS - 1) * sizeof(*id));
    id[HNS_ID_UNITS - 1] = L'\0';
    CoTaskMemFree(response);
}

static bool succeeds(const wchar_t *method, const wchar_t *folder, const wchar_t *id)
{
    wchar_t path[64];
    wchar_t *response = NULL;
    assert_true(swprintf(path, 64, L"%ls%ls", folder, id) > 0);
    fake_dll_answer answer = client_load()->HNSCall(method, path, L"", &response);
    bool well = answer == 0 && response != NULL && wcsstr(response, L"\"Success\":true") != NULL;
    CoTaskMemFree(response);
    return well;
}

/* A network and an endpoint on it, which go again. */
static void network_life(const wchar_t *name)
{
    wchar_t document[HNS_DOCUMENT_MAX];
    wchar_t network[HNS_ID_UNITS];
    wchar_t endpoint[HNS_ID_UNITS];
    assert_true(
        swprintf(document, HNS_DOCUMENT_MAX, L"{\"Name\":\"%ls\",\"Type\":\"Private\"}", name) > 0);
    make_in_hns(L"/networks/", document, network);
    assert_true(swprintf(document, HNS_DOCUMENT_MAX,
                         L"{\"VirtualNetwork\":\"%ls\",\"Name\":\"%ls\"}", network, name) > 0);
    make_in_hns(L"/endpoints/", document, endpoint);
    assert_true(succeeds(L"GET", L"/networks/", network));
    assert_true(succeeds(L"GET", L"/endpoints/", endpoint));
    assert_true(succeeds(L"DELETE", L"/endpoints/", endpoint));
    assert_true(!succeeds(L"GET", L"/endpoints/", endpoint));
    assert_true(succeeds(L"DELETE", L"/networks/", network));
    assert_true(!succeeds(L"GET", L"/networks/", network));
}

static DWORD WINAPI networks_thread(void *arg)
{
    static volatile LONG count;
    const wchar_t *id = arg;
    for (unsigned i = 0; i < NETWORK_LIVES; i++) {
        wchar_t name[64];
        (void)swprintf(name, 64, L"%ls-%ld", id, (long)InterlockedIncrement(&count));
        network_life(name);
    }
    return 0;
}

static int live_networks(wchar_t *id)
{
    HANDLE threads[NETWORK_THREADS];
    (void)client_load();
    for (size_t i = 0; i < NETWORK_THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, networks_thread, id, 0, NULL);
        assert_non_null(threads[i]);
    }
    for (size_t i = 0; i < NETWORK_THREADS; i++) {
        client_wait(threads[i]);
        (void)CloseHandle(threads[i]);
    }
    return 0;
}

/* ---- this process ---- */

static HANDLE start_role(const wchar_t *role, const wchar_t *id)
{
    wchar_t words[128];
    assert_true(swprintf(words, 128, L"client %ls %ls", role, id) > 0);
    return service_start_client(&service, words);
}

/* Starts one and waits until it has told that it is there. */
static HANDLE start_holder(const wchar_t *role, const wchar_t *id)
{
    HANDLE sign = open_sign(id);
    HANDLE process = start_role(role, id);
    const HANDLE both[] = {sign, process};
    assert_int_equal(WaitForMultipleObjects(2, both, FALSE, CLIENT_PATIENCE_MS), WAIT_OBJECT_0);
    (void)CloseHandle(sign);
    return process;
}

static void kill(HANDLE process)
{
    assert_true(TerminateProcess(process, 1));
    client_wait(process);
    (void)CloseHandle(process);
}

static bool host_has(const wchar_t *path, const wchar_t *text)
{
    wchar_t *response = CLIENT_POISON;
    assert_done(client_load()->HNSCall(L"GET", path, L"", &response));
    bool has = wcsstr(response, text) != NULL;
    CoTaskMemFree(response);
    return has;
}

static wchar_t *list_systems(void)
{
    wchar_t *systems = CLIENT_POISON;
    wchar_t *result = CLIENT_POISON;
    assert_done(client_load()->HcsEnumerateComputeSystems(L"{}", &systems, &result));
    return systems;
}

static bool has_system(const wchar_t *id)
{
    wchar_t *systems = list_systems();
    bool has = systems != NULL && wcsstr(systems, id) != NULL;
    CoTaskMemFree(systems);
    return has;
}

/* Opens, ends and closes one that somebody else has left; its scratch goes, too. */
static void end_orphan(const wchar_t *id)
{
    struct client_watch watch = {0};
    wchar_t *result = CLIENT_POISON;
    void *system = CLIENT_POISON;
    assert_done(client_load()->HcsOpenComputeSystem(id, &system, &result));
    client_watch_system(&watch, system);
    assert_accepted(client_load()->HcsTerminateComputeSystem(system, L"", &result));
    (void)client_meet(&watch, 1, 0);
    client_unwatch_system(&watch);
    assert_done(client_load()->HcsCloseComputeSystem(system));
}

static void start_service(const wchar_t *more)
{
    service_start(&service, HOST, more);
    (void)client_load();
}

/* ---- tests ---- */

static void clients_see_what_others_make(void **state)
{
    (void)state;
    HANDLE other = start_role(L"network", L"theirs");
    client_wait(other);
    DWORD code = 1;
    assert_true(GetExitCodeProcess(other, &code));
    assert_int_equal(code, 0);
    (void)CloseHandle(other);
    assert_true(host_has(L"/networks/", L"\"theirs\""));

    HANDLE holder = start_holder(L"hold", L"their-container");
    struct client_watch watch = {0};
    wchar_t *result = CLIENT_POISON;
    void *system = CLIENT_POISON;
    assert_true(has_system(L"their-container"));
    assert_done(client_load()->HcsOpenComputeSystem(L"their-container", &system, &result));
    client_watch_system(&watch, system);
    service_await_clients(&service, 2);
    kill(holder);
    service_await_clients(&service, 1);
    /* It runs on, and what this process has open stays open. */
    assert_int_equal(client_told(&watch, 1), 0);
    assert_true(has_system(L"their-container"));
    assert_accepted(client_load()->HcsTerminateComputeSystem(system, L"", &result));
    (void)client_meet(&watch, 1, 0);
    client_unwatch_system(&watch);
    assert_done(client_load()->HcsCloseComputeSystem(system));
    client_clean(L"their-container");
}

/* Ends what the enumeration shows; the ids are those that busy clients gave. */
static void end_orphans(void)
{
    wchar_t *systems = list_systems();
    for (const wchar_t *at = systems == NULL ? NULL : wcsstr(systems, L"\"Id\":\""); at != NULL;
         at = wcsstr(at, L"\"Id\":\"")) {
        wchar_t id[SHARED_ID_UNITS] = L"";
        at += wcslen(L"\"Id\":\"");
        size_t units = wcscspn(at, L"\"");
        assert_true(units < SHARED_ID_UNITS);
        memcpy(id, at, units * sizeof(*id));
        end_orphan(id);
    }
    CoTaskMemFree(systems);
}

/* Takes away the scratch layers that killed clients have left, in whatever state each is. */
static void clean_layers(void)
{
    static const struct fake_dll_driver driver = {1, L""};
    const char *mark = "storage layer ";
    for (const char *at = strstr(service_report(&service), mark); at != NULL;
         at = strstr(at + 1, mark)) {
        wchar_t path[128];
        size_t units = 0;
        /* JSON doubles the backslashes. */
        for (const char *from = at + strlen(mark); *from != ' ' && units < 127; from++) {
            path[units++] = (wchar_t)*from;
            from += from[0] == '\\' && from[1] == '\\' ? 1 : 0;
        }
        path[units] = L'\0';
        (void)client_load()->UnprepareLayer(&driver, path);
        (void)client_load()->DeactivateLayer(&driver, path);
        assert_done(client_load()->DestroyLayer(&driver, path));
    }
}

static void networks_of_two_clients_do_not_meet(void **state)
{
    (void)state;
    wchar_t ours[] = L"ours";
    DWORD code = 1;
    HANDLE lives = start_holder(L"busy", L"beside");
    HANDLE other = start_role(L"networks", L"others");
    assert_int_equal(live_networks(ours), 0);
    client_wait(other);
    assert_true(GetExitCodeProcess(other, &code));
    assert_int_equal(code, 0);
    (void)CloseHandle(other);
    kill(lives);
    service_await_clients(&service, 1);
    end_orphans();
    clean_layers();
    assert_true(!host_has(L"/networks/", L"\"ours-"));
    assert_true(!host_has(L"/networks/", L"\"others-"));
    assert_true(!host_has(L"/endpoints/", L"\"ID\""));
    (void)service_report(&service);
    assert_true(service_has_none(&service, "misuse"));
    assert_true(service_has_none(&service, "endpoints"));
}

static void a_system_outlives_its_client(void **state)
{
    (void)state;
    kill(start_holder(L"hold", L"orphan"));
    service_await_clients(&service, 1);
    assert_true(strstr(service_report(&service), "\"Id\":\"orphan\"") != NULL);
    assert_true(strstr(service.report, "(handle ") == NULL);
    assert_true(service_has_none(&service, "misuse"));
    end_orphan(L"orphan");
    client_clean(L"orphan");
    assert_true(!has_system(L"orphan"));
}

static void a_system_may_end_with_its_client(void **state)
{
    (void)state;
    kill(start_holder(L"last", L"ending"));
    service_await_clients(&service, 1);
    /* It takes the time that an end takes. */
    ULONGLONG until = GetTickCount64() + CLIENT_PATIENCE_MS;
    while (has_system(L"ending")) {
        assert_true(GetTickCount64() < until);
    }
    client_clean(L"ending");
    (void)service_report(&service);
    assert_true(service_has_none(&service, "misuse"));
    assert_true(service_has_none(&service, "open"));
}

static void clients_may_die_at_any_moment(void **state)
{
    (void)state;
    unsigned chance = 12345;
    for (unsigned i = 0; i < KILLS; i++) {
        wchar_t id[SHARED_ID_UNITS];
        (void)swprintf(id, SHARED_ID_UNITS, L"busy%u", i);
        HANDLE process = start_holder(L"busy", id);
        chance = chance * 1103515245u + 12345u;
        assert_true(client_waits(process, (chance >> 16) % KILL_MS_MAX));
        kill(process);
        service_await_clients(&service, 1);
        end_orphans();
        assert_true(strstr(service_report(&service), "(handle ") == NULL);
        assert_true(service_has_none(&service, "misuse"));
    }
    clean_layers();
    (void)service_report(&service);
    assert_true(service_has_none(&service, "open"));
    assert_true(service_has_none(&service, "systems"));
}

static int set_up(void **state)
{
    (void)state;
    start_service(L"");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return service_stop(&service) == 0 ? 0 : -1;
}

/* ---- a service that dies ---- */

/* Where a service keeps its state: a folder of this process's own. */
static void state_folder(const wchar_t *os, wchar_t folder[MAX_PATH])
{
    wchar_t temp[MAX_PATH];
    DWORD units = GetTempPathW(MAX_PATH, temp);
    assert_true(units > 0 && units < MAX_PATH);
    assert_true(swprintf(folder, MAX_PATH, L"%lsdrydock-%ls-%lu", temp, os,
                         (unsigned long)GetCurrentProcessId()) > 0);
}

/* Removes it with its files: process ids are given again, and what another run has kept would pass for this one's. */
static void forget(const wchar_t *os)
{
    wchar_t folder[MAX_PATH];
    wchar_t path[2 * MAX_PATH + 2];
    WIN32_FIND_DATAW found;
    state_folder(os, folder);
    (void)swprintf(path, 2 * MAX_PATH + 2, L"%ls\\*", folder);
    HANDLE list = FindFirstFileW(path, &found);
    for (BOOL more = list != INVALID_HANDLE_VALUE; more; more = FindNextFileW(list, &found)) {
        (void)swprintf(path, 2 * MAX_PATH + 2, L"%ls\\%ls", folder, found.cFileName);
        (void)DeleteFileW(path);
    }
    if (list != INVALID_HANDLE_VALUE) {
        (void)FindClose(list);
    }
    (void)RemoveDirectoryW(folder);
    assert_true(GetFileAttributesW(folder) == INVALID_FILE_ATTRIBUTES);
}

/* Words of a service that keeps its state there, of which nothing is there yet. */
static void keeping(const wchar_t *os, wchar_t more[MAX_PATH + 64])
{
    wchar_t folder[MAX_PATH];
    forget(os);
    state_folder(os, folder);
    assert_true(swprintf(more, MAX_PATH + 64, L"--os %ls --state \"%ls\"", os, folder) > 0);
}

static void a_service_may_die(void **state)
{
    (void)state;
    wchar_t more[MAX_PATH + 64];
    wchar_t *response = NULL;
    wchar_t *result = CLIENT_POISON;
    void *system = CLIENT_POISON;
    struct client_container c = {0};
    struct client_process p = {0};
    keeping(L"server-2022", more);
    start_service(more);
    assert_int_equal(make_network(L"kept"), 0);
    client_start(&c, L"lost");
    client_run(&p, c.system, L"cmd");
    client_watch_process(&p.watch, p.process);
    service_kill(&service);
    assert_answer(client_load()->HNSCall(L"GET", L"/networks/", L"", &response), 0x800706BAu);
    assert_answer(client_load()->HcsPauseComputeSystem(c.system, L"", &result), 0x800706BAu);
    (void)client_meet(&c.watch, 0x1000000, 0x800706BAu);
    assert_int_equal(client_told(&c.watch, 0x1000000), 1);
    client_unwatch_system(&c.watch); /* works whatever became of the service */
    assert_answer(client_load()->HcsUnregisterComputeSystemCallback(c.watch.callback), 0x800706BAu);
    /* So does closing, which ends what is registered. */
    client_close(&p);
    assert_in_range(client_told(&p.watch, 0x1000000), 0, 1);
    assert_answer(client_load()->HcsUnregisterProcessCallback(p.watch.callback), 0x800706BAu);
    assert_answer(client_load()->HcsCloseProcess(p.process), 0x800706BAu);
    start_service(more);
    assert_true(host_has(L"/networks/", L"\"kept\""));
    assert_answer(client_load()->HcsOpenComputeSystem(L"lost", &system, &result), CLIENT_NOT_FOUND);
    assert_true(!has_system(L"lost"));
    /* Also when there is another service already. */
    assert_done(client_load()->HcsCloseComputeSystem(c.system));
    assert_answer(client_load()->HcsCloseComputeSystem(c.system), 0x800706BAu);
    assert_int_equal(service_stop(&service), 0);
    forget(L"server-2022");
}

/* A build whose endpoints outlive a boot. */
static void endpoints_are_kept_where_a_boot_keeps_them(void **state)
{
    (void)state;
    wchar_t more[MAX_PATH + 64];
    wchar_t document[256];
    wchar_t *response = CLIENT_POISON;
    keeping(L"server-2016", more);
    start_service(more);
    assert_int_equal(make_network(L"kept"), 0);
    assert_done(client_load()->HNSCall(L"GET", L"/networks/", L"", &response));
    const wchar_t *id = wcsstr(response, L"\"ID\" : \"");
    assert_non_null(id);
    assert_true(swprintf(document, 256, L"{\"VirtualNetwork\":\"%.36ls\",\"Name\":\"mine\"}",
                         id + wcslen(L"\"ID\" : \"")) > 0);
    CoTaskMemFree(response);
    assert_done(client_load()->HNSCall(L"POST", L"/endpoints/", document, &response));
    CoTaskMemFree(response);
    service_kill(&service);
    start_service(more);
    assert_true(host_has(L"/networks/", L"\"kept\""));
    assert_true(host_has(L"/endpoints/", L"\"mine\""));
    assert_int_equal(service_stop(&service), 0);
    forget(L"server-2016");
}

static int be_client(int argc, char **argv)
{
    static wchar_t id[SHARED_ID_UNITS];
    assert_int_equal(argc, 4);
    (void)swprintf(id, SHARED_ID_UNITS, L"%hs", argv[3]);
    if (strcmp(argv[2], "network") == 0) {
        return make_network(id);
    }
    if (strcmp(argv[2], "hold") == 0) {
        return hold(id);
    }
    if (strcmp(argv[2], "networks") == 0) {
        return live_networks(id);
    }
    return strcmp(argv[2], "last") == 0 ? hold_last(id) : busy(id);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "client") == 0) {
        return be_client(argc, argv);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_see_what_others_make),
        cmocka_unit_test(networks_of_two_clients_do_not_meet),
        cmocka_unit_test(a_system_outlives_its_client),
        cmocka_unit_test(a_system_may_end_with_its_client),
        cmocka_unit_test(clients_may_die_at_any_moment),
    };
    const struct CMUnitTest dying[] = {
        cmocka_unit_test(a_service_may_die),
        cmocka_unit_test(endpoints_are_kept_where_a_boot_keeps_them),
    };
    int failed = cmocka_run_group_tests(tests, set_up, tear_down);
    return failed + cmocka_run_group_tests(dying, NULL, NULL);
}
