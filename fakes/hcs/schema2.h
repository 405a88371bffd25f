/* What a request of schema 2 can change. */
#ifndef FAKE_HCS_SCHEMA2_H
#define FAKE_HCS_SCHEMA2_H

#include "fakes/hcs/check.h"

#define FAKE_HCS_REQUEST_ADD    1u
#define FAKE_HCS_REQUEST_REMOVE 2u
#define FAKE_HCS_REQUEST_UPDATE 4u

struct fake_hcs_resource_row {
    const char *path;  /* "*" stands for one name */
    const char *key;   /* the member of the settings that tells one resource from another; NULL: the
                           path does */
    unsigned requests; /* that are possible */
    const struct fake_hcs_shape *settings; /* NULL: not looked at */
};

const struct fake_hcs_resource_row *fake_hcs_resource_rows(size_t *count);

#endif
