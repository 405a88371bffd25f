/* What HNSCall hands back. */
#ifndef FAKE_HNS_ANSWER_H
#define FAKE_HNS_ANSWER_H

#include "fakes/hns/hns.h"

/* The envelope of a failure in *response, and what HNSCall answers then. Without memory there is none. */
plat_hr fake_hns_refuse(const struct fake_host *host, plat_hr hr, char **response);

#endif
