/* daemon.json into values, as Go's decoder does it: it goes on behind a value of the wrong type and
 * reports the first of them at the end.
 *
 * Evidence: Go's encoding/json (decode.go); the field is named in the message since Go 1.8. */
#include "core/config/internal.h"

#include "core/config/go_net.h"
#include "core/config/go_text.h"

#include <string.h>

struct decoder {
    const struct config_rules *rules;
    struct config_value *values;
    const struct config_key *key; /* being decoded */
    struct wcd_error first;       /* the first mismatch */
    struct wcd_error *err;        /* what ends the decoding at once */
};

static enum wcd_errc no_memory(struct decoder *decoder)
{
    return wcd_error_no_memory(decoder->err);
}

/* Notes that `value` does not fit; a number that is only out of range or no integer is shown. */
static enum wcd_errc mismatch(struct decoder *decoder, const struct wcd_json *value,
                              bool show_number, const char *type_name)
{
    if (decoder->first.code != WCD_OK) {
        return WCD_OK;
    }
    const struct config_key *key = decoder->key;
    const char *what = wcd_json_type_name(wcd_json_type_of(value));
    bool named = decoder->rules->mismatches_name_the_field;
    enum wcd_errc result = wcd_error_set(
        &decoder->first, WCD_E_PLAIN, "json: cannot unmarshal %s%s%s into Go %s%s%s%s%s of type %s",
        what, show_number ? " " : "", show_number ? wcd_json_literal(value) : "",
        named ? "struct field " : "value",
        named ? (key->group == NULL ? "Config." : "Proxies.") : "",
        named && key->group != NULL ? key->group : "", named && key->group != NULL ? "." : "",
        named ? key->json : "", type_name);
    return result == WCD_E_NO_MEMORY ? no_memory(decoder) : WCD_OK;
}

static enum wcd_errc own_mismatch(struct decoder *decoder, const struct wcd_json *value)
{
    return mismatch(decoder, value, false, config_type_name(decoder->key->type));
}

static enum wcd_errc decode_number(struct decoder *decoder, const struct wcd_json *value,
                                   struct config_value *out)
{
    int64_t number = 0;
    const char *literal = wcd_json_literal(value);
    if (go_parse_decimal(literal, &number) != GO_INT_OK) {
        return mismatch(decoder, value, true, config_type_name(decoder->key->type));
    }
    out->number = number;
    return WCD_OK;
}

static enum wcd_errc decode_text(struct decoder *decoder, const struct wcd_json *value,
                                 struct config_value *out)
{
    wcd_text_replace(&out->text, wcd_text_copy(wcd_json_string(value)));
    return out->text == NULL ? no_memory(decoder) : WCD_OK;
}

/* A bad address ends the decoding, before any mismatch is reported. */
static enum wcd_errc decode_ip(struct decoder *decoder, const struct wcd_json *value,
                               struct config_value *out)
{
    struct go_ip ip;
    const char *text = wcd_json_string(value);
    wcd_text_replace(&out->text, NULL);
    if (*text == '\0') {
        return WCD_OK;
    }
    if (!go_ip_parse(text, !decoder->rules->modern_go, &ip)) {
        return wcd_error_set(decoder->err, WCD_E_PLAIN, "invalid IP address: %s", text);
    }
    struct wcd_buf buf;
    wcd_buf_init(&buf, strlen("ffff:") * GO_IP_BYTES);
    go_ip_text(&buf, &ip);
    out->text = wcd_buf_take(&buf);
    return out->text == NULL ? no_memory(decoder) : WCD_OK;
}

/* A text inside a list or a map; null is "". NULL in *out when it is of another type. */
static enum wcd_errc element_text(struct decoder *decoder, const struct wcd_json *value,
                                  const char **out)
{
    *out = "";
    if (wcd_json_is(value, WCD_JSON_STRING)) {
        *out = wcd_json_string(value);
        return WCD_OK;
    }
    return wcd_json_is(value, WCD_JSON_NULL) ? WCD_OK : mismatch(decoder, value, false, "string");
}

static enum wcd_errc decode_list(struct decoder *decoder, const struct wcd_json *value,
                                 struct config_value *out)
{
    wcd_strlist_release(&out->list);
    out->list.present = true;
    for (const struct wcd_json *item = wcd_json_first(value); item != NULL;
         item = wcd_json_next(item)) {
        const char *text = NULL;
        enum wcd_errc result = element_text(decoder, item, &text);
        if (result == WCD_OK && !wcd_strlist_add(&out->list, text)) {
            result = no_memory(decoder);
        }
        if (result != WCD_OK) {
            return result;
        }
    }
    return WCD_OK;
}

static enum wcd_errc decode_flag_entry(struct decoder *decoder, const struct wcd_json *member,
                                       struct config_value *out)
{
    bool flag = false;
    if (wcd_json_is(member, WCD_JSON_BOOL)) {
        flag = wcd_json_bool(member);
    } else if (!wcd_json_is(member, WCD_JSON_NULL)) {
        return mismatch(decoder, member, false, "bool");
    }
    return config_value_put(out, "", wcd_json_name(member), flag ? "true" : "false")
               ? WCD_OK
               : no_memory(decoder);
}

static enum wcd_errc decode_map(struct decoder *decoder, const struct wcd_json *value,
                                const char *group, struct config_value *out)
{
    enum wcd_errc result = WCD_OK;
    for (const struct wcd_json *member = wcd_json_first(value); member != NULL && result == WCD_OK;
         member = wcd_json_next(member)) {
        const char *text = NULL;
        if (decoder->key->type == CONFIG_BOOL_MAP) {
            result = decode_flag_entry(decoder, member, out);
            continue;
        }
        result = element_text(decoder, member, &text);
        if (result == WCD_OK && !config_value_put(out, group, wcd_json_name(member), text)) {
            result = no_memory(decoder);
        }
    }
    return result;
}

static enum wcd_errc decode_map_of_maps(struct decoder *decoder, const struct wcd_json *value,
                                        struct config_value *out)
{
    enum wcd_errc result = WCD_OK;
    for (const struct wcd_json *member = wcd_json_first(value); member != NULL && result == WCD_OK;
         member = wcd_json_next(member)) {
        if (wcd_json_is(member, WCD_JSON_OBJECT)) {
            result = decode_map(decoder, member, wcd_json_name(member), out);
        } else if (!wcd_json_is(member, WCD_JSON_NULL)) {
            result = mismatch(decoder, member, false, config_type_name(CONFIG_MAP));
        }
    }
    return result;
}

static enum wcd_errc decode_object(struct decoder *decoder, const struct wcd_json *value,
                                   struct config_value *out)
{
    struct wcd_json *copy = wcd_json_copy(value);
    wcd_json_free(out->object);
    out->object = copy;
    return copy == NULL ? no_memory(decoder) : WCD_OK;
}

/* The JSON type that a key's Go type takes. */
static enum wcd_json_type json_type_of(enum config_type type)
{
    switch (type) {
    case CONFIG_BOOL:
        return WCD_JSON_BOOL;
    case CONFIG_INT:
    case CONFIG_UINT32:
        return WCD_JSON_NUMBER;
    case CONFIG_TEXT:
    case CONFIG_IP:
        return WCD_JSON_STRING;
    case CONFIG_LIST:
        return WCD_JSON_ARRAY;
    default:
        return WCD_JSON_OBJECT;
    }
}

/* null makes a pointer, a list or a map nil, and leaves everything else as it is. */
static void decode_null(const struct config_key *key, struct config_value *out)
{
    switch (key->type) {
    case CONFIG_INT:
    case CONFIG_UINT32:
    case CONFIG_TEXT:
        return;
    default:
        config_value_reset(out);
        return;
    }
}

static enum wcd_errc decode_members(struct decoder *decoder, const struct wcd_json *object,
                                    const char *group);

static enum wcd_errc decode_value(struct decoder *decoder, const struct wcd_json *value,
                                  struct config_value *out)
{
    const struct config_key *key = decoder->key;
    if (key->type == CONFIG_IGNORED) {
        return WCD_OK;
    }
    if (wcd_json_is(value, WCD_JSON_NULL)) {
        decode_null(key, out);
        return WCD_OK;
    }
    if (!wcd_json_is(value, json_type_of(key->type))) {
        return own_mismatch(decoder, value);
    }
    switch (key->type) {
    case CONFIG_BOOL:
        out->flag = wcd_json_bool(value);
        out->present = true;
        return WCD_OK;
    case CONFIG_INT:
    case CONFIG_UINT32: /* as a number its key is unknown: only an object gets here, and is refused
                         */
        return decode_number(decoder, value, out);
    case CONFIG_TEXT:
        return decode_text(decoder, value, out);
    case CONFIG_IP:
        return decode_ip(decoder, value, out);
    case CONFIG_LIST:
        return decode_list(decoder, value, out);
    case CONFIG_MAP_OF_MAPS:
        return decode_map_of_maps(decoder, value, out);
    case CONFIG_OBJECT:
        return decode_object(decoder, value, out);
    case CONFIG_GROUP:
        return decode_members(decoder, value, key->json);
    default:
        return decode_map(decoder, value, "", out);
    }
}

static enum wcd_errc decode_members(struct decoder *decoder, const struct wcd_json *object,
                                    const char *group)
{
    enum wcd_errc result = WCD_OK;
    for (const struct wcd_json *member = wcd_json_first(object); member != NULL && result == WCD_OK;
         member = wcd_json_next(member)) {
        size_t index = config_find_member(decoder->rules, group, wcd_json_name(member));
        if (index < decoder->rules->key_count) {
            decoder->key = &decoder->rules->keys[index];
            result = decode_value(decoder, member, &decoder->values[index]);
        }
    }
    return result;
}

enum wcd_errc config_decode(const struct config_rules *rules, const struct wcd_json *document,
                            struct config_value *values, struct wcd_error *err)
{
    struct decoder decoder = {
        .rules = rules, .values = values, .first = WCD_ERROR_INIT, .err = err};
    enum wcd_errc result = decode_members(&decoder, document, NULL);
    if (result == WCD_OK && decoder.first.code != WCD_OK) {
        result = decoder.first.code;
        wcd_error_move(err, &decoder.first);
    }
    wcd_error_release(&decoder.first);
    return result;
}
