/* The tree of a scenario file: mappings, lists and scalars with the place each stands at.
 *
 * libfyaml reads the text (scenarios/lang/yaml.c); everything after works on this tree only.
 * Scalars are text; `quoted` tells a quoted one, whose text is never taken for a number or a word
 * by the places that look at the form of a plain scalar. */
#ifndef SCN_LANG_NODE_H
#define SCN_LANG_NODE_H

#include <stdbool.h>
#include <stddef.h>

enum scn_kind {
    SCN_SCALAR,
    SCN_LIST,
    SCN_MAP
};

/* Where something stands: the file by name, line and column from 1 (column in characters). */
struct scn_place {
    const char *file; /* borrowed from the loaded scenario */
    size_t line;
    size_t column;
};

struct scn_node {
    enum scn_kind kind;
    struct scn_place place;
    char *text;  /* scalars */
    bool quoted; /* scalars */
    bool open;   /* scalars of an instance: still refers to a capture (scenario.h) */
    char *key;   /* when this node is a value of a mapping; else NULL */
    struct scn_place key_place;
    struct scn_node *children; /* lists and mappings: an array of `count`, in file order */
    size_t count;
};

/* True for a scalar of which nothing was written, as in `start daemon:`. */
bool scn_node_is_empty(const struct scn_node *node);

void scn_node_release(struct scn_node *node); /* frees what it holds, not the node itself */
bool scn_node_copy(struct scn_node *to, const struct scn_node *from); /* false without memory */

/* The value under `key`, NULL when there is none or node is NULL or no mapping. */
const struct scn_node *scn_node_get(const struct scn_node *node, const char *key);
/* The scalar's text, `otherwise` when the node is NULL; asserts that it is a scalar. */
const char *scn_node_text(const struct scn_node *node, const char *otherwise);

/* Adds *child, which is moved, as the last child of a list or mapping. Children must only be added
 * through this: it knows how the array grows. False without memory; *child is then released. */
bool scn_node_add(struct scn_node *node, struct scn_node *child);
/* A node of its own that stands for something at `place`; key NULL: no member of a mapping. False without
 * memory, and nothing to release. */
bool scn_node_make(struct scn_node *out, enum scn_kind kind, struct scn_place place,
                   const char *key);
/* The same for a quoted scalar. */
bool scn_node_make_text(struct scn_node *out, struct scn_place place, const char *key,
                        const char *text);
/* Adds one; false without memory. */
bool scn_node_add_text(struct scn_node *to, struct scn_place place, const char *key,
                       const char *text);
void scn_node_remove(struct scn_node *node, size_t index); /* releases the child at index */

struct wcd_buf;
/* Appends the tree as JSON. A plain scalar is what the YAML 1.2 core schema takes it for (true,
 * null, a number, kept as it is written where JSON can hold it); a quoted one is a string. */
void scn_node_to_json(const struct scn_node *node, struct wcd_buf *out);

#endif
