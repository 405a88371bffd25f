/* HNSCall as hcsshim makes it; see hns.h.
 *
 * Sources: hcsshim of January 2017 (hnsfuncs.go, hcsshim.go) and 0.11 (internal/hns/hnsfuncs.go,
 * internal/hns/hnsnetwork.go, internal/hcserror). */
#include "core/network/hns.h"

#include "core/base/oserror.h"
#include "core/config/go_json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HNS_OP "hns.call"

/* What the drivers compare with, the blank at its end included. */
#define NOT_FOUND_MESSAGE                                                                          \
    "HNS failed with error : The object identifier does not represent a valid object. "

/* Where the generations' hcsshim differ. */
struct hns_words {
    const char *failure; /* {}: HNS' own words */
    const char *context; /* in front of what ends a call before its envelope is read, or NULL */
    const char *response_type;
    const char *networks_type;
    bool logs_requests;
};

static const struct hns_words generations[] = {
    [WCD_ENGINE_V17] = {.failure = "HNS failed with error : {}",
                        .response_type = "hcsshim.hnsResponse",
                        .networks_type = "[]hcsshim.HNSNetwork"},
    [WCD_ENGINE_V25] = {.failure = "hns failed with error : {}",
                        .context = "failed during hnsCallRawResponse",
                        .response_type = "hns.hnsResponse",
                        .networks_type = "[]hns.HNSNetwork",
                        .logs_requests = true},
};

static const struct hns_words *words_of(const struct wcd_hns *hns)
{
    return &generations[hns->engine->engine];
}

static enum wcd_errc add_context(const struct wcd_hns *hns, enum wcd_errc code,
                                 struct wcd_error *err)
{
    const char *context = words_of(hns)->context;
    return code == WCD_E_NO_MEMORY || context == NULL ? code : wcd_error_wrap(err, "%s", context);
}

static enum wcd_errc system_error(const struct wcd_hns *hns, plat_hr hr, struct wcd_error *err)
{
    char *text = wcd_os_no_memory(hr) ? NULL : wcd_os_error_text(&hns->platform->os, hr);
    if (text == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = wcd_error_platform(err, WCD_E_PLAIN, HNS_OP, hr,
                                            "hnsCall failed in Win32: %s (0x%" PRIx32 ")", text,
                                            plat_error_number(hr));
    free(text);
    return add_context(hns, code, err);
}

/* ---- the envelope ---- */

static enum wcd_errc parse_response(const char *response, struct wcd_json **out,
                                    struct wcd_error *err)
{
    struct wcd_json_fault fault = {0};
    size_t len = strnlen(response, WCD_HNS_RESPONSE_BYTES_MAX + 1);
    if (len > WCD_HNS_RESPONSE_BYTES_MAX) {
        return wcd_error_set(err, WCD_E_PLAIN, "the response of HNS is longer than %zu bytes",
                             WCD_HNS_RESPONSE_BYTES_MAX);
    }
    enum wcd_errc code = go_json_read(response, len, GO_JSON_UNMARSHAL, out, &fault, err);
    return code != WCD_OK || *out != NULL
               ? code
               : wcd_error_set(err, WCD_E_PLAIN, "the response of HNS cannot be read: %s",
                               fault.reason);
}

/* What a member of a Go struct is to be. */
struct go_member {
    const char *name;
    const char *path; /* "hnsResponse.Success" */
    enum wcd_json_type type;
    const char *go_type;
};

/* A member of the type, or NULL where there is none or null. */
static enum wcd_errc take_member(const struct wcd_json *object, const struct go_member *wanted,
                                 const struct wcd_json **out, struct wcd_error *err)
{
    const struct wcd_json *member = wcd_json_get(object, wanted->name);
    *out = member == NULL || wcd_json_is(member, wanted->type) ? member : NULL;
    if (member == NULL || *out != NULL || wcd_json_is(member, WCD_JSON_NULL)) {
        return WCD_OK;
    }
    return wcd_error_set(
        err, WCD_E_PLAIN, "json: cannot unmarshal %s into Go struct field %s of type %s",
        wcd_json_type_name(wcd_json_type_of(member)), wanted->path, wanted->go_type);
}

static enum wcd_errc wrong_value(const struct wcd_json *value, const char *go_type,
                                 struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_PLAIN, "json: cannot unmarshal %s into Go value of type %s",
                         wcd_json_type_name(wcd_json_type_of(value)), go_type);
}

/* Answers in *failure what HNS says of a call without success, NULL after one with. */
static enum wcd_errc judge_envelope(const struct wcd_hns *hns, const struct wcd_json *envelope,
                                    const char **failure, struct wcd_error *err)
{
    const struct wcd_json *success = NULL;
    const struct wcd_json *text = NULL;
    static const struct go_member members[] = {
        {"Success", "hnsResponse.Success", WCD_JSON_BOOL, "bool"},
        {"Error", "hnsResponse.Error", WCD_JSON_STRING, "string"},
    };
    enum wcd_json_type type = wcd_json_type_of(envelope);
    *failure = NULL;
    if (type != WCD_JSON_OBJECT && type != WCD_JSON_NULL) {
        return wrong_value(envelope, words_of(hns)->response_type, err);
    }
    enum wcd_errc code = take_member(envelope, &members[0], &success, err);
    if (code == WCD_OK) {
        code = take_member(envelope, &members[1], &text, err);
    }
    if (code == WCD_OK && (success == NULL || !wcd_json_bool(success))) {
        *failure = text == NULL ? "" : wcd_json_string(text);
    }
    return code;
}

static enum wcd_errc read_response(const struct wcd_hns *hns, const char *response,
                                   struct wcd_json **output, struct wcd_error *err)
{
    struct wcd_json *envelope = NULL;
    const char *failure = NULL;
    enum wcd_errc code = parse_response(response, &envelope, err);
    if (code == WCD_OK) {
        code = judge_envelope(hns, envelope, &failure, err);
    }
    if (code != WCD_OK) {
        wcd_json_free(envelope);
        return add_context(hns, code, err);
    }
    const struct wcd_json *member = wcd_json_get(envelope, "Output");
    if (failure != NULL) {
        code = wcd_error_fill(err, WCD_E_PLAIN, words_of(hns)->failure, failure);
        err->op = HNS_OP;
    } else if (member != NULL && !wcd_json_is(member, WCD_JSON_NULL)) {
        *output = wcd_json_copy(member);
        code = *output == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    wcd_json_free(envelope);
    return code;
}

enum wcd_errc wcd_hns_call(const struct wcd_hns *hns, const char *method, const char *path,
                           const char *body, struct wcd_json **output, struct wcd_error *err)
{
    const struct plat_hns *service = &hns->platform->hns;
    char *response = NULL;
    *output = NULL;
    if (words_of(hns)->logs_requests) {
        wcd_log(hns->log, WCD_LOG_DEBUG, "[%s]=>[%s] Request : %s", method, path, body);
    }
    plat_hr hr = service->ops->call(service->ctx, method, path, body, &response);
    enum wcd_errc code = plat_failed(hr)
                             ? system_error(hns, hr, err)
                             : read_response(hns, response == NULL ? "" : response, output, err);
    free(response);
    return code;
}

/* ---- networks ---- */

/* Of one object of a list; null is an empty one. */
static enum wcd_errc judge_object(const struct wcd_json *object, const struct go_member *members,
                                  size_t count, struct wcd_error *err)
{
    const struct wcd_json *member = NULL;
    enum wcd_errc code = WCD_OK;
    for (size_t i = 0; code == WCD_OK && i < count; i++) {
        code = take_member(object, &members[i], &member, err);
    }
    return code;
}

static bool is_object_or_null(const struct wcd_json *value)
{
    return wcd_json_is(value, WCD_JSON_OBJECT) || wcd_json_is(value, WCD_JSON_NULL);
}

static enum wcd_errc judge_subnets(const struct wcd_json *list, struct wcd_error *err)
{
    static const struct go_member members[] = {
        {"AddressPrefix", "Subnet.Subnets.AddressPrefix", WCD_JSON_STRING, "string"},
        {"GatewayAddress", "Subnet.Subnets.GatewayAddress", WCD_JSON_STRING, "string"},
    };
    enum wcd_errc code = WCD_OK;
    for (const struct wcd_json *at = wcd_json_first(list); code == WCD_OK && at != NULL;
         at = wcd_json_next(at)) {
        code = is_object_or_null(at)
                   ? judge_object(at, members, sizeof(members) / sizeof(members[0]), err)
                   : wcd_error_set(err, WCD_E_PLAIN,
                                   "json: cannot unmarshal %s into Go struct field "
                                   "HNSNetwork.Subnets of type hns.Subnet",
                                   wcd_json_type_name(wcd_json_type_of(at)));
    }
    return code;
}

static enum wcd_errc judge_networks(const struct wcd_hns *hns, const struct wcd_json *list,
                                    struct wcd_error *err)
{
    static const struct go_member members[] = {
        {"ID", "HNSNetwork.ID", WCD_JSON_STRING, "string"},
        {"Name", "HNSNetwork.Name", WCD_JSON_STRING, "string"},
        {"Type", "HNSNetwork.Type", WCD_JSON_STRING, "string"},
        {"ManagementIP", "HNSNetwork.ManagementIP", WCD_JSON_STRING, "string"},
        {"Subnets", "HNSNetwork.Subnets", WCD_JSON_ARRAY, "[]hns.Subnet"},
    };
    const char *go_type = words_of(hns)->networks_type;
    enum wcd_errc code = WCD_OK;
    if (list != NULL && !wcd_json_is(list, WCD_JSON_ARRAY)) {
        return wrong_value(list, go_type, err);
    }
    for (const struct wcd_json *at = wcd_json_first(list); code == WCD_OK && at != NULL;
         at = wcd_json_next(at)) {
        code = is_object_or_null(at)
                   ? judge_object(at, members, sizeof(members) / sizeof(members[0]), err)
                   : wrong_value(at, go_type + strlen("[]"), err);
        if (code == WCD_OK) {
            code = judge_subnets(wcd_json_get(at, "Subnets"), err);
        }
    }
    return code;
}

enum wcd_errc wcd_hns_list_networks(const struct wcd_hns *hns, struct wcd_json **out,
                                    struct wcd_error *err)
{
    enum wcd_errc code = wcd_hns_call(hns, "GET", "/networks/", "", out, err);
    if (code == WCD_OK) {
        code = judge_networks(hns, *out, err);
    }
    if (code != WCD_OK) {
        wcd_json_free(*out);
        *out = NULL;
    }
    return code;
}

bool wcd_hns_is_not_found(const struct wcd_error *err)
{
    return err->code != WCD_OK && strcmp(wcd_error_message(err), NOT_FOUND_MESSAGE) == 0;
}
