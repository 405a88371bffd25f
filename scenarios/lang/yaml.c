/* Reads YAML through libfyaml's events.
 *
 * The bytes are checked before the library sees them: it can loop for ever on a directive with
 * invalid UTF-8. Its own errors are collected and become diagnostics; nothing is printed. The
 * events are used rather than the document tree since only they say where a mapping or a list
 * begins. */
#include "scenarios/lang/yaml.h"

#include "core/base/text.h"

#include <libfyaml.h>

#include <stdlib.h>
#include <string.h>

struct yaml {
    struct fy_parser *parser;
    struct scn_file *file;
    struct scn_diags *diags;
    size_t diags_before; /* of other files */
    size_t nodes;
    bool no_memory;
    bool broken; /* the library reported an error, or a limit was hit: no more events */
    bool ended;  /* the end of the stream was seen */
};

/* Where an event begins; line 0 when it stands nowhere, such as a value that was left out, or is a
 * block of lines below its | or >. */
static struct scn_place event_place(struct yaml *yaml, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    if (mark == NULL) {
        return (struct scn_place){.file = yaml->file->path};
    }
    size_t offset = mark->input_pos;
    enum fy_scalar_style style =
        event->type == FYET_SCALAR ? fy_token_scalar_style(event->scalar.value) : FYSS_PLAIN;
    if (style == FYSS_LITERAL || style == FYSS_FOLDED) {
        return (struct scn_place){.file = yaml->file->path};
    }
    /* The library's place of a quoted text is behind the quote. */
    bool quoted = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
    return scn_file_place(yaml->file, quoted && offset > 0 ? offset - 1 : offset);
}

static struct fy_event *next_event(struct yaml *yaml)
{
    struct fy_event *event = yaml->broken ? NULL : fy_parser_parse(yaml->parser);
    if (event == NULL) {
        yaml->broken = true;
    }
    return event;
}

/* Stops reading with a diagnostic. */
static void stop_at(struct yaml *yaml, struct scn_place place, const char *message)
{
    if (!yaml->broken) {
        scn_diags_add(yaml->diags, place, NULL, "%s", message);
    }
    yaml->broken = true;
}

/* Reads on to the end of the mapping or list that `event` begins. Frees event. */
static void skip(struct yaml *yaml, struct fy_event *event)
{
    size_t depth = 0;
    while (event != NULL) {
        enum fy_event_type type = event->type;
        fy_parser_event_free(yaml->parser, event);
        if (type == FYET_MAPPING_START || type == FYET_SEQUENCE_START) {
            depth++;
        } else if (type == FYET_MAPPING_END || type == FYET_SEQUENCE_END) {
            depth--;
        }
        if (depth == 0) {
            return;
        }
        event = next_event(yaml);
    }
}

static void refuse_properties(struct yaml *yaml, struct fy_token *anchor, struct fy_token *tag)
{
    if (anchor != NULL) {
        scn_diags_add(yaml->diags,
                      scn_file_place(yaml->file, fy_token_start_mark(anchor)->input_pos), NULL,
                      "anchors are not used here: write a fragment and name it with `like`");
    }
    if (tag != NULL) {
        scn_diags_add(yaml->diags, scn_file_place(yaml->file, fy_token_start_mark(tag)->input_pos),
                      NULL, "tags are not used here: the language gives every value its type");
    }
}

/* Copies a token's text; false when there is none to be had. */
static bool take_text(struct yaml *yaml, struct fy_event *event, char **out)
{
    size_t len = 0;
    const char *text =
        event->scalar.value == NULL ? "" : fy_token_get_text(event->scalar.value, &len);
    if (text == NULL) {
        yaml->no_memory = true;
        return false;
    }
    if (len > SCN_SCALAR_BYTES_MAX) {
        stop_at(yaml, event_place(yaml, event), "this text is longer than 64 KiB");
        return false;
    }
    if (memchr(text, '\0', len) != NULL) {
        stop_at(yaml, event_place(yaml, event), "a text cannot hold the character NUL");
        return false;
    }
    *out = wcd_text_copy_n(text, len);
    yaml->no_memory = yaml->no_memory || *out == NULL;
    return *out != NULL;
}

static bool is_plain(const struct fy_event *event)
{
    return event->scalar.value == NULL || fy_token_scalar_style(event->scalar.value) == FYSS_PLAIN;
}

static bool read_value(struct yaml *yaml, struct fy_event *event, struct scn_node *out,
                       size_t depth);

static bool read_scalar(struct yaml *yaml, struct fy_event *event, struct scn_node *out)
{
    refuse_properties(yaml, event->scalar.anchor, event->scalar.tag);
    out->kind = SCN_SCALAR;
    out->quoted = !is_plain(event);
    return take_text(yaml, event, &out->text);
}

static bool read_list(struct yaml *yaml, struct fy_event *start, struct scn_node *out, size_t depth)
{
    refuse_properties(yaml, start->sequence_start.anchor, start->sequence_start.tag);
    out->kind = SCN_LIST;
    for (;;) {
        struct fy_event *event = next_event(yaml);
        if (event == NULL) {
            return false;
        }
        if (event->type == FYET_SEQUENCE_END) {
            fy_parser_event_free(yaml->parser, event);
            return true;
        }
        struct scn_node item = {.place = out->place};
        bool ok = read_value(yaml, event, &item, depth + 1);
        if (!ok) {
            scn_node_release(&item);
            return false;
        }
        if (!scn_node_add(out, &item)) {
            yaml->no_memory = true;
            return false;
        }
    }
}

/* Reads a key into child->key; *keep tells whether the value under it is to be kept.
 * Frees event. */
static bool read_key(struct yaml *yaml, struct fy_event *event, const struct scn_node *map,
                     struct scn_node *child, bool *keep)
{
    child->key_place = event_place(yaml, event);
    if (event->type != FYET_SCALAR || event->scalar.value == NULL) {
        struct scn_place place = child->key_place.line > 0 ? child->key_place : map->place;
        scn_diags_add(yaml->diags, place, NULL, "a key must be a word or a text");
        *keep = false;
        skip(yaml, event);
        return true;
    }
    refuse_properties(yaml, event->scalar.anchor, event->scalar.tag);
    bool ok = take_text(yaml, event, &child->key);
    if (ok && is_plain(event) && strcmp(child->key, "<<") == 0) {
        scn_diags_add(yaml->diags, child->key_place, NULL,
                      "merge keys are not used here: write a fragment and name it with `like`");
        *keep = false;
    }
    fy_parser_event_free(yaml->parser, event);
    const struct scn_node *first = ok ? scn_node_get(map, child->key) : NULL;
    if (first != NULL) {
        scn_diags_add(yaml->diags, child->key_place, NULL,
                      "the key \"%s\" stands twice in one mapping; it stands at line %zu already",
                      child->key, first->key_place.line);
        *keep = false;
    }
    return ok;
}

static bool read_map(struct yaml *yaml, struct fy_event *start, struct scn_node *out, size_t depth)
{
    refuse_properties(yaml, start->mapping_start.anchor, start->mapping_start.tag);
    out->kind = SCN_MAP;
    for (;;) {
        struct fy_event *event = next_event(yaml);
        if (event == NULL) {
            return false;
        }
        if (event->type == FYET_MAPPING_END) {
            fy_parser_event_free(yaml->parser, event);
            return true;
        }
        struct scn_node child = {0};
        bool keep = true;
        bool ok = read_key(yaml, event, out, &child, &keep);
        child.place = child.key_place;
        event = ok ? next_event(yaml) : NULL;
        ok = event != NULL && read_value(yaml, event, &child, depth + 1);
        if (!ok || !keep) {
            scn_node_release(&child);
        } else if (!scn_node_add(out, &child)) {
            yaml->no_memory = true;
            ok = false;
        }
        if (!ok) {
            return false;
        }
    }
}

/* Reads the value that event begins into *out, whose place stays as it is when the value has none.
 * False when reading must stop; *out is then to be released. Frees event. */
static bool read_value(struct yaml *yaml, struct fy_event *event, struct scn_node *out,
                       size_t depth)
{
    struct scn_place place = event_place(yaml, event);
    if (place.line > 0) {
        out->place = place;
    }
    bool ok = false;
    if (depth > SCN_DEPTH_MAX) {
        stop_at(yaml, out->place, "nested more than 32 deep");
    } else if (++yaml->nodes > SCN_NODES_MAX) {
        stop_at(yaml, out->place, "the file has more than 10000 values");
    } else if (event->type == FYET_SCALAR) {
        ok = read_scalar(yaml, event, out);
    } else if (event->type == FYET_SEQUENCE_START) {
        ok = read_list(yaml, event, out, depth);
    } else if (event->type == FYET_MAPPING_START) {
        ok = read_map(yaml, event, out, depth);
    } else {
        scn_diags_add(yaml->diags, out->place, NULL,
                      "aliases are not used here: write a fragment and name it with `like`");
        out->kind = SCN_SCALAR;
        out->quoted = true;
        out->text = wcd_text_copy("");
        ok = out->text != NULL;
        yaml->no_memory = yaml->no_memory || !ok;
    }
    fy_parser_event_free(yaml->parser, event);
    return ok;
}

static void check_document_start(struct yaml *yaml, struct fy_event *event)
{
    struct fy_document_state *state = event->document_start.document_state;
    if (fy_document_state_version_explicit(state) || fy_document_state_tags_explicit(state)) {
        scn_diags_add(yaml->diags,
                      (struct scn_place){.file = yaml->file->path, .line = 1, .column = 1}, NULL,
                      "directives are not used here: begin with the first key");
    }
}

static bool read_stream(struct yaml *yaml, struct scn_node *out)
{
    size_t documents = 0;
    while (!yaml->ended && !yaml->broken) {
        struct fy_event *event = next_event(yaml);
        if (event == NULL) {
            return false;
        }
        if (event->type == FYET_DOCUMENT_START && ++documents > 1) {
            stop_at(yaml, event_place(yaml, event),
                    "a file holds one document; here a second begins");
        } else if (event->type == FYET_DOCUMENT_START) {
            check_document_start(yaml, event);
        }
        bool value = event->type == FYET_SCALAR || event->type == FYET_SEQUENCE_START ||
                     event->type == FYET_MAPPING_START || event->type == FYET_ALIAS;
        yaml->ended = event->type == FYET_STREAM_END;
        if (!value) {
            fy_parser_event_free(yaml->parser, event);
        } else if (!read_value(yaml, event, out, 1)) {
            return false;
        }
    }
    if (documents == 0) {
        scn_diags_add(yaml->diags,
                      (struct scn_place){.file = yaml->file->path, .line = 1, .column = 1}, NULL,
                      "the file is empty");
    }
    return documents > 0;
}

/* The library says "missing comma" where a bare ${name} stands between { } or [ ]. */
static bool is_bare_variable(const struct scn_file *file, const struct fy_diag_error *error)
{
    struct scn_source one = {.files = (struct scn_file *[]){(struct scn_file *)(uintptr_t)file},
                             .count = 1};
    struct scn_place place = {.file = file->path, .line = (size_t)error->line, .column = 1};
    size_t len = 0;
    const char *line = scn_source_line(&one, place, &len);
    size_t at = (size_t)error->column - 1; /* ASCII up to here in all but odd cases */
    return line != NULL && at > 0 && at < len && line[at - 1] == '$' && line[at] == '{';
}

static void add_library_errors(struct yaml *yaml, struct fy_diag *diag)
{
    void *cursor = NULL;
    bool any = false;
    struct fy_diag_error *error = NULL;
    while ((error = fy_diag_errors_iterate(diag, &cursor)) != NULL) {
        any = true;
        bool placed = error->line > 0 && error->column > 0;
        struct scn_place place = {.file = yaml->file->path,
                                  .line = placed ? (size_t)error->line : 0,
                                  .column = placed ? (size_t)error->column : 0};
        if (placed && is_bare_variable(yaml->file, error)) {
            place.column--;
            scn_diags_add(yaml->diags, place, NULL,
                          "between { } and [ ] a variable must stand in quotes, as in \"${os}\"");
        } else {
            scn_diags_add(yaml->diags, place, NULL, "this is no YAML: %s", error->msg);
        }
    }
    if (!any && !yaml->no_memory && yaml->diags->count == yaml->diags_before) {
        scn_diags_add(yaml->diags, (struct scn_place){.file = yaml->file->path}, NULL,
                      "this is no YAML");
    }
}

/* Places where the bytes alone are wrong. */
static bool check_bytes(struct scn_file *file, struct scn_diags *diags)
{
    if (file->size > SCN_FILE_BYTES_MAX) {
        scn_diags_add(diags, (struct scn_place){.file = file->path}, NULL,
                      "the file is larger than 1 MiB");
        return false;
    }
    size_t bad = scn_utf8_check(file->bytes, file->size);
    if (bad == file->size) {
        return true;
    }
    const char *what = file->bytes[bad] == '\0' ? "a NUL byte" : "a byte that is no UTF-8";
    scn_diags_add(diags, scn_file_place(file, bad), NULL, "here stands %s", what);
    return false;
}

static bool run_parser(struct yaml *yaml, struct fy_diag *diag, struct scn_node *out)
{
    struct fy_parse_cfg cfg = {.diag = diag};
    yaml->parser = fy_parser_create(&cfg);
    if (yaml->parser == NULL ||
        fy_parser_set_string(yaml->parser, yaml->file->bytes, yaml->file->size) != 0) {
        yaml->no_memory = true;
        return false;
    }
    bool ok = read_stream(yaml, out);
    /* An error can have been recorded although events went on. */
    if (yaml->broken || fy_diag_got_error(diag)) {
        add_library_errors(yaml, diag);
        ok = false;
    }
    return ok;
}

enum scn_yaml_result scn_yaml_read(struct scn_file *file, struct scn_node *out,
                                   struct scn_diags *diags)
{
    *out = (struct scn_node){.place = {.file = file->path, .line = 1, .column = 1}};
    size_t before = diags->count;
    if (!check_bytes(file, diags)) {
        return SCN_YAML_BAD;
    }
    struct fy_diag_cfg cfg;
    fy_diag_cfg_default(&cfg);
    cfg.fp = NULL;
    cfg.colorize = false;
    struct fy_diag *diag = fy_diag_create(&cfg);
    if (diag == NULL) {
        return SCN_YAML_NO_MEMORY;
    }
    fy_diag_set_collect_errors(diag, true);
    struct yaml yaml = {.file = file, .diags = diags, .diags_before = before};
    bool ok = run_parser(&yaml, diag, out);
    if (yaml.parser != NULL) {
        fy_parser_destroy(yaml.parser);
    }
    fy_diag_destroy(diag);
    if (!ok) {
        scn_node_release(out);
        return yaml.no_memory ? SCN_YAML_NO_MEMORY : SCN_YAML_BAD;
    }
    return diags->count > before ? SCN_YAML_PARTIAL : SCN_YAML_OK;
}
