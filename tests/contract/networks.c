/* What the suites of the network service share. */
#include "tests/contract/networks.h"

#include "core/base/text.h"
#include "tests/support/cmocka.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct networks_refusal networks_bad_parameter = {
    0x80070057u, "The parameter is incorrect. ", 0x80070057u, "The parameter is incorrect. "};
const struct networks_refusal networks_bad_document = {
    0x80070057u, "The parameter is incorrect. ", 0x803B001Bu, "Invalid JSON document string. "};
const struct networks_refusal networks_unknown_id = {
    0x800710D8u, "The object identifier does not represent a valid object. ", 0x80070490u,
    "Element not found. "};
const struct networks_refusal networks_unknown_path = {0x80070490u, "Element not found. ",
                                                       0x80070490u, "Element not found. "};
const struct networks_refusal networks_bad_method = {0x80070032u, "The request is not supported. ",
                                                     0x803B0015u,
                                                     "The specified request is unsupported. "};

void networks_init(struct networks *n, void **state)
{
    struct plat_os_version version = {0};
    *n = (struct networks){.state = state, .machine = contract_machine(state)};
    const struct platform *platform = &n->machine->platform;
    n->hns = &platform->hns;
    ASSERT_OK(platform->os.ops->version(platform->os.ctx, &version));
    n->build = version.build;
    n->era = n->build < 16299   ? NETWORKS_2016
             : n->build < 17134 ? NETWORKS_1709
             : n->build < 17763 ? NETWORKS_1803
                                : NETWORKS_2019;
}

void networks_release(struct networks *n)
{
    wcd_json_free(n->read);
    free(n->response);
    n->read = NULL;
    n->response = NULL;
}

/* The second letter after the blank is no matter of JSON: the style of the build. */
static void assert_style(const struct networks *n)
{
    if (n->era == NETWORKS_2019) {
        assert_null(strstr(n->response, " : "));
        assert_int_equal(n->response[1], '"');
    } else {
        assert_memory_equal(n->response, "{ \"", 3);
    }
}

plat_hr networks_call(struct networks *n, const char *method, const char *path, const char *body)
{
    networks_release(n);
    n->response = contract_poison();
    n->hr = n->hns->ops->call(n->hns->ctx, method, path, body, &n->response);
    if (n->response != NULL) {
        struct wcd_json_fault fault = {0};
        n->read = wcd_json_parse(n->response, strlen(n->response), &fault);
        assert_non_null(n->read);
        assert_style(n);
    }
    return n->hr;
}

const struct wcd_json *networks_done(struct networks *n, const char *method, const char *path,
                                     const char *body)
{
    plat_hr hr = networks_call(n, method, path, body);
    const struct wcd_json *success = n->read == NULL ? NULL : wcd_json_get(n->read, "Success");
    if (plat_failed(hr) || success == NULL || !wcd_json_bool(success)) {
        fail_msg("%s %s %s: 0x%08X %s", method, path, body, plat_hr_bits(hr),
                 n->response == NULL ? "" : n->response);
    }
    return wcd_json_get(n->read, "Output");
}

void networks_refused(struct networks *n, const char *method, const char *path, const char *body,
                      const struct networks_refusal *why)
{
    bool old = n->era != NETWORKS_2019;
    plat_hr hr = networks_call(n, method, path, body);
    uint32_t expected = old ? 0 : why->code;
    if (plat_hr_bits(hr) != expected || n->response == NULL) {
        fail_msg("%s %s %s: 0x%08X in place of 0x%08X, %s", method, path, body, plat_hr_bits(hr),
                 expected, n->response == NULL ? "" : n->response);
    }
    assert_string_equal(networks_text(n->read, "/Error"), old ? why->old_text : why->text);
    assert_false(wcd_json_bool(wcd_json_get(n->read, "Success")));
    assert_int_equal(wcd_json_size(n->read), old ? 2 : 3);
    if (!old) {
        assert_int_equal(networks_number(n->read, "/ErrorCode"), why->code);
    }
}

static void assert_letters(const struct networks *n, const char *id)
{
    for (const char *at = id; *at != '\0'; at++) {
        int other =
            n->era == NETWORKS_2019 ? tolower((unsigned char)*at) : toupper((unsigned char)*at);
        assert_true(!isalpha((unsigned char)*at) || *at != other);
    }
}

static void keep_id(const struct networks *n, const struct wcd_json *output, char id[37])
{
    const char *text = networks_text(output, "/ID");
    assert_int_equal(strlen(text), 36);
    assert_letters(n, text);
    memcpy(id, text, 37);
}

void networks_make(struct networks *n, const char *body, char id[37])
{
    keep_id(n, networks_done(n, "POST", "/networks/", body), id);
}

void networks_make_endpoint(struct networks *n, const char *network, const char *more, char id[37])
{
    char *body = wcd_text_format("{\"VirtualNetwork\":\"%s\"%s}", network, more);
    assert_non_null(body);
    keep_id(n, networks_done(n, "POST", "/endpoints/", body), id);
    free(body);
}

const char *networks_text(const struct wcd_json *value, const char *pointer)
{
    const struct wcd_json *found = wcd_json_at(value, pointer);
    if (!wcd_json_is(found, WCD_JSON_STRING)) {
        fail_msg("no text at %s", pointer);
    }
    return wcd_json_string(found);
}

int64_t networks_number(const struct wcd_json *value, const char *pointer)
{
    const struct wcd_json *found = wcd_json_at(value, pointer);
    int64_t number = 0;
    if (!wcd_json_is(found, WCD_JSON_NUMBER) || !wcd_json_int64(found, &number)) {
        fail_msg("no number at %s", pointer);
    }
    return number;
}

const char *networks_path(const char *collection, const char *id, const char *action)
{
    static char paths[4][128];
    static size_t next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof(paths[0]), "/%s/%s%s%s", collection, id,
                   action[0] == '\0' ? "" : "/", action);
    return path;
}
