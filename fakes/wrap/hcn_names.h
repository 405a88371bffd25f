/* The names of the HCN functions: one op of the seam stands for a function of each kind of object. */
#ifndef FAKE_WRAP_HCN_NAMES_H
#define FAKE_WRAP_HCN_NAMES_H

#include "core/platform/hns.h"

enum wrap_hcn_op {
    WRAP_HCN_ENUMERATE,
    WRAP_HCN_CREATE,
    WRAP_HCN_OPEN,
    WRAP_HCN_MODIFY,
    WRAP_HCN_QUERY,
    WRAP_HCN_DELETE,
    WRAP_HCN_CLOSE
};

/* "HcnOpenNetwork". */
const char *wrap_hcn_function(enum wrap_hcn_op op, enum plat_hcn_kind kind);
/* What its handle is called: "Network". */
const char *wrap_hcn_object(enum plat_hcn_kind kind);
/* What a list of ids is called: "Networks". */
const char *wrap_hcn_objects(enum plat_hcn_kind kind);

#endif
