/* What the parts of a system's creation share. */
#ifndef FAKE_HCS_CREATE_H
#define FAKE_HCS_CREATE_H

#include "fakes/hcs/check.h"
#include "fakes/hcs/hcs.h"

struct fake_creation {
    struct fake_host *host;
    const char *id;
    struct fake_system *system;
    const struct wcd_json *document; /* checked against its table */
    struct fake_hcs_check check;     /* says what is wrong */
    uint32_t event;                  /* the number of the event that tells it; 0: none of its own */
};

/* Each fills the system with what the document asks for, or says why it cannot. */
plat_hr fake_creation_schema_1(struct fake_creation *creation);
plat_hr fake_creation_schema_2(struct fake_creation *creation);

/* Keeps a text; "" is kept as NULL. */
plat_hr fake_creation_keep(char **slot, const char *text);

#endif
