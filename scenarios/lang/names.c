/* What the name in a reference means. */
#include "scenarios/lang/names.h"

#include <string.h>

static bool is(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(text, word, len) == 0;
}

enum scn_name_kind scn_name_kind(const struct scn_matrix *matrix, const struct scn_node *let,
                                 const struct scn_ref *ref, size_t *index)
{
    bool os = is(ref->name, ref->name_len, "os");
    if (ref->path != NULL) {
        bool build = os && is(ref->path, ref->path_len, "build");
        bool kind = os && is(ref->path, ref->path_len, "kind");
        bool title = os && is(ref->path, ref->path_len, "title");
        return build   ? SCN_NAME_OS_BUILD
               : kind  ? SCN_NAME_OS_KIND
               : title ? SCN_NAME_OS_TITLE
                       : SCN_NAME_OTHER;
    }
    for (size_t i = 0; i < matrix->count; i++) {
        if (is(ref->name, ref->name_len, matrix->variables[i].name)) {
            *index = i;
            return SCN_NAME_MATRIX;
        }
    }
    for (size_t i = 0; let != NULL && i < let->count; i++) {
        if (let->kind == SCN_MAP && is(ref->name, ref->name_len, let->children[i].key)) {
            *index = i;
            return SCN_NAME_LET;
        }
    }
    bool engine = is(ref->name, ref->name_len, "engine");
    return os ? SCN_NAME_OS : engine ? SCN_NAME_ENGINE : SCN_NAME_OTHER;
}
