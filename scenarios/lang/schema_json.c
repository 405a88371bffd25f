/* The JSON Schema (draft-07) of the language, made from its tables.
 *
 * Every shape is a definition, since a choice refers to the shape it stands for. What a schema
 * cannot say is left to the checker: names, runs, the order of steps. */
#include "scenarios/lang/schema.h"

#include "scenarios/lang/schema_writer.h"

#include <stdlib.h>
#include <string.h>

#define SHAPES_MAX 512u

struct generator {
    struct schema_writer w;
    const struct scn_shape *shapes[SHAPES_MAX];
    char *names[SHAPES_MAX];
    size_t count;
    bool failed;
};

/* ---- collecting shapes ---- */

/* "file system" becomes "file-system". */
static char *make_name(const char *text)
{
    char *name = wcd_text_copy(text);
    size_t used = 0;
    for (size_t i = 0; name != NULL && name[i] != '\0'; i++) {
        char c = name[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain) {
            name[used++] = c;
        } else if (used > 0 && name[used - 1] != '-') {
            name[used++] = '-';
        }
    }
    if (name != NULL) {
        name[used] = '\0';
    }
    return name;
}

static size_t find_shape(const struct generator *g, const struct scn_shape *shape)
{
    size_t i = 0;
    while (i < g->count && g->shapes[i] != shape) {
        i++;
    }
    return i;
}

static bool name_is_taken(const struct generator *g, const char *name)
{
    for (size_t i = 0; i < g->count; i++) {
        if (strcmp(g->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Adds the shape and all it leads to; `way` names what has no name of its own. */
static void collect(struct generator *g, const struct scn_shape *shape, const char *way)
{
    if (g->failed || find_shape(g, shape) < g->count) {
        return;
    }
    char *name = make_name(shape->name != NULL ? shape->name : way);
    for (unsigned n = 2; name != NULL && name_is_taken(g, name); n++) {
        char *other = wcd_text_format("%s-%u", name, n);
        free(name);
        name = other;
    }
    if (name == NULL || g->count == SHAPES_MAX) {
        free(name);
        g->failed = true;
        return;
    }
    g->shapes[g->count] = shape;
    g->names[g->count++] = name;
    char *inner = wcd_text_format("%s item", name);
    g->failed = g->failed || inner == NULL;
    if (shape->item != NULL && inner != NULL) {
        collect(g, shape->item, inner);
    }
    free(inner);
    const struct scn_map *map = shape->map;
    for (size_t i = 0; map != NULL && i < map->count; i++) {
        char *field = wcd_text_format("%s %s", name, map->fields[i].key);
        g->failed = g->failed || field == NULL;
        if (field != NULL) {
            collect(g, map->fields[i].shape, field);
        }
        free(field);
    }
    char *value = wcd_text_format("%s value", name);
    g->failed = g->failed || value == NULL;
    if (map != NULL && map->any != NULL && value != NULL) {
        collect(g, map->any, value);
    }
    free(value);
}

/* ---- scalars ---- */

static void add_pattern(struct schema_writer *w, const char *pattern)
{
    schema_open(w, NULL, '{');
    schema_string(w, "type", "string");
    schema_string(w, "pattern", pattern);
    schema_close(w, '}');
}

static void add_integer(struct schema_writer *w, const char *min, uint64_t max)
{
    schema_open(w, NULL, '{');
    schema_string(w, "type", "integer");
    schema_raw(w, "minimum", min);
    if (max > 0) {
        schema_number(w, "maximum", max);
    }
    schema_close(w, '}');
}

static void add_words(struct schema_writer *w, const char *const *words)
{
    schema_open(w, NULL, '{');
    schema_open(w, "enum", '[');
    for (size_t i = 0; words[i] != NULL; i++) {
        schema_string(w, NULL, words[i]);
    }
    schema_close(w, ']');
    schema_close(w, '}');
}

static void add_names(struct schema_writer *w, enum scn_type type)
{
    const char *name = NULL;
    schema_open(w, NULL, '{');
    schema_open(w, "enum", '[');
    for (size_t i = 0; scn_type_name(type, i, &name); i++) {
        schema_string(w, NULL, name);
    }
    schema_close(w, ']');
    schema_close(w, '}');
}

#define PORT                                                                                       \
    "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
#define PORTS    PORT "(-" PORT ")?"
#define PROTOCOL "(/(tcp|udp|sctp))?"
#define ADDRESS  "([0-9.]+|\\[[0-9A-Fa-f:.]+\\])"

static const char *pattern_of(enum scn_type type)
{
    switch (type) {
    case SCN_DURATION:
        return "^[0-9]+(us|ms|s|m|h)( [0-9]+(us|ms|s|m|h))*$";
    case SCN_SIZE:
        return "^[0-9]+(KiB|MiB|GiB|TiB|KB|MB|GB|TB)?$";
    case SCN_TIME:
        return "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$";
    case SCN_SPAN:
        return "^(under|over|exactly) [0-9]+(us|ms|s|m|h)( [0-9]+(us|ms|s|m|h))*$";
    case SCN_NAME:
        return "^[a-z][a-z0-9_]*$";
    case SCN_FRAGMENT:
        return "^[^/\\\\#][^\\\\#]*#[^\\\\#]+$";
    case SCN_LOG_LINE:
        return "^(debug|info|warning|error|fatal): ";
    case SCN_DRIVE:
        return "^[A-Za-z]:$";
    case SCN_REG_KEY:
        return "^(HKLM|HKCU|HKU|HKEY_LOCAL_MACHINE|HKEY_CURRENT_USER|HKEY_USERS)\\\\.";
    case SCN_INT:
        return "^-?(0x[0-9A-Fa-f]+|[0-9]+)$";
    case SCN_UINT:
    case SCN_WIN32:
    case SCN_ERROR:
        return "^(0x[0-9A-Fa-f]+|[0-9]+)$";
    case SCN_SECONDS:
        return "^(for ever|[0-9]+(s|m|h)( [0-9]+(s|m|h))*)$";
    case SCN_TIMES:
        return "^(for ever|0x0*[1-9A-Fa-f][0-9A-Fa-f]*|0*[1-9][0-9]*)$";
    case SCN_PORT:
        return "^(tcp|udp) " PORT "$";
    case SCN_EXPOSE:
        return "^" PORTS PROTOCOL "$";
    case SCN_PUBLISH:
        return "^(" ADDRESS ":(" PORTS ")?:|" PORTS ":)?" PORTS PROTOCOL "$";
    case SCN_TEXT:
    case SCN_SENTENCE:
    case SCN_YES:
    case SCN_WORD:
    case SCN_BUILD:
    case SCN_HOOK:
    case SCN_FUNCTION:
    case SCN_NOTIFICATION:
        break;
    }
    return NULL;
}

static void add_text(struct schema_writer *w, bool sentence)
{
    schema_open(w, NULL, '{');
    schema_raw(w, "type", "[\"string\", \"number\", \"boolean\"]");
    if (sentence) {
        schema_raw(w, "maxLength", "120");
        schema_string(w, "pattern", "^[^\\r\\n]*[^ \\r\\n][^\\r\\n]*$");
    }
    schema_close(w, '}');
}

/* The alternatives of a scalar, as items of an open anyOf. */
static void add_scalar(struct schema_writer *w, const struct scn_scalar *scalar, bool fixed)
{
    static const char *const yes_words[] = {"yes", "no", NULL};
    if (scalar->type == SCN_TEXT || scalar->type == SCN_SENTENCE) {
        add_text(w, scalar->type == SCN_SENTENCE);
        return; /* a variable is a text as well */
    }
    if (scalar->type == SCN_YES || scalar->type == SCN_WORD) {
        add_words(w, scalar->type == SCN_YES ? yes_words : scalar->words);
    } else if (scalar->type == SCN_BUILD || scalar->type == SCN_HOOK ||
               scalar->type == SCN_FUNCTION || scalar->type == SCN_WIN32 ||
               scalar->type == SCN_ERROR || scalar->type == SCN_NOTIFICATION) {
        add_names(w, scalar->type);
    }
    if (scalar->type == SCN_INT) {
        add_integer(w, "-9223372036854775808", INT64_MAX);
    } else if (scalar->type == SCN_SIZE) {
        add_integer(w, "0", UINT64_MAX);
    } else if (scalar->type == SCN_WIN32) {
        add_integer(w, "0", 65535);
    } else if (scalar->type == SCN_ERROR) {
        add_integer(w, "0", UINT32_MAX);
    } else if (scalar->type == SCN_TIMES) {
        add_integer(w, "1", UINT32_MAX);
    } else if (scalar->type == SCN_EXPOSE || scalar->type == SCN_PUBLISH) {
        add_integer(w, "1", UINT16_MAX);
    } else if (scalar->type == SCN_UINT) {
        add_integer(w, scalar->min == 0 ? "0" : "1", scalar->max);
    }
    const char *pattern = pattern_of(scalar->type);
    if (pattern != NULL) {
        add_pattern(w, pattern);
    }
    if (!fixed) {
        add_pattern(w, "\\$\\{");
    }
}

/* ---- mappings ---- */

static void add_reference(struct generator *g, const char *key, const struct scn_shape *shape,
                          const char *doc)
{
    size_t index = find_shape(g, shape);
    char *target = index == g->count ? NULL : wcd_text_format("#/definitions/%s", g->names[index]);
    if (target == NULL) {
        g->failed = true;
        return;
    }
    schema_open(&g->w, key, '{');
    if (doc != NULL) {
        /* Beside $ref nothing counts, so the sentence stands outside. */
        schema_string(&g->w, "description", doc);
        schema_open(&g->w, "allOf", '[');
        schema_open(&g->w, NULL, '{');
    }
    schema_string(&g->w, "$ref", target);
    if (doc != NULL) {
        schema_close(&g->w, '}');
        schema_close(&g->w, ']');
    }
    schema_close(&g->w, '}');
    free(target);
}

static void add_required(struct schema_writer *w, const char *a, const char *b)
{
    schema_open(w, NULL, '{');
    schema_open(w, "required", '[');
    schema_string(w, NULL, a);
    if (b != NULL) {
        schema_string(w, NULL, b);
    }
    schema_close(w, ']');
    schema_close(w, '}');
}

/* Exactly one of the verbs, or of the map's own words. */
static void add_one_of(struct schema_writer *w, const struct scn_map *map)
{
    bool step = map == &scn_step_map;
    if (map->one_of == NULL && !step) {
        return;
    }
    schema_open(w, "oneOf", '[');
    for (size_t i = 0; map->one_of != NULL && map->one_of[i] != NULL; i++) {
        add_required(w, map->one_of[i], NULL);
    }
    for (size_t i = 0; step && i < map->count; i++) {
        if ((map->fields[i].flags & SCN_VERB) != 0) {
            add_required(w, map->fields[i].key, NULL);
        }
    }
    schema_close(w, ']');
}

/* What cannot stand beside a verb: the names of results and warnings that it does not give, the
 * background of what is done at once. */
static void add_verb_rules(struct schema_writer *w, unsigned flags)
{
    bool result = (flags & SCN_RESULT) != 0;
    bool warns = (flags & SCN_WARNS) != 0;
    schema_open(w, "properties", '{');
    if (!result) {
        schema_raw(w, "as", "false");
    }
    if ((flags & SCN_LASTING) == 0) {
        schema_raw(w, "in background", "false");
    }
    if (!result || !warns) {
        schema_open(w, "expect", '{');
        schema_open(w, "properties", '{');
        if (!result) {
            schema_raw(w, "gives", "false");
        }
        if (!warns) {
            schema_raw(w, "warnings", "false");
        }
        schema_close(w, '}');
        schema_close(w, '}');
    }
    schema_close(w, '}');
}

static void add_step_rules(struct schema_writer *w)
{
    for (size_t i = 0; i < scn_step_map.count; i++) {
        unsigned flags = scn_step_map.fields[i].flags;
        if ((flags & SCN_VERB) == 0) {
            continue;
        }
        schema_open(w, NULL, '{');
        schema_open(w, "if", '{');
        schema_open(w, "required", '[');
        schema_string(w, NULL, scn_step_map.fields[i].key);
        schema_close(w, ']');
        schema_close(w, '}');
        schema_open(w, "then", '{');
        add_verb_rules(w, flags);
        schema_close(w, '}');
        schema_close(w, '}');
    }
}

static bool has_alone(const struct scn_map *map)
{
    for (size_t i = 0; i < map->count; i++) {
        if ((map->fields[i].flags & SCN_ALONE) != 0) {
            return true;
        }
    }
    return false;
}

/* Keys that need each other or exclude each other. */
static void add_rules(struct schema_writer *w, const struct scn_map *map)
{
    if (map->if_then != NULL) {
        schema_open(w, "dependencies", '{');
        for (size_t i = 0; map->if_then[i] != NULL; i += 2) {
            schema_open(w, map->if_then[i], '[');
            schema_string(w, NULL, map->if_then[i + 1]);
            schema_close(w, ']');
        }
        schema_close(w, '}');
    }
    if (map->not_both == NULL && !has_alone(map)) {
        return;
    }
    schema_open(w, "allOf", '[');
    for (size_t i = 0; map->not_both != NULL && map->not_both[i] != NULL; i += 2) {
        schema_open(w, NULL, '{');
        schema_open(w, "not", '{');
        schema_open(w, "required", '[');
        schema_string(w, NULL, map->not_both[i]);
        schema_string(w, NULL, map->not_both[i + 1]);
        schema_close(w, ']');
        schema_close(w, '}');
        schema_close(w, '}');
    }
    for (size_t i = 0; i < map->count; i++) {
        if ((map->fields[i].flags & SCN_ALONE) != 0) {
            schema_open(w, NULL, '{');
            schema_open(w, "if", '{');
            schema_open(w, "required", '[');
            schema_string(w, NULL, map->fields[i].key);
            schema_close(w, ']');
            schema_close(w, '}');
            schema_raw(w, "then", "{ \"maxProperties\": 1 }");
            schema_close(w, '}');
        }
    }
    if (map == &scn_step_map) {
        add_step_rules(w);
    }
    schema_close(w, ']');
}

static void add_key_names(struct schema_writer *w, const struct scn_map *map)
{
    schema_open(w, "propertyNames", '{');
    schema_open(w, "anyOf", '[');
    const char *word = NULL;
    if (map->count > 0 || map->any_word != NULL) {
        schema_open(w, NULL, '{');
        schema_open(w, "enum", '[');
        for (size_t i = 0; i < map->count; i++) {
            schema_string(w, NULL, map->fields[i].key);
        }
        for (size_t i = 0; map->any_word != NULL && map->any_word(i, &word); i++) {
            schema_string(w, NULL, word);
        }
        schema_close(w, ']');
        schema_close(w, '}');
    }
    if (map->any_word == NULL) {
        add_pattern(w, map->any_key == NULL ? "^(?!.*\\$\\{)." : pattern_of(map->any_key->type));
    }
    schema_close(w, ']');
    schema_close(w, '}');
}

/* Keys that end in a name: "container NAME". */
static void add_named_keys(struct generator *g, const struct scn_map *map)
{
    bool open = false;
    for (size_t i = 0; i < map->count; i++) {
        const struct scn_field *field = &map->fields[i];
        if ((field->flags & SCN_NAMED) == 0) {
            continue;
        }
        if (!open) {
            schema_open(&g->w, "patternProperties", '{');
            open = true;
        }
        char *pattern =
            wcd_text_format("^%.*s(?!.*\\$\\{).", (int)scn_field_prefix(field), field->key);
        g->failed = g->failed || pattern == NULL;
        if (pattern != NULL) {
            add_reference(g, pattern, field->shape, field->doc);
        }
        free(pattern);
    }
    if (open) {
        schema_close(&g->w, '}');
    }
}

static void add_map(struct generator *g, const struct scn_map *map)
{
    struct schema_writer *w = &g->w;
    bool required = false;
    schema_open(w, NULL, '{');
    schema_string(w, "type", "object");
    if (map->count > 0) {
        schema_open(w, "properties", '{');
        for (size_t i = 0; i < map->count; i++) {
            if ((map->fields[i].flags & SCN_NAMED) == 0) {
                add_reference(g, map->fields[i].key, map->fields[i].shape, map->fields[i].doc);
            }
            required = required || (map->fields[i].flags & SCN_REQUIRED) != 0;
        }
        schema_close(w, '}');
        add_named_keys(g, map);
    }
    if (required) {
        schema_open(w, "required", '[');
        for (size_t i = 0; i < map->count; i++) {
            if ((map->fields[i].flags & SCN_REQUIRED) != 0) {
                schema_string(w, NULL, map->fields[i].key);
            }
        }
        schema_close(w, ']');
    }
    if (map->filled) {
        schema_raw(w, "minProperties", "1");
    }
    add_one_of(w, map);
    add_rules(w, map);
    if (map->any == NULL) {
        schema_raw(w, "additionalProperties", "false");
    } else {
        add_reference(g, "additionalProperties", map->any, NULL);
        add_key_names(w, map);
    }
    schema_close(w, '}');
}

/* ---- shapes ---- */

static void add_list(struct generator *g, const struct scn_shape *shape)
{
    schema_open(&g->w, NULL, '{');
    schema_string(&g->w, "type", "array");
    add_reference(g, "items", shape->item, NULL);
    if (shape->items_min > 0) {
        schema_number(&g->w, "minItems", shape->items_min);
    }
    if (shape->items_max > 0) {
        schema_number(&g->w, "maxItems", shape->items_max);
    }
    schema_close(&g->w, '}');
}

/* A mapping from values of a variable to what the shape takes. Where a mapping of keys can stand as
 * well, none of those keys makes a choice. */
static void add_choice(struct generator *g, const struct scn_shape *shape)
{
    struct schema_writer *w = &g->w;
    schema_open(w, NULL, '{');
    schema_string(w, "description", "A choice: its keys are values of one variable.");
    schema_string(w, "type", "object");
    schema_raw(w, "minProperties", "1");
    add_reference(g, "additionalProperties", shape, NULL);
    if (shape->map != NULL && shape->map->count > 0) {
        schema_open(w, "propertyNames", '{');
        schema_open(w, "not", '{');
        schema_open(w, "enum", '[');
        for (size_t i = 0; i < shape->map->count; i++) {
            schema_string(w, NULL, shape->map->fields[i].key);
        }
        schema_close(w, ']');
        schema_close(w, '}');
        schema_close(w, '}');
    }
    schema_close(w, '}');
}

static void add_bare_verbs(struct schema_writer *w)
{
    schema_open(w, NULL, '{');
    schema_open(w, "enum", '[');
    for (size_t i = 0; i < scn_step_map.count; i++) {
        if ((scn_step_map.fields[i].flags & SCN_BARE) != 0) {
            schema_string(w, NULL, scn_step_map.fields[i].key);
        }
    }
    schema_close(w, ']');
    schema_close(w, '}');
}

static void add_definition(struct generator *g, const char *name, const struct scn_shape *shape)
{
    struct schema_writer *w = &g->w;
    schema_open(w, name, '{');
    if (shape->free && shape->map == NULL) {
        schema_close(w, '}');
        return;
    }
    schema_open(w, "anyOf", '[');
    if (shape->scalar != NULL) {
        add_scalar(w, shape->scalar, shape->fixed);
    }
    if (shape->map == &scn_step_map) {
        add_bare_verbs(w);
    }
    if (shape->item != NULL) {
        add_list(g, shape);
    }
    if (shape->map != NULL) {
        add_map(g, shape->map);
    }
    if (shape->empty) {
        schema_raw(w, NULL, "{ \"type\": \"null\" }");
    }
    if (scn_shape_has_choice(shape) && !shape->free) {
        add_choice(g, shape);
    }
    schema_close(w, ']');
    schema_close(w, '}');
}

/* What tells a host file: one of its keys, and none that the others begin with. */
#define HOST_FILE_IF                                                                                 \
    "{ \"anyOf\": [ { \"required\": [\"host\"] }, { \"required\": [\"programs\"] }, "                \
    "{ \"required\": [\"faults\"] } ], \"not\": { \"anyOf\": [ { \"required\": [\"scenario\"] }, "   \
    "{ \"required\": [\"shows\"] }, { \"required\": [\"steps\"] }, { \"required\": [\"expect\"] }, " \
    "{ \"required\": [\"container\"] } ] } }"

/* A file is one of three kinds. */
static void add_root(struct generator *g, const struct scn_shape *scenario,
                     const struct scn_shape *fragments, const struct scn_shape *host_file)
{
    struct schema_writer *w = &g->w;
    schema_string(w, "$schema", "http://json-schema.org/draft-07/schema#");
    schema_string(w, "title", "Drydock scenario");
    schema_string(w, "description",
                  "Scenarios for the Drydock container daemon, and files of fragments for them.");
    schema_raw(w, "if",
               "{ \"required\": [\"fragments\"], \"not\": { \"required\": [\"scenario\"] } }");
    add_reference(g, "then", fragments, NULL);
    schema_open(w, "else", '{');
    schema_raw(w, "if", HOST_FILE_IF);
    add_reference(g, "then", host_file, NULL);
    add_reference(g, "else", scenario, NULL);
    schema_close(w, '}');
    schema_open(w, "definitions", '{');
    for (size_t i = 0; i < g->count; i++) {
        add_definition(g, g->names[i], g->shapes[i]);
    }
    schema_close(w, '}');
}

bool scn_schema_json(struct wcd_buf *out)
{
    static const struct scn_shape scenario = {.name = "scenario", .map = &scn_scenario_map};
    static const struct scn_shape fragments = {.name = "fragments", .map = &scn_fragments_map};
    static const struct scn_shape host_file = {.name = "host file", .map = &scn_host_file_map};
    struct generator *g = calloc(1, sizeof(*g));
    if (g == NULL) {
        return false;
    }
    g->w.out = out;
    collect(g, &scenario, "");
    collect(g, &fragments, "");
    collect(g, &host_file, "");
    if (!g->failed) {
        schema_open(&g->w, NULL, '{');
        add_root(g, &scenario, &fragments, &host_file);
        schema_close(&g->w, '}');
        wcd_buf_char(out, '\n');
    }
    bool ok = !g->failed && !out->failed;
    for (size_t i = 0; i < g->count; i++) {
        free(g->names[i]);
    }
    free(g);
    return ok;
}
