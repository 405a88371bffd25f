/* What HNSCall hands back. */
#ifndef FAKE_HNS_ANSWER_H
#define FAKE_HNS_ANSWER_H

#include "fakes/hns/hns.h"

/* Puts the output (which it takes, and which may be NULL), or what went wrong, into the envelope of the
 * build. *response is NULL without memory. */
plat_hr fake_hns_answer(struct fake_host *host, plat_hr hr, struct wcd_json *output,
                        char **response);

#endif
