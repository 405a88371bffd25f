/* What a table cannot say: names of arguments, values that depend on others. */
#include "fakes/wrap/functions.h"
#include "scenarios/lang/check_internal.h"

#include <string.h>

/* ---- calls ---- */

static void check_call_names(struct scn_checker *c, const struct scn_node *node,
                             const char *const *names, const char *noun, const char *function)
{
    bool names_are_there = node != NULL && node->kind == SCN_MAP &&
                           !scn_is_choice(c->matrix, &scn_free_map_shape, node);
    for (size_t i = 0; names_are_there && i < node->count; i++) {
        const struct scn_node *child = &node->children[i];
        if (!wrap_names_have(names, child->key)) {
            scn_complain(c, child->key_place, scn_nearest(child->key, names),
                         "traces show no %s \"%s\" of %s", noun, child->key, function);
        }
    }
}

/* Under `never`, a misspelt name of an argument would pass for ever. */
void scn_check_call(struct scn_checker *c, const struct scn_node *node)
{
    const struct scn_node *fn = scn_node_get(node, "fn");
    bool notified = scn_node_get(node, "notification") != NULL;
    const char *name = fn != NULL && fn->kind == SCN_SCALAR ? fn->text : NULL;
    name = fn == NULL && notified ? SCN_CALLBACK : name;
    bool known = name != NULL && (c->matrix != NULL || c->env != NULL);
    const struct wrap_function *function = known ? wrap_function_find(name) : NULL;
    if (function != NULL) {
        check_call_names(c, scn_node_get(node, "args"), function->args, "argument", name);
        check_call_names(c, scn_node_get(node, "result"), function->results, "result", name);
    }
}

/* ---- values that depend on others ---- */

/* The text of a scalar that is no choice and has no reference; NULL when there is none. */
static const char *constant(const struct scn_checker *c, const struct scn_node *node)
{
    if (node == NULL || node->kind != SCN_SCALAR) {
        return NULL;
    }
    bool known = c->env != NULL ? !node->open : strstr(node->text, "${") == NULL;
    return known ? node->text : NULL;
}

static bool is_hex(const char *text)
{
    while (*text != '\0') {
        bool blank = *text == ' ';
        if (!blank && strspn(text, "0123456789abcdefABCDEF") < 2) {
            return false;
        }
        text += blank ? 1 : 2;
    }
    return true;
}

static void check_registry_data(struct scn_checker *c, const struct scn_node *node)
{
    const struct scn_node *kind = scn_node_get(node, "type");
    const struct scn_node *data = scn_node_get(node, "data");
    const char *type = kind == NULL ? "sz" : constant(c, kind);
    const char *text = constant(c, data);
    if (type != NULL && data != NULL && data->kind == SCN_LIST && strcmp(type, "multi_sz") != 0) {
        scn_complain(c, data->place, NULL, "only the type multi_sz takes a list, not %s", type);
    }
    if (type == NULL || text == NULL) {
        return;
    }
    uint64_t number = 0;
    bool fits = scn_parse_uint(text, &number);
    if (strcmp(type, "dword") == 0 && (!fits || number > UINT32_MAX)) {
        scn_complain(c, data->place, NULL, "a dword is a number from 0 to 0xFFFFFFFF");
    } else if (strcmp(type, "qword") == 0 && !fits) {
        scn_complain(c, data->place, NULL, "a qword is a number from 0 to 0xFFFFFFFFFFFFFFFF");
    } else if (strcmp(type, "binary") == 0 && !is_hex(text)) {
        scn_complain(c, data->place, NULL, "binary data is pairs of hex digits, such as 00 ff 7F");
    }
}

static void check_drive(struct scn_checker *c, const struct scn_node *node)
{
    const char *size = constant(c, scn_node_get(node, "size"));
    const char *rest = constant(c, scn_node_get(node, "free"));
    uint64_t all = 0;
    uint64_t left = 0;
    if (size != NULL && rest != NULL && scn_parse_size(size, &all) && scn_parse_size(rest, &left) &&
        left > all) {
        scn_complain(c, scn_node_get(node, "free")->place, NULL,
                     "more is free than the drive is large: %s of %s", rest, size);
    }
}

static void check_libraries(struct scn_checker *c, const struct scn_node *node)
{
    for (size_t i = 0; i < node->count; i++) {
        if (strpbrk(node->children[i].key, "\\/:") != NULL) {
            scn_complain(c, node->children[i].key_place, NULL,
                         "a library is told by its name alone, without a folder");
        }
    }
}

static void check_hns_call(struct scn_checker *c, const struct scn_node *node)
{
    static const char *const keys[] = {"method", "path"};
    const char *call = constant(c, scn_node_get(node, "call"));
    for (size_t i = 0; call != NULL && i < sizeof(keys) / sizeof(keys[0]); i++) {
        const struct scn_node *key = scn_node_get(node, keys[i]);
        if (key != NULL && strcmp(call, "HNSCall") != 0) {
            scn_complain(c, key->key_place, NULL, "only calls of HNSCall have a %s", keys[i]);
        }
    }
}

void scn_check_rule(struct scn_checker *c, const struct scn_map *map, const struct scn_node *node)
{
    switch (map->rule) {
    case SCN_RULE_NONE:
        break;
    case SCN_RULE_REGISTRY:
        check_registry_data(c, node);
        break;
    case SCN_RULE_DRIVE:
        check_drive(c, node);
        break;
    case SCN_RULE_LIBRARIES:
        check_libraries(c, node);
        break;
    case SCN_RULE_HNS_CALL:
        check_hns_call(c, node);
        break;
    }
}
