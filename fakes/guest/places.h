/* Where folders of a container are on the machine, for programs that are real: paths in their command
 * lines, variables and working folders mean the container's. */
#ifndef FAKE_GUEST_PLACES_H
#define FAKE_GUEST_PLACES_H

#include "core/base/text.h"

/* Pairs: a folder in the container, and where it is. What stands for all of C:\ is "C:\" there. */
struct fake_places {
    struct wcd_strlist pairs;
    /* Is there such a file or folder on the machine? Decides whether a path of C:\ means the container's tree
     * or, for what the tree does not have, the machine's own. NULL: the tree has everything. */
    bool (*exists)(void *ctx, const char *path);
    void *ctx;
};

/* False without memory. */
bool fake_places_add(struct wcd_strlist *pairs, const char *container, const char *machine);

/* What the path is on the machine: the folder of the longest place that it lies in, "." and ".." being resolved in
 * the container. One that lies in none stays as it is. NULL without memory. */
char *fake_places_path(const struct fake_places *places, const char *path);

/* A command line with all paths in it replaced: those that begin the text, a word, or stand behind a quote, an
 * equals sign, a comma or a semicolon. A path that gets blanks gets quotes. NULL without memory. */
char *fake_places_command(const struct fake_places *places, const char *line);
/* The same for the value of a variable, which keeps the machine's C:\ where a tree stands for all of it. A path that begins the
 * value, or stands behind a semicolon, goes up to the next semicolon, and none gets quotes: programs take the value as it
 * is. */
char *fake_places_variable(const struct fake_places *places, const char *value);

#endif
