/* References. Evidence: distribution/reference (normalize.go, regexp.go). */
#include "core/image/reference.h"

#include "core/base/text.h"
#include "core/layer/ids.h"

#include <stdlib.h>
#include <string.h>

#define REFERENCE_NAME_BYTES_MAX 255u
#define REFERENCE_TAG_BYTES_MAX  128u
#define REFERENCE_TAG_DEFAULT    "latest"
#define REFERENCE_DOMAIN         "docker.io/"
#define REFERENCE_LIBRARY        "library/"

void wcd_reference_release(struct wcd_reference *reference)
{
    free(reference->digest);
    free(reference->name);
    free(reference->tag);
    *reference = (struct wcd_reference){0};
}

char *wcd_reference_text(const struct wcd_reference *reference)
{
    return reference->is_digest ? wcd_text_copy(reference->digest)
                                : wcd_text_format("%s:%s", reference->name, reference->tag);
}

static enum wcd_errc malformed(struct wcd_error *err)
{
    return wcd_error_set(err, WCD_E_INVALID_PARAMETER, "invalid reference format");
}

static bool is_lower_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* One part of a path: words of letters and digits, with ".", "_", "__" or dashes between them. */
static bool is_component(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        size_t word = 0;
        while (at + word < len && is_lower_or_digit(text[at + word])) {
            word++;
        }
        at += word;
        if (word == 0) {
            return false;
        }
        if (at == len) {
            return true;
        }
        size_t gap = 1;
        if (text[at] == '-') {
            while (at + gap < len && text[at + gap] == '-') {
                gap++;
            }
        } else if (text[at] == '_') {
            gap += at + 1 < len && text[at + 1] == '_' ? 1 : 0;
        } else if (text[at] != '.') {
            return false;
        }
        at += gap;
    }
    return false;
}

/* A registry in front of a name: it has a dot, a port, or an upper-case letter, or is localhost. */
static size_t domain_len(const char *name)
{
    size_t len = strcspn(name, "/");
    if (name[len] == '\0') {
        return 0;
    }
    bool special = false;
    for (size_t i = 0; i < len; i++) {
        special = special || name[i] == '.' || name[i] == ':' || is_upper(name[i]);
    }
    return special || (len == 9 && strncmp(name, "localhost", len) == 0) ? len : 0;
}

static bool is_domain(const char *text, size_t len)
{
    size_t host = 0;
    while (host < len && text[host] != ':') {
        char c = text[host++];
        if (!is_lower_or_digit(c) && !is_upper(c) && c != '.' && c != '-') {
            return false;
        }
    }
    size_t digits = host == len ? 0 : strspn(text + host + 1, "0123456789");
    return host > 0 && (host == len || (digits > 0 && host + 1 + digits == len));
}

static bool is_path(const char *path)
{
    for (;;) {
        size_t len = strcspn(path, "/");
        if (!is_component(path, len)) {
            return false;
        }
        if (path[len] == '\0') {
            return true;
        }
        path += len + 1;
    }
}

static bool is_tag(const char *tag)
{
    size_t len = strlen(tag);
    for (size_t i = 0; i < len; i++) {
        char c = tag[i];
        bool word = is_lower_or_digit(c) || is_upper(c) || c == '_';
        if (!word && (i == 0 || (c != '.' && c != '-'))) {
            return false;
        }
    }
    return len > 0 && len <= REFERENCE_TAG_BYTES_MAX;
}

static bool has_upper(const char *text)
{
    for (; *text != '\0'; text++) {
        if (is_upper(*text)) {
            return true;
        }
    }
    return false;
}

/* docker.io/library/x is called x, as is library/x; docker.io/a/x is called a/x. */
static const char *familiar(const char *name)
{
    static const char *const fronts[] = {REFERENCE_DOMAIN, "index." REFERENCE_DOMAIN};
    for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++) {
        if (wcd_text_has_prefix(name, fronts[i])) {
            name += strlen(fronts[i]);
            break;
        }
    }
    size_t library = strlen(REFERENCE_LIBRARY);
    bool official =
        wcd_text_has_prefix(name, REFERENCE_LIBRARY) && strchr(name + library, '/') == NULL;
    return official ? name + library : name;
}

/* The length of the whole name, with what a familiar one leaves out. */
static size_t full_len(const char *name, bool has_domain)
{
    size_t len = strlen(name) + (has_domain ? 0 : strlen(REFERENCE_DOMAIN));
    return len + (strchr(name, '/') == NULL ? strlen(REFERENCE_LIBRARY) : 0);
}

static enum wcd_errc refuse_upper(const char *name, const struct engine_rules *engine,
                                  struct wcd_error *err)
{
    const char *library = strchr(name, '/') == NULL ? "library/" : "";
    char *path = wcd_text_format("%s%s", library, name);
    if (path == NULL) {
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code =
        wcd_error_fill(err, WCD_E_INVALID_PARAMETER, engine->reference_case_message, path);
    free(path);
    return code;
}

static enum wcd_errc check_name(const char *name, const struct engine_rules *engine,
                                struct wcd_error *err)
{
    size_t domain = domain_len(name);
    const char *path = name + (domain == 0 ? 0 : domain + 1);
    if (has_upper(path)) {
        return refuse_upper(path, engine, err);
    }
    if ((domain > 0 && !is_domain(name, domain)) || !is_path(path)) {
        return malformed(err);
    }
    return full_len(name, domain > 0) <= REFERENCE_NAME_BYTES_MAX
               ? WCD_OK
               : wcd_error_set(err, WCD_E_INVALID_PARAMETER,
                               "repository name must not be more than %u characters",
                               REFERENCE_NAME_BYTES_MAX);
}

enum wcd_errc wcd_reference_parse(struct wcd_reference *out, const char *text,
                                  const struct engine_rules *engine, struct wcd_error *err)
{
    *out = (struct wcd_reference){0};
    bool bare = strlen(text) == WCD_DIGEST_HEX_DIGITS && wcd_id_is_valid(text);
    if (bare || wcd_digest_is_valid(text)) {
        out->is_digest = true;
        out->digest = wcd_text_format("%s%s", bare ? WCD_DIGEST_PREFIX : "", text);
        return out->digest == NULL ? wcd_error_no_memory(err) : WCD_OK;
    }
    const char *name = familiar(text);
    const char *slash = strrchr(name, '/');
    const char *colon = strchr(slash == NULL ? name : slash, ':');
    size_t len = colon == NULL ? strlen(name) : (size_t)(colon - name);
    out->name = wcd_text_copy_n(name, len);
    out->tag = wcd_text_copy(colon == NULL ? REFERENCE_TAG_DEFAULT : colon + 1);
    if (out->name == NULL || out->tag == NULL) {
        wcd_reference_release(out);
        return wcd_error_no_memory(err);
    }
    enum wcd_errc code = check_name(out->name, engine, err);
    if (code == WCD_OK && !is_tag(out->tag)) {
        code = malformed(err);
    }
    if (code != WCD_OK) {
        wcd_reference_release(out);
    }
    return code;
}
