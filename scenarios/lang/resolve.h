/* Making the tree of one run: choices, conditions and variables replaced by what they are in that
 * run. */
#ifndef SCN_LANG_RESOLVE_H
#define SCN_LANG_RESOLVE_H

#include "scenarios/lang/matrix.h"
#include "scenarios/lang/schema.h"
#include "scenarios/lang/usage.h"

/* All texts of one instance together; keeps a small file with much repetition from filling the
 * memory. */
#define SCN_INSTANCE_BYTES_MAX ((size_t)16 * 1024 * 1024)

enum scn_let_state {
    SCN_LET_OPEN,
    SCN_LET_BUSY,
    SCN_LET_DONE
};
struct scn_let {
    enum scn_let_state state;
    char *text;
};

/* What a run's texts are made from. Values are worked out when they are first asked for, since
 * names may refer to each other. */
struct scn_env {
    const struct scn_node *file; /* the scenario with its fragments merged */
    const struct scn_matrix *matrix;
    size_t run;
    struct scn_diags *diags; /* NULL: the file is known to have no mistakes */

    struct scn_let *lets; /* one per child of `let` */
    const struct fake_build *build;
    enum scn_let_state build_state;
    char build_number[16];
    const char *engine;
    enum scn_let_state engine_state;
    struct scn_usage *usage; /* what was met and taken; NULL: nobody wants to know */
    size_t bytes;            /* of texts so far */
    bool no_memory;
};

bool scn_env_init(struct scn_env *env, const struct scn_node *file, const struct scn_matrix *matrix,
                  size_t run, struct scn_diags *diags);
void scn_env_release(struct scn_env *env);

/* Never NULL: the default where the file says nothing or something wrong. */
const struct fake_build *scn_env_build(struct scn_env *env);
const char *scn_env_engine(struct scn_env *env);

/* True when all conditions of a `when` (NULL: none; a list: several `when`s) hold. */
bool scn_env_when(struct scn_env *env, const struct scn_node *when);
/* The same, and notes for env->usage whether it holds; `noun` is what the `when` stands in. */
bool scn_env_note_when(struct scn_env *env, const struct scn_node *when, const char *noun);
/* Notes the branches that this run takes of a choice that it may not look at. */
void scn_env_note_choice(struct scn_env *env, const struct scn_node *choice);
/* True when a mapping at a value of this shape is a choice. */
bool scn_is_choice(const struct scn_matrix *matrix, const struct scn_shape *shape,
                   const struct scn_node *node);

/* Appends a mistake of this run, if the place has none yet. hint may be NULL. */
void scn_env_add(struct scn_env *env, struct scn_place place, const char *hint,
                 const char *message);
void scn_env_complain(struct scn_env *env, struct scn_place place, const char *format, ...)
    __attribute__((format(__printf__, 3, 4)));

/* The file's tree in this run. False without memory; *out is then empty. */
bool scn_resolve(struct scn_env *env, struct scn_node *out);

#endif
