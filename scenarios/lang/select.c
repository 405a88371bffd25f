/* Selectors of Windows versions, axes and the keys of choices. */
#include "scenarios/lang/matrix.h"
#include "scenarios/lang/value.h"

#include <string.h>

/* ---- selectors ---- */

struct selector {
    bool servers, clients, nano, iot, builds; /* none: all */
    uint64_t from, to;                        /* both inclusive */
};

static bool take_word(const char **at, char *word, size_t size)
{
    size_t len = strcspn(*at, " ");
    if (len == 0 || len >= size) {
        return false;
    }
    memcpy(word, *at, len);
    word[len] = '\0';
    *at += len;
    *at += strspn(*at, " ");
    return true;
}

/* Reads one limit: from N, before N, to N. */
static bool read_limit(const char **at, struct selector *out)
{
    char word[16];
    char number[16];
    uint64_t build = 0;
    if (!take_word(at, word, sizeof(word)) || !take_word(at, number, sizeof(number)) ||
        !scn_parse_uint(number, &build) || build == 0 || build > UINT32_MAX) {
        return false;
    }
    if (strcmp(word, "from") == 0) {
        out->from = build;
    } else if (strcmp(word, "to") == 0) {
        out->to = build;
    } else if (strcmp(word, "before") == 0) {
        out->to = build - 1;
    } else {
        return false;
    }
    return true;
}

static bool read_selector(const char *text, struct selector *out)
{
    char word[16];
    *out = (struct selector){.to = UINT32_MAX};
    if (!take_word(&text, word, sizeof(word))) {
        return false;
    }
    out->servers = strcmp(word, "servers") == 0;
    out->clients = strcmp(word, "clients") == 0;
    out->nano = strcmp(word, "nano") == 0;
    out->iot = strcmp(word, "iot") == 0;
    out->builds = strcmp(word, "builds") == 0;
    bool some = out->servers || out->clients || out->nano || out->iot || out->builds;
    bool ok = some || strcmp(word, "all") == 0;
    while (ok && *text != '\0') {
        ok = read_limit(&text, out);
    }
    return ok;
}

bool scn_is_selector(const char *text)
{
    struct selector selector;
    return read_selector(text, &selector);
}

bool scn_selector_fits(const char *text, const struct fake_build *build)
{
    struct selector selector;
    if (!read_selector(text, &selector) || build->build < selector.from ||
        build->build > selector.to) {
        return false;
    }
    bool client = fake_build_is_client(build);
    return !(selector.servers && client) && !(selector.clients && !client) &&
           !(selector.nano && build->edition != FAKE_EDITION_NANO) &&
           !(selector.iot && build->edition != FAKE_EDITION_IOT_CORE) &&
           !(selector.builds && !fake_build_is_first(build));
}

/* ---- axes ---- */

bool scn_is_axis(const struct scn_matrix *matrix, const char *name)
{
    return strcmp(name, "os") == 0 || strcmp(name, "engine") == 0 || matrix == NULL ||
           scn_matrix_variable(matrix, name) != NULL;
}

bool scn_axis_takes(const struct scn_matrix *matrix, const char *axis, const char *word)
{
    if (strcmp(axis, "os") == 0) {
        return fake_build_find(word) != NULL || scn_is_selector(word);
    }
    if (strcmp(axis, "engine") == 0 && (strcmp(word, "v17") == 0 || strcmp(word, "v25") == 0)) {
        return true;
    }
    const struct scn_variable *variable = matrix == NULL ? NULL : scn_matrix_variable(matrix, axis);
    if (variable != NULL && variable->unsure) {
        return word[0] != '\0';
    }
    for (size_t i = 0; variable != NULL && i < variable->count; i++) {
        if (strcmp(variable->values[i], word) == 0) {
            return true;
        }
    }
    /* Without a matrix any value might be one; selectors and builds were judged above. */
    return matrix == NULL && word[0] != '\0';
}

/* ---- choices ---- */

bool scn_key_word(const char **at, char word[SCN_WORD_MAX + 1])
{
    *at += strspn(*at, " ");
    size_t len = strcspn(*at, "|");
    size_t used = len;
    while (used > 0 && (*at)[used - 1] == ' ') {
        used--;
    }
    if (used == 0 || used > SCN_WORD_MAX) {
        return false;
    }
    memcpy(word, *at, used);
    word[used] = '\0';
    *at += len + ((*at)[len] == '|' ? 1 : 0);
    return true;
}

/* True when all words of the key are values of the axis; `else` is one of every axis. */
static bool key_fits_axis(const struct scn_matrix *matrix, const char *key, const char *axis)
{
    char word[SCN_WORD_MAX + 1];
    if (strcmp(key, "else") == 0) {
        return true;
    }
    const char *at = key;
    while (scn_key_word(&at, word)) {
        if (!scn_axis_takes(matrix, axis, word)) {
            return false;
        }
        if (*at == '\0') {
            return key[strlen(key) - 1] != '|';
        }
    }
    return false;
}

static bool all_fit_axis(const struct scn_matrix *matrix, const struct scn_node *node,
                         const char *axis)
{
    for (size_t i = 0; i < node->count; i++) {
        if (!key_fits_axis(matrix, node->children[i].key, axis)) {
            return false;
        }
    }
    return true;
}

static bool is_unsure(const struct scn_matrix *matrix, const char *axis)
{
    const struct scn_variable *variable = matrix == NULL ? NULL : scn_matrix_variable(matrix, axis);
    return variable != NULL && variable->unsure;
}

/* The axes by number: those of the matrix, then os and engine where the matrix has no such
 * variable. */
static const char *axis_at(const struct scn_matrix *matrix, size_t index)
{
    static const char *const built_in[] = {"os", "engine"};
    size_t count = matrix == NULL ? 0 : matrix->count;
    if (index < count) {
        return matrix->variables[index].name;
    }
    index -= count;
    for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++) {
        bool named = matrix != NULL && scn_matrix_variable(matrix, built_in[i]) != NULL;
        if (!named && index-- == 0) {
            return built_in[i];
        }
    }
    return NULL;
}

enum scn_choice_kind scn_choice_kind(const struct scn_matrix *matrix, const struct scn_node *node,
                                     const char **axis, const char **other,
                                     const struct scn_node **key)
{
    *axis = NULL;
    *other = NULL;
    *key = NULL;
    if (node->count == 1 && strcmp(node->children[0].key, "else") == 0) {
        return SCN_CHOICE;
    }
    const char *name = NULL;
    for (size_t i = 0; (name = axis_at(matrix, i)) != NULL; i++) {
        if (node->count == 0 || !all_fit_axis(matrix, node, name)) {
            continue;
        }
        if (*axis == NULL || is_unsure(matrix, *axis)) {
            *axis = name; /* an axis that may take any word gives way */
        } else if (!is_unsure(matrix, name)) {
            *other = name;
        }
    }
    if (*axis != NULL) {
        /* Without a matrix `engine` takes every word: no doubt can be told from certainty. */
        return *other == NULL || matrix == NULL ? SCN_CHOICE : SCN_CHOICE_UNCLEAR;
    }
    for (size_t k = 0; k < node->count; k++) {
        bool known = false;
        for (size_t i = 0; !known && (name = axis_at(matrix, i)) != NULL; i++) {
            known = key_fits_axis(matrix, node->children[k].key, name);
        }
        if (!known) {
            *key = &node->children[k];
            return SCN_CHOICE_NONE;
        }
    }
    return node->count == 0 ? SCN_CHOICE_NONE : SCN_CHOICE_MIXED;
}
