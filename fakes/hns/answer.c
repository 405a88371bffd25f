/* What HNSCall hands back: the envelope around the output or the error, in the build's style. */
#include "fakes/hns/answer.h"

#include "core/base/buf.h"
#include "fakes/host/internal.h"

#include <stdlib.h>

/* ---- codes ---- */

#define ANSWER_ERAS 4u

static const uint32_t answer_codes[FAKE_HNS_ERROR_COUNT][ANSWER_ERAS] = {
#define ERROR_ROW(name, id, rs1, rs3, rs4, rs5, behaviour, evidence, source)                       \
    [FAKE_HNS_E_##name] = {(rs1), (rs3), (rs4), (rs5)},
#include "fakes/hns/errors.inc"
#undef ERROR_ROW
};

plat_hr fake_hns_error(const struct fake_host *host, enum fake_hns_error error)
{
    static const enum fake_feature since[ANSWER_ERAS - 1] = {
        FAKE_FEATURE_HNS_5,
        FAKE_FEATURE_HNS_7,
        FAKE_FEATURE_HNS_9,
    };
    size_t era = 0;
    while (era < ANSWER_ERAS - 1 && fake_build_has(host->build, since[era])) {
        era++;
    }
    return plat_hr_of(answer_codes[error][era]);
}

/* ---- style ---- */

/* Of one answer: what a list of half a million endpoints takes. */
#define ANSWER_BYTES_MAX ((size_t)1024 * 1024 * 1024)

/* Up to 17134 there are blanks around everything; slashes are escaped in the last two of these. */
struct answer_style {
    bool wide;
    bool slashes;
};

static struct answer_style answer_style_of(const struct fake_host *host)
{
    bool wide = !fake_build_has(host->build, FAKE_FEATURE_HNS_9);
    return (struct answer_style){
        .wide = wide,
        .slashes = wide && fake_build_has(host->build, FAKE_FEATURE_HNS_5),
    };
}

/* Copies a string of compact JSON, quotes and all; returns what follows it. */
static const char *answer_string(struct wcd_buf *buf, const struct answer_style *style,
                                 const char *at)
{
    const char *from = at;
    for (at++; *at != '"'; at++) {
        if (*at == '/' && style->slashes) {
            wcd_buf_add(buf, from, (size_t)(at - from));
            wcd_buf_char(buf, '\\');
            from = at;
        }
        at += *at == '\\' ? 1 : 0;
    }
    at++;
    wcd_buf_add(buf, from, (size_t)(at - from));
    return at;
}

/* Compact JSON with a blank on the inner side of every bracket, behind commas and around colons. An
 * empty list has two, an empty object has one. */
static void answer_widen(struct wcd_buf *buf, const struct answer_style *style, const char *at)
{
    while (*at != '\0') {
        switch (*at) {
        case '"':
            at = answer_string(buf, style, at);
            continue;
        case ':':
            wcd_buf_text(buf, " : ");
            break;
        case ',':
            wcd_buf_text(buf, ", ");
            break;
        case '{':
            wcd_buf_text(buf, at[1] == '}' ? "{" : "{ ");
            break;
        case '[':
            wcd_buf_text(buf, "[ ");
            break;
        case '}':
        case ']':
            wcd_buf_char(buf, ' ');
            wcd_buf_char(buf, *at);
            break;
        default:
            wcd_buf_char(buf, *at);
            break;
        }
        at++;
    }
}

static char *answer_print(const struct fake_host *host, const struct wcd_json *envelope)
{
    const struct answer_style style = answer_style_of(host);
    char *compact = wcd_json_print(envelope);
    if (compact == NULL || !style.wide) {
        return compact;
    }
    struct wcd_buf buf;
    wcd_buf_init(&buf, ANSWER_BYTES_MAX);
    answer_widen(&buf, &style, compact);
    free(compact);
    return wcd_buf_take(&buf);
}

/* ---- envelopes ---- */

/* The text ends in a blank: the system's has a line break there. */
static bool answer_set_text(struct wcd_json *envelope, const struct fake_host *host, plat_hr hr)
{
    const char *text = fake_os_text(host, plat_hr_bits(hr));
    char *whole = wcd_text_format("%s ", text);
    bool done = whole != NULL && wcd_json_set_string(envelope, "Error", whole);
    free(whole);
    return done;
}

static char *answer_failure(const struct fake_host *host, plat_hr hr)
{
    struct wcd_json *envelope = wcd_json_new_object();
    bool done = envelope != NULL && answer_set_text(envelope, host, hr);
    if (done && fake_build_has(host->build, FAKE_FEATURE_HNS_9)) {
        done = wcd_json_set(envelope, "ErrorCode", wcd_json_new_uint64(plat_hr_bits(hr)));
    }
    done = done && wcd_json_set_bool(envelope, "Success", false);
    char *text = done ? answer_print(host, envelope) : NULL;
    wcd_json_free(envelope);
    return text;
}

static char *answer_success(const struct fake_host *host, struct wcd_json *output)
{
    struct wcd_json *envelope = wcd_json_new_object();
    bool done = envelope != NULL;
    if (!done) {
        wcd_json_free(output);
    }
    done = done && (output == NULL || wcd_json_set(envelope, "Output", output));
    done = done && wcd_json_set_bool(envelope, "Success", true);
    char *text = done ? answer_print(host, envelope) : NULL;
    wcd_json_free(envelope);
    return text;
}

plat_hr fake_hns_respond(struct fake_host *host, struct fake_hns_call *call)
{
    struct wcd_json *output = call->output;
    call->output = NULL;
    call->response = answer_success(host, output);
    return call->response == NULL ? PLAT_E_OUTOFMEMORY : PLAT_S_OK;
}

plat_hr fake_hns_refuse(const struct fake_host *host, plat_hr hr, char **response)
{
    *response = hr == PLAT_E_OUTOFMEMORY ? NULL : answer_failure(host, hr);
    if (*response == NULL) {
        return PLAT_E_OUTOFMEMORY;
    }
    return fake_build_has(host->build, FAKE_FEATURE_HNS_9) ? hr : PLAT_S_OK;
}
