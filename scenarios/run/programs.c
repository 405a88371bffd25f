/* What programs in containers do, as scripts of the emulated guests. */
#include "scenarios/run/programs.h"

#include "core/base/limits.h"
#include "fakes/guest/guest.h"

#include <stdlib.h>
#include <string.h>

/* A program on its way. */
struct script {
    struct scn_world *world;
    struct fake_act *acts;
    size_t count;
    size_t capacity;
    struct wcd_strlist texts; /* what the acts borrow */
};

static void add_act(struct script *script, struct fake_act act)
{
    if (script->count == script->capacity) {
        size_t capacity = script->capacity == 0 ? 8 : 2 * script->capacity;
        struct fake_act *grown = realloc(script->acts, capacity * sizeof(*grown));
        if (grown == NULL) {
            scn_no_memory(script->world);
            return;
        }
        script->acts = grown;
        script->capacity = capacity;
    }
    script->acts[script->count++] = act;
}

/* Keeps a text for an act; takes it. */
static void add_text(struct script *script, enum fake_act_kind kind, char *text)
{
    if (!wcd_strlist_take(&script->texts, text)) {
        scn_no_memory(script->world);
        return;
    }
    add_act(script,
            (struct fake_act){.kind = kind, .text = script->texts.items[script->texts.count - 1]});
}

/* Lines have Windows' line ends. */
static void add_lines(struct script *script, enum fake_act_kind kind, const struct scn_node *node)
{
    size_t count = node->kind == SCN_LIST ? node->count : 1;
    for (size_t i = 0; i < count; i++) {
        const struct scn_node *line = node->kind == SCN_LIST ? &node->children[i] : node;
        add_text(script, kind, wcd_text_format("%s\r\n", line->text));
    }
}

static uint32_t code_of(const struct scn_node *node)
{
    return (uint32_t)scn_read_uint(node->text);
}

/* ---- acts ---- */

static void add_code(struct script *script, enum fake_act_kind kind, const struct scn_node *node)
{
    add_act(script, (struct fake_act){.kind = kind, .code = code_of(node)});
}

static void add_plain(struct script *script, enum fake_act_kind kind, const struct scn_node *node)
{
    add_text(script, kind, wcd_text_copy(node->text));
}

static void add_wait(struct script *script, enum fake_act_kind kind, const struct scn_node *node)
{
    add_act(script, (struct fake_act){.kind = kind, .us = scn_read_duration_us(node->text)});
}

static void add_bytes(struct script *script, enum fake_act_kind kind, const struct scn_node *node)
{
    add_act(script, (struct fake_act){.kind = kind, .bytes = scn_read_size(node->text)});
}

static void add_disk(struct script *script, enum fake_act_kind kind, const struct scn_node *node)
{
    const char *how = strcmp(node->key, "read disk") == 0 ? "read" : "write";
    add_act(script,
            (struct fake_act){.kind = kind, .text = how, .bytes = scn_read_size(node->text)});
}

static void add_load(struct script *script, enum fake_act_kind kind, const struct scn_node *node)
{
    const struct scn_node *cpu = scn_node_get(node, "cpu");
    const struct scn_node *memory = scn_node_get(node, "memory");
    add_act(script, (struct fake_act){.kind = kind,
                                      .percent = cpu == NULL ? 0 : code_of(cpu),
                                      .bytes = memory == NULL ? 0 : scn_read_size(memory->text)});
}

static void add_repeat(struct script *script, enum fake_act_kind kind, const struct scn_node *node)
{
    uint32_t times = 0;
    (void)scn_parse_times(node->text, &times);
    add_act(script, (struct fake_act){.kind = kind, .count = times});
}

static const struct {
    const char *key;
    enum fake_act_kind kind;
    void (*add)(struct script *script, enum fake_act_kind kind, const struct scn_node *node);
} acts[] = {
    {"output", FAKE_ACT_OUT, add_lines},     {"error", FAKE_ACT_ERR, add_lines},
    {"write", FAKE_ACT_OUT, add_plain},      {"write error", FAKE_ACT_ERR, add_plain},
    {"wait", FAKE_ACT_WAIT, add_wait},       {"flood", FAKE_ACT_FLOOD, add_bytes},
    {"spawn", FAKE_ACT_SPAWN, add_plain},    {"run", FAKE_ACT_RUN, add_plain},
    {"load", FAKE_ACT_LOAD, add_load},       {"read disk", FAKE_ACT_DISK, add_disk},
    {"write disk", FAKE_ACT_DISK, add_disk}, {"repeat", FAKE_ACT_REPEAT, add_repeat},
    {"exit", FAKE_ACT_EXIT, add_code},       {"crash", FAKE_ACT_CRASH, add_code},
};

static const struct {
    const char *word;
    enum fake_act_kind kind;
} act_words[] = {
    {"read line", FAKE_ACT_READ},
    {"echo", FAKE_ACT_ECHO},
    {"copy input", FAKE_ACT_CAT},
    {"flood", FAKE_ACT_FLOOD},
    {"stay", FAKE_ACT_STAY},
    {"shut down guest", FAKE_ACT_SHUT_DOWN},
    {"crash guest", FAKE_ACT_CRASH_GUEST},
};

/* Those of a mapping, in the order of the table: an act has one, a program may have several. */
static void add_keys(struct script *script, const struct scn_node *node)
{
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        const struct scn_node *child = scn_node_get(node, acts[i].key);
        if (child != NULL) {
            acts[i].add(script, acts[i].kind, child);
        }
    }
}

static void add_list(struct script *script, const struct scn_node *list)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct scn_node *act = &list->children[i];
        for (size_t j = 0; act->kind == SCN_SCALAR && j < sizeof(act_words) / sizeof(act_words[0]);
             j++) {
            if (strcmp(act_words[j].word, act->text) == 0) {
                add_act(script, (struct fake_act){.kind = act_words[j].kind});
            }
        }
        add_keys(script, act);
    }
}

/* ---- programs ---- */

/* { output, error, after, exit | crash | stays }: writes, waits, ends. */
static void add_short(struct script *script, const struct scn_node *program)
{
    const struct scn_node *output = scn_node_get(program, "output");
    const struct scn_node *error = scn_node_get(program, "error");
    const struct scn_node *after = scn_node_get(program, "after");
    const struct scn_node *code = scn_node_get(program, "exit");
    const struct scn_node *crash = scn_node_get(program, "crash");
    const struct scn_node *stays = scn_node_get(program, "stays");
    if (output != NULL) {
        add_lines(script, FAKE_ACT_OUT, output);
    }
    if (error != NULL) {
        add_lines(script, FAKE_ACT_ERR, error);
    }
    if (after != NULL) {
        add_wait(script, FAKE_ACT_WAIT, after);
    }
    if (stays != NULL && scn_read_yes(stays->text)) {
        add_act(script, (struct fake_act){.kind = FAKE_ACT_STAY});
    }
    if (code != NULL) {
        add_code(script, FAKE_ACT_EXIT, code);
    } else if (crash != NULL) {
        add_code(script, FAKE_ACT_CRASH, crash);
    }
}

static void set_shutdown(struct fake_program *program, const struct scn_node *node)
{
    if (node != NULL && node->kind == SCN_SCALAR) {
        program->on_shutdown =
            strcmp(node->text, "dies") == 0 ? FAKE_SHUTDOWN_DIES : FAKE_SHUTDOWN_IGNORES;
    } else if (node != NULL) {
        const struct scn_node *after = scn_node_get(node, "after");
        program->on_shutdown = FAKE_SHUTDOWN_EXITS;
        program->shutdown_code = code_of(scn_node_get(node, "exit"));
        program->shutdown_us = after == NULL ? 0 : scn_read_duration_us(after->text);
    }
}

static bool put_program(struct scn_world *world, const struct scn_node *node)
{
    struct script script = {.world = world};
    const struct scn_node *listed = node->kind == SCN_LIST ? node : scn_node_get(node, "acts");
    const struct scn_node *refused = scn_node_get(node, "refused with");
    struct fake_program program = {.command = node->key};
    uint32_t bits = 0;
    wcd_strlist_init(&script.texts);
    const struct scn_node *real = scn_node_get(node, "runs");
    if (real != NULL) {
        add_text(&script, FAKE_ACT_REAL,
                 wcd_text_copy(scn_node_text(scn_node_get(node, "root"), "")));
    } else if (listed != NULL) {
        add_list(&script, listed);
    } else {
        add_short(&script, node);
    }
    set_shutdown(&program, scn_node_get(node, "on shutdown"));
    if (refused != NULL && scn_parse_error(refused->text, &bits)) {
        program.refused = plat_hr_of(bits);
    }
    program.acts = script.acts;
    program.act_count = script.count;
    bool ok = !world->no_memory && fake_guest_put_program(world->host, &program);
    wcd_strlist_release(&script.texts);
    free(script.acts);
    return ok ||
           (!world->no_memory && scn_host_refused(world, node->key_place, "program", node->key));
}

bool scn_host_programs(struct scn_world *world, const struct scn_node *programs)
{
    bool ok = true;
    for (size_t i = 0; ok && programs != NULL && i < programs->count; i++) {
        ok = put_program(world, &programs->children[i]);
    }
    return ok;
}

bool scn_host_guests(struct scn_world *world, const struct scn_node *host)
{
    const struct scn_node *users = scn_node_get(host, "container users");
    const struct scn_node *lacks = scn_node_get(host, "container lacks");
    bool ok = true;
    for (size_t i = 0; ok && users != NULL && i < users->count; i++) {
        ok = fake_guest_put_user(world->host, users->children[i].text);
    }
    for (size_t i = 0; ok && lacks != NULL && i < lacks->count; i++) {
        ok = fake_guest_put_missing_folder(world->host, lacks->children[i].text);
    }
    if (!ok) {
        scn_no_memory(world);
    }
    return ok;
}
