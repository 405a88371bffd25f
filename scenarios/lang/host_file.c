/* Host files; see host_file.h. */
#include "scenarios/lang/host_file.h"

#include "core/base/text.h"
#include "scenarios/lang/check.h"

#include <stdlib.h>
#include <string.h>

#define HOST_FILE_TITLE "A described host"
#define HOST_FILE_SHOWS "What `drydock host` serves."
/* The step of a host on which nothing goes wrong: it looks and changes nothing. */
#define HOST_FILE_STEP "read version"

static bool has(const struct scn_node *root, const char *const *keys)
{
    for (size_t i = 0; keys[i] != NULL; i++) {
        if (scn_node_get(root, keys[i]) != NULL) {
            return true;
        }
    }
    return false;
}

bool scn_is_host_file(const struct scn_node *root)
{
    static const char *const own[] = {"host", "programs", "faults", NULL};
    static const char *const others[] = {"scenario",  "shows",     "steps", "expect",
                                         "container", "fragments", NULL};
    return has(root, own) && !has(root, others);
}

bool scn_is_fault(const struct scn_node *step)
{
    return step->kind == SCN_MAP && step->count > 0 &&
           scn_map_field(&scn_fault_map, step->children[0].key) != NULL;
}

/* ---- making a scenario ---- */

static struct scn_node *part_of(struct scn_node *root, const char *key)
{
    for (size_t i = 0; i < root->count; i++) {
        if (strcmp(root->children[i].key, key) == 0) {
            return &root->children[i];
        }
    }
    return NULL;
}

/* Moves a part of the file out of it. */
static bool take(struct scn_node *root, const char *key, struct scn_node *out)
{
    struct scn_node *part = part_of(root, key);
    if (part == NULL) {
        return false;
    }
    *out = *part;
    *part = (struct scn_node){.kind = SCN_SCALAR};
    scn_node_remove(root, (size_t)(part - root->children));
    return true;
}

static bool add_branch(struct scn_node *root, enum scn_kind kind, const char *key)
{
    struct scn_node branch;
    return scn_node_make(&branch, kind, root->place, key) && scn_node_add(root, &branch);
}

/* `programs` of the file become those of the host. */
static bool move_programs(struct scn_node *root, struct scn_diags *diags)
{
    struct scn_node programs;
    if (!take(root, "programs", &programs)) {
        return true;
    }
    struct scn_node *host = part_of(root, "host");
    if (host == NULL && !add_branch(root, SCN_MAP, "host")) {
        scn_node_release(&programs);
        return false;
    }
    host = part_of(root, "host");
    if (host->kind != SCN_MAP || scn_node_get(host, "programs") != NULL) {
        if (host->kind == SCN_MAP) {
            scn_diags_add(diags, programs.key_place, NULL,
                          "\"programs\" stands in \"host\" already: put them in one place");
        }
        scn_node_release(&programs);
        return true;
    }
    return scn_node_add(host, &programs);
}

/* `faults` become the steps. */
static bool move_faults(struct scn_node *root)
{
    struct scn_node *faults = part_of(root, "faults");
    if (faults != NULL && faults->kind == SCN_LIST && faults->count > 0) {
        char *key = wcd_text_copy("steps");
        free(faults->key);
        faults->key = key;
        return key != NULL;
    }
    if (faults != NULL) {
        scn_node_remove(root, (size_t)(faults - root->children));
    }
    return add_branch(root, SCN_LIST, "steps") &&
           scn_node_add_text(part_of(root, "steps"), root->place, NULL, HOST_FILE_STEP);
}

/* Keys that no host file has; they were complained about. */
static void drop_unknown(struct scn_node *root)
{
    for (size_t i = root->count; i-- > 0;) {
        if (scn_map_field(&scn_host_file_map, root->children[i].key) == NULL) {
            scn_node_remove(root, i);
        }
    }
}

bool scn_host_file_to_scenario(struct scn_node *root, struct scn_diags *diags)
{
    struct scn_checker checker = {.diags = diags};
    scn_check_host_file(&checker, root);
    drop_unknown(root);
    return !checker.no_memory && move_programs(root, diags) && move_faults(root) &&
           scn_node_add_text(root, root->place, "scenario", HOST_FILE_TITLE) &&
           scn_node_add_text(root, root->place, "shows", HOST_FILE_SHOWS);
}
