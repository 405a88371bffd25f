/* A backtracking matcher over the pattern's own text; see pattern.h. */
#include "core/base/pattern.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define STEPS_MAX   1000000u /* of one match */
#define DEPTH_MAX   1000u /* of groups and repetitions inside one another, and behind one another */
#define REPEATS_MAX 1000  /* RE2's own limit on {n} */

struct matcher {
    const char *text; /* its beginning */
    uint32_t steps;
    uint32_t depth;
    bool invalid;
};

/* What follows behind a part of the pattern: a rest of it, or the next round of a repetition. */
struct next {
    bool (*go_on)(struct matcher *m, const struct next *next, const char *at);
    const char *pattern; /* the rest of an alternative ... */
    const char *end;     /* ... up to here */
    const struct next *then;
    /* Of a repetition. */
    const char *atom;
    const char *atom_end;
    int least;
    int most; /* below 0: no limit */
    bool lazy;
    const char *round_at; /* where this round began */
};

static bool match_alternatives(struct matcher *m, const char *pattern, const char *end,
                               const struct next *next, const char *at);
static bool match_sequence(struct matcher *m, const char *pattern, const char *end,
                           const struct next *next, const char *at);

static bool fail(struct matcher *m)
{
    m->invalid = true;
    return false;
}

/* ---- the pattern's parts ---- */

/* Behind the class that begins at `at` ('['); NULL when it has no end. */
static const char *class_end(const char *at, const char *end)
{
    at++;
    at += at < end && *at == '^' ? 1 : 0;
    at += at < end && *at == ']' ? 1 : 0;
    for (; at < end && *at != ']'; at++) {
        at += *at == '\\' && at + 1 < end ? 1 : 0;
    }
    return at < end ? at + 1 : NULL;
}

/* Behind the group that begins at `at` ('('); NULL when it has no end. */
static const char *group_end(const char *at, const char *end)
{
    size_t depth = 0;
    while (at < end) {
        if (*at == '\\') {
            at += at + 1 < end ? 2 : 1;
            continue;
        }
        if (*at == '[') {
            at = class_end(at, end);
            if (at == NULL) {
                return NULL;
            }
            continue;
        }
        depth += *at == '(' ? 1 : 0;
        if (*at == ')' && --depth == 0) {
            return at + 1;
        }
        at++;
    }
    return NULL;
}

/* Behind one atom; NULL when it is none. */
static const char *atom_end(const char *at, const char *end)
{
    switch (*at) {
    case '(':
        return group_end(at, end);
    case '[':
        return class_end(at, end);
    case '\\':
        return at + 1 < end ? at + 2 : NULL;
    case ')':
    case '*':
    case '+':
    case '?':
        return NULL;
    default:
        return at + 1;
    }
}

static bool take_number(const char **at, const char *end, int *out)
{
    const char *first = *at;
    *out = 0;
    for (; *at < end && isdigit((unsigned char)**at) != 0 && *out <= REPEATS_MAX; (*at)++) {
        *out = *out * 10 + (**at - '0');
    }
    return *at != first;
}

/* {n}, {n,}, {n,m}; anything else is a literal brace, as in RE2. */
static const char *take_braces(const char *at, const char *end, struct next *out)
{
    int least = 0;
    const char *behind = at + 1;
    if (!take_number(&behind, end, &least)) {
        return at;
    }
    int most = least;
    if (behind < end && *behind == ',') {
        behind++;
        if (!take_number(&behind, end, &most)) {
            most = -1;
        }
    }
    if (behind >= end || *behind != '}') {
        return at;
    }
    out->least = least;
    out->most = most;
    return behind + 1;
}

/* How often the atom before `at` stands there; what is behind that. */
static const char *take_repetition(const char *at, const char *end, struct next *out)
{
    out->least = 1;
    out->most = 1;
    if (at >= end) {
        return at;
    }
    const char *behind = at + 1;
    if (*at == '*' || *at == '+' || *at == '?') {
        out->least = *at == '+' ? 1 : 0;
        out->most = *at == '?' ? 1 : -1;
    } else if (*at == '{') {
        behind = take_braces(at, end, out);
    } else {
        behind = at;
    }
    if (behind != at && behind < end && *behind == '?') {
        out->lazy = true;
        behind++;
    }
    return behind;
}

/* ---- single characters ---- */

static bool is_class(char letter, unsigned char c)
{
    bool in = false;
    switch (letter | 0x20) {
    case 'd':
        in = isdigit(c) != 0;
        break;
    case 'w':
        in = isalnum(c) != 0 || c == '_';
        break;
    default:
        in = c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
        break;
    }
    return (letter & 0x20) != 0 ? in : !in;
}

static bool is_class_letter(char c)
{
    return c != '\0' && strchr("dwsDWS", c) != NULL;
}

/* An escape as a character; false for one that is not offered. */
static bool escaped(char letter, unsigned char *out)
{
    static const char letters[] = "tnrfva";
    static const char values[] = "\t\n\r\f\v\a";
    const char *found = strchr(letters, letter);
    if (isalnum((unsigned char)letter) == 0) {
        *out = (unsigned char)letter;
        return true;
    }
    if (found == NULL) {
        return false;
    }
    *out = (unsigned char)values[found - letters];
    return true;
}

/* One bound of a range inside brackets. */
static bool take_bound(const char **at, unsigned char *out)
{
    if (**at != '\\') {
        *out = (unsigned char)*(*at)++;
        return true;
    }
    *at += 2;
    return escaped((*at)[-1], out);
}

static bool in_brackets(struct matcher *m, const char *at, const char *end, unsigned char c)
{
    bool negated = at[1] == '^';
    bool in = false;
    at += negated ? 2 : 1;
    end--;
    while (at < end) {
        unsigned char low = 0;
        if (at[0] == '[' && at[1] == ':') {
            return fail(m);
        }
        if (at[0] == '\\' && is_class_letter(at[1])) {
            in = in || is_class(at[1], c);
            at += 2;
            continue;
        }
        if (!take_bound(&at, &low)) {
            return fail(m);
        }
        unsigned char high = low;
        if (at + 1 < end && *at == '-') {
            at++;
            if (!take_bound(&at, &high) || high < low) {
                return fail(m);
            }
        }
        in = in || (c >= low && c <= high);
    }
    return in != negated;
}

static bool match_character(struct matcher *m, const char *atom, const char *end, char c)
{
    unsigned char wanted = (unsigned char)*atom;
    if (c == '\0') {
        return false;
    }
    if (*atom == '.') {
        return c != '\n';
    }
    if (*atom == '[') {
        return in_brackets(m, atom, end, (unsigned char)c);
    }
    if (*atom == '\\') {
        if (is_class_letter(atom[1])) {
            return is_class(atom[1], (unsigned char)c);
        }
        if (!escaped(atom[1], &wanted)) {
            return fail(m);
        }
    }
    return (unsigned char)c == wanted;
}

/* ---- matching ---- */

static bool step(struct matcher *m)
{
    return ++m->steps <= STEPS_MAX || fail(m);
}

static bool go_on_sequence(struct matcher *m, const struct next *next, const char *at)
{
    return match_sequence(m, next->pattern, next->end, next->then, at);
}

static bool match_atom(struct matcher *m, const struct next *repetition, const struct next *next,
                       const char *at)
{
    const char *atom = repetition->atom;
    const char *end = repetition->atom_end;
    if (*atom == '(') {
        atom++;
        if (end - atom > 2 && atom[0] == '?') {
            if (atom[1] != ':') {
                return fail(m);
            }
            atom += 2;
        }
        return match_alternatives(m, atom, end - 1, next, at);
    }
    if (*atom == '^') {
        return at == m->text && next->go_on(m, next, at);
    }
    if (*atom == '$') {
        return *at == '\0' && next->go_on(m, next, at);
    }
    return match_character(m, atom, end, *at) && next->go_on(m, next, at + 1);
}

/* A round of a repetition, and what follows it. A round that took nothing ends it. */
static bool repeat(struct matcher *m, const struct next *repetition, const char *at)
{
    struct next round = *repetition;
    bool may_stop = round.least <= 0 || at == round.round_at;
    bool may_go_on = round.most != 0 && at != round.round_at;
    if (!step(m) || ++m->depth > DEPTH_MAX) {
        return fail(m);
    }
    round.least -= round.least > 0 ? 1 : 0;
    round.most -= round.most > 0 ? 1 : 0;
    round.round_at = at;
    bool matched = false;
    if (may_stop && repetition->lazy) {
        matched = repetition->then->go_on(m, repetition->then, at);
    }
    if (!matched && may_go_on && !m->invalid) {
        matched = match_atom(m, repetition, &round, at);
    }
    if (!matched && may_stop && !repetition->lazy && !m->invalid) {
        matched = repetition->then->go_on(m, repetition->then, at);
    }
    m->depth--;
    return matched;
}

static bool go_on_repetition(struct matcher *m, const struct next *next, const char *at)
{
    return repeat(m, next, at);
}

static bool match_sequence(struct matcher *m, const char *pattern, const char *end,
                           const struct next *next, const char *at)
{
    if (m->invalid || !step(m)) {
        return false;
    }
    if (pattern == end) {
        return next == NULL || next->go_on(m, next, at);
    }
    struct next repetition = {.go_on = go_on_repetition, .atom = pattern};
    repetition.atom_end = atom_end(pattern, end);
    if (repetition.atom_end == NULL) {
        return fail(m);
    }
    const char *behind = take_repetition(repetition.atom_end, end, &repetition);
    if (repetition.most > REPEATS_MAX || repetition.least > REPEATS_MAX ||
        (repetition.most >= 0 && repetition.most < repetition.least)) {
        return fail(m);
    }
    struct next rest = {.go_on = go_on_sequence, .pattern = behind, .end = end, .then = next};
    if (++m->depth > DEPTH_MAX) {
        return fail(m);
    }
    bool matched = false;
    if (repetition.least == 1 && repetition.most == 1) {
        matched = match_atom(m, &repetition, &rest, at);
    } else {
        repetition.then = &rest;
        matched = repeat(m, &repetition, at);
    }
    m->depth--;
    return matched;
}

/* Behind the alternative that begins here: at a '|' of this level, or the end. NULL for a pattern that is none. */
static const char *alternative_end(const char *at, const char *end)
{
    while (at < end && *at != '|') {
        if (*at == '(') {
            at = group_end(at, end);
        } else if (*at == '[') {
            at = class_end(at, end);
        } else {
            at += *at == '\\' && at + 1 < end ? 2 : 1;
        }
        if (at == NULL) {
            return NULL;
        }
    }
    return at;
}

static bool match_alternatives(struct matcher *m, const char *pattern, const char *end,
                               const struct next *next, const char *at)
{
    for (;;) {
        const char *stop = alternative_end(pattern, end);
        if (stop == NULL) {
            return fail(m);
        }
        if (match_sequence(m, pattern, stop, next, at)) {
            return true;
        }
        if (stop == end || m->invalid) {
            return false;
        }
        pattern = stop + 1;
    }
}

/* Whether it is an expression at all: brackets in pairs, something before each repetition. */
static bool is_valid(const char *pattern, const char *end)
{
    while (pattern < end) {
        const char *behind = atom_end(pattern, end);
        struct next repetition = {0};
        if (*pattern == '|') {
            pattern++;
            continue;
        }
        if (behind == NULL) {
            return false;
        }
        if (*pattern == '(') {
            const char *inside = pattern + 1;
            inside += inside[0] == '?' && inside[1] == ':' ? 2 : 0;
            if (!is_valid(inside, behind - 1)) {
                return false;
            }
        }
        pattern = take_repetition(behind, end, &repetition);
    }
    return true;
}

enum wcd_pattern_result wcd_pattern_match(const char *pattern, const char *text)
{
    struct matcher m = {.text = text};
    const char *end = pattern + strlen(pattern);
    if (!is_valid(pattern, end)) {
        return WCD_PATTERN_INVALID;
    }
    for (const char *at = text; !m.invalid; at++) {
        if (match_alternatives(&m, pattern, end, NULL, at)) {
            return m.invalid ? WCD_PATTERN_INVALID : WCD_PATTERN_YES;
        }
        if (*at == '\0') {
            break;
        }
    }
    return m.invalid ? WCD_PATTERN_INVALID : WCD_PATTERN_NO;
}
