/* Members of the documents that HNS takes, for tables of struct fake_hcs_field. */
#ifndef FAKE_HNS_FIELDS_H
#define FAKE_HNS_FIELDS_H

#include "fakes/hcs/check.h"

#define TEXT(member)                                                                               \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_TEXT                                                    \
    }
#define TEXTS(member)                                                                              \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_TEXT, .many = FAKE_HCS_LIST                             \
    }
#define BOOL(member)                                                                               \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_BOOL                                                    \
    }
#define ANY(member)                                                                                \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_WHATEVER                                                \
    }
#define UINT(member, most)                                                                         \
    {                                                                                              \
        .name = (member), .type = FAKE_HCS_UINT, .max = (most)                                     \
    }
#define SHAPE(fields)                                                                              \
    {                                                                                              \
        (fields), sizeof(fields) / sizeof((fields)[0])                                             \
    }

#endif
