/* The bed of the network controller; see controller_fixture.h. */
#include "tests/unit/core/controller_fixture.h"

#include <stdio.h>

#define NETWORKS      "/networks/"
#define ENDPOINTS     "/endpoints/"
#define RESPONSE_SIZE ((size_t)32 * 1024)

static void keep_line(void *ctx, enum wcd_log_level level, const char *message)
{
    struct ctl_bed *bed = ctx;
    if (level >= WCD_LOG_WARN) {
        (void)wcd_strlist_addf(&bed->log, "%s: %s", wcd_log_level_name(level), message);
    }
}

/* ---- HNS ---- */

static struct ctl_object *find(struct ctl_object *objects, const char *id)
{
    for (size_t i = 0; i < CTL_NETWORKS_MAX; i++) {
        if (strcmp(objects[i].id, id) == 0) {
            return &objects[i];
        }
    }
    return NULL;
}

static void copy(char *to, const char *from)
{
    (void)snprintf(to, CTL_TEXT_MAX, "%s", wcd_text_or_empty(from));
}

static void write_network(char *out, size_t size, const struct ctl_object *network)
{
    char subnets[3 * CTL_TEXT_MAX] = "";
    if (network->pool[0] != '\0') {
        (void)snprintf(subnets, sizeof(subnets),
                       "{\"AddressPrefix\":\"%s\",\"GatewayAddress\":\"%s\"}", network->pool,
                       network->gateway);
    }
    (void)snprintf(out, size, "{\"ID\":\"%s\",\"Name\":\"%s\",\"Type\":\"%s\",\"Subnets\":[%s]}",
                   network->id, network->name, network->type, subnets);
}

static void write_networks(char *out, size_t size, const struct ctl_bed *bed)
{
    size_t len = (size_t)snprintf(out, size, "[");
    for (size_t i = 0; i < CTL_NETWORKS_MAX; i++) {
        if (bed->networks[i].id[0] != '\0') {
            if (len > 1) {
                out[len++] = ',';
            }
            write_network(out + len, size - len, &bed->networks[i]);
            len += strlen(out + len);
        }
    }
    (void)snprintf(out + len, size - len, "]");
}

static const char *member(const struct wcd_json *object, const char *pointer)
{
    const struct wcd_json *json = wcd_json_at(object, pointer);
    return wcd_json_is(json, WCD_JSON_STRING) ? wcd_json_string(json) : "";
}

static bool post_network(struct ctl_bed *bed, const struct wcd_json *body, char *out, size_t size)
{
    struct ctl_object *network = find(bed->networks, "");
    if (network == NULL || body == NULL) {
        return false;
    }
    *network = (struct ctl_object){0};
    (void)snprintf(network->id, sizeof(network->id), "made-%u", (unsigned)++bed->made);
    copy(network->name, member(body, "/Name"));
    copy(network->type, member(body, "/Type"));
    (void)snprintf(network->pool, sizeof(network->pool), "172.31.%u.0/24",
                   (unsigned)(bed->made & 0xffu));
    (void)snprintf(network->gateway, sizeof(network->gateway), "172.31.%u.1",
                   (unsigned)(bed->made & 0xffu));
    write_network(out, size, network);
    return true;
}

static bool post_endpoint(struct ctl_bed *bed, const struct wcd_json *body, char *out, size_t size)
{
    struct ctl_object *endpoint = find(bed->endpoints, "");
    if (endpoint == NULL || body == NULL) {
        return false;
    }
    (void)snprintf(endpoint->id, sizeof(endpoint->id), "ep-%u", (unsigned)++bed->made);
    copy(endpoint->name, member(body, "/VirtualNetwork"));
    const char *address = member(body, "/IPAddress");
    (void)snprintf(out, size,
                   "{\"ID\":\"%s\",\"VirtualNetwork\":\"%s\",\"IPAddress\":\"%s\","
                   "\"MacAddress\":\"00-15-5D-01-02-03\",\"GatewayAddress\":\"172.31.0.1\"}",
                   endpoint->id, endpoint->name, address[0] == '\0' ? "172.31.0.9" : address);
    return true;
}

static bool remove_object(struct ctl_bed *bed, struct ctl_object *objects, const char *id)
{
    struct ctl_object *object = find(objects, id);
    if (object == NULL || id[0] == '\0') {
        return false;
    }
    bed->foreign_deletes += object->foreign ? 1u : 0u;
    *object = (struct ctl_object){0};
    return true;
}

/* False: there is no such thing. */
static bool answer(struct ctl_bed *bed, const char *method, const char *path,
                   const struct wcd_json *body, char *out, size_t size)
{
    bool is_network = wcd_text_has_prefix(path, NETWORKS);
    const char *id = path + strlen(NETWORKS);
    if (strcmp(method, "GET") == 0) {
        const struct ctl_object *network = is_network ? find(bed->networks, id) : NULL;
        if (strcmp(path, NETWORKS) == 0) {
            write_networks(out, size, bed);
        } else if (network != NULL) {
            write_network(out, size, network);
        } else {
            (void)snprintf(out, size, "[]");
        }
        return network != NULL || strcmp(path, NETWORKS) == 0 || strcmp(path, ENDPOINTS) == 0;
    }
    if (strcmp(method, "POST") == 0) {
        bed->posts++;
        return is_network ? post_network(bed, body, out, size)
                          : post_endpoint(bed, body, out, size);
    }
    bed->deletes++;
    (void)snprintf(out, size, "{}");
    return remove_object(bed, is_network ? bed->networks : bed->endpoints,
                         is_network ? id : path + strlen(ENDPOINTS));
}

static plat_hr hns_call(void *ctx, const char *method, const char *path, const char *object,
                        char **response)
{
    struct ctl_bed *bed = ctx;
    struct wcd_json_fault fault;
    char *text = malloc(RESPONSE_SIZE);
    *response = NULL;
    if (text == NULL || !wcd_strlist_addf(&bed->calls, "%s %s%s%s", method, path,
                                          object[0] == '\0' ? "" : " ", object)) {
        free(text);
        return PLAT_E_OUTOFMEMORY;
    }
    bed->call++;
    if (bed->call >= bed->fail_from && bed->call <= bed->fail_to) {
        *response = wcd_text_copy("{\"Success\":false,\"Error\":\"boom\"}");
    } else {
        struct wcd_json *body = wcd_json_parse(object, strlen(object), &fault);
        if (body != NULL || object[0] == '\0') {
            bool ok = answer(bed, method, path, body, text, RESPONSE_SIZE);
            *response = ok ? wcd_text_format("{\"Success\":true,\"Output\":%s}", text)
                           : wcd_text_copy("{\"Success\":false,\"Error\":\"Element not found. \"}");
        }
        wcd_json_free(body);
    }
    free(text);
    return *response == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

static const struct plat_hns_ops hns_ops = {hns_call};

/* ---- the bed ---- */

void ctl_set_up(struct ctl_bed *bed, enum wcd_engine engine)
{
    struct fake_host_options options = fake_host_defaults(fake_build_find("server-2022"));
    *bed = (struct ctl_bed){.engine = engine_rules_of(engine), .fail_from = CTL_NEVER};
    assert_int_equal(fake_host_create(&bed->host, &options, &bed->err), WCD_OK);
    bed->platform = fake_host_platform(bed->host);
    bed->platform.hns = (struct plat_hns){&hns_ops, bed};
    bed->sink = (struct wcd_log_sink){.write = keep_line, .ctx = bed};
}

void ctl_close(struct ctl_bed *bed)
{
    wcd_network_controller_free(bed->controller);
    bed->controller = NULL;
}

void ctl_tear_down(struct ctl_bed *bed)
{
    ctl_close(bed);
    ctl_forget(bed);
    wcd_error_release(&bed->err);
    fake_host_destroy(bed->host);
}

void ctl_forget(struct ctl_bed *bed)
{
    wcd_strlist_release(&bed->log);
    wcd_strlist_release(&bed->calls);
    bed->posts = 0;
    bed->deletes = 0;
}

void ctl_add_foreign(struct ctl_bed *bed, const char *id, const char *name, const char *type,
                     const char *pool)
{
    struct ctl_object *network = find(bed->networks, "");
    if (network == NULL) {
        fail_msg("HNS is full");
        return;
    }
    copy(network->id, id);
    copy(network->name, name);
    copy(network->type, type);
    copy(network->pool, pool);
    network->foreign = true;
}

size_t ctl_hns_count(const struct ctl_bed *bed)
{
    size_t count = 0;
    for (size_t i = 0; i < CTL_NETWORKS_MAX; i++) {
        count += bed->networks[i].id[0] != '\0' ? 1u : 0u;
    }
    return count;
}

enum wcd_errc ctl_open(struct ctl_bed *bed, const struct platform *platform)
{
    const struct wcd_network_controller_options options = {
        .platform = platform == NULL ? &bed->platform : platform,
        .engine = bed->engine,
        .log = &bed->sink,
        .folder = CTL_FOLDER};
    return wcd_network_controller_new(&bed->controller, &options, &bed->err);
}

void ctl_open_well(struct ctl_bed *bed)
{
    if (ctl_open(bed, NULL) != WCD_OK) {
        fail_msg("%s", wcd_error_message(&bed->err));
    }
}

enum wcd_errc ctl_start(struct ctl_bed *bed)
{
    const struct wcd_network_start start = {.os_build = 20348};
    return wcd_network_controller_start(bed->controller, &start, &bed->err);
}

const struct wcd_network *ctl_make(struct ctl_bed *bed, const char *type, const char *name)
{
    const struct wcd_network_request request = {.type = type, .name = name};
    const struct wcd_network *network = NULL;
    if (wcd_network_create(bed->controller, &request, &network, &bed->err) != WCD_OK) {
        fail_msg("%s", wcd_error_message(&bed->err));
    }
    return network;
}

void ctl_assert_error(struct ctl_bed *bed, enum wcd_errc code, const char *message)
{
    assert_string_equal(wcd_error_message(&bed->err), message);
    assert_int_equal(bed->err.code, code);
    wcd_error_release(&bed->err);
}

void ctl_assert_names(const struct ctl_bed *bed, const char *expected)
{
    char text[2048] = "";
    size_t len = 0;
    for (const struct wcd_network *at = wcd_networks(bed->controller); at != NULL; at = at->next) {
        const struct wcd_json *hns_id = wcd_json_get(at->options, WCD_NET_OPTION_HNSID);
        if (!at->in_delete) {
            len += (size_t)snprintf(text + len, sizeof(text) - len, "%s %s %s\n", at->name,
                                    at->type, hns_id == NULL ? "-" : wcd_json_string(hns_id));
        }
    }
    assert_string_equal(text, expected);
}
