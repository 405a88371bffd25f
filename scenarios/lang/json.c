/* A part of a scenario file as JSON text. */
#include "scenarios/lang/node.h"

#include "core/base/text.h"
#include "scenarios/lang/value.h"

#include <inttypes.h>
#include <string.h>

static void add_string(struct wcd_buf *out, const char *text)
{
    wcd_buf_char(out, '"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            wcd_buf_char(out, '\\');
            wcd_buf_char(out, *text);
        } else if (c == '\n') {
            wcd_buf_text(out, "\\n");
        } else if (c < 0x20u || c == 0x7Fu) {
            wcd_buf_format(out, "\\u%04x", (unsigned)c);
        } else {
            wcd_buf_char(out, *text);
        }
    }
    wcd_buf_char(out, '"');
}

static bool is_one_of(const char *text, const char *a, const char *b, const char *c)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0 || strcmp(text, c) == 0;
}

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* A number as JSON writes it: -?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)? */
static bool is_json_number(const char *text)
{
    const char *at = text + (text[0] == '-' ? 1 : 0);
    size_t whole = digits(at);
    if (whole == 0 || (at[0] == '0' && whole > 1)) {
        return false;
    }
    at += whole;
    if (*at == '.') {
        size_t fraction = digits(at + 1);
        if (fraction == 0) {
            return false;
        }
        at += 1 + fraction;
    }
    if (*at == 'e' || *at == 'E') {
        at += 1 + (at[1] == '-' || at[1] == '+' ? 1 : 0);
        if (digits(at) == 0) {
            return false;
        }
        at += digits(at);
    }
    return *at == '\0';
}

static void add_plain(struct wcd_buf *out, const char *text)
{
    uint64_t hex = 0;
    bool null = *text == '\0' || strcmp(text, "~") == 0 || is_one_of(text, "null", "Null", "NULL");
    if (null) {
        wcd_buf_text(out, "null");
    } else if (is_one_of(text, "true", "True", "TRUE")) {
        wcd_buf_text(out, "true");
    } else if (is_one_of(text, "false", "False", "FALSE")) {
        wcd_buf_text(out, "false");
    } else if (is_json_number(text)) {
        wcd_buf_text(out, text);
    } else if (wcd_text_has_prefix(text, "0x") && scn_parse_uint(text, &hex)) {
        wcd_buf_format(out, "%" PRIu64, hex);
    } else {
        add_string(out, text);
    }
}

void scn_node_to_json(const struct scn_node *node, struct wcd_buf *out)
{
    if (node->kind == SCN_SCALAR) {
        if (node->quoted) {
            add_string(out, node->text);
        } else {
            add_plain(out, node->text);
        }
        return;
    }
    wcd_buf_char(out, node->kind == SCN_MAP ? '{' : '[');
    for (size_t i = 0; i < node->count; i++) {
        if (i > 0) {
            wcd_buf_char(out, ',');
        }
        if (node->kind == SCN_MAP) {
            add_string(out, node->children[i].key);
            wcd_buf_char(out, ':');
        }
        scn_node_to_json(&node->children[i], out);
    }
    wcd_buf_char(out, node->kind == SCN_MAP ? '}' : ']');
}
