/* Keys and values as a tree in memory. */
#include "core/base/text.h"
#include "fakes/host/name.h"
#include "fakes/registry/registry.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(offsetof(struct fake_reg_key, name) == 0, "fake_children finds the name there");

struct fake_reg_key *fake_reg_key_new(enum plat_registry_root root, const char *name, size_t len)
{
    struct fake_reg_key *key = calloc(1, sizeof(*key));
    if (key == NULL) {
        return NULL;
    }
    key->root = root;
    key->name = wcd_text_copy_n(name, len);
    if (key->name == NULL) {
        free(key);
        return NULL;
    }
    return key;
}

static void key_free_one(struct fake_reg_key *key)
{
    for (size_t i = 0; i < key->value_count; i++) {
        free(key->values[i].name);
        free(key->values[i].value.data);
    }
    free(key->values);
    fake_children_release(&key->children);
    free(key->name);
    free(key);
}

void fake_reg_key_free(struct fake_reg_key *key)
{
    /* Walks down to a leaf, frees it, and goes on from its parent: depth costs no stack. */
    struct fake_reg_key *top = key;
    while (key != NULL) {
        if (key->children.count > 0) {
            key = fake_children_last(&key->children);
            continue;
        }
        struct fake_reg_key *parent = key == top ? NULL : key->parent;
        if (parent != NULL) {
            parent->children.count--;
        }
        key_free_one(key);
        key = parent;
    }
}

static struct fake_reg_key *key_add_child(struct fake_reg_key *key, const char *name, size_t len)
{
    struct fake_reg_key *child = fake_reg_key_new(key->root, name, len);
    if (child == NULL) {
        return NULL;
    }
    if (!fake_children_add(&key->children, child)) {
        key_free_one(child);
        return NULL;
    }
    child->parent = key;
    return child;
}

/* Walks `path`; creates what is missing when `created` is not NULL. */
static struct fake_reg_key *key_walk(struct fake_reg_key *key, const char *path, bool *created)
{
    while (key != NULL) {
        path += strspn(path, "\\");
        size_t len = strcspn(path, "\\");
        if (len == 0) {
            return key;
        }
        struct fake_reg_key *child = fake_children_find(&key->children, path, len);
        if (child == NULL && created != NULL) {
            child = key_add_child(key, path, len);
            *created = child != NULL;
        }
        path += len;
        key = child;
    }
    return NULL;
}

struct fake_reg_key *fake_reg_find(struct fake_reg_key *from, const char *path)
{
    return key_walk(from, path, NULL);
}

struct fake_reg_key *fake_reg_make(struct fake_reg_key *from, const char *path, bool *created)
{
    *created = false;
    return key_walk(from, path, created);
}

/* Takes a leaf out of the tree and frees it, unless handles are open on it. */
static void key_detach(struct fake_reg_key *key)
{
    struct fake_reg_key *parent = key->parent;
    if (parent != NULL) {
        fake_children_remove(&parent->children, key);
    }
    key->parent = NULL;
    key->removed = true;
    if (key->handles == 0) {
        key_free_one(key);
    }
}

void fake_reg_remove(struct fake_reg_key *key)
{
    struct fake_reg_key *end = key->parent;
    while (key != end) {
        if (key->children.count > 0) {
            key = fake_children_last(&key->children);
            continue;
        }
        struct fake_reg_key *parent = key->parent;
        key_detach(key);
        key = parent;
    }
}

void fake_reg_unref(struct fake_reg_key *key)
{
    key->handles--;
    if (key->removed && key->handles == 0) {
        key_free_one(key);
    }
}

struct fake_reg_entry *fake_reg_value(const struct fake_reg_key *key, const char *name)
{
    for (size_t i = 0; i < key->value_count; i++) {
        if (fake_name_equal(key->values[i].name, name)) {
            return &key->values[i];
        }
    }
    return NULL;
}

bool fake_reg_number_fits(const struct plat_registry_value *value)
{
    return value->type != PLAT_REG_DWORD || value->number <= UINT32_MAX;
}

bool fake_reg_value_copy(struct plat_registry_value *to, const struct plat_registry_value *from)
{
    *to = *from;
    to->data = NULL;
    if (from->data == NULL) {
        return true;
    }
    to->data = wcd_text_copy_n(from->data, from->size);
    return to->data != NULL;
}

bool fake_reg_set(struct fake_reg_key *key, const char *name,
                  const struct plat_registry_value *value)
{
    struct plat_registry_value copy;
    if (!fake_reg_value_copy(&copy, value)) {
        return false;
    }
    struct fake_reg_entry *entry = fake_reg_value(key, name);
    if (entry != NULL) {
        free(entry->value.data);
        entry->value = copy;
        return true;
    }
    if (key->value_count == key->value_capacity) {
        size_t capacity = key->value_capacity == 0 ? 4 : key->value_capacity * 2;
        struct fake_reg_entry *values = realloc(key->values, capacity * sizeof(*values));
        if (values == NULL) {
            free(copy.data);
            return false;
        }
        key->values = values;
        key->value_capacity = capacity;
    }
    char *own_name = wcd_text_copy(name);
    if (own_name == NULL) {
        free(copy.data);
        return false;
    }
    key->values[key->value_count++] = (struct fake_reg_entry){.name = own_name, .value = copy};
    return true;
}

void fake_reg_unset(struct fake_reg_key *key, struct fake_reg_entry *entry)
{
    free(entry->name);
    free(entry->value.data);
    size_t after = key->value_count - (size_t)(entry - key->values) - 1;
    memmove(entry, entry + 1, after * sizeof(*entry));
    key->value_count--;
}
