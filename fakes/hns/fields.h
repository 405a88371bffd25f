/* Members of the documents that HNS takes, for tables of struct fake_hcs_field. */
#ifndef FAKE_HNS_FIELDS_H
#define FAKE_HNS_FIELDS_H

#include "fakes/hcs/check.h"

#define TEXT(member)                                                                               \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_TEXT                                                    \
    }
#define BOOL(member)                                                                               \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_BOOL                                                    \
    }
#define ANY(member)                                                                                \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_WHATEVER                                                \
    }
#define UINT(member)                                                                               \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_UINT, .max = UINT32_MAX                                 \
    }
#define SHAPE(fields)                                                                              \
    {                                                                                              \
        (fields), sizeof(fields) / sizeof((fields)[0])                                             \
    }

#endif
