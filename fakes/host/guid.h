/* GUIDs as text: 36 characters in lower case, without braces. */
#ifndef FAKE_HOST_GUID_H
#define FAKE_HOST_GUID_H

#include "fakes/host/random.h"

#include <stdbool.h>

#define FAKE_GUID_BYTES    37 /* of the text, with the NUL */
#define FAKE_GUID_RAW      16 /* of the number, in the order of the text (RFC 4122) */
#define FAKE_GUID_TEXT_LEN (FAKE_GUID_BYTES - 1)

/* Reads the first 36 characters of a text. False when they are no GUID; *out is "" then. */
bool fake_guid_lower(const char *text, char out[FAKE_GUID_BYTES]);
/* True when the whole text is a GUID, in any case. */
bool fake_guid_valid(const char *text);
/* The number of a valid GUID. */
void fake_guid_raw(const char *text, unsigned char raw[FAKE_GUID_RAW]);
void fake_guid_text(const unsigned char raw[FAKE_GUID_RAW], char out[FAKE_GUID_BYTES]);
/* The next random GUID of a host (version 4). */
void fake_guid_random(struct fake_random *random, char out[FAKE_GUID_BYTES]);

#endif
