/* The nearest word: optimal string alignment distance (Damerau-Levenshtein without moving a pair
 * twice). */
#include "scenarios/lang/diag.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* Longer texts are no misspelt words. */
#define WORD_MAX 40

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int lower(char c)
{
    return tolower((unsigned char)c);
}

size_t scn_distance(const char *a, const char *b)
{
    size_t la = strlen(a);
    size_t lb = strlen(b);
    if (la > WORD_MAX || lb > WORD_MAX) {
        return SIZE_MAX;
    }
    size_t rows[3][WORD_MAX + 1]; /* the last three rows, by number modulo 3 */
    for (size_t j = 0; j <= lb; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= la; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            row[j] = smaller(smaller(above[j] + 1, row[j - 1] + 1), above[j - 1] + change);
            bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
            if (swapped) {
                row[j] = smaller(row[j], rows[(i + 1) % 3][j - 2] + 1);
            }
        }
    }
    return rows[la % 3][lb];
}

/* True when the text is the beginning of the word, or nearly its first part before a blank. */
static bool begins(const char *text, const char *word, size_t limit)
{
    char first[WORD_MAX + 1];
    size_t len = strlen(text);
    size_t part = strcspn(word, " ");
    bool prefix = len >= 3 && len <= strlen(word);
    for (size_t i = 0; prefix && i < len; i++) {
        prefix = lower(text[i]) == lower(word[i]);
    }
    if (prefix || len < 3 || word[part] == '\0' || part > WORD_MAX) {
        return prefix;
    }
    memcpy(first, word, part);
    first[part] = '\0';
    return scn_distance(text, first) <= limit;
}

const char *scn_nearest(const char *text, const char *const *words)
{
    /* A third of the letters may be wrong, in short words one. */
    size_t limit = strlen(text) / 3;
    limit = limit == 0 ? 1 : limit > 3 ? 3 : limit;
    size_t best = limit;
    const char *nearest = NULL;
    for (size_t i = 0; words[i] != NULL; i++) {
        size_t distance = scn_distance(text, words[i]);
        if (distance < best || (distance == best && nearest == NULL)) {
            best = distance;
            nearest = words[i];
        }
    }
    for (size_t i = 0; nearest == NULL && words[i] != NULL; i++) {
        nearest = begins(text, words[i], limit) ? words[i] : NULL;
    }
    return nearest;
}
