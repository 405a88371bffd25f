/* fakes/host/store: documents that are wrong, files, writers that die, want of memory. */
#include "core/base/buf.h"
#include "fakes/host/store.h"
#include "tests/support/alloc_fail.h"
#include "tests/support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUILD          "server-1803"
#define PATH           "C:\\host.json"
#define NETWORK        "11111111-0000-4000-8000-000000000001"
#define ENDPOINT       "22222222-0000-4000-8000-000000000001"
#define OTHER          "22222222-0000-4000-8000-000000000002"
#define COUNT_OF(rows) (sizeof(rows) / sizeof((rows)[0]))

/* ---- hosts ---- */

static struct fake_host *host_of(const char *build)
{
    const struct fake_host_options options = fake_host_defaults(fake_build_find(build));
    struct wcd_error err = WCD_ERROR_INIT;
    struct fake_host *host = NULL;
    assert_int_equal(fake_host_create(&host, &options, &err), WCD_OK);
    return host;
}

static void post(struct fake_host *host, const char *path, const char *body)
{
    char *response = NULL;
    assert_int_equal(fake_hns_foreign_call(host, "POST", path, body, &response), PLAT_S_OK);
    if (strstr(response, "\"Error\"") != NULL) {
        fail_msg("%s: %s", body, response);
    }
    free(response);
}

/* One of everything. */
static struct fake_host *full_host(void)
{
    struct fake_host *host = host_of(BUILD);
    post(host, "/networks/",
         "{\"ID\":\"" NETWORK
         "\",\"Name\":\"nat\",\"Type\":\"nat\",\"DNSSuffix\":\"lan\",\"Flags\":1,"
         "\"AdditionalParams\":{\"a\":[1]},\"Subnets\":[{\"AddressPrefix\":\"10.7.0.0/24\","
         "\"GatewayAddress\":\"10.7.0.9\"},{\"AddressPrefix\":\"10.8.0.0/24\"}],\"MacPools\":[{"
         "\"StartMacAddress\":\"00-15-5D-00-00-00\",\"EndMacAddress\":\"00-15-5D-00-FF-FF\"}]}");
    post(host, "/networks/", "{\"Type\":\"transparent\",\"Name\":\"t\"}");
    post(host, "/endpoints/",
         "{\"ID\":\"" ENDPOINT "\",\"VirtualNetwork\":\"" NETWORK
         "\",\"DNSDomain\":\"d\",\"Policies\":["
         "{\"Type\":\"NAT\",\"Protocol\":\"tcp\",\"InternalPort\":80,\"ExternalPort\":8080},"
         "{\"Type\":\"NAT\",\"Protocol\":\"udp\",\"InternalPort\":53,\"ExternalPort\":53}]}");
    post(host, "/endpoints/", "{\"ID\":\"" OTHER "\",\"VirtualNetwork\":\"" NETWORK "\"}");
    post(host, "/endpoints/" OTHER "/attach",
         "{\"SystemType\":\"VirtualMachine\",\"ContainerId\":\"vm\"}");
    post(host, "/policylists/",
         "{\"References\":[\"/endpoints/" ENDPOINT "\"],\"Policies\":[{\"Type\":\"ELB\"}]}");
    post(host, "/namespaces/", "{\"IsDefault\":true}");
    struct wcd_json *state = fake_host_save(host);
    const struct wcd_json *space = wcd_json_at(state, "/hns/namespaces/0/id");
    char *path = wcd_text_format("/namespaces/%s/addresource", wcd_json_string(space));
    post(host, path, "{\"Type\":\"Endpoint\",\"Data\":{\"Id\":\"" ENDPOINT "\"}}");
    free(path);
    wcd_json_free(state);
    return host;
}

static char *text_of(const struct fake_host *host)
{
    struct wcd_json *document = fake_host_save(host);
    char *text = wcd_json_print(document);
    assert_non_null(text);
    wcd_json_free(document);
    return text;
}

/* ---- documents that are wrong ---- */

struct wrong {
    const char *from; /* the first such text ... */
    const char *to;   /* ... becomes this */
    const char *message;
};

static const struct wrong wrongs[] = {
    {"\"version\":1", "\"version\":2", "/version: a document of version 2, where 1 is known"},
    {"\"version\":1", "\"version\":\"1\"", "/version: string where number is expected"},
    {"\"version\":1,", "", "/version: missing"},
    {"\"build\":\"server-1803\"", "\"build\":\"server-2022\"",
     "/build: of server-2022, and the host is server-1803"},
    {"\"hns\":{", "\"hms\":{", "/hms: a member that is not known"},
    {"\"hns\":{", "\"hns\":[],\"x\":{", "/hns: array where object is expected"},
    {"\"chance\":", "\"chance\":-", "/hns/chance: the number is out of range"},
    {"\"changed\":1", "\"changed\":91", "/hns/changed: the number is out of range"},
    {"{\"id\":\"" NETWORK, "{\"id\":\"x", "/hns/networks/0/id: no GUID"},
    {"\"type\":\"nat\"", "\"type\":\"net\"",
     "/hns/networks/0/type: the build has no networks of that type"},
    {"\"type\":\"nat\"", "\"type\":\"mirrored\"",
     "/hns/networks/0/type: the build has no networks of that type"},
    {"\"flags\":1", "\"flags\":4294967296", "/hns/networks/0/flags: the number is out of range"},
    {"\"flags\":1", "\"flags\":1,\"flags\":1",
     "/hns/networks/0/flags: a member that is there twice"},
    {"\"dns_suffix\":\"lan\"", "\"dns_suffix\":\"l\\u0000n\"",
     "/hns/networks/0/dns_suffix: a NUL in a text"},
    {"\"max_endpoints\":2", "\"max_endpoints\":1",
     "/hns/networks/0/max_endpoints: the network has more"},
    {"\"total_endpoints\":2", "\"total_endpoints\":1",
     "/hns/networks/0/total_endpoints: less than there were at once"},
    {"\"total_endpoints\":2,", "\"total_endpoints\":2,\"policies\":[{\"Type\":\"NAT\"}],",
     "/hns/networks/0/policies: no policies of a network"},
    {"\"prefix\":\"10.7.0.0/24\"", "\"prefix\":\"10.7.0.1/24\"",
     "/hns/networks/0/subnets/0/prefix: no IPv4 prefix"},
    {"\"prefix\":\"10.7.0.0/24\"", "\"prefix\":\"10.7.0.0/31\"",
     "/hns/networks/0/subnets/0/router: no address of the prefix that can be a gateway's"},
    {"\"prefix\":\"10.8.0.0/24\"", "\"prefix\":\"10.0.0.0/8\"",
     "/hns/networks/0/subnets/1/prefix: overlaps with another subnet of the network"},
    {"\"router\":\"10.7.0.9\"", "\"router\":\"10.7.0.0\"",
     "/hns/networks/0/subnets/0/router: no address of the prefix that can be a gateway's"},
    {"\"gateway\":\"10.7.0.9\",\"router\"", "\"gateway\":\"10.7.0\",\"router\"",
     "/hns/networks/0/subnets/0/gateway: no IPv4 address"},
    {"\"prefix\":\"10.7.0.0/24\"", "\"policies\":[{\"Type\":\"ELB\"}],\"prefix\":\"10.7.0.0/24\"",
     "/hns/networks/0/subnets/0/policies: no policies of a subnet"},
    {"\"last\":\"00-15-5D-00-FF-FF\"", "\"last\":\"00-15-5C-00-FF-FF\"",
     "/hns/networks/0/mac_pools/0: no range of MAC addresses beside the others"},
    {"\"extensions\":[false,", "\"extensions\":[0,",
     "/hns/networks/0/extensions: not a bool for each extension"},
    {"\"extensions\":[false,", "\"extensions\":[",
     "/hns/networks/0/extensions: not a bool for each extension"},
    {"\"type\":\"nat\"", "\"type\":\"nat\",\"adapter\":\"Ethernet\"",
     "/hns/networks/0/adapter: no adapter that the network can stand on"},
    {"{\"id\":\"" ENDPOINT, "{\"id\":\"" OTHER,
     "/hns/endpoints/1/id: there is an endpoint of that id already"},
    {"\"network\":\"" NETWORK, "\"network\":\"" OTHER,
     "/hns/endpoints/0/network: there is no such network"},
    {"\"address\":\"10.7.0.1\"", "\"address\":\"10.7.0.2\"",
     "/hns/endpoints/1/address: not free in the subnet"},
    {"\"address\":\"10.7.0.1\"", "\"address\":\"10.7.0.9\"",
     "/hns/endpoints/0/address: not free in the subnet"},
    {"\"address\":\"10.7.0.1\"", "\"address\":\"10.8.0.3\"",
     "/hns/endpoints/0/address: not free in the subnet"},
    {"\"address\":\"10.7.0.1\"", "\"address\":\"fe80::1\"",
     "/hns/endpoints/0/address: no IPv4 address"},
    {"\"subnet\":0", "\"subnet\":2",
     "/hns/endpoints/0/subnet: no subnet of the network that gives addresses"},
    {"\"mac\":\"00-15-5D-00-00-00\"", "\"mac\":\"00-15-5D-00-00-01\"",
     "/hns/endpoints/1/mac: not free in the network"},
    {"\"mac\":\"00-15-5D-00-00-00\"", "\"mac\":\"\"", "/hns/endpoints/0/mac: no MAC address"},
    {"\"tcp\":[8080]", "\"tcp\":[8080,0]", "/hns/endpoints/0/tcp/1: no port"},
    {"\"tcp\":[8080]", "\"tcp\":[65536]", "/hns/endpoints/0/tcp/0: no port"},
    {"\"state\":1", "\"state\":2", "/hns/endpoints/0/state: not that of what it is attached to"},
    {"\"containers\":[\"vm\"]", "\"containers\":[7]", "/hns/endpoints/1/containers/0: no text"},
    {"\"containers\":[\"vm\"]", "\"containers\":[\"vm\",\"v2\"]",
     "/hns/endpoints/1/state: not that of what it is attached to"},
    {"\"containers\":[\"vm\"]", "\"on_host\":true,\"containers\":[\"vm\"]",
     "/hns/endpoints/1/state: not that of what it is attached to"},
    {"\"references\":[\"/endpoints/", "\"references\":[\"/networks/",
     "/hns/lists/0/references/0: no endpoint, or one twice"},
    {"\"policies\":[{\"Type\":\"ELB\"}]", "\"policies\":[]",
     "/hns/lists/0/policies: no policies of a list"},
    {"\"default\":true", "\"default\":1",
     "/hns/namespaces/0/default: number where bool is expected"},
    {"\"endpoints\":[\"" ENDPOINT, "\"endpoints\":[\"" NETWORK,
     "/hns/namespaces/0/endpoints/0: no endpoint, or one that is in a namespace"},
    {"\"endpoints\":[\"" ENDPOINT, "\"endpoints\":[\"" ENDPOINT "\",\"" ENDPOINT,
     "/hns/namespaces/0/endpoints/1: no endpoint, or one that is in a namespace"},
    {"\"systems\":[]", "\"systems\":[7]", "/hns/systems/0: no object"},
    {"\"systems\":[]", "\"systems\":[{\"id\":\"x\",\"endpoints\":[]}]",
     "/hns/systems/0/came_up: missing"},
};

static const struct wrong wrong_macs[] = {
    {"\"management_macs\":[", "\"management_macs\":[7,", "/hns/management_macs: no MAC addresses"},
    {"\"management_macs\":[", "\"management_macs\":[{\"MacAddress\":\"x\"},",
     "/hns/management_macs: no MAC addresses"},
    {"\"management_macs\":[", "\"management_macs\":[{},", "/hns/management_macs: no MAC addresses"},
};

/* The text with the first `from` in it replaced; the caller's. */
static char *patched(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    if (at == NULL) {
        fail_msg("%s is not in %s", from, text);
    }
    char *out = wcd_text_format("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    assert_non_null(out);
    return out;
}

static struct wcd_json *read_text(const char *text)
{
    struct wcd_json_fault fault = {0};
    struct wcd_json *document = wcd_json_parse(text, strlen(text), &fault);
    if (document == NULL) {
        fail_msg("%s: %s", fault.reason, text);
    }
    return document;
}

/* Documents made of the first host's are told and change nothing of the second. */
static void assert_wrong(const struct fake_host *from, struct fake_host *to,
                         const struct wrong *rows, size_t count)
{
    char *text = text_of(from);
    char *before = text_of(to);
    uint64_t version = fake_host_store_version(to);
    for (size_t i = 0; i < count; i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        char *wrong = patched(text, rows[i].from, rows[i].to);
        struct wcd_json *document = read_text(wrong);
        if (fake_host_load(to, document, &err) != WCD_E_INVALID_PARAMETER) {
            fail_msg("%s is taken", rows[i].to);
        }
        assert_string_equal(wcd_error_message(&err), rows[i].message);
        wcd_error_release(&err);
        wcd_json_free(document);
        free(wrong);
        char *after = text_of(to);
        assert_string_equal(after, before);
        free(after);
    }
    assert_int_equal(fake_host_store_version(to), version);
    free(text);
    free(before);
}

static void wrong_documents_are_told_and_change_nothing(void **state)
{
    struct fake_host *from = full_host();
    struct fake_host *to = full_host();
    (void)state;
    assert_wrong(from, to, wrongs, COUNT_OF(wrongs));
    /* It is no worse for the attempts, and neither is its adapter. */
    post(to, "/networks/" NETWORK, "{}");
    fake_host_destroy(from);
    fake_host_destroy(to);
}

static void addresses_that_are_none_are_told(void **state)
{
    static const struct wrong older = {"\"networks\":[", "\"management_macs\":[{}],\"networks\":[",
                                       "/hns/management_macs: the build has none"};
    struct fake_host *newer = host_of("server-2025");
    struct fake_host *host = full_host();
    (void)state;
    post(newer, "/accelnet/", "{\"MacAddressList\":[{\"MacAddress\":\"00-15-5D-00-00-00\"}]}");
    assert_wrong(newer, newer, wrong_macs, COUNT_OF(wrong_macs));
    assert_wrong(host, host, &older, 1);
    fake_host_destroy(newer);
    fake_host_destroy(host);
}

/* A port is published twice only where the build takes that. */
static void ports_collide_where_the_build_minds(void **state)
{
    static const char *const builds[] = {"server-1709", "server-1803"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(builds); i++) {
        struct fake_host *host = host_of(builds[i]);
        struct wcd_error err = WCD_ERROR_INIT;
        post(host, "/networks/", "{\"ID\":\"" NETWORK "\",\"Type\":\"nat\",\"Name\":\"n\"}");
        post(host, "/endpoints/",
             "{\"ID\":\"" ENDPOINT "\",\"VirtualNetwork\":\"" NETWORK
             "\",\"Policies\":[{\"Type\":\"NAT\","
             "\"Protocol\":\"tcp\",\"InternalPort\":80,\"ExternalPort\":8080}]}");
        char *text = text_of(host);
        char *twice = patched(text, "\"tcp\":[8080]", "\"tcp\":[8080,8080]");
        struct wcd_json *document = read_text(twice);
        enum wcd_errc code = fake_host_load(host, document, &err);
        assert_int_equal(code, i == 0 ? WCD_OK : WCD_E_INVALID_PARAMETER);
        assert_true(i == 0 ||
                    strcmp(wcd_error_message(&err),
                           "/hns/endpoints/0/tcp/1: another endpoint has published the port") == 0);
        wcd_error_release(&err);
        wcd_json_free(document);
        free(twice);
        free(text);
        fake_host_destroy(host);
    }
}

/* ---- files ---- */

static void a_file_is_written_and_read(void **state)
{
    struct fake_host *machine = host_of("server-2022");
    struct fake_host *from = full_host();
    struct fake_host *to = host_of(BUILD);
    const struct plat_fs fs = fake_host_platform(machine).fs;
    struct wcd_error err = WCD_ERROR_INIT;
    (void)state;
    char *before = text_of(to);
    assert_int_equal(fake_store_read(&fs, PATH, to, &err), WCD_OK);
    assert_int_equal(fake_store_read(&fs, "C:\\no\\folder\\host.json", to, &err), WCD_OK);
    char *after = text_of(to);
    assert_string_equal(after, before);
    free(before);
    free(after);
    assert_int_equal(fake_store_write(&fs, PATH, from, &err), WCD_OK);
    assert_int_equal(fake_store_write(&fs, PATH, from, &err), WCD_OK);
    assert_int_equal(fake_fs_kind_of(machine, PATH ".new"), FAKE_FS_NOTHING);
    assert_int_equal(fake_store_read(&fs, PATH, to, &err), WCD_OK);
    fake_host_reboot(from);
    before = text_of(from);
    after = text_of(to);
    assert_string_equal(after, before);
    free(before);
    free(after);
    fake_host_destroy(machine);
    fake_host_destroy(from);
    fake_host_destroy(to);
}

static void a_file_that_is_wrong_is_told_with_its_path(void **state)
{
    static const struct {
        const char *text;
        const char *message;
    } rows[] = {
        {"", PATH ": line 1, column 1: "},
        {"{\"version\":1,\n", PATH ": line 2, column 1: "},
        {"[]", PATH ": the document: no object"},
        {"{\"version\":3}", PATH ": /version: a document of version 3, where 1 is known"},
    };
    struct fake_host *machine = host_of("server-2022");
    struct fake_host *to = host_of(BUILD);
    const struct plat_fs fs = fake_host_platform(machine).fs;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct wcd_error err = WCD_ERROR_INIT;
        assert_true(fake_fs_put_file(machine, PATH, rows[i].text, strlen(rows[i].text)));
        assert_int_equal(fake_store_read(&fs, PATH, to, &err), WCD_E_INVALID_PARAMETER);
        if (strncmp(wcd_error_message(&err), rows[i].message, strlen(rows[i].message)) != 0) {
            fail_msg("%s", wcd_error_message(&err));
        }
        wcd_error_release(&err);
    }
    char *large = malloc(FAKE_STORE_BYTES_MAX + 1);
    struct wcd_error err = WCD_ERROR_INIT;
    assert_non_null(large);
    memset(large, ' ', FAKE_STORE_BYTES_MAX + 1);
    assert_true(fake_fs_put_file(machine, PATH, large, FAKE_STORE_BYTES_MAX + 1));
    assert_int_equal(fake_store_read(&fs, PATH, to, &err), WCD_E_INVALID_PARAMETER);
    assert_string_equal(wcd_error_message(&err), PATH ": larger than 16777216 bytes");
    wcd_error_release(&err);
    free(large);
    assert_true(fake_fs_set_failure(machine, PATH, plat_hr_win32(PLAT_ERROR_ACCESS_DENIED)));
    assert_int_equal(fake_store_read(&fs, PATH, to, &err), WCD_E_SYSTEM);
    assert_string_equal(wcd_error_message(&err), PATH ": cannot be opened: 0x80070005");
    wcd_error_release(&err);
    fake_host_destroy(machine);
    fake_host_destroy(to);
}

/* ---- writers that die ---- */

/* A file system that does `left` more calls; in the last one a write gets half way, and from then on nothing happens. Before and
 * after each call somebody looks. */
struct dying {
    struct plat_fs below;
    size_t left;
    bool dead;
    bool fails; /* the one call alone, and the writer lives */
    void (*look)(void *ctx);
    void *ctx;
};

#define DEAD plat_hr_win32(PLAT_ERROR_GEN_FAILURE)

/* True for a call that is done. */
static bool lives_on(struct dying *dying)
{
    dying->look(dying->ctx);
    if (dying->dead || dying->left == 0) {
        dying->dead = dying->dead || !dying->fails;
        dying->left = SIZE_MAX;
        return false;
    }
    dying->left--;
    return true;
}

static plat_hr dying_open(void *ctx, const char *path, uint32_t access,
                          enum plat_file_disposition disposition, plat_handle *out)
{
    struct dying *dying = ctx;
    return lives_on(dying)
               ? dying->below.ops->open(dying->below.ctx, path, access, disposition, out)
               : DEAD;
}

static plat_hr dying_write(void *ctx, plat_handle file, const void *data, size_t size)
{
    struct dying *dying = ctx;
    if (lives_on(dying)) {
        return dying->below.ops->write(dying->below.ctx, file, data, size);
    }
    (void)dying->below.ops->write(dying->below.ctx, file, data, size / 2);
    return DEAD;
}

static plat_hr dying_flush(void *ctx, plat_handle file)
{
    struct dying *dying = ctx;
    return lives_on(dying) ? dying->below.ops->flush(dying->below.ctx, file) : DEAD;
}

/* A handle does not outlive its process. */
static plat_hr dying_close(void *ctx, plat_handle file)
{
    struct dying *dying = ctx;
    plat_hr hr = lives_on(dying) ? PLAT_S_OK : DEAD;
    plat_hr closed = dying->below.ops->close(dying->below.ctx, file);
    return plat_failed(hr) ? hr : closed;
}

static plat_hr dying_move(void *ctx, const char *from, const char *to, uint32_t flags)
{
    struct dying *dying = ctx;
    assert_int_equal(flags, PLAT_MOVE_REPLACE_EXISTING | PLAT_MOVE_WRITE_THROUGH);
    return lives_on(dying) ? dying->below.ops->move(dying->below.ctx, from, to, flags) : DEAD;
}

static plat_hr dying_remove(void *ctx, const char *path)
{
    struct dying *dying = ctx;
    return lives_on(dying) ? dying->below.ops->remove_file(dying->below.ctx, path) : DEAD;
}

static const struct plat_fs_ops dying_ops = {
    .open = dying_open,
    .write = dying_write,
    .flush = dying_flush,
    .close = dying_close,
    .move = dying_move,
    .remove_file = dying_remove,
};

/* What may be in the file. */
struct reader {
    struct fake_host *machine;
    char *before;
    char *after;
    bool saw_before;
    bool saw_after;
};

static void look(void *ctx)
{
    struct reader *reader = ctx;
    size_t size = 0;
    const char *content = fake_fs_content(reader->machine, PATH, &size);
    bool before = content != NULL && size == strlen(reader->before) &&
                  memcmp(content, reader->before, size) == 0;
    bool after = content != NULL && size == strlen(reader->after) &&
                 memcmp(content, reader->after, size) == 0;
    assert_true(before || after);
    assert_false(before && reader->saw_after);
    reader->saw_before = reader->saw_before || before;
    reader->saw_after = reader->saw_after || after;
}

/* True when the call that was to go wrong came. */
static bool die_writing(size_t n, bool fails)
{
    struct fake_host *machine = host_of("server-2022");
    struct fake_host *host = host_of(BUILD);
    struct wcd_error err = WCD_ERROR_INIT;
    struct reader reader = {.machine = machine};
    struct dying dying = {.below = fake_host_platform(machine).fs,
                          .left = n,
                          .fails = fails,
                          .look = look,
                          .ctx = &reader};
    const struct plat_fs fs = {&dying_ops, &dying};
    assert_int_equal(fake_store_write(&dying.below, PATH, host, &err), WCD_OK);
    reader.before = text_of(host);
    post(host, "/networks/", "{\"Type\":\"nat\",\"Name\":\"n\"}");
    reader.after = text_of(host);
    enum wcd_errc code = fake_store_write(&fs, PATH, host, &err);
    look(&reader);
    assert_true(code == WCD_OK || err.hresult == (int32_t)DEAD);
    assert_true((code == WCD_OK) == reader.saw_after);
    wcd_error_release(&err);
    /* Whoever comes next takes it from there. */
    struct fake_host *next = host_of(BUILD);
    assert_int_equal(fake_store_read(&dying.below, PATH, next, &err), WCD_OK);
    assert_int_equal(fake_store_write(&dying.below, PATH, next, &err), WCD_OK);
    assert_int_equal(fake_fs_kind_of(machine, PATH ".new"), FAKE_FS_NOTHING);
    fake_host_destroy(next);
    free(reader.before);
    free(reader.after);
    fake_host_destroy(host);
    fake_host_destroy(machine);
    return code != WCD_OK;
}

static void a_writer_that_dies_leaves_the_old_file_or_the_new_one(void **state)
{
    (void)state;
    for (int fails = 0; fails < 2; fails++) {
        size_t n = 0;
        while (die_writing(n, fails == 1)) {
            n++;
        }
        assert_int_equal(n, 5); /* open, write, flush, close, move */
    }
}

/* ---- want of memory ---- */

static void loading_survives_want_of_memory(void **state)
{
    struct fake_host *machine = host_of("server-2022");
    const struct plat_fs fs = fake_host_platform(machine).fs;
    struct fake_host *from = full_host();
    struct fake_host *to = host_of(BUILD);
    struct wcd_error err = WCD_ERROR_INIT;
    (void)state;
    assert_int_equal(fake_store_write(&fs, PATH, from, &err), WCD_OK);
    char *before = text_of(to);
    for (size_t n = 1;; n += alloc_fail_stride(3)) {
        alloc_fail_after(n);
        enum wcd_errc code = fake_store_read(&fs, PATH, to, &err);
        if (!alloc_fail_off()) {
            assert_int_equal(code, WCD_OK);
            break;
        }
        /* The emulated machine has no memory for a handle either. */
        assert_true(code == WCD_E_NO_MEMORY || (code == WCD_E_SYSTEM && n < 10));
        wcd_error_release(&err);
        char *after = text_of(to);
        assert_string_equal(after, before);
        free(after);
    }
    free(before);
    fake_host_destroy(machine);
    fake_host_destroy(from);
    fake_host_destroy(to);
}

static void saving_survives_want_of_memory(void **state)
{
    struct fake_host *machine = host_of("server-2022");
    const struct plat_fs fs = fake_host_platform(machine).fs;
    struct fake_host *from = full_host();
    (void)state;
    for (size_t n = 1;; n++) {
        struct wcd_error err = WCD_ERROR_INIT;
        alloc_fail_after(n);
        enum wcd_errc code = fake_store_write(&fs, PATH, from, &err);
        bool failed = alloc_fail_off();
        assert_true(code == WCD_OK || failed);
        assert_true(code == WCD_OK || fake_fs_kind_of(machine, PATH) == FAKE_FS_NOTHING);
        wcd_error_release(&err);
        if (!failed) {
            break;
        }
    }
    fake_host_destroy(machine);
    fake_host_destroy(from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_documents_are_told_and_change_nothing),
        cmocka_unit_test(addresses_that_are_none_are_told),
        cmocka_unit_test(ports_collide_where_the_build_minds),
        cmocka_unit_test(a_file_is_written_and_read),
        cmocka_unit_test(a_file_that_is_wrong_is_told_with_its_path),
        cmocka_unit_test(a_writer_that_dies_leaves_the_old_file_or_the_new_one),
        cmocka_unit_test(loading_survives_want_of_memory),
        cmocka_unit_test(saving_survives_want_of_memory),
    };
    return cmocka_run_group_tests_name("store file", tests, NULL, NULL);
}
