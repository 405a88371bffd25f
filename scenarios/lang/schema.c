/* The tables of the file's top, of variables, and what other tables share. */
#include "scenarios/lang/schema.h"

#include "core/base/assert.h"
#include "scenarios/lang/scenario.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- shared shapes ---- */

static const struct scn_scalar text_scalar = {SCN_TEXT, "a text", NULL, 0, 0};
static const struct scn_scalar sentence_scalar = {SCN_SENTENCE, "a sentence", NULL, 0, 0};
static const struct scn_scalar yes_scalar = {SCN_YES, "yes or no", NULL, 0, 0};
static const struct scn_scalar uint_scalar = {SCN_UINT, "a number", NULL, 0, UINT64_MAX};
static const struct scn_scalar duration_scalar = {SCN_DURATION, "a duration", NULL, 0, 0};
static const struct scn_scalar fragment_scalar = {SCN_FRAGMENT, "the name of a fragment", NULL, 0,
                                                  0};
static const struct scn_scalar name_scalar = {SCN_NAME, "a name", NULL, 0, 0};

const struct scn_shape scn_text_shape = {.name = "text", .scalar = &text_scalar};
const struct scn_shape scn_texts_shape = {.item = &scn_text_shape};
const struct scn_shape scn_yes_shape = {.name = "yes", .scalar = &yes_scalar};
const struct scn_shape scn_uint_shape = {.name = "number", .scalar = &uint_scalar};
const struct scn_shape scn_duration_shape = {.name = "duration", .scalar = &duration_scalar};
const struct scn_shape scn_like_shape = {
    .name = "fragment name", .scalar = &fragment_scalar, .fixed = true};
const struct scn_shape scn_data_shape = {.scalar = &text_scalar, .item = &scn_text_shape};
const struct scn_shape scn_free_shape = {.name = "anything", .free = true};
static const struct scn_map free_map = {.any = &scn_free_shape, .any_name = "any name"};
const struct scn_shape scn_free_map_shape = {.map = &free_map, .free = true};

static const struct scn_shape fixed_text = {.scalar = &text_scalar, .fixed = true};
static const struct scn_shape fixed_sentence = {.scalar = &sentence_scalar, .fixed = true};

/* ---- when ---- */

static const struct scn_shape when_value = {
    .scalar = &text_scalar, .item = &fixed_text, .fixed = true, .items_min = 1};
const struct scn_map scn_when_map = {.title = "when",
                                     .any = &when_value,
                                     .any_name = "a variable of the matrix, `os` or `engine`",
                                     .any_key = &name_scalar,
                                     .filled = true};
const struct scn_shape scn_when_shape = {.name = "when", .map = &scn_when_map, .fixed = true};

/* ---- matrix ---- */

static const struct scn_shape except_shape = {.item = &scn_when_shape, .fixed = true};
static const struct scn_shape values_shape = {.name = "values",
                                              .scalar = &text_scalar,
                                              .item = &fixed_text,
                                              .fixed = true,
                                              .items_min = 1,
                                              .items_max = SCN_VALUES_MAX};
static const struct scn_field matrix_fields[] = {
    {"like", &scn_like_shape, 0,
     "A fragment's matrix to begin with; variables beside it replace its.",
     "../fragments/matrices.yaml#every build"},
    {"os", &values_shape, 0,
     "Windows versions: ids that `drydock hosts` prints, or selectors, in the order of that list.",
     "[servers from 17763, windows-11-24h2]"},
    {"except", &except_shape, 0, "Combinations to leave out: all conditions of an entry hold.",
     "[{os: clients, isolation: process}]"},
};
const struct scn_map scn_matrix_map = {.title = "matrix",
                                       .fields = matrix_fields,
                                       .count = COUNT(matrix_fields),
                                       .any = &values_shape,
                                       .any_name = "a variable",
                                       .any_key = &name_scalar,
                                       .filled = true};
const struct scn_shape scn_matrix_shape = {.map = &scn_matrix_map, .fixed = true};

/* ---- the top ---- */

static const char *const need_words[] = {
    "any host",        "virtual time", "faults", "registry", "services", "files",
    "compute systems", "networks",     "layers", "windows",  NULL};
static const struct scn_scalar need_scalar = {SCN_WORD, "something a host can offer", need_words, 0,
                                              0};
static const struct scn_shape need_shape = {.scalar = &need_scalar, .fixed = true};
static const struct scn_shape needs_shape = {.item = &need_shape, .fixed = true};
static const struct scn_shape source_shape = {
    .scalar = &text_scalar, .item = &fixed_text, .fixed = true};

static const struct scn_field gap_fields[] = {
    {"reason", &fixed_text, SCN_REQUIRED, "What the emulator does wrong.", NULL},
    {"when", &scn_when_shape, 0, "The runs that are affected; all, when it is left out.", NULL},
};
static const struct scn_map gap_map = {
    .title = "known gap", .fields = gap_fields, .count = COUNT(gap_fields)};
static const struct scn_shape gap_shape = {.scalar = &text_scalar, .map = &gap_map, .fixed = true};

const struct scn_map scn_let_map = {.title = "let",
                                    .any = &scn_text_shape,
                                    .any_name = "a name",
                                    .any_key = &name_scalar,
                                    .filled = true};
static const struct scn_shape let_shape = {.map = &scn_let_map};

static const struct scn_field scenario_fields[] = {
    {"scenario", &fixed_sentence, SCN_REQUIRED,
     "The title: a sentence that says what happens, on one line.",
     "A daemon without its services does not start"},
    {"shows", &fixed_text, SCN_REQUIRED, "Why the scenario is there, in a sentence or two.",
     "v25 opens hns and vmcompute before anything else."},
    {"source", &source_shape, 0, "Where the behaviour is known from: a text or a list of texts.",
     "[daemon_windows.go checkSystem, moby#39623]"},
    {"needs", &needs_shape, 0, "What a host must offer; elsewhere the scenario is skipped.",
     "[faults, virtual time]"},
    {"known gap", &gap_shape, 0,
     "The emulator is known to be wrong here: failing is expected, passing is a failure.",
     "the emulator answers too early"},
    {"matrix", &scn_matrix_shape, 0, "Variables and their values: one run per combination.",
     "{ os: [servers], engine: [v17, v25] }"},
    {"let", &let_shape, 0, "Names for values, used as `${name}`; a value may be a choice.",
     "{ floor: { v17: 14393, v25: 17763 } }"},
    {"host", &scn_host_shape, 0, "The Windows machine that the story plays on.",
     "{ os: server-2019, cpus: 2 }"},
    {"daemon", &scn_daemon_shape, 0, "The daemon: generation, command line, configuration file.",
     "{ engine: v17, flags: [--debug] }"},
    {"steps", &scn_steps_shape, SCN_REQUIRED, "The story: what is done, in order.", NULL},
    {"expect", &scn_expect_shape, 0, "What must be true at the end.", NULL},
};
const struct scn_map scn_scenario_map = {
    .title = "scenario", .fields = scenario_fields, .count = COUNT(scenario_fields)};

/* ---- descriptions ---- */

static const struct scn_field description_fields[] = {
    {"container", &scn_container_shape, SCN_REQUIRED, "The container whose spec is wanted.",
     "{ image: servercore, command: cmd }"},
    {"host", &scn_host_shape, 0, "The Windows machine it is on, with the images it has.",
     "{ os: server-2022, images: [{ name: servercore }] }"},
    {"daemon", &scn_daemon_shape, 0, "The daemon that makes it.", "{ flags: [--debug] }"},
    {"matrix", &scn_matrix_shape, 0, "Variables, as in a scenario.",
     "{ os: [servers from 17763] }"},
    {"let", &let_shape, 0, "Names for values, as in a scenario.", "{ cpus: 2 }"},
};
const struct scn_map scn_description_map = {
    .title = "description", .fields = description_fields, .count = COUNT(description_fields)};

/* ---- fragment files ---- */

static const struct scn_map hosts_map = {.any = &scn_host_shape, .any_name = "a name"};
static const struct scn_map daemons_map = {.any = &scn_daemon_shape, .any_name = "a name"};
static const struct scn_map matrices_map = {.any = &scn_matrix_shape, .any_name = "a name"};
static const struct scn_map stories_map = {.any = &scn_steps_shape, .any_name = "a name"};
static const struct scn_shape hosts_shape = {.map = &hosts_map};
static const struct scn_shape daemons_shape = {.map = &daemons_map};
static const struct scn_shape matrices_shape = {.map = &matrices_map};
static const struct scn_shape stories_shape = {.map = &stories_map};

static const struct scn_field fragments_fields[] = {
    {"fragments", &fixed_text, SCN_REQUIRED, "What these parts are for.",
     "Hosts that lack something"},
    {"hosts", &hosts_shape, 0, "Parts for `host: { like: ... }`.", NULL},
    {"daemons", &daemons_shape, 0, "Parts for `daemon: { like: ... }`.", NULL},
    {"matrices", &matrices_shape, 0, "Parts for `matrix: { like: ... }`.", NULL},
    {"steps", &stories_shape, 0, "Parts for the step `do: ...`; each is a list of steps.", NULL},
};
const struct scn_map scn_fragments_map = {
    .title = "fragments", .fields = fragments_fields, .count = COUNT(fragments_fields)};

/* ---- questions ---- */

size_t scn_field_prefix(const struct scn_field *field)
{
    bool named = (field->flags & SCN_NAMED) != 0;
    return strlen(field->key) - (named ? strlen(SCN_NAME_WORD) : 0);
}

const char *scn_field_name(const struct scn_field *field, const char *key)
{
    return key + scn_field_prefix(field);
}

static bool is_field(const struct scn_field *field, const char *key)
{
    size_t prefix = scn_field_prefix(field);
    bool named = (field->flags & SCN_NAMED) != 0;
    return named ? strncmp(field->key, key, prefix) == 0 && key[prefix] != '\0'
                 : strcmp(field->key, key) == 0;
}

const struct scn_field *scn_map_field(const struct scn_map *map, const char *key)
{
    for (size_t i = 0; i < map->count; i++) {
        if (is_field(&map->fields[i], key)) {
            return &map->fields[i];
        }
    }
    return NULL;
}

bool scn_shape_has_choice(const struct scn_shape *shape)
{
    return !shape->fixed && (shape->free || shape->scalar != NULL || shape->item != NULL);
}

struct map_list {
    const struct scn_map **maps;
    size_t count;
};

static void collect_maps(const struct scn_map *map, struct map_list *list);

static void collect_shape(const struct scn_shape *shape, struct map_list *list)
{
    if (shape->item != NULL) {
        collect_shape(shape->item, list);
    }
    if (shape->map != NULL) {
        collect_maps(shape->map, list);
    }
}

/* Maps without a title are names of something: no table, but what is below them may have one. */
static void collect_maps(const struct scn_map *map, struct map_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->maps[i] == map) {
            return;
        }
    }
    if (map->title != NULL) {
        WCD_ASSERT(list->count < SCN_MAPS_MAX);
        list->maps[list->count++] = map;
    }
    for (size_t i = 0; i < map->count; i++) {
        collect_shape(map->fields[i].shape, list);
    }
    if (map->any != NULL) {
        collect_shape(map->any, list);
    }
}

size_t scn_schema_maps(const struct scn_map *maps[SCN_MAPS_MAX])
{
    struct map_list list = {maps, 0};
    collect_maps(&scn_scenario_map, &list);
    collect_maps(&scn_fragments_map, &list);
    collect_maps(&scn_description_map, &list);
    collect_maps(&scn_host_file_map, &list);
    return list.count;
}
