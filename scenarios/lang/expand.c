/* Fragments. A part that cannot be had is left out: its mistake is told, and what is beside it can
 * still be checked. */
#include "scenarios/lang/expand.h"

#include "scenarios/lang/check.h"
#include "scenarios/lang/yaml.h"

#include <stdlib.h>
#include <string.h>

void scn_expander_release(struct scn_expander *expander)
{
    for (size_t i = 0; i < expander->file_count; i++) {
        scn_node_release(&expander->files[i].root);
    }
    free(expander->files);
    expander->files = NULL;
    expander->file_count = 0;
}

/* ---- reading fragment files ---- */

/* Reads and checks a file that is asked for the first time. */
static void read_fragments(struct scn_expander *x, struct scn_fragment_file *slot,
                           const struct scn_node *name)
{
    const char *reason = NULL;
    struct scn_file *file = scn_source_read(x->source, x->reader, slot->path, &reason);
    if (file == NULL) {
        x->no_memory = true;
        return;
    }
    slot->path = file->path;
    if (file->bytes == NULL) {
        scn_diags_add(x->diags, name->place, NULL, "cannot read the fragments in %s: %s",
                      file->path, reason);
        return;
    }
    enum scn_yaml_result result = scn_yaml_read(file, &slot->root, x->diags);
    x->no_memory = x->no_memory || result == SCN_YAML_NO_MEMORY;
    slot->readable = result == SCN_YAML_OK || result == SCN_YAML_PARTIAL;
    if (slot->readable && scn_node_get(&slot->root, "fragments") == NULL) {
        scn_diags_add(x->diags, name->place, NULL, "%s is no file of fragments", file->path);
        slot->readable = false;
    } else if (slot->readable) {
        struct scn_checker checker = {.diags = x->diags};
        scn_check_fragments(&checker, &slot->root);
        x->no_memory = x->no_memory || checker.no_memory;
    }
}

/* The file by its path; its root stays where it is until the expander is released. */
static const struct scn_node *fragments_of(struct scn_expander *x, const char *path,
                                           const struct scn_node *name)
{
    for (size_t i = 0; i < x->file_count; i++) {
        if (strcmp(x->files[i].path, path) == 0) {
            return x->files[i].readable ? &x->files[i].root : NULL;
        }
    }
    if (x->file_count == SCN_FRAGMENT_FILES_MAX) {
        scn_diags_add(x->diags, name->place, NULL, "more than %u files of fragments",
                      SCN_FRAGMENT_FILES_MAX);
        return NULL;
    }
    if (x->files == NULL) {
        x->files = calloc(SCN_FRAGMENT_FILES_MAX, sizeof(*x->files));
        if (x->files == NULL) {
            x->no_memory = true;
            return NULL;
        }
    }
    struct scn_fragment_file *slot = &x->files[x->file_count];
    slot->path = path;
    read_fragments(x, slot, name);
    if (slot->path == path) {
        return NULL; /* no memory: nothing keeps the path */
    }
    x->file_count++;
    return slot->readable ? &slot->root : NULL;
}

/* The section of a fragment file that has parts of a kind, by the key they are named under. */
static const char *section_of(const char *key)
{
    static const char *const sections[][2] = {
        {"matrix", "matrices"}, {"host", "hosts"}, {"daemon", "daemons"}, {"steps", "steps"}};
    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        if (strcmp(sections[i][0], key) == 0) {
            return sections[i][1];
        }
    }
    return key;
}

static void complain_missing(struct scn_expander *x, const struct scn_node *section,
                             const struct scn_node *name, const char *part, const char *kind)
{
    const char *near = NULL;
    for (size_t i = 0; near == NULL && section != NULL && i < section->count; i++) {
        near = scn_nearest(part, (const char *[]){section->children[i].key, NULL});
    }
    char *hint = near == NULL ? NULL : wcd_text_format("did you mean \"%s\"?", near);
    scn_diags_add(x->diags, name->place, hint, "among the %s of that file nothing is called \"%s\"",
                  kind, part);
    free(hint);
}

/* The part that a scalar `path#name` names; NULL when there is none, which is told. */
static const struct scn_node *find_part(struct scn_expander *x, const struct scn_node *name,
                                        const char *kind, const struct scn_trail *trail)
{
    const char *hash = name->kind == SCN_SCALAR ? strchr(name->text, '#') : NULL;
    if (hash == NULL || hash == name->text || hash[1] == '\0') {
        return NULL; /* the checker says so */
    }
    if (trail != NULL && trail->depth >= SCN_LIKE_DEPTH_MAX) {
        scn_diags_add(x->diags, name->place, NULL, "fragments name each other more than %u deep",
                      SCN_LIKE_DEPTH_MAX);
        return NULL;
    }
    char *relative = wcd_text_copy_n(name->text, (size_t)(hash - name->text));
    char *path = relative == NULL ? NULL : scn_path_join(name->place.file, relative);
    const struct scn_node *root = path == NULL ? NULL : fragments_of(x, path, name);
    x->no_memory = x->no_memory || path == NULL;
    free(relative);
    free(path);
    if (root == NULL) {
        return NULL;
    }
    const struct scn_node *section = scn_node_get(root, kind);
    const struct scn_node *part = scn_node_get(section, hash + 1);
    if (part == NULL) {
        complain_missing(x, section, name, hash + 1, kind);
    }
    for (const struct scn_trail *t = trail; part != NULL && t != NULL; t = t->outer) {
        if (t->part == part) {
            scn_diags_add(x->diags, name->place, NULL, "the fragment \"%s\" leads back to itself",
                          hash + 1);
            return NULL;
        }
    }
    return part;
}

/* ---- like ---- */

static struct scn_node *child_of(struct scn_node *node, const char *key)
{
    for (size_t i = 0; i < node->count; i++) {
        if (strcmp(node->children[i].key, key) == 0) {
            return &node->children[i];
        }
    }
    return NULL;
}

/* Puts a copy of child into the mapping, in place of the one with its key. */
static bool put(struct scn_node *to, const struct scn_node *child)
{
    struct scn_node copy;
    if (!scn_node_copy(&copy, child)) {
        return false;
    }
    struct scn_node *old = child_of(to, child->key);
    if (old == NULL) {
        return scn_node_add(to, &copy);
    }
    scn_node_release(old);
    *old = copy;
    return true;
}

/* Both are mappings of names that are put together name by name. */
static bool is_merged(const struct scn_expander *x, const struct scn_map *map,
                      const struct scn_node *old, const struct scn_node *child)
{
    const struct scn_field *field = scn_map_field(map, child->key);
    return field != NULL && (field->flags & SCN_MERGED) != 0 && old != NULL &&
           old->kind == SCN_MAP && child->kind == SCN_MAP &&
           !scn_is_choice(x->matrix, field->shape, old) &&
           !scn_is_choice(x->matrix, field->shape, child);
}

/* Puts the keys of `over` into *base; they win. */
static bool merge(const struct scn_expander *x, const struct scn_map *map, struct scn_node *base,
                  const struct scn_node *over)
{
    bool ok = true;
    for (size_t i = 0; ok && i < over->count; i++) {
        const struct scn_node *child = &over->children[i];
        struct scn_node *old = child_of(base, child->key);
        if (strcmp(child->key, "like") == 0) {
            continue;
        }
        if (!is_merged(x, map, old, child)) {
            ok = put(base, child);
            continue;
        }
        for (size_t j = 0; ok && j < child->count; j++) {
            ok = put(old, &child->children[j]);
        }
    }
    return ok;
}

/* *out becomes node with the part that its `like` names put in before it. */
static bool expand_like(struct scn_expander *x, const struct scn_map *map, const char *kind,
                        const struct scn_node *node, const struct scn_trail *trail,
                        struct scn_node *out)
{
    const struct scn_node *like = scn_node_get(node, "like");
    const struct scn_node *part = like == NULL ? NULL : find_part(x, like, kind, trail);
    if (part == NULL || part->kind != SCN_MAP) {
        return scn_node_copy(out, node);
    }
    struct scn_trail here = {trail, part, trail == NULL ? 1 : trail->depth + 1};
    if (!expand_like(x, map, kind, part, &here, out)) {
        return false;
    }
    /* The result stands where node stands. */
    free(out->key);
    out->key = node->key == NULL ? NULL : wcd_text_copy(node->key);
    out->place = node->place;
    out->key_place = node->key_place;
    struct scn_node *rest = child_of(out, "like");
    if (rest != NULL) {
        scn_node_remove(out, (size_t)(rest - out->children));
    }
    if ((node->key != NULL && out->key == NULL) || !merge(x, map, out, node)) {
        scn_node_release(out);
        return false;
    }
    return true;
}

/* ---- do ---- */

static bool add_copy(struct scn_node *list, const struct scn_node *item)
{
    struct scn_node copy;
    return scn_node_copy(&copy, item) && scn_node_add(list, &copy);
}

/* A verb that stood alone becomes a mapping that can have a condition: `stop daemon:`. */
static bool copy_bare(struct scn_node *out, const struct scn_node *step)
{
    *out = (struct scn_node){.kind = SCN_MAP, .place = step->place};
    struct scn_node verb;
    if (!scn_node_copy(&verb, step)) {
        return false;
    }
    verb.key = verb.text;
    verb.key_place = step->place;
    verb.text = wcd_text_copy("");
    if (verb.text == NULL) {
        scn_node_release(&verb);
        return false;
    }
    return scn_node_add(out, &verb);
}

/* Gives a step the condition of the `do` that brought it, beside its own: several are a list. */
static bool add_condition(struct scn_node *step, const struct scn_node *when)
{
    struct scn_node both = {.kind = SCN_LIST, .place = when->place, .key_place = when->key_place};
    struct scn_node *own = child_of(step, "when");
    both.key = wcd_text_copy("when");
    bool ok = both.key != NULL && add_copy(&both, when) && (own == NULL || add_copy(&both, own));
    if (ok && own != NULL) {
        scn_node_remove(step, (size_t)(own - step->children));
    }
    ok = ok && scn_node_add(step, &both);
    scn_node_release(&both);
    return ok;
}

static bool add_step(struct scn_node *list, const struct scn_node *step,
                     const struct scn_node *when)
{
    if (when == NULL || step->kind == SCN_LIST) {
        return add_copy(list, step); /* a list is no step: the checker says so */
    }
    struct scn_node copy = {0};
    bool ok = step->kind == SCN_SCALAR ? copy_bare(&copy, step) : scn_node_copy(&copy, step);
    ok = ok && add_condition(&copy, when) && scn_node_add(list, &copy);
    scn_node_release(&copy);
    return ok;
}

static bool expand_steps(struct scn_expander *x, const struct scn_node *steps,
                         const struct scn_trail *trail, struct scn_node *out)
{
    bool ok = true;
    for (size_t i = 0; ok && i < steps->count; i++) {
        const struct scn_node *step = &steps->children[i];
        const struct scn_node *name = scn_node_get(step, "do");
        const struct scn_node *part = name == NULL ? NULL : find_part(x, name, "steps", trail);
        if (name == NULL) {
            ok = add_copy(out, step);
        }
        if (part == NULL || part->kind != SCN_LIST) {
            continue;
        }
        struct scn_trail here = {trail, part, trail == NULL ? 1 : trail->depth + 1};
        struct scn_node inner = {.kind = SCN_LIST};
        ok = expand_steps(x, part, &here, &inner);
        for (size_t j = 0; ok && j < inner.count && out->count <= SCN_STEPS_MAX; j++) {
            ok = add_step(out, &inner.children[j], scn_node_get(step, "when"));
        }
        scn_node_release(&inner);
    }
    return ok;
}

/* ---- parts ---- */

static const struct scn_map *map_of(const char *section)
{
    return strcmp(section, "matrices") == 0 ? &scn_matrix_map
           : strcmp(section, "hosts") == 0  ? &scn_host_map
                                            : &scn_daemon_map;
}

static bool expand(struct scn_expander *x, const char *section, const struct scn_node *part,
                   struct scn_node *out)
{
    if (strcmp(section, "steps") != 0) {
        struct scn_trail here = {NULL, part, 0};
        return expand_like(x, map_of(section), section, part, &here, out);
    }
    *out = (struct scn_node){.kind = SCN_LIST, .place = part->place, .key_place = part->key_place};
    out->key = wcd_text_copy(part->key);
    struct scn_trail here = {NULL, part, 0};
    bool ok = out->key != NULL && expand_steps(x, part, &here, out);
    if (!ok) {
        scn_node_release(out);
    }
    return ok;
}

static bool can_expand(const char *section, const struct scn_node *part)
{
    return part->kind == (strcmp(section, "steps") == 0 ? SCN_LIST : SCN_MAP);
}

bool scn_expand_part(struct scn_expander *expander, struct scn_node *part)
{
    const char *section = section_of(part->key);
    if (!can_expand(section, part)) {
        return true; /* the checker says so */
    }
    struct scn_node expanded = {0};
    if (!expand(expander, section, part, &expanded) || expander->no_memory) {
        scn_node_release(&expanded);
        return false;
    }
    scn_node_release(part);
    *part = expanded;
    return true;
}

bool scn_expand_all(struct scn_expander *expander, const struct scn_node *fragments)
{
    static const char *const sections[] = {"matrices", "hosts", "daemons", "steps"};
    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        const struct scn_node *section = scn_node_get(fragments, sections[i]);
        for (size_t j = 0; section != NULL && j < section->count; j++) {
            struct scn_node expanded = {0};
            bool ok = !can_expand(sections[i], &section->children[j]) ||
                      expand(expander, sections[i], &section->children[j], &expanded);
            scn_node_release(&expanded);
            if (!ok) {
                return false;
            }
        }
    }
    return !expander->no_memory;
}
