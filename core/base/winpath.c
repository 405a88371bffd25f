/* Windows paths as text; see winpath.h. */
#include "core/base/winpath.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

bool wcd_path_is_separator(char c)
{
    return c == '\\' || c == '/';
}

static size_t part_len(const char *text)
{
    size_t len = 0;
    while (text[len] != '\0' && !wcd_path_is_separator(text[len])) {
        len++;
    }
    return len;
}

/* Moves *text behind the next separator; false when there is none, *text is then at the end. */
static bool cut_part(const char **text)
{
    *text += part_len(*text);
    if (**text == '\0') {
        return false;
    }
    (*text)++;
    return true;
}

static bool is_unc_word(const char *text, size_t len)
{
    return len == 3 && (text[0] | 0x20) == 'u' && (text[1] | 0x20) == 'n' &&
           (text[2] | 0x20) == 'c';
}

/* \??\C: or \??\name: a device without Win32's second separator. */
static size_t nt_volume_len(const char *path)
{
    if (path[3] == '\0') {
        return 3;
    }
    return wcd_path_is_separator(path[3]) ? 4 + part_len(path + 4) : 0;
}

size_t wcd_path_volume_len(const char *path)
{
    if (path[0] == '\0' || path[1] == '\0') {
        return 0;
    }
    if (path[1] == ':') {
        return 2; /* Go takes any byte for a drive letter */
    }
    if (wcd_path_is_separator(path[0]) && path[1] == '?' && path[2] == '?') {
        return nt_volume_len(path);
    }
    if (!wcd_path_is_separator(path[0]) || !wcd_path_is_separator(path[1])) {
        return 0;
    }
    const char *host = path + 2;
    size_t host_len = part_len(host);
    bool device = host_len == 1 && (host[0] == '.' || host[0] == '?');
    const char *rest = host;
    (void)cut_part(&rest);
    const char *share = rest;
    size_t share_len = part_len(share);
    if (!cut_part(&rest)) {
        return strlen(path);
    }
    if (device && is_unc_word(share, share_len)) {
        (void)cut_part(&rest);
        if (!cut_part(&rest)) {
            return strlen(path);
        }
    }
    return (size_t)(rest - path) - 1;
}

bool wcd_path_is_absolute(const char *path)
{
    size_t volume = wcd_path_volume_len(path);
    if (volume == 0) {
        return false;
    }
    /* A UNC or device volume is absolute by itself. */
    if (wcd_path_is_separator(path[0]) && wcd_path_is_separator(path[1])) {
        return true;
    }
    return wcd_path_is_separator(path[volume]);
}

/* A path that is being cleaned: what was written is never longer than what was read, so both share the
 * length of the source. */
struct cleaner {
    const char *source; /* behind the volume */
    char *out;
    size_t len;
    size_t keep; /* ".." may not remove below this */
    bool rooted;
    bool changed;
};

static void put(struct cleaner *c, char byte)
{
    if (c->source[c->len] != byte) {
        c->changed = true;
    }
    c->out[c->len++] = byte;
}

static void go_up(struct cleaner *c)
{
    if (c->len > c->keep) {
        c->len--;
        while (c->len > c->keep && !wcd_path_is_separator(c->out[c->len])) {
            c->len--;
        }
    } else if (!c->rooted) {
        if (c->len > 0) {
            put(c, '\\');
        }
        put(c, '.');
        put(c, '.');
        c->keep = c->len;
    }
}

static void clean_parts(struct cleaner *c)
{
    const char *at = c->source;
    if (c->rooted) {
        put(c, '\\');
        c->keep = 1;
        at++;
    }
    while (*at != '\0') {
        size_t len = part_len(at);
        if (len == 0) {
            at++;
            continue;
        }
        if (len == 2 && at[0] == '.' && at[1] == '.') {
            go_up(c);
        } else if (!(len == 1 && at[0] == '.')) {
            if (c->len != (c->rooted ? 1u : 0u)) {
                put(c, '\\');
            }
            for (size_t i = 0; i < len; i++) {
                put(c, at[i]);
            }
        }
        at += len;
    }
    if (c->len == 0) {
        put(c, '.');
    }
    if (c->source[c->len] != '\0') {
        c->changed = true;
    }
    c->out[c->len] = '\0';
}

/* A relative path that cleaning turned into something with a drive or a device in front gets "." before
 * it, so that it stays relative. */
static const char *guard_of(const struct cleaner *c)
{
    if (!c->changed) {
        return "";
    }
    size_t first = part_len(c->out);
    if (memchr(c->out, ':', first) != NULL) {
        return ".\\";
    }
    return c->out[0] == '\\' && c->out[1] == '?' && c->out[2] == '?' ? "\\." : "";
}

static char *with_backslashes(char *path)
{
    for (char *at = path; at != NULL && *at != '\0'; at++) {
        if (*at == '/') {
            *at = '\\';
        }
    }
    return path;
}

/* Returns the end of what was written. */
static char *put_text(char *to, const char *from, size_t len)
{
    memcpy(to, from, len);
    return to + len;
}

/* The first `len` bytes of a text and two more texts: paths are joined too often for printf. */
static char *concatenate(const char *first, size_t len, const char *second, const char *third)
{
    size_t second_len = strlen(second);
    size_t third_len = strlen(third);
    char *text = malloc(len + second_len + third_len + 1);
    if (text != NULL) {
        char *end =
            put_text(put_text(put_text(text, first, len), second, second_len), third, third_len);
        *end = '\0';
    }
    return text;
}

char *wcd_path_clean(const char *path)
{
    size_t volume = wcd_path_volume_len(path);
    const char *rest = path + volume;
    if (*rest == '\0') {
        bool unc = volume > 1 && wcd_path_is_separator(path[0]) && wcd_path_is_separator(path[1]);
        return unc ? with_backslashes(wcd_text_copy(path)) : wcd_text_format("%s.", path);
    }
    struct cleaner c = {
        .source = rest, .out = malloc(strlen(rest) + 1), .rooted = wcd_path_is_separator(rest[0])};
    if (c.out == NULL) {
        return NULL;
    }
    clean_parts(&c);
    char *clean = concatenate(path, volume, volume == 0 ? guard_of(&c) : "", c.out);
    free(c.out);
    return with_backslashes(clean);
}

char *wcd_path_join(const char *first, const char *second)
{
    if (first[0] == '\0') {
        return second[0] == '\0' ? wcd_text_copy("") : wcd_path_clean(second);
    }
    char last = first[strlen(first) - 1];
    const char *between = "\\";
    if (wcd_path_is_separator(last)) {
        while (wcd_path_is_separator(*second)) {
            second++;
        }
        between = strlen(first) == 1 && wcd_text_has_prefix(second, "??") ? ".\\" : "";
    } else if (last == ':') {
        between = "";
    }
    char *joined = concatenate(first, strlen(first), between, second);
    if (joined == NULL) {
        return NULL;
    }
    char *clean = wcd_path_clean(joined);
    free(joined);
    return clean;
}

char *wcd_path_dir(const char *path)
{
    size_t volume = wcd_path_volume_len(path);
    size_t end = strlen(path);
    while (end > volume && !wcd_path_is_separator(path[end - 1])) {
        end--;
    }
    char *front = wcd_text_copy_n(path + volume, end - volume);
    char *clean = front == NULL ? NULL : wcd_path_clean(front);
    free(front);
    if (clean == NULL) {
        return NULL;
    }
    /* A UNC volume alone is a folder; it needs no "." behind it. */
    bool only_volume = strcmp(clean, ".") == 0 && volume > 2;
    char *dir = wcd_text_format("%.*s%s", (int)volume, path, only_volume ? "" : clean);
    free(clean);
    return dir;
}

char *wcd_path_base(const char *path)
{
    if (path[0] == '\0') {
        return wcd_text_copy(".");
    }
    const char *start = path + wcd_path_volume_len(path);
    size_t end = strlen(start);
    while (end > 0 && wcd_path_is_separator(start[end - 1])) {
        end--;
    }
    size_t begin = end;
    while (begin > 0 && !wcd_path_is_separator(start[begin - 1])) {
        begin--;
    }
    return end == begin ? wcd_text_copy("\\") : wcd_text_copy_n(start + begin, end - begin);
}

const char *wcd_path_file(const char *path)
{
    size_t volume = wcd_path_volume_len(path);
    const char *at = path + strlen(path);
    while (at > path + volume && !wcd_path_is_separator(at[-1])) {
        at--;
    }
    return at;
}
