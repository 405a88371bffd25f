/* Finding references in texts. */
#include "scenarios/lang/refs.h"

#include "scenarios/lang/scenario.h"
#include "scenarios/lang/value.h"

#include <string.h>

static bool is_path_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/* Members with a dot between each two; their names may have blanks. */
static bool is_path(const char *text, size_t len)
{
    bool word = false;
    for (size_t i = 0; i < len; i++) {
        bool between = text[i] == '.' || text[i] == ' ';
        if (between ? !word : !is_path_character(text[i])) {
            return false;
        }
        word = !between;
    }
    return word;
}

/* Reads the reference whose "${" stands at start. */
static bool read_reference(const char *start, struct scn_ref *ref)
{
    const char *end = strchr(start, '}');
    if (end == NULL) {
        return false;
    }
    const char *name = start + 2;
    size_t len = (size_t)(end - name);
    const char *dot = memchr(name, '.', len);
    size_t name_len = dot == NULL ? len : (size_t)(dot - name);
    *ref = (struct scn_ref){.start = start, .size = len + 3, .name = name, .name_len = name_len};
    if (dot != NULL) {
        ref->path = dot + 1;
        ref->path_len = len - name_len - 1;
    }
    return scn_is_name(name, name_len) && (dot == NULL || is_path(ref->path, ref->path_len));
}

enum scn_ref_kind scn_ref_next(const char *text, struct scn_ref *ref)
{
    const char *start = strstr(text, "${");
    if (start == NULL) {
        return SCN_REF_NONE;
    }
    if (start > text && start[-1] == '$') {
        *ref = (struct scn_ref){.start = start - 1, .size = 3};
        return SCN_REF_LITERAL;
    }
    if (read_reference(start, ref)) {
        return SCN_REF_VALUE;
    }
    *ref = (struct scn_ref){.start = start, .size = 2};
    return SCN_REF_BAD;
}

bool scn_has_capture(const char *text)
{
    struct scn_ref ref;
    enum scn_ref_kind kind = scn_ref_next(text, &ref);
    while (kind == SCN_REF_LITERAL) {
        text = ref.start + ref.size;
        kind = scn_ref_next(text, &ref);
    }
    return kind == SCN_REF_VALUE;
}
