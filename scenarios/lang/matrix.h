/* The matrix: variables, their values, the runs, and what selects among them (`when`, the keys of
 * choices, os selectors). */
#ifndef SCN_LANG_MATRIX_H
#define SCN_LANG_MATRIX_H

#include "scenarios/lang/scenario.h"

#define SCN_COMBINATIONS_MAX 65536u /* before `except` */

struct scn_variable {
    const char *name;    /* borrowed from the tree */
    const char **values; /* borrowed from the tree or from the table of builds */
    size_t count;
    bool unsure; /* a value of it is wrong: it may take any word */
};

struct scn_matrix {
    struct scn_variable variables[SCN_VARIABLES_MAX];
    size_t count;
    bool partial;   /* variables are missing here: it has too many, or no mapping of them */
    uint16_t *rows; /* run_count rows of `count` indices */
    char **ids;
    size_t run_count; /* 1 without a matrix */
};

/* Reads the mapping (NULL: no matrix). Returns false when it has mistakes, which are in diags, or
 * without memory (diags->no_memory); the matrix then has the runs that the values without a mistake
 * make, which may be none, and is to be released as well. */
bool scn_matrix_build(struct scn_matrix *matrix, const struct scn_node *node,
                      struct scn_diags *diags);
void scn_matrix_release(struct scn_matrix *matrix);

const struct scn_variable *scn_matrix_variable(const struct scn_matrix *matrix, const char *name);
const char *scn_matrix_value(const struct scn_matrix *matrix, size_t run, const char *name);

/* ---- selectors: `servers`, `clients from 19041`, `all before 17763`, ... ---- */

bool scn_is_selector(const char *text);
bool scn_selector_fits(const char *text, const struct fake_build *build);

/* ---- axes: what a condition can be about: the matrix's variables, `os` and `engine` ---- */

/* True when `name` is an axis; matrix NULL: any name may be one. */
bool scn_is_axis(const struct scn_matrix *matrix, const char *name);
/* True when `word` can stand for values of the axis. With matrix NULL, when it could in some
 * matrix. */
bool scn_axis_takes(const struct scn_matrix *matrix, const char *axis, const char *word);

/* ---- keys of choices: words with | between them, or `else` ---- */

/* Copies the word at *at (blanks around it dropped) and moves *at behind it and its |. False at the
 * end or when the word is longer than any value may be; *at then points to NUL or to the long word.
 */
#define SCN_WORD_MAX 128u
bool scn_key_word(const char **at, char word[SCN_WORD_MAX + 1]);

enum scn_choice_kind {
    SCN_CHOICE,
    SCN_CHOICE_NONE,
    SCN_CHOICE_MIXED,
    SCN_CHOICE_UNCLEAR
};
/* What the keys of a mapping are: values of exactly one axis (*axis, NULL for `else` alone), of
 * none (*key is the first that is no value), of several, or of more than one at the same time
 * (*axis and *other). */
enum scn_choice_kind scn_choice_kind(const struct scn_matrix *matrix, const struct scn_node *node,
                                     const char **axis, const char **other,
                                     const struct scn_node **key);

#endif
