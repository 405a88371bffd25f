/* The filters of docker ps. */
#ifndef WCD_DAEMON_LIST_FILTERS_H
#define WCD_DAEMON_LIST_FILTERS_H

#include "core/daemon/internal.h"

struct list_filters {
    struct wcd_daemon *daemon;
    const struct wcd_json
        *fields; /* {"status": ["running"]}, or {"status": {"running": true}}; NULL: none */
    bool all;
    int64_t limit; /* above 0: at most so many, of all */
    int64_t found; /* so far */
    const struct wcd_container
        *before; /* those newer than it and it are left out; NULL: none is, any more */
    const struct wcd_container *since; /* the list ends before it */
    struct wcd_strlist images;         /* ids of ancestors; present: they are asked for */
};

/* foldFilter: reads and judges the options of a list. To be released whatever is answered. */
enum wcd_errc list_filters_read(struct list_filters *out, struct wcd_daemon *daemon,
                                const struct wcd_json *options, struct wcd_error *err);
void list_filters_release(struct list_filters *filters);

enum list_action {
    LIST_INCLUDE,
    LIST_EXCLUDE,
    LIST_STOP
};
/* includeContainerInList, of one after the other, the newest first. */
enum list_action list_filters_judge(struct list_filters *filters,
                                    const struct wcd_container *container);

#endif
